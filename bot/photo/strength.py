"""Amounts in drug lines: 5mg, 3ml:300单位, 0.5g×30片/盒. Parsing and comparing only; knows no drug."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.photo.borders import begins, stands_alone
from bot.photo.names import narrow

Amounts = tuple[tuple[Decimal, str], ...]  # sorted (value, base unit); () = none

_UNITS: Final[dict[str, tuple[Decimal, str]]] = {
    "mg": (Decimal(1), "mg"),
    "毫克": (Decimal(1), "mg"),
    "g": (Decimal(1000), "mg"),
    "克": (Decimal(1000), "mg"),
    "μg": (Decimal("0.001"), "mg"),
    "微克": (Decimal("0.001"), "mg"),
    "ml": (Decimal(1), "ml"),
    "毫升": (Decimal(1), "ml"),
    "单位": (Decimal(1), "iu"),
    "iu": (Decimal(1), "iu"),
    "u": (Decimal(1), "iu"),
    "万单位": (Decimal(10000), "iu"),
    "万iu": (Decimal(10000), "iu"),
    "万u": (Decimal(10000), "iu"),
    "%": (Decimal(1), "%"),
}
NUMBER: Final = r"\d+(?:\.\d+)?"
UNIT: Final = r"(?:mg|μg|ml|万单位|万IU|万U|单位|IU|U|毫克|微克|毫升|克|g|%)"
AMOUNT: Final = rf"{NUMBER}\s*{UNIT}(?![a-wyz])"
_AMOUNT_RE = re.compile(rf"({NUMBER})\s*({UNIT})(?![a-wyz])", re.IGNORECASE)
STRENGTH: Final = rf"{AMOUNT}(?:\s*(?:[:/+,，、]\s*(?:{AMOUNT}|{UNIT}(?![a-wyz])))|/\s*(?:片|粒|支|吸|袋|丸|揿|喷|枚))*"
_COUNTED: Final = r"片|粒|丸|支|吸|袋|揿|喷|枚|贴|包|滴|T|S|t|s|'s"
_BOXES: Final = r"大盒|小盒|盒|瓶|支|袋|包|筒|罐|板|桶|管|贴|套|合"
# The times sign is the letter x or a caret where OCR reads it so; a star is common on electronic prescriptions.
_TIMES: Final = "xX×*✕✖^"
LINE_RE = re.compile(
    rf"(?P<strength>{STRENGTH})"
    rf"(?:[)\]]?\s*[{_TIMES}:]?\s*(?P<pack>\d{{1,4}})\s*(?P<unit>{_COUNTED})(?!\d))?"
    rf"(?:\s*[{_TIMES}]\s*(?P<bare>\d{{1,4}})(?!\s*(?:{UNIT}|{_BOXES}|\.)|\s?[^\s\w()\[\]{_TIMES}]?\s?\d))?"
    rf"(?P<per>\s*/\s*(?:{_BOXES}))?"
    rf"(?:\s*[{_TIMES}]\s*(?P<boxes>\d{{1,3}})\s*(?:{_BOXES}))?",
    re.IGNORECASE,
)
_BOXES_RE = re.compile(
    rf"(?:[{_TIMES}]\s*)?(\d{{1,3}})(?:\.00?)?\s*(?:\(\s*(?:{_BOXES})\s*\)|(?:{_BOXES})(?!\s*[装/]))"
)
_PACK_RE = re.compile(r"(\d{1,4})\s*(片|粒|丸|支|吸|袋|揿|喷|枚|贴|包|T|s|S)\s*/\s*(?:盒|瓶|板|袋|支)")

_APART_RE: Final = re.compile(r"\d(?: \d)+")
_COUNT_NEXT_RE: Final = re.compile(rf"\s?[:/+,;、]\s?\d+\s*(?:{_COUNTED}|{_BOXES}|次|日|天|岁)")
_LEADER_RE: Final = re.compile(r"(?<![\d.…·])(?:…|[.·](?=\s*[.…·]))(?:\s*[.…·])*")
_GOES_ON_RE: Final = re.compile(r"\s?[:/+,;、]\s?\d")  # another number of the same strength
_TOTAL_RE = re.compile(rf"\d\s*(?:{_COUNTED})\s*[(/]\s*(\d{{1,3}})\s*(?:盒|瓶)")  # 共60片(2盒)
# 2盒×7片×150mg: from the largest to the smallest
_REVERSED_RE = re.compile(
    rf"(?P<boxes>\d{{1,3}})\s*(?:{_BOXES})?\s*[{_TIMES}]\s*(?P<pack>\d{{1,4}})\s*(?P<unit>{_COUNTED})\s*[{_TIMES}]\s*"
    rf"(?P<strength>{STRENGTH})",
    re.IGNORECASE,
)
PACKED_RE = re.compile(rf"(\d{{1,4}})\s*(?:{_COUNTED})?(?:/.*)?")  # the whole cell of a column of its own


@dataclass(frozen=True, slots=True)
class Line:
    """What one printed amount says; ``start`` and ``end`` are its place in the text."""

    strength: str
    pack: int | None
    unit: str  # of the pack, empty where none is printed
    boxes: int | None
    start: int
    end: int
    value_end: int  # where the strength itself ends
    per_box: bool  # .../盒 follows: a number after it is the next column, a count
    run: int  # where the print that the first number is a part of begins
    whole: bool  # no number of the strength is a part of a longer one: else it is asked, never used


def tidy(text: str) -> str:
    """Narrow characters, and the few units that OCR confuses: no dose is in picograms, no number has the letter O."""
    text = narrow(text)
    text = re.sub(r"(?<=\d)[oOQ](?=[\d.]|\s*(?:mg|g|ml|μg))", "0", text)
    text = re.sub(r"(?<=[\d.])[lI](?=[\d.]|\s*(?:mg|g|ml|μg))", "1", text)
    text = re.sub(r"(?<=\d)\s*(?:rng|mq|m9|Mg|MG|mG|nig|me)(?![a-wyz])", "mg", text)
    text = re.sub(r"(?<=\d)\s*(?:ug|mcg|pg|цg|ыg|ụg|ųg|Ug|UG)(?![a-wyz])", "μg", text)
    text = re.sub(r"(?<=\d)\s*(?:m1|mI|mL|ML|Ml)(?![a-wyz0-9])", "ml", text)
    text = re.sub(r"(?<=/)(?:m1|mI|mL|ML)(?![a-z0-9])", "ml", text)
    if len(_APART_RE.findall(text)) > 1 and not re.search(r"\d\d", text):  # full-width digits: 5 0mg*1 4片
        text = _APART_RE.sub(lambda m: m[0].replace(" ", ""), text)
    return re.sub(r"(\d)\s*[。·•]\s*(?=\d)", r"\1.", text)


def amounts(text: str) -> Amounts:
    """Every amount in ``text`` in base units (mg, ml, units), sorted: 0.5g equals 500mg, order does not matter.

    None at all where one is a part of a longer number.
    """
    lines = find(text)
    if not all(line.whole for line in lines):
        return ()
    read = [pair for line in lines for pair in _AMOUNT_RE.findall(line.strength)]
    found = [(Decimal(n) * _UNITS[u.lower()][0], _UNITS[u.lower()][1]) for n, u in read]
    return tuple(sorted((v.normalize(), u) for v, u in found))


def sound(strength: str) -> bool:
    """False for a number that lost its point (025mg) or is nothing (0mg): not to be trusted."""
    numbers = [n for n, _ in _AMOUNT_RE.findall(strength)]
    return bool(numbers) and all(Decimal(n) > 0 and not re.match(r"0\d", n) for n in numbers)


def find(text: str) -> list[Line]:
    """All amounts with what follows them, in the order printed."""
    text = tidy(text)
    turned = [m for m in _REVERSED_RE.finditer(text) if stands_alone(text, *m.span("boxes"))]
    if turned:
        return [_line(text, m, _int(m["pack"]), m.end()) for m in turned]
    lines: list[Line] = []
    for m in LINE_RE.finditer(text):
        pack, boxes = m["pack"] or m["bare"], m["boxes"]
        if boxes is None and m["bare"] and m["pack"]:
            pack, boxes = m["pack"], m["bare"]
        lines.append(_line(text, m, _int(pack), m.end("strength"), _int(boxes)))
    return lines


def _line(text: str, m: re.Match[str], pack: int | None, value_end: int, boxes: int | None = None) -> Line:
    start, end = m.span("strength")
    if m.re is _REVERSED_RE:
        boxes, run, per = _int(m["boxes"]), start, False
    else:
        run, per = begins(text, start), bool(m["per"])
    strength = re.sub(r"/(?:片|粒|支|吸|袋|丸|揿|喷|枚)$", "", re.sub(r"\s+", "", m["strength"]))
    goes_on = m.end() == end and _GOES_ON_RE.match(text, end) and not _COUNT_NEXT_RE.match(text, end)
    whole = run == start and not goes_on
    return Line(strength, pack, m["unit"] or "", boxes, start, m.end(), value_end, per, run, whole)


def boxes_in(text: str) -> int | None:
    """A count of boxes standing alone: ×2盒, 2盒, 3 瓶."""
    text = unled(tidy(text))
    text = re.sub(r"[\[(]\s*(\d{1,3})\s*[\])](?=\s*盒)", r"\1", text)
    if m := _TOTAL_RE.search(text):
        return _int(m[1])
    m = count_in(text)
    return _int(m[1]) if m and begins(text, m.start(1)) == m.start(1) else None


def count_in(text: str, at: int = 0) -> re.Match[str] | None:
    """The first count of boxes with its unit, of whatever longer print its number may be a part."""
    return _BOXES_RE.search(text, at)


def is_count(text: str) -> bool:
    """Whether the text is a count of boxes and nothing else."""
    return _BOXES_RE.fullmatch(tidy(text).strip()) is not None


def pack_in(text: str) -> int | None:
    """The units in a box: 28片/盒; None where there is none, or where its number is a part of a longer one."""
    m = _PACK_RE.search(text)
    return int(m[1]) if m and begins(text, m.start()) == m.start() else None


def unled(text: str) -> str:
    """The text without the dots that lead the eye from a name to its count, of the same length."""
    return _LEADER_RE.sub(lambda m: " " * len(m[0]), text)


def _int(text: str | None) -> int | None:
    return int(text) if text and 0 < int(text) < 10000 else None
