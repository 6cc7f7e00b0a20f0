"""The world of one sandbox in memory, written behind to SQLite in small batches. No Bot API here.

Old messages are on disk only; without a file that is SQLite's own temporary one.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

from .records import Bot, Chat, Delivery, InvoiceLink, Member, Message, Pending, Person, Query, StoredFile, Topic
from .shelf import KEPT, Shelf

Record = Person | Chat | Message | StoredFile | Query | Pending | InvoiceLink | Bot | Delivery
KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Person, Chat, Message, StoredFile, Query, Pending, InvoiceLink, Bot, Delivery)
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, body TEXT NOT NULL, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS message (chat INTEGER, id INTEGER, body TEXT NOT NULL, PRIMARY KEY (chat, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blob (id TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS switch (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


# An update keeps the row where it is, so that a restart finds everything in the order it was made.
UPSERT = "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body"
UPSERT_MESSAGE = "REPLACE INTO message VALUES (?, ?, ?)"
OLDER = "SELECT body FROM message WHERE chat = ? AND id < ? ORDER BY id DESC LIMIT ?"


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
        self._db = sqlite3.connect("" if path == ":memory:" else path)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        self._dirty: dict[tuple[str, str], Record | None] = {}
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, Shelf] = {}
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
        for (chat,) in self._db.execute("SELECT DISTINCT chat FROM message").fetchall():
            newest = self._older(chat, 2**62, KEPT)
            for record in reversed(newest):
                self._place(record)
            self.messages[chat].cut_off(newest[-1].id)
        self.pending = dict(sorted(self.pending.items()))
        for name, value in self._db.execute("SELECT name, value FROM switch"):
            self.switches[name] = json.loads(value)

    def _older(self, chat: int, below: int, most: int) -> list[Message]:
        rows = self._db.execute(OLDER, (chat, below, most))
        return [_revive(Message, json.loads(body)) for (body,) in rows]

    def _place(self, record: Record) -> None:
        match record:
            case Message():
                if record.chat not in self.messages:
                    self.messages[record.chat] = Shelf(record.chat, self._older)
                self.messages[record.chat].put(record)
            case Bot():
                self.bot = record
            case Delivery():
                self.delivery = record
            case InvoiceLink():
                self.links[record.slug] = record
            case _:
                self._shelf(record)[record.id] = record

    def newest_first(self, chat: int) -> Iterator[Message]:
        """Messages of a chat that are still there, the newest first; old ones are read as one gets to them."""
        shelf = self.messages.get(chat)
        return (message for message in shelf.newest_first() if not message.deleted) if shelf else iter(())

    def newest(self, chat: int) -> int:
        """The id of a chat's last message, 0 when there is none."""
        shelf = self.messages.get(chat)
        return shelf.newest if shelf else 0

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
        changed = [record for record in dirty.values() if isinstance(record, Message)]
        messages = [(record.chat, record.id, json.dumps(record, default=_plain)) for record in changed]
        rows = [
            (*key, json.dumps(record, default=_plain))
            for key, record in dirty.items()
            if record is not None and not isinstance(record, Message)
        ]
        gone = [key for key, record in dirty.items() if record is None]
        with self._db:
            self._db.executemany(UPSERT, rows)
            self._db.executemany(UPSERT_MESSAGE, messages)
            self._db.executemany("DELETE FROM record WHERE kind = ? AND key = ?", gone)
            self._db.execute("REPLACE INTO switch VALUES ('_revision', ?)", (str(self.revision),))
        self._dirty = {}
        for shelf in self.messages.values():
            shelf.trim()

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
