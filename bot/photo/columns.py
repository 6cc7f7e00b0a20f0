"""The columns of a table by their heads, and what stands under each.

Geometry and labels; the lines of a cell are cells.py's, panels beside each other are tables.py's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.photo.drugnames import has_form, number_of, tokens
from bot.photo.labels import Labelled, labelled
from bot.photo.match import split_brand
from bot.photo.paragraphs import told_apart
from bot.photo.rows import Row
from bot.photo.sentences import parts_of
from bot.photo.strength import BOX, find
from bot.photo.words import Word

# Columns of other numbers, and the headers that make a table
_COUNTLESS: Final = frozenset({"天数", "单价", "金额", "总价", "小计", "序号", "疗程", "序", "行号"})
_MANY: Final = 4  # heads of a table, whatever they are of, one of them of counts
_BRANDS: Final = frozenset({"商品名", "商品名称"})  # a column beside that of the generic names
_HEADERS: Final = frozenset({"name", "strength", "boxes", "sig", "other", "amount", "pack", "number2", "unit"})
_HEADER_UNIT_RE = re.compile(r"\s?[(/]\s*([\u4e00-\u9fff]{1,2})\s*\)?(?=\s|$)")
_TWO_RE: Final = re.compile(
    rf"(\d{{1,2}}|\d{{1,2}}\.00?|\d{{1,5}}\.\d\d(?=\s\d{{1,2}}\.00\b))[.、]?\s(?=\d)|(?P<count>\d{{1,3}}(?:\.00?)?\s?{BOX})\s(?=\S)"
)
_HAN_RE = re.compile(r"[\u4e00-\u9fff]")
_HEAD_RE: Final = re.compile(r"[\u4e00-\u9fff/()（）]{2,8}")
_LEAD_RE: Final = re.compile(r"\s*(\d{1,2})(?=\s)")
_NUMBER_RE: Final = re.compile(r"[¥￥]?\d[\d,.]*")
# Heads of counts that take nothing from what is given now: in stock, at home, last time, this year. 退药 may.
_ELSEWHERE_RE: Final = re.compile(
    r"(?:库存|剩余?|[家现]?[中里有]?余|家[中里]剩余|[上前][次月]|去年|(?:年度)?累计)(?:药?量|数量?|药|盒数)?"
)
HOUR_RE: Final = re.compile("[早中晚]|早[上晨餐]|[中下]午|午餐|晚[上餐]|睡前")  # heads of columns of doses


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table where its header stands; ``kind`` is a kind of label, "no" for other numbers, "elsewhere" for
    counts of what is not given now, "?" for a head in no list of words.

    ``y`` is the header's line, ``lean`` by how much the column moves left from line to line.
    """

    left: float
    right: float
    kind: str
    y: float
    lean: float
    unit: str = ""  # that the header itself gives: 数量(盒)

    def away(self, left: float, right: float, y: float) -> float:
        """How far a stretch of line ``y`` is from standing under the header: by its middle, or flush with an end."""
        begin, end = self.at(y)
        return min(abs((left + right) - (begin + end)) / 2, abs(left - begin), abs(right - end))

    def at(self, y: float) -> tuple[float, float]:
        """From where to where the header would stand in the line ``y``."""
        shift = self.lean * (y - self.y)
        return self.left - shift, self.right - shift


def columns_of(rows: Sequence[Row]) -> tuple[tuple[Column, ...], int]:
    """The columns of a table by its header, and the header's row; nothing for a list without one."""
    for i, row in enumerate(rows):
        if marks := _heads(row):
            named = (*_headed(row, marks, lean_of(rows)), *_unknown(row, lean_of(rows)))
            return (*sorted(named, key=lambda c: c.left), *_hours(rows[max(i - 1, 0) : i + 3], lean_of(rows))), i
    return (), -1


def tables(rows: Sequence[Row]) -> int:
    """How many lists of drugs have a header of their own."""
    return sum(bool(_heads(row)) for row in rows)


