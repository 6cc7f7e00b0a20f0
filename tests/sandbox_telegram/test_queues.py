"""Webhook delivery: lanes, order, retries, expiry, secret, methods in the answer.

Sources: secret_token, max_connections, allowed characters, drop_pending_updates, errors: setWebhook; last_error_...:
WebhookInfo; a method in the answer: "Making requests when getting updates". Lanes (messages by chat, presses and
payments by person), one in flight in each, what is repeated after 0, 2, 4, 8 ... s, Retry-After, 150 s for presses,
and which methods are not taken from an answer: tdlib/telegram-bot-api, WebhookActor.cpp and Client.cpp.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.control import Control
from sandbox.telegram.queues import Queues, Reply, delay_s
from sandbox.telegram.server import TEST_TOKEN, make_world
from sandbox.telegram.updates import Waiting, release
from tests.inputs import inputs

from .conftest import LI, WANG, Api
from .hook import Hook, webhook

KEYS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}


async def until(api: Api, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """getWebhookInfo as soon as it fits; pytest's time-out ends a wait in vain."""
    while not fits(info := await api.ok("getWebhookInfo")):
        pass
    return info


@pytest.fixture
async def hook(api: Api, control: Control) -> AsyncIterator[Hook]:
    """A webhook that is set, with a secret, while the clock stands still."""
    await control.set_clock(rate=0)
    async with webhook() as made:
        await api.ok("setWebhook", url=made.url, secret_token="s3cret")
        yield made
        await api.ok("deleteWebhook")


async def test_one_in_flight_per_chat_and_the_secret(control: Control, hook: Hook) -> None:
    await control.say(LI, "one")
    await control.say(LI, "two")
    first = await hook.next()
    assert first.headers["X-Telegram-Bot-Api-Secret-Token"] == "s3cret"
    await control.say(WANG, "other chat")
    other = await hook.next()
    assert other.update["message"]["text"] == "other chat"
    assert hook.calls.empty()
    first.reply()
    second = await hook.next()
    assert second.update["message"]["text"] == "two"
    second.reply()
    other.reply()


async def test_a_press_overtakes_a_message_of_the_same_person(control: Control, api: Api, hook: Hook) -> None:
    await control.say(LI, "/start")
    start = await hook.next()
    await api.ok("sendMessage", chat_id=LI, text="Sure?", reply_markup=KEYS)
    await control.press(LI, "Yes")
    press = await hook.next()
    assert press.update["callback_query"]["data"] == "y"
    press.reply(
        body={
            "method": "answerCallbackQuery",
            "callback_query_id": press.update["callback_query"]["id"],
            "text": "Done",
            "show_alert": True,
        }
    )
    start.reply()
    seen = await control.sees(LI, since=(await control.sees(LI))["revision"] - 1, wait=5)
    while "popup" not in seen:
        seen = await control.sees(LI, since=seen["revision"], wait=5)
    assert seen["popup"] == {"text": "Done", "alert": True}


async def test_retries_wait_0_2_4_8_seconds_of_the_sandboxs_clock(control: Control, api: Api, hook: Hook) -> None:
    await control.say(LI, "one")
    (await hook.next()).reply(503)
    (await hook.next()).reply(503)
    for delay in (2, 4, 8):
        await control.advance(delay - 0.5)
        info = await api.ok("getWebhookInfo")
        assert hook.calls.empty()
        assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
        await control.advance(0.5)
        (await hook.next()).reply(503)
    await control.advance(16)
    (await hook.next()).reply()
    assert await until(api, lambda info: not info["pending_update_count"])


async def test_a_failing_chat_does_not_stop_the_others(control: Control, hook: Hook) -> None:
    await control.say(LI, "bad")
    bad = await hook.next()
    bad.reply(500)
    again = await hook.next()
    again.reply(500)
    await control.say(WANG, "good")
    good = await hook.next()
    assert good.update["message"]["text"] == "good"
    good.reply()
    await control.advance(2)
    (await hook.next()).reply()


async def test_retry_after_is_obeyed(control: Control, api: Api, hook: Hook) -> None:
    await control.say(LI, "one")
    (await hook.next()).reply(503, **{"Retry-After": "30"})
    await control.advance(29)
    await api.ok("getMe")
    assert hook.calls.empty()
    await control.advance(1)
    (await hook.next()).reply()


