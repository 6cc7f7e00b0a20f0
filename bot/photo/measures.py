"""What the pixels of a picture and its words measure: of these why.py says why something could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bot.photo.filled import by_hand, filled_in
from bot.photo.hidden import hidden, on_a_screen, patches
from bot.photo.look import Seen
from bot.photo.ocr import Found, cut
from bot.photo.pixels import cv2
from bot.photo.sides import cut_sides, open_sides

_BADLY: Final = 0.7  # confidence in a word of handwriting; print has 0.9 and more
WHITE: Final = 250  # grey (0..255) from which on paper is burnt out
_MEASURED: Final = 1280  # longest side on which edges are measured
PATCH: Final = 0.06  # share of the printed area that a burnt patch covers


@dataclass(frozen=True, slots=True)
class Measures:
    """What the pixels show; heights in original pixels, shares and confidences 0..1."""

    text_height: float
    brightness: float
    letters: int
    confidence: float
    sharpness: float
    drawn: float  # 1 = edges point all ways; of the print where there is enough of it
    drawn_all: float
    white: float  # share of the printed area burnt out
    patch: float  # share of it in one patch, a reflection
    blank: float  # the same, a reflection or not
    between: float  # share burnt out of a box of text; nine in ten have more; ``white`` without boxes
    paper: float  # grey (0..255) of the paper in a box of text; nine in ten have more
    faint: float  # as ``ink``; of the boxes, nine in ten are darker
    han: float  # share of the letters that are Chinese characters
    scrawl: float  # share of the longer words that were read badly, by their number
    ink: float  # grey (0..255) of the darkest twentieth of a box of text, the median of all
    cut: frozenset[str]  # sides where print is cut by the edge of the picture
    filled: bool  # a form that a pen filled in
    open: frozenset[str]  # sides where the paper runs out of the picture
    hidden: bool  # something dark lies on it
    share: float  # of the picture that is printed


def measure(seen: Seen, scale: float) -> Measures:
    """Measure an upright picture and its boxes of text."""
    grey: Any = cv2.cvtColor(seen.picture, cv2.COLOR_BGR2GRAY)
    lines = [f for f in seen.boxes if f.w > 2 * f.h] or list(seen.boxes)
    sharpness, drawn_all = _edges(grey)
    letters = sum(len(w.text) for w in seen.words)
    left, top, right, bottom = printed(seen)
    white, patch, blank = patches(grey[top:bottom, left:right])
    patch = 0.0 if patch and on_a_screen(seen.picture) else patch
    inks = [float(np.percentile(cut(grey, f), 5)) for f in lines]
    return Measures(
        text_height=float(np.median([f.h for f in lines])) * scale if lines else 0.0,
        brightness=float(np.percentile(grey[::4, ::4], 98)),
        letters=letters,
        confidence=sum(w.conf * len(w.text) for w in seen.words) / letters if letters else 0.0,
        sharpness=sharpness,
        drawn=_drawn(grey, sorted(lines, key=lambda f: -f.w)[:16]) if len(lines) >= 8 else 1.0,
        drawn_all=drawn_all,
        white=white,
        patch=patch,
        blank=blank,
        between=float(np.percentile([(cut(grey, f) >= WHITE).mean() for f in lines], 10)) if lines else white,
        paper=float(np.percentile([np.percentile(cut(grey, f), 80) for f in lines], 10)) if lines else 0.0,
        han=sum("\u4e00" <= c <= "\u9fff" for w in seen.words for c in w.text) / letters if letters else 0.0,
        scrawl=sum(w.conf < _BADLY for w in long) / len(long)
        if (long := [w for w in seen.words if len(w.text.strip()) > 2])
        else 0.0,
        ink=float(np.median(inks)) if inks else 255.0,
        faint=float(np.percentile(inks, 90)) if inks else 255.0,
        cut=cut_sides(seen),
        filled=filled_in(seen.picture, seen.words) or (patch < PATCH and by_hand(seen.picture, seen.words)),
        open=open_sides(seen.picture, seen.boxes),
        hidden=hidden(grey, left, top, right, bottom),
        share=(right - left) * (bottom - top) / grey.size,
    )


def _drawn(grey: Any, lines: Sequence[Found]) -> float:
    """How much the edges of print point one way: writing has strokes in all directions, moved writing has not."""
    tensor: Any = np.zeros((2, 2))
    for f in lines:
        line = np.asarray(cv2.resize(cut(grey, f), (max(8, round(48 * f.w / f.h)), 48)), np.float32)
        calm = cv2.GaussianBlur(line, (0, 0), 1.5)
        gx, gy = cv2.Sobel(calm, cv2.CV_32F, 1, 0), cv2.Sobel(calm, cv2.CV_32F, 0, 1)
        spread = float(calm.std()) + 1.0
        tensor += _tensor(gx, gy) / spread**2
    return _lopsided(tensor)


def _tensor(gx: Any, gy: Any) -> Any:
    size = max(len(gx.ravel()), 1)
    across, mixed, along = (float((a * b).sum()) / size for a, b in ((gx, gx), (gx, gy), (gy, gy)))
    return np.array([[across, mixed], [mixed, along]])


def _lopsided(tensor: Any) -> float:
    weak, strong = np.linalg.eigvalsh(tensor)
    return float(np.sqrt(max(strong, 1e-9) / max(weak, 1e-9)))


def _edges(grey: Any) -> tuple[float, float]:
    """(steepness of the steepest edges in shares of the contrast, how much they all point one way; 1 = they do not)."""
    shrink = min(1.0, _MEASURED / max(grey.shape[:2]))
    small: Any = cv2.resize(grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA) if shrink < 1 else grey
    calm = cv2.GaussianBlur(small, (0, 0), 1.2).astype(np.float32)
    contrast = float(np.percentile(calm[::4, ::4], 99) - np.percentile(calm[::4, ::4], 1))
    if contrast < 8:
        return 0.0, 1.0
    gx, gy = cv2.Sobel(calm, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(calm, cv2.CV_32F, 0, 1, scale=0.125)
    steep = np.hypot(gx, gy)
    least = float(np.percentile(steep, 98))
    gx, gy = gx[steep >= least], gy[steep >= least]
    tensor: Any = _tensor(gx, gy)
    return float(np.percentile(steep, 99.5)) / contrast, _lopsided(tensor)


def printed(seen: Seen) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the printed area."""
    height, width = seen.picture.shape[:2]
    if not seen.boxes:
        return 0, 0, width, height
    left, right = min(f.x - f.w / 2 for f in seen.boxes), max(f.x + f.w / 2 for f in seen.boxes)
    top, bottom = min(f.y - f.h / 2 for f in seen.boxes), max(f.y + f.h / 2 for f in seen.boxes)
    return max(0, int(left)), max(0, int(top)), min(width, int(right) + 1), min(height, int(bottom) + 1)
