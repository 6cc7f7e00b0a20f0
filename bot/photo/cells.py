"""Rows in reading order, each cell of a table in one piece, however many lines it has. Geometry only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.photo.columns import Column, columns_of, word_column
from bot.photo.drugnames import number_of
from bot.photo.formulary import Formulary
from bot.photo.names import narrow
from bot.photo.paragraphs import in_lines, whole_amounts
from bot.photo.rows import Row, row_of
from bot.photo.tables import foot, named_words, panels
from bot.photo.turned import turned
from bot.photo.words import Word

_SINGLE_RE = re.compile(r"[¥￥]?\d+(?:\.\d+)?\s*(?:盒|瓶|支|袋|包|元|片|粒|丸|贴)?|[\[(]?\d{1,2}[\])、.]?")
_SAME_CELL: Final = 0.9  # of a line's height, from the middle of a cell to a line of it that has no anchor
_FLUSH: Final = 0.4  # of its height: so near to where a line of a cell begins, the next one of it begins
_NEXT: Final = 1.5  # heights to the next line; what stands farther below belongs to no cell
_NEARER: Final = 0.75  # of the way to the next cell


def in_order(rows: Sequence[Row], listed: Formulary) -> list[Row]:
    """The rows in reading order, cells in one piece."""
    return in_lines(_cells(panels(turned(whole_amounts(rows), listed), listed), listed), listed)


def _cells(rows: list[Row], listed: Formulary) -> list[Row]:
    """In a table whose cells are centred, the lines of a cell stand half a line above and below its neighbours."""
    columns, header = columns_of(rows)
    if header < 0:
        return rows
    end = foot(rows, header)
    body = range(header + 1, end)
    anchors = _anchors([rows[i] for i in body], columns)
    middles = [i for i in body if any(w in anchors for w in rows[i].words)]
    if len(middles) < sum(bool(named_words(rows[i], listed)) for i in body) or not middles:
        return rows  # some rows have no anchor: their lines would go to their neighbours
    if _end_cells(rows, body, middles, listed):
        return rows
    held: dict[int, list[int]] = {i: [i] for i in middles}
    for middle, lines in held.items():
        lines += _outer(rows, [i for i in body if i not in held], middle, middles)
    taken = {i for lines in held.values() for i in lines}
    for i in body:
        near = min(middles, key=lambda m: abs(rows[m].y - rows[i].y))
        begun = number_of(rows[near]) > 0 or bool(named_words(rows[near], listed))
        next_one = begun and rows[i].y > rows[near].y and number_of(rows[i]) > 0
        if (
            i not in taken
            and not next_one
            and abs(rows[near].y - rows[i].y) <= _SAME_CELL * min(rows[near].h, rows[i].h)
        ):
            held[near].append(i)
    merged = {middle: _merged([rows[i] for i in sorted(lines)], columns) for middle, lines in held.items()}
    gone = {i for lines in held.values() for i in lines}
    return [merged.get(i, row) for i, row in enumerate(rows) if i in merged or i not in gone]


def _end_cells(rows: Sequence[Row], body: range, middles: Sequence[int], listed: Formulary) -> bool:
    """Whether each drug's line of numbers is its last, and not its middle: name, strength, and below them the count."""
    names = [i for i in body if named_words(rows[i], listed)]
    below = body.stop == middles[-1] + 1 or rows[middles[-1] + 1].y - rows[middles[-1]].y > _NEXT * rows[middles[-1]].h
    return below and len(names) == len(middles) > 1 and all(n < m for n, m in zip(names, middles, strict=True))


def _anchors(rows: Sequence[Row], columns: Sequence[Column]) -> set[Word]:
    """The words of the column that never breaks a line: the one with most numbers, counts or prices in it."""
    found: dict[Column, set[Word]] = {c: set() for c in columns}
    for row in rows:
        for w in row.words:
            if _SINGLE_RE.fullmatch(narrow(w.text).strip()):
                found[word_column(w, row.y, columns)].add(w)
    return max(reversed(found.values()), key=len)


def _outer(rows: Sequence[Row], free: Sequence[int], middle: int, middles: Sequence[int]) -> list[int]:
    """The lines of a cell above and below its middle: equally far, one of each, and not as near to another cell."""
    at, h = rows[middle].y, rows[middle].h
    above = [i for i in free if 0 < at - rows[i].y < 1.7 * h]
    below = [i for i in free if 0 < rows[i].y - at < 1.7 * h]
    if not above or not below:
        return []
    if number_of(rows[below[0]]):  # the next drug of a list
        return []
    pair = [above[-1], below[0]]
    far = [abs(rows[i].y - at) for i in pair]
    others = [m for m in middles if m != middle]
    apart = [min((abs(rows[m].y - rows[i].y) for m in others), default=9 * h) for i in pair]
    own = all(d < _NEARER * other for d, other in zip(far, apart, strict=True))
    return pair if own and abs(far[0] - far[1]) < 0.35 * h else []


def _merged(lines: Sequence[Row], columns: Sequence[Column]) -> Row:
    """One row of the table: column after column, each from its first line to its last."""
    if len(lines) == 1:
        return lines[0]
    cells: dict[Column, list[list[Word]]] = {}
    for row in sorted(lines, key=lambda r: r.y):
        mine: dict[Column, list[Word]] = {}
        for w in row.words:
            above = (c for c, held in cells.items() if any(abs(v.left - w.left) < _FLUSH * w.h for v in held[-1]))
            mine.setdefault(next(above, word_column(w, row.y, columns)), []).append(w)
        for column, words in mine.items():
            cells.setdefault(column, []).append(words)
    ordered = sorted(cells.items(), key=lambda cell: cell[0].left)
    return row_of([lines_of for _, lines_of in ordered], sum(r.y for r in lines) / len(lines))