async def test_a_press_that_cannot_be_delivered_is_dropped_after_150_seconds(
    control: Control, api: Api, hook: Hook
) -> None:
    await control.say(LI, "/start")
    (await hook.next()).reply()
    await api.ok("sendMessage", chat_id=LI, text="Sure?", reply_markup=KEYS)
    await control.press(LI, "Yes")
    (await hook.next()).reply(503)
    (await hook.next()).reply(503)
    await control.advance(160)
    await control.press(LI, "Yes")
    fresh = await hook.next()
    fresh.reply()
    pressed = {u["callback_query"]["id"] for u in hook.seen if "callback_query" in u}
    assert len(pressed) == 2


async def test_an_unreachable_webhook_is_told_and_updates_stay(control: Control, api: Api) -> None:
    await control.set_clock(rate=0)
    await api.ok("setWebhook", url="http://127.0.0.1:9/hook")
    await control.say(LI, "one")
    info = await until(api, lambda info: "last_error_message" in info)
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1
    await api.ok("deleteWebhook")
    assert len(await api.ok("getUpdates")) == 1


async def test_drop_pending_updates(control: Control, api: Api) -> None:
    await control.say(LI, "one")
    body = await api("deleteWebhook", drop_pending_updates=True)
    assert body == {"ok": True, "result": True, "description": "Webhook was deleted"}
    assert await api.ok("getUpdates") == []


@pytest.mark.parametrize("method", ["getMe", "setWebhook", "deleteWebhook", "logOut"])
async def test_these_methods_are_not_taken_from_a_webhooks_answer(control: Control, hook: Hook, method: str) -> None:
    await control.say(LI, "one")
    (await hook.next()).reply(body={"method": method, "url": "http://127.0.0.1:9/other"})
    await control.say(LI, "two")
    (await hook.next()).reply()
    assert method not in [entry["method"] for entry in (await control.trace())[1:]]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"url": "ftp://x/"}, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://localhost/", "secret_token": "a b"},
            "Bad Request: secret token contains unallowed characters",
        ),
    ],
)
async def test_set_webhook_is_refused(api: Api, args: dict[str, Any], error: str) -> None:
    assert await api.refused("setWebhook", **args) == error


@pytest.mark.parametrize(("failures", "delay"), [(1, 0), (2, 2), (3, 4), (4, 8), (6, 32), (7, 60), (40, 60)])
def test_delays(failures: int, delay: float) -> None:
    assert delay_s(failures) == delay
    assert delay_s(failures, retry_after=100) == 100


class Flaky(Queues):
    """Queues whose webhook is a list of outcomes: how often each delivery fails before it succeeds."""

    def __init__(self, world: Any, failures: dict[int, int]) -> None:
        super().__init__(world, self.never)
        self.world = world
        self.failures = failures
        self.delivered: list[tuple[str, int]] = []
        self.flying: defaultdict[str, int] = defaultdict(int)

    async def never(self, method: str, raw: Any) -> None:
        raise AssertionError(f"no answer names {method} {raw}")

    async def _send(self, session: Any, url: str, pending: Any) -> Reply:
        self.flying[pending.queue] += 1
        assert self.flying[pending.queue] == 1, "two updates of one queue at the same moment"
        await asyncio.sleep(0)
        self.flying[pending.queue] -= 1
        number = pending.body["number"]
        if self.failures.get(number, 0) > 0:
            self.failures[number] -= 1
            return Reply(503, "no")
        self.delivered.append((pending.queue, number))
        return Reply(200)

    async def _pause(self, civil_s: float) -> None:
        await asyncio.sleep(0)


async def _lanes(plan: list[tuple[str, int]]) -> None:
    world = make_world(TEST_TOKEN)
    world.state.delivery.url = "http://hook"
    queues = Flaky(world, {number: fails for number, (_, fails) in enumerate(plan)})
    runner = asyncio.create_task(queues.run())
    for number, (queue, _) in enumerate(plan):
        release(world, Waiting("message", {"number": number}, queue, 0))
        if number % 3 == 0:
            await asyncio.sleep(0)
    while world.state.pending:  # noqa: ASYNC110 - the model's own scheduler
        await asyncio.sleep(0)
    runner.cancel()
    await asyncio.gather(runner, return_exceptions=True)
    world.state.close()
    for lane in "abcd":
        expected = [number for number, (queue, _) in enumerate(plan) if queue == lane]
        assert [number for queue, number in queues.delivered if queue == lane] == expected


@inputs(40)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3)), min_size=1, max_size=30))
def test_lanes_keep_their_order_whatever_fails(plan: list[tuple[str, int]]) -> None:
    """Model: each lane delivers exactly its updates, once, in order, one at a time."""
    asyncio.run(_lanes(plan))
