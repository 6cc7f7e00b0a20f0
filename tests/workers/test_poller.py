"""An update is confirmed only after its commit; nobody waits for somebody else's trouble."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from backend_client.errors import Unreachable
from bot.clock import HandClock
from bot.messenger.errors import MessengerError, Misused, NotDelivered, OutcomeUnknown, Stale
from bot.messenger.port import Received
from bot.model import (
    Arrival,
    Body,
    Migrated,
    Observed,
    PaidInChat,
    Photographed,
    PreCheckout,
    Pressed,
    Reached,
    Said,
    SentOther,
    Spot,
)
from bot.workers.intake import Asked, queue_of
from bot.workers.poller import Poller
from bot.workers.standing import Standing
from tests.workers.fakes import Answer, Chats, Core, until
from tests.workers.test_feed import NOBODY, order

LI, WANG, GROUP = 11, 12, -100


class Turns(Core):
    """Holds up or refuses the arrivals of some chats."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck: set[int] = set()
        self.held: dict[int, asyncio.Event] = {}

    async def take(self, arrival: Arrival) -> Answer:
        chat = queue_of(arrival.body)
        if chat in self.held:
            await self.held[chat].wait()
        if chat in self.stuck:
            raise RuntimeError("the store is away")
        return await super().take(arrival)


@pytest.fixture
def core() -> Turns:
    return Turns()


@pytest.fixture
def poller(chats: Chats, clock: HandClock, core: Turns) -> Poller:
    return Poller(chats, clock, core.take)


def arrive(chats: Chats, id: int, body: Body | None) -> None:
    arrivals = () if body is None else (Arrival("telegram", str(id), 0, body),)
    chats.inbox.append(Received(id, arrivals))


def said(chat: int, person: int = LI) -> Said:
    return Said(Spot(chat, person), 1, "hello")


def pressed(person: int, chat: int = GROUP) -> Pressed:
    return Pressed(Spot(chat, person), 1, "a:take:R1", "q1")


async def test_updates_are_taken_in_order_and_confirmed(poller: Poller, chats: Chats, core: Turns) -> None:
    for id in (7, 8, 9):
        arrive(chats, id, said(LI))
    assert await poller.once() == 3
    assert core.ids == ["7", "8", "9"]
    assert poller.confirmed == 10
    assert await poller.once() == 0
    assert chats.inbox == []


async def test_what_nobody_waits_for_is_confirmed(poller: Poller, chats: Chats, core: Turns) -> None:
    arrive(chats, 7, None)
    await poller.once()
    assert (core.ids, poller.confirmed) == ([], 8)


async def test_what_is_not_taken_is_not_confirmed_and_holds_up_its_own_chat_only(
    poller: Poller, chats: Chats, core: Turns, clock: HandClock
) -> None:
    core.stuck.add(LI)
    for id, chat in ((7, WANG), (8, LI), (9, LI), (10, WANG)):
        arrive(chats, id, said(chat, chat))
    await poller.once()
    assert core.ids == ["7", "10"]
    assert poller.confirmed == 8
    arrive(chats, 11, said(WANG, WANG))
    await poller.once()
    assert core.ids == ["7", "10", "11"]
    core.stuck.clear()
    await poller.once()
    assert core.ids == ["7", "10", "11"]  # its pause is not over
    clock.advance(1)
    await poller.once()
    assert core.ids == ["7", "10", "11", "8", "9"]
    assert poller.confirmed == 12


async def test_a_death_brings_back_everything_that_was_not_confirmed(
    poller: Poller, chats: Chats, core: Turns, clock: HandClock
) -> None:
    core.stuck.add(LI)
    for id, chat in ((7, WANG), (8, LI), (9, WANG)):
        arrive(chats, id, said(chat, chat))
    await poller.once()
    core.stuck.clear()
    await Poller(chats, clock, core.take).once()
    assert core.ids[2:] == ["8", "9"] or core.ids[2:] == ["7", "9", "8"]


