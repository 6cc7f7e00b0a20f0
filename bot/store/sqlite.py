"""The store on one SQLite file: the embedded default. One process, one writer; programs do the rest."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import sqlite3
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from bot.store.connection import PRIVATE, RESTORE, Reader, Writer, connect, copy, run, unusable
from bot.store.crypto import Keys
from bot.store.kept import KeptStore, Make, StoreLocked
from bot.store.migrations import fits, holds_foreign, stands_at, upgrade
from bot.store.opening import opening
from bot.store.outbox import Outbox
from bot.store.pages import Pages
from bot.store.port import NotOpened
from bot.store.sql import SQLITE, Program

T = TypeVar("T")

log = logging.getLogger(__name__)


class NoStore(NotOpened):
    """The path names no file that can be a store."""


def private(path: Path) -> None:
    """For our own account only: what SQLite makes beside the file has the file's mode. Also where it was laxer once."""
    path.touch(mode=PRIVATE)
    for name in (path.name, *(path.name + end for end in ("-wal", "-shm", ".lock"))):
        file = path.with_name(name)
        try:
            if file.exists() and file.stat().st_mode & 0o077:
                file.chmod(PRIVATE)
        except PermissionError:  # somebody else's file, lent to us
            log.warning("%s may be read by others: chmod 600 it", file)


_LEFT: list[int] = []  # descriptors that may not be closed before we end, see Lock
OPENED = "opened\n"  # in the note, for releases that took only this for a sign
_NOTED = 64  # bytes of the note that are looked at; it has fewer


