"""What the phone shows besides messages: who is typing, the menu of commands, the reply keyboard.

Sources: sendChatAction, "Determining list of commands" under BotCommandScope, and KeyboardButton of the Bot API.
"""

from __future__ import annotations

import pytest

from sandbox.control import Control
from sandbox.telegram import world as worlds

from .conftest import LI, WANG, Api


@pytest.fixture
async def started(control: Control, api: Api) -> Api:
    await control.say(LI, "/start")
    await api.drain()
    return api


async def test_typing_ends_with_the_next_message(control: Control, started: Api) -> None:
    """sendChatAction: "set for 5 seconds or less (when a message arrives from your bot, ...)"."""
    await started.ok("sendChatAction", chat_id=LI, action="typing")
    view = await control.sees(LI)
    assert view["chats"][0]["typing"] == [1]
    assert [chat.get("typing") for chat in (await control.world())["chats"] if chat["id"] == LI] == [[1]]
    await started.ok("sendMessage", chat_id=LI, text="Here")
    assert "typing" not in (await control.sees(LI, since=view["revision"], wait=5))["chats"][0]


async def test_typing_ends_by_itself_and_the_phone_is_told(
    control: Control, started: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sendChatAction: five seconds at most."""
    monkeypatch.setattr(worlds, "TYPING_S", 0.05)
    await started.ok("sendChatAction", chat_id=LI, action="upload_photo")
    view = await control.sees(LI)
    while view["chats"][0].get("typing"):
        before = view["revision"]
        view = await control.sees(LI, since=before, wait=5)
        assert view["revision"] > before


async def test_typing_in_one_topic_is_not_typing_in_another(control: Control, api: Api, forum: int) -> None:
    """sendChatAction's message_thread_id."""
    topic = await api.ok("createForumTopic", chat_id=forum, name="One")
    await api.ok("sendChatAction", chat_id=forum, action="typing", message_thread_id=topic["message_thread_id"])
    assert (await control.sees(WANG, forum))["chats"][0]["typing"] == [topic["message_thread_id"]]
    await api.ok("sendMessage", chat_id=forum, text="To General")
    assert (await control.sees(WANG, forum))["chats"][0]["typing"] == [topic["message_thread_id"]]


async def test_the_menu_is_of_the_narrowest_scope_in_the_persons_language(control: Control, started: Api) -> None:
    """Determining list of commands: chat + language, chat, all_private_chats + language, ... default."""
    assert (await control.sees(LI))["commands"] == []

    async def shown() -> list[str]:
        return [one["command"] for one in (await control.sees(LI))["commands"]]

    async def sets(command: str, **more: object) -> None:
        await started.ok("setMyCommands", commands=[{"command": command, "description": command}], **more)

    before = (await control.sees(LI))["revision"]
    await sets("for_all")
    assert (await control.sees(LI, since=before, wait=5))["revision"] > before
    assert await shown() == ["for_all"]
    assert [one["command"] for one in (await control.world())["bot"]["commands"]] == ["for_all"]
    await sets("in_chinese", language_code="zh")
    assert await shown() == ["in_chinese"]
    await sets("private", scope={"type": "all_private_chats"})
    assert await shown() == ["private"]
    await sets("hers", scope={"type": "chat", "chat_id": LI})
    assert await shown() == ["hers"]
    await started.ok("deleteMyCommands", scope={"type": "chat", "chat_id": LI})
    assert await shown() == ["private"]


async def test_buttons_as_plain_strings_and_those_that_ask(control: Control, started: Api) -> None:
    """KeyboardButton: "For simple text buttons, String can be used instead of this object"."""
    where = {"text": "Where?", "request_location": True}
    number = {"text": "Number", "request_contact": True}
    markup = {"keyboard": [["Yes", "No"], [where, number]], "resize_keyboard": True}
    await started.ok("sendMessage", chat_id=LI, text="Well?", reply_markup=markup)
    kinds = [[(key["label"], key["kind"]) for key in row] for row in (await control.sees(LI))["chats"][0]["keyboard"]]
    assert kinds == [[("Yes", "reply"), ("No", "reply")], [("Where?", "location"), ("Number", "contact")]]
    for label in ("Yes", "Where?", "Number"):
        await control.press(LI, label)
    said, place, contact = (update["message"] for update in await started.drain())
    assert said["text"] == "Yes"
    assert set(place["location"]) == {"latitude", "longitude"}
    assert contact["contact"]["user_id"] == LI


async def test_a_person_presses_the_reply_keyboard_as_any_other_button(control: Control, started: Api) -> None:
    """ReplyKeyboardMarkup; one_time_keyboard: "hide the keyboard as soon as it's been used"."""
    inline = {"inline_keyboard": [[{"text": "Yes, please", "callback_data": "y"}]]}
    await started.ok("sendMessage", chat_id=LI, text="Old", reply_markup=inline)
    markup = {"keyboard": [["Yes", "No, never"]], "one_time_keyboard": True}
    await started.ok("sendMessage", chat_id=LI, text="Well?", reply_markup=markup)
    li = control.phone(LI)
    await li.press("Yes")
    (said,) = await started.drain()
    assert said["message"]["text"] == "Yes"
    assert "keyboard" not in (await control.sees(LI))["chats"][0]
    await started.ok("sendMessage", chat_id=LI, text="Well?", reply_markup={"keyboard": [["No, never"]]})
    await li.press("never")
    (said,) = await started.drain()
    assert said["message"]["text"] == "No, never"
    assert li.taps == 2


async def test_a_button_of_another_type_is_refused(started: Api) -> None:
    """KeyboardButton is a String or an object."""
    assert "keyboard" in await started.refused("sendMessage", chat_id=LI, text="x", reply_markup={"keyboard": [[1]]})