async def test_ids_may_jump_even_down(poller: Poller, chats: Chats, core: Turns) -> None:
    arrive(chats, 900, said(LI))
    await poller.once()
    chats.inbox.clear()
    arrive(chats, 17, said(LI))
    await poller.once()
    assert core.ids == ["900", "17"]
    assert poller.confirmed == 18


async def test_tries_are_ever_further_apart(poller: Poller, chats: Chats, core: Turns, clock: HandClock) -> None:
    core.stuck.add(LI)
    tries: list[float] = []
    plain = core.take

    async def noting(arrival: Arrival) -> Answer:
        tries.append(clock.monotonic())
        return await plain(arrival)

    poller = Poller(chats, clock, noting)
    arrive(chats, 7, said(LI))
    for _ in range(80):
        await poller.once()
        clock.advance(0.25)
    assert tries == [0, 1, 3, 7, 15]


@pytest.mark.parametrize(
    ("body", "queue"),
    [
        (said(GROUP), GROUP),
        (Photographed(Spot(GROUP, LI), 1, "f", "u"), GROUP),
        (SentOther(Spot(GROUP, LI), 1, "voice"), GROUP),
        (PaidInChat(Spot(LI, LI), 1, 100, "CNY", "p", "c"), LI),
        (pressed(LI), LI),
        (PreCheckout("q", LI, 100, "CNY", "p"), LI),
        (Migrated(GROUP, -1009), GROUP),
        (Reached(LI, LI, False), LI),
        (Observed(None), 0),
    ],
)
def test_messages_queue_by_chat_and_presses_by_person(body: Body, queue: int) -> None:
    assert queue_of(body) == queue


# ---------------------------------------------------------------- answers


async def test_a_press_is_answered_after_its_commit(poller: Poller, chats: Chats, core: Turns) -> None:
    core.answer = Answer(toast="taken", alert=True)
    arrive(chats, 7, pressed(LI))
    await poller.once()
    assert chats.answers == [("q1", "taken", True)]


@pytest.mark.parametrize("error", [Stale("stale"), NotDelivered("away")])
async def test_a_press_that_cannot_be_answered_is_taken_all_the_same(
    poller: Poller, chats: Chats, core: Turns, error: MessengerError
) -> None:
    chats.fail("answer_press", error)
    arrive(chats, 7, pressed(LI))
    await poller.once()
    assert (core.ids, chats.answers, poller.confirmed) == (["7"], [], 8)


async def test_nobody_waits_for_the_answer_to_a_press(poller: Poller, chats: Chats, core: Turns) -> None:
    arrive(chats, 7, pressed(LI))
    arrive(chats, 8, said(LI))
    slow = asyncio.Event()

    async def never(query: str, text: str = "", alert: bool = False) -> None:
        await slow.wait()

    chats.answer_press = never  # type: ignore[method-assign]
    passing = asyncio.create_task(poller.once())
    await until(lambda: core.ids == ["7", "8"])
    slow.set()
    await passing


async def test_a_checkout_is_answered_directly_and_again_if_need_be(
    poller: Poller, chats: Chats, core: Turns, clock: HandClock
) -> None:
    core.answer = Answer(ok=False, reason="somebody else is paying")
    chats.fail("answer_checkout", OutcomeUnknown("no-answer"), NotDelivered("away"))
    arrive(chats, 7, PreCheckout("q2", LI, 1000, "CNY", "R1"))
    passing = asyncio.create_task(poller.once())
    await until(passing.done, clock)
    assert chats.answers == [("q2", False, "somebody else is paying")]
    assert clock.monotonic() < 10


@pytest.mark.parametrize("errors", [[Stale("stale")], [NotDelivered("away")] * 3])
async def test_a_checkout_nobody_waits_for_any_more_is_left(
    poller: Poller, chats: Chats, clock: HandClock, errors: list[MessengerError]
) -> None:
    chats.fail("answer_checkout", *errors)
    arrive(chats, 7, PreCheckout("q2", LI, 1000, "CNY", "R1"))
    passing = asyncio.create_task(poller.once())
    await until(passing.done, clock)
    assert (chats.answers, poller.confirmed) == ([], 8)


