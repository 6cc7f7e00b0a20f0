"""When somebody is there: availableTime and notAvailable of a HealthcareService or a PractitionerRole (FHIR R4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from backend_client.answers import log
from backend_client.errors import Broken, Refusal
from backend_client.openings import Opening, Times
from backend_client.rest import Rest
from backend_client.shapes import codes_of, each, local_day, word
from backend_client.wire import Json

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
LONGEST = 366  # days that one entry of notAvailable may close
SERVICE = "consult"  # NS/CodeSystem/service: the hours in which doctors and pharmacists work


async def hours(rest: Rest) -> Times:
    """Of the services that treat patients, together; nothing where the server has no such kind."""
    system = rest.codes.system("service")
    try:
        found = await rest.search("HealthcareService", {"service-type": f"{system}|{SERVICE}"})
    except (Broken, Refusal):  # not needed: the setting counts
        return Times()
    mine = [one for one in found if one.get("active") is not False and SERVICE in codes_of(each(one, "type"), system)]
    known = [times_of(one, rest.zone) for one in mine]
    closed = [day for day in known[0].closed if all(day in one.closed for one in known)] if known else []
    return Times(tuple(span for one in known for span in one.open), tuple(closed))


def times_of(resource: Json, zone: tzinfo = UTC) -> Times:
    """By the clock of ``zone``. What cannot be read of it is left out, and logged."""
    return Times(tuple(_spans(resource)), tuple(sorted(set(_closed(resource, zone)))))


def _spans(resource: Json) -> Iterator[Opening]:
    for entry in each(resource, "availableTime"):
        try:
            days = tuple(sorted(DAYS.index(one) + 1 for one in entry.get("daysOfWeek") or DAYS))
            first, last = (
                _minute(word(entry, "availableStartTime"), 0),
                _minute(word(entry, "availableEndTime"), MIDNIGHT),
            )
        except (TypeError, ValueError) as error:
            log.error("an availableTime cannot be used: %s", type(error).__name__)
            continue
        if entry.get("allDay") is True:
            first, last = 0, MIDNIGHT
        if last > first:
            yield Opening(days, first, last)
        else:  # over midnight
            yield Opening(days, first, MIDNIGHT)
            yield from (Opening(tuple(sorted(day % 7 + 1 for day in days)), 0, last),) if last else ()


def _minute(time: str, missing: int) -> int:
    """Of HH:MM:SS; seconds are left out."""
    if not time:
        return missing
    found = re.match(r"([01]\d|2[0-4]):([0-5]\d)", time)
    if found is None:
        raise ValueError("time")
    return min(MIDNIGHT, int(found[1]) * 60 + int(found[2]))


def _closed(resource: Json, zone: tzinfo) -> Iterator[str]:
    """Whole days: what begins or ends within a day closes all of it; what ends as a day begins leaves that one open."""
    for entry in each(resource, "notAvailable"):
        start, end = (word(entry, "during", name) for name in ("start", "end"))
        try:
            first, last = (date.fromisoformat(local_day(one, zone)) for one in (start or end, end or start))
            if last > first and "T" in end and datetime.fromisoformat(end).astimezone(zone).time() == time():
                last -= timedelta(days=1)
        except ValueError as error:
            log.error("a notAvailable cannot be used: %s", type(error).__name__)
            continue
        for n in range(min((last - first).days + 1, LONGEST)):
            yield (first + timedelta(days=n)).isoformat()
