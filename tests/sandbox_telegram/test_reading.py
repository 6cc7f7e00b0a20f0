"""What the server makes of a bot's parameters: converted, dropped and traced, honoured though old, or refused.

Sources: parse_json_parameters (tdlib/td, HttpReader.cpp): every value of a JSON body becomes a text, null the word
"null". JsonObject (tdlib/td, JsonBuilder.cpp): numbers and texts for each other, booleans as such, null refused.
to_bool, get_reply_parameters, get_link_preview_options, get_inline_keyboard_button, get_keyboard_button,
get_reply_markup, get_text_entity (tdlib/telegram-bot-api, Client.cpp). Telegraf puts `hide` into every button
(telegraf/telegraf, src/button.ts; issue 1902 says that the Bot API has no such thing).
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.control import Control
from sandbox.telegram import check, reading
from sandbox.telegram.errors import ApiError

from .conftest import LI, Api

CALLBACK = {"text": "Yes", "callback_data": "y"}


@pytest.fixture
async def started(control: Control, api: Api) -> Api:
    await control.say(LI, "/start")
    return api


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


async def test_a_strange_field_in_a_button_is_dropped_and_traced(control: Control, started: Api) -> None:
    sent = await started.ok(
        "sendMessage", chat_id=LI, text="x", reply_markup={**inline(**CALLBACK, hide=False), "colour": 1}
    )
    assert sent["reply_markup"] == inline(**CALLBACK)
    assert (await control.trace())[-1]["unknown"] == ["reply_markup.inline_keyboard[0][0].hide", "reply_markup.colour"]


async def test_strange_fields_are_dropped_in_other_objects_too(control: Control, started: Api) -> None:
    await started.ok("setMyCommands", commands=[{"command": "a", "description": "b", "icon": "c"}])
    assert (await control.trace())[-1]["unknown"] == ["commands[0].icon"]
    entity = {"type": "bold", "offset": "0", "length": "1", "colour": "red"}
    sent = await started.ok("sendMessage", chat_id=LI, text="x", entities=[entity])
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 1}]
    assert (await control.trace())[-1]["unknown"] == ["entities[0].colour"]


async def test_numbers_and_texts_stand_for_each_other(started: Api) -> None:
    first = await started.ok("sendMessage", chat_id=str(LI), text=5)
    assert first["text"] == "5"
    answer = {"message_id": str(first["message_id"])}
    keys = inline(text=1, callback_data=2)
    sent = await started.ok(
        "sendMessage", chat_id=LI, text="x", reply_parameters=answer, reply_markup=keys, protect_content="True"
    )
    assert sent["reply_to_message"]["message_id"] == first["message_id"]
    assert sent["reply_markup"] == inline(text="1", callback_data="2")
    assert sent["has_protected_content"] is True
    for no in ("false", "0", 0, "no", None, False):
        assert "has_protected_content" not in await started.ok("sendMessage", chat_id=LI, text="x", protect_content=no)
    prices = [{"label": "a", "amount": "1000"}]
    bill = {"title": "t", "description": "d", "payload": "p", "provider_token": "x", "currency": "CNY"}
    assert (await started.ok("sendInvoice", chat_id=LI, prices=prices, **bill))["invoice"]["total_amount"] == 1000


NULL = "Bad Request: can't parse inline keyboard button: "


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"chat_id": None}, "Bad Request: chat not found"),
        ({"parse_mode": None}, "Bad Request: unsupported parse_mode"),
        ({"reply_markup": None}, "Bad Request: object expected as reply markup"),
        ({"link_preview_options": None}, "Bad Request: object expected as link preview options"),
        ({"reply_parameters": None}, "Bad Request: object expected as reply parameters"),
        ({"reply_markup": inline(text="a", url=None)}, NULL + 'Field "url" must be of type String'),
        ({"reply_markup": inline(text=None, url="a.b")}, NULL + 'Field "text" must be of type String'),
        ({"reply_markup": inline(text="a", style=None, url="a.b")}, NULL + 'Field "style" must be of type String'),
        ({"reply_markup": {"inline_keyboard": [[None]]}}, NULL + "InlineKeyboardButton must be an Object"),
        (
            {"reply_markup": {"inline_keyboard": [None]}},
            'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"reply_markup": {"keyboard": [[{"text": "a", "request_contact": "true"}]]}},
            'Bad Request: can\'t parse keyboard button: Field "request_contact" must be of type Boolean',
        ),
        (
            {"reply_markup": {"keyboard": [["a"]], "resize_keyboard": "yes"}},
            'Bad Request: field "resize_keyboard" must be of type Boolean',
        ),
        (
            {"link_preview_options": {"is_disabled": "true"}},
            'Bad Request: field "is_disabled" must be of type Boolean',
        ),
        ({"reply_parameters": {"message_id": "one"}}, 'Bad Request: field "message_id" must be a valid Number'),
        ({"reply_parameters": {"message_id": None}}, 'Bad Request: field "message_id" must be a Number'),
        (
            {"entities": [{"type": "bold", "offset": 0, "length": None}]},
            'Bad Request: can\'t parse MessageEntity: Field "length" must be a Number',
        ),
        (
            {"entities": [{"type": "shout", "offset": 0, "length": 1}]},
            "Bad Request: can't parse MessageEntity: Unsupported type specified",
        ),
        ({"message_thread_id": "one"}, "Bad Request: invalid message thread identifier specified"),
    ],
)
async def test_what_it_refuses(started: Api, args: dict[str, Any], error: str) -> None:
    assert await started.refused("sendMessage", **{"chat_id": LI, "text": "x", **args}) == error


async def test_what_null_is_on_the_top_level(control: Control, started: Api) -> None:
    """The word "null": a text of its own, no number, not true, no list of entities."""
    args = {"message_thread_id": None, "disable_notification": None, "entities": None, "reply_to_message_id": None}
    sent = await started.ok("sendMessage", chat_id=LI, text=None, **args)
    assert sent["text"] == "null"
    assert (await control.trace())[-1]["unknown"] == ["entities"]


async def test_the_first_thing_a_button_does_is_what_it_does(control: Control, started: Api) -> None:
    both = inline(text="a", callback_data="c", url="https://example.org", web_app=None)
    sent = await started.ok("sendMessage", chat_id=LI, text="x", reply_markup=both)
    assert sent["reply_markup"] == inline(text="a", url="https://example.org/") or sent["reply_markup"] == inline(
        text="a", url="https://example.org"
    )
    dropped = (await control.trace())[-1]["unknown"]
    assert [one.rpartition(".")[2] for one in dropped] == ["callback_data", "web_app"]
    sent = await started.ok(
        "sendMessage", chat_id=LI, text="x", reply_markup=inline(text="a", url="", callback_data="c")
    )
    assert sent["reply_markup"] == inline(text="a", callback_data="c")


@pytest.mark.parametrize("empty", [{}, {"inline_keyboard": []}, {"keyboard": []}, {"force_reply": False}])
async def test_a_markup_of_nothing_is_none(started: Api, empty: dict[str, Any]) -> None:
    assert "reply_markup" not in await started.ok("sendMessage", chat_id=LI, text="x", reply_markup=empty)


async def test_old_parameters_are_honoured_and_are_nothing_strange(control: Control, started: Api) -> None:
    first = await started.ok("sendMessage", chat_id=LI, text="https://example.org", disable_web_page_preview="true")
    assert first["link_preview_options"] == {"is_disabled": True}
    sent = await started.ok("sendMessage", chat_id=LI, text="x", reply_to_message_id=str(first["message_id"]))
    assert sent["reply_to_message"]["message_id"] == first["message_id"]
    gone = {"chat_id": LI, "text": "x", "reply_to_message_id": 999}
    assert await started.refused("sendMessage", **gone) == "Bad Request: message to be replied not found"
    assert "reply_to_message" not in await started.ok("sendMessage", **gone, allow_sending_without_reply=True)
    assert "reply_to_message" not in await started.ok("sendMessage", **gone, reply_parameters={})
    assert [entry["method"] for entry in await control.trace() if "unknown" in entry] == []
    number = {"keyboard": [[{"text": "Number", "request_phone_number": True}]]}
    await started.ok("sendMessage", chat_id=LI, text="x", reply_markup=number)
    assert (await control.sees(LI))["chats"][0]["keyboard"] == [[{"label": "Number", "kind": "contact"}]]
    await started.ok("sendMessage", chat_id=LI, text="x", reply_markup={"hide_keyboard": True})
    assert "keyboard" not in (await control.sees(LI))["chats"][0]
    await started.ok("sendChatAction", chat_id=LI, action="record_audio")


async def test_old_names_of_methods_are_honoured(control: Control, api: Api, group: int) -> None:
    assert await api.ok("getChatMembersCount", chat_id=group) == 3


async def test_entities_move_with_what_is_taken_out(started: Api) -> None:
    """fix_formatted_text and clean_input_string (tdlib): carriage returns go, both ends are trimmed."""
    text = " \r\n\r\n😀 a\rb\r\tc \u202e \r\n "
    bold = {"type": "bold", "offset": text.encode("utf-16-le").index("c".encode("utf-16-le")) // 2, "length": 1}
    wide = {"type": "italic", "offset": 5, "length": len(text) + 1 - 5}
    sent = await started.ok("sendMessage", chat_id=LI, text=text, entities=[bold, wide])
    assert sent["text"] == "😀 ab c"
    units = sent["text"].encode("utf-16-le")
    marked = [
        (one["type"], units[2 * one["offset"] : 2 * (one["offset"] + one["length"])].decode("utf-16-le"))
        for one in sent["entities"]
    ]
    assert marked == [("italic", "😀 ab c"), ("bold", "c")]


async def test_what_the_server_finds_itself_is_not_taken_from_the_bot(started: Api) -> None:
    wrong = [{"type": "bot_command", "offset": 0, "length": 3}, {"type": "mention", "offset": 0, "length": 2}]
    sent = await started.ok("sendMessage", chat_id=LI, text="see /help", entities=wrong)
    assert sent["entities"] == [{"type": "bot_command", "offset": 4, "length": 5}]


async def test_white_space_that_is_no_space_stays(started: Api) -> None:
    assert (await started.ok("sendMessage", chat_id=LI, text="\u3000x\u3000 "))["text"] == "\u3000x\u3000"


async def test_a_text_of_spaces_is_none(started: Api) -> None:
    assert await started.refused("sendMessage", chat_id=LI, text=" \r\n ") == "Bad Request: text must be non-empty"
    assert await started.refused("sendMessage", chat_id=LI, text="") == "Bad Request: message text is empty"


async def test_quiet_ones_hidden_previews_and_covered_pictures_are_seen_as_such(control: Control, started: Api) -> None:
    """sendMessage: disable_notification, link_preview_options; sendPhoto: has_spoiler."""
    hidden = {"is_disabled": True, "url": "https://example.org"}
    await started.ok(
        "sendMessage", chat_id=LI, text="https://example.org", disable_notification=1, link_preview_options=hidden
    )
    await started.ok("sendMessage", chat_id=LI, text="https://example.org")
    quiet, loud = (await control.sees(LI))["chats"][0]["messages"][-2:]
    assert (quiet["silent"], quiet["no_preview"]) == (True, True)
    assert not {"silent", "no_preview", "spoiler"} & loud.keys()


LONG = "1" * 5000


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"message_thread_id": LONG}, "invalid message thread identifier specified"),
        ({"message_thread_id": "1_0"}, "invalid message thread identifier specified"),
        ({"reply_parameters": {"message_id": LONG}}, "must be a valid Number"),
        ({"reply_parameters": {"message_id": "１２"}}, "must be a valid Number"),
        ({"reply_markup": "[" * 200_000}, "can't parse reply keyboard markup JSON object"),
    ],
    ids=["long", "underscore", "long inside", "another width", "deep"],
)
def test_what_is_no_number_is_refused_and_never_an_error_of_ours(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ApiError, match=told):
        reading.request(check.TABLE["methods"]["sendMessage"], {"chat_id": LI, "text": "x", **given}, {})


def test_an_old_reply_to_no_message_is_no_reply() -> None:
    raw = {"chat_id": "１２", "text": "x", "reply_to_message_id": LONG}
    assert reading.request(check.TABLE["methods"]["sendMessage"], raw, {}) == {"chat_id": "１２", "text": "x"}
