"""An operator and what holds somebody: a list without names; after a call it is confirmed or lifted."""

from __future__ import annotations

from dataclasses import replace

from bot.intents import halting as intents
from bot.model import Halt
from bot.ops.halting import confirm, lift, standing, view
from bot.ops.registry import Act, does, helper_name, role_of
from bot.ops.rights import brief_of
from bot.views import HaltsView, HaltView

LISTED = 20  # in one list; how many more there are is said


@does(intents.standing_halts)
async def standing_halts(act: Act) -> HaltsView:
    role_of(await act.me(), "operator")
    found = sorted(await act.turn.find(Halt, undone=0), key=_first)
    rows = [
        HaltView(
            row.id,
            row.kind,
            row.by,
            helper=await helper_name(act.turn, int(row.sealed.get("account", 0))) if row.by == "mandate" else "",
            since=row.since,
            wrong=row.wrong > 0,
            confirmed=row.confirmed > 0,
        )
        for row in found[:LISTED]
    ]
    return HaltsView(tuple(rows), len(found) - len(rows))


def _first(row: Halt) -> tuple[bool, bool, int]:
    """What somebody contests, then what nobody has called about; the newest first."""
    return (not row.wrong, row.confirmed > 0, -row.since)


@does(intents.look_at_halt)
async def look_at_halt(act: Act, halt: str) -> HaltView:
    role_of(await act.me(), "operator")
    row = await standing(act.turn, halt)
    patient = brief_of(row.sealed["patient"])
    return replace(await view(act.turn, row), called=patient.known_as)


@does(intents.decide_halt)
async def decide_halt(act: Act, halt: str, decision: intents.Decision) -> HaltView:
    turn = act.turn
    role_of(await act.me(), "operator")
    row = await standing(act.turn, halt)
    patient = brief_of(row.sealed["patient"])
    if decision == "lift":
        return await lift(turn, row, f"person:{act.who}")
    await confirm(turn, row)
    turn.note("", f"person:{act.who}", "halt-confirmed", patient.id)
    return await view(turn, await standing(act.turn, halt))
