"""What a hand wrote: a form filled in by pen, much of it in blue ink and read worse than the black print around it; a
drug in blue among black ones; numbers in which the same digit has several heights, as those of no machine have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any, Final

import numpy as np

from bot.photo.ocr import Found, cut
from bot.photo.pixels import Picture, cv2
from bot.photo.reading import Box
from bot.photo.words import Word

_BLUE: Final = 0.2  # how much less blue than red an ink takes from the paper: black and grey 0, a blue pen 0.5
_DARK: Final = 12  # per cent of the pixels of a word that are its ink
_SHARE: Final = 0.25  # of the words; a note in blue is one or two
_FEWEST: Final = 5
_PRINT: Final = 0.95  # confidence in the print of a form, also where its values were printed in blue
_EACH: Final = 0.92  # the same of the least sure character of each word, in the mean
_WORSE: Final = 0.05  # the confidence in what a hand wrote is less than in the print by so much
_TALL: Final = 48  # pixels of a line as its digits are measured
_FREE: Final = 5  # digits that have a like one to be compared with
_UNSURE: Final = 0.77  # of 198 pictures 4 of 5 by hand had 0.76 and less; print that was refused had 0.8 and more
_LONG: Final = 3  # letters of a word that tells
_MANY: Final = 40  # letters of a page
_UNEVEN: Final = (
    0.05  # median difference of heights, in shares of a digit's; of 438 pictures those of print had 0.037 at most
)


@dataclass(frozen=True, slots=True)
class Digit:
    """One digit, and its height in pixels of a line _TALL high."""

    char: str
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


def bluer(picture: Picture, names: Sequence[Box | None]) -> frozenset[int]:
    """Which names of drugs are in the blue ink of a pen where most are not: of five sets of pictures those of one
    printed list are alike within 0.1, a line that was added is 0.25 and more ahead."""
    blue = {n: _taken(picture, b.x, b.y, b.x + b.w, b.y + b.h) for n, b in enumerate(names) if b}
    usual = median_low(blue.values()) if blue else 0.0
    return frozenset(n for n, much in blue.items() if much > usual + _BLUE)


def by_hand(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether the numbers of a page were written: a digit is not as high as the same digit beside it in its word. A
    machine prints it alike, whatever its font; digits of two words tell nothing, a page may have two fonts."""
    off, free = list[float](), 0
    for w in words:
        alike: dict[str, list[float]] = {}
        for digit in _digits(picture, w):
            alike.setdefault(digit.char, []).append(digit.height)
        tall = float(np.mean([h for some in alike.values() for h in some])) if alike else 0.0
        for some in (np.array(heights) for heights in alike.values() if len(heights) > 1):
            off += list(np.abs(some - some.mean()) / tall * math.sqrt(len(some) / (len(some) - 1)))
            free += len(some) - 1
    return free >= _FREE and float(np.median(off)) > _UNEVEN


def unsure(words: Sequence[Word]) -> bool:
    """Whether a page was read as a hand is: in each of its words some character is not sure. Poor print may be read so
    too: this is asked of a page that is refused anyway, where nothing else was found."""
    least = [min(w.sure[_first(w.text) :], default=w.low) for w in words if len(w.text.strip()) >= _LONG]
    return sum(len(w.text) for w in words) >= _MANY and bool(least) and float(np.mean(least)) < _UNSURE


def _first(text: str) -> int:
    """Where its letters begin: a box to be ticked before them, and the space behind it, are unsure in print too."""
    return next((i for i, c in enumerate(text) if c.isalnum()), 0)


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
    some = [(int(h), int(w)) for left, _, w, h, _ in stats if left <= x <= left + w]
    height, wide = max(some, default=(0, 0))
    if not 0.25 * _TALL <= height < 0.97 * _TALL or wide > 0.8 * _TALL:
        return None
    return Digit(char, float(height))


def _blue(picture: Picture, word: Word) -> float:
    """-1..1: how blue its ink is, whatever the light."""
    top, bottom = round(word.y - word.h / 2), round(word.y + word.h / 2)
    return _taken(picture, round(word.left), top, round(word.right), bottom)


def _taken(picture: Picture, left: int, top: int, right: int, bottom: int) -> float:
    """_blue of what stands in a part of a picture."""
    part: Any = picture[max(0, top) : bottom, max(0, left) : right].reshape(-1, 3).astype(np.float32)
    if len(part) < 16:
        return 0.0
    grey = part.mean(axis=1)
    paper = np.median(part[grey >= np.percentile(grey, 60)], axis=0)
    taken = paper - part[grey <= np.percentile(grey, _DARK)].mean(axis=0)
    return float((taken[2] - taken[0]) / max(float(taken.max()), 1.0))
