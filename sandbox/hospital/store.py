"""The resources, their versions and their index in SQLite. Knows nothing of HTTP, of queries or of what is valid."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.hospital import wire
from sandbox.hospital.dates import instant
from sandbox.hospital.entries import ANY_LINK, entries

_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (
    updated INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, method TEXT NOT NULL,
    body TEXT, UNIQUE (type, id, version));
CREATE INDEX IF NOT EXISTS version_of ON version (type, id, updated);
CREATE TABLE IF NOT EXISTS current (
    type TEXT NOT NULL, id TEXT NOT NULL, updated INTEGER NOT NULL UNIQUE, PRIMARY KEY (type, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS current_updated ON current (type, updated);
CREATE TABLE IF NOT EXISTS entry (
    type TEXT NOT NULL, id TEXT NOT NULL, param TEXT NOT NULL, system TEXT NOT NULL, value TEXT NOT NULL,
    low INTEGER NOT NULL, high INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS entry_of ON entry (type, id, param);
CREATE INDEX IF NOT EXISTS entry_value ON entry (type, param, value, system, id);
CREATE INDEX IF NOT EXISTS entry_date ON entry (type, param, low, high, id);
CREATE INDEX IF NOT EXISTS entry_link ON entry (param, system, value) WHERE param = '->';
"""


@dataclass(frozen=True)
class Stored:
    """One version of a resource: `updated` in civil ms, unique; `body` the JSON text, None when deleted."""

    type: str
    id: str
    version: str
    updated: int
    method: str
    body: str | None

    @property
    def resource(self) -> dict[str, Any]:
        """The resource as plain data, new on every call."""
        return wire.loads(self.body or "{}")

    @property
    def place(self) -> str:
        """Type/id, as a reference to it is written."""
        return f"{self.type}/{self.id}"


class InUse(RuntimeError):
    """The file is another process's; two hospitals on one file would mix up their order of versions."""


class Store:
    """One SQLite file (or memory). Writes happen inside `transaction()` only; it is used from one thread."""

    def __init__(self, path: Path | None, now: Callable[[], int]) -> None:
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._db.execute("PRAGMA busy_timeout=0")
        self._db.execute("PRAGMA locking_mode=EXCLUSIVE")
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            self._db.close()
            raise InUse(f"{path} is in use by another hospital, or cannot be written: {error}") from None
        self._now = now
        self._last: int = self._db.execute("SELECT coalesce(max(updated), 0) FROM version").fetchone()[0]
        self._last_of: dict[str, int] = {}
        self._written: list[Stored] = []

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[list[Stored]]:
        """All writes inside or none; yields the list of what was written so far, which is whole at the end."""
        self._db.execute("BEGIN IMMEDIATE")
        self._written = []
        try:
            yield self._written
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def newest(self, type_: str = "") -> int:
        """When anything, or one of that type, was written last (ms; 0: not since this was opened).

        Every write is later than the one before.
        """
        return self._last_of.get(type_, 0) if type_ else self._last

    def current(self, type_: str, id_: str) -> Stored | None:
        """The newest version, also when that is a deletion; None if there never was one."""
        return self._one("SELECT * FROM version WHERE type=? AND id=? ORDER BY updated DESC LIMIT 1", type_, id_)

    def version(self, type_: str, id_: str, version: str) -> Stored | None:
        """One version by its id."""
        return self._one("SELECT * FROM version WHERE type=? AND id=? AND version=?", type_, id_, version)

    def exists(self, type_: str, id_: str) -> bool:
        """Whether a resource is there and not deleted."""
        return bool(self._db.execute("SELECT 1 FROM current WHERE type=? AND id=?", (type_, id_)).fetchone())

    def history(self, type_: str, id_: str, before: int, count: int) -> list[Stored]:
        """Versions older than `before` (ms), newest first."""
        sql = "SELECT * FROM version WHERE type=? AND id=? AND updated<? ORDER BY updated DESC LIMIT ?"
        return self.select(sql, (type_, id_, before, count))

    def write(self, type_: str, id_: str, resource: Mapping[str, Any], method: str) -> Stored:
        """Store a new version with a new versionId and lastUpdated."""
        updated, version = self._tick(), secrets.token_hex(5)
        kept = {name: value for name, value in resource.items() if name not in ("resourceType", "id", "meta")}
        meta = {**resource.get("meta", {}), "versionId": version, "lastUpdated": instant(updated)}
        whole = {"resourceType": type_, "id": id_, "meta": meta, **kept}
        stored = Stored(type_, id_, version, updated, method, wire.dumps(whole))
        self._append(stored)
        self._db.execute("INSERT INTO current VALUES (?,?,?)", (type_, id_, updated))
        rows = [(type_, id_, e.param, e.system, e.value, e.low, e.high) for e in entries(whole)]
        self._db.executemany("INSERT INTO entry VALUES (?,?,?,?,?,?,?)", rows)
        return stored

    def remove(self, type_: str, id_: str) -> Stored:
        """Store a deletion as the newest version."""
        stored = Stored(type_, id_, secrets.token_hex(5), self._tick(), "DELETE", None)
        self._append(stored)
        return stored

    def referrers(self, type_: str, id_: str) -> list[str]:
        """Some resources (Type/id) whose current version refers to this one."""
        sql = "SELECT type, id FROM entry WHERE param=? AND system=? AND value=? LIMIT 5"
        return [f"{row[0]}/{row[1]}" for row in self._db.execute(sql, (ANY_LINK, type_, id_))]

    def select(self, sql: str, values: tuple[Any, ...]) -> list[Stored]:
        """The versions that a SELECT over `version` answers."""
        return [Stored(row[1], row[2], row[3], row[0], row[4], row[5]) for row in self._db.execute(sql, values)]

    def rows(self, sql: str, values: tuple[Any, ...]) -> list[tuple[Stored, Any]]:
        """The versions that a SELECT answers, each with the column after them (the sort key)."""
        found = self._db.execute(sql, values)
        return [(Stored(row[1], row[2], row[3], row[0], row[4], row[5]), row[6]) for row in found]

    def scalar(self, sql: str, values: tuple[Any, ...]) -> Any:
        """The first value of the first row."""
        return self._db.execute(sql, values).fetchone()[0]

    def _one(self, sql: str, *values: str) -> Stored | None:
        return next(iter(self.select(sql, values)), None)

    def _append(self, stored: Stored) -> None:
        row = (stored.updated, stored.type, stored.id, stored.version, stored.method, stored.body)
        self._db.execute("INSERT INTO version VALUES (?,?,?,?,?,?)", row)
        self._db.execute("DELETE FROM current WHERE type=? AND id=?", (stored.type, stored.id))
        self._db.execute("DELETE FROM entry WHERE type=? AND id=?", (stored.type, stored.id))
        self._written.append(stored)
        self._last_of[stored.type] = stored.updated

    def _tick(self) -> int:
        self._last = max(self._last + 1, self._now())
        return self._last
