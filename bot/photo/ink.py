"""Ink that came after the print: strokes through an amount, a pen's colour over or above it, stamps. Pixels only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from bot.photo.pixels import Picture, cv2
from bot.photo.reading import Box
from bot.photo.words import Word

RED: Final = 2  # of the channels of a picture
BLUE: Final = 0  # ... violet is nearer to it than to red
GREEN: Final = 1
_COLOUR: Final = 45  # how much a channel must be ahead of the others, more than on the paper around
_FAINT_INK: Final = 22  # the same of a worn stamp, of which every stroke is seen together
_SHADE: Final = 0.4  # of the light of white paper; what is darker is not told from noise
_SHARE: Final = 0.012  # of the pixels around an amount that are of such ink
_ACROSS: Final = 0.94  # of an amount's width that one stroke darkens
_RULE: Final = 0.2  # of an amount's height from its top: what lies higher crosses no digit
_STAMP: Final = 0.0006  # share of a picture that the letters of a stamp cover
_SEEN: Final = 512  # pixels of the longest side in which stamps are looked for
_DARK: Final = 10  # per cent of the pixels of a word that are its ink
_TINT: Final = 12  # as _COLOUR, of print that is coloured throughout
_MOST: Final = 0.8  # of the words of a page that is printed in colour
_FEWEST: Final = 4
_HEAD_RE: Final = re.compile(r"R[Ppx]?\s?[.:：]?")
_LEANS: Final = (0.0, -0.08, -0.06, -0.04, -0.02, 0.02, 0.04, 0.06, 0.08)  # of a rule, on a page that is held askew
_WEAK: Final = 0.6  # of the colour of ink: a thin rule has less of it in places
_FINE: Final = 0.14  # of the height of print: its strokes are no broader
_HEIGHT: Final = 40  # of an amount as it is looked at
BROAD: Final = 2.4  # times the strokes of the other counts; of 2707, pens and thumbs among them, 13 had more than 2.0
BROADER: Final = 3.3  # the same of all amounts, which are printed in several sizes; of 10125 had 13 more
_FAINT: Final = 20  # greys from paper to ink; less is no print
_ACROSS_ALL: Final = 600  # pixels of the longest side in which strokes over a whole page are looked for
_LONG: Final = 0.3  # of the picture's diagonal that each of two crossing strokes has; nothing printed has
_STRAIGHT: Final = 0.4  # of it that runs straight
_SLANTS: Final = (20.0, 75.0)  # degrees: what leans less is a rule, more a fold or an edge


def printed_in(picture: Picture, boxes: Sequence[Box]) -> frozenset[int]:
    """The channels (BLUE, RED) in which the print itself is coloured: that of a carbon copy is blue throughout."""
    inks = [_ink(_part(picture, b.x, b.y, b.x + b.w, b.y + b.h)) for b in boxes if min(b.w, b.h) >= 8]
    if len(inks) < _FEWEST:
        return frozenset()
    return frozenset(c for c in (BLUE, RED) if sum(ink[c] for ink in inks) >= _MOST * len(inks))


def headless(picture: Picture, words: Sequence[Word]) -> Picture:
    """The picture without the head of its list, Rp: a form prints it in red, right above the first drug."""
    heads = [w for w in words if _HEAD_RE.fullmatch(w.text)]
    bare = picture.copy() if heads else picture
    for w in heads:
        part = _part(bare, round(w.left), round(w.y - w.h / 2), round(w.right), round(w.y + w.h / 2))
        part[...] = np.median(part.reshape(-1, 3), axis=0).astype(np.uint8) if part.size else 0
    return bare


def tinted(picture: Picture, box: Box, printed: frozenset[int] = frozenset()) -> bool:
    """Whether what stands in ``box`` is written in another colour than the print's: too short to be struck out."""
    part = _part(picture, box.x, box.y, box.x + box.w, box.y + box.h)
    return min(part.shape[:2]) >= 8 and any(_ink(part, _COLOUR)[c] for c in {BLUE, RED} - printed)


def _ink(part: Any, least: int = _TINT) -> tuple[bool, bool, bool]:
    """In which channels the ink of a part is coloured, all of it: where a pen wrote over black print, both are dark."""
    grey = part.mean(axis=2)
    dark = grey <= np.percentile(grey, _DARK)
    light = float(np.percentile(part.max(axis=2), 90)) / 255
    taken = np.median(_ahead(part)[dark], axis=0)
    blue, green, red = (bool(c > least * max(light, _SHADE)) for c in taken)
    return blue, green, red


