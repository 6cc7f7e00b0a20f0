"""A press on a copy that nobody knows: both copies answer alike, and only one remains."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest

from bot.clock import HandClock
from bot.dialog.buttons import press_data
from bot.messenger.errors import OutcomeUnknown
from bot.messenger.port import Received
from bot.model import Arrival, Button, Dialog, Post, Pressed, Spot, Text
from bot.store.port import Mark
from bot.store.sqlite import SqliteStore
from bot.workers.intake import Asked
from bot.workers.orphans import Orphans
from bot.workers.poller import Poller
from bot.workers.sender import Sender
from tests.workers.fakes import Chats, Core, Desk, until

LI, WANG = 11, 12
DATA = press_data("D1", "who", 2, "self")
KEY = "d:D1:who:2"
QUESTION = Post(KEY, LI, Text("Who is it for?", ((Button("Me", DATA),),)))


def press(message: int, chat: int = LI, data: str = DATA) -> Pressed:
    return Pressed(Spot(chat, LI), message, data, "q")


@pytest.fixture
def orphans(store: SqliteStore, sender: Sender) -> Orphans:
    return Orphans(store, sender)


@pytest.fixture
async def asked(desk: Desk) -> None:
    """The dialog waits at its question; the post is committed and not sent."""
    await desk.commit(QUESTION, rows=(Dialog("D1", "refill", LI, LI, step="who", kind="choice", epoch=2, prompt=KEY),))


async def known(store: SqliteStore) -> int | None:
    standing = await store.standing(KEY)
    assert standing is not None
    return standing.message


@pytest.mark.usefixtures("asked")
async def test_the_copy_that_is_pressed_becomes_the_question_and_the_other_goes(
    sender: Sender, chats: Chats, clock: HandClock, store: SqliteStore, orphans: Orphans
) -> None:
    chats.lose("send", OutcomeUnknown("no-answer"))
    await sender.once()
    clock.advance(1)
    await sender.once()
    first, second = (message for _, message in sorted(chats.shown))
    assert await known(store) == second
    await orphans.look(press(first))
    await until(lambda: sender.idle)
    assert (await known(store), list(chats.shown)) == (first, [(LI, first)])


@pytest.mark.usefixtures("asked")
async def test_a_press_before_the_question_was_sent_again_saves_the_second_copy(
    sender: Sender, chats: Chats, clock: HandClock, store: SqliteStore, orphans: Orphans
) -> None:
    chats.lose("send", OutcomeUnknown("no-answer"))
    await sender.once()
    ((_, only),) = chats.shown
    await orphans.look(press(only))
    clock.advance(1)
    await sender.once()
    assert (await known(store), list(chats.shown)) == (only, [(LI, only)])
    assert chats.methods() == ["send", "edit"]


@pytest.mark.usefixtures("asked")
async def test_a_press_faster_than_our_mark(sender: Sender, chats: Chats, store: SqliteStore, orphans: Orphans) -> None:
    sent = chats.hold("send")
    passing = asyncio.create_task(sender.once())
    await until(lambda: chats.shown)
    ((_, only),) = chats.shown
    await orphans.look(press(only))
    assert await known(store) == only
    sent.set()
    await passing
    assert (await known(store), chats.methods()) == (only, ["send"])


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    "pressed",
    [
        press(77),  # another message, while the only copy is known for certain
        press(101),  # the question itself
        press(77, chat=WANG),
        press(77, data="a:take:R1"),
        press(77, data=press_data("D1", "who", 1, "self")),
        press(77, data=press_data("D1", "left", 2, "self")),
        press(77, data=press_data("D9", "who", 2, "self")),
        press(77, data="d:"),
    ],
)
async def test_nothing_else_is_adopted(
    sender: Sender, chats: Chats, store: SqliteStore, orphans: Orphans, pressed: Pressed
) -> None:
    await sender.once()
    await orphans.look(pressed)
    assert (await known(store), list(chats.shown)) == (101, [(LI, 101)])


@pytest.mark.usefixtures("asked")
async def test_a_press_from_another_chat_adopts_nothing(
    chats: Chats, store: SqliteStore, orphans: Orphans, sender: Sender
) -> None:
    await orphans.look(press(77, chat=WANG))
    assert await known(store) is None
    await sender.once()
    assert list(chats.shown) == [(LI, 101)]


async def test_the_poller_asks_before_the_press_is_taken(chats: Chats, clock: HandClock) -> None:
    said: deque[str] = deque()

    class Turns(Core):
        async def take(self, arrival: Arrival):  # type: ignore[no-untyped-def]
            said.append("taken")
            return await super().take(arrival)

    async def look(pressed: Pressed) -> None:
        said.append(f"looked at {pressed.message}")

    chats.inbox.append(Received(7, (Arrival("telegram", "7", 0, press(77)),)))
    await Poller(chats, clock, Turns().take, Asked(before_press=look)).once()
    assert list(said) == ["looked at 77", "taken"]


@pytest.mark.usefixtures("asked")
async def test_of_a_long_question_the_part_with_the_buttons_is_adopted(
    desk: Desk, sender: Sender, chats: Chats, store: SqliteStore, orphans: Orphans
) -> None:
    await desk.commit(Post(f"{KEY}~2", LI, QUESTION.content), Post(f"{KEY}~3", LI, QUESTION.content))
    await sender.once()
    await desk.take_back(f"{KEY}~3", LI)
    await sender.once()
    first, last = (message for _, message in sorted(chats.shown))
    await orphans.look(press(last))
    assert sorted(chats.shown) == [(LI, first), (LI, last)]
    await store.mark([Mark(f"{KEY}~2", "sent", 1, last, attempts=1)])
    await orphans.look(press(last + 7))
    await until(lambda: sender.idle)
    part = await store.standing(f"{KEY}~2")
    assert part is not None
    assert (await known(store), part.message) == (first, last + 7)
