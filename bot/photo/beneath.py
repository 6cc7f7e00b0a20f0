"""Print of what a page lies on: a newspaper, another page turned over. It is paler than the page's own, and runs out of
the picture on its sides. Pixels and places only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from bot.photo.look import Seen
from bot.photo.ocr import Found
from bot.photo.pixels import cv2

_FEWEST: Final = 6  # boxes at an edge: a page that is cut off has them too, but its print is as dark there as elsewhere
_PALER: Final = 0.62  # of the ink of the page's own print
_PALEST: Final = 0.4  # ... where a few words alone run out of the picture
_NEAR: Final = 0.25  # heights of a line to the edge of the picture
_SPREAD: Final = 1.15  # what lies beneath is of one ink


def without_beneath(seen: Seen) -> Seen:
    """The page alone; as it was, where nothing lies beneath it."""
    grey: Any = cv2.cvtColor(seen.picture, cv2.COLOR_BGR2GRAY)
    ink = {(f.x, f.y): _ink(grey, f) for f in seen.boxes}
    edge = {(f.x, f.y) for f in seen.boxes if _at_edge(f, grey.shape)}
    own = [v for at, v in ink.items() if at not in edge]
    usual = float(np.median(own)) if len(own) >= _FEWEST else 0.0
    outer = [ink[at] for at in edge if ink[at] < _PALER * usual]
    if not outer:
        return seen
    few = len(outer) < _FEWEST  # then they alone are left out, where nobody takes them for the page's
    pale = _PALEST * usual if few else _SPREAD * float(np.percentile(outer, 90))
    dark = [v for v in own if v > pale]
    if len(dark) < _FEWEST:
        return seen
    inner, outermost = (0.0, pale) if few else (pale, _PALER * float(np.median(dark)))
    gone = {at for at, v in ink.items() if v <= (outermost if at in edge else inner)}
    if not gone:
        return seen
    return replace(
        seen,
        words=tuple(w for w in seen.words if (w.x, w.y) not in gone),
        boxes=_kept(seen.boxes, gone),
        standing=tuple(f for f in seen.standing if _ink(grey, f) > pale),
    )


def _kept(boxes: Sequence[Found], gone: set[tuple[float, float]]) -> tuple[Found, ...]:
    return tuple(f for f in boxes if (f.x, f.y) not in gone)


def _at_edge(f: Found, size: tuple[int, ...]) -> bool:
    near, (height, width) = _NEAR * f.h, size[:2]
    sides = f.x - f.w / 2 < near or f.x + f.w / 2 > width - near
    return sides or f.y - f.h / 2 < near / 2 or f.y + f.h / 2 > height - near / 2


def _ink(grey: Any, f: Found) -> float:
    """How much of the light of its paper the ink in a box takes, whatever the light: 0..1."""
    top, left = max(0, round(f.y - f.h / 2)), max(0, round(f.x - f.w / 2))
    part = grey[top : round(f.y + f.h / 2), left : round(f.x + f.w / 2)]
    if part.size < 16:
        return 1.0
    paper, ink = (float(v) for v in np.percentile(part, (85, 4)))
    return (paper - ink) / max(paper, 1.0)
