"""The check against the table of Bot API 10.0, and what the server does when it errs itself.

Sources: types, methods and required fields: the documentation as sandbox/telegram/bot-api-10.0.json has it.
Parameters as query, form, multipart or JSON, names in any case: "Making requests"; unknown ones are dropped, texts of
missing ones ("chat_id is empty", "message text is empty"): tdlib/telegram-bot-api, Client.cpp. 404 for an unknown
method: the same. Checking our own answers and hiding our own errors is the sandbox's rule.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.control import Control
from sandbox.telegram import check, dispatch, reading
from sandbox.telegram.calls import Upload
from sandbox.telegram.errors import ApiError

from .conftest import LI, Api

USER = {"id": 1, "is_bot": False, "first_name": "Li"}
CHAT = {"id": 1, "type": "private", "first_name": "Li"}
MESSAGE = {"message_id": 1, "date": 2, "chat": CHAT, "from": USER, "text": "x"}


def test_every_type_and_method_compiles() -> None:
    for name in check.TABLE["types"]:
        check.of(name)
    for spec in check.TABLE["methods"].values():
        check.any_of(spec["returns"])


@pytest.mark.parametrize(
    ("change", "misfit"),
    [
        ({"date": "2"}, ".date: must be an integer"),
        ({"date": True}, ".date: must be an integer"),
        ({"colour": 1}, 'Message has no field "colour"'),
        ({"chat": {"id": 1}}, '.chat: Can\'t find field "type"'),
        ({"entities": [{"type": "bold", "offset": 0}]}, '.entities[0]: Can\'t find field "length"'),
        ({"entities": {}}, ".entities: must be an array"),
    ],
)
def test_misfits_name_the_place(change: dict[str, Any], misfit: str) -> None:
    check.of("Message")(MESSAGE)
    with pytest.raises(check.Misfit) as caught:
        check.of("Message")({**MESSAGE, **change})
    assert str(caught.value) == misfit


def test_a_missing_required_field_is_a_misfit() -> None:
    for field in ("message_id", "date", "chat"):
        with pytest.raises(check.Misfit, match=field):
            check.of("Message")({name: value for name, value in MESSAGE.items() if name != field})


def test_strings_of_a_form_become_typed() -> None:
    spec = check.method("SENDMESSAGE")
    raw = {
        "chat_id": "-100",
        "text": "5",
        "protect_content": "True",
        "message_thread_id": "7",
        "reply_markup": '{"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}',
        "unknown": "x",
        "parse_mode": "",
    }
    args = reading.request(spec, raw, {})
    assert (args["chat_id"], args["text"], args["protect_content"], args["message_thread_id"]) == (-100, "5", True, 7)
    assert args["reply_markup"]["inline_keyboard"][0][0]["text"] == "a"
    assert "unknown" not in args
    assert reading.unknown(spec, raw) == ["unknown"]
    assert reading.request(spec, {"chat_id": "@name", "text": "x"}, {})["chat_id"] == "@name"


def test_a_file_is_a_file() -> None:
    file = Upload("a", "b", b"c")
    args = reading.request(check.method("sendPhoto"), {"chat_id": 1}, {"photo": file})
    assert args["photo"] is file


@pytest.mark.parametrize(
    ("method", "raw", "error"),
    [
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        ("setMyCommands", {"commands": '{"a": 1}'}, "expected an Array of BotCommand"),
        ("sendMessage", {"chat_id": 1, "text": "x", "message_thread_id": "y"}, "invalid message thread identifier"),
        ("deleteMessage", {"chat_id": 1, "message_id": "y"}, "message identifier is not specified"),
        ("sendLocation", {"chat_id": 1, "latitude": "y", "longitude": 1}, '"latitude" must be a number'),
        ("getFile", {}, "file_id is not specified"),
        ("setMyCommands", {}, 'parameter "commands" is required'),
        ("getChatMember", {"chat_id": 1}, "invalid user_id specified"),
    ],
)
def test_wrong_requests(method: str, raw: dict[str, Any], error: str) -> None:
    with pytest.raises(ApiError) as caught:
        reading.request(check.method(method), raw, {})
    assert (caught.value.code, error in caught.value.description) == (400, True)


def test_an_unknown_method() -> None:
    with pytest.raises(ApiError) as caught:
        check.method("sendTelepathy")
    assert caught.value.body() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_a_wrong_answer_of_ours_is_never_sent(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(dispatch.METHODS, "getme", lambda _call: {"id": "one"})
    body = await api("getMe")
    assert body["error_code"] == 500
    assert "does not fit Bot API 10.0" in body["description"]


async def test_an_error_of_ours_is_told_without_a_trace(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_call: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setitem(dispatch.METHODS, "getme", broken)
    assert await api("getMe") == {"ok": False, "error_code": 500, "description": "Internal Server Error"}


async def test_methods_that_are_not_there(control: Control, api: Api) -> None:
    await control.say(LI, "/start")
    refused = await api.refused("sendPoll", chat_id=LI, question="?", options=[{"text": "a"}, {"text": "b"}])
    assert refused == "Bad Request: the sandbox does not have the method sendPoll"


async def test_rich_messages_are_newer_and_plain_text_is_the_way_back(control: Control, api: Api) -> None:
    """docs/sandbox-control.md, "Newer than 10.0": refused as by a server of 10.0, in any shape, and nothing is sent."""
    await control.say(LI, "/start")
    before = await control.messages(LI)
    for content in ({"html": "<h1>Sum</h1>"}, {"markdown": "# Sum"}, {"blocks": []}):
        body = await api("sendRichMessage", chat_id=LI, rich_message=content)
        assert body == {"ok": False, "error_code": 404, "description": "Not Found"}
    assert await control.messages(LI) == before
    assert (await api.ok("sendMessage", chat_id=LI, text="<b>Sum</b>", parse_mode="HTML"))["text"] == "Sum"
