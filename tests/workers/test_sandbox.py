"""Poller, sender and store against the sandbox's Bot API over HTTP: what people see, whatever goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.messenger.bot_api import Telegram
from bot.model import Arrival, Bill, Button, Outcome, PaidInChat, Post, PreCheckout, Pressed, Said, Spot, Text, Topic
from bot.store.port import Duplicate
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.poller import Poller
from bot.workers.sender import Sender, Sending
from bot.workers.supervisor import supervise
from sandbox.control import Control, Phone
from sandbox.telegram.server import Running, running
from tests.workers.conftest import KEYS, NEUTRAL
from tests.workers.fakes import Answer, until

LI, WANG, FORUM = 1001, 1002, -1001000000777
ROWS = ((Button("Yes", "a:yes"),),)


@dataclass
class Echo:
    """The smallest core: a text is echoed with a button, a press changes the message it is on."""

    store: SqliteStore
    turns: list[str] = field(default_factory=list[str])

    async def take(self, arrival: Arrival) -> Answer:
        body = arrival.body
        posts: tuple[Post, ...] = ()
        if isinstance(body, Said):
            posts = (Post(f"e{arrival.id}", body.spot.chat, Text(f"you said {body.text}", ROWS), card=True),)
        if isinstance(body, Pressed):
            standing = await self.store.post_of(body.spot.chat, body.message)
            if standing is None:
                raise LookupError("pressed before the message id was noted: the poller tries again")
            posts = (Post(standing.post.key, body.spot.chat, Text("answered"), card=True),)
        if isinstance(body, PaidInChat):
            posts = (Post(f"e{arrival.id}", body.spot.chat, Text(f"paid {body.amount}")),)
        try:
            await self.store.commit(Outcome(arrival, posts=posts))
            self.turns.append(type(body).__name__)
        except Duplicate:
            pass
        return Answer(toast="noted", ok=isinstance(body, PreCheckout))


@dataclass
class House:
    server: Running
    control: Control
    store: SqliteStore
    telegram: Telegram
    sender: Sender
    echo: Echo

    def phone(self, person: int = LI) -> Phone:
        return Phone(self.control, person)

    def sent(self) -> list[str]:
        """Texts of all messages the bot sent, in order."""
        return [call["request"].get("text", "") for call in self.server.world.trace if call["method"] == "sendMessage"]

    async def post(self, key: str, chat: int, text: str, **more: Any) -> None:
        arrival = Arrival("timer", f"{key}/{text}", 0, Said(Spot(0, 0), 0, ""))
        await self.store.commit(Outcome(arrival, posts=(Post(key, chat, Text(text), **more),)))


@asynccontextmanager
async def house(server: Running, folder: Path) -> AsyncIterator[House]:
    clock = Clock()
    store = await open_sqlite(folder / "bot.sqlite", bot=4242, keys=KEYS, now=clock.civil)
    telegram = Telegram(server.token, clock, root=server.url, provider_token="provider")
    await telegram.start()
    echo = Echo(store)
    sender = Sender(store, telegram, clock, echo.take, Sending(neutral=NEUTRAL, look=0.1))
    store.on_commit(sender.wake)
    poller = Poller(telegram, clock, echo.take, long_poll=5)
    working = asyncio.create_task(supervise({"sender": sender, "poller": poller}, clock))
    async with Control(server.url) as control:
        yield House(server, control, store, telegram, sender, echo)
    working.cancel()
    await asyncio.wait([working])
    await telegram.close()
    await store.close()


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with running() as server, house(server, tmp_path) as made:
        await made.control.person("Li", id=LI)
        await made.control.person("Wang", id=WANG)
        await made.control.group("Endocrinology", "forum", id=FORUM, members=[LI], bot_admin=True)
        yield made


async def test_a_word_a_press_and_an_answer(home: House) -> None:
    phone = home.phone()
    await phone.say("hello")
    message = await phone.wait_for(text="you said hello")
    assert [button["label"] for row in message["buttons"] for button in row] == ["Yes"]
    answer = await home.control.press(LI, "Yes", wait=5)
    assert answer["answer"]["text"] == "noted"
    await phone.wait_for(text="answered")
    assert home.echo.turns[-2:] == ["Said", "Pressed"]


async def test_a_duplicate_update_has_no_second_effect(home: House) -> None:
    phone = home.phone()
    await home.control.fault("duplicate", times=1)
    await phone.say("once")
    await phone.wait_for(text="you said once")
    await phone.say("end")
    await phone.wait_for(text="you said end")
    assert home.echo.turns.count("Said") == 2


async def test_a_lost_answer_gives_at_most_one_copy_and_both_answer_alike(home: House) -> None:
    phone = home.phone()
    await home.control.fault("lost-response", method="sendMessage", times=1)
    await phone.say("hello")
    await phone.wait_for(text="you said hello")
    await until(lambda: len(home.sent()) == 2 and home.sender.idle)
    (chat,) = (await phone.sees(LI))["chats"]
    copies = [message["id"] for message in chat["messages"] if message.get("text") == "you said hello"]
    assert len(copies) == 2
    standing = await home.store.post_of(LI, copies[1])
    assert standing is not None
    await home.sender.adopt(standing.post.key, LI, copies[0])
    await home.control.press(LI, "Yes", message_id=copies[0], wait=5)
    await phone.wait_for(text="answered")
    await until(lambda: home.sender.idle)
    (chat,) = (await phone.sees(LI))["chats"]
    assert [message["text"] for message in chat["messages"] if not message["deleted"]] == ["hello", "answered"]


async def test_a_flooded_chat_does_not_stop_another(home: House) -> None:
    for person in (LI, WANG):
        await home.control.say(person, "/start")
        await home.phone(person).wait_for(text="you said")
    await home.control.fault("429", method="sendMessage", chat=LI, times=1, seconds=1)
    await home.post("a", LI, "to Li")
    await home.post("b", WANG, "to Wang")
    await home.phone(WANG).wait_for(text="to Wang", timeout=0.9)
    await home.phone(LI).wait_for(text="to Li", timeout=5)


async def test_who_blocked_us_gets_everything_when_he_comes_back(home: House) -> None:
    phone = home.phone()
    await phone.say("hello")
    await phone.wait_for(text="you said hello")
    await home.control.block(LI)
    await home.post("a", LI, "while you were away")
    await until(lambda: home.echo.turns.count("Reached") >= 3)
    await home.control.unblock(LI)
    await phone.say("back")
    await phone.wait_for(text="while you were away")


async def test_a_topic_deleted_by_a_doctor_is_made_again(home: House) -> None:
    arrival = Arrival("timer", "topic", 0, Said(Spot(0, 0), 0, ""))
    topic = Topic("t", FORUM, "R1", "No 7")
    posts = (Post("case", FORUM, Text("the case"), topic="t", pin=True, card=True),)
    await home.store.commit(Outcome(arrival, rows=(topic,), posts=posts))
    doctor = home.phone()
    await doctor.wait_for(text="the case", chat=FORUM)
    made = await home.store.get(Topic, "t")
    assert made is not None
    assert made.thread is not None
    await home.telegram.bot.delete_forum_topic(FORUM, made.thread)
    await home.post("more", FORUM, "a photo", topic="t")
    await doctor.wait_for(text="a photo", chat=FORUM)
    again = await home.store.get(Topic, "t")
    assert again is not None
    assert again.thread != made.thread


async def test_a_payment_comes_in(home: House) -> None:
    phone = home.phone()
    await phone.say("/start")
    await phone.wait_for(text="you said")
    arrival = Arrival("timer", "bill", 0, Said(Spot(0, 0), 0, ""))
    bill = Bill("Order R1", "Your share", "R1/1", 1234)
    await home.store.commit(Outcome(arrival, posts=(Post("bill", LI, bill),)))
    await phone.wait_for(label="Pay")
    assert (await phone.pay())["state"] == "paid"
    await phone.wait_for(text="paid 1234")


@pytest.mark.slow
async def test_the_rates_keep_us_below_telegrams_limits(tmp_path: Path) -> None:
    async with running(flood=True) as server, house(server, tmp_path) as home:
        people = [await home.control.person(f"P{n}", id=2000 + n) for n in range(12)]
        for person in people:
            await home.control.say(person["id"], "/start")
        for person in people:
            for n in range(3):
                await home.post(f"n{person['id']}-{n}", person["id"], f"notice {n}")
        for person in people:
            await home.phone(person["id"]).wait_for(text="notice 2")
        calls = await home.control.trace()
    assert [call["error"] for call in calls if call.get("error")] == []
