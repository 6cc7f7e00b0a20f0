"""A delivery is answered 200 only after its commit; what is refused stays with Telegram, in its order."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.clock import HandClock
from bot.messenger.errors import NotDelivered
from bot.messenger.port import Hook, Received
from bot.model import Arrival, Body, PreCheckout, Pressed, Said, Spot
from bot.store.port import Full
from bot.workers.intake import Asked, queue_of
from bot.workers.webhook import LOOK, MANY, Reply, Webhook, Where
from tests.workers.fakes import Answer, Chats, Core, until

LI, WANG = 11, 12
WHERE = Where("https://clinic.example/hook", "s", connections=2)
DONE = Reply(200)


def said(chat: int, message: int = 1) -> Said:
    return Said(Spot(chat, chat), message, "x")


def pressed(person: int, query: str = "q") -> Pressed:
    return Pressed(Spot(person, person), "a:yes", 5, query)


def received(id: int, *bodies: Body) -> Received:
    return Received(id, tuple(Arrival("telegram", str(id), 0, body) for body in bodies))


class Turns(Core):
    """Holds up or refuses the arrivals of some people."""

    def __init__(self) -> None:
        super().__init__(answer=Answer("noted", alert=True))
        self.stuck: dict[int, Exception] = {}
        self.held: dict[int, asyncio.Event] = {}

    async def take(self, arrival: Arrival) -> Answer:
        if queue_of(arrival.body) in self.held:
            await self.held[queue_of(arrival.body)].wait()
        if error := self.stuck.get(queue_of(arrival.body)):
            raise error
        return await super().take(arrival)


@dataclass
class Hooked:
    """Telegram's book of our webhook; ``fails``: the next calls come to nothing."""

    told: list[tuple[str, str, int]] = field(default_factory=list)
    url: str = ""
    fails: int = 0

    async def set_hook(self, url: str, secret: str, connections: int) -> None:
        if self.fails:
            self.fails -= 1
            raise NotDelivered("not-connected")
        self.told.append((url, secret, connections))
        self.url = url

    async def drop_hook(self) -> None:
        self.url = ""

    async def hook(self) -> Hook:
        return Hook(self.url, 3, 0)


@pytest.fixture
def core() -> Turns:
    return Turns()


@pytest.fixture
def hooked() -> Hooked:
    return Hooked()


@pytest.fixture
def webhook(chats: Chats, clock: HandClock, core: Turns, hooked: Hooked) -> Webhook:
    return Webhook(chats, hooked, WHERE, clock, core.take)


async def soon(webhook: Webhook, *updates: Received) -> list[asyncio.Task[Reply]]:
    tasks = [asyncio.create_task(webhook.deliver(one)) for one in updates]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_it_is_answered_only_after_the_commit(webhook: Webhook, core: Turns) -> None:
    core.held[LI] = asyncio.Event()
    (hers,) = await soon(webhook, received(7, said(LI)))
    assert not hers.done()
    assert await webhook.deliver(received(8, said(WANG))) == DONE  # nobody waits for somebody else
    core.held[LI].set()
    assert await hers == DONE
    assert core.ids == ["8", "7"]


async def test_what_nobody_here_waits_for_is_taken(webhook: Webhook, core: Turns) -> None:
    assert await webhook.deliver(received(7)) == DONE
    assert not core.ids


async def test_messages_and_presses_of_one_person_are_taken_in_the_order_they_came(
    webhook: Webhook, core: Turns
) -> None:
    core.held[LI] = asyncio.Event()
    tasks = await soon(webhook, received(7, said(LI)), received(9, pressed(LI)), received(8, said(LI, 2)))
    core.held[LI].set()
    await asyncio.gather(*tasks)
    assert core.ids == ["7", "9", "8"]


async def test_a_press_is_answered_in_the_reply(webhook: Webhook, chats: Chats) -> None:
    call = {"method": "answerCallbackQuery", "callback_query_id": "q", "text": "noted", "show_alert": True}
    assert await webhook.deliver(received(7, pressed(LI))) == Reply(200, call=call)
    assert await webhook.deliver(received(8, pressed(LI))) == Reply(200, call=call)  # again, under another id
    assert not chats.answers


async def test_a_press_without_words_stops_the_spinner(webhook: Webhook, core: Turns) -> None:
    core.answer = Answer()
    reply = await webhook.deliver(received(7, pressed(LI)))
    assert reply.call == {"method": "answerCallbackQuery", "callback_query_id": "q"}


async def test_a_checkout_is_answered_by_a_call_whose_result_is_known(webhook: Webhook, chats: Chats) -> None:
    assert await webhook.deliver(received(7, PreCheckout("q", LI, 100, "CNY", "p"))) == DONE
    assert chats.answers == [("q", True, "")]


