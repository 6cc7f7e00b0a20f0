"""A second look: at places where a count should stand, and at the right half of the drug lines when counts are lost."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from bot.photo.look import brightened, word
from bot.photo.ocr import Eyes, Found, cut
from bot.photo.pixels import Picture, cv2
from bot.photo.understand import Area, Spot
from bot.photo.words import Word

_COUNT = re.compile(r"(?:[/盒]+\s*)?((?:[xX×*]\s*)?\d{1,2}\s*[盒瓶支袋包]?)")
_SURE: Final = 0.7  # of every character of a count
_GROWN: Final = 2.0  # most that a part of the picture is enlarged
_SEEN: Final = 960  # pixels the detector sees


def counts_at(picture: Picture, spots: Sequence[Spot], eyes: Eyes) -> tuple[Word, ...]:
    """Counts read at given places: single digits escape the detector."""
    bright = brightened(picture)
    found = [Found(s.x, s.y, 2.6 * s.h, s.h, math.atan(s.slope), 1.0) for s in spots]
    words = (word(f, r) for f, r in zip(found, eyes.read([cut(bright, f) for f in found]), strict=True))
    counts = ((w, _COUNT.fullmatch(w.text.strip())) for w in words if w.low > _SURE)
    return tuple(replace(w, text=m[1], sure=(), at=(), second=()) for w, m in counts if m)


def counts_in(picture: Picture, area: Area, eyes: Eyes, known: Sequence[Word]) -> tuple[Word, ...]:
    """Counts found in a part of the picture, enlarged, where no word was found before."""
    height, width = picture.shape[:2]
    left, top = max(0, int(area.left)), max(0, int(area.top))
    right, bottom = min(width, int(area.right) + 1), min(height, int(area.bottom) + 1)
    if min(right - left, bottom - top) < 32:
        return ()
    part = np.ascontiguousarray(brightened(picture)[top:bottom, left:right])
    grown = max(1.0, min(_GROWN, _SEEN / max(part.shape[:2])))
    large = cv2.resize(part, None, fx=grown, fy=grown, interpolation=cv2.INTER_CUBIC) if grown > 1 else part
    found = [
        replace(f, x=f.x / grown + left, y=f.y / grown + top, w=f.w / grown, h=f.h / grown, angle=math.atan(area.slope))
        for f in eyes.find(large)
    ]
    new = [f for f in found if f.w < 5 * f.h and not any(_covers(w, f) for w in known)]
    words = (word(f, r) for f, r in zip(new, eyes.read([cut(picture, f) for f in new]), strict=True))
    return tuple(w for w in words if w.low > _SURE and _COUNT.fullmatch(w.text.strip()))


def _covers(w: Word, f: Found) -> bool:
    return abs(w.x - f.x) < (w.w + f.w) / 2 and abs(w.y + (f.x - w.x) * w.slope - f.y) < (w.h + f.h) / 3
