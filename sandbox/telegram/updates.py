"""Making updates and handing them out by getUpdates; the webhook's queues are in queues.py."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass

from . import check, views
from .errors import ApiError
from .faults import OF_UPDATES
from .records import Chat, Json, Message, Pending
from .world import World, here

DAY_MS = 24 * 3600 * 1000
QUESTION_MS = 150_000
SHORT = frozenset({"callback_query", "pre_checkout_query", "shipping_query"})
KINDS = frozenset(check.TABLE["types"]["Update"]["fields"]) - {"update_id"}
WEEK_MS = 7 * DAY_MS
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
# A clock that runs fast must not outrun the processes: presses then live at least this many wall seconds.
GRACE_S = 3.0


@dataclass
class Waiting:
    """An update on its way in, before it has an id."""

    kind: str
    body: Json
    queue: str
    chat: int


def wanted(world: World, kind: str) -> bool:
    """Whether the bot has asked for updates of that kind."""
    allowed = world.state.delivery.allowed
    return kind in allowed if allowed else kind not in UNASKED


def allow(world: World, kinds: list[str]) -> None:
    """Which kinds of update the bot wants from now on; unknown names are skipped, none at all means the default."""
    delivery = world.state.delivery
    delivery.allowed = [kind for kind in kinds if kind in KINDS] or None
    world.state.keep(delivery)


def emit(world: World, kind: str, body: Json, chat: int, queue: str) -> None:
    """Queue one update for the bot, unless it did not ask for that kind; ordered faults strike here."""
    if not wanted(world, kind):
        return
    check.update({"update_id": 1, kind: body})
    update = Waiting(kind, body, queue, chat)
    fault = world.faults.take(OF_UPDATES, kind, chat)
    if fault is None:
        release(world, update)
    elif fault.kind in {"reorder", "pause"}:
        _hold(world, update, fault.kind, fault.seconds)
        return
    else:
        same_id = fault.kind == "duplicate"
        release(world, update, copies=1 if same_id else 0)
        if not same_id:
            release(world, update)
    _release_reordered(world)


def release(world: World, update: Waiting, copies: int = 0) -> None:
    """Give it its id and let it out."""
    delivery, now = world.state.delivery, world.clock.now_ms()
    # After a week without updates the real server goes on at a random number; it starts at one as well.
    idle = now - delivery.last_at > WEEK_MS
    delivery.last_update += secrets.randbelow(10**8) + 2 if idle else 1
    delivery.last_at = now
    until = now + (QUESTION_MS if update.kind in SHORT else DAY_MS)
    pending = Pending(
        delivery.last_update, update.kind, update.body, update.queue, update.chat, until, time.time(), copies
    )
    world.state.keep(delivery, pending)
    world.updates_bell.ring()


def _hold(world: World, update: Waiting, why: str, seconds: float | None) -> None:
    world.held.append((why, update))
    delay = seconds if seconds is not None else (2.0 if why == "reorder" else 5.0)
    world.background = {handle for handle in world.background if handle.when() > asyncio.get_running_loop().time()}
    world.background.add(asyncio.get_running_loop().call_later(delay, _let_go, world, why, update))


def _let_go(world: World, why: str, update: Waiting) -> None:
    if (why, update) in world.held:
        world.held.remove((why, update))
        release(world, update)


def _release_reordered(world: World) -> None:
    for why, update in [entry for entry in world.held if entry[0] == "reorder"]:
        _let_go(world, why, update)


def release_all(world: World) -> None:
    """Let out everything that a fault holds back."""
    for why, update in list(world.held):
        _let_go(world, why, update)


def expired(world: World, until: int, wall: float) -> bool:
    """Whether the civil time `until` (ms) is over for what was made at wall time `wall` (UTC seconds)."""
    grace = GRACE_S if world.clock.rate > 1 else 0.0
    return until < world.clock.now_ms() and time.time() - wall >= grace


def drop_expired(world: World) -> None:
    """Forget updates that are too old: messages after a day, questions after 150 s of civil time."""
    for pending in [p for p in world.state.pending.values() if expired(world, p.until, p.wall)]:
        world.state.drop(pending)


def shown(pending: Pending) -> Json:
    """The update as the bot gets it."""
    return {"update_id": pending.id, pending.kind: pending.body}


def confirm(world: World, pending: Pending) -> None:
    """The bot has it: forget it, unless a fault orders a second delivery."""
    if pending.copies:
        pending.copies -= 1
        world.again.append(pending)
    world.state.drop(pending)


async def get_updates(world: World, args: Json) -> list[Json]:
    """getUpdates: confirms everything below `offset`, waits up to `timeout` wall seconds for more."""
    delivery = world.state.delivery
    if delivery.url:
        text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise ApiError(409, f"Conflict: {text}")
    if "allowed_updates" in args:
        allow(world, args["allowed_updates"])
    offset = _confirm_below(world, args.get("offset", 0))
    world.poll += 1
    ticket = world.poll
    world.poll_ended_by = "other getUpdates request; make sure that only one bot instance is running"
    world.updates_bell.ring()
    deadline = time.monotonic() + min(max(args.get("timeout", 0), 0), 50)
    limit = min(max(args.get("limit", 100) or 100, 1), 100)
    while True:
        batch = _batch(world, offset, limit)
        if batch or (left := deadline - time.monotonic()) <= 0:
            return batch
        await world.updates_bell.wait(min(left, 1.0) if world.clock.rate > 1 else left)
        if world.poll != ticket:
            raise ApiError(409, f"Conflict: terminated by {world.poll_ended_by}")


def _confirm_below(world: World, offset: int) -> int:
    if offset < 0:
        kept = list(world.state.pending)[offset:]
        offset = kept[0] if kept else world.state.delivery.last_update + 1
    for pending in [p for p in world.state.pending.values() if p.id < offset]:
        confirm(world, pending)
    return offset


def _batch(world: World, offset: int, limit: int) -> list[Json]:
    drop_expired(world)
    again, world.again = world.again, []
    fresh = (pending for pending in world.state.pending.values() if pending.id >= offset)
    return [shown(pending) for pending in again] + [shown(p) for p, _ in zip(fresh, range(limit), strict=False)]


def end_poll(world: World, by: str) -> None:
    """A running getUpdates ends with 409 because of another request."""
    world.poll += 1
    world.poll_ended_by = by
    world.updates_bell.ring()


def hears(world: World, place: Chat, record: Message) -> bool:
    """Whether the bot gets this message: private chats always; in groups as admin, without privacy mode,
    or when it is a service message, a command, a reply to the bot or a mention of it.
    """
    if place.private:
        return True
    own = place.members.get(world.bot.id)
    if own is None or not here(own.status):
        return False
    if own.status == "administrator" or not world.bot.privacy or views.service(record):
        return True
    return _addressed(world, record)


def _addressed(world: World, record: Message) -> bool:
    original = world.state.messages.get(record.chat, {}).get(record.reply_to or 0)
    if original is not None and original.sender == world.bot.id:
        return True
    text = record.content.get("text") or record.content.get("caption") or ""
    name = f"@{world.bot.username}".lower()
    if name in text.lower():
        return True
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    return first.startswith("/") and len(first) > 1 and "@" not in first


def message(world: World, record: Message, kind: str = "message") -> None:
    """Tell the bot of a message or of an edit, if it hears it."""
    place = world.state.chats[record.chat]
    if hears(world, place, record):
        emit(world, kind, views.message(world, record), place.id, str(place.id))
