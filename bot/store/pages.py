"""SQLite's own check of every page of a file: before it is worked on, or beside where it is large (ADR 0058)."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from pathlib import Path

from bot.store.connection import PRIVATE, Damaged, lost

DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)  # of a whole look, a disk that fails too
FIRST = 256_000_000  # bytes of a file that is checked before it is worked on: less than half a second


class Pages:
    """Of a file up to ``FIRST`` bytes, or in which damage was found before, ``before_work`` looks at every page. Of any
    other a thread does, while the bot is at work. From when it has found something, or the work has met it, ``look``
    raises Damaged.
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
            raise Damaged(said, str(self._path))
        self._note.unlink(missing_ok=True)

    def beside_work(self) -> None:
        if self._beside:
            self._connection = sqlite3.connect(self._path, check_same_thread=False)
            self._thread = threading.Thread(
                target=self._check, args=(self._connection,), name="store-pages", daemon=True
            )
            self._thread.start()

    def __enter__(self) -> None:
        """Around whatever reads or writes: damage that it meets ends the process (``look``), as no try mends it."""

    def __exit__(self, kind: object, why: object, where: object) -> None:
        if isinstance(why, Damaged):
            self.found(why.said)

    def look(self) -> None:
        """Raises Damaged."""
        if self._found:
            raise Damaged(self._found, str(self._path))

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
            if not lost(why, DAMAGE):  # ended, or somebody else had the file
                return
            said = str(why)
        if said:
            self.found(said)

    def found(self, said: str) -> None:
        """What SQLite says of a page that is not right, wherever it was met."""
        with contextlib.suppress(OSError):
            self._note.touch(mode=PRIVATE)
        self._found = self._found or said


def _wrong(connection: sqlite3.Connection) -> str:
    """ "" = every page is right."""
    ((said, *_), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
    return "" if said == "ok" else said
