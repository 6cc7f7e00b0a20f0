"""Running text to lines: 出院带药：1)...；2)... of a discharge, whose lines end wherever the paper does, becomes a row
for each drug in it; what happened in hospital, or before it, is left out: it names drugs that nobody is to fetch.

Lines of a list that end within a number or its unit go on in the next one too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from bot.photo.counts import NUMERALS
from bot.photo.drugnames import listed_ahead, number_of
from bot.photo.formulary import Formulary
from bot.photo.labels import labelled
from bot.photo.names import FORM, narrow
from bot.photo.rows import GAP, Row, row_of
from bot.photo.strength import AMOUNT, BOX, COUNTED, NUMBER, TIMES, find
from bot.photo.words import Word

# What stands before the drugs of a text: 出院带药, 带药处方, 药物治疗方案
_LEAD_RE: Final = re.compile(
    r"(?:^|[\s。;])(?:\d{1,2}[.、]\s?)?(?:出院|离院|门诊|今日|本次|目前|继续|予)?(?:带药|用药|药物|药品|处方|治疗|处理)"
    r"(?:方案|意见|情况|处方|医嘱|治疗|清单|明细|如下|内容|为)*\s*:\s*"
)
PAST_RE: Final = re.compile(
    r"(?:诊疗|治疗|住院|诊治)(?:经过|过程)|现病史|既往(?:病?史|用药)|主诉|病史|(?:入院|出院)(?:时?情况|时)|体格检查|辅助检查|查体"
)
_STATE_RE: Final = re.compile(r"出院(?:时?情况|时)|体格检查|辅助检查|查体")
_SECTION_RE: Final = re.compile(r"[\[(【]?[\u4e00-\u9fff/]{2,8}[\])】]?\s*:")
_OF_A_DRUG: Final = frozenset(("sig", "boxes", "strength", "pack", "unit", "amount"))  # labels within a text
_INDEX_RE: Final = re.compile(
    r"(?:[\[(]?\d{1,2}\s?[\]).、]|[①-⑳]|[一二三四五六七八九十]{1,2}\s?[、.])\s*(?:[(\[][\u4e00-\u9fff]{1,3}[)\]])?(?=[\u4e00-\u9fff(\[])"
)
_UNLISTED_RE: Final = re.compile(
    rf"[\u4e00-\u9fffA-Z\d]{{2,20}}?{FORM}(?:\([^()]{{1,12}}\))*\s*(?:,?\s?规格\s?:?\s?)?[(\[]?(?={AMOUNT})"
)
# A drug in a sentence: 2、雷贝拉唑钠肠溶片(波利特),规格10mg*7片/盒,2盒,每日1次; 1)叶酸片 5mg*100片/瓶,1瓶,1片 每日1次
_NAME_RE: Final = rf"\s*{_INDEX_RE.pattern}[\u4e00-\u9fffA-Z\d]{{2,20}}?{FORM}\s*(?:\([^()]{{1,12}}\))*\s*"
_SENTENCE_RE: Final = re.compile(
    rf"{_NAME_RE}(?:,\s*规格\s*:?\s*{AMOUNT}|(?<!\s),\s?{AMOUNT}[^,;]*,[^,;]+,"
    rf"|{AMOUNT}[^\s,;]*,\s*\d{{1,3}}\s?{BOX},)",
    re.IGNORECASE,
)
_BEHIND: Final = frozenset(";。,、)] 盒瓶支袋片粒")  # what another drug may stand behind
_HARD: Final = frozenset(";。")
_DIGIT_RE: Final = re.compile(r"\d[.,]?$")
_LATIN_RE: Final = re.compile(r"(?:po|q[dnhm]|[btq]id|[bt]iw|prn|hs|ac|pc|ih|sc)$", re.IGNORECASE)
_HOW: Final = (
    rf"(?:{AMOUNT}|\d+(?:\.\d+)?\s?(?:{COUNTED}))\s*"
    r"(?:/\s?次|po|ih|sc|口服|皮下|每[次日天晚早周]|q[dnwh]|[btq]id|[bt]iw|一日)"
)
_ALL: Final = rf"(?:共计?|总量|带药|取药)\s?:?\s?\d{{1,4}}\s?(?:{COUNTED})"
_COUNT: Final = rf"(?:{_ALL}|(?:共计?|总量|带药?|取药?|[配开给])?\s?:?\s?[{TIMES}]?\s?\d{{1,3}}\s?{BOX}(?!\s?[装/]))"
_VOLUME: Final = rf"(?:{AMOUNT}|{NUMBER}\s?m[1I|])"  # 1.34mg/ml,1.5ml, whose l is read as 1
# Where a drug's text falls into parts: at its marks, but not between the amounts of one strength; before how it is
# taken; before a count
_PART_RE: Final = re.compile(
    rf"(?<!\s)(?:\s*[;。|]\s*|\s*,\s*(?!{_VOLUME}\s*[{TIMES}])|(?<=[片粒囊液剂丸散膏贴针素)\]])\s*,\s*|\s*(?<![\d.+/:\-{TIMES}])(?<!每次)(?<!一次)(?={_HOW})|\s+(?={_COUNT})"
    r"|\s*(?=口服|皮下注射|每次|[一每][日天晚]\d?次|用法))",
    re.IGNORECASE,
)
_GOES_ON: Final = rf"(?:{COUNTED}|{BOX}|板)\s?(?:[/,;×xX*)]|\d|共|$)"
_BROKEN: Final = (  # what the end of a line breaks, and how it goes on: 160μg:4.5 and μg×60吸, ×30 and 片, 口 and 服
    (re.compile(r"\d[mμ]?$"), re.compile(r"(?:[mμ]?g|m?l|单位)\s*[xX×*/:,]")),
    (re.compile(rf"[^\s\d.]\s?\d{{1,4}}$|[{NUMERALS}]$"), re.compile(_GOES_ON)),
    (re.compile("口$"), re.compile("服")),
)
_ON: Final = r"\s?[xX×*/:,(]"
_HALVES: Final = (  # of an amount, in two lines of a cell
    (re.compile(r"(?:^|[\s\u4e00-\u9fff)])\d{1,4}(?:\.\d{1,3})?$"), re.compile(rf"(?:[mμ]?g|ml|单位){_ON}")),
    (re.compile(r"(?:^|[\s\u4e00-\u9fff)])\d{1,4}(?:\.\d{1,3})?[mμ]$"), re.compile(rf"g{_ON}")),
    (re.compile(r"(?:^|[\s\u4e00-\u9fff)])0$"), re.compile(rf"\.\d{{1,3}}\s?(?:[mμ]?g|ml){_ON}")),
    # 0. and 5g; 2. and 5mg, of which nobody knows what they are in one: rows.py keeps them apart
    (re.compile(r"(?:^|\s)\d{1,3}\.$"), re.compile(rf"\d{{1,3}}\s?(?:[mμ]?g|ml){_ON}")),
)
_NUMBER_RE: Final = re.compile(r"[\[(]?\d{1,2}[\])、.]?")
_FLUSH: Final = 0.4  # heights of a line: so near to where a line of a cell begins, the next one of it begins
_LONG: Final = 4  # letters of a stretch whose end is that of the line, and no cell
_GIVEN_RE: Final = re.compile(
    rf"{AMOUNT}\s?[)\]]?\s?[{TIMES}:]\s?\d{{1,4}}\s?(?:{COUNTED})(?:\s?/\s?{BOX})?|\d\s?{BOX}(?!\s?[装/])",
    re.IGNORECASE,
)
_TAKEN_RE: Final = re.compile(
    rf"(?<![\s,;。])[\s,;。]*(?<![\d.+/:\-{TIMES}])(?:{_HOW}|口服|内服|皮下|舌下|含服|吸入|外用|每次|一次|一日|每[日晚天周早]|用法|Sig)",
    re.IGNORECASE,
)
_LAST_RE: Final = re.compile(rf"(?<![\s,;。])[\s,;。]+(?={_COUNT}\s*$)")
# 缬沙坦胶囊，80mg×7粒，2盒，每日1次: marks part everything, so the first of them is no point that stands before 80
_MARKED_RE: Final = re.compile(
    rf"[\u4e00-\u9fff)\]](?P<mark>\s?[,;|]\s?){AMOUNT}[^,;|]*(?:(?P=mark)[^,;|]+){{2,}}"
    rf"|[\u4e00-\u9fff)\]],{AMOUNT}[^,;|]*,\d{{1,3}}\s?{BOX}\s*$",
    re.IGNORECASE,
)
# A line that ends with its count, and what begins anew under it: the next drug, the sum of all
_ENDED_RE: Final = re.compile(rf"\d\s?{BOX}[;。]?\s*$")
_NEXT_RE: Final = re.compile(rf"\s*(?:{_INDEX_RE.pattern}|[合共总小]计|请)")
_NEAR: Final = 2.2  # heights of a line to the next line of a text
_SHORT: Final = 4.0  # heights of a line: one that ends so much before the others goes on nowhere
_WIDE: Final = 3.0  # heights of a line: a gap in which something may be hidden, or columns

Place = tuple[int, int, int] | None  # row, word, character


@dataclass(frozen=True, slots=True)
class _Text:
    """The lines of a text in one piece; ``ends`` are where its lines end."""

    rows: Sequence[Row]
    text: str
    places: Sequence[Place]
    ends: frozenset[int]


def in_lines(rows: Sequence[Row], listed: Formulary) -> list[Row]:
    """The rows, with one for each drug of a running text."""
    out: list[Row] = []
    at = 0
    while at < len(rows):
        past = PAST_RE.match(rows[at].text) and _SECTION_RE.match(rows[at].text)
        begin = None if past else _begin(rows[at], listed)
        end = _end(rows, at) if past or begin is not None else at + 1
        if past:
            first = next((i for i in range(at + 1, end) if _first_of_list(rows[at], rows[i], listed)), end)
            end = min(end, first)
            at = end
            continue
        drugs = _drugs(_joined(rows[at:end]), begin, listed) if begin is not None else []
        out += drugs or rows[at:end]
        at = end
    return out


def _first_of_list(past: Row, row: Row, listed: Formulary) -> bool:
    """A list that begins right under how somebody was found at the end: it is none of what he had before."""
    first = _STATE_RE.match(past.text) is not None and number_of(row) == 1
    return first and _name_at(row.text, 0, listed) > 0 and bool(find(row.text))


def whole_amounts(rows: Sequence[Row]) -> list[Row]:
    """An amount that was broken at the end of a line: 160μg:4.5 and μg×60吸."""
    out: list[Row] = []
    for row in rows:
        if out and _broken(out[-1], row):
            out[-1] = replace(row_of([[out[-1].words, row.words]], out[-1].y), lines=out[-1].lines + 1)
        elif out and (halves := _cell_broken(out[-1], row)):
            out[-1:] = _mended(out[-1], row, *halves)
        else:
            out.append(row)
    return out


def _cell_broken(row: Row, below: Row) -> tuple[int, int] | None:
    """Which word of a row goes on in which word below it, where a narrow cell breaks its amount: 20 and mg×7片. None
    where that is not certain; the number of a list is none of an amount."""
    if not 0 < below.y - row.y < _NEAR * row.h:
        return None
    pairs = [
        (n, m)
        for m, low in enumerate(below.words)
        for n, up in enumerate(row.words)
        if up.left - _FLUSH * up.h < low.left < up.right
        and not (n == 0 and _NUMBER_RE.fullmatch(narrow(up.text).strip()))
        and any(end.search(narrow(up.text).strip()) and on.match(narrow(low.text).strip()) for end, on in _HALVES)
    ]
    return pairs[0] if len(pairs) == 1 else None


def _mended(row: Row, below: Row, up: int, low: int) -> list[Row]:
    """A row with the word below that goes on what a word of it begins, and what else stands below."""
    cells = [[[word]] if n != up else [[word], [below.words[low]]] for n, word in enumerate(row.words)]
    rest = [word for n, word in enumerate(below.words) if n != low]
    whole = replace(row_of(cells, row.y), lines=row.lines + (not rest))
    return [whole, row_of([[[word]] for word in rest], below.y)] if rest else [whole]


def _broken(row: Row, below: Row) -> bool:
    long = len(row.words[-1].text) > _LONG
    return long and any(end.search(row.text) and on.match(below.text) for end, on in _BROKEN)


def told_apart(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a stretch that says in one breath how much of a drug is given and how it is taken: its dose is no
    second strength, and a count before or behind that is none of the dose."""
    given = _GIVEN_RE.search(text, start, end)
    taken = _TAKEN_RE.search(text, given.end(), end) if given else None
    if taken is None:
        return [(start, end)]
    last = _LAST_RE.search(text, taken.end(), end)
    until = last.start() if last else end
    return [(start, taken.start()), (taken.start(), until), *([(last.end(), end)] if last else [])]


