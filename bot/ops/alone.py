"""An order that is nobody's any more: whoever might have acted or paid for its patient ended."""

from __future__ import annotations

from bot.model import Order
from bot.ops.incidents import report
from bot.ops.rights import UNDER_WAY, placer, relatives, residents
from bot.turn import Turn


async def see_to(turn: Turn, patient: str) -> None:
    """After a right to this patient ended: an order under way that nobody can go on with is an exception.

    ``patient``: as rights know him, by his mark.
    """
    for order in await turn.find(Order, patient=patient, stage=UNDER_WAY):
        if await residents(turn, order) or await relatives(turn, order):
            continue
        if not await placer(turn, order):
            await report(turn, "nobody", order=order.no)