async def test_what_is_not_taken_stays_with_telegram_and_rests_ever_longer(webhook: Webhook, core: Turns) -> None:
    core.stuck[LI] = OSError("the store is away")
    found = [(await webhook.deliver(received(7, said(LI)))).after for _ in range(7)]
    assert found == [1, 2, 4, 8, 16, 30, 30]
    assert (await webhook.deliver(received(7, said(LI)))).status == 503
    core.stuck.clear()
    assert await webhook.deliver(received(7, said(LI))) == DONE
    core.stuck[LI] = OSError("away again")
    assert (await webhook.deliver(received(9, said(LI)))).after == 1


async def test_behind_what_is_refused_the_line_goes_on(webhook: Webhook, core: Turns) -> None:
    """Telegram keeps its own queues: what it sent meanwhile is of another of them."""
    core.fails.append(OSError("once"))
    refused, press = await asyncio.gather(*await soon(webhook, received(7, said(LI)), received(8, pressed(LI))))
    assert (refused.status, press.status) == (503, 200)


async def test_delivered_again_while_it_is_taken_it_is_taken_once(webhook: Webhook, core: Turns) -> None:
    core.held[LI] = asyncio.Event()
    tasks = await soon(webhook, received(7, said(LI)), received(7, said(LI)))
    core.held[LI].set()
    assert await asyncio.gather(*tasks) == [DONE, DONE]
    assert core.ids == ["7"]


async def test_a_turn_that_lasts_too_long_is_asked_for_again(
    webhook: Webhook, core: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.webhook.ANSWERED", 0.01)
    core.held[LI] = asyncio.Event()
    assert (await webhook.deliver(received(7, said(LI)))).status == 503
    core.held[LI].set()
    assert await webhook.deliver(received(7, said(LI))) == DONE
    assert core.ids == ["7"]


async def test_a_full_disk_is_told_and_it_comes_again(chats: Chats, clock: HandClock, core: Turns) -> None:
    told: list[Body] = []

    async def tell(body: Body) -> None:
        told.append(body)

    webhook = Webhook(chats, Hooked(), WHERE, clock, core.take, Asked(full=tell))
    core.stuck[LI] = Full()
    assert await webhook.deliver(received(7, said(LI))) == Reply(503, 1)
    await asyncio.sleep(0)
    assert told == [said(LI)]


async def test_behind_nothing_more_is_taken_in(webhook: Webhook, core: Turns) -> None:
    core.held |= {person: asyncio.Event() for person in range(1, 8)}
    tasks = await soon(webhook, *(received(n, said(n)) for n in range(1, 1 + MANY * WHERE.connections)))
    assert webhook.away
    assert await webhook.deliver(received(99, said(LI))) == Reply(503, 1)
    for event in core.held.values():
        event.set()
    assert await asyncio.gather(*tasks) == [DONE] * len(tasks)
    assert not webhook.away


# ---------------------------------------------------------------- begin and end


async def test_it_is_set_again_until_the_messenger_answers_and_when_somebody_took_it_away(
    webhook: Webhook, hooked: Hooked, clock: HandClock
) -> None:
    hooked.fails = 2
    working = asyncio.create_task(webhook.run())
    await until(lambda: hooked.told, clock, 0.5)
    assert hooked.told == [(WHERE.url, "s", 2)]
    assert clock.monotonic() == 3
    hooked.url = "https://elsewhere.example"
    clock.advance(LOOK)
    await until(lambda: len(hooked.told) == 2)
    assert (hooked.url, webhook.waiting) == (WHERE.url, 3)
    working.cancel()
    await asyncio.wait([working])


async def stopped(webhook: Webhook) -> asyncio.Task[Any]:
    working = asyncio.create_task(webhook.run())
    await asyncio.sleep(0)
    working.cancel()
    for _ in range(5):
        await asyncio.sleep(0)
    return working


async def test_stopping_turns_under_way_end_and_nothing_else_begins(webhook: Webhook, core: Turns) -> None:
    core.held[LI] = asyncio.Event()
    (hers,) = await soon(webhook, received(7, said(LI)))
    working = await stopped(webhook)
    assert await webhook.deliver(received(8, said(WANG))) == Reply(503, 1)
    core.held[LI].set()
    assert await hers == DONE
    await asyncio.wait([working])
    assert core.ids == ["7"]


async def test_stopping_what_does_not_end_comes_again(
    webhook: Webhook, core: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workers.webhook.LAST", 0.01)
    core.held[LI] = asyncio.Event()
    tasks = await soon(webhook, received(7, said(LI)), received(8, said(LI, 2)))
    await asyncio.wait([await stopped(webhook)])
    assert await asyncio.gather(*tasks) == [Reply(503, 1)] * 2
    assert not core.ids
