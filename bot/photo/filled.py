"""A form that is filled in by pen: much of it in blue ink, read worse than the black print around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from bot.photo.pixels import Picture
from bot.photo.words import Word

_BLUE: Final = 0.2  # how much less blue than red an ink takes from the paper: black and grey 0, a blue pen 0.5
_DARK: Final = 12  # per cent of the pixels of a word that are its ink
_SHARE: Final = 0.25  # of the words; a note in blue is one or two
_FEWEST: Final = 5
_PRINT: Final = 0.95  # confidence in the print of a form, also where its values were printed in blue
_EACH: Final = 0.92  # the same of the least sure character of each word, in the mean
_WORSE: Final = 0.05  # the confidence in what a hand wrote is less than in the print by so much


def filled_in(picture: Picture, words: Sequence[Word]) -> bool:
    """Whether a hand wrote what stands on the form. Print in blue on black forms is read as well as the form itself."""
    blue, black = list[Word](), list[Word]()
    for word in words:
        (blue if _blue(picture, word) > _BLUE else black).append(word)
    if len(blue) < max(_FEWEST, _SHARE * len(words)) or not black:
        return False
    clear, unsure = (np.mean([(w.conf, w.low) for w in words], axis=0) for words in (black, blue))
    worse = clear - unsure > _WORSE
    return bool((worse & (unsure < (_PRINT, _EACH))).any())


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
