"""R18: no registration, no act. What an account is at the hospital, as it was read last, and for what that serves.

Take, sign, pass and whatever else a doctor or pharmacist decides rest on a reading at most a minute old. On the road
(depart to hand-over) the last copy serves for a day: the act is marked, and the registration is read afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from bot.dialog import Refused
from bot.intents import staff as intents
from bot.model import Command, Json, Origin, Person, RoleBinding
from bot.ops.incidents import ask_operators, report
from bot.ops.registry import REFUSED, Act, bound_as, does, role_of
from bot.phrases import role_words
from bot.roles import BOUND
from bot.turn import Turn

FRESH = 60.0  # wall s that a reading counts for an act (contract, "Rights")
COPY = 24 * 3_600_000  # ms that the last copy serves on the road
READ = "hospital.read_role"


def read_at(person: Person, id: str) -> int:
    """When the hospital told last that he is that; 0 = not since he joined."""
    stamps = cast("Mapping[str, int]", person.facts.get("read") or {})
    return stamps.get(id, 0)


def stamped(person: Person, id: str, at: int) -> Person:
    stamps = cast("Mapping[str, Json]", person.facts.get("read") or {})
    kept = {known: stamp for known, stamp in stamps.items() if known != id} | ({id: at} if at else {})
    return replace(person, facts={**person.facts, "read": kept})


def is_fresh(turn: Turn, person: Person, binding: RoleBinding) -> bool:
    return turn.now - read_at(person, binding.id) <= turn.services.soon(FRESH)


# ---------------------------------------------------------------- read before the act


@does(intents.to_read)
async def to_read(act: Act, role: str) -> str:
    me = await act.me()
    binding = role_of(me, role)
    return "" if is_fresh(act.turn, me, binding) else binding.id


@does(intents.holds)
async def holds(act: Act, role: str) -> None:
    if bound_as(await act.me(), role) is None:
        raise Refused("role-ended")


async def _unread(turn: Turn, command: Command) -> None:
    """The hospital knows no such registration: whoever waits for it reads so, an operator must look."""
    id = str(command.args.get("role", ""))
    if command.origin.dialog:
        await report(turn, "role", about=turn.blind("role", id)[:12], code="unknown")


REFUSED[READ] = _unread


# ---------------------------------------------------------------- on the road: the last copy serves for a day


async def on_the_road(act: Act, role: str) -> RoleBinding:
    """His registration, for an act that must not wait. Refused("role-old") where nobody could read it for a day."""
    turn, me = act.turn, await act.me()
    binding = role_of(me, role)
    at = max(read_at(me, binding.id), turn.services.staff_read())
    if turn.now - at > COPY:
        await _ask_operators(turn, me, binding)
        read_soon(turn, binding.id)
        raise Refused("role-old")
    if turn.now - at > turn.services.soon(FRESH):
        turn.note("", f"person:{act.who}", "on-last-copy", reason=f"{binding.id} {at}")
        read_soon(turn, binding.id)
    return binding


def read_soon(turn: Turn, id: str) -> None:
    turn.command(Command(f"role:{turn.new_id()}", f"role:{id}", READ, {"role": id}, Origin()))


async def _ask_operators(turn: Turn, person: Person, binding: RoleBinding) -> None:
    await report(turn, "role", about=turn.blind("role", binding.id)[:12], code="old")
    words = {"name": binding.name, "role": role_words(binding.role)}
    key = turn.blind("role", binding.id)[:12]
    post = f"unread:{key}"
    action = f"let_go_on:{key}"
    await ask_operators(turn, post, "staff.unread", words, "action.let_go_on", action)


@does(intents.let_go_on)
async def let_go_on(act: Act, key: str) -> None:
    role_of(await act.me(), "operator")
    for person, registration in await _keyed(act.turn, key):
        act.turn.put(stamped(person, registration, act.turn.now - act.turn.services.soon(FRESH) - 1))
        act.turn.note("", f"person:{act.who}", "role-vouched", reason=registration)
        return
    raise Refused("already-ended")


async def _keyed(turn: Turn, key: str) -> list[tuple[Person, str]]:
    """Who is bound to the registration of which the key is a keyed hash: no button carries an account."""
    people = [person for role in BOUND for person in await turn.find(Person, role=role)]
    return [(one, role.id) for one in people for role in one.roles if turn.blind("role", role.id)[:12] == key]
