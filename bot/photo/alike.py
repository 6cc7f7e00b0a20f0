"""The same character twice: a machine prints it alike, whatever its font; a hand writes it anew each time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bot.photo.ocr import Found, cut
from bot.photo.pixels import Picture, cv2
from bot.photo.reading import Box
from bot.photo.words import Word

_TALL: Final = 32  # pixels of a line as its characters are compared
_EDGE: Final = 3  # of them above and below the print
_ROOM: Final = 6  # more on each side of the other character, in which it is looked for
_WIDE: Final = (4.0, 13.5)  # pixels from the middle of a character to its side, at least and at most
_FLAT: Final = 8  # greys; a character has more contrast
_SIZES: Final = (0.82, 0.9, 1.0, 1.1, 1.2)  # of one character against the other: boxes are not equally tight
_OTHERS: Final = 5  # characters that each is compared with: those nearest to it in size
_MOST: Final = 240  # characters of a page that are compared: those of a very long one are many
_MOST_OF_ONE: Final = 40  # ... and of a drug
_BARS: Final = frozenset("1lI一")  # too plain to tell anything
_FEWEST: Final = 20  # characters of a page that have a like one
_SOME: Final = 6  # ... and of a drug
_FAINT: Final = 0.43  # of the light that paper gives back its ink takes; of 37 pages by pens none took less than 0.48
# The median likeness of characters to the most like of their kind (1 = the same)
_WRITTEN: Final = 0.84  # of 1310 pages of print none had less than 0.88, of 5 by the neatest hand none more than 0.81
_WRITTEN_LEAST: Final = (
    0.8  # the same of the quarter that is least alike: of 315 pages of print none had less than 0.84
)
_UNIFORM: Final = 0.8  # the same of a tenth; of 18 pages by hand with uneven digits none had more than 0.74
_ADDED: Final = 0.87  # of 3155 lines all 36 that a hand added had less, those struck out, and one of print
_PRINTED: Final = 0.9
_LESS: Final = 0.06  # less than the other drugs'


@dataclass(frozen=True, slots=True)
class _Glyph:
    word: int
    tight: Any
    wide: Any  # more of its line, in which another is looked for


def written(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether a hand wrote a page: its characters do not look like others of their kind."""
    found = _all(picture, words)
    if len(found) < _FEWEST:
        return False
    least, middle = (float(v) for v in np.percentile(found, (25, 50)))
    return middle < _WRITTEN or least < _WRITTEN_LEAST


