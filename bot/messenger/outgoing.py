"""Contents become Bot API calls, as plain data: which method, with what. bot_api.py makes the call."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardMarkup, InputFile, InputMediaPhoto, LabeledPrice, ReplyParameters
from telegram.constants import ParseMode

from bot.messenger import limits
from bot.messenger.errors import Refused, TooOld
from bot.model import DRAWN, Attached, Bill, Button, Content, Picture, Post, Text, visible_rows

ATTACHED = ("voice", "document")
SHEET = "prescription.jpg"
NO_PREVIEW = {"is_disabled": True}


@dataclass(frozen=True, slots=True)
class Drawn:
    """The clean picture of a paper that was sent as a file: it goes up as a photo.

    ``tall``: several pages; as a photo, which Telegram makes smaller, their print would be lost.
    """

    jpeg: bytes = field(default=b"", repr=False)
    tall: bool = False


NOT_DRAWN = Drawn()


@dataclass(frozen=True, slots=True)
class Call:
    """``method`` is a coroutine method of PTB's Bot; or one of the Bot API, where all of ``args`` is plain data."""

    method: str
    args: dict[str, Any] = field(repr=False)
    plain: bool = False


def sending(post: Post, thread: int | None, provider_token: str = "", drawn: Drawn = NOT_DRAWN) -> Call:
    """The call that puts a post into its chat. Refused when it can never be sent as it is."""
    common: dict[str, Any] = {
        "chat_id": post.chat,
        "message_thread_id": thread,
        "disable_notification": post.silent or None,
        "protect_content": post.protect or None,
    }
    reply: Plain = {"message_id": post.reply_to, "allow_sending_without_reply": True}
    content = _in_words(post.content, drawn)
    if isinstance(content, Text):
        replies = {"reply_parameters": reply} if post.reply_to is not None else {}
        return Call("sendMessage", common | replies | _text(content, _below(content.buttons)), plain=True)
    if post.reply_to is not None:
        common["reply_parameters"] = ReplyParameters.de_json(reply, None)
    match content:
        case Picture(file, markup, buttons):
            caption = {"caption": limits.cut_html(markup, limits.CAPTION), "parse_mode": ParseMode.HTML}
            more = common | caption | {"reply_markup": keyboard(buttons)}
            return _showing(drawn.jpeg or _photo(file), more, drawn.tall)
        case Attached(kind, file, markup, buttons):
            if kind not in ATTACHED:
                raise Refused("unknown-kind")
            caption = {"caption": limits.cut_html(markup, limits.CAPTION), "parse_mode": ParseMode.HTML}
            return Call(f"send_{kind}", common | {kind: file} | caption | {"reply_markup": keyboard(buttons)})
        case Bill() as bill:
            return Call("send_invoice", common | _invoice(bill, provider_token))
        case None:
            raise Refused("empty")


def _in_words(content: Content | None, drawn: Drawn) -> Content | None:
    """Figures that nobody could draw are told by their words alone."""
    if isinstance(content, Picture) and content.file.startswith(DRAWN) and not drawn.jpeg:
        return Text(content.html, content.buttons)
    return content


def _showing(picture: str | bytes, more: dict[str, Any], whole: bool) -> Call:
    """``whole``: in its full size, as a file."""
    if whole:
        return Call("send_document", more | {"document": InputFile(picture, SHEET)})
    return Call("send_photo", more | {"photo": picture})


def editing(chat: int, message: int, content: Content, drawn: Drawn = NOT_DRAWN) -> Call:
    """The call that changes a message. TooOld for an invoice, which Telegram never lets anybody edit."""
    where: dict[str, Any] = {"chat_id": chat, "message_id": message}
    match content:
        case Text(_, buttons):
            return Call("editMessageText", where | _text(content, _rows(buttons)), plain=True)
        case Picture(file, markup, buttons) if file.startswith(DRAWN) and not drawn.jpeg:
            return editing(chat, message, Attached("document", "", markup, buttons))
        case Picture(file, markup, buttons):
            shown = drawn.jpeg or _photo(file)
            media = InputMediaPhoto(shown, limits.cut_html(markup, limits.CAPTION), parse_mode=ParseMode.HTML)
            return Call("edit_message_media", where | {"media": media, "reply_markup": keyboard(buttons)})
        case Attached(_, _, markup, buttons):
            caption = {"caption": limits.cut_html(markup, limits.CAPTION), "parse_mode": ParseMode.HTML}
            return Call("edit_message_caption", where | caption | {"reply_markup": keyboard(buttons)})
        case Bill():
            raise TooOld("not-editable")


PICTURES = Path(__file__).parent / "pictures"


@cache
def _own(name: str) -> bytes:
    return (PICTURES / f"{name}.jpg").read_bytes()


def _photo(file: str) -> str | bytes:
    """A file id as it is; a picture of the house as bytes to upload."""
    kind, _, name = file.partition(":")
    return _own(name) if kind == "picture" else file


Rows = tuple[tuple[Button, ...], ...]
Plain = dict[str, Any]  # as it goes over the wire


def _text(content: Text, below: Plain | None) -> Plain:
    return {
        "text": limits.cut_html(content.html, limits.TEXT),
        "parse_mode": ParseMode.HTML,
        "link_preview_options": NO_PREVIEW,
        "reply_markup": below,
    }


def _below(rows: Rows) -> Plain | None:
    """The button that shares a number is no button of the message: it stands where one types (KeyboardButton)."""
    first = rows[0][0] if rows and rows[0] else None
    if first is None or not first.phone:
        return _rows(rows)
    if first.phone == "gone":
        return {"remove_keyboard": True}
    asks = [[{"text": first.label, "request_contact": True}]]
    return {"keyboard": asks, "resize_keyboard": True, "one_time_keyboard": True}


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """For what PTB sends, a picture or a file. None when there are no buttons."""
    below = _rows(rows)
    return InlineKeyboardMarkup.de_json(below, None) if below else None


def _rows(rows: Rows) -> Plain | None:
    """Rows of buttons as they were given, as far as they are shown; None for none. Refused beyond Telegram's limits."""
    if not (rows := visible_rows(rows)):
        return None
    if sum(map(len, rows)) > limits.BUTTONS or max(map(len, rows)) > limits.ROW:
        raise Refused("too-many-buttons")
    return {"inline_keyboard": [[_button(button) for button in row] for row in rows]}


def _button(button: Button) -> Plain:
    if button.data:
        if len(button.data.encode()) > limits.DATA_BYTES:
            raise Refused("bad-button")
        return {"text": button.label, "callback_data": button.data}
    if button.url:
        return {"text": button.label, "url": button.url}
    if button.copy:
        return {"text": button.label, "copy_text": {"text": limits.cut(button.copy, limits.COPY)}}
    raise Refused("bad-button")


def _invoice(bill: Bill, provider_token: str) -> dict[str, Any]:
    if len(bill.payload.encode()) > limits.PAYLOAD_BYTES:
        raise Refused("bad-payload")
    title = limits.cut(bill.title, limits.TITLE)
    return {
        "title": title,
        "description": limits.cut(bill.description, limits.DESCRIPTION),
        "payload": bill.payload,
        "currency": bill.currency,
        "prices": [LabeledPrice(title, bill.amount)],
        "provider_token": provider_token,
    }
