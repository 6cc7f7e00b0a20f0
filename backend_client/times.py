"""When somebody is there: availableTime and notAvailable of a HealthcareService or a PractitionerRole (FHIR R4)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import reduce

from backend_client.answers import log
from backend_client.errors import Broken, Refusal
from backend_client.openings import FOR_GOOD, SINCE_EVER, Away, Opening, Times
from backend_client.rest import Rest
from backend_client.shapes import codes_of, each, local_day, word
from backend_client.wire import Json

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 24 * 60
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
    away = reduce(_both, [one.away for one in known]) if known else ()
    return Times(tuple(span for one in known for span in one.open), away)


def _both(one: Sequence[Away], other: Sequence[Away]) -> tuple[Away, ...]:
    """The days of the one on which nobody is at the other, either."""
    met = [Away(max(a.first, b.first), min(a.last, b.last)) for a in one for b in other]
    return tuple(sorted({days for days in met if days.first <= days.last}, key=lambda days: days.first))


def times_of(resource: Json, zone: tzinfo = UTC) -> Times:
    """By the clock of ``zone``. What cannot be read of it is left out, and logged."""
    return Times(tuple(_spans(resource)), tuple(sorted(set(_away(resource, zone)), key=lambda days: days.first)))


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


def _away(resource: Json, zone: tzinfo) -> Iterator[Away]:
    """Whole days: what begins or ends within a day closes all of it; what ends as a day begins leaves that one open.

    Without an end it goes on; without a start nobody knows since when (FHIR R4 datatypes.html#Period).
    """
    for entry in each(resource, "notAvailable"):
        start, end = (word(entry, "during", name) for name in ("start", "end"))
        try:
            first = _first(start, zone) if start else SINCE_EVER
            last = _last(end, first, zone) if end else FOR_GOOD
            if not (start or end) or date.fromisoformat(first) > date.fromisoformat(last):
                raise ValueError("during")
        except ValueError as error:
            log.error("a notAvailable cannot be used: %s", type(error).__name__)
            continue
        yield Away(first, last)


def _first(start: str, zone: tzinfo) -> str:
    """A month or a year counts whole."""
    day = local_day(start, zone)
    return f"{day}{'0000-01-01'[len(day) :]}"


def _last(end: str, first: str, zone: tzinfo) -> str:
    known = local_day(end, zone)
    if len(known) == len("2026-10"):
        known = f"{known}-{monthrange(int(known[:4]), int(known[5:]))[1]}"
    day = date.fromisoformat(f"{known}{'0000-12-31'[len(known) :]}")
    midnight = "T" in end and datetime.fromisoformat(end).astimezone(zone).time() == time()
    return (day - timedelta(days=1) if midnight and day.isoformat() > first else day).isoformat()
