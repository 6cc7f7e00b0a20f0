"""Dates as prescriptions print them, and calendar months. Civil days only."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final

from bot.photo.borders import begins

_CJK: Final = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "Ｏ": "0"}
_FULL = re.compile(
    r"(?<!\d)(20\d\d)\s*(?:年|[-/.,·])\s*(\d{1,2})\s*(?:月|[-/.,·])\s*([0-3]\d|\d(?!\d))\s*(?:日|号)?", re.IGNORECASE
)
_COMPACT = re.compile(r"(?<!\d)(20\d\d)([01]\d)([0-3]\d)(?!\d)")
# A year of two digits may be a day or an era's: it is not read. Two eras have their own years: Reiwa and the Republic.
_ERA = re.compile(
    r"(?P<era>令和|[Rr]|民[国國]\s*)?(?<!\d)(\d{1,3})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*([0-3]\d|\d(?!\d))\s*(?:日|号)?(?![\d.])"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    "Nov(?:ember)?|Dec(?:ember)?)"
)
_ENGLISH = re.compile(
    rf"(?<![\w.,/-])(?<!\d\s)(?:(?P<first>\d{{1,2}})(?:st|nd|rd|th)?[\s-]?(?P<before>{_MONTH})\.?,?[\s-]?(?P<year>20\d\d)"
    rf"|(?P<behind>{_MONTH})\.?\s?(?P<second>\d{{1,2}})(?:st|nd|rd|th)?,?\s(?P<year2>20\d\d))(?!\d)",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)(?![\d/.-])")
_LIKE_RE: Final = re.compile(
    rf"\d{{1,4}}\s?[年/.-]\s?\d{{1,2}}\s?[月/.-]\s?\d{{1,4}}|\d{{1,2}}[\s-]?{_MONTH}\.?,?[\s-]?\d{{2}}|{_MONTH}\.?\s?\d{{1,2}},?\s\d{{2}}",
    re.IGNORECASE,
)
_DIGIT_MORE: Final = re.compile(r"\d(?!\d?\s?[:：时点])")
_GOES_ON: Final = re.compile(r"\s?[^\w\s]?\s?\d(?![\d:时点])|[?？*~□■囗]")
_REIWA: Final = 2018
_REPUBLIC: Final = 1911
_HAN = re.compile(
    r"([二][〇零○O0][一二三四五六七八九零〇○]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_LOOKALIKE: Final = str.maketrans(
    {"O": "0", "o": "0", "Q": "0", "l": "1", "I": "1", "|": "1", "Z": "2", "曰": "日", "目": "日"}
)


def find_dates(text: str, *, labelled: bool) -> list[tuple[int, int, date]]:
    """Each date in ``text`` with its place. Short and compact forms count only after a label."""
    plain = re.sub(r"(?<=[\d年月/.-])\s*[OoQlI|Z](?=[\d\s年月日/.-]|$)", lambda m: m[0].translate(_LOOKALIKE), text)
    plain = re.sub(r"(?<=\d)\s*[曰目]", lambda m: m[0].translate(_LOOKALIKE), plain)
    out: list[tuple[int, int, date]] = []
    for pattern in (_FULL, _COMPACT) if labelled else (_FULL,):
        for m in pattern.finditer(plain):
            day = _day(int(m[1]), int(m[2]), int(m[3])) if _whole(plain, m) else None
            if day and not any(a < m.end() and m.start() < b for a, b, _ in out):
                out.append((m.start(), m.end(), day))
    out += _in_english(text) if not out else []
    out += _of_eras(plain) if labelled and not out else []
    for m in _HAN.finditer(text):
        year = int("".join(_CJK.get(c, c) for c in m[1]).replace("O", "0"))
        day = _day(year, _han(m[2]), _han(m[3]))
        if day:
            out.append((m.start(), m.end(), day))
    return out


def like_a_date(text: str) -> bool:
    """Whether a day stands in ``text``, be it one that nobody can be sure of: 26-11-08, 08/11/2026."""
    return _LIKE_RE.search(text) is not None


def _in_english(text: str) -> list[tuple[int, int, date]]:
    """8 Nov 2026, November 8, 2026, 28/11/2026; 08/11/2026 is one day here and another there: it is not read."""
    out: list[tuple[int, int, date]] = []
    for m in _ENGLISH.finditer(text):
        month = _MONTHS.index((m["before"] or m["behind"])[:3].casefold()) + 1
        day = _day(int(m["year"] or m["year2"]), month, int(m["first"] or m["second"]))
        out += [(m.start(), m.end(), day)] if day else []
    for m in _SLASHED.finditer(text):
        a, b = int(m[1]), int(m[2])
        day = _day(int(m[3]), min(a, b), max(a, b)) if max(a, b) > 12 or a == b else None
        out += [(m.start(), m.end(), day)] if day and begins(text, m.start()) == m.start() else []
    return out


def _of_eras(text: str) -> list[tuple[int, int, date]]:
    """令和8年11月8日, R08.11.08, 民国115年11月8日 or 115/11/08."""
    out: list[tuple[int, int, date]] = []
    for m in _ERA.finditer(text):
        era, year = (m["era"] or "").strip(), int(m[2])
        if begins(text, m.start()) != m.start() or _cut(text, m[4], m.end(4)):
            continue
        reiwa = era in ("令和", "R", "r") and len(m[2]) < 3
        republic = (era.startswith("民") or not era) and len(m[2]) == 3
        day = _day(year + (_REIWA if reiwa else _REPUBLIC), int(m[3]), int(m[4])) if reiwa or republic else None
        out += [(m.start(), m.end(), day)] if day else []
    return out


def _whole(text: str, m: re.Match[str]) -> bool:
    """Not the part of a longer number."""
    return not _cut(text, m[3], m.end(3))


def _cut(text: str, day: str, end: int) -> bool:
    """Whether the day goes on behind a gap or a speck, or has a digit too many: 2026-11-1 2 is not the first, and
    nobody knows what 2026-11-018 is. What begins a time is no part of it: 2026-11-0813:26."""
    return (_DIGIT_MORE if len(day) == 2 else _GOES_ON).match(text, end) is not None


def months_before(day: date, months: int) -> date:
    """The same day of the month ``months`` calendar months earlier, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _han(text: str) -> int:
    """十一 -> 11, 二十 -> 20, 九 -> 9."""
    if "十" not in text:
        return int(_CJK.get(text, "0"))
    tens, ones = text.split("十", 1)
    return int(_CJK.get(tens, "1")) * 10 + int(_CJK.get(ones, "0") if ones else "0")
