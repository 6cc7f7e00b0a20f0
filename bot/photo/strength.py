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
NUMBER: Final = r"(?<!\d)\d+(?:\.\d+)?"  # not tried again from each of its digits
UNIT: Final = r"(?:mg|μg|ml|万单位|万IU|万U|单位|IU|U|毫克|微克|毫升|克|g|%)"
_NO_MORE: Final = r"(?![a-wyz]|\s?/\s?d?L(?![A-Za-z]))"  # g/L is of blood
AMOUNT: Final = rf"{NUMBER}\s*{UNIT}{_NO_MORE}"
_AMOUNT_RE = re.compile(rf"({NUMBER})\s*({UNIT}){_NO_MORE}", re.IGNORECASE)
STRENGTH: Final = rf"{AMOUNT}(?:\s*(?:[:/+,，、]\s*(?:{AMOUNT}|{UNIT}(?![a-wyz])))|/\s*(?:片|粒|支|吸|袋|丸|揿|喷|枚))*"
# 药占比:22%, 乙类/5%, 自付(10%) and 40.12 13% of tax are no strengths
_SHARE_RE: Final = re.compile(r"(?:(?:[比率类]|自付|自费|先付)\s?[:/(]?|\d\.\d\d)\s?$")
_BEFORE: Final = 8  # characters, of which _SHARE_RE takes fewer
COUNTED: Final = r"片|锭|粒|颗(?!粒)|丸|支|吸|袋|揿|喷|枚|贴|包|滴|T|S|t|s|'s"
BOX: Final = r"(?:大盒|小盒|盒|瓶|筒|罐|桶|管|套|合)"
_BOXES: Final = rf"{BOX}|支|袋|包|板|贴"
# The times sign is the letter x or a caret where OCR reads it so; a star is common on electronic prescriptions.
TIMES: Final = "xX×*✕✖^"
LINE_RE = re.compile(
    rf"(?P<strength>{STRENGTH})"
    rf"(?:[)\]]?\s*[{TIMES}:]?\s*(?:(?P<plates>\d{{1,2}})\s*板\s*[{TIMES}]\s*)?(?P<pack>\d{{1,4}})\s*(?P<unit>{COUNTED})(?!\d))?"
    rf"(?:(?P<plate>\s*/\s*板)?(?:\s*[{TIMES}]\s*(?P<sheets>\d{{1,2}})\s*板)?)"
    rf"(?:\s*[{TIMES}]\s*(?P<bare>\d{{1,4}})(?![A-Za-z]|\s*(?:{UNIT}|{_BOXES}|\.)|\s?[^\s\w()\[\]{TIMES}]?\s?\d))?"
    rf"(?P<per>\s*/\s*(?:{_BOXES}))?"
    rf"(?:\s*[{TIMES}]\s*(?P<boxes>\d{{1,3}})\s*(?P<of>{_BOXES}))?",
    re.IGNORECASE,
)
_BOXES_RE = re.compile(rf"(?:[{TIMES}]\s*)?(\d{{1,3}})(?:\.00?)?\s*(?:\(\s*(?:{_BOXES})\s*\)|(?:{_BOXES})(?!\s*[装/]))")
_PACK_RE = re.compile(
    rf"(?P<n>\d{{1,4}})\s*(?:片|粒|丸|支|吸|袋|揿|喷|枚|贴|包|T|s|S)(?:\s*(?:/\s*板)?\s*[{TIMES}]\s*(?P<sheets>\d{{1,2}})\s*板)?"
    rf"\s*/\s*(?P<of>盒|瓶|板|袋|支)"
)
_ENGLISH_UNITS: Final = tuple(
    (re.compile(rf"(?<=\d)\s*(?:{words})(?![a-z])", re.IGNORECASE), unit)
    for words, unit in (
        ("tablets?|tabs?|tbl", "片"), ("capsules?|caps?", "粒"), ("boxe?s?|packs|cartons?", "盒"), ("bottles?", "瓶"),
        ("pens?|vials?|ampoules?", "支"), ("sachets?", "袋"), ("patche?s?", "贴"), ("units?", "单位"), ("mcg", "μg"),
    )
)  # fmt: skip
# The units of Taiwan and Hong Kong: 28錠, 14顆, 2膠囊, 7粒/排
_ELSEWHERE: Final = (
    (re.compile(r"(?<=\d)(\s?)锭"), r"\1片"), (re.compile(r"(?<=\d)(\s?)颗(?!粒)"), r"\1粒"),
    (re.compile(r"(?<![A-Za-z\d.])(\d{1,4}\s?)胶囊(?![\u4e00-\u9fff])"), r"\1粒"),
    (re.compile(r"(?<=[\d/])(\s?)排(?![\u4e00-\u9fff])"), r"\1板"),
)  # fmt: skip
_PER_RE: Final = re.compile(
    r"(?<=[片粒支袋贴])\s?(?:/|per)\s?(?:(?P<box>box|pack|carton)|bottle)(?![a-z])", re.IGNORECASE
)
_BOX_OF_RE: Final = re.compile(r"(?<=盒)\s?of\s(\d{1,3})(?:\s?[片粒])?(?![\w,/-]|\.\d)")  # 2 boxes of 10
_ONE_PACK_RE: Final = re.compile(r"(?<![\d.,/-])1\s?pack(?![a-z])", re.IGNORECASE)  # 28 pack is what is in one
# (pack of 60), box of 7; 2 boxes (28's)
_PACK_OF_RE: Final = re.compile(
    r"(?<![A-Za-z])(?:pack|box)\sof\s(\d{1,3})(?:\s?[片粒])?(?![\w,/-]|\.\d)", re.IGNORECASE
)
_BOX_OF_S_RE: Final = re.compile(r"(?<=盒)\s?\((\d{1,3})\s?['’]?s\)")
_EACH_RE: Final = re.compile(  # 每盒30片
    rf"(?:每|(?<!\d)1)\s?(?P<box>盒|瓶)(?:内?[装含有])?\s?:?\s?(?P<pack>\d{{1,4}}\s?(?:{COUNTED}))(?![A-Za-z\d/])"
)
_BRACKETED_RE: Final = re.compile(rf"\(\s?(\d{{1,4}})\s?(?:{COUNTED})\s?/\s?(?:盒|瓶)\s?\)")
_TIMED_RE: Final = re.compile(rf"(?P<pack>\d{{1,4}})\s?(?:{COUNTED})\s?[{TIMES}]\s?(?P<boxes>\d{{1,3}}\s?{BOX})")
_OF_EACH_RE: Final = re.compile(rf"(?P<boxes>\d{{1,2}})\s?[{TIMES}]\s?(?P<pack>\d{{1,4}})\s?(?P<unit>{COUNTED})")
_LOOSE_RE: Final = re.compile(r"(?P<n>\d{1,4})\s*(?:片|粒|丸|吸|揿|喷|T|t|s|S|#)(?![A-Za-z次/])")
NO_DOSE: Final = 5  # pieces; fewer may be what is taken at a time

