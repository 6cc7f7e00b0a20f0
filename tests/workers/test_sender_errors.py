"""Whatever Telegram answers, nothing is lost, nobody else waits, and what is final is shown to the operator."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
    Unreachable,
)
from bot.model import (
    Person,
    Place,
    PlaceKind,
    Topic,
)
from bot.store.sqlite import SqliteStore
from bot.workers.sender import Sender
from tests.waiting import posts_due
from tests.workers.fakes import Chats, Core, Desk, SlowStore, several

LI, WANG, GROUP, FORUM = 11, 12, -100, -200


async def settle(sender: Sender, clock: HandClock, seconds: float = 1.0) -> None:
    """One pass, some time, another pass."""
    await sender.once()
    clock.advance(seconds)
    await sender.once()


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


async def test_an_unknown_outcome_is_repeated_only_when_telegram_answers(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.lose("send", OutcomeUnknown("no-answer"))
    chats.fail("typing", OutcomeUnknown("no-answer"))
    await desk.say("a", LI, "one")
    for _ in range(10):
        await settle(sender, clock)
    assert chats.methods() == ["send", "typing", "typing", "send"]
    assert chats.texts(LI) == ["one", "one"]  # the first had arrived


async def test_an_unknown_post_that_is_flooded_stays_unknown(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.fail("send", OutcomeUnknown("no-answer"), Flooded(1))
    await desk.say("a", LI, "one")
    for _ in range(5):
        await settle(sender, clock)
    assert chats.methods() == ["send", "typing", "send", "typing", "send"]
    assert chats.texts(LI) == ["one"]


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
    chats.fail("send", Unreachable("blocked"), Unreachable("blocked"))
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


async def test_who_came_back_before_his_refusal_was_written_down_gets_it_and_nobody_is_alarmed(
    sender: Sender, desk: Desk, chats: Chats, core: Core, store: SqliteStore
) -> None:
    """His update found nothing to wake, and no other will come."""
    await desk.row(Person(LI))
    chats.fail("send", Unreachable("blocked"))
    await desk.say("a", LI, "one")
    await desk.say("b", LI, "two")
    await sender.once()
    assert (chats.texts(LI), core.unreached) == (["one", "two"], [])
    person = await store.get(Person, LI)
    assert person is not None
    assert person.reachable


class Meanwhile:
    """A store in which she comes back while the second refusal of her chat is being written down."""

    def __init__(self, store: SqliteStore, desk: Desk) -> None:
        self._store, self._desk, self.refusals = store, desk, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def unreachable(self, chat: int) -> None:
        self.refusals += 1
        if self.refusals == 2:
            await self._desk.spoken(chat)
        await self._store.unreachable(chat)


async def test_who_came_back_while_the_refusal_was_written_down_is_not_kept_waiting(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """The refusal is older than her coming back, though it is written later: nothing else would ever wake her chat."""
    slow: Any = Meanwhile(store, desk)
    sender = Sender(slow, chats, clock, core.take)
    store.on_commit(sender.wake)
    await desk.row(Person(LI))
    chats.fail("send", Unreachable("blocked"), Unreachable("blocked"))
    await desk.say("a", LI, "one")
    await settle(sender, clock)
    assert (slow.refusals, chats.texts(LI), core.unreached) == (2, ["one"], [])
    person = await store.get(Person, LI)
    assert person is not None
    assert person.reachable


async def test_the_house_goes_on_when_nobody_hears_of_the_unreachable(
    sender: Sender, desk: Desk, chats: Chats, core: Core
) -> None:
    core.fails.append(RuntimeError("the store is away"))
    chats.fail("send", Unreachable("blocked"), Unreachable("blocked"))
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


@pytest.mark.parametrize("method", ["send", "edit", "delete"])
async def test_a_mistake_of_ours_holds_up_nobody_and_is_shown_to_the_operator(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore, method: str
) -> None:
    if method != "send":
        await desk.say("a", LI, "one", card=True)
        await sender.once()
    chats.fail(method, TypeError("Mrs Wang"))
    await (desk.take_back("a", LI) if method == "delete" else desk.say("a", LI, "two", card=True))
    await desk.say("b", LI, "three")
    await sender.once()
    assert chats.texts(LI)[-1] == "three"
    assert [letter["code"] for letter in await store.dead_letters()] == ["crash-TypeError"]


async def test_a_store_that_is_away_for_a_moment_loses_nothing(
    store: SqliteStore, desk: Desk, chats: Chats, core: Core, clock: HandClock
) -> None:
    slow = SlowStore(store)
    sender = Sender(slow, chats, clock, core.take)
    await desk.row(Topic("t", FORUM, "R1", "No 7"))
    await desk.say("a", FORUM, "case", topic="t")
    slow.fails["get"] = 2
    for _ in range(4):
        await settle(sender, clock)
    assert chats.texts(FORUM) == ["case"]


async def test_a_post_of_unknown_outcome_that_is_taken_back_is_done(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore
) -> None:
    chats.fail("send", OutcomeUnknown("no-answer"))
    await desk.say("a", LI, "one")
    await sender.once()
    await desk.take_back("a", LI)
    clock.advance(1)
    await sender.once()
    assert chats.methods() == ["send"]
    assert await posts_due(store, 10**15) == []


async def test_what_is_for_a_group_that_was_let_go_waits_until_it_is_bound(
    sender: Sender, desk: Desk, chats: Chats, store: SqliteStore
) -> None:
    await desk.row(Place(FORUM, PlaceKind.DEPARTMENT, "-dep-1"))
    await desk.say("a", FORUM, "one")
    await desk.say("b", LI, "two")
    await sender.once()
    assert (chats.texts(FORUM), chats.texts(LI)) == ([], ["two"])
    place = await store.get(Place, FORUM)
    assert place is not None
    await desk.row(replace(place, ref="dep-1"))
    await sender.once()
    assert chats.texts(FORUM) == ["one"]
