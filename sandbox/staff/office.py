"""The hospital's housekeeping on order of the control interface: roles end, records are merged, orders are moved."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from backend_client.errors import NotFound, Refusal
from backend_client.models import Actor, Stage
from backend_client.moves import Move, business_status, made_again, move
from backend_client.orders import task_of
from backend_client.rest import Rest
from backend_client.shapes import dig, each, instant, own_path, ref, target
from backend_client.stages import STATUS, known_stage
from backend_client.wire import Json
from sandbox.staff.changing import change

log = logging.getLogger("sandbox.staff")
REASONS: dict[Stage, str] = {"problem": "药包破损", "returned": "缺货", "cancelled": "医院取消", "failed": "无法配送"}


class Office:
    """``office.ended``: ids of PractitionerRoles. ``office.merged``: old Patient id -> id of the one that stays.

    ``office.deceased``: Patient ids whose record says that they died; who is taken off the list is corrected.

    ``office.hours``: PractitionerRole id -> "08:00-12:00", when he is on duty each day; who is taken off has no hours.

    ``office.moved``: order number -> the stage that the operator gives it, once each time it is newly said: into a
    problem and out of it, back to the doctor, over the window's counter.
    """

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._wanted: tuple[frozenset[str], dict[str, str]] = (frozenset(), {})
        self._ended: frozenset[str] = frozenset()
        self._merged: dict[str, str] = {}
        self._wanted_deceased: frozenset[str] = frozenset()
        self._deceased: frozenset[str] = frozenset()
        self._wanted_hours: dict[str, str] = {}
        self._hours: dict[str, str] = {}
        self._moves: dict[str, str] = {}
        self._moved: dict[str, str] = {}

    def obey(self, switches: object) -> None:
        ended, merged = dig(switches, "office.ended"), dig(switches, "office.merged")
        self._wanted = (
            frozenset(str(one) for one in ended) if isinstance(ended, list) else self._wanted[0],
            {str(old): str(new) for old, new in merged.items()} if isinstance(merged, dict) else self._wanted[1],
        )

        deceased = dig(switches, "office.deceased")
        if isinstance(deceased, list):
            self._wanted_deceased = frozenset(str(one) for one in deceased)
        hours = dig(switches, "office.hours")
        if isinstance(hours, dict):
            self._wanted_hours = {str(role): str(span) for role, span in hours.items()}
        moves = dig(switches, "office.moved")
        self._moves = {str(no): str(stage) for no, stage in moves.items()} if isinstance(moves, dict) else self._moves

    async def round(self) -> None:
        """What is newly named is done, who is no longer named has the role again; a merge is for ever."""
        ended, merged = self._wanted
        for role in sorted(ended - self._ended):
            await self._try(end_role(self._rest, role))
        for role in sorted(self._ended - ended):
            await self._try(resume_role(self._rest, role))
        self._ended = ended
        for old, new in merged.items():
            if self._merged.get(old) != new:
                await self._try(merge(self._rest, old, new))
        self._merged = {**self._merged, **merged}
        deceased = self._wanted_deceased
        for patient in sorted(deceased ^ self._deceased):
            await self._try(dies(self._rest, patient, patient in deceased))
        self._deceased = deceased
        await self._keep_hours(dict(self._wanted_hours))
        await self._move(dict(self._moves))

    async def _keep_hours(self, hours: dict[str, str]) -> None:
        for role in sorted({*hours, *self._hours}):
            if hours.get(role) != self._hours.get(role):
                await self._try(on_duty(self._rest, role, hours.get(role, "")))
        self._hours = hours

    async def _move(self, moves: dict[str, str]) -> None:
        for no, stage in moves.items():
            if self._moved.get(no) != stage:
                await self._try(move_order(self._rest, no, stage))
        self._moved = moves

    async def _try(self, work: Awaitable[object]) -> None:
        try:
            await work
        except Refusal as refusal:
            log.warning("the office cannot do that: %s", refusal.code)


async def move_order(rest: Rest, no: str, stage: str) -> None:
    """By the operator's word, along the contract's ways; once each time it can be made."""
    to = known_stage(stage)
    if to is None:
        raise NotFound("no-such-stage")
    found = await rest.search("PractitionerRole", {"role": f"{rest.codes.system('role')}|operator"})
    by = Actor(own_path(found[0]) if found else "PractitionerRole/operator")
    task = await task_of(rest, no)
    if to == "failed":  # the hospital's own: nobody who uses the client asks for it
        ended = {"status": STATUS[to], "businessStatus": business_status(rest.codes, to)}
        await change(rest, own_path(task), {**ended, "statusReason": {"text": REASONS[to]}})
        return
    wanted = made_again(rest.codes, task, Move(to, by, key="office", reason=REASONS.get(to, "")))
    await move(rest, task, wanted)


async def end_role(rest: Rest, role: str) -> Json:
    """No registration from today on: not active, and the period has ended."""
    place = f"PractitionerRole/{role}"
    period = {**(dig(await rest.read(place), "period") or {}), "end": instant(rest.now())}
    return await change(rest, place, {"active": False, "period": period})


async def resume_role(rest: Rest, role: str) -> Json:
    return await change(rest, f"PractitionerRole/{role}", {"active": True}, without=("period",))


async def on_duty(rest: Rest, role: str, span: str) -> Json:
    """PractitionerRole.availableTime (FHIR R4), every day the same; "" = the hospital does not say."""
    place, (first, _, last) = f"PractitionerRole/{role}", span.partition("-")
    if not span:
        return await change(rest, place, {}, without=("availableTime",))
    hours = {"availableStartTime": f"{first}:00", "availableEndTime": f"{last}:00"}
    return await change(rest, place, {"availableTime": [hours]})


async def merge(rest: Rest, old: str, new: str) -> None:
    """The old record is not active and names the one that stays; orders under way are the other's from now on."""
    replaces = {"other": ref(f"Patient/{old}"), "type": "replaces"}
    links = [one for one in each(await rest.read(f"Patient/{new}"), "link") if one != replaces]
    await change(rest, f"Patient/{new}", {"link": [*links, replaces]})
    link = {"other": ref(f"Patient/{new}"), "type": "replaced-by"}
    await change(rest, f"Patient/{old}", {"active": False, "link": [link]})
    for task in await rest.search("Task", {"patient": f"Patient/{old}"}):
        if target(task, "for") == f"Patient/{old}":
            await change(rest, own_path(task), {"for": ref(f"Patient/{new}")})


async def dies(rest: Rest, patient: str, died: bool) -> Json:
    """Patient.deceased (FHIR R4), or the record corrected."""
    place, none = f"Patient/{patient}", ("deceasedDateTime",)
    if died:
        return await change(rest, place, {"deceasedBoolean": True}, without=none)
    return await change(rest, place, {}, without=("deceasedBoolean", *none))
