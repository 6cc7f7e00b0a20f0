"""What is read without python-telegram-bot's objects is what they would say; everything else is left to them."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.messenger import plain
from bot.messenger.incoming import arrivals

LI = {"id": 11, "is_bot": False, "first_name": "Li"}
CHAT = {"id": 11, "type": "private", "first_name": "Li"}
FORUM = {"id": -1001, "type": "supergroup", "title": "Endo", "is_forum": True}
SIZES = [
    {"file_id": f"p{width}", "file_unique_id": f"u{width}", "width": width, "height": width, "file_size": width}
    for width in (90, 1280, 320)
]


def message(**more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1, "chat": CHAT, "from": LI, **more}


def query(shown: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"callback_query": {"id": "9", "from": LI, "chat_instance": "1", "message": shown, "data": "a:b", **more}}


READ = {
    "words": {"message": message(text="hello \u202eyou")},
    "a command": {"message": message(text="/start", entities=[{"type": "bot_command", "offset": 0, "length": 6}])},
    "two names": {"message": message(text="x", **{"from": {**LI, "last_name": "Fang", "language_code": "en"}})},
    "a picture": {"message": message(photo=SIZES, caption="mine")},
    "one of an album": {"message": message(photo=SIZES, media_group_id="3")},
    "a picture of unknown size": {
        "message": message(photo=[{"file_id": "p", "file_unique_id": "u", "width": 1, "height": 1}])
    },
    "a press": query({**message(text="sure?"), "reply_markup": {"inline_keyboard": [[]]}}),
    "a press in a topic": query(message(text="x", chat=FORUM, message_thread_id=77, is_topic_message=True)),
    "a press in a reply chain": query(message(text="x", chat=FORUM, message_thread_id=77)),
    "a press on what is too old": query({"message_id": 5, "chat": CHAT, "date": 0}),
}  # fmt: skip
LEFT = {
    "a reply": {"message": message(text="yes", reply_to_message=message(text="sure?"))},
    "a forwarded word": {"message": message(text="x", forward_origin={"type": "hidden_user", "date": 1})},
    "another bot": {"message": message(text="x", **{"from": {**LI, "is_bot": True}})},
    "a group": {"message": message(text="x", chat=FORUM)},
    "a payment": {"message": message(successful_payment={})},
    "an edit": {"edited_message": message(text="x")},
    "a press without data": query(message(text="x"), data=None),
    "a press on nothing": {"callback_query": {"id": "9", "from": LI, "chat_instance": "1", "data": "a:b"}},
}


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_the_library_reads_it(name: str) -> None:
    raw = {"update_id": 7, **READ[name]}
    (arrival,) = arrivals(Update.de_json(raw, None), 1)
    assert plain.read(raw) == arrival.body
    assert repr(plain.read(raw)) == repr(arrival.body)  # the names too, which are not compared


@pytest.mark.parametrize("name", LEFT)
def test_what_has_more_to_it_is_left(name: str) -> None:
    assert plain.read({"update_id": 7, **LEFT[name]}) is None
