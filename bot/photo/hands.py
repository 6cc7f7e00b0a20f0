"""Writing of another hand beside print, told from the words alone: read badly among words read well, or far larger."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from statistics import fmean, median
from typing import Final

from bot.photo.columns import HOUR_RE
from bot.photo.reading import Box
from bot.photo.rows import Row
from bot.photo.strength import TIMES, is_count
from bot.photo.words import Word

_CLEAR: Final = 0.93  # mean confidence of most words of a page of print
_BADLY: Final = 0.65  # of a word that a hand wrote; the worst print beside it (x3, the end of a ruled line) has 0.7
_LARGE: Final = 1.5  # of the usual height of a word
_NAME: Final = 1.0  # heights of a line: what is shorter is one character, as large as its box
_ADDED: Final = 1.14  # times the letters of the other drugs, in the mean; those of one list are alike within a tenth
_UNREAD: Final = 1.6  # heights of a word from the middle of its last character to the end of its box
_SPECK: Final = 0.6  # of it: what is lower and narrower is dirt, or the end of a rule
_BESIDE: Final = 1.1  # heights of a line from its middle to the middle of what is written beside it
_LINE: Final = 3.0  # heights of print: as wide as a name at least
_PRINTED_RE: Final = re.compile(r"[\s—一.·…_*=~#-]*|R[Ppx]?\s?[.:：]?|药")
_PRICE_RE: Final = re.compile(r"\s*(?:[¥￥]\s?\d[\d,]*(?:\.\d+)?(?:\s?元)?|\d[\d,]*\.\d\d?\s?元)\s*")
_NAMED_RE: Final = re.compile(r"[\u4e00-\u9fff]{4}")
_BARE_RE: Final = re.compile(rf"[{TIMES}]?\s*\d{{1,3}}(?:\.00?)?")
_TICK_RE: Final = re.compile("[√✓✔∨Vv]")
_UNDER: Final = 3.0  # heights of a header from its middle to a tick below it, on a page that leans
_BELOW: Final = 3.0  # heights of print from the drugs to a line of theirs
_NEXT: Final = 2.5  # heights of a line to the next one of the same drug
_ACROSS: Final = 1.5  # of its height: a shorter word may be dark all along and not be struck out


def beside(words: Sequence[Word], lines: Sequence[Row], held: Sequence[Sequence[int]]) -> frozenset[int]:
    """Which drugs have writing of another hand beside their lines; ``held`` are the lines of each."""
    written, tall = _written(words, lines, held)
    return frozenset(
        n
        for n, rows in enumerate(held)
        if any(abs(_under(w, lines[i])) < _BESIDE * tall for i in rows for w in written)
    )


def larger(lines: Sequence[Row], held: Sequence[Sequence[int]]) -> frozenset[int]:
    """Which drugs are in larger letters than the others: a list is printed in one size, a clear hand adds to it."""
    wide = [[w.h for i in rows for w in lines[i].words if w.w > _NAME * w.h and not _printed(w.text)] for rows in held]
    tall = [fmean(some) if some else 0.0 for some in wide]

    def others(n: int) -> list[float]:
        return [h for other, h in enumerate(tall) if other != n and h]

    return frozenset(n for n, h in enumerate(tall) if others(n) and h > _ADDED * median(others(n)))


def between(
    words: Sequence[Word], lines: Sequence[Row], held: Sequence[Sequence[int]], feet: Collection[int]
) -> list[Word]:
    """Whole lines that are written by hand among the drugs or right below them: more of them, that are not read."""
    written, tall = _written(words, lines, held)
    first, last = min((i for rows in held for i in rows), default=0), max((i for rows in held for i in rows), default=0)
    foot = min((i for i in feet if i > last), default=None)
    found: list[Word] = []
    for w in (w for w in written if _scrawl(w, tall) and w.w > _LINE * tall):
        near = any(abs(_under(w, row)) < _BESIDE * tall for row in lines if w not in row.words)
        ended = _under(w, lines[foot]) > -tall if foot is not None else _under(w, lines[last]) > _BELOW * tall
        if not near and not ended and _under(w, lines[first]) > -_BELOW * tall:
            found.append(w)
    return found


def _written(words: Sequence[Word], lines: Sequence[Row], held: Sequence[Sequence[int]]) -> tuple[list[Word], float]:
    """What a hand wrote on a page of print, and the height of the print of the drugs."""
    printed = [w for rows in held for i in rows for w in lines[i].words]
    if not printed or median(w.conf for w in words) < _CLEAR:
        return [], 0.0
    tall = median(w.h for w in printed)
    hours = [w for w in words if HOUR_RE.fullmatch(w.text)]
    return [w for w in words if _by_hand(w, tall) and not _ticks(w, hours)], tall


def _ticks(w: Word, hours: Sequence[Word]) -> bool:
    """A tick in a column of the morning, noon or evening: read badly, and it says when, not how much."""
    under = any(abs(w.x - h.x) < _UNDER * h.h for h in hours)
    return len(hours) > 1 and under and _TICK_RE.fullmatch(w.text.strip()) is not None


def struck(lines: Sequence[Row], rows: Sequence[int]) -> tuple[Box, ...]:
    """Where the words of a drug stand that hold its numbers: what a pen would strike out. A price, which a screen shows
    in colour, is none of them."""
    words = (w for i in rows for w in lines[i].words if w.w > _ACROSS * w.h and not _PRICE_RE.fullmatch(w.text))
    some = (w for w in words if any(c.isdigit() for c in w.text))
    return tuple(map(box, some))


def short(lines: Sequence[Row], rows: Sequence[int]) -> tuple[Box, ...]:
    """Where the other words of a drug stand that hold a number: its count above all."""
    words = (w for i in rows for w in lines[i].words if w.w <= _ACROSS * w.h)
    return tuple(box(w) for w in words if any(c.isdigit() for c in w.text))


def counted(lines: Sequence[Row], rows: Sequence[int]) -> tuple[Box, ...]:
    """Where the words of a drug stand that are a number of boxes, with its unit or bare, and nothing else."""
    words = (w for i in rows for w in lines[i].words)
    return tuple(box(w) for w in words if is_count(w.text) or _BARE_RE.fullmatch(w.text.strip()))


def amounts(lines: Sequence[Row], rows: Sequence[int]) -> tuple[Box, ...]:
    """Where the words of a drug stand that hold a number and no name: a name may be printed in bold."""
    words = (w for i in rows for w in lines[i].words if any(c.isdigit() for c in w.text))
    return tuple(box(w) for w in words if not _NAMED_RE.search(w.text))


def around(lines: Sequence[Row], held: Sequence[Sequence[int]], n: int, feet: Collection[int]) -> Box | None:
    """Where the print of drug ``n`` stands: its lines, and the one right below them, of how it is taken."""
    rows, others = list(held[n]), {i for rows in held for i in rows}.union(feet)
    if not rows:
        return None
    last, below = lines[max(rows)], max(rows) + 1
    if below < len(lines) and below not in others and 0 < lines[below].y - last.y < _NEXT * last.h:
        rows.append(below)
    some = [box(w) for i in rows for w in lines[i].words]
    left, top = min(b.x for b in some), min(b.y for b in some)
    return Box(left, top, max(b.x + b.w for b in some) - left, max(b.y + b.h for b in some) - top)


def box(w: Word) -> Box:
    """Where it stands."""
    return Box(max(0, round(w.left)), max(0, round(w.y - w.h / 2)), round(w.w), round(w.h))


def _by_hand(w: Word, tall: float) -> bool:
    if w.h < _SPECK * tall or w.w < _SPECK * tall or _printed(w.text):
        return False
    return w.conf < _BADLY or w.h > _LARGE * tall or _unread_end(w)


def _scrawl(w: Word, tall: float) -> bool:
    """Read badly; or larger than the print, and not read as well as that."""
    return w.conf < _BADLY or (w.h > _LARGE * tall and w.conf < _CLEAR)


def _printed(text: str) -> bool:
    """The large head of a list, its end, whose box goes on over a ruled line (以下空白----), ruled lines, the head of
    a column of numbers (#), and what an app shows where it has no picture of a drug: 药."""
    return "空白" in text or bool(_PRINTED_RE.fullmatch(text))


def _unread_end(w: Word) -> bool:
    """Whether a box goes on far beyond its text: there is ink that was not read as anything."""
    return bool(w.at) and max(w.at[0], 1 - w.at[-1]) * w.w > _UNREAD * w.h


def _under(w: Word, line: Row) -> float:
    """How far a word stands below a line, where that would be at its place; 0 for a word of the line."""
    at = min(line.words, key=lambda other: abs(other.x - w.x))
    return w.y - at.y - (w.x - at.x) * at.slope
