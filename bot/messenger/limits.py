"""Telegram's limits on what we send, counted as Telegram counts: UTF-16 units of the visible text."""

from __future__ import annotations

import html
import re

from telegram.constants import (
    CallbackQueryLimit,
    ForumTopicLimit,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    InvoiceLimit,
    MessageLimit,
)

TEXT = int(MessageLimit.MAX_TEXT_LENGTH)
CAPTION = int(MessageLimit.CAPTION_LENGTH)
TOAST = int(CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH)
TOPIC = int(ForumTopicLimit.MAX_NAME_LENGTH)
DATA_BYTES = int(InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
COPY = int(InlineKeyboardButtonLimit.MAX_COPY_TEXT)
BUTTONS = int(InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER)
ROW = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)
TITLE = int(InvoiceLimit.MAX_TITLE_LENGTH)
DESCRIPTION = int(InvoiceLimit.MAX_DESCRIPTION_LENGTH)
PAYLOAD_BYTES = int(InvoiceLimit.MAX_PAYLOAD_LENGTH)

ELLIPSIS = "…"
PIECE = re.compile(r"<(/?)([a-zA-Z-]+)[^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);|.", re.DOTALL)


def units(text: str) -> int:
    """Length in UTF-16 units: what Telegram counts."""
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def visible(markup: str) -> int:
    """Length in UTF-16 units of what a reader sees of an HTML text."""
    return sum(_width(piece) for piece in PIECE.finditer(markup))


def cut(text: str, limit: int) -> str:
    """Plain text within the limit; what was cut shows as an ellipsis."""
    if units(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - 1
    for char in text:
        room -= units(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept) + ELLIPSIS


def cut_html(markup: str, limit: int) -> str:
    """HTML within the limit of visible units; open tags are closed behind the ellipsis, entities stay whole."""
    if visible(markup) <= limit:
        return markup
    kept: list[str] = []
    open_tags: list[str] = []
    room = limit - 1
    for piece in PIECE.finditer(markup):
        room -= _width(piece)
        if room < 0:
            break
        kept.append(piece.group())
        if piece.group(2):
            _track(open_tags, closing=bool(piece.group(1)), name=piece.group(2))
    return "".join(kept) + ELLIPSIS + "".join(f"</{name}>" for name in reversed(open_tags))


def _width(piece: re.Match[str]) -> int:
    return 0 if piece.group(2) else units(html.unescape(piece.group()))


def _track(open_tags: list[str], *, closing: bool, name: str) -> None:
    if not closing:
        open_tags.append(name)
    elif open_tags and open_tags[-1] == name:
        open_tags.pop()
