"""Local operations: what a flow's ``once`` may read and write inside the commit, joined here by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from backend_client.models import TaskSnapshot
from bot.decoding import jsonable
from bot.dialog import Op, Refused
from bot.intents import Intent, people
from bot.model import Command, Json, Person, RoleBinding
from bot.orders import WAITS
from bot.turn import Turn


@dataclass(frozen=True, slots=True)
class Act:
    """One execution: the turn it belongs to, who acts and where; ``dialog``: the id of the one that asked, if any."""

    turn: Turn
    who: int
    chat: int
    thread: int | None = None
    dialog: str = ""

    async def me(self) -> Person:
        return await self.turn.person(self.who)


SLOW = 8.0  # wall seconds after which a person is told that the hospital does not answer

LocalOp = Callable[..., Awaitable[Json]]
OPS: dict[str, LocalOp] = {}


P = ParamSpec("P")
T = TypeVar("T")
Done = Callable[Concatenate[Act, P], Awaitable[T]]


def does(intent: Intent[P, T]) -> Callable[[Done[P, T]], Done[P, T]]:
    """Carry out what bot/intents/ declares: the same arguments after the act, the same answer, or Refused(code)."""

    def register(fn: Done[P, T]) -> Done[P, T]:
        async def run(act: Act, **given: Any) -> Json:
            call: Callable[..., Awaitable[T]] = fn
            return jsonable(await call(act, **intent.given(given)))

        if intent.name in OPS:
            raise ValueError(f"two operations carry out {intent.name}")
        OPS[intent.name] = run
        return fn

    return register


async def execute(act: Act, name: str, args: Mapping[str, Any]) -> Json:
    if name not in OPS:
        raise KeyError(f"{name} is no local operation: see bot/ops/")
    return await OPS[name](act, **args)


async def first_shut(act: Act, gates: Sequence[Op[Any]]) -> Refused | None:
    """The refusal of the first gate that is shut now, with the ``order`` it is about. A move under way shuts none: in a
    moment it is known.
    """
    for gate in gates:
        try:
            await execute(act, gate.name, gate.args)
        except Refused as no:
            if no.code not in WAITS:
                return Refused(no.code, **{**no.words, "order": gate.args["order"]})
    return None


# ---------------------------------------------------------------- what a room declares beside its operations


@dataclass(frozen=True, slots=True)
class Submit:
    """What the house does around an operation that a dialog ends with (``ask.submit``), all in the turn's commit.

    ``place``: its local half; gives the command's lane and arguments, or Refused. ``refused``: the hospital never will
    take it. ``cancel``: the person cancelled while the outcome was unknown, and it came through.
    """

    place: Callable[[Act, Mapping[str, Any]], Awaitable[tuple[str, Mapping[str, Json]]]]
    refused: Callable[[Turn, Command, str], Awaitable[None]]
    cancel: Callable[[Turn, Command], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row whose cards are to show its new state: the notices' subject, its version, and what they are given."""

    subject: str
    version: int
    args: Mapping[str, Json] = field(repr=False)


SUBMITS: dict[str, Submit] = {}  # by the operation's name; one without local half needs none
SETTLES: list[Callable[[Turn, Command], Awaitable[None]]] = []  # a command is back: nothing is under way for its row
DONE: dict[str, Callable[[Turn, Command], Awaitable[None]]] = {}  # by operation: the hospital has it
REFUSED: dict[str, Callable[[Turn, Command], Awaitable[None]]] = {}  # by operation: the hospital will not have it
SEES: dict[type, Callable[[Turn, Any], Awaitable[None]]] = {}  # a snapshot of the hospital's, by its type
TASKS: dict[str, Callable[[Turn, TaskSnapshot], Awaitable[None]]] = {}  # the other Tasks, by kind (TASK_KINDS)
CARDS: dict[str, Callable[[Turn], Awaitable[list[Changed]]]] = {}  # the rows this turn changed, by their notice


def bound_as(person: Person, role: str) -> RoleBinding | None:
    """The registration by which he is that, if any."""
    return next((binding for binding in person.roles if binding.role == role), None)


def active_as(turn: Turn, person: Person, role: str) -> RoleBinding | None:
    """The same, read now (R18): only while the hospital's list still has that registration as one of this role.

    Where no list has ever come, what he was bound to counts.
    """
    binding, staff = bound_as(person, role), turn.services.catalogue().staff
    stands = binding is not None and (not staff or any((one.id, one.role) == (binding.id, role) for one in staff))
    return binding if stands else None


async def everyone(turn: Turn, role: str) -> tuple[int, ...]:
    """The accounts that are that today (R18)."""
    people = await turn.find(Person, role=role)
    return tuple(sorted(person.id for person in people if active_as(turn, person, role)))


async def helper_name(turn: Turn, account: int) -> str:
    """An ambassador's public name or, where none was chosen, the hospital's: never for a group (bot/ops/who_helps.py).

    "" for anybody else, and for account 0.
    """
    binding = bound_as(await turn.person(account), "ambassador") if account else None
    return binding.name if binding else ""


def role_of(person: Person, role: str) -> RoleBinding:
    """The binding, or Refused: a stranger pressed a button that is not his."""
    found = bound_as(person, role)
    if found is None:
        raise Refused("not-for-you")
    return found


def same_person(turn: Turn, one: RoleBinding | str, other: RoleBinding | str) -> bool:
    """Whether two registrations (PractitionerRole) are the same one or stand for the same practitioner."""
    ids = [role if isinstance(role, str) else role.id for role in (one, other)]
    if ids[0] == ids[1]:
        return ids[0] != ""
    members = [turn.services.catalogue().member(id) for id in ids]
    people = [member.practitioner if member else "" for member in members]
    return people[0] != "" and people[0] == people[1]


@does(people.send)
async def send(act: Act, op: str, args: Mapping[str, Json]) -> None:
    """A command of its own lane."""
    key = act.turn.new_id()
    act.turn.command(Command(f"s:{key}", f"{op}:{act.who}", op, {"key": key, **args}))


@does(people.mint)
async def mint(act: Act) -> str:
    return act.turn.new_id()


@does(people.note)
async def note(act: Act, what: str, reason: str = "") -> None:
    act.turn.note("", f"person:{act.who}", what, reason=reason)
