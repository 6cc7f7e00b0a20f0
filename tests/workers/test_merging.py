"""One person's flood is read together: nobody waits for it, and nothing of it is dropped. (It stands 14)"""

from __future__ import annotations

from typing import Any

import pytest

from bot.clock import HandClock
from bot.messenger.port import Received
from bot.model import Arrival, Body, Photographed, Pressed, Said, Several, Spot
from bot.workers.merging import MANY, MOST, merged, run_of
from bot.workers.poller import Poller
from tests.workers.fakes import Chats, Core

LI, WANG, GROUP = 11, 12, -100


def words(text: str, message: int = 1, chat: int = LI, **more: int | bool) -> tuple[Arrival, ...]:
    return (Arrival("telegram", str(message), 0, Said(Spot(chat, LI), message, text, **more)),)  # type: ignore[arg-type]


def test_few_words_are_read_one_by_one() -> None:
    assert run_of([words("a", n) for n in range(MANY - 1)]) == 1


@pytest.mark.parametrize(
    ("one", "count"),
    [
        (words("b", 5), 12),
        (words("b", 5, reply_to=3), 5),
        (words("b", 5, edited=True), 5),
        (words("/orders", 5), 5),
        ((Arrival("telegram", "5", 0, Photographed(Spot(LI, LI), 5, "f", "u")),), 5),
        (words("b" * MOST, 5), 5),
    ],
    ids=["words", "a reply", "an edit", "a command", "a picture", "long words"],
)
def test_what_stands_alone_ends_the_run(one: tuple[Arrival, ...], count: int) -> None:
    waiting = [words("a", n) for n in range(12)]
    waiting[5] = one
    assert run_of(waiting) == count


def test_a_command_sent_again_and_again_is_one() -> None:
    waiting = [*(words("/orders", n) for n in range(9)), words("/help", 9)]
    assert run_of(waiting) == 9
    assert merged(waiting[:9])[0].body == Said(Spot(LI, LI), 8, "/orders", of=9)


def test_a_group_is_never_merged() -> None:
    assert run_of([words("a", n, chat=GROUP) for n in range(20)]) == 1


async def test_500_messages_of_one_are_few_turns_and_every_word_is_read(chats: Chats, clock: HandClock) -> None:
    core = Core()
    bodies: list[Body] = [Said(Spot(LI, LI), n, f"word {n}") for n in range(500)]
    bodies.append(Said(Spot(WANG, WANG), 1, "hello"))
    chats.inbox = [Received(n, (Arrival("telegram", str(n), 0, body),)) for n, body in enumerate(bodies, 1)]
    poller = Poller(chats, clock, core.take)
    for _ in range(8):
        await poller.once()
    read = [arrival.body for arrival in core.taken if isinstance(arrival.body, Said)]
    assert "\n".join(body.text for body in read if body.spot.chat == LI).split("\n") == [
        f"word {n}" for n in range(500)
    ]
    assert [body.text for body in read if body.spot.chat == WANG] == ["hello"]
    assert len(core.taken) < 20
    assert poller.confirmed == len(bodies) + 1


def picture(n: int, **more: Any) -> Photographed:
    return Photographed(Spot(LI, LI), n, f"f{n}", f"u{n}", **more)


async def flood(chats: Chats, clock: HandClock, bodies: list[Body]) -> Core:
    """All of it, and one word of somebody else behind it; what was made of it."""
    core = Core()
    bodies = [*bodies, Said(Spot(WANG, WANG), 1, "hello")]
    chats.inbox = [Received(n, (Arrival("telegram", str(n), 0, body),)) for n, body in enumerate(bodies, 1)]
    poller = Poller(chats, clock, core.take)
    for _ in range(8):
        await poller.once()
    assert poller.confirmed == len(bodies) + 1
    return core


async def test_500_pictures_of_one_are_few_turns_and_each_is_read(chats: Chats, clock: HandClock) -> None:
    """It stands 14: only words were read together."""
    core = await flood(chats, clock, [picture(n) for n in range(500)])
    assert len(core.taken) < 30
    several = [arrival.body for arrival in core.taken if isinstance(arrival.body, Several)]
    assert [one.message for body in several for one in body.of] == [*range(500)]
    assert {arrival.id for arrival in core.taken if isinstance(arrival.body, Several)} >= {"25", "500"}


async def test_a_picture_that_replies_stands_alone(chats: Chats, clock: HandClock) -> None:
    pictures = [picture(n, reply_to=3 if n == 6 else None) for n in range(12)]
    core = await flood(chats, clock, [*pictures])
    assert [getattr(arrival.body, "message", 0) for arrival in core.taken if arrival.body != core.taken[-1].body][
        :1
    ] == [5]
    assert any(arrival.body == pictures[6] for arrival in core.taken)


async def test_one_button_pressed_500_times_is_pressed_once_and_answered_each_time(
    chats: Chats, clock: HandClock
) -> None:
    presses: list[Body] = [Pressed(Spot(LI, LI), 5, "d:1:a:1:x", f"q{n}") for n in range(500)]
    core = await flood(chats, clock, presses)
    assert [arrival.body for arrival in core.taken if isinstance(arrival.body, Pressed)] == [
        presses[n] for n in range(0, 500, 100)
    ]
    assert len([one for one in chats.answers if str(one[0]).startswith("q")]) == 500


async def test_other_buttons_are_other_presses(chats: Chats, clock: HandClock) -> None:
    presses: list[Body] = [Pressed(Spot(LI, LI), 5, f"d:1:a:1:{n % 2}", f"q{n}") for n in range(12)]
    core = await flood(chats, clock, presses)
    assert len(core.taken) == 13


async def test_what_is_not_taken_comes_again_whole(chats: Chats, clock: HandClock) -> None:
    core = Core()
    core.fails.append(OSError("away"))
    chats.inbox = [Received(n, words(f"word {n}", n)) for n in range(1, 13)]
    poller = Poller(chats, clock, core.take)
    await poller.once()
    assert (core.taken, poller.confirmed) == ([], 0)
    clock.advance(1)
    await poller.once()
    (arrival,) = core.taken
    assert isinstance(arrival.body, Said)
    assert (arrival.body.text.count("\n"), poller.confirmed) == (11, 13)
