"""Reply markup as the server accepts it: limits, looks, addresses. buttons.py has read it."""

from __future__ import annotations

import re

from .errors import bad
from .records import Json

MOST_BUTTONS = 100
MOST_IN_ROW = 8
STYLES = {"danger", "success", "primary"}
_URL = re.compile(r"(?i)(https?|tg|ton)://[^\s]+|[\w-]+(\.[\w-]+)+(/\S*)?")


def inline(markup: Json | None, invoice: bool = False) -> Json | None:
    """A checked inline keyboard, or None when there are no buttons in it."""
    if markup is None:
        return None
    if "inline_keyboard" not in markup:
        raise bad("inline keyboard expected")
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_ROW for row in rows):
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    _check_pay(rows, invoice)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: Button text must be non-empty")
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    if "url" in button and not _URL.fullmatch(button["url"].strip()):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    if button.get("style", "primary") not in STYLES:
        raise bad("can't parse inline keyboard button: Invalid button style specified")


def _check_pay(rows: list[list[Json]], invoice: bool) -> None:
    pays = [(y, x) for y, row in enumerate(rows) for x, button in enumerate(row) if "pay" in button]
    if pays and (not invoice or pays != [(0, 0)]):
        raise bad("BUTTON_TYPE_INVALID")
    if invoice and rows and not pays:
        raise bad("the first button in the inline keyboard must be a Pay button")


def pay_button(markup: Json | None, amount: str) -> Json:
    """An invoice's keyboard: without one of its own it gets Telegram's Pay button."""
    return inline(markup, invoice=True) or {"inline_keyboard": [[{"text": f"Pay {amount}", "pay": True}]]}


def reply(markup: Json | None) -> tuple[Json | None, Json | None]:
    """Splits a markup into (inline keyboard of the message, reply keyboard for the chat)."""
    if markup is None or "inline_keyboard" in markup:
        return inline(markup), None
    if "keyboard" in markup and sum(map(len, markup["keyboard"])) > 300:
        raise bad("reply markup is too long")
    if "keyboard" in markup:
        return None, {**markup, "keyboard": [row for row in markup["keyboard"] if row]}
    return None, markup
