"""What stops a picture however well it is read: two papers in it, one that is void or used. Words and places only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from bot.photo import reasons
from bot.photo.columns import tables
from bot.photo.fields import patients
from bot.photo.houses import is_house, is_shop
from bot.photo.labels import Labelled, labelled, ranked
from bot.photo.names import edits, narrow
from bot.photo.reading import Field
from bot.photo.rows import Row
from bot.photo.states import said
from bot.photo.strength import find
from bot.photo.words import Word

_ONCE: Final = ("patient", "sex", "age", "department", "diagnosis", "date", "number", "doctor", "pharmacist")
_OF_A_PERSON: Final = frozenset(("patient", "sex", "age", "title"))  # days, doctors, diagnoses may be several
_TITLE_RE: Final = re.compile(r"(?:[\u4e00-\u9fff()]{0,6})处方(?:笺|单|清单|凭条|详情)?|Rp\.?|R\.|Rx", re.IGNORECASE)
_SAME_LABEL: Final = 3  # kinds of fields printed twice under the same label
_ANY_LABEL: Final = 4  # the same, under whatever label
_SURE: Final = 0.75  # of a name that tells two people apart


_GIVEN: Final = "(?:取|发|配|领|付药|调配|发放|配发|交付|交)"
_DONE: Final = "(?:完毕|完成|完|毕|讫|清|齐)"
# Where print or a seal runs through a stamp, its words are in one piece with others.
_AMONG_RE: Final = re.compile(
    rf"(?P<void>(?:退[费药款]|作废)+(?:办讫|办结|讫))|(?:^|专用章?)已?{_GIVEN}药?{_DONE}(?![\u4e00-\u9fff])|专用章?已{_GIVEN}药?$"
)
_FETCHED_RE: Final = re.compile("已[取发领]|已配(?!送)|[取发领配药]讫|药已")
_NOT_TORN_RE: Final = re.compile("章|片已|报告|须知|上次|前一|说明|规定|逾期|遗失|涂改|[未没]")
_MINUS_RE: Final = re.compile(r"[-－−][¥￥]?\d+(?:\.\d\d)?")
_MONEY_RE: Final = re.compile(r"[¥￥]?\d+\.\d\d")
_MINUSES: Final = 4  # a bill may have taken off a coupon or two
_HOUSES: Final = 12  # of one picture; a list of houses is no two papers
_PIECES: Final = 8  # of a stamp whose words were found one by one


def cause(rows: Sequence[Row]) -> str:
    """One of reasons.STOPS, or empty."""
    stamped = next((s for row in rows for word in row.words if (s := stamp(word.text))), "")
    if not stamped and _given_back(rows):
        return reasons.VOID
    two = _people(patients(rows)) > 1 or _twice(rows) or _billed(rows) or _two_heads(rows)
    return stamped or (reasons.TWO_SHEETS if two else "")


def _given_back(rows: Sequence[Row]) -> bool:
    """Whether the numbers of a bill stand with a minus: what it lists was given back."""
    texts = [_plain(word) for row in rows for word in row.words]
    minus = sum(_MINUS_RE.fullmatch(text) is not None for text in texts)
    return minus >= _MINUSES and minus >= sum(_MONEY_RE.fullmatch(text) is not None for text in texts)


def stamped(words: Sequence[Word]) -> str:
    """What a picture of stamps alone says; its letters are large, torn and hard to read."""
    for text in (*map(_plain, words), *joined(words)):
        if told := stamp(text) or _torn(text):
            return told
    return ""


def joined(words: Sequence[Word]) -> tuple[str, ...]:
    """The words of a stamp that stand beside or below each other, from either end: it may be on its head."""
    if not 1 < len(words) <= _PIECES:
        return ()
    wide, high = (max(at) - min(at) for at in ([w.x for w in words], [w.y for w in words]))
    told = [w.text for w in sorted(words, key=lambda w: w.x if wide > high else w.y)]
    return " ".join(told), " ".join(reversed(told)), "".join(told)


def _torn(text: str) -> str:
    """What is left of a stamp's words where a seal or the print runs through them."""
    if _NOT_TORN_RE.search(text):
        return ""
    if re.search("废|退[费药]|^作[^者用为业息家物]$", text):  # a pen's 废, or one that a stroke runs through
        return reasons.VOID
    return reasons.DISPENSED if _FETCHED_RE.search(text) else ""


def stamp(text: str) -> str:
    """What one piece of text says of the paper: reasons.VOID, reasons.DISPENSED, or empty."""
    if told := said(narrow(text)):
        return told
    among = _AMONG_RE.search(re.sub(r"\s", "", text))
    return (reasons.VOID if among["void"] else reasons.DISPENSED) if among else ""


def _people(named: Sequence[Field]) -> int:
    """How many people are named as patients; one unsure character does not make two."""
    told: list[Field] = []
    for one in named:
        if not any(_same(one, other) for other in told):
            told.append(one)
    return len(told)


