"""Orders that go before others: who asks, which operator lets it; and the queue that doctors and pharmacists read."""

from __future__ import annotations

from dataclasses import replace

from bot import orders
from bot.dialog import Refused
from bot.intents import urgent as intents
from bot.ladder import MINUTE, WAITING, is_red
from bot.model import Order, Place, PlaceKind
from bot.ops.duty import CASE
from bot.ops.opening import opens
from bot.ops.orders import check_role, order_of, view
from bot.ops.registry import Act, does
from bot.ops.waking import wake
from bot.stages import facts_of
from bot.turn import Turn
from bot.views import OrderView, QueueView, WaitingView

ASKED = "urgent"  # in an order's snapshot: why the operators are asked to let it go before others
QUEUE, REVIEW = "queue", "review"  # the timer that draws a queue anew, and the pharmacists' one
SOON = 2_000  # ms: changes that come together are drawn together
AGAIN = 10 * MINUTE  # ms after which the minutes on the card are counted anew
SHOWN = 8  # on the card


async def _asking(act: Act, order: str) -> Order:
    row = await order_of(act.turn, order)
    await check_role(act, row, "watcher")
    if row.snapshot.get("expedite"):
        raise Refused("goes-first")
    if row.snapshot.get(ASKED):
        raise Refused("asked-first")
    if not facts_of(row.stage).cancellable:
        raise Refused("not-now")
    return row


@does(intents.may_ask_first)
async def may_ask_first(act: Act, order: str) -> OrderView:
    return await view(act.turn, await _asking(act, order))


@does(intents.ask_first)
async def ask_first(act: Act, order: str, why: str) -> None:
    row = await _asking(act, order)
    act.turn.put(replace(row, snapshot={**row.snapshot, ASKED: why}))
    act.turn.note(order, f"person:{act.who}", "asked-to-go-first", reason=why)


# ---------------------------------------------------------------- the queue


def stirred(turn: Turn, before: Order, after: Order) -> None:
    """An order came to a queue, left it, or goes before others now: the cards are drawn anew in a moment."""
    if before.stage != after.stage or before.snapshot.get("expedite") != after.snapshot.get("expedite"):
        for where in (after.department, REVIEW):
            drawn_anew(turn, where)
        if after.stage in WAITING and is_red(after):
            wake(turn, CASE, after.no, at=opens(turn, turn.now + SOON))


def drawn_anew(turn: Turn, where: str) -> None:
    wake(turn, QUEUE, where, after=SOON)


@does(intents.queue)
async def queue(act: Act, where: str) -> QueueView:
    turn = act.turn
    if where == REVIEW:
        places, rows = await turn.find(Place, kind=PlaceKind.REVIEW), await turn.find(Order, stage="prescribed")
    else:
        places = await turn.find(Place, kind=PlaceKind.DEPARTMENT, ref=where)
        rows = [row for row in await turn.find(Order, stage=WAITING) if row.department == where]
    waiting = sorted((row for row in rows if not orders.is_put_away(row)), key=_place)
    chats = tuple(place.chat for place in places if place.bound)
    if waiting and chats:
        wake(turn, QUEUE, where, at=opens(turn, turn.now + AGAIN))
    shown = tuple(_waits(turn, row) for row in waiting[:SHOWN])
    return QueueView(chats, shown, len(waiting[SHOWN:]))


def _place(order: Order) -> tuple[bool, int, int, str]:
    """What goes before others, then who has the fewest days left, then who waits longest."""
    colours = ("red", "yellow", "green")
    colour = colours.index(order.urgency) if order.urgency in colours else len(colours)
    return not order.snapshot.get("expedite"), colour, order.since, order.no


def _waits(turn: Turn, order: Order) -> WaitingView:
    why, minutes = str(order.snapshot.get("expedite") or ""), (turn.now - order.since) // MINUTE
    return WaitingView(order.no.rpartition("-")[2], order.urgency, why, max(0, minutes))
