"""What a post becomes on its way to Telegram."""

from __future__ import annotations

import pytest
from telegram import InlineKeyboardMarkup

from bot.messenger import limits, outgoing
from bot.messenger.errors import Refused, TooOld
from bot.model import Attached, Bill, Button, Content, Picture, Post, Text

LI = 11
ROWS = ((Button("Yes", "d:1:ok:0:ab"), Button("Open", url="https://t.me/x?start=1")), (Button("Code", copy="7788"),))


def post(content: Content | None, **more: object) -> Post:
    return Post("k", LI, content, **more)  # type: ignore[arg-type]


def test_a_text() -> None:
    call = outgoing.sending(post(Text("<b>hi</b>")), None)
    assert call.method == "sendMessage"
    assert (call.args["chat_id"], call.args["text"], call.args["parse_mode"]) == (LI, "<b>hi</b>", "HTML")
    assert call.args["link_preview_options"]["is_disabled"]
    assert call.args["reply_markup"] is None
    unset = ("message_thread_id", "disable_notification", "protect_content")
    assert [call.args[name] for name in unset] == [None] * 3


def test_everything_a_post_can_say() -> None:
    call = outgoing.sending(post(Text("hi"), silent=True, protect=True, reply_to=5), 77)
    assert (call.args["message_thread_id"], call.args["disable_notification"], call.args["protect_content"]) == (
        77,
        True,
        True,
    )
    assert call.args["reply_parameters"] == {"message_id": 5, "allow_sending_without_reply": True}


@pytest.mark.parametrize("kind", ["voice", "document"])
def test_what_is_attached_goes_by_its_file_id(kind: str) -> None:
    call = outgoing.sending(post(Attached(kind, "file", "<i>x</i>", ROWS)), None)
    assert (call.method, call.args[kind], call.args["caption"]) == (f"send_{kind}", "file", "<i>x</i>")
    edit = outgoing.editing(LI, 5, Attached(kind, "file", "y"))
    assert (edit.method, edit.args["caption"]) == ("edit_message_caption", "y")


def test_a_kind_of_attachment_that_another_release_has_is_refused() -> None:
    with pytest.raises(Refused, match="unknown-kind"):
        outgoing.sending(post(Attached("hologram", "file")), None)


def test_a_picture() -> None:
    call = outgoing.sending(post(Picture("file", "<i>x</i>", ROWS)), None)
    assert (call.method, call.args["photo"], call.args["caption"]) == ("send_photo", "file", "<i>x</i>")
    edit = outgoing.editing(LI, 5, Picture("file", "<i>x</i>"))
    assert (edit.method, edit.args["media"].media, edit.args["media"].caption) == (
        "edit_message_media",
        "file",
        "<i>x</i>",
    )


def test_a_bill() -> None:
    bill = Bill("Order R1", "Drugs of order R1", "R1/1", 1234)
    call = outgoing.sending(post(bill), None, "provider")
    assert call.method == "send_invoice"
    assert (call.args["currency"], call.args["prices"][0].amount, call.args["payload"]) == ("CNY", 1234, "R1/1")
    assert call.args["provider_token"] == "provider"
    with pytest.raises(TooOld):
        outgoing.editing(LI, 5, bill)


def test_an_edit_of_a_text() -> None:
    call = outgoing.editing(LI, 5, Text("hi", ROWS))
    assert (call.method, call.args["message_id"], call.args["text"]) == ("editMessageText", 5, "hi")


def test_buttons_are_callback_link_or_copy() -> None:
    keyboard = outgoing.keyboard(ROWS)
    assert isinstance(keyboard, InlineKeyboardMarkup)
    (yes, link), (code,) = keyboard.inline_keyboard
    assert (yes.text, yes.callback_data) == ("Yes", "d:1:ok:0:ab")
    assert link.url == "https://t.me/x?start=1"
    assert code.copy_text is not None
    assert code.copy_text.text == "7788"
    assert outgoing.keyboard(()) is None


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (((Button("x", "d" * 65),),), "bad-button"),
        (((Button("x"),),), "bad-button"),
        ((tuple(Button("x", "d") for _ in range(9)),), "too-many-buttons"),
        (tuple((Button("x", "d"),) for _ in range(101)), "too-many-buttons"),
    ],
)
def test_what_telegram_would_refuse_is_refused_at_once(rows: tuple[tuple[Button, ...], ...], code: str) -> None:
    with pytest.raises(Refused, match=code):
        outgoing.sending(post(Text("hi", rows)), None)


def test_nothing_and_a_payload_too_long_are_refused() -> None:
    with pytest.raises(Refused, match="empty"):
        outgoing.sending(post(None), None)
    with pytest.raises(Refused, match="bad-payload"):
        outgoing.sending(post(Bill("t", "d", "药" * 43, 1)), None)


def test_what_is_too_long_is_cut() -> None:
    text = outgoing.sending(post(Text("药" * 5000)), None).args["text"]
    assert limits.units(text) == limits.TEXT
    assert limits.units(outgoing.editing(LI, 1, Text("药" * 5000)).args["text"]) == limits.TEXT
    assert limits.units(outgoing.sending(post(Picture("f", "药" * 5000)), None).args["caption"]) == limits.CAPTION
    bill = outgoing.sending(post(Bill("t" * 99, "d" * 999, "p", 1)), None).args
    assert (len(bill["title"]), len(bill["description"])) == (limits.TITLE, limits.DESCRIPTION)
    copied = outgoing.keyboard(((Button("x", copy="c" * 999),),))
    assert copied is not None
    assert copied.inline_keyboard[0][0].copy_text is not None
    assert len(copied.inline_keyboard[0][0].copy_text.text) == limits.COPY
