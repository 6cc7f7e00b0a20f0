"""A decoded picture to words: turned upright, found, read. Runs in the worker process only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from bot.photo.ocr import Eyes, Found, Read, cut
from bot.photo.pixels import Picture, cv2
from bot.photo.words import Word

FULL_SIDE: Final = 2048  # crops are cut from a picture of at most this side
_TRIALS: Final = 4  # lines read to tell which way is up
_UPRIGHT: Final = 0.85  # mean confidence that settles it
_RED: Final = 0.001  # share of the picture that a seal covers
_HALF: Final = 0.2  # confidence in a character that may be cut off
_WIDE: Final = 1.3  # of the usual step from one character to the next
_FAR: Final = 0.62  # heights of a line from one digit to the next: in one number they are 0.2 to 0.5 apart
_COLUMN: Final = (
    1.2  # heights of a line from one digit to the next: no lost point is so wide, they stand in two columns
)
_FINE_PRINT: Final = 15.0  # box height in detector pixels below which a closer look pays


@dataclass(frozen=True, slots=True)
class Seen:
    """``picture`` is upright; ``turned`` is by how many quarters it was turned clockwise; words are in its pixels."""

    picture: Picture
    words: tuple[Word, ...]
    boxes: tuple[Found, ...]
    turned: int
    standing: tuple[Found, ...] = ()  # boxes of what stands on its side, along its writing


def look(picture: Picture, eyes: Eyes) -> Seen:
    """Read a BGR picture whichever way it is turned; its longest side is at most FULL_SIDE."""
    bright = brightened(picture)
    found = _closer(bright, eyes, eyes.find(bright))
    angle = _direction(found)
    quarters = round(angle / (math.pi / 2)) % 4
    turned = (4 - quarters) % 4
    bright, found = _turn(bright, found, turned)
    standing = _standing(found, _direction_near_zero(found))
    found = _aligned(found, _direction_near_zero(found))
    tried = _longest(found)
    reads = dict(zip(tried, eyes.read([cut(bright, f) for f in tried]), strict=True))
    if tried and _mean(reads.values()) < _UPRIGHT:
        flipped = eyes.read([cut(bright, replace(f, angle=f.angle + math.pi)) for f in tried])
        if _mean(flipped) > _mean(reads.values()) + 0.1:
            standing = _turn(bright, standing, 2)[1]
            bright, found = _turn(bright, found, 2)
            found = _aligned(found, _direction_near_zero(found))
            turned, reads = (turned + 2) % 4, {}
    left = [f for f in found if f not in reads]
    reads |= dict(zip(left, eyes.read([cut(bright, f) for f in left]), strict=True))
    size = (bright.shape[1], bright.shape[0])
    words = tuple(word(f, _cut_off(f, r, size)) for f, r in reads.items() if r.text.strip())
    return Seen(np.rot90(picture, -turned) if turned else picture, words, tuple(found), turned, tuple(standing))


def without_red(picture: Picture) -> Picture | None:
    """The picture as seen through red glass, in which seals vanish; None where there is no red ink to speak of."""
    blue, green, red = (picture[..., i].astype(np.int16) for i in range(3))
    if float(((red - np.maximum(blue, green)) > 50).mean()) < _RED:
        return None
    return np.repeat(picture[..., 2:3], 3, axis=2)


def brightened(picture: Picture) -> Picture:
    """A dark picture stretched to full brightness; others as they are."""
    sample = cv2.cvtColor(picture[::8, ::8], cv2.COLOR_BGR2GRAY)
    low, high = (float(v) for v in np.percentile(sample, (1, 98)))
    if high >= 160 or high - low < 8:
        return picture
    steps = np.clip((np.arange(256, dtype=np.float32) - low) * (235 / (high - low)), 0, 255)
    stretched: Any = cv2.LUT(picture, steps.astype(np.uint8))
    return stretched


def _closer(picture: Picture, eyes: Eyes, found: list[Found]) -> list[Found]:
    """When the print is fine and the page fills only a part of the picture, look again at that part."""
    height, width = picture.shape[:2]
    scale = min(1.0, 960 / max(height, width))
    if len(found) < 4 or float(np.median([f.h for f in found])) * scale > _FINE_PRINT:
        return found
    reach = [f.w / 2 + f.h for f in found]
    left = max(0, int(min(f.x - r for f, r in zip(found, reach, strict=True))))
    top = max(0, int(min(f.y - r for f, r in zip(found, reach, strict=True))))
    right = min(width, int(max(f.x + r for f, r in zip(found, reach, strict=True))))
    bottom = min(height, int(max(f.y + r for f, r in zip(found, reach, strict=True))))
    if max(right - left, bottom - top) > 0.8 * max(height, width) or min(right - left, bottom - top) < 32:
        return found
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    grown = min(960 / max(part.shape[:2]), 2.0)
    if grown > 1:
        part = np.asarray(cv2.resize(part, None, fx=grown, fy=grown, interpolation=cv2.INTER_CUBIC), np.uint8)
    grown = max(grown, 1.0)
    return [
        replace(f, x=f.x / grown + left, y=f.y / grown + top, w=f.w / grown, h=f.h / grown) for f in eyes.find(part)
    ]


def _direction(found: Sequence[Found]) -> float:
    """The angle in which most of the writing runs, in (-pi/2, pi/2]; which of its two ends is right is not known."""
    long = [f for f in found if f.w > 2.5 * f.h] or list(found)
    sine = sum(f.w * math.sin(2 * f.angle) for f in long)
    cosine = sum(f.w * math.cos(2 * f.angle) for f in long)
    return math.atan2(sine, cosine) / 2 if long else 0.0


def _direction_near_zero(found: Sequence[Found]) -> float:
    angle = _direction(found)
    return angle - math.pi * round(angle / math.pi)


def _aligned(found: Sequence[Found], angle: float) -> list[Found]:
    """Every box seen as writing that runs in ``angle``; standing writing (seals, margins) is left out."""
    out: list[Found] = []
    for f in found:
        turn = f.angle - angle
        near = f.angle - math.pi * round(turn / math.pi)
        if abs(near - angle) > math.pi / 4:
            near -= math.copysign(math.pi / 2, near - angle)
            f = replace(f, w=f.h, h=f.w)
        if f.h <= 2.0 * f.w:
            steady = near if f.w > 1.5 * f.h else angle
            out.append(replace(f, angle=steady))
    return out


def _standing(found: Sequence[Found], angle: float) -> list[Found]:
    """The boxes that _aligned leaves out, each along its own writing."""
    kept = {(f.x, f.y) for f in _aligned(found, angle)}
    left = (f for f in found if (f.x, f.y) not in kept)
    return [f if f.w > f.h else replace(f, w=f.h, h=f.w, angle=f.angle + math.pi / 2) for f in left]


def _turn(picture: Picture, found: Sequence[Found], quarters: int) -> tuple[Picture, list[Found]]:
    """Turn clockwise by quarters, boxes with it."""
    height, width = picture.shape[:2]

    def moved(f: Found) -> Found:
        x, y = ((f.x, f.y), (height - f.y, f.x), (width - f.x, height - f.y), (f.y, width - f.x))[quarters]
        return replace(f, x=x, y=y, angle=f.angle + quarters * math.pi / 2)

    turned = [moved(f) for f in found]
    return (np.ascontiguousarray(np.rot90(picture, -quarters)) if quarters else picture), turned


def _longest(found: Sequence[Found]) -> list[Found]:
    long = sorted((f for f in found if f.w > 4 * f.h), key=lambda f: -f.w / f.h)
    return long[1 : _TRIALS + 1] if len(long) > _TRIALS else long


def _mean(reads: Any) -> float:
    values = [r.conf for r in reads]
    return sum(values) / len(values) if values else 0.0


def word(found: Found, read: Read) -> Word:
    """One box and its text as a word of the page."""
    read = _parted(read, found.w / found.h)
    printed = [s for s, c in zip(read.sure, read.text, strict=False) if not c.isspace()]
    return Word(
        text=read.text,
        conf=read.conf,
        low=min(printed, default=read.conf),
        x=found.x,
        y=found.y,
        w=found.w * abs(math.cos(found.angle)),
        h=found.h,
        slope=math.tan(max(-0.8, min(0.8, found.angle))),
        sure=read.sure,
        at=read.at,
        second=read.second,
    )


def _cut_off(found: Found, read: Read, size: tuple[int, int]) -> Read:
    """Characters at the edge of the picture may be halves of others: they are not to be trusted."""
    width, height = size
    sure = list(read.sure)
    if not sure:
        return read
    if found.x - found.w / 2 < 0:
        sure[0] = min(sure[0], _HALF)
    if found.x + found.w / 2 > width:
        sure[-1] = min(sure[-1], _HALF)
    if found.y - found.h / 2 < -0.05 * found.h or found.y + found.h / 2 > height + 0.05 * found.h:
        sure = [min(s, _HALF) for s in sure]
    return replace(read, sure=tuple(sure))


def _parted(read: Read, ratio: float) -> Read:
    """A space where characters stand wider apart than others: before 男 or 女 that is no end of a name, and between
    digits: two of them where they stand in two columns (2  50mg is the second drug), one where a point may be lost."""
    han = ["\u4e00" <= c <= "\u9fff" for c in read.text]
    steps = {i: (read.at[i] - read.at[i - 1]) * ratio for i in range(1, len(read.at)) if han[i] and han[i - 1]}
    usual = max(min(steps.values(), default=1.0), 0.45)
    wide = [i for i, s in steps.items() if read.text[i] in "男女" and s > _WIDE * usual]
    for i in _far(read, ratio):
        wide += [i, i] if (read.at[i] - read.at[i - 1]) * ratio > _COLUMN else [i]
    text, sure, at, second = list(read.text), list(read.sure), list(read.at), list(read.second)
    for i in sorted(wide, reverse=True):
        text.insert(i, " ")
        sure.insert(i, 1.0)
        at.insert(i, (read.at[i - 1] + read.at[i]) / 2)
        second.insert(i, "")
    return Read("".join(text), read.conf, tuple(sure), tuple(at), tuple(second))


def _far(read: Read, ratio: float) -> list[int]:
    """Where a digit follows another at more than _FAR, and at much more than letters and digits of this line usually
    do: full-width ones all stand far apart."""
    letters = [i for i in range(1, len(read.at)) if _narrow(read.text[i]) and _narrow(read.text[i - 1])]
    steps = {i: (read.at[i] - read.at[i - 1]) * ratio for i in letters}
    usual = sorted(steps.values())[(len(steps) - 1) // 2] if len(steps) > 2 else 0.0
    digits = [i for i in letters if read.text[i].isdigit() and read.text[i - 1].isdigit()]
    return [i for i in digits if steps[i] > max(_FAR, 1.6 * usual)]


def _narrow(char: str) -> bool:
    return char.isascii() and not char.isspace()
