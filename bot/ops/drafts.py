"""Orders prepared but not begun: a draft waits, with its photos, until somebody presses whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.decoding import jsonable
from bot.forms import SortedView
from bot.intents import ordering
from bot.model import Dialog, Timer
from bot.ops.registry import Act, does
from bot.ops.rights import patient_for

DAY = 86_400_000  # ms


def erased(dialog: Dialog) -> Dialog:
    """It is over, and nothing of what was asked and answered is kept."""
    return replace(dialog, state="done", step="", kind="", prompt="", journal="", args={})


@does(ordering.keep_drafts)
async def keep_drafts(act: Act, flow: str, drafts: Mapping[str, SortedView]) -> None:
    turn = act.turn
    for patient, draft in drafts.items():
        await patient_for(turn, act.who, patient)
        await _erase(act, flow, patient)
        seen = jsonable(draft.papers[0]) if len(draft.papers) == 1 else None  # several readings: read again as one
        args = {"pages": list(draft.pages), "seen": seen}
        id = turn.new_id()
        turn.put(Dialog(id, flow, act.who, act.who, None, turn.marked(patient), "parked", touched=turn.now, args=args))
        turn.timer(Timer(f"{id}:expire", turn.now + turn.services.config.draft_days * DAY, "expire", id))


@does(ordering.drop_drafts)
async def drop_drafts(act: Act, flow: str, patients: Sequence[str]) -> None:
    for patient in patients:
        await _erase(act, flow, patient)


async def _erase(act: Act, flow: str, patient: str) -> None:
    turn = act.turn
    subject = [turn.marked(patient), patient]
    for old in await turn.find(Dialog, person=act.who, state=("open", "parked"), subject=subject):
        if old.flow == flow:
            turn.put(erased(old))
