"""Names and hashes: what stands in a button's data, and the locale key of a step."""

from __future__ import annotations

import json
import re
from base64 import b32encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha1
from typing import Any

from bot.dialog.errors import FlowError

MOST_BYTES = 64  # Bot API: InlineKeyboardButton.callback_data
_KEY = re.compile(r"[a-z][a-z0-9_]*(\[.+\])?", re.DOTALL)
_ID = re.compile(r"\[.*\]", re.DOTALL)


def _hash(text: str) -> str:
    return b32encode(sha1(text.encode(), usedforsecurity=False).digest()).decode()[:8]


@lru_cache(maxsize=8192)
def short(key: str) -> str:
    """The first 8 letters of the base32 SHA-1 of a key or id: 40 bits, no secret. Cached: never for what people say."""
    return _hash(key)


def digest(*parts: Any) -> str:
    """A short name of plain data, equal for equal data; anything else counts by its repr."""
    return _hash(json.dumps(parts, sort_keys=True, default=repr, separators=(",", ":")))


def press_data(dialog: str, step: str, epoch: int, option: str) -> str:
    """``d:<dialog>:<step>:<epoch>:<option>``. FlowError above Telegram's 64 bytes and for an id with a colon."""
    if ":" in dialog:
        raise FlowError(f"{dialog!r} is no dialog that can be answered: a notice asks nothing")
    data = f"d:{dialog}:{short(step)}:{epoch}:{short(option)}"
    if len(data.encode()) > MOST_BYTES:
        raise FlowError(f"the button data {data!r} is over {MOST_BYTES} bytes: use a dialog id of at most 30 letters")
    return data


@lru_cache(maxsize=8192)
def checked_key(key: str) -> str:
    """FlowError unless the key is a word like ``left`` or ``boxes[<id>]``."""
    if not _KEY.fullmatch(key) or key == "submit":
        raise FlowError(
            f"{key!r} is no step key: write a permanent lower-case word, in a loop with the thing's id, "
            'like "left" or f"boxes[{drug.id}]" ("submit" is taken)'
        )
    return key


@lru_cache(maxsize=8192)
def locale_key(flow: str, key: str) -> str:
    """``{flow}.{step without [id]}``."""
    return f"{flow}.{_ID.sub('', key)}"


def plain(value: Any, where: str) -> Any:
    """The value as JSON would give it back (tuples become lists). FlowError for anything that JSON cannot hold."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return [plain(item, where) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, Mapping):
        return {str(k): plain(v, where) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    as_json = getattr(value, "as_json", None)
    if callable(as_json):
        return as_json()
    raise FlowError(f"{where} holds a {type(value).__name__}: give plain data (str, int, list, dict) only")
