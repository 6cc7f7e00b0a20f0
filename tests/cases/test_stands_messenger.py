"""It stands: whatever the messenger answers, words arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.messenger.errors import OutcomeUnknown, Refused
from bot.model import Post as Out
from bot.model import Priority, PutAside, Reached, Text, Topic
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.prepared import empty_store
from tests.workers.conftest import KEYS
from tests.workers.fakes import Chats, Core, Desk, several

LI, FORUM, GROUP = 11, -200, -100
WIDE = {"private_burst": 1000, "group_per_minute": 10000, "bulk_per_second": 10000}


class Post:
    """The sender on a real store, before a messenger that fails when told to."""

    def __init__(self, store: SqliteStore, clock: HandClock) -> None:
        self.store, self.clock, self.chats, self.desk = store, clock, Chats(clock), Desk(store, clock)
        self.core = Core()
        wide = Limits(**WIDE)
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


async def test_hundreds_that_wait_for_a_right_hold_up_nobody_else(post: Post) -> None:
    """It stands 14: they filled every reading, so notices elsewhere, and topics that are there, were never seen."""
    await post.desk.row(Topic("old", FORUM, "R0", "No 1", thread=5))
    for n in range(60):
        await post.desk.row(Topic(f"t{n}", FORUM, f"R{n}", f"No {n}"))
    post.chats.fail("make_topic", *[Refused("no-right")] * 1000)
    small = Sender(post.store, post.chats, post.clock, post.core.take, Sending(read=50, limits=Limits(**WIDE)))
    post.store.on_commit(small.wake)
    await post.desk.commit(*[Out(f"c:{n}", FORUM, Text(f"case {n}"), topic=f"t{n % 60}") for n in range(120)])
    await post.desk.say("r:1", FORUM, "since Monday", topic="old")
    await post.desk.say("notice", GROUP, "12 parcels", priority=Priority.NOTICE)
    await small.once()
    assert post.chats.texts(GROUP) == ["12 parcels"]
    assert post.chats.texts(FORUM) == ["since Monday"]
    assert post.chats.methods().count("make_topic") < 5
    post.chats.mend("make_topic")
    await post.desk.reached(Reached(FORUM, LI, True))
    await small.once()
    assert len(post.chats.texts(FORUM)) == 121


async def test_a_chat_of_which_much_waits_keeps_its_order(post: Post) -> None:
    """Only the first ones of a chat are read; what comes meanwhile does not overtake the rest."""
    post.store.on_commit(post.sender.wake)
    words = [Out(f"r:{n}", LI, Text(f"{n}"), Priority.RELAY) for n in range(60)]
    await post.desk.commit(*words[:30])
    post.sender.wake()
    await post.sender._read()
    await post.desk.commit(*words[30:])
    await post.sender._read()
    await post.sender.once()
    assert post.chats.texts(LI) == [f"{n}" for n in range(60)]


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