def marked(picture: Picture, box: Box, printed: frozenset[int] = frozenset()) -> bool:
    """Whether the amount in ``box`` is struck through, or written over or above in another colour than the print's."""
    tall = max(box.h, 8)
    around = _part(picture, box.x - tall // 4, box.y - tall * 3 // 4, box.x + box.w + tall // 4, box.y + tall * 5 // 4)
    inside = _part(picture, box.x, box.y, box.x + box.w, box.y + box.h)
    if min(around.shape[:2]) < 8 or min(inside.shape[:2]) < 8:
        return False
    top = min(box.y, tall * 3 // 4)  # of the amount, in the part around it
    return _coloured(around, printed, slice(top + tall // 5, top + tall * 4 // 5)) or (
        _struck(inside) and not _ruled(picture, box)
    )


def overwritten(picture: Picture, counts: Sequence[Sequence[Box]], least: float = BROAD) -> frozenset[int]:
    """The drugs (by place) with something ``least`` times as broad over a count as the strokes of all: a digit that a
    black pen wrote on a printed one, a thumb. A page prints its counts in one weight."""
    broad = [[_broadest(_part(picture, b.x, b.y, b.x + b.w, b.y + b.h)) for b in some] for some in counts]
    all_ = [n for some in broad for n in some if n is not None]
    strokes = [n for n in all_ if n]
    if len(all_) < 2 or 2 * len(strokes) < len(all_):
        return frozenset()
    usual = float(np.median(strokes))
    return frozenset(n for n, some in enumerate(broad) if any(b == 0 or (b or 0) > least * usual for b in some))


@dataclass(frozen=True, slots=True)
class Inked:
    """The ink of one colour, cut out of a picture, as black on white; ``scale`` is its pixels per pixel of that."""

    picture: Picture
    scale: float


def broad_strokes(picture: Picture, usual: float) -> Picture:
    """The picture without the fine strokes of print whose letters are ``usual`` pixels high: what is broader stays."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    size = max(3, round(_FINE * usual) | 1)
    left: Any = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return cv2.cvtColor(left, cv2.COLOR_GRAY2BGR)


def ink_alone(picture: Picture, channel: int = RED) -> Inked | None:
    """None where there is too little ink of that colour for a stamp."""
    ahead = _ahead(picture)[..., channel]
    inked = ahead > _FAINT_INK
    if float(inked.mean()) < _STAMP:
        return None
    across, down = (np.flatnonzero(inked.sum(axis=axis) > 1) for axis in (0, 1))
    if not len(across) or not len(down):
        return None
    part = ahead[down[0] : down[-1] + 1, across[0] : across[-1] + 1].astype(np.float32)
    strong = max(float(np.percentile(part[part > _FAINT_INK], 80)), _FAINT_INK)
    grey: Any = 255 - np.clip(part * (255 / strong), 0, 255).astype(np.uint8)
    scale = min(1.0, _SEEN / max(grey.shape))
    size = (max(32, round(grey.shape[1] * scale)), max(32, round(grey.shape[0] * scale)))
    small: Any = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return Inked(np.ascontiguousarray(np.repeat(small[..., None], 3, axis=2)), scale)


def crossed(picture: Picture) -> bool:
    """Whether two strokes cross over the page, which strike it out whole. One alone says that no drug follows
    (China's Prescription Management Measures, art. 6)."""
    grey: Any = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    scale = _ACROSS_ALL / max(grey.shape)
    small: Any = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    fine: Any = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    darkest = float(np.percentile(fine, 99.5))
    if darkest < _FAINT:
        return False
    _, pieces, sizes, _ = cv2.connectedComponentsWithStats((fine > 0.4 * darkest).astype(np.uint8))
    long = _LONG * float(np.hypot(*small.shape))
    wide = [n for n, (_, _, w, h, _) in enumerate(sizes) if n and w > 0.5 * long and h > 0.5 * long]
    return any(_leanings((pieces == n).astype(np.uint8), long) == {True, False} for n in wide)


def _leanings(piece: Any, long: float) -> set[bool]:
    """Which ways the strokes of a piece lean that are so long: down, up. A hand draws it of several straight ones."""
    lines: Any = cv2.HoughLinesP(piece, 1, np.pi / 180, 30, minLineLength=_STRAIGHT * long, maxLineGap=4)
    ends = np.array([] if lines is None else lines, np.float64).reshape(-1, 2, 2)
    across, down = np.moveaxis(ends[:, 1] - ends[:, 0], 1, 0)
    lean = np.degrees(np.arctan2(np.abs(down), np.abs(across)))
    slants = (lean >= _SLANTS[0]) & (lean <= _SLANTS[1])
    ways = ((way, ends[slants & ((down * across > 0) == way)].reshape(-1, 2)) for way in (True, False))
    return {way for way, points in ways if len(points) and float(np.hypot(*np.ptp(points, axis=0))) > long}


def _part(picture: Picture, left: int, top: int, right: int, bottom: int) -> Any:
    height, width = picture.shape[:2]
    return picture[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]


def _ahead(picture: Any) -> Any:
    """By how much each channel is ahead of the greater of the others, less than it is on the paper."""
    wide = picture.astype(np.int16)
    blue, green, red = wide[..., 0], wide[..., 1], wide[..., 2]
    out = np.stack(
        [blue - np.maximum(green, red), green - np.maximum(blue, red), red - np.maximum(blue, green)], axis=2
    )
    return out - np.maximum(np.median(out.reshape(-1, 3), axis=0).astype(np.int16), 0)


def _coloured(part: Any, printed: frozenset[int], core: slice) -> bool:
    ahead = _ahead(part)
    light = float(np.percentile(part.max(axis=2), 90)) / 255  # in the shade colours lie nearer to each other
    band = np.maximum(np.median(ahead, axis=1, keepdims=True), 0)  # of another paper, or of what a label is stuck on
    band[core] = 0
    least = _COLOUR * max(light, _SHADE)
    some = ((ahead[..., c] - band[..., c]) / least for c in {BLUE, RED} - printed)
    return any(float((c > 1).mean()) > _SHARE and float(_ruleless(c, core).mean()) > _SHARE for c in some)


def _ruleless(colour: Any, core: slice) -> Any:
    """What is as coloured as ink (1) in a part, without the rules of a form that is printed in colour: upright ones
    from end to end of it, and level ones above and below the amount; through its ``core`` a level line is a stroke."""
    height, width = colour.shape
    rules = (colour > _WEAK).astype(np.uint8)
    upright = _lines(rules.T.copy(), round(0.7 * height)).T
    level = _lines(rules, round(0.7 * width))
    level[core] = 0
    return (colour > 1) * (1 - np.maximum(upright, level))


def _lines(inked: Any, length: int) -> Any:
    """What belongs to lines along the rows of a part, ``length`` pixels long at least, on a page that leans too."""
    height, width = inked.shape
    found: Any = np.zeros_like(inked)
    for lean in _LEANS:
        level = np.array([[1, 0, 0], [lean, 1, -lean * width / 2]], np.float32)
        turned = cv2.warpAffine(inked, level, (width, height), flags=cv2.INTER_NEAREST)
        joined = cv2.morphologyEx(turned, cv2.MORPH_CLOSE, np.ones((1, 9), np.uint8))
        thick = cv2.dilate(joined, np.ones((5, 1), np.uint8))
        line: Any = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, max(9, length)), np.uint8))
        back = cv2.warpAffine(line, level, (width, height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)
        found = np.maximum(found, back)
    return found


def _broadest(part: Any) -> float | None:
    """The breadth of the broadest stroke of dark ink on light paper, in shares of the height; 0 where most is dark, as
    on a screen at night or under a thumb; None without any print."""
    if min(part.shape[:2]) < 8:
        return None
    grey: Any = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    paper, ink = (float(np.percentile(grey, p)) for p in (90, 3))
    if paper - ink < _FAINT:
        return None
    if np.median(grey) < (paper + ink) / 2:
        return 0.0
    dark = cv2.copyMakeBorder((grey < (paper + ink) / 2).astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    return 2 * float(cv2.distanceTransform(dark, cv2.DIST_L2, 5).max()) / grey.shape[0]


def _ruled(picture: Picture, box: Box) -> bool:
    """Whether a line goes on beyond both ends of what it crosses: the rule of a table, and no pen's stroke."""
    wide = _part(picture, box.x - 2 * box.h, box.y, box.x + box.w + 2 * box.h, box.y + box.h)
    return box.x > 2 * box.h and _struck(wide, whole=True)


def _struck(part: Any, *, whole: bool = False) -> bool:
    """A straight stroke through most of an amount, or from end to end of the ``whole`` part: no line of print is dark
    all along, and what a value stands on lies lower."""
    grey: Any = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    small: Any = cv2.resize(grey, (max(8, round(_HEIGHT * grey.shape[1] / grey.shape[0])), _HEIGHT))
    paper, ink = float(np.percentile(small, 90)), float(np.percentile(small, 3))
    if np.median(small) < (paper + ink) / 2:  # light print on a dark screen
        small = 255 - small
        paper, ink = float(np.percentile(small, 90)), float(np.percentile(small, 3))
    dark = small < (paper + ink) / 2
    margin = 0.02 if whole else 0.15
    x = np.arange(round(margin * dark.shape[1]), round((1 - margin) * dark.shape[1]))
    ends = np.arange(round(0.12 * _HEIGHT), round(0.8 * _HEIGHT))
    rise = (x - x[0]) / max(len(x) - 1, 1)
    y = np.rint(ends[:, None, None] + (ends[None, :, None] - ends[:, None, None]) * rise).astype(int)
    through = ends[:, None] + ends[None, :] > 2 * _RULE * _HEIGHT  # the rule above a cell may lie within its box
    return float((dark[y, x].mean(axis=2) * through).max()) > _ACROSS
