"""Tables as a person reads them: columns by their heads, panels beside each other one after the other.

Geometry and labels; the lines of a cell are cells.py's, what a drug line says is drugs.py's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.photo.drugnames import Named, has_form, is_listed, names_in, number_of, tokens
from bot.photo.formulary import Formulary
from bot.photo.labels import FEET, Labelled, is_label, labelled
from bot.photo.match import split_brand
from bot.photo.names import fold, narrow
from bot.photo.paragraphs import PAST_RE, told_apart
from bot.photo.rows import Row, row_of
from bot.photo.strength import BOX, find
from bot.photo.words import Word

# Columns of other numbers, and the headers that make a table
_COUNTLESS: Final = frozenset({"天数", "单价", "金额", "总价", "小计", "序号", "疗程", "序", "行号"})
_BRANDS: Final = frozenset({"商品名", "商品名称"})  # a column beside that of the generic names
_HEADERS: Final = frozenset({"name", "strength", "boxes", "sig", "other", "amount", "pack", "number2", "unit"})
_HEADS: Final = frozenset({"patient", "sex", "age", "department", "diagnosis", "date", "number", "number2"})
_INDEX_RE = re.compile(r"[\[(]?\d{1,2}[\])、.]?|[①-⑳]|[*★※△▲◆◇❖▪●•·#+~=-]+|[一二三四五六七八九十][、.]")
_HEADER_UNIT_RE = re.compile(r"\s?[(/]\s*([\u4e00-\u9fff]{1,2})\s*\)?(?=\s|$)")
_TWO_RE: Final = re.compile(
    rf"(\d{{1,2}}|\d{{1,2}}\.00?|\d{{1,5}}\.\d\d(?=\s\d{{1,2}}\.00\b))[.、]?\s(?=\d)|(?P<count>\d{{1,3}}(?:\.00?)?\s?{BOX})\s(?=\S)"
)
_HAN_RE = re.compile(r"[\u4e00-\u9fff]")
_HEAD_RE: Final = re.compile(r"[\u4e00-\u9fff/()（）]{2,8}")
_NUMBER_RE: Final = re.compile(r"[¥￥]?\d[\d,.]*")
_PANEL: Final = 3  # labels of it, at the least
HOUR_RE: Final = re.compile("[早中晚]|早[上晨餐]|[中下]午|午餐|晚[上餐]|睡前")  # heads of columns of doses


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table where its header stands; ``kind`` is a kind of label, "no" for other numbers,
    "?" for a head in no list of words.

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
        marks = [m for m in labelled(row) if m.kind in _HEADERS]
        kinds = {m.kind for m in marks}
        heads = len(kinds) >= 3 or kinds >= {"name", "strength"} or kinds >= {"name", "boxes"}
        if heads and not any(m.colon for m in marks) and not re.search(r"\d", row.text):
            named = (*_headed(row, marks, _lean(rows)), *_unknown(row, _lean(rows)))
            return (*sorted(named, key=lambda c: c.left), *_hours(rows[max(i - 1, 0) : i + 3], _lean(rows))), i
    return (), -1


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
            said = _HEADER_UNIT_RE.match(row.text, m.start) if kind == "boxes" else None
            out.append(Column(left, right, kind, row.y, lean, said[1] if said else ""))
        last = m.start
    days = [Column(w.left, w.right, "no", row.y, lean) for w in row.words if w.text == "天"]  # else no label
    return (*out, *days)


def _unknown(row: Row, lean: float) -> tuple[Column, ...]:
    """The columns whose heads are in no list of words: a bare number under one is whatever it is, and no count."""
    known = {owner[0] for m in labelled(row) for owner in row.owner[m.at : m.start] if owner}
    heads = (w for n, w in enumerate(row.words) if n not in known and _HEAD_RE.fullmatch(w.text.strip()))
    return tuple(Column(w.left, w.right, "?", row.y, lean) for w in heads)


def _hours(near: Sequence[Row], lean: float) -> tuple[Column, ...]:
    """The columns of what is taken in the morning, at noon, in the evening: at least two of them."""
    words = [w for row in near for w in row.words if HOUR_RE.fullmatch(w.text)]
    return tuple(Column(w.left, w.right, "sig", w.y, lean) for w in words) if len(words) > 1 else ()


def word_column(word: Word, y: float, columns: Sequence[Column]) -> Column:
    """Where a word stands; what begins with a Chinese character, or says how much of a drug, is no number."""
    others = ("no", "?") if _HAN_RE.match(word.text) or find(word.text) else _others(word.text)
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


# ---------------------------------------------------------------- panels beside each other


def panels(rows: list[Row], listed: Formulary) -> list[Row]:
    """Drugs side by side become two lists, one after the other; a panel of fields left of the drugs stands first."""
    columns, header = columns_of(rows)
    if header >= 0:
        return _beside_a_table(rows, listed, columns, header) or _doubled(rows, columns, header)
    sure = {i: found for i, row in enumerate(rows) if (found := named_words(row, listed))}
    if not sure:
        return rows
    named, lean = list(sure), _lean(rows)
    first = min(_begins(rows[i], sure[i][0], lean) for i in named)
    pairs = [i for i in named if len(sure[i]) > 1]
    if pairs:
        edge = min(_begins(rows[i], sure[i][1], lean) for i in pairs)
        wide = max(w.right + lean * w.y for row in rows for w in row.words) - first
        far = edge - first > 0.25 * wide
        return _parted(rows, edge, lean, range(named[0], foot(rows, named[-1]))) if far else rows
    part = range(named[0], foot(rows, named[-1]))
    told = [i for i, row in enumerate(rows) if PAST_RE.match(row.text) and _place(row.words[0], lean) < first]
    if len(told) >= _PANEL:  # what a patient said and was found to have, left of what he gets
        edge, part = first + rows[named[0]].h / 2, range(min(told[0], named[0]), part.stop)
        return rows if _crossed(rows, part, edge, lean) else _parted(rows, edge, lean, part)
    beside = {m.kind for i in part for m in labelled(rows[i]) if _apart(rows[i], m.at, first, lean)}
    if len(beside & _HEADS) > 1:
        return rows if _crossed(rows, part, first, lean) else _parted(rows, first, lean, range(len(rows)))
    far = max(_ends(rows[i], sure[i][0], lean) for i in named)
    part = range(named[0], foot(rows, named[-1], far, lean))
    behind = _fields_behind(rows, part, far, lean)
    if behind is None:
        return rows
    clear = (i for i in range(named[-1] + 1, part.stop) if _crossed(rows, range(i, i + 1), behind, lean))
    part = range(named[0], next(clear, part.stop))
    return rows if _crossed(rows, part, behind, lean) else _parted(rows, behind, lean, part)


def _doubled(rows: list[Row], columns: Sequence[Column], header: int) -> list[Row]:
    """A table whose header says everything twice holds drugs side by side: first all of the left half."""
    half, odd = divmod(len(columns), 2)
    if odd or [c.kind for c in columns[:half]] != [c.kind for c in columns[half:]] or columns[0].kind != "name":
        return rows
    body = rows[header + 1 : foot(rows, header)]
    parts: tuple[list[Row], list[Row]] = ([], [])
    for row in body:
        right = [columns.index(word_column(w, row.y, columns)) >= half for w in row.words]
        for n, part in enumerate(parts):
            held = [w for w, behind in zip(row.words, right, strict=True) if behind == bool(n)]
            part += [row_of([[held]], row.y)] if held else []
    return [*rows[: header + 1], *parts[0], *parts[1], *rows[header + 1 + len(body) :]]


def _beside_a_table(rows: list[Row], listed: Formulary, columns: Sequence[Column], header: int) -> list[Row]:
    """The left page of a booklet, whose it is, then the table on the right one; empty where no panel stands left."""
    lean, part = _lean(rows), range(header, foot(rows, header))
    edges = [_begins(rows[i], some[0], lean) for i in part if (some := named_words(rows[i], listed))]
    edges += [c.left + lean * c.y - rows[header].h for c in columns if c.kind != "?"] if edges else []
    edge = min(edges, default=0.0)
    labels = {m.label for i in part[1:] for m in labelled(rows[i]) if _apart(rows[i], m.at, edge, lean)}
    beside = len(labels) >= _PANEL and not _crossed(rows, part, edge, lean)
    return _parted(rows, edge, lean, range(len(rows))) if beside else []


def _fields_behind(rows: Sequence[Row], part: range, far: float, lean: float) -> float | None:
    """Where a panel of fields begins that stands right of all names; None without two kinds of them with a colon, or
    three without, each label alone and all flush with each other."""
    marks = [(w, m) for i in part for m in labelled(rows[i]) if (w := _word_at(rows[i], m.at))]
    places = {m.kind: _place(w, lean) - w.h for w, m in marks if m.colon and m.kind in _HEADS}
    alone = [(_place(w, lean), w.h, m.kind) for w, m in marks if is_label(w.text) and _place(w, lean) > far]
    left = min((place for place, _, kind in alone if kind in _HEADS), default=0.0)
    flush = {kind: place - h / 2 for place, h, kind in alone if abs(place - left) < h}
    places = places if len(places) > 1 or len(flush) < _PANEL else flush
    return min(places.values()) if len(places) > 1 and min(places.values()) > far else None


def _word_at(row: Row, at: int) -> Word | None:
    owner = row.owner[at]
    return row.words[owner[0]] if owner is not None else None


def _ends(row: Row, word: int, lean: float) -> float:
    return _place(row.words[word], lean) + row.words[word].w


def _crossed(rows: Sequence[Row], part: range, edge: float, lean: float) -> bool:
    """Whether print goes on over an edge; half a height is the paper around it."""
    return any(_place(w, lean) < edge < _place(w, lean) + w.w - w.h / 2 for i in part for w in rows[i].words)


def named_words(row: Row, listed: Formulary) -> list[int]:
    """Which words of a row hold the name of a drug with its form, whatever label stands before them; a name that its
    line breaks before the form has its number."""
    alone = [row_of([[[word]]], row.y) for word in row.words]
    return [n for n, one in enumerate(alone) if any(_whole_name(name, one, listed) for name in names_in(one, listed))]


def _whole_name(name: Named, row: Row, listed: Formulary) -> bool:
    folded = fold(name.name)
    begun = any(d.folded.startswith(folded) for d in listed.drugs)
    return has_form(name.name) or (number_of(row) > 0 and (begun or is_listed(name.name, listed)))


def _lean(rows: Sequence[Row]) -> float:
    """By how much what stands in one column moves left from line to line: as the writing rises."""
    words = [w for row in rows for w in row.words]
    return sum(w.slope * w.w for w in words) / sum(w.w for w in words)


def _place(word: Word, lean: float) -> float:
    return word.left + lean * word.y


def _begins(row: Row, word: int, lean: float) -> float:
    """Where a name, or the number before it, begins."""
    if word and _INDEX_RE.fullmatch(narrow(row.words[word - 1].text).strip()):
        word -= 1
    return _place(row.words[word], lean) - row.h


def _apart(row: Row, at: int, edge: float, lean: float) -> bool:
    """Whether a label stands left of the edge."""
    owner = row.owner[at]
    return owner is not None and _place(row.words[owner[0]], lean) < edge


def foot(rows: Sequence[Row], last: int, far: float = math.inf, lean: float = 0.0) -> int:
    """The first row after the last name that is signed or summed up, left of ``far``."""
    for i in range(last + 1, len(rows)):
        if any(m.kind in FEET and _apart(rows[i], m.at, far, lean) for m in labelled(rows[i])):
            return i
    return len(rows)


def _parted(rows: list[Row], edge: float, lean: float, part: range) -> list[Row]:
    """The words of these rows left of the edge, then those right of it."""
    left: list[Row] = []
    right: list[Row] = []
    for row in (rows[i] for i in part):
        here = [w for w in row.words if _place(w, lean) < edge]
        beyond = [w for w in row.words if _place(w, lean) >= edge]
        left += [row_of([[here]], row.y)] if here else []
        right += [row_of([[beyond]], row.y)] if beyond else []
    return [*rows[: part.start], *left, *right, *rows[part.stop :]]
