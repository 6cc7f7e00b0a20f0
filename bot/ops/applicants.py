"""A neighbour's application as a row: who reads it, what is kept of it, and until when.

Name and telephone never leave the row but for the operators' private cards; both forget them when it is decided.
"""

from __future__ import annotations

from dataclasses import replace

from bot.decoding import jsonable
from bot.model import Application, ApplicationPhase, Person, Place, PlaceKind
from bot.model.names import known_as
from bot.ops.incidents import command_about, settle
from bot.ops.lent import SINCE, ambassador_of
from bot.ops.registry import CARDS, Changed, bound_as, helper_name
from bot.ops.waking import unwake
from bot.turn import Turn
from bot.views import ApplicationView

KIND = "applies"  # the exception
LATE = "applies-late"  # what is due: see bot/flows/applying.py
FACTS = ("public", "hours", "helps_since", SINCE)  # of an ambassador, beside the registration


def about(row: Application) -> str:
    """How the exception names it."""
    return row.id[:12]


def asking(row: Application) -> str:
    """The command by which the hospital is asked, and the lane of all that it is told of this application."""
    return f"applies:{row.id}"


async def open_of(turn: Turn, person: int) -> Application | None:
    return next(iter(await turn.find(Application, person=person, ended=0)), None)


def card_of(row: Application | ApplicationView, operator: int) -> str:
    return f"applies:{row.id}:{operator}"


async def view(turn: Turn, row: Application) -> ApplicationView:
    known, compound = row.sealed, turn.services.catalogue().compound(row.compound)
    begins = row.phase == "approved"
    serving = await ambassador_of(turn, row.compound) if row.phase == "asked" else 0
    groups = await turn.find(Place, kind=PlaceKind.COMPOUND, ref=row.compound) if begins else []
    by = bound_as(await turn.person(row.by), "operator") if row.by else None
    return ApplicationView(
        row.id,
        row.phase,
        False,
        row.person,
        known_as(compound.names, row.compound),
        str(known.get("name", "")),
        str(known.get("phone", "")),
        await helper_name(turn, row.person) if begins else str(known.get("public", "")),
        tuple(known.get("hours", ())),
        tuple([one for one in await _operators(turn, row.person) if await _reads(turn, row, one)]),
        tuple(place.chat for place in groups),
        by.name if by else "",
        await helper_name(turn, serving),
        str(known.get("reason", "")),
        row.since,
        turn.services.config.hospital_phone,
    )


async def _operators(turn: Turn, but: int) -> list[int]:
    return [person.id for person in await turn.find(Person, role="operator") if person.id != but]


async def _reads(turn: Turn, row: Application, operator: int) -> bool:
    """Whoever may decide; afterwards whoever had been asked."""
    return row.phase == "asked" or await turn.standing(card_of(row, operator)) is not None


async def _changed(turn: Turn) -> list[Changed]:
    rows = turn.changed(Application)
    return [Changed(row.id, turn.now, {"application": jsonable(await view(turn, row))}) for row in rows]


CARDS["application"] = _changed


async def cards_go(turn: Turn, operator: int) -> None:
    """He is no operator any more: what he was shown of whom goes."""
    for row in await turn.find(Application, ended=0):
        if await turn.standing(card_of(row, operator)) is not None:
            turn.post(card_of(row, operator), operator, None, card=True)


async def over(turn: Turn, row: Application, phase: ApplicationPhase, by: str, reason: str = "") -> None:
    """Decided for good: nothing of who she is is kept."""
    turn.put(replace(row, phase=phase, ended=turn.now, sealed={"reason": reason} if reason else {}))
    unwake(turn, LATE, row.id)
    for kind, what in ((KIND, about(row)), ("command", asked := command_about(turn, asking(row))), ("refused", asked)):
        await settle(turn, kind, what, phase)
    turn.note("", by, f"applies-{phase}", f"person:{row.person}", f"{row.compound} {row.id}")
