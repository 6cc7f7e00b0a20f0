"""What hides a page: something dark that lies on it (a wallet, a phone, a sleeve), the light of a lamp. Pixels only."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from bot.photo.pixels import Picture, cv2

_SIDE: Final = 128  # pixels of a side of the page as it is looked at
_DARK: Final = 0.45  # of the light of the paper
_LEAST: Final = 0.06  # share of the printed area that is hidden
_FULL: Final = 0.7  # of the rectangle around it: a frame, a bar code and a table's rules are not
_PAPER: Final = 90  # grey (0..255) of the page itself; a darker one is a screen at night
_WHITE: Final = 250
_SHADED: Final = 240  # grey of the paper around a reflection; paper under a bright lamp fades away more slowly
_PAINTED: Final = 0.72  # of what is not white, just as what is left of it; of 16 photos with glare 0.6 at most
_AROUND: Final = (9, 13)  # from where to where around it, in 128ths of the page


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


def burnt(picture: Picture) -> float:
    """The share (0..1) of a picture that is white in all colours."""
    return float((picture[::4, ::4].min(axis=2) >= _WHITE).mean())


def patches(page: Any) -> tuple[float, float, float]:
    """The shares (0..1) of a grey page that are white: all of it; the largest patch without anything on it, where that
    is a reflection; the same in any case."""
    if page.size < 400:
        return 0.0, 0.0, 0.0
    share = float((page >= _WHITE).mean())
    small: Any = cv2.resize(page, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    white = cv2.erode((small >= _WHITE).astype(np.uint8), np.ones((3, 3), np.uint8))
    _, places, stats, _ = cv2.connectedComponentsWithStats(white, connectivity=4)
    if len(stats) < 2:
        return share, 0.0, 0.0
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    area = float(stats[largest, cv2.CC_STAT_AREA]) / white.size
    return share, area if reflects(small, places == largest, white) else 0.0, area


def on_a_screen(picture: Picture) -> bool:
    """Whether it is a screenshot: no lamp shines on that. A machine paints areas of one colour, a lens never does."""
    some = picture[::4].astype(np.int16)
    steps = np.abs(np.diff(some, axis=1)).max(axis=2)[some[:, 1:].min(axis=2) < _WHITE]
    return bool(steps.size) and float((steps == 0).mean()) > _PAINTED


def reflects(page: Any, patch: Any, burnt: Any) -> bool:
    """Whether the paper around a burnt patch is soon darker: a lamp's reflection has an end, bright paper fades."""
    near, far = (cv2.dilate(patch.astype(np.uint8), np.ones((2 * n + 1, 2 * n + 1), np.uint8)) for n in _AROUND)
    around: Any = (far > 0) & (near == 0) & (burnt == 0)
    paper: Any = cv2.dilate(page, np.ones((5, 5), np.uint8))[around]  # without its print
    return paper.size == 0 or float(np.median(paper)) < _SHADED
