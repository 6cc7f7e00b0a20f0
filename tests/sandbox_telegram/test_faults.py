"""Ordered faults: refused, broken, slow calls; doubled, swapped and held updates; sending limits.

Sources: 429 with retry_after: ResponseParameters; the limits: Bots FAQ, "My bot is hitting limits" (1 a second in a
chat with short bursts, 20 a minute in a group, 30 a second together). A second delivery with the same update_id:
"Update" and setWebhook (anything but 2xx is repeated); one with a new update_id, and queues that overtake each other:
observed of the real server. Which fault strikes when: docs/sandbox-control.md, "Faults".
"""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from sandbox.control import Control, ControlError
from sandbox.telegram.errors import ApiError
from sandbox.telegram.flood import Flood, Limits

from .conftest import LI, WANG, Api
from .hook import webhook


@pytest.fixture
async def started(control: Control, api: Api) -> Api:
    await control.say(LI, "/start")
    await control.say(WANG, "/start")
    await api.drain()
    return api


async def shown(control: Control) -> list[str]:
    return [m["text"] for m in await control.messages(LI)]


async def test_429_of_one_chat(control: Control, started: Api) -> None:
    await control.fault("429", method="sendMessage", chat=LI, times=2, seconds=7)
    for _ in range(2):
        body = await started("sendMessage", chat_id=LI, text="x")
        assert body["description"] == "Too Many Requests: retry after 7"
        assert body["parameters"] == {"retry_after": 7}
        await started.ok("sendMessage", chat_id=WANG, text="x")
    await started.ok("sendMessage", chat_id=LI, text="through")
    assert await shown(control) == ["through"]


async def test_5xx_has_no_effect(control: Control, started: Api) -> None:
    await control.fault("5xx")
    assert (await started("sendMessage", chat_id=LI, text="x"))["error_code"] == 502
    assert await shown(control) == []


async def test_a_lost_response_has_its_effect(control: Control, started: Api) -> None:
    await control.fault("lost-response", method="sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await started("sendMessage", chat_id=LI, text="sent all the same")
    assert await shown(control) == ["sent all the same"]
    assert (await control.trace())[-1]["lost"] is True


async def test_slow(control: Control, started: Api) -> None:
    await control.fault("slow", seconds=0.1)
    begun = asyncio.get_running_loop().time()
    await started.ok("sendMessage", chat_id=LI, text="x")
    assert asyncio.get_running_loop().time() - begun >= 0.1


async def test_the_same_update_twice_by_polling(control: Control, started: Api) -> None:
    await control.fault("duplicate")
    await control.say(LI, "once")
    (first,) = await started.ok("getUpdates")
    assert await started.ok("getUpdates", offset=first["update_id"] + 1) == [first]
    assert await started.ok("getUpdates", offset=first["update_id"] + 1) == []


async def test_the_same_update_twice_by_webhook(control: Control, started: Api) -> None:
    async with webhook() as hook:
        await started.ok("setWebhook", url=hook.url)
        await control.fault("duplicate")
        await control.say(LI, "once")
        for _ in range(2):
            call = await hook.next()
            call.reply()
        await control.say(LI, "then")
        (await hook.next()).reply()
        assert [u["message"]["text"] for u in hook.seen] == ["once", "once", "then"]
        assert hook.seen[0]["update_id"] == hook.seen[1]["update_id"]
        await started.ok("deleteWebhook")


async def test_a_second_update_id(control: Control, started: Api) -> None:
    await control.fault("duplicate-new-id", method="message")
    await control.say(LI, "twice")
    one, two = await started.ok("getUpdates")
    assert one["message"] == two["message"]
    assert two["update_id"] > one["update_id"]


async def test_reorder_swaps_two(control: Control, started: Api) -> None:
    await control.fault("reorder")
    await control.say(LI, "first")
    await control.say(LI, "second")
    assert [u["message"]["text"] for u in await started.ok("getUpdates")] == ["second", "first"]


async def test_reorder_gives_up_waiting(control: Control, started: Api) -> None:
    await control.fault("reorder", seconds=0.05)
    await control.say(LI, "alone")
    assert [u["message"]["text"] for u in await started.ok("getUpdates", timeout=5)] == ["alone"]


async def test_pause_holds_a_chat(control: Control, started: Api) -> None:
    await control.fault("pause", chat=LI, times=2, seconds=60)
    await control.say(LI, "held")
    await control.say(WANG, "free")
    assert [u["message"]["text"] for u in await started.ok("getUpdates")] == ["free"]
    await control.clear_faults()
    assert [u["message"]["text"] for u in await started.ok("getUpdates")] == ["free", "held"]


async def test_orders_are_listed_and_taken_back(control: Control, started: Api) -> None:
    order = await control.fault("429", method="sendPhoto", times=3)
    assert [(f["id"], f["kind"], f["times"]) for f in await control.faults()] == [(order, "429", 3)]
    await control.clear_faults(order)
    assert await control.faults() == []
    with pytest.raises(ControlError, match="no fault"):
        await control.clear_faults(order)
    with pytest.raises(ControlError, match=r"one of: 429, 5xx"):
        await control.fault("earthquake")


async def test_sending_limits_are_a_switch(control: Control, started: Api, group: int) -> None:
    await control.switch(**{"telegram.flood": True})
    bodies = [await started("sendMessage", chat_id=group, text=str(n)) for n in range(21)]
    assert [body["ok"] for body in bodies] == [True] * 20 + [False]
    assert 1 <= bodies[-1]["parameters"]["retry_after"] <= 60
    await started.ok("sendMessage", chat_id=LI, text="another chat goes on")
    await started.ok("sendChatAction", chat_id=group, action="typing")
    await control.switch(**{"telegram.flood": False})
    await started.ok("sendMessage", chat_id=group, text="free again")


def test_asking_again_too_early_is_refused_again() -> None:
    flood = Flood(on=True, limits=Limits(private=(1, 30.0)))
    flood.check("sendmessage", 5)
    for _ in range(2):
        with pytest.raises(ApiError, match=r"retry after (29|30)"):
            flood.check("sendmessage", 5)
    flood.check("getme", 5)
    flood.check("sendmessage", 6)