class Note:
    """The file beside a database, from the first time that a bot could work on it: that it is there says so, whatever
    stands in it. Who works on it now is told for people.
    """

    def __init__(self, path: Path) -> None:
        self._file, self._new = (path.with_name(path.name + end) for end in (".lock", ".lock-new"))

    def there(self) -> bool:
        """Raises NoStore where it is no file: a link is not followed, a pipe not waited for."""
        try:
            plain = stat.S_ISREG(self._file.lstat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return False
        if not plain:
            raise NoStore(f"{self._file} is no plain file: remove it, the next start makes it.")
        return True

    def may_be_written(self) -> None:
        """Raises NoStore where a folder has the name under which it is written; a file left there is written over."""
        if self._new.is_dir() and not self._new.is_symlink():
            raise NoStore(f"{self._new} is a folder: remove it, each start writes a file of this name.")

    def who(self) -> str:
        """The process that works on the database."""
        said = b""
        if self.there():
            with self._file.open("rb") as file:
                said = file.read(_NOTED)
        number = said.partition(b"\n")[0]
        return number.decode() if number.isdigit() else "unknown"

    def write(self) -> None:
        """Whole and on disk before it stands in the other's place: a power cut leaves one of the two."""
        self._new.unlink(missing_ok=True)
        with open(self._new, "xb", opener=partial(os.open, mode=PRIVATE)) as file:
            file.write(f"{os.getpid()}\n{OPENED}".encode())
            file.flush()
            os.fsync(file.fileno())
        self._new.replace(self._file)
        folder = os.open(self._file.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Lost(NotOpened):
    """While we worked on it the file was removed, or another one was put in its place."""


class Lock:
    """On the database itself, held from open to close, also against a second handle in this process.

    By flock, which SQLite's own locks (fcntl) do not meet: reports read beside. Its descriptor is opened first and
    closed last, for closing one gives up the process's fcntl locks on that file. The file beside is a note only.
    """

    def __init__(self, path: Path) -> None:
        self._note = note = Note(path)
        self._path, self._journal = path, path.with_name(path.name + "-wal")
        self._written: tuple[int, int] | None = None  # which journal is ours
        self._file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _LEFT.append(self._file)
            raise StoreLocked(
                f"{path} is in use by process {note.who()}. A SQLite store serves one process: stop that one first, or"
                " use PostgreSQL to run several."
            ) from None
        try:
            if not self._holds():
                raise StoreLocked(f"{path} was replaced by another file just now: start again when it stays.")
            if note.there():
                note.write()
        except BaseException:
            self.release()
            raise

    def opened(self) -> None:
        """From now on it is no new one."""
        if not self._note.there():
            self._note.write()

    def look(self) -> None:
        """Raises Lost where the path, or its journal, no longer names what we write to."""
        with contextlib.suppress(OSError):
            journal = self._journal.stat()
            self._written = self._written or (journal.st_ino, journal.st_dev)
            if self._written == (journal.st_ino, journal.st_dev) and self._holds():
                return
        raise Lost(
            f"{self._path} or its -wal file was removed or replaced while the bot worked on it: what came since then"
            " is not kept. Put the right files in place and start again."
        )

    def _holds(self) -> bool:
        """Whether the path still names the file that is locked."""
        try:
            there, ours = self._path.stat(), os.fstat(self._file)
        except OSError:
            return False
        return (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev)

    def release(self) -> None:
        """May be called twice."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)


def _is_ours(path: Path, pages: Pages) -> bool:
    """False: the schema is to be brought up to date.

    Raises NoStore where the file is another program's, and Damaged: it stays as it is; TooNew.
    """
    with contextlib.closing(sqlite3.connect(path)) as connection:
        if holds_foreign(connection):
            raise NoStore(f"{path} is a database of another program: name a file of its own in MEDRELAY_DATABASE.")
        pages.before_work(connection)
        return fits(*stands_at(connection))


class SqliteDriver:
    """Short programs run on the loop, COMMIT and long looks on threads (ADR 0002)."""

    def __init__(self, path: Path, lock: Lock, pages: Pages) -> None:
        self.lock, self.pages = lock, pages
        self.writer = Writer(path, self.look)
        self.reader = Reader(path)
        pages.beside_work()

    async def few(self, program: Program[T]) -> T:
        with self.pages:
            return self.reader.now(program)

    async def many(self, program: Program[T]) -> T:
        with self.pages:
            return await self.reader.later(program)

    async def aside(self, program: Program[T]) -> T:
        with self.pages:
            return await self.reader.aside(program)

    async def write(self, make: Make[T]) -> T:
        with self.pages:
            return await self.writer.do(make)

    def look(self) -> None:
        self.lock.look()
        self.pages.look()

    async def close(self) -> None:
        await asyncio.to_thread(self.pages.close)
        await self.writer.close()
        await self.reader.close()
        self.lock.release()


class SqliteStore(KeptStore):
    """Made by open_sqlite."""

    def __init__(
        self, path: Path, driver: SqliteDriver, bot: int, keys: Keys, now: Callable[[], int], last: int
    ) -> None:
        super().__init__(SQLITE, driver, bot, keys, now, last)
        self.path = path
        self.driver = driver

    async def backup(self, to: Path) -> None:
        """A copy as of now, while turns go on; secrets stay sealed. Raises FileExistsError."""
        await asyncio.to_thread(copy, self.path, to)


async def open_sqlite(path: Path | str, *, bot: int, keys: Keys, now: Callable[[], int]) -> SqliteStore:
    """Open or create; brings the schema up to date. ``now``: civil UTC ms.

    Raises NotOpened: StoreLocked while another process has it, WrongKey where the keys are not those it was written
    with, TooNew where a later release left what this one cannot serve, NoStore where the file is none.
    """
    opening = asyncio.ensure_future(asyncio.to_thread(_told, Path(path), bot, keys, now))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):  # nobody takes it any more: its lock is given back
            await (await opening).close()
        raise


def _told(path: Path, bot: int, keys: Keys, now: Callable[[], int]) -> SqliteStore:
    """What the system and SQLite say of the file, in a sentence that says what to do."""
    try:
        if not path.parent.is_dir():
            raise NoStore(f"There is no folder {path.parent}: make it, or correct MEDRELAY_DATABASE.")
        if said := gone(path):
            raise NoStore(said)
        return _open(path, bot, keys, now)
    except (OSError, sqlite3.DatabaseError, DBAPIError) as why:
        raise NoStore(unusable(path, why, "opened and written")) from why


def gone(path: Path) -> str:
    """What to do where a bot has worked on the file and it is not there any more, "" = it is, or it is a new one. A new
    one made in its place would know nobody. Raises NoStore, also of a folder, there or where the note is written.
    """
    if path.is_dir():
        raise NoStore(f"{path} is a folder: name the file itself in MEDRELAY_DATABASE.")
    files, note = (path, path.with_name(path.name + "-wal")), Note(path)
    note.may_be_written()
    if not note.there() or any(file.exists() and file.stat().st_size for file in files):
        return ""
    return f"{path} is gone or empty, and a bot has worked on it: {RESTORE}, or remove {path.name}.lock to begin anew."


def _open(path: Path, bot: int, keys: Keys, now: Callable[[], int]) -> SqliteStore:
    private(path)
    lock = Lock(path)
    try:
        pages = Pages(path)
        if not _is_ours(path, pages):
            upgrade(path)
        connection = connect(path)
        try:
            connection.execute("BEGIN IMMEDIATE")
            last = run(connection, opening(SQLITE, bot, keys))
            run(connection, Outbox(SQLITE, bot, keys).crashed())
            connection.execute("COMMIT")
        finally:
            connection.close()
        lock.opened()
        return SqliteStore(path, SqliteDriver(path, lock, pages), bot, keys, now, last)
    except BaseException:
        lock.release()
        raise