def _heads(row: Row) -> list[Labelled]:
    """The labels of a header, none where a row is no header."""
    marks = [m for m in labelled(row) if m.kind in _HEADERS]
    kinds = {m.kind for m in marks}
    heads = len(kinds) >= 3 or kinds >= {"name", "strength"} or kinds >= {"name", "boxes"}
    heads = heads or ("boxes" in kinds and len(marks) >= _MANY)
    return marks if heads and not any(m.colon for m in marks) and not re.search(r"\d", row.text) else []


def _headed(row: Row, marks: Sequence[Labelled], lean: float) -> tuple[Column, ...]:
    """Each label heads a column; 药品名称/规格 heads one, and so do two languages of one label."""
    out: list[Column] = []
    last = 0
    generic = any(m.kind == "name" and m.label not in _BRANDS for m in marks)
    for m in marks:
        left, right = row.span(m.at, m.start)
        again = out and m.label.isascii() and m.kind == out[-1].kind  # 数量 Qty
        if again or (out and row.text[last : m.at].strip() in ("/", "×", "*")):
            out[-1] = replace(out[-1], right=right)
        else:
            kind = "no" if m.label in _COUNTLESS or m.kind == "number2" else m.kind
            kind = "brand" if generic and m.label in _BRANDS else kind
            kind = "elsewhere" if _ELSEWHERE_RE.fullmatch(m.label) else kind
            said = _HEADER_UNIT_RE.match(row.text, m.start) if kind == "boxes" else None
            out.append(Column(left, right, kind, row.y, lean, said[1] if said else ""))
        last = m.start
    days = [Column(w.left, w.right, "no", row.y, lean) for w in row.words if w.text == "天"]  # else no label
    return (*out, *days)


def _unknown(row: Row, lean: float) -> tuple[Column, ...]:
    """The columns whose heads are in no list of words: a bare number under one is whatever it is, and no count."""
    known = {owner[0] for m in labelled(row) for owner in row.owner[m.at : m.start] if owner}
    heads = (w for n, w in enumerate(row.words) if n not in known and _HEAD_RE.fullmatch(w.text.strip()))
    return tuple(
        Column(w.left, w.right, "elsewhere" if _ELSEWHERE_RE.fullmatch(w.text.strip()) else "?", row.y, lean)
        for w in heads
    )


def _hours(near: Sequence[Row], lean: float) -> tuple[Column, ...]:
    """The columns of what is taken in the morning, at noon, in the evening: at least two of them."""
    words = [w for row in near for w in row.words if HOUR_RE.fullmatch(w.text)]
    return tuple(Column(w.left, w.right, "sig", w.y, lean) for w in words) if len(words) > 1 else ()


def word_column(word: Word, y: float, columns: Sequence[Column]) -> Column:
    """Where a word stands; what begins with a Chinese character, or says how much of a drug, is no number."""
    others = ("no", "?", "elsewhere") if _HAN_RE.match(word.text) or find(word.text) else _others(word.text)
    some = [c for c in columns if c.kind not in (*others, *_not_counted(word.text))]
    return min(some or columns, key=lambda c: c.away(word.left, word.right, y))


def column_at(columns: Sequence[Column], row: Row, start: int, end: int) -> str:
    """The kind of the column that the characters start..end stand in; "" where there is no table."""
    found = column_of(columns, row, start, end)
    return found.kind if found else ""


def column_of(columns: Sequence[Column], row: Row, start: int, end: int) -> Column | None:
    left, right = row.span(start, end)
    text = row.text[start:end]
    some = [c for c in columns if c.kind not in (*_others(text), *_not_counted(text))]
    return min(some, key=lambda c: c.away(left, right, row.y), default=None)


def list_number(row: Row, columns: Sequence[Column]) -> int:
    """Which drug of the list a row says it is, 0 where it does not say: the only number under the head of the counts is
    one of them."""
    at = _LEAD_RE.match(row.text)
    some = [(start, end) for start, end, _ in tokens(row) if at and start >= at.end()]
    places = [column_at(columns, row, *span) for span in ([at.span(1)] if at else []) + some]
    return 0 if places.count("boxes") == 1 and places[0] == "boxes" else number_of(row)


