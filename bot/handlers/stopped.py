"""An order was stopped: what is still asked about it on somebody's phone needs no answer any more."""

from __future__ import annotations

from bot.dialog import FLOWS
from bot.model import Dialog
from bot.running import HOLDING, QUESTIONS, look, not_needed, readable, shut
from bot.turn import Turn


async def ask_no_more(turn: Turn, order: str) -> None:
    """What rests on it ends, on the asked person's phone and where somebody waits for that answer.

    A form in a group says so at its next step: there the notice of the order's end stands already.
    """
    for dialog in await turn.find(Dialog, subject=order, state=HOLDING):
        if dialog.chat > 0 and dialog.kind in QUESTIONS and await _is_over(turn, dialog):
            await not_needed(turn, dialog.id)


async def _is_over(turn: Turn, dialog: Dialog) -> bool:
    """By its own gates, or by those of whoever asked."""
    asker = await turn.get(Dialog, dialog.asked_by.partition(":")[0]) if dialog.asked_by else None
    rest = [one for one in (dialog, asker) if one is not None and one.flow in FLOWS and readable(one)]
    return any([await shut(turn, one, await look(turn, one)) is not None for one in rest])
