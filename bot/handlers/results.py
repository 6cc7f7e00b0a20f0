"""A command came back: to the dialog that waits for it, or to the order it moved. A refusal is told in words."""

from __future__ import annotations

from dataclasses import replace

from backend_client.models import BatchSnapshot, OrderSnapshot
from bot import orders
from bot.decoding import jsonable
from bot.dialog import events
from bot.draft import Turn
from bot.handlers.hospital import see_batch, see_order
from bot.model import Batch, Command, Dialog, Order, Origin, Priority, Returned, Text
from bot.ops.orders import actor, release, send_move
from bot.ops.registry import Act
from bot.running import advance


async def returned(turn: Turn, body: Returned) -> None:
    claimed = await turn.room.store.command(body.command)
    if claimed is None:
        return  # settled before
    command = claimed.command
    turn.done(command.key)
    turn.untimed(f"slow:{command.key}")
    if isinstance(body.value, OrderSnapshot):
        await see_order(turn, body.value)
    elif isinstance(body.value, BatchSnapshot):
        await see_batch(turn, body.value)
    await _settled(turn, command)
    if body.refusal and command.op == "hospital.submit":
        await _never_placed(turn, command.lane, body.refusal)
    if command.origin.dialog:
        await _to_dialog(turn, command, body)
    elif body.refusal:
        await _refused(turn, command, body.refusal)


async def _to_dialog(turn: Turn, command: Command, body: Returned) -> None:
    """A dead dialog's or an old epoch's result is dropped: whatever it did to an order the order has shown itself."""
    dialog = await turn.get(Dialog, command.origin.dialog)
    if dialog is None or dialog.state == "done":
        return
    value = None if isinstance(body.value, OrderSnapshot) else jsonable(body.value)
    step, epoch = command.origin.step, command.origin.epoch
    played = await advance(turn, dialog, events.Result(step, epoch, value, body.refusal))
    if played.cancel_queued:
        await _cancel_behind(turn, command)


async def _never_placed(turn: Turn, no: str, code: str) -> None:
    """The hospital does not accept it: no card may say that it is on its way, and the prescription is unused again."""
    order = await turn.get(Order, no)
    if order is None or order.stage != orders.SENDING:
        return
    await release(turn, order)
    turn.drop(order)
    turn.note(no, "hospital", "not-accepted", reason=code)
    for account in {order.placed_by, order.patient_account} - {0}:
        if await turn.standing(f"card:{no}:{account}") is not None:
            turn.post(f"card:{no}:{account}", account, None, priority=Priority.NOTICE, card=True)


async def _cancel_behind(turn: Turn, command: Command) -> None:
    """The person cancelled while the submit's outcome was unknown: the order exists now, so it is cancelled there."""
    order = await turn.get(Order, command.lane)
    if order is None or orders.refused(order, "cancel"):
        return
    origin = command.origin
    act = Act(turn, Dialog("cancel", "cancel", origin.chat, origin.person))
    args = {"who": await actor(act, order, "watcher"), "reason": "by-watcher"}
    send_move(turn, order, "cancel", args, Origin(chat=origin.chat, person=origin.person))


async def _refused(turn: Turn, command: Command, code: str) -> None:
    """Told where it was asked for; the order itself is read again by the feed."""
    origin = command.origin
    if not origin.chat:
        return
    words = turn.room.words
    lang = await turn.lang_of(origin.chat)
    key = f"refused.{code}" if words.has(f"refused.{code}") else "refused.not-now"
    turn.post(
        f"no:{command.key}", origin.chat, Text(words.say(lang, key, {"name": "", "at": turn.now})), thread=origin.thread
    )


async def _settled(turn: Turn, command: Command) -> None:
    """Nothing is under way any more for this order or batch."""
    order = await turn.get(Order, str(command.args.get("order") or command.lane))
    if order is not None and order.pending and command.op == _op_of(order.pending):
        turn.put(replace(order, pending="", pending_by=0))
    batch = await turn.get(Batch, str(command.args.get("batch", "")))
    if batch is not None and batch.pending:
        turn.put(replace(batch, pending=""))


def _op_of(move: str) -> str:
    """What carries a move out; a message of the consult that comes back meanwhile settles nothing."""
    if move == "submit":
        return "hospital.submit"
    return orders.MOVES[move].op if move in orders.MOVES else ""
