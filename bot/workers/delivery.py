"""One post at a time: makes shown = wanted, and says what the sender shall do with the chat afterwards."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.messenger.errors import (
    Flooded,
    Gone,
    MessengerError,
    Misused,
    Moved,
    NotDelivered,
    OutcomeUnknown,
    Refused,
    ThreadLost,
    TooOld,
    Unreachable,
)
from bot.messenger.port import Messenger
from bot.model import Content, Place, PlaceKind, Priority, Topic
from bot.store.port import Mark, PostState, Standing, Store
from bot.workers.marks import Marks

T = TypeVar("T")
log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10  # sendings of one revision that came to nothing: each a death, or a topic that was lost again


@dataclass(frozen=True, slots=True)
class Landing:
    """How a delivery ended, for its lane. ``rest``: s until the chat is called again, None = by the lane's back-off."""

    rest: float | None = 0.0
    again: bool = False  # not done: read it again
    stopped: bool = False  # the chat cannot be reached
    moved: bool = False  # the chat has another id: read everything again
    failed: bool = False  # given up
    aside: float = 0.0  # s for which this one is not tried, while its lane goes on


DONE = Landing()
Spend = Callable[[int], None]


class Delivery:
    """``neutral`` is what remains of a message too old to be deleted; ``spend`` counts further calls of a chat.

    ``quiet_until``: civil ms when the quiet hours of neighbours' groups end, 0 = there are none now.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        marks: Marks,
        neutral: str,
        spend: Spend,
        quiet_until: Callable[[], int] = int,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._marks = marks
        self._neutral = neutral
        self._spend = spend
        self._quiet_until = quiet_until
        self._heard: dict[int, bool] = {}  # chats that are called now: whether somebody came back there meanwhile

    def heard(self, chat: int) -> None:
        """It was committed that this chat can be reached: a refusal that is still under way is older than that."""
        if chat in self._heard:
            self._heard[chat] = True

    async def post(self, standing: Standing) -> Landing:
        """Send, edit or delete; the marks are on disk when it returns. Raises only what the store raises.

        A refused chat is tried once more after it was written down: whoever came back in between, before there was
        anything to wake, is reached by that; and whoever comes back after it finds what waits for him.
        """
        chat = standing.post.chat
        self._heard[chat] = False
        try:
            landing = await self._try(standing)
            return await self._once_more(standing) if landing.stopped else landing
        finally:
            del self._heard[chat]

    async def _once_more(self, standing: Standing) -> Landing:
        chat = standing.post.chat
        self._spend(chat)
        landing = await self._try(standing)
        if not landing.stopped:
            await self._store.reachable(chat)
        elif self._heard[chat]:
            await self._store.reachable(chat)
            landing = Landing(again=True)
        return landing

    async def _try(self, standing: Standing) -> Landing:
        content, message = standing.post.content, standing.message
        try:
            if content is None:
                return await self._remove(standing)
            if message is None:
                return await self._send(standing)
            return await self._change(standing, content, message)
        except MessengerError as error:
            if isinstance(error, OutcomeUnknown):  # nothing new was being sent: repeat freely
                return Landing(rest=None, again=True)
            return await self._trouble(standing, error)

    # ------------------------------------------------------------ the three ways

    async def _send(self, standing: Standing) -> Landing:
        post = standing.post
        if standing.attempts >= MOST_ATTEMPTS:
            raise Refused("attempts")
        if until := await self._quiet(standing):
            return await self._wait(standing, until)
        thread = await self._thread(standing)
        if standing.state == "unknown":  # it may have arrived: repeated once, and only when the messenger answers again
            await self._counted(post.chat, self._messenger.typing(post.chat))
        sending = Mark(post.key, "sending", standing.wanted, attempts=standing.attempts + 1, content=post.content)
        await self._marks.write(sending)
        try:
            message = await _asked(self._messenger.send(post, thread))
        except MessengerError as error:
            return await self._not_sent(standing, error)
        await self._sent(standing, message)
        if post.pin:
            await self._pin(post.chat, message)
        return DONE

    async def _change(self, standing: Standing, content: Content, message: int) -> Landing:
        chat = standing.post.chat
        try:
            changed = await _asked(self._messenger.edit(chat, message, content))
        except Gone:
            return await self._send_anew(standing)
        except TooOld:  # a kind that cannot become the wanted kind
            landing = await self._send_anew(standing)
            if landing == DONE:
                with suppress(MessengerError):
                    await self._take_away(chat, message)
            return landing
        await self._sent(standing, message)
        if standing.post.pin and not changed:  # only the wish to pin is new
            await self._pin(chat, message)
        return DONE

    async def _remove(self, standing: Standing) -> Landing:
        chat, message = standing.post.chat, standing.message
        if message is not None:
            with suppress(Gone):
                await self._take_away(chat, message)
        await self._sent(standing, None)
        return DONE

    async def _take_away(self, chat: int, message: int) -> None:
        """Deleted; what is too old for that is emptied."""
        try:
            await self._counted(chat, self._messenger.delete(chat, message))
        except TooOld:
            await self._counted(chat, self._messenger.blank(chat, message, self._neutral))

    # ------------------------------------------------------------ their parts

    async def _send_anew(self, standing: Standing) -> Landing:
        self._spend(standing.post.chat)
        return await self._send(replace(standing, message=None, state="new"))

    async def _quiet(self, standing: Standing) -> int:
        """Civil ms until which this is not sent: no new notice sounds in a neighbours' group at night, however late
        the line, a restart or a message that was deleted made it. A group of which nothing is known is such a group.
        """
        post, until = standing.post, self._quiet_until()
        if not until or post.chat > 0 or post.priority < Priority.NOTICE:
            return 0
        place = await self._store.get(Place, post.chat)
        return until if place is None or place.kind is PlaceKind.COMPOUND else 0

    async def _wait(self, standing: Standing, until: int) -> Landing:
        state = "unknown" if standing.state == "unknown" else "new"
        await self._marks.write(Mark(standing.post.key, state, due=until, attempts=standing.attempts))
        return Landing(again=True)

    async def _thread(self, standing: Standing) -> int | None:
        """The thread of the post's topic, which is made when the first post is to stand in it."""
        if not standing.post.topic:
            return standing.thread
        topic = await self._store.get(Topic, standing.post.topic)
        if topic is None:
            raise Refused("no-topic")
        if topic.thread is not None:
            return topic.thread
        thread = await _asked(self._messenger.make_topic(topic.chat, topic.name))
        self._spend(topic.chat)
        await self._store.topic_made(topic, thread)
        return thread

    async def _pin(self, chat: int, message: int) -> None:
        try:
            await self._counted(chat, self._messenger.pin(chat, message))
        except MessengerError as error:
            log.warning("a message in chat %s is not pinned: %s", chat, error.code)

    async def _counted(self, chat: int, call: Awaitable[None]) -> None:
        try:
            await _asked(call)
        finally:
            self._spend(chat)

    async def _sent(self, standing: Standing, message: int | None) -> None:
        """``attempts`` that stay behind: sendings of unknown outcome, after which the message may stand twice."""
        uncertain = standing.attempts if standing.state in ("unknown", "sent") else 0
        mark = Mark(standing.post.key, "sent", shown=standing.wanted, message=message, attempts=uncertain)
        await self._marks.write(mark)

    # ------------------------------------------------------------ what went wrong

    async def _not_sent(self, standing: Standing, error: MessengerError) -> Landing:
        """A new message that was marked as being sent: the mark is settled before the lane goes on."""
        if isinstance(error, OutcomeUnknown) and standing.state != "unknown":
            await self._back(standing, "unknown", error.code, tried=1)
            return Landing(rest=None, again=True)
        if _passing(error, standing):
            state = "unknown" if standing.state == "unknown" else "new"
            await self._back(standing, state, error.code, tried=int(isinstance(error, ThreadLost)))
        return await self._trouble(standing, error)

    async def _trouble(self, standing: Standing, error: MessengerError) -> Landing:
        if not _passing(error, standing):
            return await self._fail(standing, error.code)
        post = standing.post
        match error:
            case Flooded():
                return Landing(rest=error.seconds, again=True)
            case Unreachable():
                await self._store.unreachable(post.chat)
                return Landing(stopped=True)
            case Moved():
                await self._store.moved(post.chat, error.to)
                return Landing(moved=True)
            case ThreadLost():
                await self._store.topic_lost(post.topic)
                return Landing(again=True)
            case _:  # not connected, or the token is bad
                return Landing(rest=None, again=True)

    async def _back(self, standing: Standing, state: PostState, code: str, tried: int) -> None:
        """``tried`` 0: the attempt certainly came to nothing and does not count."""
        await self._marks.write(Mark(standing.post.key, state, attempts=standing.attempts + tried, error=code))

    async def _fail(self, standing: Standing, code: str) -> Landing:
        """Nothing more is tried until the post is committed again; the operator can see it."""
        key = standing.post.key
        log.error("post %s is given up: %s", key, code)
        await self._store.dead_letter("post", f"{key}/{standing.wanted}", code)  # first: a death between may repeat it
        await self._marks.write(Mark(key, "failed", attempts=standing.attempts, error=code))
        return Landing(failed=True)


async def _asked(call: Awaitable[T]) -> T:
    """A mistake of ours must neither hold up a chat for ever nor be repeated: it counts as a final refusal."""
    try:
        return await call
    except MessengerError:
        raise
    except Exception as error:
        raise Refused(f"crash-{type(error).__name__}") from error


def _passing(error: MessengerError, standing: Standing) -> bool:
    """Whether it may go better another time, or elsewhere."""
    if isinstance(error, ThreadLost):
        return bool(standing.post.topic)
    return isinstance(error, NotDelivered | Unreachable | Moved | Misused)
