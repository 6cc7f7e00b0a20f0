"""What a hand wrote: a form filled in by pen, much of it in blue ink and read worse than the black print around it; or
numbers whose digits differ in height and dance on their line, as those of no machine do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from bot.photo.ocr import Found, cut
from bot.photo.pixels import Picture, cv2
from bot.photo.words import Word

_BLUE: Final = 0.2  # how much less blue than red an ink takes from the paper: black and grey 0, a blue pen 0.5
_DARK: Final = 12  # per cent of the pixels of a word that are its ink
_SHARE: Final = 0.25  # of the words; a note in blue is one or two
_FEWEST: Final = 5
_PRINT: Final = 0.95  # confidence in the print of a form, also where its values were printed in blue
_EACH: Final = 0.92  # the same of the least sure character of each word, in the mean
_WORSE: Final = 0.05  # the confidence in what a hand wrote is less than in the print by so much
_TALL: Final = 48  # pixels of a line as its digits are measured
_FREE: Final = 4  # digits more than what is fitted to them
_KEPT: Final = 0.85  # of them: a rule or a stamp may touch some
_UNEVEN: Final = 0.062  # spread of heights; of 480 pictures of print 0.053 at most
_DIFFERS: Final = 0.04
_DANCES: Final = 0.025  # spread of feet; print has 0.032 at most, and then even heights
_BOTH: Final = 0.0015  # one times the other; print has 0.0010 at most


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit of the word number ``word``: its middle, its foot and its height, pixels of a line _TALL high."""

    word: int
    char: str
    x: float
    foot: float
    height: float


def filled_in(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether a hand wrote what stands on the form. Print in blue on black forms is read as well as the form itself."""
    blue = [w for w in words if _blue(picture, w) > _BLUE]
    black = [w for w in words if w not in blue]
    if len(blue) < max(_FEWEST, _SHARE * len(words)) or not black:
        return False
    clear, unsure = (np.mean([(w.conf, w.low) for w in words], axis=0) for words in (black, blue))
    worse = clear - unsure > _WORSE
    return bool((worse & (unsure < (_PRINT, _EACH))).any())


def by_hand(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether the numbers of a page were written: their digits are not as high as the same digits beside them, and do
    not stand on one line. A machine prints them alike, whatever its font."""
    uneven, dancing = unevenness(digits_of(picture, words))
    return (
        uneven > _UNEVEN
        or (uneven > _DIFFERS and _by_pen(picture, words))
        or (uneven > _DIFFERS and dancing > _DANCES and uneven * dancing > _BOTH)
    )


def digits_of(picture: Picture, words: Sequence[Word]) -> list[Digit]:
    """The digits of all words with two of them and more, where they stand apart from what is beside them."""
    found = ([replace(d, word=n) for d in _digits(picture, w)] for n, w in enumerate(words))
    return [d for some in found if len(some) > 1 for d in some]


def unevenness(digits: Sequence[Digit]) -> tuple[float, float]:
    """How much heights differ, and how much feet do, in shares of a digit's height; 0 where there are too few digits.

    Each word has its own size and its own line, and each of the ten digits its own height and foot in a font.
    """
    if not digits:
        return 0.0, 0.0
    word = np.unique([d.word for d in digits], return_inverse=True)[1]
    kind = np.unique([d.char for d in digits], return_inverse=True)[1]
    height = np.array([d.height for d in digits])
    words, kinds = np.eye(word.max() + 1)[word], np.eye(kind.max() + 1)[kind]
    tall = (words.T @ height / words.sum(axis=0))[word]
    x, foot = np.array([d.x for d in digits]) / tall, np.array([d.foot for d in digits]) / tall
    lines = np.hstack([words, words * x[:, None], kinds])
    return _spread(np.log(height), np.hstack([words, kinds])), _spread(foot, lines)


def _spread(values: Any, terms: Any) -> float:
    """The root mean square of what a least-squares fit leaves of the values, without the worst of it."""
    fit: Any = np.linalg.lstsq
    answer, _, rank, _ = fit(terms, values, rcond=None)
    free = len(values) - int(rank)
    rest = np.sort(np.abs(values - terms @ answer))[: max(1, int(_KEPT * len(values)))]
    return math.sqrt(float(np.mean(rest**2)) * len(values) / free) if free >= _FREE else 0.0


def _digits(picture: Picture, word: Word) -> list[Digit]:
    if len(word.at) != len(word.text) or sum(c.isdigit() for c in word.text) < 2:
        return []
    angle = math.atan(word.slope)
    line: Any = cv2.cvtColor(
        cut(picture, Found(word.x, word.y, word.w / math.cos(angle), word.h, angle, 1.0)), cv2.COLOR_BGR2GRAY
    )
    scale = _TALL / line.shape[0]
    line = cv2.resize(line, (max(8, round(line.shape[1] * scale)), _TALL), interpolation=cv2.INTER_AREA)
    paper, ink = (float(np.percentile(line, p)) for p in (85, 4))
    if abs(np.median(line) - ink) < abs(np.median(line) - paper):  # light print on a dark screen
        paper, ink, line = 255 - ink, 255 - paper, 255 - line
    _, _, stats, _ = cv2.connectedComponentsWithStats((line < (paper + ink) / 2).astype(np.uint8), connectivity=8)
    places = ((c, at * line.shape[1]) for at, c in zip(word.at, word.text, strict=True) if c.isdigit())
    return [digit for c, x in places if (digit := _digit(stats[1:], c, x))]


def _digit(stats: Any, char: str, x: float) -> Digit | None:
    """The tallest patch of ink at ``x``, where it can be one digit."""
    some = [(int(h), int(left), int(top), int(w)) for left, top, w, h, _ in stats if left <= x <= left + w]
    height, left, top, wide = max(some, default=(0, 0, 0, 0))
    if not 0.25 * _TALL <= height < 0.97 * _TALL or wide > 0.8 * _TALL:
        return None
    return Digit(0, char, left + wide / 2, float(top + height), float(height))


def _by_pen(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether much of a page is in blue ink and some of it is not."""
    blue = sum(_blue(picture, w) > _BLUE for w in words)
    return max(_FEWEST, _SHARE * len(words)) <= blue < len(words)


def _blue(picture: Picture, word: Word) -> float:
    """-1..1: how blue its ink is, whatever the light."""
    top, left = max(0, round(word.y - word.h / 2)), max(0, round(word.left))
    part: Any = picture[top : round(word.y + word.h / 2), left : round(word.right)].reshape(-1, 3).astype(np.float32)
    if len(part) < 16:
        return 0.0
    grey = part.mean(axis=1)
    paper = np.median(part[grey >= np.percentile(grey, 60)], axis=0)
    taken = paper - part[grey <= np.percentile(grey, _DARK)].mean(axis=0)
    return float((taken[2] - taken[0]) / max(float(taken.max()), 1.0))
