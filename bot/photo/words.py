"""A piece of printed text with its place. The seam between seeing (ocr.py) and understanding (rows.py and on)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """One detected run of text in the upright picture.

    ``x``, ``y`` is the centre of the box, ``w`` along and ``h`` across the writing, ``slope`` is dy/dx of the writing.
    ``low`` is the least sure character's confidence, ``sure`` every character's, ``at`` each one's place (0..1).
    """

    text: str
    conf: float
    low: float
    x: float
    y: float
    w: float
    h: float
    slope: float
    sure: tuple[float, ...] = ()
    at: tuple[float, ...] = ()
    second: tuple[str, ...] = ()  # what an unsure character would be otherwise

    @property
    def left(self) -> float:
        return self.x - self.w / 2

    @property
    def right(self) -> float:
        return self.x + self.w / 2
