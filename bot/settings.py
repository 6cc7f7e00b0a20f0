"""How a setting is declared and its text read, before anything else is known: config.py says which there are.

Each reader raises ValueError with what is wanted, as the end of the sentence "X must be ...".
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

KEY_BYTES = 32


def setting(parse: Callable[[str], Any], default: Any, doc: str, *, secret: bool = False) -> Any:
    """A field of Config: how its text is read, what it is without one, what it means and in which unit."""
    return field(default=default, repr=not secret, metadata={"parse": parse, "doc": doc})


def text(value: str) -> str:
    return value.strip()


def whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"\d+", value.strip()) or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(value)

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    def parse(value: str) -> float:
        try:
            found = float(value)
        except ValueError:
            found = float("nan")
        if not low <= found <= high:
            raise ValueError(f"a number from {low:g} to {high:g}")
        return found

    return parse


def one_of(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value.strip().lower() not in words:
            raise ValueError(" or ".join(words))
        return value.strip().lower()

    return parse


def url(value: str) -> str:
    try:
        parts = urlsplit(value.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # half an IPv6 address, a port that is none
        good = False
    if not good:
        raise ValueError("a URL that starts with http:// or https://")
    return value.strip().rstrip("/")


def optional_url(value: str) -> str:
    return url(value) if value.strip() else ""


def code(value: str) -> str:
    """What stands in a link (Bot API: deep linking), too long to be guessed."""
    if value.strip() and not re.fullmatch(r"[A-Za-z0-9_-]{12,60}", value.strip()):
        raise ValueError("12 to 60 letters, digits, - or _, or nothing")
    return value.strip()


def zone(value: str) -> str:
    try:
        return ZoneInfo(value.strip()).key
    except (OSError, ValueError, KeyError) as error:
        raise ValueError("a time zone such as Asia/Shanghai") from error


def minute_of_day(value: str) -> int:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", value.strip())
    if not found:
        raise ValueError("a time of day such as 21:00")
    return int(found[1]) * 60 + int(found[2])


def minute_or_off(value: str) -> int:
    """-1 = off."""
    if value.strip().lower() == "off":
        return -1
    try:
        return minute_of_day(value)
    except ValueError as wanted:
        raise ValueError(f"{wanted}, or off") from None


def weekdays(value: str) -> str:
    if not re.fullmatch(r"[1-7]{1,7}", value.strip()) or len(set(value.strip())) < len(value.strip()):
        raise ValueError("different days from 1 (Monday) to 7, such as 12345")
    return value.strip()


def days(value: str) -> frozenset[str]:
    try:
        return frozenset(date.fromisoformat(day).isoformat() for day in names(value))
    except ValueError as error:
        raise ValueError("days such as 2027-02-05,2027-02-06, or nothing") from error


def file(value: str) -> Path | None:
    return Path(value.strip()).expanduser() if value.strip() else None


def path(value: str) -> Path:
    if not value.strip():
        raise ValueError("the path of a file")
    return Path(value.strip()).expanduser()


def key(value: str) -> bytes:
    try:
        found = base64.b64decode(value.strip(), validate=True)
    except binascii.Error:
        found = b""
    if len(found) != KEY_BYTES:
        raise ValueError(f"{KEY_BYTES} bytes as base64, as `medrelay keys` prints them")
    return found


def names(value: str) -> frozenset[str]:
    return frozenset(filter(None, (part.strip() for part in value.split(","))))


def named_keys(value: str) -> tuple[tuple[str, bytes], ...]:
    """``new:BASE64,old:BASE64``: the first seals, all of them open."""
    found: list[tuple[str, bytes]] = []
    for part in value.split(","):
        name, _, body = part.strip().rpartition(":")
        found.append((name or "1", key(body)))
    if len({name for name, _ in found}) < len(found):
        raise ValueError("keys with different names, such as new:BASE64,old:BASE64")
    return tuple(found)


def in_languages(value: str) -> tuple[tuple[str, str], ...]:
    """``zh-CN: words | en: words``: what the hospital says, by language."""
    found = [part.partition(":") for part in value.split("|") if part.strip()]
    told = tuple((tag.strip(), words.strip()) for tag, _, words in found)
    if any(not re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2,4})?", tag) or not words for tag, words in told):
        raise ValueError("words by language, such as zh-CN: ... | en: ...")
    return told
