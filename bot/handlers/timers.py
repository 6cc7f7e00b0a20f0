"""A timer is due: one table of their kinds. A kind that only a later release knows is put aside, and told once."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.dialog import events
from bot.model import LIST, PLACES, STAFF, Batch, Dialog, Due, Text, Timer
from bot.moves import MOVES
from bot.ops.board import MORNING
from bot.ops.lists import see_list
from bot.ops.putting_away import ORDER, PERSON, forget_person, put_order_away
from bot.ops.registrations import see_staff
from bot.ops.road import view
from bot.ops.unwanted import to_be_cancelled
from bot.ops.waking import DUE
from bot.running import OF_DIALOG, advance, begin_due, notify
from bot.turn import Turn
from bot.wiring import DUES, NOTICES

log = logging.getLogger(__name__)


async def due(turn: Turn, body: Due) -> None:
    timer = body.timer
    turn.untimed(timer.key)
    ring = RINGS.get(timer.kind)
    if ring is None or (timer.kind == DUE and timer.step not in DUES):
        kind = f"{DUE} {timer.step}" if timer.kind == DUE else timer.kind
        log.error("a timer of an unknown kind is put aside: %s", kind)
        await turn.services.store.dead_letter("timer", timer.key, f"unknown timer {kind}")
        return
    await ring(turn, timer)


async def _of_dialog(turn: Turn, timer: Timer) -> None:
    """The engine refuses a timer of another step or epoch."""
    dialog = await turn.get(Dialog, timer.ref)
    if dialog is not None and dialog.state in ("open", "parked"):
        await advance(turn, dialog, events.Due(timer.kind, timer.step, timer.epoch))


async def _of_flow(turn: Turn, timer: Timer) -> None:
    await begin_due(turn, DUES[timer.step], timer)


async def _slow(turn: Turn, timer: Timer) -> None:
    """The hospital does not answer: say that all is kept and will be sent, once a command; of a cancelling, that."""
    claimed = await turn.services.store.command(timer.ref)
    if claimed is None or not claimed.command.origin.chat:
        return
    if await to_be_cancelled(turn, claimed.command):
        return
    origin = claimed.command.origin
    key = "engine.slow_order" if origin.step == "submit" else "engine.slow"
    if claimed.command.op == MOVES["cancel"].call:
        key = "cancel.queued"
    words = {"order": str(claimed.command.args.get("order") or "")}
    html = turn.services.words.say(await turn.lang_of(origin.chat), key, words)
    turn.post(timer.key, origin.chat, Text(html), thread=origin.thread, public=True)


async def _remove(turn: Turn, timer: Timer) -> None:
    """A group's notice has had its day, as the release before this one set it."""
    standing = await turn.standing(timer.ref)
    if standing is not None:
        turn.post(timer.ref, standing.post.chat, None)


async def _morning(turn: Turn, timer: Timer) -> None:
    """The board that was read for this morning."""
    await notify(turn, DUES[MORNING], "", timer.key, {"board": json.loads(timer.ref)})


async def _places(turn: Turn, timer: Timer) -> None:
    """The hospital calls these compounds or their gates something else: notices that stand say so, at any hour."""
    for batch in await turn.find(Batch, compound=timer.ref.split(",")):
        for flow in NOTICES["batch"] if batch.left and batch.stage in ("arrived", "with-ambassador") else ():
            await notify(turn, flow, batch.id, f"{batch.id}:{timer.due}", {"batch": view(batch)})


RINGS: Mapping[str, Callable[[Turn, Timer], Awaitable[None]]] = {
    **dict.fromkeys(OF_DIALOG, _of_dialog),
    DUE: _of_flow,
    "slow": _slow,
    STAFF: see_staff,
    LIST: see_list,
    PLACES: _places,
    "remove-post": _remove,
    ORDER: put_order_away,
    PERSON: forget_person,
    MORNING: _morning,
}
