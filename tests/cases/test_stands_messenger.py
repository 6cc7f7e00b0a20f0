"""It stands: whatever the messenger answers, words arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.messenger.errors import OutcomeUnknown, Refused
from bot.model import PutAside, Reached, Topic
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.prepared import empty_store
from tests.workers.conftest import KEYS
from tests.workers.fakes import Chats, Core, Desk, several

LI, FORUM = 11, -200


class Post:
    """The sender on a real store, before a messenger that fails when told to."""

    def __init__(self, store: SqliteStore, clock: HandClock) -> None:
        self.store, self.clock, self.chats, self.desk = store, clock, Chats(clock), Desk(store, clock)
        self.core = Core()
        wide = Limits(private_burst=1000, group_per_minute=10000, bulk_per_second=10000)
        self.sender = Sender(store, self.chats, clock, self.core.take, Sending(neutral="old", limits=wide))

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
async def test_a_case_waits_until_the_right_is_back(post: Post, method: str) -> None:
    await post.desk.row(Topic("t", FORUM, "R1", "No 7"))
    post.chats.fail(method, Refused("no-right"))
    await post.desk.say("case:R1", FORUM, "case", topic="t")
    await post.an_hour()
    standing = await post.store.standing("case:R1")
    assert standing is not None
    assert standing.state == "sent"


@pytest.mark.parametrize("code", ["no-right", "no-topics"])
async def test_what_waits_for_a_right_comes_when_it_is_given_back(post: Post, code: str) -> None:
    """The update wakes it; others of the forum go out meanwhile; the operators hear of it once."""
    await post.desk.row(Topic("t", FORUM, "R1", "No 7"))
    post.chats.fail("make_topic", *[Refused(code)] * 20)
    post.store.on_commit(post.sender.wake)
    for n in range(3):
        await post.desk.say(f"case:R{n}", FORUM, f"case {n}", topic="t")
    await post.desk.say("rights", FORUM, "a right is missing")
    await post.sender.once()
    assert post.chats.texts(FORUM) == ["a right is missing"]
    assert [(one["source"], one["times"]) for one in await post.store.dead_letters()] == [("rights", 1)]
    post.chats.mend("make_topic")
    await post.desk.reached(Reached(FORUM, LI, True))
    await post.sender.once()
    assert post.chats.texts(FORUM) == ["a right is missing", "case 0", "case 1", "case 2"]


async def test_a_right_that_came_back_untold_settles_the_exception(post: Post) -> None:
    await post.desk.row(Topic("t", FORUM, "R1", "No 7"))
    post.chats.fail("make_topic", Refused("no-right"))
    await post.desk.say("case:R1", FORUM, "case", topic="t")
    await post.an_hour()
    assert [arrival.body for arrival in post.core.taken] == [PutAside("rights", str(FORUM), "")]


async def test_a_person_who_takes_no_words_is_no_group_without_rights(post: Post) -> None:
    post.chats.fail("send", Refused("no-right"))
    await post.desk.say("a", LI, "one")
    await post.an_hour()
    assert [one["source"] for one in await post.store.dead_letters()] == ["post"]
