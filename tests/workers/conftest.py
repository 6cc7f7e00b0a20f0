"""A hand-moved clock, a real SQLite store, and stand-ins for Telegram and the core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.store.crypto import Keys
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.prepared import empty_store
from tests.workers.fakes import Chats, Core, Desk

KEYS = Keys("1", {"1": b"k" * 32}, b"p" * 32)
NEUTRAL = "no longer valid"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[SqliteStore]:
    opened = await open_sqlite(empty_store(tmp_path / "bot.sqlite"), bot=1, keys=KEYS, now=clock.civil)
    yield opened
    await opened.close()


@pytest.fixture
def chats(clock: HandClock) -> Chats:
    return Chats(clock)


@pytest.fixture
def core() -> Core:
    return Core()


@pytest.fixture
def desk(store: SqliteStore, clock: HandClock) -> Desk:
    return Desk(store, clock)


@pytest.fixture
def sender(store: SqliteStore, chats: Chats, clock: HandClock, core: Core) -> Sender:
    """With limits so wide that they do not matter."""
    wide = Limits(private_burst=1000, group_per_minute=10000, bulk_per_second=10000)
    made = Sender(store, chats, clock, core.take, Sending(neutral=NEUTRAL, limits=wide))
    store.on_commit(made.wake)
    return made
