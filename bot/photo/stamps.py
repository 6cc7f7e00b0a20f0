"""Stamps, pens and marks on a page whose print can be read: found again in their ink, read either way up.

Their letters are large, worn, aslant, on their side or upside down, and run over print: the first look loses them. What
they say of the paper is states.py's; what is left of a torn one is told by sheets.stamped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from bot.photo import reasons
from bot.photo.ink import BLUE, GREEN, RED, Inked, broad_strokes, crossed, ink_alone
from bot.photo.look import Seen, word
from bot.photo.ocr import Eyes, Found, cut
from bot.photo.pixels import Picture, cv2
from bot.photo.sheets import joined, stamp, stamped
from bot.photo.words import Word

_LARGER: Final = 1.2  # of the usual height of print, what runs aslant; and as many times as long as high
_ASLANT: Final = math.radians(5)  # from the lines of the page
_MOST: Final = 6  # pieces of a kind that are read once more
_LARGE: Final = 1.5  # of the usual height of print: the letters of a stamp, not those of a seal
_SMALL: Final = 0.7  # ... of a pen that is read at all
_MARGIN: Final = 0.08  # of a picture's sides, around its print
_BADLY: Final = 0.7  # confidence below which print may be upside down


def stamp_of(seen: Seen, eyes: Eyes) -> str:
    """reasons.VOID or DISPENSED where a stamp, a pen or a mark says so of the page; empty otherwise."""
    if not seen.boxes:
        return ""
    usual = float(np.median([f.h for f in seen.boxes]))
    return (
        _coloured(_around_print(seen), usual, eyes)
        or _large(seen, usual, eyes)
        or _turned(seen, eyes)
        or (reasons.VOID if crossed(seen.picture) else "")
    )


def _coloured(picture: Picture, usual: float, eyes: Eyes) -> str:
    """What ink of one colour says, taken out of the page. Small letters of it may be a seal's, or of the form: what is
    torn of them says nothing."""
    for alone in filter(None, (ink_alone(picture, channel) for channel in (RED, BLUE, GREEN))):
        for part, scale in _sizes(alone):
            found = sorted((f for f in eyes.find(part) if f.h > _SMALL * usual * scale), key=lambda f: -f.h)[:_MOST]
            large = [f for f in found if f.h > _LARGE * usual * scale]
            words = _either_way(part, found, eyes)
            if told := stamped(words[: len(large)] + words[len(found) :][: len(large)]) or _whole(words):
                return told
    return ""


def _around_print(seen: Seen) -> Picture:
    """The part of the picture that has print, and a margin: what colour the table has does not matter."""
    height, width = seen.picture.shape[:2]
    left, right = min(f.x - f.w / 2 for f in seen.boxes), max(f.x + f.w / 2 for f in seen.boxes)
    top, bottom = min(f.y - f.h / 2 for f in seen.boxes), max(f.y + f.h / 2 for f in seen.boxes)
    wide, high = _MARGIN * width, _MARGIN * height
    rows = slice(max(0, round(top - high)), round(bottom + high))
    return np.ascontiguousarray(seen.picture[rows, max(0, round(left - wide)) : round(right + wide)])


def _large(seen: Seen, usual: float, eyes: Eyes) -> str:
    """What large letters say, without the fine strokes of print: a black stamp, one in the margin, a mark that an app
    lays over a page. Level ones may be a title of the page: what is torn of them says nothing."""
    level = float(np.median([f.angle for f in seen.boxes]))
    broad = broad_strokes(seen.picture, usual)
    large = [f for f in eyes.find(broad) if f.h > _LARGER * usual and f.w > _LARGER * f.h]
    aslant = [f for f in large if abs(f.angle - level) > _ASLANT][:_MOST]
    straight = sorted((f for f in large if abs(f.angle - level) <= _ASLANT), key=lambda f: -f.h)[:_MOST]
    return stamped(_either_way(broad, aslant, eyes)) or _whole(_either_way(broad, straight, eyes))


def _turned(seen: Seen, eyes: Eyes) -> str:
    """What stands on its side beside the print, or on its head in it, in letters as large as that."""
    good = {(w.x, w.y) for w in seen.words if w.conf >= _BADLY}
    bad = [f for f in seen.boxes if (f.x, f.y) not in good and f.w > _LARGER * f.h]
    found = [*seen.standing, *sorted(bad, key=lambda f: -f.h)][:_MOST]
    return _whole(_either_way(seen.picture, found, eyes))


def _whole(words: Sequence[Word]) -> str:
    return next((told for text in (*(w.text for w in words), *joined(words)) if (told := stamp(text))), "")


def _either_way(picture: Picture, boxes: Sequence[Found], eyes: Eyes) -> list[Word]:
    """What stands in the boxes, also where it was put on the paper upside down."""
    cuts = [cut(picture, f) for f in boxes]
    reads = eyes.read([*cuts, *(np.ascontiguousarray(np.rot90(one, 2)) for one in cuts)])
    return [word(f, r) for f, r in zip([*boxes, *boxes], reads, strict=True)]


def _sizes(alone: Inked) -> tuple[tuple[Picture, float], ...]:
    """Stamps as they are, and at half their size: large letters in a frame, with a seal across, are lost in one."""
    picture = alone.picture
    size = (max(32, picture.shape[1] // 2), max(32, picture.shape[0] // 2))
    half: Any = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return (picture, alone.scale), (np.ascontiguousarray(half), alone.scale / 2)