def copied(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether a page is a faint copy of print: all its numbers are too faint for a pen, and its characters are alike.
    What is read badly on it, and broken digits, tell of no hand."""
    grey: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    numbers = [_line(grey, w) for w in words if sum(c.isdigit() for c in w.text) > 1]
    inks = [(float(np.percentile(n, 85)), float(np.percentile(n, 4))) for n in numbers]
    if not inks or float(np.median([(paper - ink) / max(paper, 1.0) for paper, ink in inks])) > _FAINT:
        return False
    found = _all(picture, words)
    return len(found) >= _FEWEST and float(np.median(found)) > _PRINTED


def uniform(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether all but a few characters of a page look like others of their kind: uneven digits are those of a bad
    picture of print then."""
    found = _all(picture, words)
    return len(found) >= _FEWEST and float(np.percentile(found, 10)) >= _UNIFORM


def added(picture: Picture, words: Sequence[Word], lines: Sequence[Box | None]) -> frozenset[int]:
    """The drugs (by place of ``lines``, which are where each stands) that a hand added: their characters are like none
    on the rest of the page, and those of the other drugs are."""
    glyphs = _glyphs(picture, words) if len(lines) > 1 else {}
    alike = [_of(words, glyphs, line) for line in lines]
    known = [v for v in alike if v is not None]
    least = min(_ADDED, float(np.median(known)) - _LESS) if len(known) > 1 else 0.0
    return frozenset(n for n, v in enumerate(alike) if v is not None and v < least)


def _all(picture: Picture, words: Sequence[Word]) -> list[float]:
    return _likeness(words, _glyphs(picture, words), lambda _: True, _MOST)


def _of(words: Sequence[Word], glyphs: dict[str, list[_Glyph]], line: Box | None) -> float | None:
    """How much the characters in ``line`` are like those elsewhere; None where too few stand elsewhere too."""

    def inside(word: int) -> bool:
        w = words[word]
        return line is not None and line.x <= w.x <= line.x + line.w and line.y <= w.y <= line.y + line.h

    found = _likeness(words, glyphs, inside, _MOST_OF_ONE, elsewhere=True)
    return float(np.median(found)) if len(found) >= _SOME else None


def _likeness(
    words: Sequence[Word],
    glyphs: dict[str, list[_Glyph]],
    mine: Callable[[int], bool],
    most: int,
    *,
    elsewhere: bool = False,
) -> list[float]:
    """Of each glyph in a word that is ``mine``, how like it is to the most like of the others of its kind, or of those
    ``elsewhere``; of so many at ``most``, from all over the page."""
    pairs = list[tuple[_Glyph, list[_Glyph]]]()
    for some in glyphs.values():
        own = [g for g in some if mine(g.word)]
        others = [g for g in some if not mine(g.word)] if elsewhere else some
        pairs += [(one, others) for one in own if len(others) > (not elsewhere)]
    out: list[float] = []
    for one, others in pairs[:: max(1, -(-len(pairs) // most))]:
        near = sorted((g for g in others if g is not one), key=lambda g: abs(words[g.word].h - words[one.word].h))
        out.append(max(_like(one.tight, g.wide) for g in near[:_OTHERS]))
    return out


def _glyphs(picture: Picture, words: Sequence[Word]) -> dict[str, list[_Glyph]]:
    """The letters, digits and Chinese characters of a page, those of each kind together."""
    grey: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    out: dict[str, list[_Glyph]] = {}
    for n, w in enumerate(words):
        if len(w.at) != len(w.text) or len(w.text.strip()) < 2:
            continue
        line = _line(grey, w)
        width = max(8, round(line.shape[1] * _TALL / line.shape[0]))
        line = cv2.resize(line, (width, _TALL), interpolation=cv2.INTER_AREA)
        for i, char in enumerate(w.text):
            if char.isalnum() and char not in _BARS and (glyph := _glyph(n, line, w.at, i)):
                out.setdefault(char, []).append(glyph)
    return out


def _line(grey: Any, w: Word) -> Any:
    angle = math.atan(w.slope)
    return cut(grey, Found(w.x, w.y, w.w / math.cos(angle), w.h, angle, 1.0))


def _glyph(word: int, line: Any, at: Sequence[float], i: int) -> _Glyph | None:
    width = line.shape[1]
    step = min(abs(at[i] - at[j]) * width for j in (i - 1, i + 1) if 0 <= j < len(at))
    half = min(max(0.45 * step, _WIDE[0]), _WIDE[1])
    left, right = max(0, round(at[i] * width - half)), min(width, round(at[i] * width + half))
    tight: Any = line[_EDGE:-_EDGE, left:right]
    if tight.shape[1] < _ROOM or tight.std() < _FLAT:
        return None
    wide = line[:, max(0, left - _ROOM) : right + _ROOM]
    return _Glyph(word, tight, cv2.copyMakeBorder(wide, 4, 4, 2, 2, cv2.BORDER_REPLICATE))


def _like(one: Any, other: Any) -> float:
    """-1..1: how like ``one`` is to the part of ``other`` that is most like it, at any of _SIZES."""
    best = -1.0
    for size in _SIZES:
        small: Any = cv2.resize(one, None, fx=size, fy=size, interpolation=cv2.INTER_LINEAR) if size != 1 else one
        down, across = (max(0, (a - b + 1) // 2) for a, b in zip(small.shape, other.shape, strict=True))
        small = small[down : down + other.shape[0], across : across + other.shape[1]]
        best = max(best, float(cv2.matchTemplate(other, small, cv2.TM_CCOEFF_NORMED).max()))
    return best
