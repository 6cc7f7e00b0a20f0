"""The world of one sandbox in memory, written behind to SQLite in small batches. No Bot API here."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

from .records import Bot, Chat, Delivery, InvoiceLink, Member, Message, Pending, Person, Query, StoredFile, Topic

Record = Person | Chat | Message | StoredFile | Query | Pending | InvoiceLink | Bot | Delivery
KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Person, Chat, Message, StoredFile, Query, Pending, InvoiceLink, Bot, Delivery)
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS blob (id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS switch (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


# An update keeps the row where it is, so that a restart finds everything in the order it was made.
UPSERT = "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"


def key_of(record: Record) -> str:
    """The key a record is stored under within its kind."""
    if isinstance(record, Message):
        return f"{record.chat}/{record.id}"
    if isinstance(record, InvoiceLink):
        return record.slug
    return "" if isinstance(record, Bot | Delivery) else str(record.id)


class State:
    """All records by their ids. Change a record, then `keep` it; `flush` writes what was kept since."""

    def __init__(self, path: str = ":memory:") -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._dirty: dict[tuple[str, str], Record | None] = {}
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.files: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.pending: dict[int, Pending] = {}
        self.links: dict[str, InvoiceLink] = {}
        self.bot = Bot(0)
        self.delivery = Delivery()
        self.switches: dict[str, Any] = {}
        self._load()
        self.revision = max(int(time.time() * 1000), self.switches.pop("_revision", 0))
        self.serial = count(self.revision)

    def _load(self) -> None:
        for kind, body in self._db.execute("SELECT kind, body FROM record ORDER BY rowid"):
            self._place(_revive(KINDS[kind], json.loads(body)))
        for chat, messages in self.messages.items():
            self.messages[chat] = dict(sorted(messages.items()))
        self.pending = dict(sorted(self.pending.items()))
        for name, value in self._db.execute("SELECT name, value FROM switch"):
            self.switches[name] = json.loads(value)

    def _place(self, record: Record) -> None:
        match record:
            case Message():
                self.messages.setdefault(record.chat, {})[record.id] = record
            case Bot():
                self.bot = record
            case Delivery():
                self.delivery = record
            case InvoiceLink():
                self.links[record.slug] = record
            case _:
                self._shelf(record)[record.id] = record

    def newest_first(self, chat: int) -> list[Message]:
        """Messages of a chat that are still there, the newest first."""
        return [message for message in reversed(self.messages.get(chat, {}).values()) if not message.deleted]

    def _shelf(self, record: Record) -> dict[Any, Any]:
        shelves: dict[type[Any], dict[Any, Any]] = {
            Person: self.people,
            Chat: self.chats,
            StoredFile: self.files,
            Query: self.queries,
            Pending: self.pending,
        }
        return shelves[type(record)]

    def keep(self, *records: Record) -> None:
        """Remember records, new or changed; they are on disk after the next flush."""
        for record in records:
            self._place(record)
            self._dirty[type(record).__name__, key_of(record)] = record

    def drop(self, record: Record) -> None:
        """Forget a record that has an id."""
        self._shelf(record).pop(getattr(record, "id", None), None)
        self._dirty[type(record).__name__, key_of(record)] = None

    def switch(self, name: str, value: Any) -> None:
        """Set one of the free switches; written at once, they are few."""
        self.switches[name] = value
        with self._db:
            self._db.execute("REPLACE INTO switch VALUES (?, ?)", (name, json.dumps(value)))

    def put_blob(self, file_id: str, body: bytes) -> None:
        """Store a file's bytes."""
        with self._db:
            self._db.execute("REPLACE INTO blob VALUES (?, ?)", (file_id, body))

    def blob(self, file_id: str) -> bytes:
        """A file's bytes; KeyError when there are none."""
        row = self._db.execute("SELECT body FROM blob WHERE id = ?", (file_id,)).fetchone()
        if row is None:
            raise KeyError(file_id)
        return row[0]

    def flush(self) -> None:
        """Write everything kept since the last flush, in one transaction."""
        if not self._dirty:
            return
        dirty = self._dirty
        rows = [(*key, json.dumps(record, default=_plain)) for key, record in dirty.items() if record is not None]
        gone = [key for key, record in dirty.items() if record is None]
        with self._db:
            self._db.executemany(UPSERT, rows)
            self._db.executemany("DELETE FROM record WHERE kind = ? AND key = ?", gone)
            self._db.execute("REPLACE INTO switch VALUES ('_revision', ?)", (str(self.revision),))
        self._dirty = {}

    def close(self) -> None:
        """Flush and let go of the file."""
        self.flush()
        self._db.close()


def _plain(record: Any) -> Any:
    return record.__dict__


def _revive(kind: type[Any], raw: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    raw = {name: value for name, value in raw.items() if name in known}
    if kind is Chat:
        raw["members"] = {int(key): Member(**value) for key, value in raw["members"].items()}
        raw["topics"] = {int(key): Topic(**value) for key, value in raw["topics"].items()}
        raw["requests"] = {int(key): value for key, value in raw["requests"].items()}
        raw["read"] = {int(key): value for key, value in raw["read"].items()}
    if kind is Message:
        raw["reactions"] = {int(key): value for key, value in raw["reactions"].items()}
    return kind(**raw)
