"""The file of a bot that may be running, looked at and never written: `medrelay check`, before the first start too."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

from bot.decoding import Unreadable
from bot.store.connection import run
from bot.store.crypto import Keys, Unsealed
from bot.store.kept import KeptStore, Make
from bot.store.migrations import fits, holds_foreign, stands_at
from bot.store.opening import probed
from bot.store.port import NotOpened
from bot.store.sql import SQLITE, Program

T = TypeVar("T")
WAIT_MS = 5000


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


def damage(path: Path) -> str:
    """What SQLite finds wrong in the file, "" = nothing. Raises sqlite3.Error where it is none."""
    with contextlib.closing(_opened(path)) as connection:
        ((said, *_), *_) = connection.execute("PRAGMA integrity_check(1)").fetchall()
    return "" if said == "ok" else " ".join(said.split())


@asynccontextmanager
async def beside(path: Path, bot: int, keys: Keys) -> AsyncGenerator[Beside]:
    """Raises NotOpened: Older, TooNew, WrongKey, or what SQLite says of the file."""
    try:
        connection = _opened(path)
    except sqlite3.Error as why:
        raise NotOpened(f"{path} cannot be read ({why}): see to its rights and to MEDRELAY_DATABASE.") from None
    try:
        if holds_foreign(connection):
            raise NotOpened(f"{path} is a database of another program: name a file of its own in MEDRELAY_DATABASE.")
        if not fits(*stands_at(connection)):
            raise Older(f"{path} was left by an older release: the next start brings it up to date.")
        run(connection, probed(SQLITE, bot, keys))
        yield Beside(SQLITE, Looking(connection), bot, keys, lambda: 0, 0)
    except sqlite3.DatabaseError as why:
        raise NotOpened(f"{path} cannot be read ({why}): `medrelay check` says whether it is whole.") from None
    finally:
        connection.close()


def _opened(path: Path) -> sqlite3.Connection:
    still = "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"  # nobody works on it: make no files
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{still}", uri=True)
    connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
    return connection
