"""Printed lines without a picture: words as the eyes would have seen them, on a page that may lean."""

from __future__ import annotations

from bot.photo.reading import Field
from bot.photo.words import Word

HEIGHT = 30.0  # of a box, pixels
LETTER = 20.0  # width of a Chinese character; a Latin one takes half


def width(text: str) -> float:
    return sum(LETTER if ord(c) > 255 else LETTER / 2 for c in text)


def word(text: str, x: float, y: float, *, conf: float = 0.99, slope: float = 0.0, second: str = "") -> Word:
    """A word whose left end stands at ``x`` on the line through (0, ``y``) that rises by ``slope``."""
    w = width(text)
    at = tuple((i + 0.5) / len(text) for i in range(len(text)))
    others = tuple(second or "" for _ in text) if second else ()
    middle = x + w / 2
    return Word(text, conf, conf, middle, y + middle * slope, w, HEIGHT, slope, (conf,) * len(text), at, others)


def page(*lines: str, slope: float = 0.0, pitch: float = 44.0) -> tuple[Word, ...]:
    """One line of text a line of the page; two spaces and more part words, and keep their distance."""
    words: list[Word] = []
    for n, line in enumerate(lines):
        at = 0
        for piece in _pieces(line):
            start = line.index(piece, at)
            words.append(word(piece, 40 + width(line[:start]), 60 + pitch * n, slope=slope))
            at = start + len(piece)
    return tuple(words)


def _pieces(line: str) -> list[str]:
    return [p.strip() for p in line.split("  ") if p.strip()]


def value(field: Field | None) -> str | None:
    return field.value if field else None
