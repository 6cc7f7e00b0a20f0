"""One turn while it is being worked out: what was read, and what shall be committed.

It sends nothing and opens no transaction.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cache, lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from backend_client.models import Drug
from bot.book import Book
from bot.catalogue import Catalogue
from bot.config import Config
from bot.model import (
    SHAPES,
    AnyBut,
    Arrival,
    AuditLine,
    Command,
    Content,
    Expect,
    Mandate,
    Outcome,
    Person,
    Place,
    PlaceKind,
    Post,
    Priority,
    Row,
    Timer,
    key_of,
)
from bot.render.messages import Words
from bot.store.port import Standing, Store
from bot.triage import Triage

R = TypeVar("R", bound=Row)
T = TypeVar("T")
P = ParamSpec("P")


class Hold(Exception):
    """What this text may answer is still in flight: the turn is tried again for at most hold_seconds.

    ``args``: the keys of the posts whose landing it waits for.
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """What the messenger hears at once: a pop-up for a press, or yes / no (with a reason) for a pre-checkout.

    No unless somebody decided yes: a checkout is money.
    """

    toast: str = field(default="", repr=False)
    alert: bool = False
    ok: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """What every turn of this process shares."""

    store: Store
    words: Words
    config: Config
    bot_name: str  # @username without the @, for deep links
    today: Callable[[int], str]  # civil ms -> ISO day in the hospital's zone
    soon: Callable[[float], int]  # wall seconds -> how many civil ms pass in them
    catalogue: Callable[[], Catalogue]  # the hospital's reference data as last read
    search: Callable[[str], Sequence[Drug]] = lambda words: ()  # drugs by what was typed
    staff_read: Callable[[], int] = lambda: 0  # civil ms when the list of staff was read last, 0 = never
    triage: Triage = field(default_factory=Triage)  # the hospital's questions in an emergency
    reads_photos: bool = False  # a photo reader is at work; without it forms are filled by hand
    book: Book = field(default_factory=Book)  # what the house counts of itself


@lru_cache(4096)
def _blind(key: bytes, text: str) -> str:
    return base64.b32encode(hmac.new(key, text.encode(), hashlib.sha256).digest())[:32].decode().lower()


@cache
def _fields(kind: type[Row]) -> frozenset[str]:
    return frozenset(item.name for item in fields(kind))


def _fits(row: Row, equals: Mapping[str, Any]) -> bool:
    """By the row's own fields; what the store finds by other words (a person's role) it has looked at itself."""
    own = {name: wanted for name, wanted in equals.items() if name in _fields(type(row))}
    return all(_is(getattr(row, name), wanted) for name, wanted in own.items())


def _is(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, AnyBut):
        return value not in wanted.values
    return value in wanted if isinstance(wanted, (tuple, list)) else value == wanted


