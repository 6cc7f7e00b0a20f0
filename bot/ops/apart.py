"""How people are called in lists: by name, and where names are equal by what else this reader may see of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import locales
from bot.intents import people as intents
from bot.model import Right
from bot.model.names import Names, by_language, known_as, name_in
from bot.ops.orders import HOUR
from bot.ops.registry import Act, does, helper_name
from bot.ops.rights import lately, mark, patient_in, rights_of
from bot.public_names import alike
from bot.render.messages import is_sentence
from bot.turn import Turn
from bot.views import PatientView

FAMILY = ("self", "guardian", "family")  # who reads the year of birth; the door asks helpers for it

NAMELESS: tuple[str, dict[str, Any]] = ("role.ambassador", {})
Mark = tuple[str, Any]  # what of somebody: born, building, day, until or compound


async def names_for(turn: Turn, reader: int, people: Sequence[PatientView]) -> dict[str, Names]:
    """Patient id -> how this reader calls him, by language.

    Only where another one of his list has the same name, more is said: to the person and family the year of birth, to
    helpers the building, else the day of the last order, and last until when he may act. Never a number of the
    hospital's.
    """
    rights = {patient_in(right).id: right for right in await rights_of(turn, reader)}
    known = {id: patient_in(right) for id, right in rights.items()} | {one.id: one for one in people}
    called: dict[str, Names] = {}
    for one in people:
        namesakes = sorted({id for id, other in known.items() if other.name == one.name}, key=lambda id: mark(turn, id))
        if one.id not in called:
            alone = len(namesakes) == 1  # nothing more is said of him, so nothing is looked up
            marks = [[] if alone else await _marks(turn, reader, known[id], rights.get(id)) for id in namesakes]
            names = [_in_scripts(known[id], known.values()) for id in namesakes]
            called |= dict(zip(namesakes, told_apart(turn, names, marks), strict=True))
    return called


def _in_scripts(one: PatientView, among: Iterable[PatientView]) -> Names:
    """In the reader's script alone, but where another record's name is written the same there: both (ADR 52)."""
    others = [other for other in among if other.name != one.name]
    taken = {
        tag
        for tag, name in one.alone.items()
        if any(alike(name) == alike(name_in(other.alone, tag)) for other in others)
    }
    return {**one.alone, **{tag: name for tag, name in one.known_as.items() if tag in taken}}


async def name_for(turn: Turn, reader: int, patient: PatientView) -> Names:
    return (await names_for(turn, reader, [patient]))[patient.id]


async def helpers_for(turn: Turn, accounts: Sequence[int]) -> dict[int, tuple[str, Names]]:
    """Ambassadors' public names, and how they are told apart: by the compound that each serves."""
    roles = {account: (await turn.person(account)).roles for account in dict.fromkeys(accounts)}
    names = {account: await helper_name(turn, account) for account in roles}
    found: dict[int, tuple[str, Names]] = {}
    for name in dict.fromkeys(names.values()):
        alike = [account for account, other in names.items() if other == name]
        marks = [[_serves(turn, one.id) for one in roles[account] if one.role == "serves"] for account in alike]
        told = told_apart(turn, [name or NAMELESS] * len(alike), [some[:1] for some in marks])
        found |= {account: (name, called) for account, called in zip(alike, told, strict=True)}
    return found


def _serves(turn: Turn, compound: str) -> Mark:
    known = turn.services.catalogue().compound(compound)
    return ("compound", known_as(known.names, known.id))


def told_apart(turn: Turn, names: Sequence[Any], people: Sequence[Sequence[Mark]]) -> list[Names]:
    """Several of one name (or sentence), each by as few marks as it takes; who has none that differs is numbered."""
    if len(people) == 1 and not is_sentence(names[0]):
        return [by_language(names[0])]
    told = [1] * len(people)
    while longer := [n for n in _equal(people, told) if told[n] < len(people[n])]:
        told = [count + (n in longer) for n, count in enumerate(told)]
    equal = _equal(people, told)
    nothing = {"born": "", "building": "", "day": "", "until": "", "compound": "", "nth": ""}
    shown = [
        {**nothing, **dict(marks[:count]), "name": name} for marks, count, name in zip(people, told, names, strict=True)
    ]
    for place, n in enumerate(equal, 1):
        shown[n]["nth"] = str(place)
    say = turn.services.words
    return [{tag: say.label(tag, "apart.name", words) for tag in locales.tags()} for words in shown]


def _equal(people: Sequence[Sequence[Mark]], told: Sequence[int]) -> list[int]:
    shown = [[*marks[:count]] for marks, count in zip(people, told, strict=True)]
    return [n for n, one in enumerate(shown) if shown.count(one) > 1]


async def _marks(turn: Turn, reader: int, patient: PatientView, right: Right | None) -> list[Mark]:
    """In the order in which they are told; what is not known is left out."""
    own = right is not None and right.by in FAMILY
    marks = [
        ("born", patient.birth_date[:4] if own else ""),
        ("building", patient.building),
        ("day", await _last_order(turn, reader, patient.id, own=own)),
        ("until", right.until if right else ""),
    ]
    return [one for one in marks if one[1]]


async def _last_order(turn: Turn, reader: int, patient: str, *, own: bool) -> str:
    """The day of the last order for him that this reader knows of, "" = none."""
    rows = await lately(turn, patient=mark(turn, patient))
    placed = [row.deadline for row in rows if own or reader in (row.placed_by, row.ambassador)]
    return turn.services.today(max(placed) - turn.services.config.order_hours * HOUR) if placed else ""


@does(intents.called)
async def called(act: Act, patient: PatientView, reader: int = 0) -> Names:
    return await name_for(act.turn, reader or act.who, patient)
