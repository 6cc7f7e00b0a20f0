"""One chat's messages: the newest in memory, older ones read from the database when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from .records import Message

KEPT = 100  # messages of a chat that stay in memory
PAGE = 200  # older ones read at a time

#: (chat, below this id, at most so many): those on disk, the newest first.
Read = Callable[[int, int, int], list[Message]]


class Shelf(Mapping[int, Message]):
    """Messages by id, in order. `put` what is new or changed; `trim` once everything is written."""

    def __init__(self, chat: int, read: Read) -> None:
        self._chat = chat
        self._read = read
        self._floor = 0  # ids up to here may be on disk only
        self._recent: dict[int, Message] = {}
        self._older: dict[int, Message] = {}  # older ones in use: perhaps changed, not written yet

    @property
    def newest(self) -> int:
        """The highest id, 0 when there is none; ids grow, and messages are never taken off."""
        return next(reversed(self._recent), 0)

    def put(self, record: Message) -> None:
        """A message, new or changed."""
        (self._older if record.id <= self._floor else self._recent)[record.id] = record

    def trim(self) -> None:
        """Let go of what is on disk, but for the newest."""
        self._older.clear()
        for message_id in list(islice(self._recent, max(0, len(self._recent) - KEPT))):
            del self._recent[message_id]
            self._floor = message_id

    def cut_off(self, below: int) -> None:
        """Those below that id are on disk: said when the newest have been loaded."""
        self._floor = below - 1

    def newest_first(self) -> Iterator[Message]:
        """All messages from the newest on; reads on only as far as one goes."""
        yield from list(self._recent.values())[::-1]
        below = self._floor + 1
        while below > 1 and (page := self._read(self._chat, below, PAGE)):
            for record in page:
                yield self._older.get(record.id, record)
            below = page[-1].id

    def in_order(self) -> list[Message]:
        """All messages, the oldest first."""
        return list(self.newest_first())[::-1]

    def __getitem__(self, message_id: int) -> Message:
        found = self._recent.get(message_id) or self._older.get(message_id)
        if found is None and 0 < message_id <= self._floor:
            page = self._read(self._chat, message_id + 1, 1)
            if page and page[0].id == message_id:
                found = self._older[message_id] = page[0]
        if found is None:
            raise KeyError(message_id)
        return found

    def __iter__(self) -> Iterator[int]:
        return iter([record.id for record in self.in_order()])

    def __len__(self) -> int:
        return sum(1 for _ in self.newest_first())
