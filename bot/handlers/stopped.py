"""An order was stopped: what is still asked about it on somebody's phone needs no answer any more."""

from __future__ import annotations

from bot.dialog import FLOWS, events
from bot.model import Dialog
from bot.running import HOLDING, QUESTIONS, advance, look, not_needed, readable, shut
from bot.turn import Turn


async def ask_no_more(turn: Turn, order: str) -> None:
    """What rests on it ends: an own form with the reason; what somebody else asked is taken back, and he hears so.

    A form in a group says so at its next step: there the notice of the order's end stands already.
    """
    for dialog in await turn.find(Dialog, subject=order, state=HOLDING):
        if dialog.chat < 0 or dialog.kind not in QUESTIONS or not (over := await _over(turn, dialog)):
            continue
        if dialog.asked_by:
            await not_needed(turn, dialog.id)
        else:
            await advance(turn, dialog, over)


async def _over(turn: Turn, dialog: Dialog) -> events.Over | None:
    """By its own gates, or by those of whoever asked."""
    asker = await turn.get(Dialog, dialog.asked_by.partition(":")[0]) if dialog.asked_by else None
    rest = [one for one in (dialog, asker) if one is not None and one.flow in FLOWS and readable(one)]
    return next(filter(None, [await shut(turn, one, await look(turn, one)) for one in rest]), None)
