"""SQLite's own check of every page of a file: before it is worked on, or beside where it is large (ADR 0058)."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

from bot.store.connection import PRIVATE
from bot.store.port import NotOpened

DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)
FIRST = 256_000_000  # bytes of a file that is checked before it is worked on: less than half a second


class Damaged(NotOpened):
    """SQLite's check found a page that is not right."""

    def __init__(self, path: Path, said: str) -> None:
        super().__init__(f"{path} is damaged ({' '.join(said.split())}): put a backup in its place.")


class Pages:
    """Of a file up to ``FIRST`` bytes, or in which damage was found before, ``before_work`` looks at every page. Of any
    other a thread does, while the bot is at work; from when it has found something ``look`` raises Damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = path.with_name(f"{path.name}.damaged")
        self._beside = path.stat().st_size > FIRST and not self._note.exists()
        self._found = ""
        self._connection: sqlite3.Connection | None = None
        self._thread: threading.Thread | None = None

    def before_work(self, connection: sqlite3.Connection) -> None:
        """Raises Damaged, sqlite3.DatabaseError."""
        if self._beside:
            return
        if said := _wrong(connection):
            raise Damaged(self._path, said)
        self._note.unlink(missing_ok=True)

    def beside_work(self) -> None:
        if self._beside:
            self._connection = sqlite3.connect(self._path, check_same_thread=False)
            self._thread = threading.Thread(
                target=self._check, args=(self._connection,), name="store-pages", daemon=True
            )
            self._thread.start()

    def look(self) -> None:
        """Raises Damaged."""
        if self._found:
            raise Damaged(self._path, self._found)

    def close(self) -> None:
        """Ends the check where it is."""
        if self._connection is not None and self._thread is not None:
            self._connection.interrupt()
            self._thread.join()
            self._connection.close()

    def _check(self, connection: sqlite3.Connection) -> None:
        try:
            said = _wrong(connection)
        except sqlite3.Error as why:
            if getattr(why, "sqlite_errorcode", 0) & 0xFF not in DAMAGE:  # ended, or somebody else had the file
                return
            said = str(why)
        if said:
            with contextlib.suppress(OSError):
                self._note.touch(mode=PRIVATE)
            self._found = said


def _wrong(connection: sqlite3.Connection) -> str:
    """ "" = every page is right."""
    ((said, *_), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
    return "" if said == "ok" else said
