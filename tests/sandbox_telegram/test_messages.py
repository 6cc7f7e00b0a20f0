"""Sending, editing, deleting, copying: behaviour and the real server's error texts.

Sources: 4096 characters after entities: sendMessage; keyboards, 64 bytes of data, 256 to copy: InlineKeyboardButton,
CopyTextButton; edits: "Updating messages"; 48 hours and rights: deleteMessage; what cannot be copied: copyMessage;
forward_origin: MessageOrigin; rights to pin: pinChatMessage; the emoji: ReactionTypeEmoji; quotes: ReplyParameters;
KeyboardButton.request_contact. A bot cannot begin a chat: Bots FAQ. Texts ("message is not modified", "message to
edit not found", "bot was blocked by the user", "chat not found"): tdlib/telegram-bot-api, Client.cpp, and tdlib.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.control import Control

from .conftest import CHEN, LI, WANG, Api

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def keys(*labels: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": label, "callback_data": label} for label in labels]]}


@pytest.fixture
async def started(control: Control, api: Api) -> Api:
    await control.say(LI, "/start")
    return api


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"text": "x"}, "Bad Request: chat_id is empty"),
        ({"chat_id": LI}, "Bad Request: message text is empty"),
        ({"chat_id": LI, "text": "   "}, "Bad Request: text must be non-empty"),
        ({"chat_id": LI, "text": "x" * 4097}, "Bad Request: message is too long"),
        ({"chat_id": LI, "text": "😀" * 2049}, "Bad Request: message is too long"),
        ({"chat_id": 99, "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody_here", "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": LI, "text": "x", "parse_mode": "XML"}, "Bad Request: unsupported parse_mode"),
        (
            {"chat_id": LI, "text": "<b>x", "parse_mode": "HTML"},
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"chat_id": LI, "text": "x", "message_thread_id": 5}, "Bad Request: message thread not found"),
        (
            {"chat_id": LI, "text": "x", "reply_parameters": {"message_id": 999}},
            "Bad Request: message to be replied not found",
        ),
        ({"chat_id": LI, "text": "x", "reply_markup": keys("y" * 65)}, "Bad Request: BUTTON_DATA_INVALID"),
        (
            {"chat_id": LI, "text": "x", "reply_markup": {"inline_keyboard": [[{"text": "y"}]]}},
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"chat_id": LI, "text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "y"}]]}},
            "Bad Request: can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ({"chat_id": LI, "text": "x", "reply_markup": keys(*"123456789")}, "Bad Request: reply markup is too long"),
    ],
)
async def test_send_message_is_refused(started: Api, args: dict[str, Any], error: str) -> None:
    assert await started.refused("sendMessage", **args) == error


async def test_exactly_the_limit_is_sent(started: Api) -> None:
    sent = await started.ok("sendMessage", chat_id=LI, text="<b>" + "😀" * 2048 + "</b>", parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


async def test_a_bot_cannot_open_a_chat(control: Control, api: Api, group: int) -> None:
    assert await api.refused("sendMessage", chat_id=CHEN, text="x") == "Bad Request: chat not found"
    known = await api.refused("sendMessage", chat_id=WANG, text="x")
    assert known == "Forbidden: bot can't initiate conversation with a user"


async def test_blocking_and_letting_in_again(control: Control, started: Api) -> None:
    await control.block(LI)
    body = await started("sendMessage", chat_id=LI, text="x")
    assert (body["error_code"], body["description"]) == (403, "Forbidden: bot was blocked by the user")
    await control.unblock(LI)
    await started.ok("sendMessage", chat_id=LI, text="x")
    changes = [u["my_chat_member"] for u in await started.ok("getUpdates") if "my_chat_member" in u]
    assert [c["new_chat_member"]["status"] for c in changes] == ["kicked", "member"]


async def test_edit_text_markup_and_not_modified(control: Control, started: Api) -> None:
    sent = await started.ok("sendMessage", chat_id=LI, text="one", reply_markup=keys("a"))
    where = {"chat_id": LI, "message_id": sent["message_id"]}
    assert await started.refused("editMessageText", **where, text="one", reply_markup=keys("a")) == NOT_MODIFIED
    only_keys = await started.ok("editMessageReplyMarkup", **where, reply_markup=keys("b"))
    assert "edit_date" not in only_keys
    edited = await started.ok("editMessageText", **where, text="two")
    assert edited["edit_date"] >= sent["date"]
    assert "reply_markup" not in edited
    (record,) = await control.messages(chat=LI)
    assert record["versions"] == ["one", "two"]


async def test_edit_is_refused(control: Control, started: Api) -> None:
    theirs = (await control.say(LI, "mine"))["message_id"]
    text = (await started.ok("sendMessage", chat_id=LI, text="one"))["message_id"]
    place = (await started.ok("sendLocation", chat_id=LI, latitude=1, longitude=2))["message_id"]

    async def edit(message: int) -> str:
        return await started.refused("editMessageText", chat_id=LI, message_id=message, text="x")

    assert await edit(999) == "Bad Request: message to edit not found"
    assert await edit(theirs) == "Bad Request: message can't be edited"
    assert await edit(place) == "Bad Request: there is no text in the message to edit"
    caption = await started.refused("editMessageCaption", chat_id=LI, message_id=text, caption="x")
    assert caption == "Bad Request: there is no caption in the message to edit"
    missing = await started.refused("editMessageText", chat_id=LI, text="x")
    assert missing == "Bad Request: message identifier is not specified"


async def test_delete(control: Control, started: Api) -> None:
    await control.set_clock(rate=0)
    sent = await started.ok("sendMessage", chat_id=LI, text="one")
    where = {"chat_id": LI, "message_id": sent["message_id"]}
    await started.ok("deleteMessage", **where)
    assert await started.refused("deleteMessage", **where) == "Bad Request: message to delete not found"
    assert await started.refused("editMessageText", **where, text="x") == "Bad Request: message to edit not found"
    assert [m["text"] for m in (await control.sees(LI))["chats"][0]["messages"]] == ["/start"]
    old = await started.ok("sendMessage", chat_id=LI, text="old")
    await control.advance(48 * 3600)
    refused = await started.refused("deleteMessage", chat_id=LI, message_id=old["message_id"])
    assert refused == "Bad Request: message can't be deleted for everyone"
    (first, _) = await control.messages(chat=LI)
    assert first["deleted"] is True


async def test_others_messages_go_only_with_the_right(control: Control, api: Api, group: int) -> None:
    theirs = (await control.say(LI, "/mine", chat=group))["message_id"]
    where = {"chat_id": group, "message_id": theirs}
    assert await api.refused("deleteMessage", **where) == "Bad Request: message can't be deleted"
    await control.member(group, api.server.world.bot.id, "promote", rights=["can_delete_messages"])
    await api.ok("deleteMessage", **where)


async def test_copy_and_forward(control: Control, started: Api) -> None:
    sent = await started.ok("sendMessage", chat_id=LI, text="<b>one</b>", parse_mode="HTML")
    pick = {"chat_id": LI, "from_chat_id": LI, "message_id": sent["message_id"]}
    copy = await started.ok("copyMessage", **pick)
    forward = await started.ok("forwardMessage", **pick)
    assert forward["forward_origin"]["sender_user"]["is_bot"] is True
    assert copy["message_id"] != forward["message_id"]
    secret = await started.ok("sendMessage", chat_id=LI, text="secret", protect_content=True)
    assert secret["has_protected_content"] is True
    pick["message_id"] = secret["message_id"]
    assert await started.refused("forwardMessage", **pick) == "Bad Request: message can't be forwarded"
    pick["message_id"] = 999
    assert await started.refused("copyMessage", **pick) == "Bad Request: message to copy not found"


async def test_pin_needs_the_right_and_tells(control: Control, api: Api, group: int) -> None:
    sent = await api.ok("sendMessage", chat_id=group, text="rules")
    pin = {"chat_id": group, "message_id": sent["message_id"]}
    refused = await api.refused("pinChatMessage", **pin)
    assert refused == "Bad Request: not enough rights to manage pinned messages in the chat"
    await control.member(group, api.server.world.bot.id, "promote", rights=["can_pin_messages"])
    await api.ok("pinChatMessage", **pin)
    assert (await api.ok("getUpdates"))[-1]["message"]["pinned_message"]["text"] == "rules"
    assert (await api.ok("getChat", chat_id=group))["pinned_message"]["message_id"] == sent["message_id"]
    await api.ok("unpinChatMessage", chat_id=group)
    assert "pinned_message" not in await api.ok("getChat", chat_id=group)


async def test_only_listed_reactions(started: Api) -> None:
    sent = await started.ok("sendMessage", chat_id=LI, text="x")
    where = {"chat_id": LI, "message_id": sent["message_id"]}

    def emoji(*several: str) -> list[dict[str, str]]:
        return [{"type": "emoji", "emoji": one} for one in several]

    await started.ok("setMessageReaction", **where, reaction=emoji("❤️"))
    await started.ok("setMessageReaction", **where, reaction=[])
    assert await started.refused("setMessageReaction", **where, reaction=emoji("✅")) == "Bad Request: REACTION_INVALID"
    many = await started.refused("setMessageReaction", **where, reaction=emoji("👍", "👎"))
    assert many == "Bad Request: REACTIONS_TOO_MANY"


async def test_reply_and_quote(control: Control, started: Api) -> None:
    said = (await control.say(LI, "I have 😀 a fever"))["message_id"]
    reply = {"message_id": said, "quote": "a fever"}
    sent = await started.ok("sendMessage", chat_id=LI, text="since when?", reply_parameters=reply)
    assert sent["reply_to_message"]["message_id"] == said
    assert sent["quote"] == {"text": "a fever", "position": 10, "is_manual": True}
    free = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await started.ok("sendMessage", chat_id=LI, text="x", reply_parameters=free)


async def test_reply_keyboard_and_contact(control: Control, started: Api) -> None:
    rows = [[{"text": "My number", "request_contact": True}, {"text": "No"}]]
    await started.ok("sendMessage", chat_id=LI, text="Number?", reply_markup={"keyboard": rows})
    assert (await control.sees(LI))["chats"][0]["keyboard"][0][0] == {"label": "My number", "kind": "contact"}
    await control.press(LI, "My number")
    contact = (await started.ok("getUpdates"))[-1]["message"]["contact"]
    assert contact["user_id"] == LI
    await started.ok("sendMessage", chat_id=LI, text="Thanks", reply_markup={"remove_keyboard": True})
    assert "keyboard" not in (await control.sees(LI))["chats"][0]
