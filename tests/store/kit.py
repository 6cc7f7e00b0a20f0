"""Keys, arrivals and outcomes for the store's tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.model import Arrival, Outcome, Said, Spot
from bot.store.crypto import Keys
from bot.store.sqlite import SqliteStore, open_sqlite

KEYS = Keys("k1", {"k1": b"1" * 32}, b"pepper, at least thirty-two bytes")
BOT = 77
MORNING = 1_650_000_000_000


def now() -> int:
    return MORNING


async def open_at(path: Path, *, bot: int = BOT, keys: Keys = KEYS) -> SqliteStore:
    return await open_sqlite(path, bot=bot, keys=keys, now=now)


class Turns:
    """Outcomes of arrivals that nobody has seen yet."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, body: Any = None, **changes: Any) -> Outcome:
        self.count += 1
        said = body or Said(Spot(chat=1, person=1), self.count, "hello")
        return Outcome(Arrival("telegram", str(self.count), MORNING + self.count, said), **changes)
