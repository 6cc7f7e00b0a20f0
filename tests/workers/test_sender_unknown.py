"""What got no answer is sent again until one comes, but nothing stale; words of people say so. (It stands 3)"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.clock import HandClock
from bot.messenger.errors import Flooded, NotDelivered, OutcomeUnknown
from bot.model import (
    Batch,
    Bill,
    Button,
    Content,
    Dialog,
    Order,
    Person,
    Place,
    PlaceKind,
    Post,
    Priority,
    PutAside,
    Text,
    Topic,
)
from bot.store.sqlite import SqliteStore
from bot.workers.sender import Sender, Sending
from tests.waiting import posts_due
from tests.workers.fakes import Chats, Core, Desk, several

LI, WANG, GROUP, FORUM = 11, 12, -100, -200


async def settle(sender: Sender, clock: HandClock, seconds: float = 1.0) -> None:
    """One pass, some time, another pass."""
    await sender.once()
    clock.advance(seconds)
    await sender.once()


@pytest.mark.parametrize(
    "content",
    [
        Text("one"),
        Text("Since when?", ((Button("Today", "d:D1:x:1:y"),),)),
        Bill("Medicine", "order", "pay:R1:1000", 1000),
    ],
    ids=["words", "a question", "an invoice"],
)
async def test_an_unknown_outcome_is_repeated_until_an_answer_comes(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore, content: Content
) -> None:
    """With growing pauses; its chat waits for it only at first (It stands 3)."""
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 5))
    await desk.commit(Post("a", LI, content))
    for _ in range(400):
        await sender.once()
        clock.advance(0.5)
    moments = [at for at, method, _, _ in chats.calls if method == "send"]
    assert moments == [0, 1, 3, 11, 27, 59]
    assert [shown for (chat, _), shown in chats.shown.items() if chat == LI] == [content]
    assert await store.dead_letters() == []


async def test_the_lane_goes_on_behind_it_after_three_tries(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    async def stuck(post: Post, thread: int | None) -> int:
        if post.key == "a":
            raise OutcomeUnknown("no-answer")
        return await plain(post, thread)

    plain, chats.send = chats.send, stuck  # type: ignore[method-assign]
    await desk.say("a", LI, "one")
    await desk.say("b", LI, "two")
    for _ in range(4):
        await settle(sender, clock)
    assert chats.texts(LI) == ["two"]


@pytest.mark.parametrize("method", ["typing", "make_topic", "edit"])
async def test_nor_is_it_held_up_by_what_is_done_on_the_way(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, method: str
) -> None:
    await desk.row(Topic("t", FORUM, "R1", "No 7"))
    if method == "edit":
        await desk.say("a", FORUM, "zero", card=True)
        await sender.once()
    chats.fail(method, *several(OutcomeUnknown, "no-answer", 12))
    chats.fail("send", *([OutcomeUnknown("no-answer")] if method == "typing" else []))
    await desk.say("a", FORUM, "one", topic="t", card=True)
    await desk.say("b", FORUM, "two")
    for _ in range(12):
        await settle(sender, clock)
    assert "two" in chats.texts(FORUM)
    assert "one" not in chats.texts(FORUM)
    for _ in range(60):
        await settle(sender, clock, 60)
    assert "one" in chats.texts(FORUM)


async def test_after_a_quarter_of_an_hour_it_is_an_exception_and_still_tried(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore, core: Core
) -> None:
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 11))
    await desk.say("a", LI, "one")
    for _ in range(29):
        await settle(sender, clock, 30)
    assert await store.dead_letters() == []
    for _ in range(60):
        await settle(sender, clock, 30)
    assert [(one["source"], one["id"], one["code"]) for one in await store.dead_letters()] == [("post", "a/1", "late")]
    assert chats.texts(LI) == ["one"]
    assert [arrival.body for arrival in core.taken] == [PutAside("post", "a/1", "")], (
        "it is told that it came after all"
    )


@pytest.mark.parametrize("kind", [PlaceKind.COMPOUND, None])
async def test_a_notice_to_neighbours_is_repeated_once(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore, kind: PlaceKind | None
) -> None:
    if kind:
        await desk.row(Place(GROUP, kind))
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 2))
    await desk.say("a", GROUP, "12 parcels", priority=Priority.NOTICE)
    for _ in range(60):
        await settle(sender, clock, 60)
    assert chats.methods().count("send") == 2
    assert [(letter["source"], letter["code"]) for letter in await store.dead_letters()] == [("post", "no-answer")]


async def test_a_card_of_the_doctors_is_no_notice_to_neighbours(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    await desk.row(Place(FORUM, PlaceKind.DEPARTMENT))
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 4))
    await desk.say("case", FORUM, "a case", priority=Priority.NOTICE, card=True)
    for _ in range(20):
        await settle(sender, clock, 10)
    assert chats.texts(FORUM) == ["a case"]


async def test_a_persons_words_that_are_sent_again_say_so(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    sender = Sender(store, chats, clock, core.take, Sending(again=lambda lang: f"again ({lang})"))
    await desk.row(Person(LI, lang="en"))
    chats.lose("send", OutcomeUnknown("no-answer"))
    await desk.say("r:1:2", LI, "3. Dr Li: stop it", priority=Priority.RELAY)
    chats.lose("send", OutcomeUnknown("no-answer"))
    await desk.say("d:1", WANG, "Since when?")
    for _ in range(5):
        await settle(sender, clock)
    assert chats.texts(LI) == ["3. Dr Li: stop it", "again (en)\n3. Dr Li: stop it"]
    assert chats.texts(WANG) == ["Since when?"] * 2


# ---------------------------------------------------------------- after an outage: what is true goes out


async def test_a_question_that_nobody_waits_for_any_more_is_not_sent(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore
) -> None:
    asks = ((Button("Yes", "d:D1:x:1:y"),),)
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 8))
    await desk.row(Dialog("D1", "refill", LI, LI, step="b", epoch=2, prompt="d:D1:b:2"))
    await desk.row(Dialog("D2", "refill", LI, LI, state="done", prompt="d:D2:c:1"))
    for key in ("d:D1:a:1", "d:D1:b:2", "d:D1:b:2~2", "d:D2:c:1", "d:D3:c:1", "card:R1"):
        holds = f"asked:{key.split(':')[1]}" if key.startswith("d:") else ""
        await desk.commit(Post(key, LI, Text(key, asks), holds=holds))
    for _ in range(60):
        await settle(sender, clock, 10)
    assert sorted(chats.texts(LI)) == ["card:R1", "d:D1:b:2", "d:D1:b:2~2"]
    assert await posts_due(store, 10**15) == []


@pytest.mark.parametrize(("stage", "pending", "sent"), [("quoted", "", 1), ("paid", "", 0), ("quoted", "pay", 0)])
async def test_an_invoice_is_sent_while_it_is_owed(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, stage: Any, pending: Any, sent: int
) -> None:
    chats.fail("send", *several(NotDelivered, "not-connected", 4))
    order = Order("R1", "quoted", 1, 1, "v", 3, "dep-1", "comp-1", "red", LI)
    await desk.row(order)
    await desk.commit(Post("bill:R1:1", LI, Bill("Medicine", "order", "pay:R1:1000", 1000), holds="owed:R1"))
    await settle(sender, clock)
    await desk.row(replace(order, stage=stage, pending=pending, version=1))
    for _ in range(20):
        await settle(sender, clock, 10)
    assert len(chats.shown) == sent


@pytest.mark.parametrize(
    ("holds", "sent"),
    [
        ("order:R1:packed", False),
        ("order:R1:packed,on-the-way", True),
        ("order:R2:packed", True),
        ("batch:B1:arrived", False),
        ("batch:B2:arrived", True),
        ("batch:B2:on-the-way", False),
        ("batch:B2:arrived before:1", False),
        ("before:99999999999999", True),
        ("", True),
    ],
)
async def test_what_is_past_is_not_told_after_an_outage(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock, store: SqliteStore, holds: str, sent: bool
) -> None:
    """It stands 3: "packed" to somebody who holds the parcel, "come and collect" when all is collected."""
    await desk.row(Order("R1", "on-the-way", 1, 1, "v", 3, "dep-1", "comp-1", "red", LI))
    await desk.row(Batch("B1", "run", "arrived", 1, "comp-1", 0, 0, 3, 0))
    await desk.row(Batch("B2", "run", "arrived", 1, "comp-1", 0, 0, 3, 2))
    await desk.commit(Post("n", LI, Text("told"), holds=holds))
    await sender.once()
    assert chats.texts(LI) == (["told"] if sent else [])
    assert await posts_due(store, 10**15) == []


async def test_what_stands_is_changed_whatever_it_was_sent_for(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    await desk.commit(Post("n", LI, Text("12 parcels"), card=True, holds="before:99999999999999"))
    await sender.once()
    await desk.commit(Post("n", LI, Text("done"), card=True, holds="before:1"))
    await sender.once()
    assert chats.texts(LI) == ["done"]


async def test_a_restart_does_not_make_it_young(
    store: SqliteStore, desk: Desk, chats: Chats, clock: HandClock, core: Core
) -> None:
    """It stands 3: the quarter of an hour was counted by a process that was started again in between."""
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 99))
    await desk.say("a", LI, "one")
    for _ in range(8):
        sender = Sender(store, chats, clock, core.take)
        await settle(sender, clock, 150)
    assert [(one["id"], one["code"], one["times"]) for one in await store.dead_letters()] == [("a/1", "late", 1)]
    chats.mend("send")
    await settle(Sender(store, chats, clock, core.take), clock, 400)
    assert chats.texts(LI) == ["one"]
    assert [arrival.body for arrival in core.taken] == [PutAside("post", "a/1", "")]


# ---------------------------------------------------------------- a 429 of everything (It stands 14)


async def test_a_press_does_not_wait_as_long_as_the_bulk(
    sender: Sender, desk: Desk, chats: Chats, clock: HandClock
) -> None:
    chats.fail("send", Flooded(13), Flooded(13))
    await desk.say("n", WANG, "a notice", priority=Priority.NOTICE)
    await sender.once()
    await desk.say("a", LI, "an answer")
    await sender.once()
    assert (chats.texts(LI), chats.texts(WANG)) == ([], [])
    clock.advance(1)
    await sender.once()
    assert (chats.texts(LI), chats.texts(WANG)) == (["an answer"], [])
    clock.advance(12)
    await sender.once()
    assert chats.texts(WANG) == ["a notice"]
