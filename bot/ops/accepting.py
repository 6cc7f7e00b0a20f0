"""A line that only the doctor wrote is accepted by her before she pays (R2): who is asked, and what she says."""

from __future__ import annotations

from dataclasses import replace

from bot import orders
from bot.dialog import FLOWS, Refused
from bot.intents import orders as intents
from bot.model import Command, Dialog, Order
from bot.moves import MOVES
from bot.ops.incidents import report, settle
from bot.ops.orders import HOUR, actor, check_role, may_hear, order_of, view
from bot.ops.registry import REFUSED, Act, does
from bot.ops.rights import residents
from bot.ops.waking import wake
from bot.turn import Turn
from bot.views import OrderView

NOBODY = "unaccepted"  # the exception: nobody is there to accept a new line
AGAIN = 24 * HOUR  # ms: a day later it is looked whether the question still stands, and somebody to answer it


@does(intents.who_accepts)
async def who_accepts(act: Act, order: str) -> int:
    row = await order_of(act.turn, order)
    return await _asked(act.turn, row) if orders.unaccepted(row) else 0


async def _asked(turn: Turn, order: Order) -> int:
    """Nobody answers for her where she has a phone of her own (R14)."""
    return next(iter((*await residents(turn, order), *await may_hear(turn, order))), 0)


def _waits(order: Order) -> bool:
    return orders.unaccepted(order) and order.stage in MOVES["send-back"].legal_from


async def follow(turn: Turn, order: Order) -> None:
    """The hospital told of a change, or time has passed: whoever is asked is asked; where nobody is, operators hear."""
    if _waits(order):
        wake(turn, "accept", order.no, after=AGAIN)
    if _waits(order) and not await _asked(turn, order):
        await report(turn, NOBODY, order=order.no)
    else:
        await settle(turn, NOBODY, order.no, "somebody is asked, or it is not needed")


@does(intents.shows_new)
async def shows_new(act: Act, order: str) -> int:
    row = await order_of(act.turn, order)
    if not orders.asks_for_assent(row):
        return 0
    whom = await _asked(act.turn, row)
    if not whom or await act.turn.standing(f"accept:{order}:{row.snapshot.get('rewritten', 0)}:{whom}") is not None:
        return whom
    asking = [d for d in await act.turn.find(Dialog, person=whom, state=("open", "parked")) if d.subject == order]
    asked = any(start.action == "accept" for d in asking if d.flow in FLOWS and (start := FLOWS[d.flow].start))
    return whom if _waits(row) and not asked else 0


@does(intents.asks_again)
async def asks_again(act: Act, order: str) -> OrderView:
    row = await order_of(act.turn, order)
    await follow(act.turn, row)
    return await view(act.turn, row)


async def _waiting(act: Act, order: str, rewritten: int) -> Order:
    row = await order_of(act.turn, order)
    await check_role(act, row, "watcher")
    own = await residents(act.turn, row)
    if own and act.who not in own:
        raise Refused("not-for-you")
    if orders.written_anew(row, rewritten):
        raise Refused("rewritten")
    if not _waits(row):
        raise Refused("nothing-new")
    return row


@does(intents.unaccepted)
async def unaccepted(act: Act, order: str, rewritten: int = -1) -> OrderView:
    return await view(act.turn, await _waiting(act, order, rewritten))


@does(intents.accepts)
async def accepts(act: Act, order: str, rewritten: int) -> None:
    row = await _waiting(act, order, rewritten)
    who, key = await actor(act, row, "watcher"), f"accepted:{order}:{rewritten}:{act.turn.new_id()}"
    act.turn.put(replace(row, snapshot={**row.snapshot, "accepted": rewritten}))
    act.turn.command(Command(key, order, "hospital.accept", {"order": order, "who": who, "key": key}))
    await settle(act.turn, NOBODY, order, "accepted")
    act.turn.note(order, f"person:{act.who}", "accepted-new-line", who["on_behalf_of"])


async def _none(turn: Turn, command: Command) -> None:
    """The hospital refused her yes: it stands nowhere, so it does not count, and she is asked again."""
    _, no, rewritten, *_ = command.key.split(":")
    row = await turn.get(Order, no)
    if row is not None and row.snapshot.get("accepted", -1) == int(rewritten):
        turn.put(replace(row, snapshot={**row.snapshot, "accepted": -1}))


REFUSED["hospital.accept"] = _none
