"""One person's flood is read together: nobody waits for it, and nothing of it is dropped. (It stands 14)"""

from __future__ import annotations

import pytest

from bot.clock import HandClock
from bot.messenger.port import Received
from bot.model import Arrival, Body, Photographed, Said, Spot
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