_APART_RE: Final = re.compile(r"\d(?: \d)+")
_COUNT_NEXT_RE: Final = re.compile(rf"\s?[:/+,;、]\s?\d+\s*(?:{COUNTED}|{_BOXES}|次|日|天|岁)")
_LEADER_RE: Final = re.compile(r"(?<![\d.…·])(?:…|[.·](?=\s*[.…·]))(?:\s*[.…·])*")
_GOES_ON_RE: Final = re.compile(r"\s?[:/+,;、]\s?\d")  # another number of the same strength
# 2盒×7片×150mg: from the largest to the smallest
_REVERSED_RE = re.compile(
    rf"(?P<boxes>\d{{1,3}})\s*(?P<of>{_BOXES})?\s*[{TIMES}]\s*(?P<pack>\d{{1,4}})\s*(?P<unit>{COUNTED})\s*[{TIMES}]\s*"
    rf"(?P<strength>{STRENGTH})",
    re.IGNORECASE,
)
PACKED_RE = re.compile(rf"(\d{{1,4}})\s*(?:{COUNTED})?(?:/.*)?")  # the whole cell of a column of its own


@dataclass(frozen=True, slots=True)
class Line:
    """What one printed amount says; ``start`` and ``end`` are its place in the text."""

    strength: str
    pack: int | None
    unit: str  # of the pack, empty where none is printed
    boxes: int | None
    of: str  # the unit of what ``boxes`` counts; empty for a bare number
    start: int
    end: int
    value_end: int  # where the strength itself ends
    per_box: bool  # .../盒 follows: a number after it is the next column, a count
    run: int  # where the print that the first number is a part of begins
    whole: bool  # no number of the strength is a part of a longer one: else it is asked, never used


