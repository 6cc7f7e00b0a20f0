"""Telegram's limits on what we send, counted as Telegram counts: UTF-16 units of the visible text."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

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

TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")  # embeddings, overrides and isolates (Unicode, annex 9)


def straight(text: str) -> str:
    """Without marks that turn the direction of text: what is read is what is written."""
    return TURNS.sub("", text)


def units(text: str) -> int:
    """Length in UTF-16 units: what Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


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
    if units(markup) <= limit or visible(markup) <= limit:  # with its tags and entities it is longer than what is seen
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


def split_html(markup: str, limit: int) -> list[str]:
    """HTML in order and without loss, each part within the limit of visible units: tags that are open at a break are
    closed and opened anew. It breaks behind a line, else behind a word, else anywhere; blank parts are left out.
    """
    if units(markup) <= limit:  # with its tags and entities it is longer than what is seen
        return [markup]
    rest, parts = list(PIECE.finditer(markup)), list[str]()
    opened: list[str] = []  # the opening tags in force where the next part begins
    while rest:
        end = _break(rest, limit)
        head = "".join(opened)
        for piece in rest[:end]:
            _track(opened, closing=bool(piece.group(1)), name=piece.group(2), tag=piece.group())
        shown = "".join(piece.group() for piece in rest[:end])
        tail = "".join(f"</{_name(tag)}>" for tag in reversed(opened))
        if html.unescape(re.sub(r"<[^>]*>", "", shown)).strip():
            parts.append(head + shown + tail)
        rest = rest[end:]
    return parts or [markup]


def _break(pieces: Sequence[re.Match[str]], limit: int) -> int:
    """How many pieces make the next part. A break in its first half would be a waste."""
    used, line, word = 0, 0, 0
    for at, piece in enumerate(pieces):
        used += _width(piece)
        if used > limit:
            return line or word or max(at, 1)
        if 2 * used > limit:
            line = at + 1 if piece.group() == "\n" else line
            word = at + 1 if piece.group().isspace() else word
    return len(pieces)


def _width(piece: re.Match[str]) -> int:
    return 0 if piece.group(2) else units(html.unescape(piece.group()))


def _name(tag: str) -> str:
    return tag.strip("<>").split()[0]


def _track(open_tags: list[str], *, closing: bool, name: str | None, tag: str = "") -> None:
    """Tags stand in the list as they were opened (``tag``), or by their names."""
    if name and not closing:
        open_tags.append(tag or name)
    elif name and open_tags and _name(open_tags[-1]) == name:
        open_tags.pop()
