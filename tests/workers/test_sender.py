"""What stands in a chat is what was committed for it, whatever Telegram answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.messenger.errors import (
    Refused,
    TooOld,
)
from bot.model import Picture, Place, PlaceKind, Post, Priority, Text
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.sender import Sender, Sending
from tests.waiting import posts_due
from tests.workers.conftest import KEYS, NEUTRAL
from tests.workers.fakes import Chats, Core, Desk, until

LI, WANG, GROUP, FORUM = 11, 12, -100, -200


async def test_a_post_is_sent_once(sender: Sender, desk: Desk, chats: Chats, store: SqliteStore) -> None:
    await desk.say("a", LI, "hello")
    assert await sender.once() == 1
    assert await sender.once() == 0
    assert chats.texts(LI) == ["hello"]
    standing = await store.standing("a")
    assert standing is not None
    assert (standing.state, standing.message, standing.shown) == ("sent", 101, 1)


async def test_order_is_kept_in_a_chat_and_urgent_goes_first(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("n1", LI, "notice 1", priority=Priority.NOTICE)
    await desk.say("d1", LI, "dialog 1")
    await desk.say("n2", LI, "notice 2", priority=Priority.NOTICE)
    await desk.say("u1", LI, "urgent", priority=Priority.URGENT)
    await desk.say("d2", LI, "dialog 2")
    await sender.once()
    assert chats.texts(LI) == ["urgent", "dialog 1", "dialog 2", "notice 1", "notice 2"]


async def test_a_card_is_edited_and_changes_meanwhile_are_one_edit(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("card", LI, "placed", card=True)
    await sender.once()
    for stage in ("taken", "prescribed", "paid"):
        await desk.say("card", LI, stage, card=True)
    await sender.once()
    assert chats.texts(LI) == ["paid"]
    assert chats.methods() == ["send", "edit"]


async def test_a_change_during_the_sending_is_made_afterwards(sender: Sender, desk: Desk, chats: Chats) -> None:
    sent = chats.hold("send")
    await desk.say("card", LI, "one", card=True)
    passing = asyncio.create_task(sender.once())
    await until(lambda: chats.shown)
    await desk.say("card", LI, "two", card=True)
    sent.set()
    await passing
    assert chats.texts(LI) == ["two"]
    assert chats.methods() == ["send", "edit"]


@asynccontextmanager
async def edit_on_its_way(sender: Sender, desk: Desk, chats: Chats) -> AsyncIterator[None]:
    """A card that says "one" is being edited to "two"; its answer comes at the end."""
    await desk.say("card", LI, "one", card=True)
    await sender.once()
    await desk.say("card", LI, "two", card=True)
    edited = chats.hold("edit")
    passing = asyncio.create_task(sender.once())
    await until(lambda: "edit" in chats.methods())
    yield
    edited.set()
    await passing


async def test_a_card_asked_for_while_its_edit_is_on_its_way_comes_as_the_newest(
    sender: Sender, desk: Desk, chats: Chats
) -> None:
    async with edit_on_its_way(sender, desk, chats):
        await desk.commit(Post("card", LI, Text("two"), card=True, anew=True))
    await sender.once()
    assert chats.texts(LI) == ["two"]
    assert chats.methods()[:2] == ["send", "edit"]
    assert sorted(chats.methods()[2:]) == ["delete", "send"]


async def test_words_that_are_refused_do_not_stop_those_wanted_meanwhile(
    sender: Sender, desk: Desk, chats: Chats
) -> None:
    chats.lose("edit", Refused("too-long"))
    async with edit_on_its_way(sender, desk, chats):
        await desk.say("card", LI, "three", card=True)
    await sender.once()
    assert chats.texts(LI) == ["three"]


async def test_no_content_deletes(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("a", LI, "hello")
    await desk.say("never", LI, "taken back before anybody saw it")
    await desk.take_back("never", LI)
    await sender.once()
    await desk.take_back("a", LI)
    await sender.once()
    assert chats.texts(LI) == []
    assert chats.methods() == ["send", "delete"]


async def test_deleting_what_is_gone_is_success(sender: Sender, desk: Desk, chats: Chats, store: SqliteStore) -> None:
    await desk.say("a", LI, "hello")
    await sender.once()
    chats.shown.clear()
    await desk.take_back("a", LI)
    await sender.once()
    assert await sender.once() == 0
    assert (await posts_due(store, 10**15)) == []


async def test_too_old_to_delete_becomes_neutral(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("a", GROUP, "40 parcels")
    await sender.once()
    chats.fail("delete", TooOld("too-old"))
    await desk.take_back("a", GROUP)
    await sender.once()
    assert chats.texts(GROUP) == [NEUTRAL]
    assert await sender.once() == 0


async def test_editing_what_is_gone_sends_anew(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("card", LI, "one", card=True)
    await sender.once()
    chats.shown.clear()
    await desk.say("card", LI, "two", card=True)
    await sender.once()
    assert chats.texts(LI) == ["two"]
    await desk.say("card", LI, "three", card=True)
    await sender.once()
    assert chats.texts(LI) == ["three"]


async def test_a_text_that_becomes_a_picture_replaces_it(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("card", LI, "one", card=True)
    await sender.once()
    chats.fail("edit", TooOld("not-editable"))
    await desk.commit(Post("card", LI, Picture("file"), card=True))
    await sender.once()
    assert list(chats.shown.values()) == [Picture("file")]


async def test_a_picture_too_old_to_delete_does_not_stay_beside_the_text_instead_of_it(
    sender: Sender, desk: Desk, chats: Chats
) -> None:
    await desk.commit(Post("copy", LI, Picture("wrong")))
    await sender.once()
    chats.fail("edit", TooOld("not-editable"))
    chats.fail("delete", TooOld("too-old"))
    await desk.say("copy", LI, "taken back")
    await sender.once()
    assert chats.texts(LI) == [NEUTRAL, "taken back"]


async def test_a_replacement_that_cannot_be_sent_leaves_the_old(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("card", LI, "one", card=True)
    await sender.once()
    chats.fail("edit", TooOld("not-editable"))
    chats.fail("send", Refused("bad-markup"))
    await desk.commit(Post("card", LI, Picture("file"), card=True))
    await sender.once()
    assert chats.texts(LI) == ["one"]


# ---------------------------------------------------------------- pins


async def test_a_pin_follows_the_message(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("card", FORUM, "case", card=True, pin=True)
    await sender.once()
    await desk.say("card", FORUM, "case 2", card=True, pin=True)
    await sender.once()
    assert chats.pins == [101]


async def test_only_the_wish_to_pin_is_new(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("card", FORUM, "case", card=True)
    await sender.once()
    await desk.say("card", FORUM, "case", card=True, pin=True)
    await sender.once()
    assert chats.pins == [101]


async def test_a_pin_that_is_refused_does_no_harm(sender: Sender, desk: Desk, chats: Chats) -> None:
    chats.fail("pin", Refused("no-right"))
    await desk.say("card", FORUM, "case", card=True, pin=True)
    await sender.once()
    assert chats.texts(FORUM) == ["case"]
    assert await sender.once() == 0


# ---------------------------------------------------------------- time, copies, deaths


async def test_a_post_waits_for_its_hour(sender: Sender, desk: Desk, chats: Chats, clock: HandClock) -> None:
    await desk.say("a", GROUP, "quiet hours", not_before=clock.civil() + 60_000)
    assert await sender.once() == 0
    clock.advance(60)
    await sender.once()
    assert chats.texts(GROUP) == ["quiet hours"]


@pytest.fixture
def night(store: SqliteStore, chats: Chats, clock: HandClock, core: Core) -> Sender:
    """A sender in quiet hours that end in a minute."""
    morning = clock.civil() + 60_000
    made = Sender(store, chats, clock, core.take, Sending(NEUTRAL, opens=lambda now: max(now, morning)))
    store.on_commit(made.wake)
    return made


async def test_no_new_notice_sounds_among_neighbours_at_night(
    night: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    await desk.row(Place(FORUM, PlaceKind.DEPARTMENT))
    await desk.say("late", GROUP, "40 parcels", priority=Priority.NOTICE)
    await desk.say("case", FORUM, "case", priority=Priority.NOTICE)
    await desk.say("answer", GROUP, "bound")
    await desk.say("private", LI, "it is here", priority=Priority.NOTICE)
    await night.once()
    assert (chats.texts(GROUP), chats.texts(FORUM), chats.texts(LI)) == (["bound"], ["case"], ["it is here"])
    clock.advance(61)
    await night.once()
    assert chats.texts(GROUP) == ["bound", "40 parcels"]


async def test_at_night_an_edit_goes_but_what_is_gone_is_not_sent_anew(
    sender: Sender, night: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    await desk.say("card", GROUP, "40", card=True, priority=Priority.NOTICE)
    await sender.once()
    await desk.say("card", GROUP, "39", card=True, priority=Priority.NOTICE)
    await night.once()
    assert chats.texts(GROUP) == ["39"]
    chats.shown.clear()
    await desk.say("card", GROUP, "38", card=True, priority=Priority.NOTICE)
    await night.once()
    assert chats.texts(GROUP) == []
    await desk.say("card", GROUP, "37", card=True, priority=Priority.NOTICE)
    clock.advance(61)
    await night.once()
    assert chats.texts(GROUP) == ["37"]


async def test_what_waits_at_night_is_not_sent_when_it_is_taken_back(
    night: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    await desk.say("late", GROUP, "40 parcels", card=True, priority=Priority.NOTICE)
    await night.once()
    await desk.take_back("late", GROUP)
    clock.advance(61)
    await night.once()
    assert chats.methods() == []


async def test_an_orphan_copy_is_adopted_and_the_other_deleted(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.say("q", LI, "question")
    await sender.once()
    chats.shown[LI, 90] = Text("question")
    await sender.adopt("q", LI, 90)
    await until(lambda: list(chats.shown) == [(LI, 90)])
    standing = await store.post_of(LI, 90)
    assert standing is not None
    assert standing.post.key == "q"
    await sender.adopt("q", LI, 90)
    assert list(chats.shown) == [(LI, 90)]


async def test_an_orphan_copy_that_cannot_be_deleted_remains(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("q", LI, "question")
    await sender.once()
    chats.fail("delete", TooOld("too-old"))
    await sender.adopt("q", LI, 90)
    await until(lambda: sender.idle)
    assert (chats.texts(LI), chats.methods()) == (["question"], ["send", "delete"])


async def test_a_death_between_accept_and_mark_gives_one_copy_more(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore, clock: HandClock, core: Core, tmp_path: Path
) -> None:
    chats.hold("send")
    await desk.say("a", LI, "one")
    passing = asyncio.create_task(sender.once())
    await until(lambda: chats.shown)
    passing.cancel()
    for flight in list(sender._flights):  # the process dies
        flight.cancel()
    await asyncio.sleep(0)
    await store.close()
    again = await open_sqlite(tmp_path / "bot.sqlite", bot=1, keys=KEYS, now=clock.civil)
    reborn = Sender(again, chats, clock, core.take)
    await reborn.once()
    assert chats.texts(LI) == ["one", "one"]
    assert await reborn.once() == 0
    await again.close()
