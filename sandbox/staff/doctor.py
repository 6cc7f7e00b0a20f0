"""The doctor on autopilot: takes what is submitted, renews as before or refuses, signs; a person's consult is his."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from backend_client.drugs import line_of_input
from backend_client.errors import NotFound
from backend_client.models import Actor, Drug, Line, Prescription
from backend_client.moves import stage_of
from backend_client.prescribing import requests_of
from backend_client.rest import Rest
from backend_client.shapes import code_of, each, identified, own_path, target, target_id, word
from backend_client.wire import Json
from sandbox.staff.desk import Desk, Round, clear

REFUSED = "本次病情需到院面诊"
NOT_HERE = "所需药品不在互联网医院目录内"
CONTROLLED = "管制药品不能在线开具"


def rounds(desk: Desk) -> tuple[Round, ...]:
    new, mine, back = desk.orders("submitted", "received"), desk.orders("in-consult"), desk.orders("returned")
    taken: set[str] = set()  # a consult that a person began is never finished by the autopilot

    async def take() -> None:
        await clear(new, lambda task: take_order(desk, task, taken))

    async def finish() -> None:
        await clear(mine, lambda task: finish_consult(desk, task, taken))

    async def again() -> None:
        await clear(back, lambda task: finish_consult(desk, task, taken))

    return take, finish, again


async def take_order(desk: Desk, task: Json, taken: set[str]) -> None:
    no = identified(task, desk.rest.codes.id("order"))
    taken.add(no)
    await desk.hospital.take(no, await doctor_for(desk, task))


async def doctor_for(desk: Desk, task: Json) -> Actor:
    """The doctor who was asked for, else the department's first, else anybody's first."""
    if target(task, "owner").startswith("PractitionerRole/"):
        return Actor(target(task, "owner"))
    found = await desk.hospital.doctors(desk.department(task)) or await desk.colleagues("doctor")
    if not found:
        raise NotFound("no-doctor")
    return Actor(f"PractitionerRole/{found[0].id}")


async def finish_consult(desk: Desk, task: Json, taken: set[str]) -> None:
    rest = desk.rest
    no = identified(task, rest.codes.id("order"))
    if no not in taken:
        return
    doctor = Actor(target(task, "owner"))
    lines = asked(rest, task)
    reason = objection(lines, {drug.code: drug for drug in await desk.hospital.formulary()})
    if stage_of(rest.codes, task) == "in-consult" and (reason or desk.refuses(own_path(task))):
        await desk.hospital.not_suitable(no, doctor, reason or REFUSED)
        return
    key = f"{no}-{await attempt(rest, task)}"
    await desk.hospital.prescribe(
        Prescription(key, no, target_id(task, "owner"), lines, signature(key, lines), rest.now())
    )


def asked(rest: Rest, task: Json) -> tuple[Line, ...]:
    system = rest.codes.system("task-input")
    return tuple(
        line_of_input(rest.codes, item)
        for item in each(task, "input")
        if code_of(item.get("type"), system) == "asked-drug"
    )


def objection(lines: Sequence[Line], formulary: dict[str, Drug]) -> str:
    """Why these cannot be prescribed on line, or ""."""
    if not lines or any(line.code not in formulary for line in lines):
        return NOT_HERE
    return CONTROLLED if any(formulary[line.code].controlled for line in lines) else ""


async def attempt(rest: Rest, task: Json) -> int:
    """1 for the first prescription of an order, one more after each that the pharmacist returned."""
    found = await requests_of(rest, task)
    last = word(found[0], "groupIdentifier", "value").rpartition("-")[2] if found else "0"
    return int(last) + 1 if last.isdecimal() else 1


def signature(key: str, lines: Sequence[Line]) -> str:
    """No signature at all in law: it only says that the sandbox's autopilot wrote it."""
    return f"sandbox-autopilot.{hashlib.sha256(repr((key, lines)).encode()).hexdigest()}"