def _others(text: str) -> tuple[str, ...]:
    """The kinds of columns in which a text does not stand: all but bare numbers tell themselves what they are."""
    return () if _NUMBER_RE.fullmatch(text.strip()) else ("?",)


def _not_counted(text: str) -> tuple[str, ...]:
    """The columns of counts and of their units, in which no name of a drug stands, and no strength: flush on the left
    under a wide header, both may begin nearer to a narrow one before it."""
    amount = next(iter(find(text)), None)
    named = has_form(split_brand(text)[0]) and len(_HAN_RE.findall(text)) > 2
    return ("boxes", "unit") if named or (amount and amount.run == 0) else ()


def pushed(row: Row, columns: Sequence[Column], start: int, end: int) -> bool:
    """Whether another stretch of the row stands nearer to the header that start..end seem to stand under."""
    header = column_of(columns, row, start, end)
    if header is None:
        return False
    away = header.away(*row.span(start, end), row.y)
    others = ((a, b) for a, b, _ in tokens(row) if b <= start or a >= end)
    return any(header.away(*row.span(a, b), row.y) < away for a, b in others)


def counts_column(columns: Sequence[Column], row: Row, cells: Sequence[tuple[int, int, str]], n: int) -> bool:
    """Whether the number ``cells[n]``, nearest to the header of what stands right behind it, is one of the counts in
    the column before: numbers that are flush on the right stand far from their header."""
    if not columns:
        return False
    at = [column_of(columns, row, start, end) for start, end, _ in cells]
    here = columns.index(at[n]) if at[n] in columns else 0
    before = columns[here - 1] if here and at[n + 1 : n + 2] == [at[n]] else None
    return before is not None and before.kind == "boxes" and before not in at


def cells_of(row: Row, columns: Sequence[Column]) -> list[tuple[int, int, str]]:
    """The tokens of a row; a number that stands in another column than what is behind it is not a part of that."""
    out: list[tuple[int, int, str]] = []
    for start, end, kind in tokens(row):
        cut = _first_cell(row, columns, start, end) if columns else start
        out += [(start, cut, kind)] if cut > start else []
        if sentence := parts_of(row.text, cut, end) if kind == "" and not columns else []:
            out += sentence
            continue
        parts = told_apart(row.text, cut, end) if kind in ("", "name", "strength") else [(cut, end)]
        out += [(a, b, "" if n else kind) for n, (a, b) in enumerate(parts)]
    return out


def _first_cell(row: Row, columns: Sequence[Column], start: int, end: int) -> int:
    """Where the cell behind the number that begins a token starts, or ``start``: 2 50mg, 2 盒 0.2g tid."""
    first = _TWO_RE.match(row.text, start, end)
    if first is None:
        return start
    here = column_at(columns, row, start, first.end(first.lastgroup or 1))
    counted = first["count"] and here in ("boxes", "unit")
    return first.end() if counted or here != column_at(columns, row, first.end(), end) else start


def unit_column(columns: Sequence[Column]) -> Column | None:
    """The column of the units of the counts: right behind theirs, or before it, prices between them or not, where it is
    not a dose's."""
    at = next((n for n, c in enumerate(columns) if c.kind == "boxes"), None)
    if at is None:
        return None
    behind, before = columns[at + 1 : at + 2], [c for c in columns[:at] if c.kind != "no"]
    if behind and behind[0].kind == "unit":
        return behind[0]
    of_dose = len(before) > 1 and before[-2].kind == "sig"
    return before[-1] if before and before[-1].kind == "unit" and not of_dose else None


def unit_first(columns: Sequence[Column]) -> bool:
    """Whether the units of the counts stand before them: what a number says is not told by the unit behind it."""
    units = unit_column(columns)
    return units is not None and any(c.kind == "boxes" for c in columns[columns.index(units) :])


def lean_of(rows: Sequence[Row]) -> float:
    """By how much what stands in one column moves left from line to line: as the writing rises."""
    words = [w for row in rows for w in row.words]
    return sum(w.slope * w.w for w in words) / sum(w.w for w in words)
