"""It stands: whatever the messenger answers, words arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.messenger.errors import OutcomeUnknown, Refused
from bot.model import Topic
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.cases import not_yet
from tests.prepared import empty_store
from tests.workers.conftest import KEYS
from tests.workers.fakes import Chats, Core, Desk, several

LI, FORUM = 11, -200


class Post:
    """The sender on a real store, before a messenger that fails when told to."""

    def __init__(self, store: SqliteStore, clock: HandClock) -> None:
        self.store, self.clock, self.chats, self.desk = store, clock, Chats(clock), Desk(store, clock)
        wide = Limits(private_burst=1000, group_per_minute=10000, bulk_per_second=10000)
        self.sender = Sender(store, self.chats, clock, Core().take, Sending(neutral="old", limits=wide))

    async def an_hour(self) -> None:
        for _ in range(120):
            await self.sender.once()
            self.clock.advance(30)


@pytest.fixture
async def post(tmp_path: Path, clock: HandClock) -> AsyncIterator[Post]:
    store = await open_sqlite(empty_store(tmp_path / "bot.sqlite"), bot=1, keys=KEYS, now=clock.civil)
    yield Post(store, clock)
    await store.close()


@pytest.mark.parametrize("times", [2, 5])
async def test_words_arrive_however_often_the_outcome_was_unknown(post: Post, times: int) -> None:
    post.chats.fail("send", *several(OutcomeUnknown, "no-answer", times))
    await post.desk.say("r:1", LI, "请停用阿托伐他汀")
    await post.an_hour()
    assert post.chats.texts(LI) == ["请停用阿托伐他汀"]


@pytest.mark.parametrize("method", ["make_topic", "send"])
@not_yet("It stands 6: the right to manage topics is taken away for a moment: the case is lost for ever")
async def test_a_case_waits_until_the_right_is_back(post: Post, method: str) -> None:
    await post.desk.row(Topic("t", FORUM, "R1", "No 7"))
    post.chats.fail(method, Refused("no-right"))
    await post.desk.say("case:R1", FORUM, "case", topic="t")
    await post.an_hour()
    standing = await post.store.standing("case:R1")
    assert standing is not None
    assert standing.state != "failed"
