"""What an operator's own words to many may hold: their length, and whose numbers and links. No rule of medicine."""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import normalize

from bot.dialog import Now, Wrong
from bot.dialog.plain import Check

MOST = 800  # UTF-16 units, so that the notice around them stays one message
_DIGITS = str.maketrans("〇零一二三四五六七八九幺", "001234567891")
_DAY = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}:\d{2}")
_NUMBER = re.compile(r"\+?\d(?:[\s()./-]{0,3}\d){4,}")
_LINK = re.compile(
    r"https?://\S+|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\s?\.\s?)+[a-z]{2,}(?:/\S*)?|@[a-z0-9_]{4,}",
    re.IGNORECASE | re.ASCII,
)
_COUNTED = re.compile(r"\s*(?:元|份|人|盒|个|户|yuan|people|orders|boxes)")  # so many of something is no number to call


def allowed(numbers: Collection[str], links: Collection[str], most: int = MOST) -> Check:
    """Their words, as typed; Wrong("own_long" / "own_number" / "own_link"). ``numbers``, ``links``: the hospital's."""

    def check(text: str, now: Now) -> str | Wrong:
        words = text.strip()
        if not words or _units(words) > most:
            return Wrong("own_long", most=most)
        if found := foreign_number(words, numbers):
            return Wrong("own_number", words=found)
        if found := foreign_link(words, links):
            return Wrong("own_link", words=found)
        return words

    return check


def foreign_number(text: str, numbers: Collection[str]) -> str:
    """The first number to call that is none of these; also written in full-width or Chinese digits. "" = none."""
    own = {_bare(number) for number in numbers}
    plain = _DAY.sub(" ", normalize("NFKC", text).translate(_DIGITS))
    for found in _NUMBER.finditer(plain):
        digits = _bare(found[0])
        if digits not in own and not (len(digits) < 7 and _COUNTED.match(plain, found.end())):
            return found[0].strip()
    return ""


def foreign_link(text: str, links: Collection[str]) -> str:
    """The first address that is not on one of these hosts; "" = none. Also ``@name``, which opens a chat."""
    hosts = {host.lower().removeprefix("www.") for host in links}
    for found in _LINK.finditer(normalize("NFKC", text).replace("。", " ")):
        host = found[0].lower().replace(" ", "").removeprefix("https://").removeprefix("http://").partition("/")[0]
        if not any(host == own or host.endswith(f".{own}") for own in hosts):
            return found[0]
    return ""


def _bare(number: str) -> str:
    return re.sub(r"\D", "", number)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