def _begin(row: Row, listed: Formulary) -> int | None:
    """Where the drugs of a running text begin in its first row: behind what leads them, or before the first of two."""
    if not _tight(row):
        return None
    lead = _LEAD_RE.search(row.text)
    if lead and _name_at(row.text, lead.end(), listed):
        return lead.end()
    if _SENTENCE_RE.match(row.text) or (_MARKED_RE.search(row.text) and _name_at(row.text, 0, listed)):
        return 0
    cuts = _cuts(_joined([row]), 0, listed)
    return 0 if cuts[:1] == [0] and len(cuts) > 1 and all(find(row.text[a:b]) for a, b in pairwise(cuts)) else None


def _tight(row: Row) -> bool:
    """Whether nothing can stand between the words of a row: no column, nothing hidden."""
    return all(b.left - a.right < _WIDE * row.h for a, b in pairwise(row.words))


def _end(rows: Sequence[Row], at: int) -> int:
    """Behind the last row of the text that begins at ``at``: each but the last is as long as the longest."""
    end = at + 1
    while end < len(rows) and _goes_on(rows[end - 1], rows[end]):
        end += 1
    edge = max(row.words[-1].right for row in rows[at:end])
    short = (n for n in range(at, end) if rows[n].words[-1].right < edge - _SHORT * rows[n].h)
    return min(next(short, end) + 1, end)


