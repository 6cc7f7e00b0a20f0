"""Something dark that lies on the page: a wallet, a phone, a sleeve. Pixels only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from bot.photo.pixels import Picture, cv2

_SIDE: Final = 128  # pixels of a side of the page as it is looked at
_DARK: Final = 0.45  # of the light of the paper
_LEAST: Final = 0.06  # share of the printed area that is hidden
_FULL: Final = 0.7  # of the rectangle around it: a frame, a bar code and a table's rules are not
_PAPER: Final = 90  # grey (0..255) of the page itself; a darker one is a screen at night


def hidden(grey: Picture, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether a dark thing lies on the printed area of a page."""
    page: Any = grey[top:bottom, left:right]
    if page.size < 400:
        return False
    small: Any = cv2.resize(page, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    paper = float(np.median(small))
    dark = cv2.erode((small < _DARK * paper).astype(np.uint8), np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark, connectivity=4)
    things = [(int(s[cv2.CC_STAT_AREA]), int(s[cv2.CC_STAT_WIDTH] * s[cv2.CC_STAT_HEIGHT])) for s in stats[1:]]
    return paper > _PAPER and any(a > _LEAST * dark.size and a > _FULL * around for a, around in things)