def _same(a: Field, b: Field) -> bool:
    if a.value in b.value or b.value in a.value:
        return True
    return min(a.confidence, b.confidence) < _SURE and edits(a.value, b.value, 1) <= 1


def _twice(rows: Sequence[Row]) -> bool:
    """Whether what a paper says once is said twice."""
    labels: Counter[tuple[str, str]] = Counter()
    kinds: Counter[str] = Counter()
    houses: set[str] = set()
    for row in rows:
        for mark in _said_once(row):
            key, rank = ranked(mark.kind)
            if key in _ONCE and rank == 1:
                labels[key, mark.label] += 1
                kinds[key] += 1
        for word in row.words:
            kinds["title"] += _TITLE_RE.fullmatch(_plain(word)) is not None
            kinds["hospital"] += is_house(_plain(word))
            houses |= {_plain(word)} if is_house(_plain(word)) else set()
    repeated = {key for key, times in kinds.items() if times > 1}
    same = {key for (key, _), times in labels.items() if times > 1} | repeated & {"title", "hospital"}
    of_two_houses = len(houses) > 1 and repeated >= {"patient", "date"}
    some = len(same) >= _SAME_LABEL or len(repeated) >= _ANY_LABEL or of_two_houses
    of_two_papers = bool(repeated & _OF_A_PERSON) or (len(houses) > 1 and repeated >= {"date", "doctor"})
    return of_two_papers and some


def _billed(rows: Sequence[Row]) -> bool:
    """Whether beside a paper lies a bill of somebody else: another payer, and a list with a header of its own."""
    return tables(rows) > 1 and _people(patients(rows, payers=True)) > 1


def _two_heads(rows: Sequence[Row]) -> bool:
    """Whether two houses stand in the picture and under each its patient, be it one person: beside each other with
    nothing across the middle, or below each other, each above drugs of its own."""
    houses = [(n, w) for n, row in enumerate(rows) for w in row.words if is_house(_plain(w))]
    shops = [(n, w) for n, row in enumerate(rows) for w in row.words if is_shop(_plain(w))]
    if len(houses) + len(shops) > _HOUSES:  # a list of houses
        return False
    hers, payers, middles = _named(rows, payers=False), _named(rows, payers=True), _middles(rows)
    if any(_beside(house, shop, payers, middles) for _, house in houses for _, shop in shops):
        return True
    pairs = ((a, b) for a in houses for b in houses if not _alike(_plain(a[1]), _plain(b[1])))
    return len(hers) > 1 and any(_beside(a[1], b[1], hers, middles) or _below(a[0], b[0], hers, rows) for a, b in pairs)


def _named(rows: Sequence[Row], *, payers: bool) -> list[tuple[int, float]]:
    """Where a patient is named, or also a payer or a member of a shop."""
    marks = [(n, row, m) for n, row in enumerate(rows) for m in labelled(row)]
    kinds = [(n, row, m, ranked(m.kind)[0] if payers else m.kind) for n, row, m in marks]
    return [(n, row.span(m.at, m.start)[0]) for n, row, m, kind in kinds if kind == "patient"]


def _alike(house: str, other: str) -> bool:
    return house in other or other in house


def _middles(rows: Sequence[Row]) -> list[float]:
    """Where an upright line would cross no word: what may part two papers."""
    words = [w for row in rows for w in row.words]
    return [x.right for x in words if not any(w.left < x.right < w.right for w in words)]


def _beside(one: Word, other: Word, named: Sequence[tuple[int, float]], middles: Sequence[float]) -> bool:
    """Whether something parts both, with a patient on either side of it."""
    left, right = sorted((one, other), key=lambda w: w.x)
    first, last = min((at for _, at in named), default=0.0), max((at for _, at in named), default=0.0)
    return any(left.right <= x <= right.left and first < x < last for x in middles)


def _below(house: int, other: int, named: Sequence[tuple[int, float]], rows: Sequence[Row]) -> bool:
    """Whether a patient and then a drug's amount stand below each, in this order."""
    for first, last in ((house, other), (other, len(rows))):
        own = next((n for n, _ in named if first < n < last), last)
        if not any(find(row.text) for row in rows[own:last]):
            return False
    return house < other


def _said_once(row: Row) -> list[Labelled]:
    """The labels of a row; one that is said in two languages counts once: 姓名 Name."""
    marks = labelled(row)
    again = (bool(n) and m.kind == marks[n - 1].kind and m.at == marks[n - 1].end for n, m in enumerate(marks))
    empty = [not row.text[m.start : m.end].strip(" :/") for m in marks]
    return [m for n, (m, twice) in enumerate(zip(marks, again, strict=True)) if not (twice and empty[n - 1])]


def _plain(word: Word) -> str:
    return re.sub(r"\s", "", word.text)
