"""Tables as a person reads them: what is given now, panels beside each other one after the other.

Geometry and labels; columns are columns.py's, the lines of a cell cells.py's, what a drug line says drugs.py's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from bot.photo.columns import Column, columns_of, lean_of, word_column
from bot.photo.drugnames import Named, has_form, is_listed, names_in, number_of
from bot.photo.formulary import Formulary
from bot.photo.labels import FEET, is_label, labelled
from bot.photo.names import fold, narrow
from bot.photo.paragraphs import PAST_RE
from bot.photo.rows import Row, row_of
from bot.photo.strength import BOX, COUNTED
from bot.photo.words import Word

_HEADS: Final = frozenset({"patient", "sex", "age", "department", "diagnosis", "date", "number", "number2"})
_LEVEL: Final = 0.5  # of a line's height
_BEGUN: Final = (2, 3, 4)  # letters of a name that a small picture shows
_INDEX_RE = re.compile(r"[\[(]?\d{1,2}[\])、.]?|[①-⑳]|[*★※△▲◆◇❖▪■█▌●•·#+~=-]+|[一二三四五六七八九十][、.]")
_COUNT_RE: Final = re.compile(rf"\d{{1,4}}(?:\.00?)?\s?(?:{BOX}|{COUNTED})?")
_PANEL: Final = 3  # labels of it, at the least


def given_now(rows: list[Row]) -> list[Row]:
    """The rows of a table without the counts of what is in stock, at home, or was given before."""
    columns, header = columns_of(rows)
    if all(c.kind != "elsewhere" for c in columns):
        return rows
    part = range(header + 1, foot(rows, header))
    return [_without(row, columns) if i in part else row for i, row in enumerate(rows)]


def _without(row: Row, columns: Sequence[Column]) -> Row:
    def elsewhere(word: Word) -> bool:
        counted = _COUNT_RE.fullmatch(narrow(word.text).strip()) is not None
        return counted and word_column(word, row.y, columns).kind == "elsewhere"

    kept = [w for w in row.words if not elsewhere(w)]
    return row if len(kept) in (0, len(row.words)) else row_of([[kept]], row.y)


def panels(rows: list[Row], listed: Formulary) -> list[Row]:
    """Drugs side by side become two lists, one after the other; a panel of fields left of the drugs stands first."""
    columns, header = columns_of(rows)
    if header >= 0:
        return _beside_a_table(rows, listed, columns, header) or _doubled(rows, columns, header)
    sure = {i: found for i, row in enumerate(rows) if (found := named_words(row, listed))}
    if not sure:
        return rows
    named, lean = list(sure), lean_of(rows)
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
    lean, part = lean_of(rows), range(header, foot(rows, header))
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


def on_boxes(words: Sequence[Word], listed: Formulary) -> frozenset[Word]:
    """What stands on the picture of its box that an app shows left of a drug: its brand, or how its name begins, alone,
    and not level with the name."""
    folded = [(w, fold(w.text)) for w in words]
    named = [(w, d) for w, text in folded for d in listed.drugs if d.folded in text]
    out = list[Word]()
    for w, text in folded:
        beside = (d for name, d in named if w.right < name.left and abs(name.y - w.y) > _LEVEL * w.h)
        if any(text == d.folded_brand or (len(text) in _BEGUN and d.folded.startswith(text)) for d in beside if text):
            out.append(w)
    return frozenset(out)


def named_words(row: Row, listed: Formulary) -> list[int]:
    """Which words of a row hold the name of a drug with its form, whatever label stands before them; a name that its
    line breaks before the form has its number."""
    alone = [row_of([[[word]]], row.y) for word in row.words]
    return [n for n, one in enumerate(alone) if any(_whole_name(name, one, listed) for name in names_in(one, listed))]


def _whole_name(name: Named, row: Row, listed: Formulary) -> bool:
    folded = fold(name.name)
    begun = any(d.folded.startswith(folded) for d in listed.drugs)
    return has_form(name.name) or (number_of(row) > 0 and (begun or is_listed(name.name, listed)))


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
