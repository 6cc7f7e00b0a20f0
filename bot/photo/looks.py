"""What a picture looks like as a short vector of numbers, the same after shrinking and compressing. For seal.py."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from bot.photo.pixels import Picture, cv2

_SIDE: Final = 512  # pixels the picture is brought to, whatever its shape
_GRID: Final = 128
_LOW, _HIGH = 8, 64  # frequencies kept: those of printed lines, not of the page's shape, not of letters


def looks(picture: Picture) -> tuple[float, ...]:
    """The ink of an upright picture (what is darker than the paper around it) by frequencies; empty without any."""
    grey: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    small: Any = cv2.resize(grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    paper: Any = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((21, 21), np.uint8))
    share: Any = (paper.astype(np.float32) - small) / (paper.astype(np.float32) + 16)
    ink: Any = cv2.resize(share, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
    waves: Any = cv2.dct(ink)[:_HIGH, :_HIGH]
    across, down = np.mgrid[0:_HIGH, 0:_HIGH]
    reach = np.hypot(across, down)
    kept: Any = waves[(reach >= _LOW) & (reach < _HIGH)]
    middle = float(np.median(np.abs(kept)))
    return tuple(round(float(v), 4) for v in np.tanh(kept / middle)) if middle > 0 else ()
