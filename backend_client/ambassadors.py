"""Ambassadors: a PractitionerRole that waits for the hospital, the Task `application` that asks for it, and its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backend_client.applicants import Applicant, Hours
from backend_client.bundles import Entry, transact, urn
from backend_client.errors import Clash
from backend_client.feed import seen_as
from backend_client.models import TaskSnapshot
from backend_client.rest import Rest
from backend_client.shapes import concept, day, each, identifier, instant, own_path, ref, target, target_id, word
from backend_client.states import ATTEMPTS, set_status
from backend_client.wire import Json

KIND = "application"
WEEK, WEEKEND = ["mon", "tue", "wed", "thu", "fri"], ["sat", "sun"]
#: PractitionerRole.availableTime (FHIR R4) of the hours that somebody names.
TIMES: dict[Hours, Json] = {
    "morning": {"daysOfWeek": WEEK, "availableStartTime": "08:00:00", "availableEndTime": "12:00:00"},
    "afternoon": {"daysOfWeek": WEEK, "availableStartTime": "12:00:00", "availableEndTime": "18:00:00"},
    "evening": {"daysOfWeek": WEEK, "availableStartTime": "18:00:00", "availableEndTime": "21:00:00"},
    "weekend": {"daysOfWeek": WEEKEND, "allDay": True},
}


async def ask_ambassador(rest: Rest, draft: Applicant) -> TaskSnapshot:
    """Person, registration and application in one transaction; she is ambassador once the hospital made it active."""
    codes = rest.codes
    person: Json = {
        "resourceType": "Practitioner",
        "identifier": [identifier(codes.id("practitioner"), draft.key)],
        "active": True,
        "name": [{"use": "official", "text": draft.name}, {"use": "nickname", "text": draft.public}],
        "telecom": [{"system": "phone", "use": "mobile", "value": draft.phone}],
    }
    role: Json = {
        "resourceType": "PractitionerRole",
        "identifier": [identifier(codes.id("helper"), draft.key)],
        "active": False,
        "period": {"start": day(rest.now())},
        "practitioner": ref(urn(rest, f"{draft.key}|person")),
        "code": [concept(codes.system("role"), "ambassador")],
        "location": [ref(f"Location/{draft.compound}")],
        "availableTime": [TIMES[one] for one in draft.hours if one in TIMES],
    }
    task: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), draft.key)],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "reasonCode": concept(codes.system(KIND), "ambassador"),
        "focus": ref(urn(rest, f"{draft.key}|role")),
        "authoredOn": instant(rest.now()),
        "restriction": {"period": {"end": instant(draft.until)}},
    }
    if not role["availableTime"]:
        del role["availableTime"]  # no empty lists in FHIR
    if draft.by:
        task["requester"] = ref(f"PractitionerRole/{draft.by}")
    entries = [
        Entry(urn(rest, f"{draft.key}|person"), person, codes.id("practitioner"), draft.key),
        Entry(urn(rest, f"{draft.key}|role"), role, codes.id("helper"), draft.key),
        Entry(urn(rest, f"{draft.key}|task"), task, codes.id(KIND), draft.key),
    ]
    made = await transact(rest, entries)
    return seen_as(rest, KIND, await rest.read(made[entries[2].urn]))  # its answer may have been lost, and it decided


async def describe(rest: Rest, role: str, public: str, hours: Sequence[Hours] = ()) -> None:
    """By what name neighbours know her (the nickname of her Practitioner), and when she has time.

    ``public`` "", ``hours`` () = as the hospital has it.
    """
    found = await rest.read(f"PractitionerRole/{role}")
    if free := [TIMES[one] for one in hours if one in TIMES]:
        await _changed(rest, own_path(found), lambda one: {**one, "availableTime": free})
    if public and (person := target(found, "practitioner")):
        await _changed(rest, person, lambda one: {**one, "name": _named(one, public)})


def _named(person: Json, public: str) -> list[Json]:
    others = [one for one in each(person, "name") if one.get("use") != "nickname"]
    return [*others, {"use": "nickname", "text": public}]


async def _changed(rest: Rest, place: str, change: Callable[[Json], Json]) -> None:
    for _ in range(ATTEMPTS):
        found = await rest.read(place)
        wanted = change(found)
        if wanted == found:
            return
        try:
            await rest.update(wanted)
            return
        except Clash:
            continue
    raise Clash("contended")


async def withdraw(rest: Rest, key: str, *, unanswered: bool = False) -> TaskSnapshot | None:
    """She took application ``key`` back, or nobody answered it: what came of it ends. Nothing where it never came.

    ``unanswered``: the Task ends first, by a versioned update, so that of this and a yes the earlier one counts; as it
    stands then it is answered.
    """
    task = await rest.first("Task", rest.codes.id(KIND), key)
    seen = None
    if task is not None and unanswered:
        task = await _lapsed(rest, own_path(task))
        seen = seen_as(rest, KIND, task)
    if task is not None and (role := target_id(task, "focus")) and not (seen and seen.status == "completed"):
        await end_ambassador(rest, role)
    return seen


async def _lapsed(rest: Rest, place: str) -> Json:
    """Cancelled, unless somebody has decided it."""
    for _ in range(ATTEMPTS):
        found = await rest.read(place)
        if word(found, "status") in ("completed", "rejected", "failed", "cancelled"):
            return found
        try:
            return await rest.update({**found, "status": "cancelled"})
        except Clash:
            continue
    raise Clash("contended")


async def end_ambassador(rest: Rest, role: str) -> None:
    """She helps no more: not active, and over today. What was still asked for is cancelled."""
    for _ in range(ATTEMPTS):
        found = await rest.read(f"PractitionerRole/{role}")
        period: Json = found.get("period") or {}
        if found.get("active") is False and "end" in period:
            break
        try:
            await rest.update({**found, "active": False, "period": {**period, "end": day(rest.now())}})
            break
        except Clash:
            continue
    else:
        raise Clash("contended")
    for one in each(found, "identifier"):
        if one.get("system") == rest.codes.id("helper"):
            task = await rest.first("Task", rest.codes.id(KIND), word(one, "value"))
            if task is not None and word(task, "status") in ("requested", "received"):
                await set_status(rest, own_path(task), "cancelled")