@dataclass(slots=True)
class Turn:
    """Reads are remembered (a row is read once), writes are collected; ``outcome()`` is what the store commits."""

    services: Services
    arrival: Arrival
    held: bool = False  # waited long enough for a question in flight
    answer: Answer = field(default=Answer(), repr=False)
    public: set[str] = field(default_factory=set[str])  # keys of the posts that a neighbours' group may get
    _read: dict[tuple[type[Row], Any], Any] = field(default_factory=dict[tuple[type[Row], Any], Any])
    _now: dict[tuple[type[Row], Any], Any] = field(default_factory=dict[tuple[type[Row], Any], Any])
    _found: dict[tuple[type[Row], str], Any] = field(default_factory=dict[tuple[type[Row], str], Any])
    _posts: dict[str, Post] = field(default_factory=dict[str, Post])
    _commands: dict[str, Command] = field(default_factory=dict[str, Command])
    _done: list[str] = field(default_factory=list[str])
    _timers: dict[str, Timer] = field(default_factory=dict[str, Timer])
    _untimed: list[str] = field(default_factory=list[str])
    _again: list[str] = field(default_factory=list[str])
    _absent: list[Expect] = field(default_factory=list[Expect])
    _audit: list[AuditLine] = field(default_factory=list[AuditLine])
    _minted: int = 0
    known: dict[Any, Any] = field(default_factory=dict[Any, Any])  # see remembered()

    # ------------------------------------------------------------ reading
    @property
    def now(self) -> int:
        return self.arrival.at

    @property
    def today(self) -> str:
        return self.services.today(self.arrival.at)

    async def get(self, kind: type[R], key: Any) -> R | None:
        """The row as this turn has it: with its own changes."""
        at = (kind, key)
        if at not in self._now:
            self._read[at] = self._now[at] = await self.services.store.get(kind, key)
        return self._now[at]

    async def find(self, kind: type[R], /, **equals: Any) -> list[R]:
        """The rows as this turn has them: what it changed or added itself is looked at with its new values."""
        return self._as_now(kind, await self._stored(kind, equals), equals)

    async def latest(self, kind: type[R], by: str, limit: int, /, **equals: Any) -> list[R]:
        """The same, not all: those with the greatest ``by`` (a plain column, a number), these first. Of what grows with
        the years, so that no more is opened than is shown.
        """
        stored = await self.services.store.find(kind, limit=limit, latest=by, **equals)
        found = self._as_now(kind, stored, equals)
        return sorted(found, key=lambda row: -getattr(row, by))[:limit]

    def _as_now(self, kind: type[R], stored: Sequence[R], equals: Mapping[str, Any]) -> list[R]:
        found: dict[Any, R] = {}
        for row in stored:
            at = (kind, key_of(row))
            if at not in self._now:
                self._read[at] = self._now[at] = row
            if self._now[at] is not None and _fits(self._now[at], equals):
                found[at] = self._now[at]
        if not equals.keys() <= _fields(kind):
            return [*found.values()]
        mine = {(kind, key_of(row)): row for row in self.changed(kind) if _fits(row, equals)}
        return [*({**mine, **found}).values()]  # as in the store: the newest first

    async def _stored(self, kind: type[R], equals: Mapping[str, Any]) -> Sequence[R]:
        """What the store has; it is asked the same only once in a turn."""
        at = (kind, repr(sorted(equals.items())))
        if at not in self._found:
            self._found[at] = await self.services.store.find(kind, **equals)
        return self._found[at]

    def without(self, kind: type[Row], key: Any) -> None:
        """This turn holds only while no such row was written: one that a find would have shown."""
        self._absent.append(Expect(kind, key, 0))

    async def person(self, id: int) -> Person:
        """The account, new ones included; a person who speaks is reachable."""
        return await self.get(Person, id) or Person(id)

    async def place_kind(self, chat: int) -> PlaceKind:
        """An unknown group counts as a neighbours' group (the strictest rule)."""
        if chat > 0:
            return PlaceKind.PRIVATE
        place = await self.get(Place, chat)
        return place.kind if place else PlaceKind.COMPOUND

    async def lang_of(self, chat: int) -> str:
        if chat > 0:
            return (await self.person(chat)).lang
        place = await self.get(Place, chat)
        return place.lang if place else self.services.config.group_lang

    def changed(self, kind: type[R]) -> list[R]:
        """The rows of this kind as this turn leaves them, where they differ from what was read."""
        return [row for at, row in self._now.items() if at[0] is kind and row is not None and row != self._read.get(at)]

    def before(self, row: R) -> R | None:
        """The same row as the store had it, None where it is new."""
        return self._read.get((type(row), key_of(row)))

    # ------------------------------------------------------------ writing
    def put(self, row: Row) -> None:
        """A patient's id stands nowhere in plain beside an account: it is kept under its mark (``marked``)."""
        self.known.clear()
        self._now[(type(row), key_of(row))] = self._without_ids(row)

    def _without_ids(self, row: Row) -> Row:
        if isinstance(row, Person) and any(role.role == "patient" for role in row.roles):
            roles = [replace(one, id=self.marked(one.id)) if one.role == "patient" else one for one in row.roles]
            return replace(row, roles=tuple(dict.fromkeys(roles)))
        if isinstance(row, Mandate) and row.patient != self.marked(row.patient):
            brief = {"id": row.patient, "name": row.facts.get("name", ""), **row.facts.get("brief", {})}
            return replace(row, patient=self.marked(row.patient), facts={**row.facts, "brief": brief})
        return row

    def marked(self, patient: str) -> str:
        """A patient's id as plain columns have it: ``~`` and its keyed hash; what is marked, or nobody, stays."""
        return patient if patient[:1] in ("", "~") else f"~{self.blind('patient', patient)}"

    def drop(self, row: Row) -> None:
        self.known.clear()
        self._now[(type(row), key_of(row))] = None

    def post(
        self,
        key: str,
        chat: int,
        content: Content | None,
        *,
        priority: Priority = Priority.DIALOG,
        public: bool = False,
        **flags: Any,
    ) -> None:
        """``public``: neighbours may read it, a sentence without values or with Public ones only (see bot/door.py)."""
        self._posts[key] = Post(key, chat, content, priority, **flags)
        (self.public.add if public else self.public.discard)(key)

    def posts(self) -> list[Post]:
        """What was said so far, in order."""
        return list(self._posts.values())

    def command(self, command: Command) -> None:
        self._commands[command.key] = command

    def done(self, command: str) -> None:
        self._done.append(command)

    def again(self, key: str) -> None:
        """A command that waits to be tried again, or a post that was given up, is tried now."""
        self._again.append(key)

    def timer(self, timer: Timer) -> None:
        self._timers[timer.key] = timer

    def untimed(self, key: str) -> None:
        self._timers.pop(key, None)
        self._untimed.append(key)

    def note(self, order: str, actor: str, what: str, on_behalf: str = "", reason: str = "") -> None:
        """R11: one line of the audit trail. ``on_behalf``: a patient's id (kept as a mark) or ``person:<account>``."""
        whose = on_behalf if on_behalf.startswith("person:") else self.marked(on_behalf)
        self._audit.append(AuditLine(order, actor, whose, what, self.now, reason))

    async def standing(self, key: str) -> Standing | None:
        """What the workers know of a post of an earlier turn."""
        return await self.services.store.standing(key)

    def say_toast(self, text: str, alert: bool = False) -> None:
        """The pop-up that answers the press; a text too long for one is shortened, and told whole, at the door."""
        self.answer = replace(self.answer, toast=text, alert=alert)

    # ------------------------------------------------------------ minting
    def new_id(self) -> str:
        """A fresh id that the same arrival always gets again: a turn repeated after a crash is the same turn."""
        self._minted += 1
        source = f"{self.services.config.bot_id}/{self.arrival.source}/{self.arrival.id}/{self._minted}"
        return base64.b32encode(hashlib.sha256(source.encode()).digest())[:10].decode().lower()

    def blind(self, *parts: str) -> str:
        """A keyed hash: what must be found again but never read back."""
        return _blind(self.services.config.hash_key, "\0".join(parts))

    # ------------------------------------------------------------ the end
    def outcome(self, posts: Sequence[Post] | None = None) -> Outcome:
        """``posts``: as they may leave, where the door has looked at them."""
        changed = [at for at, row in self._now.items() if row is not (was := self._read.get(at)) and row != was]
        relied = [
            at for at, row in self._read.items() if at not in changed and row is not None and SHAPES[at[0]].relied_on
        ]
        return Outcome(
            arrival=self.arrival,
            rows=tuple(self._now[at] for at in changed if self._now[at] is not None),
            gone=tuple(self._read[at] for at in changed if self._now[at] is None),
            posts=tuple(self._posts.values() if posts is None else posts),
            commands=tuple(self._commands.values()),
            done=tuple(self._done),
            timers=tuple(self._timers.values()),
            untimed=tuple(self._untimed),
            audit=tuple(self._audit),
            again=tuple(self._again),
            expects=(*(Expect(at[0], at[1], self._read[at].version) for at in relied), *self._absent),
            toast=self.answer.toast,
            alert=self.answer.alert,
        )


def remembered(
    look: Callable[Concatenate[Turn, P], Awaitable[T]],
) -> Callable[Concatenate[Turn, P], Awaitable[T]]:
    """What ``look`` found is looked for again only after this turn has changed a row. Its answer is never changed."""

    @wraps(look)
    async def found(turn: Turn, *about: P.args, **more: P.kwargs) -> T:
        at = (look, *about, *more.items())
        if at not in turn.known:
            answer = await look(turn, *about, **more)
            turn.known[at] = answer  # after what it may have put itself
        return turn.known[at]

    return found
