"""getUpdates: confirmation, waiting, kinds, conflicts, expiry.

Sources: offset (also negative), limit, timeout, allowed_updates that stay: getUpdates; which kinds have to be asked
for: Update; 24 hours: "Getting updates"; an id chosen anew after a week: Update.update_id; privacy mode: "Privacy
mode" of the bot features. 150 s of presses, 409 and its two texts: tdlib/telegram-bot-api, Client.cpp. Numbers
of messages across private chats, and of each supergroup: MTProto, where only channels and supergroups
have message boxes of their own.
"""

from __future__ import annotations

import asyncio

from sandbox.control import Control
from sandbox.telegram.server import Running

from .conftest import GROUP, LI, WANG, Api

HOUR = 3600


async def test_offset_confirms_what_lies_below(control: Control, api: Api) -> None:
    for text in ("one", "two", "three"):
        await control.say(LI, text)
    first, second, third = await api.ok("getUpdates")
    assert [u["message"]["text"] for u in (first, second, third)] == ["one", "two", "three"]
    assert await api.ok("getUpdates", limit=1) == [first]
    assert await api.ok("getUpdates", offset=second["update_id"]) == [second, third]
    assert await api.ok("getUpdates") == [second, third]
    assert await api.ok("getUpdates", offset=third["update_id"] + 1) == []
    assert await api.ok("getUpdates") == []


async def test_negative_offset_keeps_only_the_last(control: Control, api: Api) -> None:
    for text in ("one", "two", "three"):
        await control.say(LI, text)
    assert [u["message"]["text"] for u in await api.ok("getUpdates", offset=-2)] == ["two", "three"]
    assert len(await api.ok("getUpdates")) == 2


async def test_a_waiting_poll_wakes_up(control: Control, api: Api) -> None:
    waiting = asyncio.create_task(api.ok("getUpdates", timeout=20))
    await control.say(LI, "hello")
    assert (await waiting)[0]["message"]["text"] == "hello"


async def test_only_asked_kinds_are_kept_and_the_choice_stays(control: Control, api: Api) -> None:
    await api.ok("getUpdates", allowed_updates=["edited_message", "no_such_kind"])
    sent = await control.say(LI, "hello")
    await control.edit(LI, sent["message_id"], "hello!")
    kinds = [set(u) - {"update_id"} for u in await api.ok("getUpdates")]
    assert kinds == [{"edited_message"}]
    await api.ok("getUpdates", allowed_updates=[])
    await control.say(LI, "again")
    assert "message" in (await api.ok("getUpdates"))[-1]


async def test_reactions_come_only_when_asked_for(control: Control, api: Api) -> None:
    sent = await control.say(LI, "hello")
    await control.react(LI, sent["message_id"], "👍")
    await api.ok("getUpdates", allowed_updates=["message", "message_reaction"])
    await control.react(LI, sent["message_id"], "❤")
    reaction = (await api.ok("getUpdates"))[-1]["message_reaction"]
    assert reaction["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert reaction["new_reaction"] == [{"type": "emoji", "emoji": "❤"}]
    assert reaction["user"]["id"] == LI


async def test_a_second_poll_ends_the_first(control: Control, api: Api) -> None:
    first = asyncio.create_task(api("getUpdates", timeout=20))
    while api.server.world.poll < 1:  # noqa: ASYNC110 - until the first request has arrived
        await asyncio.sleep(0)
    second = asyncio.create_task(api.ok("getUpdates", timeout=20))
    body = await first
    assert body["error_code"] == 409
    assert body["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await control.say(LI, "hello")
    assert len(await second) == 1


async def test_no_polling_beside_a_webhook(control: Control, api: Api) -> None:
    await api.ok("setWebhook", url="http://127.0.0.1:9/hook")
    body = await api("getUpdates")
    assert body["error_code"] == 409
    assert "can't use getUpdates method while webhook is active" in body["description"]
    await api.ok("deleteWebhook")
    assert await api.ok("getUpdates") == []


async def test_questions_expire_after_150_seconds_messages_after_a_day(control: Control, api: Api) -> None:
    await control.set_clock(rate=0)
    await control.say(LI, "/start")
    keys = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    await api.ok("sendMessage", chat_id=LI, text="Sure?", reply_markup=keys)
    await control.press(LI, "Yes")
    assert [set(u) - {"update_id"} for u in await api.ok("getUpdates")] == [{"message"}, {"callback_query"}]
    await control.advance(151)
    assert [set(u) - {"update_id"} for u in await api.ok("getUpdates")] == [{"message"}]
    await control.advance(24 * HOUR)
    assert await api.ok("getUpdates") == []


async def test_update_numbers_jump_after_a_quiet_week(control: Control, api: Api) -> None:
    await control.say(LI, "one")
    await control.say(LI, "two")
    one, two = await api.ok("getUpdates")
    assert two["update_id"] == one["update_id"] + 1
    await control.advance(8 * 24 * HOUR)
    await control.say(LI, "three")
    (three,) = await api.ok("getUpdates")
    assert three["update_id"] > two["update_id"] + 1


async def test_message_numbers_run_across_private_chats_and_per_supergroup(
    control: Control, api: Api, forum: int
) -> None:
    first = (await control.say(LI, "one"))["message_id"]
    second = (await control.say(WANG, "two"))["message_id"]
    assert second == first + 1
    in_forum = (await control.say(LI, "three", chat=forum))["message_id"]
    assert (await control.say(WANG, "four"))["message_id"] == second + 1
    assert (await control.say(WANG, "five", chat=forum))["message_id"] == in_forum + 1


async def test_privacy_mode_in_a_group(control: Control, api: Api, group: int, server: Running) -> None:
    asked = await api.ok("sendMessage", chat_id=group, text="Anybody?")
    name = server.world.bot.username
    heard = ["/orders", f"/orders@{name}", f"hello @{name}"]
    for text in [*heard, "just chatting", "/orders@other_bot"]:
        await control.say(WANG, text, chat=group)
    await control.say(WANG, "me", chat=group, reply_to=asked["message_id"])
    await control.call("POST", f"/groups/{group}/members", {"person": WANG, "action": "leave"})
    updates = [u["message"] for u in await api.ok("getUpdates") if "message" in u]
    assert [m["text"] for m in updates if "text" in m] == [*heard, "me"]
    assert "left_chat_member" in updates[-1]


async def test_without_privacy_or_as_admin_everything_is_heard(control: Control, api: Api, group: int) -> None:
    await control.switch(**{"telegram.privacy": False})
    assert (await api.ok("getMe"))["can_read_all_group_messages"] is True
    await control.say(WANG, "one", chat=group)
    await control.switch(**{"telegram.privacy": True})
    await control.say(WANG, "two", chat=group)
    await control.member(group, api.server.world.bot.id, "promote")
    await control.say(WANG, "three", chat=GROUP)
    texts = [u["message"]["text"] for u in await api.ok("getUpdates") if "text" in u.get("message", {})]
    assert texts == ["one", "three"]
