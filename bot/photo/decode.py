"""Bytes to pixels and back, within limits. Runs in the worker process only."""

from __future__ import annotations

from typing import Any

import numpy as np

from bot.photo import reasons
from bot.photo.gate import whole
from bot.photo.look import FULL_SIDE
from bot.photo.pixels import Picture, cv2


class Undecodable(Exception):
    """The file cannot become a picture; ``reason`` is one of bot.photo.reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode(data: bytes) -> tuple[Picture, float]:
    """The picture in BGR, turned as its EXIF says, at most FULL_SIDE long, and original pixels per pixel of it.

    Raises Undecodable.
    """
    verdict = whole(data)
    if not verdict.ok:
        raise Undecodable(verdict.reason)
    longest = max(verdict.width, verdict.height)
    flag = cv2.IMREAD_COLOR
    if verdict.kind == "jpeg" and longest >= 2 * FULL_SIDE:
        flag = cv2.IMREAD_REDUCED_COLOR_4 if longest >= 4 * FULL_SIDE else cv2.IMREAD_REDUCED_COLOR_2
    picture: Any = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    if picture is None:
        raise Undecodable(reasons.BROKEN)
    shrink = FULL_SIDE / max(picture.shape[:2])
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return picture, longest / max(picture.shape[:2])


def encode(picture: Picture, quality: int = 85) -> bytes:
    """A JPEG of the pixels alone: no EXIF, no place, no thumbnail."""
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise Undecodable(reasons.BROKEN)
    return bytes(data)
