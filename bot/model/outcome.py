"""All that one turn changes, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.model.arrivals import Arrival
from bot.model.kept import Row
from bot.model.outgoing import Command, Post, Timer


@dataclass(frozen=True, slots=True)
class AuditLine:
    """R11. ``what`` and ``reason`` are codes, never values."""

    order: str
    actor: str  # "person:123" or "hospital"
    on_behalf: str
    what: str
    at: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Expect:
    """A row the outcome relied on without writing it."""

    table: type[Row]
    key: Any
    version: int  # 0 = must not exist


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one turn changes. Committed in one atomic write or not at all."""

    arrival: Arrival
    rows: tuple[Row, ...] = ()
    gone: tuple[Row, ...] = ()  # rows to delete (at the version read)
    posts: tuple[Post, ...] = ()
    commands: tuple[Command, ...] = ()
    done: tuple[str, ...] = ()  # commands whose result this is: erased with it
    timers: tuple[Timer, ...] = ()
    untimed: tuple[str, ...] = ()  # timer keys to remove
    audit: tuple[AuditLine, ...] = ()
    expects: tuple[Expect, ...] = ()
    again: tuple[str, ...] = ()  # keys of commands that wait and of posts that were given up: tried now
    cursor: tuple[str, str] | None = None  # (feed name, value) moved with the effects it covers
    toast: str = field(default="", repr=False)  # the pop-up that answers a press; not stored
    alert: bool = False
