"""The file of a bot that may be running, looked at and never written: `medrelay check`, before the first start too."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

from bot.decoding import Unreadable
from bot.store.connection import Damaged, run, unusable
from bot.store.crypto import Keys, Unsealed
from bot.store.kept import KeptStore, Make
from bot.store.migrations import fits, holds_foreign, stands_at
from bot.store.opening import probed
from bot.store.port import NotOpened
from bot.store.sql import SQLITE, Program
from bot.store.sqlite import gone

T = TypeVar("T")
WAIT_MS = 5000
ROOM = 4_096_000  # bytes that the -wal file grows to before SQLite empties it: 1000 pages


class Older(NotOpened):
    """The next start brings it up to date; until then this release cannot read its rows."""


class Looking:
    """A driver on one connection that cannot write."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def few(self, program: Program[T]) -> T:
        return run(self._connection, program)

    async def many(self, program: Program[T]) -> T:
        return run(self._connection, program)

    async def aside(self, program: Program[T]) -> T:
        return run(self._connection, program)

    async def write(self, make: Make[T]) -> NoReturn:
        raise sqlite3.OperationalError("looked at, never written")

    def look(self) -> None:
        """Nothing is written here."""

    async def close(self) -> None:
        self._connection.close()


class Beside(KeptStore):
    """Made by ``beside``. Of the rows asked for: how many cannot be opened, and which the next start seals first."""

    unread = 0
    unsealed: frozenset[tuple[str, object]] = frozenset()

    def _note(self, table: str, key: object, why: Unreadable) -> None:
        if isinstance(why, Unsealed):
            self.unsealed |= {(table, key)}
        else:
            super()._note(table, key, why)

    async def dead_letter(self, arrival_source: str, arrival_id: str, code: str) -> None:
        self.unread += 1


def look_through(path: Path) -> None:
    """Every page of the file. Raises NotOpened: Damaged, or where it is no database, or cannot be read."""
    with looking(path) as connection:
        ((said, *_), *_) = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if said != "ok":
        raise Damaged(said, str(path))


def hindrance(path: Path) -> str:
    """What keeps a bot from writing where the file is, or shall be, "" = nothing: it could be read, and not served."""
    files = [one for end in ("", "-wal", "-shm", ".lock") if (one := path.with_name(path.name + end)).exists()]
    if shut := next((one for one in (path.parent, *files) if not os.access(one, os.W_OK)), None):
        return f"{shut} cannot be written: see to its rights, and that what it lies on is not read-only"
    if (free := shutil.disk_usage(path.parent).free) < ROOM:
        return f"the disk under {path.parent} has no room, {free // 1000} kB are free: make room"
    return ""


@asynccontextmanager
async def beside(path: Path, bot: int, keys: Keys) -> AsyncGenerator[Beside]:
    """Raises NotOpened: Older, TooNew, WrongKey, or what SQLite says of the file."""
    with looking(path) as connection:
        if holds_foreign(connection):
            raise NotOpened(f"{path} is a database of another program: name a file of its own in MEDRELAY_DATABASE.")
        if not fits(*stands_at(connection)):
            raise Older(f"{path} was left by an older release: the next start brings it up to date.")
        run(connection, probed(SQLITE, bot, keys))
        yield Beside(SQLITE, Looking(connection), bot, keys, lambda: 0, 0)


@contextmanager
def looking(path: Path) -> Generator[sqlite3.Connection]:
    """A connection that cannot write. Raises NotOpened where there is no file, and for what SQLite says of it."""
    uri = uri_of(path)
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
            yield connection
    except sqlite3.Error as why:
        if getattr(why, "sqlite_errorcode", 0) == sqlite3.SQLITE_ERROR:  # a table is missing
            raise NotOpened(
                f"{path} is no database of this release ({why}): start the bot, which brings an older one up to date,"
                " or correct MEDRELAY_DATABASE."
            ) from None
        raise NotOpened(unusable(path, why, "read")) from None


def uri_of(path: Path) -> str:
    """By which SQLite only reads it, also on a disk that cannot be written. Raises NotOpened where there is no file."""
    try:
        if said := gone(path):
            raise NotOpened(said)
        if not path.exists():
            raise NotOpened(f"{path} is not there yet: the bot makes it when it starts, or correct MEDRELAY_DATABASE.")
        worked_on = path.with_name(f"{path.name}-wal").exists()
    except OSError as why:
        raise NotOpened(unusable(path, why, "read")) from None
    return f"{path.absolute().as_uri()}?mode=ro{'' if worked_on else '&immutable=1'}"  # makes no files beside it then
