"""A command came back: to the dialog that waits for it, or to the row it moved. A refusal is told in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from backend_client.errors import NUMBER_TAKEN, REJECTED, TECHNICAL
from bot.decoding import jsonable
from bot.dialog import events
from bot.handlers.payments import booked
from bot.model import PUT_ASIDE, Command, Dialog, Returned, Text
from bot.ops.incidents import command_about, report, settle
from bot.ops.placing import MOST_NUMBERS, numbered_anew, numbers_of
from bot.ops.registry import DONE, REFUSED, SEES, SETTLES, SUBMITS
from bot.ops.retrying import kept
from bot.ops.unwanted import to_be_cancelled
from bot.running import advance, send
from bot.saying import refusal
from bot.turn import Turn
from bot.under import of_order


async def returned(turn: Turn, body: Returned) -> None:
    claimed = await turn.services.store.command(body.command)
    if claimed is None:
        return  # settled before
    command = claimed.command
    turn.done(command.key)
    turn.untimed(f"slow:{command.key}")
    if body.refusal == NUMBER_TAKEN and numbers_of(command) < MOST_NUMBERS:
        await _seen_through(turn, command, claimed.attempts, "")
        send(turn, await numbered_anew(turn, command))
        return
    if body.refusal == NUMBER_TAKEN:
        body = replace(body, refusal=REJECTED)
    await _seen_through(turn, command, claimed.attempts, body.refusal)
    await _answered(turn, command, body)


async def _answered(turn: Turn, command: Command, body: Returned) -> None:
    await booked(turn, command, body)
    if sees := SEES.get(_kind(body.value)):
        await sees(turn, body.value)
    for settled in SETTLES:
        await settled(turn, command)
    if follows := (REFUSED if body.refusal else DONE).get(command.op):
        await follows(turn, command)
    submit = SUBMITS.get(command.op)
    if body.refusal and submit:
        await submit.refused(turn, command, body.refusal)
    if command.origin.dialog:
        await _to_dialog(turn, command, body)
    elif body.refusal:
        await _refused(turn, command, body.refusal)


def _kind(value: object) -> type:
    return type(value)


async def _seen_through(turn: Turn, command: Command, attempts: int, refusal: str) -> None:
    """An exception about this command: raised where it was put aside, settled where it got through in the end."""
    about = command_about(turn, command.key)
    if refusal == PUT_ASIDE:
        order = command.args.get("order", "")
        await report(turn, "command", order=order if isinstance(order, str) else "", about=about, code=refusal)
    elif attempts:
        await settle(turn, "command", about, "it got through")
    if refusal and refusal != PUT_ASIDE and _unowned(command, refusal):
        order = str(command.args.get("order") or "")
        by_itself = not command.origin.person  # the order's own wait: it ends when the order goes on
        again = {} if _told(command) else kept(command)  # who waits may press again
        about = order if by_itself and order else about
        await report(turn, "refused", order=order, about=about, code=refusal, again=again)


def _unowned(command: Command, refusal: str) -> bool:
    """A refusal that nobody reads, or one for no fault of whoever asked. That the world moved on nobody can mend."""
    if refusal.startswith("already-"):
        return False
    return not _told(command) or refusal in TECHNICAL


def _told(command: Command) -> bool:
    """Somebody reads the refusal; of money that a desk took it does, and has given it back by then."""
    charge: object = command.args.get("charge")
    at_desk = isinstance(charge, Mapping) and bool(cast("Mapping[str, object]", charge).get("receipt"))
    return bool(command.origin.dialog or command.origin.chat) or at_desk


async def _to_dialog(turn: Turn, command: Command, body: Returned) -> None:
    """A dead dialog's or an old epoch's result is dropped: whatever it did to a row the row has shown itself."""
    dialog = await turn.get(Dialog, command.origin.dialog)
    if dialog is None or dialog.state == "done":
        return
    value = None if _kind(body.value) in SEES else jsonable(body.value)
    step, epoch = command.origin.step, command.origin.epoch
    played = await advance(turn, dialog, events.Result(step, epoch, value, body.refusal))
    if played.cancel_queued:
        await _cancelled_behind(turn, command)
    elif step == "submit" and played.end == "cancelled":
        await _say(turn, command, f"stopped:{command.key}", "handlers.cancelled")
    elif step == "submit" and played.end == "done" and not body.refusal:
        await _there_now(turn, command)


async def _there_now(turn: Turn, command: Command) -> None:
    """Whoever read that his order is kept and is sent by itself is told that it is there (bot/handlers/timers.py)."""
    if await turn.standing(f"slow:{command.key}") is not None and not await to_be_cancelled(turn, command):
        await _say(turn, command, f"there:{command.key}", "engine.slow_order_over")


async def _say(turn: Turn, command: Command, post: str, key: str) -> None:
    """A sentence where the command was asked for."""
    origin = command.origin
    text = Text(turn.services.words.say(await turn.lang_of(origin.chat), key, {}))
    turn.post(post, origin.chat, text, thread=origin.thread, public=True)


async def _cancelled_behind(turn: Turn, command: Command) -> None:
    """The person cancelled while the submit's outcome was unknown, and it came through."""
    if submit := SUBMITS.get(command.op):
        await submit.cancel(turn, command)
        return
    await _say(turn, command, f"late:{command.key}", "engine.not_cancelled")


async def _refused(turn: Turn, command: Command, code: str) -> None:
    """Told where it was asked for; the order itself is read again by the feed."""
    origin = command.origin
    if not origin.chat:
        return
    text = refusal(turn, await turn.lang_of(origin.chat), code, origin.chat, {})
    text, card = await of_order(turn, text, origin.chat, str(command.args.get("order") or ""))
    turn.post(f"no:{command.key}", origin.chat, text, thread=origin.thread, reply_to=card, public=True)
