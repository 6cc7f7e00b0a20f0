"""What a page looks like as a short vector of numbers, the same after shrinking and compressing. For seal.py."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from bot.photo.look import Seen
from bot.photo.pixels import cv2

_GRID: Final = 96
_KEEP: Final = 20  # lowest frequencies each way


def looks(seen: Seen) -> tuple[float, ...]:
    """The ink of the printed area on a small grid, as its lowest frequencies; empty where nothing is printed."""
    if len(seen.boxes) < 4:
        return ()
    slope = float(np.median([f.angle for f in seen.boxes]))
    grey: Any = cv2.cvtColor(seen.picture, cv2.COLOR_BGR2GRAY)
    points = np.array([(f.x, f.y) for f in seen.boxes], np.float32)
    turn = np.array([[math.cos(slope), math.sin(slope)], [-math.sin(slope), math.cos(slope)]], np.float32)
    level = points @ turn.T
    low, high = level.min(axis=0) - 20, level.max(axis=0) + 20
    size = (high - low) / _GRID
    # where each grid corner stands in the picture
    corners = np.array([low, (high[0], low[1]), (low[0], high[1])], np.float32) @ turn
    frame = np.array([(0, 0), (_GRID * 4, 0), (0, _GRID * 4)], np.float32)
    page: Any = cv2.warpAffine(grey, cv2.getAffineTransform(corners.astype(np.float32), frame), (_GRID * 4, _GRID * 4))
    if float(size.min()) <= 0:
        return ()
    paper: Any = cv2.morphologyEx(page, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    ink = np.asarray(cv2.resize(paper.astype(np.float32) - page, (_GRID, _GRID), interpolation=cv2.INTER_AREA))
    ink = np.minimum(ink / (np.percentile(ink, 98) + 1e-3), 1.0).astype(np.float32)
    waves: Any = cv2.dct(ink)[:_KEEP, :_KEEP]
    waves[0, 0] = 0
    return tuple(round(float(v), 3) for v in waves.ravel())
