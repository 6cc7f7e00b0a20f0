"""QR and bar codes in the picture. A prescription's bar code may be its number; every other code is painted over.

An insurance e-credential is a QR code: its content never leaves this module, its picture never leaves the worker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.photo.pixels import Picture, cv2, zxingcpp

_NUMBER = re.compile(r"[A-Z]{0,4}-?\d[\dA-Z-]{5,23}")
_LINEAR: Final = frozenset({"CODE128", "CODE39", "CODE93", "ITF", "CODABAR", "EAN13", "EAN8", "UPCA", "UPCE"})
_MAX: Final = 8  # codes looked at in one picture


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its corners, and its number when it is a bar code holding nothing else."""

    corners: tuple[tuple[int, int], ...]
    number: str


def codes(picture: Picture) -> tuple[Code, ...]:
    """All codes found in the upright picture."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    found: list[Code] = []
    for result in list(zxingcpp.read_barcodes(grey))[:_MAX]:
        p = result.position
        corners = tuple((c.x, c.y) for c in (p.top_left, p.top_right, p.bottom_right, p.bottom_left))
        kind = re.sub(r"[^A-Z0-9]", "", str(result.format).rsplit(".", 1)[-1].upper())
        text = result.text.strip().upper()
        number = text if kind in _LINEAR and _NUMBER.fullmatch(text) else ""
        found.append(Code(corners, number))
    return tuple(found)


def covered(picture: Picture, found: Sequence[Code], number: str) -> Picture:
    """The picture with every code painted over that is not the prescription's own number."""
    hidden = [c for c in found if not c.number or c.number != number]
    if not hidden:
        return picture
    picture = picture.copy()
    for code in hidden:
        corners = np.array(code.corners, np.float32)
        middle = corners.mean(axis=0)
        wider = (corners - middle) * 1.25 + middle  # the quiet zone and a slight misplacement
        if abs(float(cv2.contourArea(corners))) < 64:  # a bar code's position may be a line
            wider = cv2.boxPoints(cv2.minAreaRect(np.concatenate([corners - 24, corners + 24]).astype(np.float32)))
        cv2.fillConvexPoly(picture, wider.astype(np.int32), (128, 128, 128))
    return picture
