"""Recognising a prescription again without keeping it (R8): keyed hashes of its number, its content and its looks.

Standard library only: the worker measures the looks (a vector of numbers), this module hides them behind a key.
"""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Sequence
from functools import lru_cache
from operator import mul
from typing import Final

from bot.photo.names import fold
from bot.photo.reading import Reading

BITS: Final = 256
SAME: Final = 36  # bits two hashes of one photo may differ by; measured in bench/photo.py
_BAND: Final = 8  # bits


def picture_hash(looks: Sequence[float], key: bytes) -> str:
    """A keyed perceptual hash in hex: near pictures give near hashes, and nothing can be said without the key."""
    if not looks:
        return ""
    signs = 0
    for plane in _planes(key, len(looks)):
        signs = signs << 1 | (sum(map(mul, plane, looks)) > 0)
    return f"{signs:0{BITS // 4}x}"


@lru_cache(maxsize=4)
def _planes(key: bytes, size: int) -> tuple[tuple[float, ...], ...]:
    seed = int.from_bytes(hmac.new(key, f"planes {size}".encode(), hashlib.sha256).digest())
    draw = random.Random(seed)  # noqa: S311 the secret is the key, and planes are not tokens
    return tuple(tuple(draw.gauss(0, 1) for _ in range(size)) for _ in range(BITS))


def distance(a: str, b: str) -> int:
    """Bits by which two picture hashes differ; BITS when one is empty."""
    return (int(a, 16) ^ int(b, 16)).bit_count() if a and b else BITS


def same_picture(a: str, b: str) -> bool:
    """Whether two hashes are of one photo, sent again, shrunk or compressed anew."""
    return distance(a, b) <= SAME


def bands(picture: str) -> tuple[str, ...]:
    """Pieces of a hash to look it up by: two hashes of one picture share one (by chance not
    once in 10,000), so an index finds it."""
    step = _BAND // 4
    return tuple(f"{i:x}{picture[i * step : (i + 1) * step]}" for i in range(len(picture) // step))


def number_key(reading: Reading, key: bytes) -> str:
    """Keyed hash of the prescription's own number, "" where none was read.

    Numbers repeat between hospitals and visits, so the hospital and the day go in.
    """
    if reading.hospital is None or reading.date is None or reading.number is None:
        return ""
    return _keyed(key, "number", fold(reading.number.value), fold(reading.hospital.value), reading.date.value)


def prescription_keys(reading: Reading, key: bytes) -> tuple[str, ...]:
    """Keyed hashes by which the same prescription is found again: of its number, and of what it says.

    Empty for an unreadable page.
    """
    if reading.hospital is None or reading.date is None:
        return ()
    number = number_key(reading, key)
    out = [number] if number else []
    if reading.patient and reading.drugs:
        lines = sorted(f"{fold(d.known or d.name.value)}|{d.strength.value}|{d.boxes}" for d in reading.drugs)
        where = (fold(reading.hospital.value), reading.date.value)
        out.append(_keyed(key, "content", fold(reading.patient.value), *where, *lines))
    return tuple(out)


def _keyed(key: bytes, *parts: str) -> str:
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()
