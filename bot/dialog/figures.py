"""Numbers and codes as people type them: the one place where every typed step reads them (days: dates.py). Pure.

A width, capitals and a final stop do not matter. Spaces and dashes stand inside codes and days only: in a number "1 2"
may be 12 or 1 or 2, so it is none.
"""

from __future__ import annotations

import re
import unicodedata

_STOP = re.compile(r"[\s.。!]+$")
_APART = re.compile(r"[\s\-‐‑‒–—―−_]+")
_WORD = re.compile(r"[^\W\d_]{4,}")
#: Two figures with only a space between them, a sign before one: nobody knows which number is meant.
_LOOSE = re.compile(r"[0-9][ ]+[0-9]|[-‐‑‒–—―−][ ]*[.0-9]")
_PARTS = {"½": ".5", "¼": ".25", "¾": ".75"}
_MIXED = re.compile("([0-9０-９]*)([½¼¾])")
#: Raised, lowered, or a fraction in one sign: as figures in one width they would join those beside them (1⅓, 5²).
_SMALL = re.compile("([⁰¹²³⁴-⁹₀-₉⅐-⅟↉]+)")
_UNITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
          "九": 9}  # fmt: skip
_TENS = {"十": 10, "廿": 20, "卅": 30}
_NUMERALS = re.compile(rf"(?<![0-9])[{''.join((*_UNITS, *_TENS))}]+(?![0-9])")
_BELOW_100 = re.compile(r"(?:([二两三四五六七八九])?十|([廿卅]))([一二三四五六七八九])?")


def plain(text: str) -> str:
    """In one width, without the stop that a phone's keyboard puts behind it."""
    return _STOP.sub("", width(text).strip())


def width(text: str) -> str:
    """In one width, with the number that was written: 1½ as 1.5; 5² and 1⅓ stay, for they are no 52 and no 11."""
    parts = _SMALL.split(_MIXED.sub(lambda found: (found[1] or "0") + _PARTS[found[2]], text))
    return "".join(part if n % 2 else unicodedata.normalize("NFKC", part) for n, part in enumerate(parts))


def arabic(text: str) -> str:
    """Chinese numerals as figures: 十一 as 11, 廿三 as 23, 一九四八 as 1948; others, or beside a figure, stay."""
    return _NUMERALS.sub(lambda found: _figures(found[0]), text)


def _figures(numeral: str) -> str:
    if not _TENS.keys() & {*numeral}:
        return "".join(str(_UNITS[one]) for one in numeral)
    found = _BELOW_100.fullmatch(numeral)
    if found is None:
        return numeral
    tens = _TENS[found[2]] if found[2] else 10 * _UNITS.get(found[1] or "一", 1)
    return str(tens + _UNITS.get(found[3] or "零", 0))


def whole(text: str, unit: str = "") -> int | None:
    """A whole number of at most four figures, or a Chinese numeral; ``unit``: a pattern that may stand behind it."""
    found = re.fullmatch(rf"([0-9]{{1,4}}) ?(?:{unit})?", arabic(plain(text)), re.IGNORECASE)
    return int(found[1]) if found else None


def code(text: str) -> str:
    """A record's number, a code: however it is spaced, dashed and cased."""
    return _APART.sub("", plain(text)).upper()


def worded(text: str) -> bool:
    """Whether a word stands apart in it: a number comes in groups with figures, or a few letters ("AB 1234", "X")."""
    return any(_WORD.fullmatch(piece) for piece in _APART.split(plain(text)))


def loose(text: str) -> bool:
    """Whether a number in it may mean several: "1 2 tablets", "-1"."""
    return bool(_LOOSE.search(width(text)))
