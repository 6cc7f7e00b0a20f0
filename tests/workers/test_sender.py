"""What stands in a chat is what was committed for it, whatever Telegram answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.messenger.errors import (
    Flooded,
    Gone,
    MessengerError,
    Misused,
    Moved,
    NotDelivered,
    OutcomeUnknown,
    Refused,
    ThreadLost,
    TooOld,
    Unreachable,
)
from bot.model import Person, Picture, Place, PlaceKind, Post, Priority, Text, Topic
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.workers.conftest import KEYS, NEUTRAL
from tests.workers.fakes import Chats, Core, Desk, several

LI, WANG, GROUP, FORUM = 11, 12, -100, -200


async def settle(sender: Sender, clock: HandClock, seconds: float = 1.0) -> None:
    """One pass, some time, another pass."""
    await sender.once()
    clock.advance(seconds)
    await sender.once()


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
    while not chats.shown:
        await asyncio.sleep(0)
    await desk.say("card", LI, "two", card=True)
    sent.set()
    await passing
    assert chats.texts(LI) == ["two"]
    assert chats.methods() == ["send", "edit"]


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
    assert (await store.posts_due(2**60)) == []


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


# ---------------------------------------------------------------- errors


async def test_a_flooded_chat_rests_and_others_go_on(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.fail("send", Flooded(30))
    await desk.say("a", LI, "one")
    await desk.say("b", LI, "two")
    await desk.say("c", WANG, "three")
    await sender.once()
    assert (chats.texts(LI), chats.texts(WANG)) == ([], ["three"])
    clock.advance(29)
    await sender.once()
    assert chats.texts(LI) == []
    clock.advance(1)
    await sender.once()
    assert chats.texts(LI) == ["one", "two"]


async def test_a_message_that_never_left_is_sent_when_the_net_is_back(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore
) -> None:
    chats.fail("send", *several(NotDelivered, "not-connected", 40))
    await desk.say("a", LI, "one")
    for _ in range(60):
        await settle(sender, clock, 30)
    assert chats.texts(LI) == ["one"]
    standing = await store.standing("a")
    assert standing is not None
    assert standing.state == "sent"


async def test_rests_grow_while_nothing_gets_through(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.fail("send", *several(NotDelivered, "not-connected", 10))
    await desk.say("a", LI, "one")
    for _ in range(100):
        await sender.once()
        clock.advance(0.5)
    moments = [at for at, method, _, _ in chats.calls if method == "send"]
    assert moments == [0, 1, 3, 7, 15, 31]


async def test_an_unknown_outcome_is_repeated_once_and_only_when_telegram_answers(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.lose("send", OutcomeUnknown("no-answer"))
    chats.fail("typing", OutcomeUnknown("no-answer"))
    await desk.say("a", LI, "one")
    for _ in range(10):
        await settle(sender, clock)
    assert chats.methods() == ["send", "typing", "typing", "send"]
    assert chats.texts(LI) == ["one", "one"]  # the first had arrived


async def test_twice_unknown_is_given_up_and_the_operator_can_see_it(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore
) -> None:
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 2))
    await desk.say("a", LI, "one")
    await desk.say("b", LI, "two")
    for _ in range(5):
        await settle(sender, clock)
    assert chats.texts(LI) == ["two"]
    assert [(letter["source"], letter["code"]) for letter in await store.dead_letters()] == [("post", "no-answer")]


async def test_an_unknown_post_that_is_flooded_stays_unknown(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.fail("send", OutcomeUnknown("no-answer"), Flooded(1), OutcomeUnknown("no-answer"))
    await desk.say("a", LI, "one")
    for _ in range(5):
        await settle(sender, clock)
    assert chats.texts(LI) == []
    assert chats.methods().count("send") == 3


async def test_an_edit_of_unknown_outcome_repeats_freely(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    await desk.say("card", LI, "one", card=True)
    await sender.once()
    chats.lose("edit", *several(OutcomeUnknown, "no-answer", 5))
    await desk.say("card", LI, "two", card=True)
    for _ in range(20):
        await settle(sender, clock, 30)
    assert chats.methods().count("edit") == 6
    assert chats.texts(LI) == ["two"]


@pytest.mark.parametrize("error", [Refused("bad-markup"), ThreadLost("thread-lost"), Gone("gone")])
async def test_what_telegram_never_accepts_does_not_hold_up_the_chat(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore, error: MessengerError
) -> None:
    chats.fail("send", error)
    await desk.say("a", FORUM, "bad")
    await desk.say("b", FORUM, "good")
    await sender.once()
    assert chats.texts(FORUM) == ["good"]
    standing = await store.standing("a")
    assert standing is not None
    assert standing.state == "failed"
    await desk.say("a", FORUM, "mended")
    await sender.once()
    assert chats.texts(FORUM) == ["good", "mended"]


async def test_a_bad_token_is_no_reason_to_give_up(sender: Sender, desk: Desk, chats: Chats, clock: HandClock) -> None:
    chats.fail("send", Misused("bad-token"))
    await desk.say("a", LI, "one")
    await settle(sender, clock)
    assert chats.texts(LI) == ["one"]


async def test_an_unreachable_person_is_told_of_and_his_lane_stops(
    sender: Sender, desk: Desk, chats: Chats, core: Core, clock: HandClock, store: SqliteStore
) -> None:
    await desk.row(Person(LI))
    chats.fail("send", Unreachable("blocked"))
    await desk.say("a", LI, "one")
    await desk.say("b", LI, "two")
    await settle(sender, clock)
    assert (chats.texts(LI), core.unreached) == ([], [LI])
    person = await store.get(Person, LI)
    assert person is not None
    assert not person.reachable
    await desk.spoken(LI)
    await sender.once()
    assert chats.texts(LI) == ["one", "two"]


async def test_the_house_goes_on_when_nobody_hears_of_the_unreachable(
    sender: Sender, desk: Desk, chats: Chats, core: Core
) -> None:
    core.fails.append(RuntimeError("the store is away"))
    chats.fail("send", Unreachable("blocked"))
    await desk.say("a", LI, "one")
    await desk.say("b", WANG, "two")
    await sender.once()
    assert chats.texts(WANG) == ["two"]


async def test_a_group_that_became_a_supergroup_is_followed(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.row(Place(GROUP, PlaceKind.COMPOUND))
    await desk.say("a", GROUP, "one")
    await sender.once()
    chats.fail("send", Moved(-1009))
    await desk.say("b", GROUP, "two")
    await sender.once()
    assert chats.texts(-1009) == ["two"]
    assert await store.get(Place, -1009) is not None


async def test_an_edit_in_a_moved_group_is_sent_anew(sender: Sender, desk: Desk, chats: Chats) -> None:
    await desk.say("card", GROUP, "one", card=True)
    await sender.once()
    chats.fail("edit", Moved(-1009))
    await desk.say("card", GROUP, "two", card=True)
    await sender.once()
    assert chats.texts(-1009) == ["two"]


# ---------------------------------------------------------------- topics


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
    while 5 not in chats.topics:
        await asyncio.sleep(0)
    await desk.row(Topic("t", FORUM, "R1", "two", "old", 5, version=1))
    renaming.set()
    await passing
    await sender.once()
    assert chats.topics[5] == "two"


# ---------------------------------------------------------------- time, copies, deaths


async def test_a_post_waits_for_its_hour(sender: Sender, desk: Desk, chats: Chats, clock: HandClock) -> None:
    await desk.say("a", GROUP, "quiet hours", not_before=clock.civil() + 60_000)
    assert await sender.once() == 0
    clock.advance(60)
    await sender.once()
    assert chats.texts(GROUP) == ["quiet hours"]


async def test_an_orphan_copy_is_adopted_and_the_other_deleted(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.say("q", LI, "question")
    await sender.once()
    chats.shown[LI, 90] = Text("question")
    await sender.adopt("q", LI, 90)
    assert list(chats.shown) == [(LI, 90)]
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
    assert chats.texts(LI) == ["question"]


async def test_a_death_between_accept_and_mark_gives_one_copy_more(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore, clock: HandClock, core: Core, tmp_path: Path
) -> None:
    chats.hold("send")
    await desk.say("a", LI, "one")
    passing = asyncio.create_task(sender.once())
    while not chats.shown:
        await asyncio.sleep(0)
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


async def test_a_mistake_of_ours_does_not_lose_the_post(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.fail("send", TypeError("a mistake of ours"))
    await desk.say("a", LI, "one")
    await settle(sender, clock)
    assert chats.texts(LI) == ["one"]


# ---------------------------------------------------------------- run


async def test_run_sends_at_once_and_ends_when_cancelled(sender: Sender, desk: Desk, chats: Chats) -> None:
    running = asyncio.create_task(sender.run())
    await desk.say("a", LI, "one")
    while not chats.texts(LI):
        await asyncio.sleep(0.001)
    sent = chats.hold("send")
    await desk.say("b", LI, "two")
    while len(chats.texts(LI)) < 2:
        await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.sleep(0.01)
    assert not running.done()  # a call in flight gets a moment
    sent.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    standing = await sender._store.standing("b")
    assert standing is not None
    assert standing.state == "sent"


async def test_run_finds_by_itself_what_becomes_due(sender: Sender, desk: Desk, chats: Chats, clock: HandClock) -> None:
    await desk.say("a", LI, "later", not_before=clock.civil() + 5000)
    running = asyncio.create_task(sender.run())
    for _ in range(6):
        while clock.next_wake() is None:
            await asyncio.sleep(0.001)
        clock.advance(1)
    while not chats.texts(LI):
        await asyncio.sleep(0.001)
    running.cancel()
    await asyncio.wait([running])
    assert chats.calls[0][0] >= 5


async def test_run_waits_for_the_rates(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    slow = Sender(store, chats, clock, core.take, Sending(limits=Limits(private_per_second=1, private_burst=1), look=9))
    store.on_commit(slow.wake)
    running = asyncio.create_task(slow.run())
    for n in range(3):
        await desk.say(f"p{n}", LI, str(n))
    while len(chats.texts(LI)) < 3:
        await asyncio.sleep(0.001)
        if clock.next_wake() is not None:
            clock.advance(0.1)
    running.cancel()
    await asyncio.wait([running])
    moments = [at for at, *_ in chats.calls]
    assert moments[1] - moments[0] >= 0.99
    assert moments[2] - moments[1] >= 0.99
    assert moments[2] < 4


async def test_more_than_one_reading(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """Posts beyond one reading keep their order, also when a newer one is committed meanwhile."""
    wide = Limits(private_per_second=10000, private_burst=10000, bulk_burst=5000)
    many = Sender(store, chats, clock, core.take, Sending(limits=wide))
    store.on_commit(many.wake)
    await desk.commit(*(Post(f"p{n}", LI, Text(str(n))) for n in range(510)))
    await desk.commit(*(Post(f"q{n}", WANG, Text(str(n))) for n in range(3)))
    await many.once()
    assert [int(text) for text in chats.texts(LI)] == list(range(510))
    assert [int(text) for text in chats.texts(WANG)] == list(range(3))
