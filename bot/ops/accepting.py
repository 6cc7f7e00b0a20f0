"""A line that only the doctor wrote is accepted by her before she pays (R2): who is asked, and what she says."""

from __future__ import annotations

from dataclasses import replace

from bot import orders
from bot.dialog import Refused
from bot.draft import Turn
from bot.intents import orders as intents
from bot.model import Command, Order
from bot.moves import MOVES
from bot.ops.orders import actor, check_role, may_hear, order_of, view
from bot.ops.registry import Act, does
from bot.ops.rights import residents
from bot.views import OrderView


@does(intents.who_accepts)
async def who_accepts(act: Act, order: str) -> int:
    row = await order_of(act.turn, order)
    return await _asked(act.turn, row) if orders.unaccepted(row) else 0


async def _asked(turn: Turn, order: Order) -> int:
    """Nobody answers for her where she has a phone of her own (R14)."""
    return next(iter((*await residents(turn, order), *await may_hear(turn, order))), 0)


async def _waiting(act: Act, order: str, rewritten: int) -> Order:
    row = await order_of(act.turn, order)
    await check_role(act, row, "watcher")
    own = await residents(act.turn, row)
    if own and act.who not in own:
        raise Refused("not-for-you")
    if orders.written_anew(row, rewritten):
        raise Refused("rewritten")
    if not orders.unaccepted(row) or row.stage not in MOVES["send-back"].legal_from:
        raise Refused("nothing-new")
    return row


@does(intents.unaccepted)
async def unaccepted(act: Act, order: str, rewritten: int = -1) -> OrderView:
    return await view(act.turn, await _waiting(act, order, rewritten))


@does(intents.accepts)
async def accepts(act: Act, order: str, rewritten: int) -> None:
    row = await _waiting(act, order, rewritten)
    who, key = await actor(act, row, "watcher"), f"accepted:{order}:{rewritten}"
    act.turn.put(replace(row, snapshot={**row.snapshot, "accepted": rewritten}))
    act.turn.command(Command(key, order, "hospital.accept", {"order": order, "who": who, "key": key}))
    act.turn.note(order, f"person:{act.who}", "accepted-new-line", who["on_behalf_of"])
