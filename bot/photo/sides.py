"""Which sides of a picture its page runs out of: print that the edge cuts, paper that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.photo.look import Seen
from bot.photo.ocr import Found, cut
from bot.photo.pixels import Picture, cv2


def cut_sides(seen: Seen, least: int = 1) -> frozenset[str]:
    """Sides where at least so many lines' ends, or one line's height, are cut by the edge of the picture."""
    height, width = seen.picture.shape[:2]
    touched = {"left": 0, "right": 0, "top": 0, "bottom": 0}
    for f in seen.boxes:
        near = 0.25 * f.h
        touched["left"] += f.x - f.w / 2 < near
        touched["right"] += f.x + f.w / 2 > width - near
        touched["top"] += f.y - f.h / 2 < near / 2
        touched["bottom"] += f.y + f.h / 2 > height - near / 2
    return frozenset(side for side, times in touched.items() if times >= (least if side in ("left", "right") else 1))


def open_sides(picture: Picture, boxes: Sequence[Found]) -> frozenset[str]:
    """Sides at whose edge the picture still shows paper: as bright and as colourless as around the print."""
    if not boxes:
        return frozenset()
    height, width = picture.shape[:2]
    band = max(4, min(height, width) // 100)
    small: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB)
    ends = {
        "top": (small[:band], min(boxes, key=lambda f: f.y)),
        "bottom": (small[-band:], max(boxes, key=lambda f: f.y)),
        "left": (small[:, :band], min(boxes, key=lambda f: f.x - f.w / 2)),
        "right": (small[:, -band:], max(boxes, key=lambda f: f.x + f.w / 2)),
    }
    return frozenset(side for side, (edge, box) in ends.items() if _is_paper(edge, cut(small, box)))


def _is_paper(edge: Any, crop: Any) -> bool:
    pixels = crop.reshape(-1, 3).astype(np.float32)
    paper = np.median(pixels[pixels[:, 0] >= np.percentile(pixels[:, 0], 60)], axis=0)
    strip = edge.reshape(-1, 3).astype(np.float32)
    alike = (strip[:, 0] > 0.72 * paper[0]) & (np.hypot(strip[:, 1] - paper[1], strip[:, 2] - paper[2]) < 10)
    return float(alike.mean()) > 0.5
