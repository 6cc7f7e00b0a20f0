"""Topics are made with their first post, renamed, closed, and made again when somebody deleted them."""

from __future__ import annotations

import asyncio

import pytest

from bot.clock import HandClock
from bot.messenger.errors import (
    Flooded,
    MessengerError,
    Moved,
    NotDelivered,
    OutcomeUnknown,
    Refused,
    ThreadLost,
)
from bot.model import Topic
from bot.store.sqlite import SqliteStore
from bot.workers.delivery import DONE
from bot.workers.sender import Sender
from bot.workers.topics import keep
from tests.workers.fakes import Chats, Desk, several, until

LI, WANG, GROUP, FORUM = 11, 12, -100, -200


async def test_a_topic_is_made_before_the_first_post_in_it(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7"))
    await desk.say("a", FORUM, "case", topic="t")
    await desk.say("b", FORUM, "photo", topic="t")
    await sender.once()
    assert chats.methods() == ["make_topic", "send", "send"]
    topic = await store.get(Topic, "t")
    assert topic is not None
    assert topic.thread == 101
    assert [chats.threads[102], chats.threads[103]] == [101, 101]


async def test_a_post_names_a_thread_directly(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("a", FORUM, "case", thread=77)
    await sender.once()
    assert chats.threads == {101: 77}


async def test_a_lost_topic_is_made_again_and_the_post_repeated(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7"))
    await desk.say("a", FORUM, "case", topic="t")
    await sender.once()
    chats.fail("send", ThreadLost("thread-lost"))
    await desk.say("b", FORUM, "photo", topic="t")
    await sender.once()
    assert len(chats.topics) == 2
    assert chats.texts(FORUM) == ["case", "photo"]


async def test_a_topic_that_is_lost_again_and_again_is_given_up(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7"))
    chats.fail("send", *several(ThreadLost, "thread-lost", 50))
    await desk.say("a", FORUM, "case", topic="t")
    await sender.once()
    assert [letter["code"] for letter in await store.dead_letters()] == ["attempts"]
    assert chats.methods().count("send") == 10


async def test_a_post_in_a_topic_nobody_knows_is_given_up(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.say("a", FORUM, "case", topic="never made")
    await sender.once()
    assert chats.calls == []
    assert [letter["code"] for letter in await store.dead_letters()] == ["no-topic"]


async def test_a_topic_is_renamed_closed_and_reopened(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7"))
    await desk.say("a", FORUM, "case", topic="t")
    await sender.once()

    async def change(name: str, closed: bool) -> None:
        topic = await store.get(Topic, "t")
        assert topic is not None
        await desk.row(Topic("t", FORUM, "R1", name, topic.shown, topic.thread, closed, topic.version))
        await sender.once()

    await change("No 7 green", False)
    assert (chats.topics[101], chats.closed) == ("No 7 green", set())
    await change("No 7 done", True)
    assert (chats.topics[101], chats.closed) == ("No 7 done", {101})
    await change("No 7 done", False)
    assert chats.closed == set()
    assert await sender.once() == 0


async def test_a_topic_we_may_not_change_is_left_for_a_while(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore, clock: HandClock
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7", shown="old", thread=5))
    chats.fail("rename_topic", Refused("no-right"))
    await sender.once()
    await desk.say("a", FORUM, "case", topic="t")
    clock.advance(599)
    await sender.once()
    assert chats.methods() == ["rename_topic", "send"]
    clock.advance(2)
    await sender.once()
    assert chats.topics[5] == "No 7"


@pytest.mark.parametrize(
    ("error", "rest"), [(Flooded(30), 30), (NotDelivered("not-connected"), 1), (OutcomeUnknown("no-answer"), 1)]
)
async def test_a_topic_is_renamed_when_telegram_answers_again(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, error: MessengerError, rest: float
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7", shown="old", thread=5))
    chats.fail("rename_topic", error)
    await sender.once()
    clock.advance(rest - 0.1)
    await sender.once()
    assert chats.methods() == ["rename_topic"]
    clock.advance(0.2)
    await sender.once()
    assert chats.topics[5] == "No 7"


async def test_a_topic_moves_with_its_group(sender: Sender, desk: Desk, chats: Chats, store: SqliteStore) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7", shown="old", thread=5))
    chats.fail("rename_topic", Moved(-1009))
    await sender.once()
    topic = await store.get(Topic, "t")
    assert topic is not None
    assert (topic.chat, chats.methods(-1009)) == (-1009, ["rename_topic", "reopen_topic"])


@pytest.mark.parametrize("closed", [True, False])
async def test_a_topic_deleted_by_somebody_is_forgotten(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore, closed: bool
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7", shown="old", thread=5, closed=closed))
    chats.fail("rename_topic", ThreadLost("thread-lost"))
    await sender.once()
    assert await sender.once() == 0
    topic = await store.get(Topic, "t")
    assert topic is not None
    assert topic.thread == (5 if closed else None)


async def test_a_topic_that_changes_while_it_is_renamed_is_renamed_again(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "one", shown="old", thread=5))
    renaming = chats.hold("rename_topic")
    passing = asyncio.create_task(sender.once())
    await until(lambda: 5 in chats.topics)
    await desk.row(Topic("t", FORUM, "R1", "two", "old", 5, version=1))
    renaming.set()
    await passing
    await sender.once()
    assert chats.topics[5] == "two"


async def test_a_topic_not_yet_made_has_nothing_to_keep(store: SqliteStore, chats: Chats) -> None:
    assert await keep(Topic("t", FORUM, "R1", "No 7"), store, chats, lambda chat: None) == DONE
    assert chats.calls == []


async def test_a_topic_that_makes_us_stumble_does_not_hold_up_its_forum(
    sender: Sender, desk: Desk, chats: Chats
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7", shown="old", thread=5))
    chats.fail("rename_topic", TypeError("a mistake of ours"))
    await sender.once()
    await desk.say("a", FORUM, "case", topic="t")
    await sender.once()
    assert chats.texts(FORUM) == ["case"]
    assert chats.methods() == ["rename_topic", "send"]


async def test_topics_that_may_not_be_changed_hide_no_others(sender: Sender, desk: Desk, chats: Chats) -> None:
    """Of a forum without rights more waited than are read at a time: no other forum's topic was ever changed."""
    for n in range(60):
        await desk.row(Topic(f"t{n}", FORUM, f"R{n}", "new", shown="old", thread=n + 1))
    await desk.row(Topic("other", -300, "R99", "taken", shown="old", thread=999))
    chats.fail("rename_topic", *several(Refused, "no-right", 50))
    await sender.once()
    await sender.once()
    assert chats.topics == {**{n + 1: "new" for n in range(50, 60)}, 999: "taken"}
