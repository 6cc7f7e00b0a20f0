"""What the house asks of a store; sqlite.py and postgres.py keep it. One contract test suite serves both.
Turns use get / find / seen / commit. Workers use the rest: bookkeeping, in small commits of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from bot.model import Command, Content, Outcome, PlaceKind, Post, Priority, Row, Timer, Topic

R = TypeVar("R", bound=Row)

LATE = "late"  # the code of a post that has no answer for long and is still tried; its revision stands behind it
OF_A_CHAT = 20  # posts of one chat in a reading: more would be sent no sooner, and hide what waits elsewhere
PostState = Literal["new", "sending", "sent", "failed", "unknown"]


class NotOpened(Exception):
    """The store cannot be worked on as it is, and was left so; the text is one sentence that says what to do."""


class Full(NotOpened):
    """The disk has no room: nothing was written, and what is asked again later may hold."""

    def __init__(self) -> None:
        super().__init__("The disk has no room, nothing can be written down: make room.")


class Conflict(Exception):
    """A row in ``expects`` or ``rows`` is no longer at the version that was read: read again, decide again."""


class Duplicate(Exception):
    """This arrival was committed before: nothing to do, answer as if done."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A post as the workers know it. ``message`` is None until Telegram gave its id."""

    post: Post
    state: PostState
    message: int | None
    thread: int | None  # the topic's thread, resolved from the Topic row, None = not in a topic or not yet created
    wanted: int  # revision that shall stand
    shown: int  # revision that stands, 0 = nothing yet
    attempts: int = 0
    due: int = 0  # civil ms before which neither it nor what stands behind it in its lane is tried
    aside: int = 0  # civil ms before which it alone is not tried
    since: int = 0  # civil ms of the first try that got no answer, 0 = there was none
    late: int = 0  # the revision of which it was told that it has no answer for long, 0 = none
    content_was: Content | None = None  # last shown kind decides edit method; may be None after erasure

    def waits(self, now: int) -> bool:
        """Whether it may be tried now (civil ms); as the database counts it (schema.LATER)."""
        wanted = self.shown != self.wanted and self.state not in ("failed", "sending")
        return wanted and max(self.aside, self.due, self.post.not_before) <= now


#: How the posts of one commit stand, by key; None where that is to be read.
Stand: TypeAlias = Mapping[str, Standing | None]


@dataclass(frozen=True, slots=True)
class Waits:
    """Where a post that may be tried stands in line; what it says is not read. Stamps are about civil ms times 1000."""

    key: str
    chat: int
    priority: Priority
    queued: int  # stamp: first come, first served within its chat and priority
    ready: int  # stamp since when it may be tried
    stopped: bool  # the chat cannot be reached


@dataclass(frozen=True, slots=True)
class Mark:
    """The sender's note about one post; many marks are written in one commit."""

    key: str
    state: PostState
    shown: int | None = None  # revision now standing; with "sending": the one on its way, it may be outdated already
    message: int | None = None
    due: int = 0
    attempts: int = 0
    error: str = ""  # a code, never a value
    tried: int | None = None  # with "failed": the revision that failed; a newer one wanted meanwhile is tried
    content: Content | None = None  # with "sending": what is on its way
    aside: int = 0  # civil ms before which it is not tried, while its lane goes on
    since: int = 0  # see Standing


@dataclass(frozen=True, slots=True)
class Copy:
    """One of many posts that say the same; what it says is not read."""

    key: str
    chat: int
    state: PostState
    message: int | None
    wanted: int
    shown: int
    stands: bool  # something shall stand there
    not_before: int  # civil ms
    error: str  # a code
    stopped: bool  # the chat cannot be reached, or was let go


@dataclass(frozen=True, slots=True)
class Claimed:
    """A command with what the command runner needs to try it again."""

    command: Command
    attempts: int
    first_tried: int
    due: int


@dataclass(frozen=True, slots=True)
class Sight:
    """What waits: how many, and for how long the oldest of them (civil ms).

    ``posts`` by priority; ``commands`` since they were tried first; ``timers`` that are due; ``incidents`` that are
    open, by kind; ``live``: orders on their way; ``past``: how many of these are past each instant that was asked for.
    """

    posts: Mapping[str, tuple[int, int]]
    failed: int
    commands: tuple[int, int]
    timers: tuple[int, int]
    incidents: Mapping[str, int]
    live: int
    past: tuple[int, ...]