def _goes_on(row: Row, below: Row) -> bool:
    if not 0 < below.y - row.y < _NEAR * row.h * row.lines or not _tight(below):
        return False
    if _ENDED_RE.search(row.text) and _NEXT_RE.match(below.text):
        return False
    led = _SECTION_RE.match(below.text)
    return led is None or any(m.at < led.end() and m.kind in _OF_A_DRUG for m in labelled(below))


def _joined(rows: Sequence[Row]) -> _Text:
    """Lines in one piece: whether a number goes on in the next line nobody knows, so a gap stays in it."""
    text, places, ends = "", list[Place](), set[int]()
    for n, row in enumerate(rows):
        first = len(row.text) - len(row.text.lstrip())
        apart = (_DIGIT_RE.search(text) and row.text[first : first + 1].isdigit()) or (
            _LATIN_RE.search(text) and row.text[first : first + 1].isascii()
        )
        if apart:
            text += " "
            places.append(None)
        ends.add(len(text))
        kept = row.text[first:].rstrip()
        text += kept
        places += [(n, *o) if o else None for o in row.owner[first : first + len(kept)]]
    return _Text(rows, text, places, frozenset(ends))


def _cuts(text: _Text, begin: int, listed: Formulary) -> list[int]:
    """Where the drugs of a text begin."""
    out: list[int] = []
    free = begin
    for at in range(begin, len(text.text)):
        before = text.text[:at].rstrip()[-1:]
        hard = at == begin or before in _HARD or at in text.ends
        if at < free or text.text[at] == " " or not (hard or text.text[at - 1] in _BEHIND):
            continue
        name = _name_at(text.text, at, listed, numbered=hard)
        if name:
            out.append(at)
            free = name
    return out


