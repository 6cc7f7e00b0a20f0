"""A stamp's letters are looked for as they are and at half their size: too large ones are lost to the networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from bot.photo import available, reasons

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np

from bot.photo import serving
from bot.photo.look import Seen
from bot.photo.ocr import Found, Read
from bot.photo.pixels import Picture

PAGE = np.full((400, 600, 3), 245, np.uint8)
PAGE[120:300, 100:460] = (40, 40, 220)  # a red patch as large as a stamp
PRINT = tuple(Found(300, 40 * n + 20, 300, 20, 0.0, 0.9) for n in range(8))


class Eyes:
    """Sees one word, a third of the picture high, in pictures no wider than ``widest``; remembers what it was shown."""

    def __init__(self, text: str, widest: int) -> None:
        self.text, self.widest, self.shown = text, widest, list[int]()

    def find(self, picture: Picture) -> list[Found]:
        height, width = picture.shape[:2]
        self.shown.append(width)
        return [Found(width / 2, height / 2, width * 0.8, height / 3, 0.0, 0.9)] if width <= self.widest else []

    def read(self, crops: Sequence[Picture]) -> list[Read]:
        return [Read(self.text, 0.9, (0.9,) * len(self.text), (0.25, 0.75)[: len(self.text)]) for _ in crops]


def said(eyes: Eyes) -> str:
    class Server(serving.Server):
        def __init__(self) -> None:
            self._eyes: Any = eyes

        def of(self, seen: Seen) -> str:
            return self._stamp(seen)

    return Server().of(Seen(PAGE, (), PRINT, 0))


def test_letters_that_are_seen_at_half_their_size_alone() -> None:
    eyes = Eyes("作废", widest=200)
    assert said(eyes) == reasons.VOID
    assert eyes.shown[1] == pytest.approx(eyes.shown[0] / 2, abs=1)


def test_letters_that_are_seen_as_they_are_are_not_looked_for_again() -> None:
    eyes = Eyes("退费", widest=2000)
    assert said(eyes) == reasons.VOID
    assert len(eyes.shown) == 1


def test_a_stamp_that_says_something_else_stops_nothing() -> None:
    eyes = Eyes("收讫", widest=2000)
    assert said(eyes) == ""
    assert len(eyes.shown) == 3  # and once more, in whatever colour, where letters run aslant
