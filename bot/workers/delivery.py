"""One post at a time: makes shown = wanted, and says what the sender shall do with the chat afterwards."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from bot.clock import Clock
from bot.messenger.errors import (
    GIVEN_BACK,
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
from bot.model import Content, Place, PlaceKind, Post, Priority, Topic
from bot.store.port import LATE as LATE_CODE
from bot.store.port import Mark, PostState, Standing, Store
from bot.workers.doubts import LATE, Doubts
from bot.workers.landing import DONE, Landing, Spend
from bot.workers.marks import Marks
from bot.workers.repeated import said_again
from bot.workers.stale import stale

T = TypeVar("T")
log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10  # sendings of one revision that came to nothing: topics that were lost again; as many deaths rest
RIGHT_PAUSE = 300.0  # s before a right that was missing is tried without, if nobody tells that it is back


class Delivery:
    """``neutral`` is what remains of a message too old to be deleted; ``spend`` counts further calls of a chat.

    ``quiet_until``: civil ms when the quiet hours of neighbours' groups end, 0 = there are none now. ``again``: a
    language -> what a person's words begin with that are sent again in case they did not arrive.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        marks: Marks,
        clock: Clock,
        neutral: str,
        spend: Spend,
        quiet_until: Callable[[], int] = int,
        again: Callable[[str], str] = str,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._marks = marks
        self._clock = clock
        self._again = again
        self._doubts = Doubts()
        self._lacks: set[int] = set()  # groups where a right is missing, as was told
        self._neutral = neutral
        self._spend = spend
        self._quiet_until = quiet_until
        self._heard: dict[int, bool] = {}  # chats that are called now: whether somebody came back there meanwhile

    def heard(self, chat: int) -> None:
        """It was committed that this chat can be reached: a refusal that is still under way is older than that."""
        self._lacks.discard(chat)
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
            if await self._let_go(chat):
                await self._store.unreachable(chat)  # until it is bound again
                return Landing(stopped=True)
            landing = await self._try(standing)
            return await self._once_more(standing) if landing.stopped else landing
        finally:
            del self._heard[chat]

    async def _let_go(self, chat: int) -> bool:
        place = await self._store.get(Place, chat) if chat < 0 else None
        return place is not None and not place.bound

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
                return await self._doubt(standing, "unknown" if standing.state == "unknown" else "new", error, tried=0)
            return await self._trouble(standing, error)

    # ------------------------------------------------------------ the three ways

    async def _send(self, standing: Standing) -> Landing:
        post = standing.post
        if standing.attempts >= MOST_ATTEMPTS and not self._doubts.known(post.key):
            if standing.state != "unknown":
                raise Refused("attempts")
            raise OutcomeUnknown("attempts")  # as many deaths, perhaps of this: others go first
        if until := await self._quiet(standing):
            return await self._wait(standing, until)
        if await stale(standing, self._store, self._clock.civil()):
            return await self._sent(standing, None)
        thread = await self._thread(standing)
        once = standing.state == "unknown" and await self._to_neighbours(post)
        if standing.state == "unknown":  # it may have arrived: repeated only when the messenger answers again
            await self._counted(post.chat, self._messenger.typing(post.chat))
            post = await said_again(post, self._store, self._again)
        sending = Mark(post.key, "sending", standing.wanted, attempts=standing.attempts + 1, content=post.content)
        await self._marks.write(sending)
        try:
            message = await _asked(self._messenger.send(post, thread))
        except MessengerError as error:
            return await self._not_sent(standing, error, once)
        landing = await self._sent(standing, message)
        if post.pin:
            await self._pin(post.chat, message)
        return landing

    async def _change(self, standing: Standing, content: Content, message: int) -> Landing:
        chat = standing.post.chat
        try:
            changed = await _asked(self._messenger.edit(chat, message, content))
        except Gone:
            return await self._send_anew(standing)
        except TooOld:  # a kind that cannot become the wanted kind
            landing = await self._send_anew(standing)
            if landing == replace(DONE, came=landing.came):
                with suppress(MessengerError):
                    await self._take_away(chat, message)
            return landing
        landing = await self._sent(standing, message, edited=True)
        if standing.post.pin and not changed:  # only the wish to pin is new
            await self._pin(chat, message)
        return landing

    async def _remove(self, standing: Standing) -> Landing:
        if standing.message is not None:
            with suppress(Gone):
                await self._take_away(standing.post.chat, standing.message)
        return await self._sent(standing, None)

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
        until = self._quiet_until()
        return until if until and await self._to_neighbours(standing.post) else 0

    async def _to_neighbours(self, post: Post) -> bool:
        """A notice to a group of which nothing else is known."""
        if post.chat > 0 or post.priority < Priority.NOTICE:
            return False
        place = await self._store.get(Place, post.chat)
        return place is None or place.kind is PlaceKind.COMPOUND

    async def _wait(self, standing: Standing, until: int) -> Landing:
        state = "unknown" if standing.state == "unknown" else "new"
        mark = Mark(standing.post.key, state, due=until, attempts=standing.attempts, since=standing.since)
        await self._marks.write(mark)
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

    async def _sent(self, standing: Standing, message: int | None, *, edited: bool = False) -> Landing:
        """``attempts`` that stay behind: sendings of unknown outcome, after which the message may stand twice. An edit
        leaves open which message it is: meanwhile a new one may be wanted."""
        key = standing.post.key
        uncertain = standing.attempts if standing.state in ("unknown", "sent") else 0
        await self._marks.write(Mark(key, "sent", standing.wanted, None if edited else message, attempts=uncertain))
        self._doubts.over(key)
        if told := standing.late or (standing.wanted if standing.state == "unknown" else 0):
            return Landing(came=("post", f"{key}/{told}"))
        if message is not None and standing.post.topic and standing.post.chat in self._lacks:
            self._lacks.discard(standing.post.chat)
            return Landing(came=("rights", str(standing.post.chat)))
        return DONE

    # ------------------------------------------------------------ what went wrong

    async def _not_sent(self, standing: Standing, error: MessengerError, once: bool) -> Landing:
        """A new message that was marked as being sent: the mark is settled before anything is read or the lane goes on.

        Twice is allowed, never is not; but to neighbours a notice is repeated ``once``.
        """
        if isinstance(error, OutcomeUnknown):
            if once:
                return await self._fail(standing, error.code)
            return await self._doubt(standing, "unknown", error, tried=1)
        if _passing(error, standing):
            state = "unknown" if standing.state == "unknown" else "new"
            await self._back(standing, state, error.code, tried=int(isinstance(error, ThreadLost)))
        if isinstance(error, ThreadLost) and standing.attempts >= MOST_ATTEMPTS:
            return await self._fail(standing, "attempts")
        return await self._trouble(standing, error)

    async def _doubt(self, standing: Standing, state: PostState, error: OutcomeUnknown, tried: int) -> Landing:
        """Again, with growing pauses, until an answer comes; the chat waits for it only at first."""
        key, now = standing.post.key, self._clock.civil()
        standing = replace(standing, since=min(standing.since or now, now))
        doubt = self._doubts.again(key)
        waited = now - standing.since
        if not standing.late and waited and waited >= LATE * 1000 * self._clock.rate:
            log.error("post %s has no answer for long and is still tried: %s", key, error.code)
            await self._marks.letter("post", f"{key}/{standing.wanted}", LATE_CODE)
            standing = replace(standing, late=standing.wanted)
        if doubt.holds:
            await self._back(standing, state, error.code, tried)
            return Landing(rest=None, again=True)
        await self._back(standing, state, error.code, tried, doubt.pause)
        return Landing(aside=doubt.pause)

    async def _trouble(self, standing: Standing, error: MessengerError) -> Landing:
        if not _passing(error, standing):
            return await self._fail(standing, error.code)
        post = standing.post
        match error:
            case Flooded():
                return Landing(rest=error.seconds, flooded=True, again=True)
            case Unreachable():
                await self._store.unreachable(post.chat)
                return Landing(stopped=True)
            case Moved():
                await self._store.moved(post.chat, error.to)
                return Landing(reread=True)
            case ThreadLost():
                await self._store.topic_lost(post.topic)
                return Landing(again=True, reread=True)
            case Refused():
                return await self._lacking(standing, error.code)
            case _:  # not connected, or the token is bad
                return Landing(rest=None, again=True)

    async def _lacking(self, standing: Standing, code: str) -> Landing:
        """It waits until somebody gives the right back, and so does all that needs a new topic there; the rest of this
        chat is tried.
        """
        chat, state = standing.post.chat, standing.state
        if chat not in self._lacks:
            self._lacks.add(chat)
            await self._marks.letter("rights", str(chat), code)
        await self._back(standing, "unknown" if state == "unknown" else "new", code, 0, RIGHT_PAUSE)
        topic = await self._store.get(Topic, standing.post.topic) if standing.post.topic else None
        if topic is not None and topic.thread is None:
            await self._store.put_off(chat, self._clock.after(RIGHT_PAUSE))
        return Landing(aside=RIGHT_PAUSE)

    async def _back(self, standing: Standing, state: PostState, code: str, tried: int, pause: float = 0) -> None:
        """``tried`` 0: the attempt certainly came to nothing and does not count. ``pause``: s that it waits alone."""
        mark = Mark(standing.post.key, state, attempts=standing.attempts + tried, since=standing.since)
        aside = self._clock.after(pause) if pause else 0
        code = f"{LATE_CODE} {standing.late}" if standing.late else code
        await self._marks.write(replace(mark, aside=aside, error=code))

    async def _fail(self, standing: Standing, code: str) -> Landing:
        """Nothing more is tried until the post is committed again; the operator can see it."""
        key = standing.post.key
        log.error("post %s is given up: %s", key, code)
        await self._marks.letter("post", f"{key}/{standing.wanted}", code)  # first: a death between may repeat it
        await self._marks.write(Mark(key, "failed", attempts=standing.attempts, error=code, tried=standing.wanted))
        self._doubts.over(key)
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
    if isinstance(error, Refused):
        return standing.post.chat < 0 and error.code in GIVEN_BACK
    return isinstance(error, NotDelivered | Unreachable | Moved | Misused)