def _name_at(text: str, at: int, listed: Formulary, *, numbered: bool = True) -> int:
    """Where the name of a drug ends that begins at ``at``, its number before it; 0 for something else."""
    index = _INDEX_RE.match(text, at)
    start = index.end() if index else at
    if known := listed_ahead(text[start:], listed):
        return start + len(known)
    other = _UNLISTED_RE.match(text, start)
    if other:
        return other.end()
    return start + 1 if index and numbered else 0


def _drugs(text: _Text, begin: int, listed: Formulary) -> list[Row]:
    """What stands before the drugs, and a row for each of them; nothing where no amount stands behind the first."""
    cuts = _cuts(text, begin, listed)
    stretches = list(pairwise([*cuts, len(text.text)]))
    if not stretches or not find(text.text[slice(*stretches[0])]):
        return []
    head = [_row(text, [(0, cuts[0])])] if text.text[: cuts[0]].strip() else []
    return [*head, *(_row(text, _parts(text.text, *stretch)) for stretch in stretches)]


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    marks = [m.span() for m in _PART_RE.finditer(text, start, end)]
    edges = [(start, start), *marks, (end, end)]
    return [(a[1], b[0]) for a, b in pairwise(edges) if text[a[1] : b[0]].strip()]


def _row(text: _Text, parts: Sequence[tuple[int, int]]) -> Row:
    """The stretches of a text as one row, parted by gaps."""
    words: dict[tuple[int, int], int] = {}
    held: list[Word] = []
    shown, owner = "", list[tuple[int, int] | None]()
    for start, end in parts:
        gap = GAP if shown else ""
        shown += gap + text.text[start:end]
        owner += [None] * len(gap)
        for place in text.places[start:end]:
            if place and place[:2] not in words:
                words[place[:2]] = len(held)
                held.append(text.rows[place[0]].words[place[1]])
            owner.append((words[place[:2]], place[2]) if place else None)
    first = text.rows[next(p[0] for start, end in parts for p in text.places[start:end] if p)]
    lines = len({row for row, _ in words})
    return Row(tuple(held), first.y, first.h, shown, tuple(owner), lines)