#: The cursor that says how many rows a start found without a seal (ADR 39), until that was told.
UNSEALED = "rows-unsealed"


class Store(Protocol):
    @property
    def full(self) -> bool:
        """Whether the disk had no room when something was written lately."""
        ...

    # ------------------------------------------------------------ turns
    async def get(self, kind: type[R], key: Any) -> R | None:
        """The row with this key (Person.id, Place.chat, Dialog.id, Order.no, Batch.id, Topic.key, Link.id ...)."""
        ...

    async def find(self, kind: type[R], /, *, limit: int | None = None, latest: str = "", **equals: Any) -> list[R]:
        """All rows whose plain columns equal the values (a tuple or list = any of, AnyBut), newest first.

        Only who names a ``limit`` is given fewer, the greatest ``latest`` first. An unreadable row is a dead letter.

        A Person is also found by ``role``, ``role_id`` and ``location`` of his roles. Raises ValueError for any other
        name: what is encrypted cannot be asked.
        """
        ...

    async def refs(self, kind: PlaceKind) -> dict[str, int]:
        """What places of this kind are, in order, and how many of each; those that were let go, too."""
        ...

    async def served(self) -> dict[str, int]:
        """How many ambassadors serve each compound that has any."""
        ...

    async def chats(self, kind: PlaceKind) -> list[tuple[int, str]]:
        """Every place of this kind and what it is, those that were let go, too, without opening what is sealed."""
        ...

    async def bearers(self, role: str) -> list[tuple[int, str]]:
        """Who is bound to which registration of this role, without opening what is sealed."""
        ...

    async def seen(self, source: str, id: str, other: str = "") -> bool:
        """Whether an arrival was committed under this id, or under the other one."""
        ...

    async def asks(self, dialog: str) -> tuple[str, str] | None:
        """A dialog's state and the key of the post that asks, without opening what is sealed in its row."""
        ...

    async def commit(self, outcome: Outcome) -> None:
        """One atomic write, on disk (fsync) when it returns. Raises Conflict, Duplicate or Full: nothing is changed.
        What the workers note (marks, cursors ...) waits for room instead.
        """
        ...

    async def standing(self, key: str) -> Standing | None:
        """The post under this key: its message id tells whether a typed text came before or after a question."""
        ...

    async def post_of(self, chat: int, message: int) -> Standing | None:
        """Which post of ours this message is (replies, presses on copies, mirrored edits)."""
        ...

    async def is_ours(self, chat: int, message: int) -> bool:
        """Whether this message is a post of ours; what it says is not read."""
        ...

    async def there(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys a post has, or had: what it says is not read."""
        ...

    async def in_flight(self, chat: int) -> list[str]:
        """Keys of posts that may stand in this chat already, though no message id of theirs is known yet.
        To tell whose message an id is, ask this first and ``post_of`` afterwards: between the two a post may land.
        """
        ...

    async def copies(self, first: str, last: str) -> list[Copy]:
        """The posts with keys from ``first`` to ``last``, both of one length and differing in digits only."""
        ...

    async def custody_count(self, order: str) -> int: ...

    def on_commit(self, wake: Callable[[Outcome], None]) -> None:
        """Called on the loop after each commit, so that workers of this process need not wait for their next look."""
        ...

    def on_posts(self, heard: Callable[[Stand], None]) -> None:
        """Called before ``on_commit``, with the posts of the commit as it left them: they need not be read."""
        ...

    # ------------------------------------------------------------ sender
    async def waiting(self, priority: Priority, after: int, now: int, limit: int) -> list[Waits]:
        """Posts that may be tried now (civil ms), in the order in which they became ready, from this stamp on."""
        ...

    async def waiting_in(self, chat: int, now: int, limit: int) -> list[Waits]:
        """Those of one chat, in the order in which they are sent."""
        ...

    async def due(self, key: str, now: int) -> Standing | None:
        """A post that may be tried now, whole. One that cannot be read is none: its release will read it."""
        ...

    async def mark(self, marks: Sequence[Mark]) -> None: ...

    async def marked(self, keys: Sequence[str], seconds: float) -> None:
        """Returns when this process has marked that one of these posts is no longer on its way, or after so many s."""
        ...

    async def put_off(self, chat: int, until: int) -> None:
        """No topic can be made there: what waits for one is not tried before (civil ms), all else of the chat is."""
        ...

    async def adopt(self, key: str, message: int) -> int | None:
        """A press came from another copy: this message id becomes the post's; answers the id it had (to be deleted)."""
        ...

    async def topic_made(self, topic: Topic, thread: int) -> None: ...

    async def topics_due(self, limit: int = 50) -> list[Topic]:
        """Topics whose name or closed state is not what Telegram shows, and those that shall be deleted."""
        ...

    async def topic_shown(self, key: str, name: str, closed: bool | None = None) -> None:
        """What Telegram shows now; without ``closed``: as the row says."""
        ...

    async def topic_lost(self, key: str) -> None:
        """'message thread not found': forget the thread, so that a new topic is made and the post repeated."""
        ...

    async def topic_gone(self, key: str, stays: str = "") -> None:
        """It was deleted: so is its row, and the posts in it. ``stays``: it could not be, and has this name, closed."""
        ...

    async def unreachable(self, chat: int) -> None:
        """403: the person is marked, his lane stops until he speaks again."""
        ...

    async def reachable(self, chat: int) -> None:
        """Undoes ``unreachable``, when nobody spoke and the chat is there all the same."""
        ...

    async def moved(self, chat: int, to: int) -> None:
        """ChatMigrated: rewrite the chat id everywhere."""
        ...

    # ------------------------------------------------------------ command runner
    async def commands_due(self, now: int, limit: int = 100) -> list[Claimed]:
        """The first unfinished command of each lane, if its time has come."""
        ...

    async def command(self, key: str) -> Claimed | None: ...

    async def postpone(self, key: str, due: int, attempts: int, error: str) -> None: ...

    async def redate(self, back: int, latest: int) -> int:
        """Civil time went back by so many ms: commands that wait are due so much earlier, at ``latest`` at the latest;
        so are timers that count seconds (an album's end, a slow answer) and posts that wait alone. Answers how many.
        """
        ...

    # ------------------------------------------------------------ timekeeper, feed
    async def timers_due(self, now: int, limit: int = 200) -> list[Timer]: ...

    async def cursor(self, name: str) -> str: ...

    async def set_cursor(self, name: str, value: str) -> None: ...

    # ------------------------------------------------------------ house
    async def mint(self, series: str, by: int = 1) -> int:
        """The number ``by`` above the last of a series (order numbers), in a commit of its own; gaps are allowed."""
        ...

    async def audit(self, order: str) -> list[dict[str, Any]]: ...

    async def count_trails(self) -> int:
        """How many lines an earlier release added to audit trails: from now on it is noticed where they are cut off."""
        ...

    async def dead_letter(self, arrival_source: str, arrival_id: str, code: str) -> None: ...

    async def dead_letters(self, limit: int = 100) -> list[dict[str, Any]]:
        """What could not be handled, newest first: source, id, at, code, times."""
        ...

    async def sight(self, now: int, stages: Sequence[str], until: tuple[int, int, int, int]) -> Sight:
        """What waits at ``now``. Orders count at these stages; past = promised (``deadline``) until then (civil ms)."""
        ...

    async def purge(self, before: int) -> int:
        """Forget what is settled since then (civil ms): arrivals, messages, spent links. Answers how many rows."""
        ...

    async def old_orders(self, before: int, after: tuple[int, str] = (0, "")) -> list[tuple[int, str]]:
        """(since, number) of a hundred orders not put away that stand at their stage since before (civil ms)."""
        ...

    async def plain_people(self, before: int, after: int = 0) -> list[int]:
        """A hundred accounts known since before (civil ms) that have no role, no dialog and no order placed."""
        ...

    async def owed(self, order: str, topic: str) -> bool:
        """Whether a command of this order has no answer of the hospital yet, or a message in its topic is not sent."""
        ...

    def look(self) -> None:
        """Raises NotOpened where the file was removed or replaced, or found damaged; commits raise it too."""
        ...

    async def close(self) -> None: ...