async def test_a_checkout_is_taken_with_what_the_hospital_says_now(chats: Chats, core: Turns, clock: HandClock) -> None:
    """A4: order, price and record are read at the very moment of paying."""
    seen = order("R1")

    class Desk:
        async def order(self, no: str) -> Any:
            return seen

        async def patient(self, patient: str) -> Any:
            return replace(NOBODY, deceased=True)

    poller = Poller(chats, clock, core.take, Asked(before_checkout=Standing(Desk()).look))
    arrive(chats, 7, PreCheckout("q", LI, 1000, "CNY", "pay:R1:1000"))
    await poller.once()
    (taken,) = core.taken
    assert taken.body == PreCheckout(
        "q", LI, 1000, "CNY", "pay:R1:1000", replace(seen, patient=replace(NOBODY, deceased=True))
    )


@pytest.mark.parametrize("how", [None, Unreachable("away"), KeyError("x")], ids=repr)
async def test_a_checkout_does_not_wait_for_a_hospital_that_says_nothing(
    chats: Chats, core: Turns, clock: HandClock, how: Exception | None
) -> None:
    class Away:
        async def order(self, no: str) -> Any:
            if how is not None:
                raise how
            await asyncio.Event().wait()

        async def patient(self, patient: str) -> Any:
            raise AssertionError

    poller = Poller(chats, clock, core.take, Asked(before_checkout=Standing(Away(), within=0.05).look))
    arrive(chats, 7, PreCheckout("q", LI, 1000, "CNY", "pay:R1:1000"))
    await poller.once()
    assert core.taken[0].body == PreCheckout("q", LI, 1000, "CNY", "pay:R1:1000")
    assert chats.answers, "it is answered all the same"


# ---------------------------------------------------------------- run


async def test_run_asks_long_while_nothing_waits_and_short_while_something_does(
    poller: Poller, chats: Chats, core: Turns, clock: HandClock
) -> None:
    core.held[LI] = asyncio.Event()
    core.stuck.add(WANG)
    arrive(chats, 7, said(LI))
    running = asyncio.create_task(poller.run())
    await until(lambda: len(chats.offsets) > 1)
    arrive(chats, 8, pressed(WANG))
    arrive(chats, 9, pressed(13))
    await until(lambda: "9" in core.ids)  # though 7 and 8 wait
    core.held.pop(LI).set()
    await until(lambda: "7" in core.ids)
    core.stuck.clear()
    await until(lambda: poller.confirmed == 10, clock, 0.25)
    chats.hold("updates")
    running.cancel()
    await asyncio.wait([running])
    waits = [seconds for _, method, _, seconds in chats.calls if method == "updates"]
    assert waits[0] == 50
    assert set(waits[1:3]) == {0}


@pytest.mark.parametrize(("error", "pause"), [(NotDelivered("away"), 1), (Misused("two-pollers"), 30)])
async def test_run_waits_while_telegram_is_away(
    poller: Poller, chats: Chats, core: Turns, clock: HandClock, error: MessengerError, pause: float
) -> None:
    chats.fail("updates", error)
    arrive(chats, 7, said(LI))
    running = asyncio.create_task(poller.run())
    await until(lambda: clock.next_wake() is not None)
    assert clock.next_wake() == pause
    clock.advance(pause)
    await until(lambda: core.ids == ["7"])
    running.cancel()
    await asyncio.wait([running])


async def test_who_is_stopped_leaves_what_he_was_taking_for_the_next_start(
    poller: Poller, chats: Chats, core: Turns, clock: HandClock
) -> None:
    core.held[LI] = asyncio.Event()
    arrive(chats, 7, said(LI))
    running = asyncio.create_task(poller.run())
    await until(lambda: len(chats.offsets) > 1)
    running.cancel()
    await asyncio.wait([running])
    core.held.clear()
    await Poller(chats, clock, core.take).once()
    assert core.ids == ["7"]


def test_a_commit_does_not_concern_the_poller(poller: Poller) -> None:
    poller.wake()
    assert poller.confirmed == 0
