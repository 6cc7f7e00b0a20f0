"""An order that somebody cancels while it is on its way to the hospital: noted, and asked for once it is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import orders
from bot.dialog import Refused
from bot.intents import orders as intents
from bot.model import Command, Order, Origin, Text
from bot.moves import BY_WATCHER, MOVES
from bot.ops.orders import actor, check_role, legal, move_, order_of, send_move, view
from bot.ops.registry import Act, does
from bot.stages import FINAL, SENDING
from bot.turn import Turn
from bot.views import OrderView


def on_its_way(order: Order) -> bool:
    """Nothing is there to be moved yet: a command of its own could reach another order, by the same number."""
    return order.stage == SENDING and order.pending == "submit"


@does(intents.may_cancel)
async def may_cancel(act: Act, order: str) -> OrderView:
    row = await order_of(act.turn, order)
    if not on_its_way(row):
        return await legal(act, order, "cancel")
    await _not_yet(act, row)
    return await view(act.turn, row)


async def _not_yet(act: Act, row: Order) -> None:
    """Refused to whoever does not watch it, and to all where it is to be cancelled already."""
    await check_role(act, row, "watcher")
    if row.snapshot.get(orders.UNWANTED):
        raise Refused(orders.BEING_CANCELLED)


@does(intents.cancels)
async def cancels(act: Act, order: str) -> OrderView:
    row = await order_of(act.turn, order)
    if not on_its_way(row):
        return await move_(act, order, "cancel", {"reason": BY_WATCHER})
    await _not_yet(act, row)
    who = await actor(act, row, "watcher")  # as he is now: his right may have ended when it is asked for
    row = replace(row, snapshot={**row.snapshot, orders.UNWANTED: {"by": act.who, "who": who}})
    act.turn.put(row)
    act.turn.note(order, f"person:{act.who}", "cancel", who["on_behalf_of"], "on-its-way")
    return await view(act.turn, row)


async def to_be_cancelled(turn: Turn, command: Command) -> bool:
    """Whether this only carries an order that somebody cancelled on its way, or cancels it: he has read what becomes
    of it, and of its end its notice tells.
    """
    if command.op not in ("hospital.submit", MOVES["cancel"].call):
        return False
    order = await turn.get(Order, str(command.args.get("order") or command.lane))
    return order is not None and bool(order.snapshot.get(orders.UNWANTED))


async def cancel_behind(turn: Turn, command: Command) -> None:
    """The order exists now, so it is cancelled there."""
    order, origin = await turn.get(Order, command.lane), command.origin
    if order is None or not await _cancellable(turn, order, origin.person):
        return
    try:
        who = await actor(Act(turn, origin.person, origin.chat), order, "watcher")
    except Refused:  # his right ended meanwhile
        await _stands(turn, order, origin.person)
    else:
        _cancel_there(turn, order, origin.person, who)


async def unwanted(turn: Turn, command: Command) -> None:
    """The same by the button of its card, whoever pressed it."""
    order = await turn.get(Order, command.lane) if command.op == "hospital.submit" else None
    said = order.snapshot.get(orders.UNWANTED) if order is not None and order.stage != SENDING else None
    if order is not None and said and said["who"] and await _cancellable(turn, order, said["by"]):
        _cancel_there(turn, order, said["by"], said["who"])


async def _cancellable(turn: Turn, order: Order, person: int) -> bool:
    """Who read that it would be cancelled reads that it stands where it went too far; one that ended has a notice."""
    why = orders.refused(order, "cancel")
    if why and not order.pending and order.stage not in FINAL:
        await _stands(turn, order, person)
    return not why


async def _stands(turn: Turn, order: Order, person: int) -> None:
    said: dict[str, Any] = {"order": order.no, "why": ("engine.not_cancelled", {})}
    html = turn.services.words.say(await turn.lang_of(person), "engine.of_order", said)
    turn.post(f"late:{order.no}:{person}", person, Text(html))


def _cancel_there(turn: Turn, order: Order, person: int, who: Mapping[str, str]) -> None:
    send_move(turn, order, "cancel", {"who": who, "reason": BY_WATCHER}, Origin(chat=person, person=person))
