"""Why something could not be read: measures of the pixels, asked only after reading has failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from bot.photo import reasons
from bot.photo.look import Seen
from bot.photo.ocr import Found, Picture, cut

_SMALL: Final = 19.0  # box height in original pixels; the print is about two thirds of it
_DARK: Final = 75.0  # brightness (0..255) that 98 % of the picture stays under
_SOFT: Final = 0.16  # steepest edge in shares of the contrast, per pixel of a 48-pixel line
_DRAWN: Final = 3.2  # how much steeper edges are across than along the movement
_WHITE: Final = 250


@dataclass(frozen=True, slots=True)
class Measures:
    """What the pixels show; heights in original pixels, shares and confidences 0..1."""

    text_height: float
    brightness: float
    confidence: float
    sharpness: float
    drawn: float  # 1 = the same in all directions
    white: float  # share of the page burnt out
    patch: float  # share of the page burnt out that lies in one patch, when the rest is not
    cut: frozenset[str]  # sides where print is cut by the edge of the picture
    open: frozenset[str]  # sides where the paper runs out of the picture


def reason(missing: Sequence[str], labels: int, future: bool, seen: Seen, scale: float) -> str:
    """One reason for what is missing; ``scale`` is original pixels per pixel of ``seen``."""
    m = measure(seen, scale)
    side = _side(missing, m.cut, True)
    if m.brightness < _DARK:
        return reasons.TOO_DARK
    if seen.boxes and m.text_height < _SMALL:
        return reasons.TOO_SMALL
    if m.confidence < 0.8 and m.sharpness < _SOFT * 1.5:
        return reasons.MOTION if m.drawn > _DRAWN else reasons.BLURRED
    if side:
        return side
    if labels < 3 and "drug" in missing:
        return reasons.OVEREXPOSED if m.white > 0.9 and not seen.words else reasons.NOT_A_PRESCRIPTION
    if m.patch > 0.03:
        return reasons.GLARE
    if m.sharpness < _SOFT:
        return reasons.MOTION if m.drawn > _DRAWN else reasons.BLURRED
    if (side := _side(missing, m.open, False)) and m.white < 0.6:
        return side
    if m.white > 0.4:
        return reasons.OVEREXPOSED
    if future and set(missing) <= {"date"}:
        return reasons.DATE_IN_FUTURE
    return reasons.UNREADABLE


def _side(missing: Sequence[str], touched: frozenset[str], print_cut: bool) -> str:
    """The side that explains what is missing."""
    if "bottom" in touched and "foot" in missing:
        return reasons.CROPPED_BOTTOM
    if "top" in touched and "hospital" in missing:
        return reasons.CROPPED_TOP
    if print_cut and "right" in touched:
        return reasons.CROPPED_RIGHT
    if print_cut and "left" in touched:
        return reasons.CROPPED_LEFT
    return ""


def measure(seen: Seen, scale: float) -> Measures:
    """Measure an upright picture and its boxes of text."""
    grey: Any = cv2.cvtColor(seen.picture, cv2.COLOR_BGR2GRAY)
    lines = [f for f in seen.boxes if f.w > 2 * f.h] or list(seen.boxes)
    sharpness, drawn = _edges(grey, sorted(lines, key=lambda f: -f.w * f.h)[:16])
    letters = sum(len(w.text) for w in seen.words)
    white, patch = _burnt(grey, seen)
    return Measures(
        text_height=float(np.median([f.h for f in lines])) * scale if lines else 0.0,
        brightness=float(np.percentile(grey[::4, ::4], 98)),
        confidence=sum(w.conf * len(w.text) for w in seen.words) / letters if letters else 0.0,
        sharpness=sharpness,
        drawn=drawn,
        white=white,
        patch=patch,
        cut=_cut_sides(grey, seen.boxes),
        open=_open_sides(seen.picture, seen.boxes),
    )


def _edges(grey: Any, lines: Sequence[Found]) -> tuple[float, float]:
    """(steepness, ratio of steepness across and along the direction in which edges are weakest)."""
    steep: list[float] = []
    tensor = np.zeros((2, 2))
    for crop in [cut(grey, f) for f in lines] or [grey[::4, ::4]]:
        line = np.asarray(cv2.resize(crop, (max(8, round(48 * crop.shape[1] / crop.shape[0])), 48)), np.float32)
        contrast = float(np.percentile(line, 95) - np.percentile(line, 3))
        if contrast < 12:
            continue
        gx, gy = cv2.Sobel(line, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(line, cv2.CV_32F, 0, 1, scale=0.125)
        steep.append(float(np.percentile(np.hypot(gx, gy), 98)) / contrast)
        tensor += np.array([[np.mean(gx * gx), np.mean(gx * gy)], [np.mean(gx * gy), np.mean(gy * gy)]]) / contrast**2
    weak, strong = np.linalg.eigvalsh(tensor)
    return (float(np.median(steep)) if steep else 0.0), float(np.sqrt(max(strong, 1e-9) / max(weak, 1e-9)))


def _page(seen: Seen) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the printed area."""
    height, width = seen.picture.shape[:2]
    if not seen.boxes:
        return 0, 0, width, height
    left, right = min(f.x - f.w / 2 for f in seen.boxes), max(f.x + f.w / 2 for f in seen.boxes)
    top, bottom = min(f.y - f.h / 2 for f in seen.boxes), max(f.y + f.h / 2 for f in seen.boxes)
    return max(0, int(left)), max(0, int(top)), min(width, int(right) + 1), min(height, int(bottom) + 1)


def _burnt(grey: Any, seen: Seen) -> tuple[float, float]:
    """(share of the printed area that is white, share in the largest white patch if the rest of the paper is grey)."""
    left, top, right, bottom = _page(seen)
    page = grey[top:bottom, left:right]
    if page.size < 400:
        return 0.0, 0.0
    white: npt.NDArray[Any] = (page >= _WHITE).astype(np.uint8)
    share = float(white.mean())
    solid = cv2.erode(white, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    largest = float(stats[1:, cv2.CC_STAT_AREA].max()) / page.size if len(stats) > 1 else 0.0
    paper = page[page > np.percentile(page, 30)]
    grey_share = float((paper < 240).mean())
    return share, largest if grey_share > 0.2 else 0.0


def _cut_sides(grey: Any, boxes: Sequence[Found]) -> frozenset[str]:
    """Sides where at least one line's end, or one line's height, is cut by the edge of the picture."""
    height, width = grey.shape[:2]
    touched = {"left": 0, "right": 0, "top": 0, "bottom": 0}
    for f in boxes:
        near = 0.25 * f.h
        touched["left"] += f.x - f.w / 2 < near
        touched["right"] += f.x + f.w / 2 > width - near
        touched["top"] += f.y - f.h / 2 < near / 2
        touched["bottom"] += f.y + f.h / 2 > height - near / 2
    return frozenset(side for side, times in touched.items() if times >= 1)


def _open_sides(picture: Picture, boxes: Sequence[Found]) -> frozenset[str]:
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