def tidy(text: str) -> str:
    """Narrow characters, and the few units that OCR confuses: no dose is in picograms, no number has the letter O."""
    text = narrow(text)
    for words, unit in (*_ENGLISH_UNITS, *_ELSEWHERE):
        text = words.sub(unit, text)
    text = _PER_RE.sub(lambda m: "/盒" if m["box"] else "/瓶", text)
    text = _ONE_PACK_RE.sub("1盒", text)
    text = _PACK_OF_RE.sub(r"\1片/盒", _BOX_OF_S_RE.sub(r"(\1片/盒)", _BOX_OF_RE.sub(r"(\1片/盒)", text)))
    text = _EACH_RE.sub(r"\g<pack>/\g<box>", text.replace("伎", "支"))
    text = re.sub(r"(?<=\d)[oOQ](?=[\d.]|\s*(?:mg|g|ml|μg))", "0", text)
    text = re.sub(r"(?<=[\d.])[lI](?=[\d.]|\s*(?:mg|g|ml|μg))", "1", text)
    text = re.sub(r"(?<![\w.,'’|])[lI](?=\s?(?:mg|μg|ml|ug))", "1", text)  # lmg: no word, so a whole number
    text = re.sub(r"(?<=\d)\s*(?:rng|mq|m9|Mg|MG|mG|nig|me)(?![a-wyz])", "mg", text)
    text = re.sub(r"(?<=\d)\s*(?:ug|mcg|pg|цg|ыg|ụg|ųg|Ug|UG)(?![a-wyz])", "μg", text)
    text = re.sub(r"(?<=\d)\s*(?:m1|mI|m\||mL|ML|Ml)(?![a-wyz0-9])", "ml", text)
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
        return [_turned(m) for m in turned]
    some = (m for m in LINE_RE.finditer(text) if not (m[0].endswith("%") and _is_share(text, m.start())))
    return [_line(text, m) for m in some]


def _is_share(text: str, at: int) -> bool:
    return _SHARE_RE.search(text, max(0, at - _BEFORE), at) is not None


def _turned(m: re.Match[str]) -> Line:
    start = m.start("strength")
    value = re.sub(r"\s+", "", m["strength"])
    boxes, of = _int(m["boxes"]), m["of"] or ""
    return Line(value, _int(m["pack"]), m["unit"], boxes, of, start, m.end(), m.end(), False, start, True)


def _line(text: str, m: re.Match[str]) -> Line:
    start, end = m.span("strength")
    run = begins(text, start)
    strength = re.sub(r"/(?:片|粒|支|吸|袋|丸|揿|喷|枚)$", "", re.sub(r"\s+", "", m["strength"]))
    goes_on = m.end() == end and _GOES_ON_RE.match(text, end) and not _COUNT_NEXT_RE.match(text, end)
    boxes, of = (m["boxes"], m["of"]) if m["boxes"] else (m["bare"] if m["pack"] else None, "")
    whole = run == start and not goes_on
    pack, unit, per = _pack(m), m["unit"] or "", bool(m["per"])
    return Line(strength, pack, unit, _int(boxes), of, start, m.end(), end, per, run, whole)


def _pack(m: re.Match[str]) -> int | None:
    """The units in a box; of blisters all of them, or nothing where it is not said how many there are."""
    blisters = m["plates"] or m["sheets"]
    if m["plate"] and not blisters:
        return None
    pack = _int(m["pack"] or m["bare"])
    return pack * int(blisters or 1) if pack else None


def count_in(text: str, at: int = 0) -> re.Match[str] | None:
    """The first count of boxes with its unit, of whatever longer print its number may be a part."""
    return _BOXES_RE.search(text, at)


def is_count(text: str) -> bool:
    """Whether the text is a count of boxes and nothing else."""
    return _BOXES_RE.fullmatch(tidy(text).strip()) is not None


def pack_in(text: str) -> int | None:
    """The units in a box: 28片/盒; None where there is none, or where its number is a part of a longer one."""
    m = _PACK_RE.search(text)
    if m is None or m["of"] == "板" or begins(text, m.start()) != m.start():
        return None
    return int(m["n"]) * int(m["sheets"] or 1)


def pack_beside(text: str, *, anywhere: bool) -> tuple[int | None, str]:
    """The units in a box, in brackets before something else, or ``anywhere`` beside it, and that: (15片/盒) 口服 qd;
    or times the boxes: 20粒×5盒."""
    if timed := _TIMED_RE.fullmatch(text):
        return int(timed["pack"]), timed["boxes"]
    m = _BRACKETED_RE.search(text) if anywhere else _BRACKETED_RE.match(text)
    behind = text[m.end() :].lstrip(" ,;") if m and not m.start() else text[m.end() :] if m else ""
    return (int(m[1]), (text[: m.start()] + behind).strip()) if m else (None, text)


def boxes_first(text: str) -> str:
    """Among counts, boxes times what is in each of them, as the rest says it: 3 x 14 tablets is 14片×3盒."""
    m = _OF_EACH_RE.fullmatch(text)
    return f"{m['pack']}{m['unit']}×{m['boxes']}盒" if m and int(m["pack"]) >= NO_DOSE else text


def loose_in(text: str) -> int | None:
    """Tablets beside a strength: [30片], 30s. Those of a box, or all that are given: the list tells."""
    m = _LOOSE_RE.search(tidy(text))
    return int(m["n"]) if m and begins(m.string, m.start("n")) == m.start("n") and int(m["n"]) >= NO_DOSE else None


def unled(text: str) -> str:
    """The text without the dots that lead the eye from a name to its count, of the same length."""
    return _LEADER_RE.sub(lambda m: " " * len(m[0]), text)


def _int(text: str | None) -> int | None:
    return int(text) if text and 0 < int(text) < 10000 else None
