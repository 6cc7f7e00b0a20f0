"""A timer is due: of a dialog (remind, expire, album), of a slow command, of a notice that has had its day."""

from __future__ import annotations

from bot.dialog import events
from bot.draft import Turn
from bot.model import Dialog, Due, Text, Timer
from bot.running import advance


async def due(turn: Turn, body: Due) -> None:
    timer = body.timer
    turn.untimed(timer.key)
    if timer.kind in ("remind", "expire", "album", "wake"):
        await _of_dialog(turn, timer)
    elif timer.kind == "slow":
        await _slow(turn, timer)
    elif timer.kind == "remove-post":
        await _remove(turn, timer)


async def _of_dialog(turn: Turn, timer: Timer) -> None:
    """The engine refuses a timer of another step or epoch."""
    dialog = await turn.get(Dialog, timer.ref)
    if dialog is not None and dialog.state in ("open", "parked"):
        await advance(turn, dialog, events.Due(timer.kind, timer.step, timer.epoch))


async def _slow(turn: Turn, timer: Timer) -> None:
    """The hospital does not answer: say that all is kept and will be sent, once a command."""
    claimed = await turn.room.store.command(timer.ref)
    if claimed is None or not claimed.command.origin.chat:
        return
    origin = claimed.command.origin
    key = "engine.slow_order" if origin.step == "submit" else "engine.slow"
    lang = await turn.lang_of(origin.chat)
    turn.post(timer.key, origin.chat, Text(turn.room.words.say(lang, key, {})), thread=origin.thread)


async def _remove(turn: Turn, timer: Timer) -> None:
    standing = await turn.standing(timer.ref)
    if standing is not None:
        turn.post(timer.ref, standing.post.chat, None)
