"""A form filled in by pen is told from print by its ink and by how it is read; blue print is print."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np

from bot.photo.filled import filled_in
from bot.photo.pixels import Picture
from bot.photo.words import Word

BLACK, BLUE, VIOLET = (30, 28, 26), (160, 60, 30), (150, 40, 90)  # BGR


def written(inks: list[tuple[tuple[int, int, int], float]], light: float = 1.0) -> tuple[Picture, list[Word]]:
    """A page with a word a line, each as strokes of its ink, and read so surely."""
    picture = np.full((60 * len(inks), 400, 3), 245, np.uint8)
    words = []
    for n, (ink, conf) in enumerate(inks):
        y = 60 * n + 30
        for x in range(60, 300, 12):
            picture[y - 12 : y + 12, x : x + 3] = ink
        words.append(Word("缬沙坦胶囊", conf, conf, 180, y, 260, 30, 0.0))
    return (picture * light).astype(np.uint8), words


FORM = [(BLACK, 0.99)] * 6


@pytest.mark.parametrize("light", [1.0, 0.5])
@pytest.mark.parametrize("ink", [BLUE, VIOLET])
def test_a_form_that_a_pen_filled_in(ink: tuple[int, int, int], light: float) -> None:
    assert filled_in(*written([*FORM, *[(ink, 0.85)] * 6], light))


def test_a_clear_hand_is_told_by_its_least_sure_characters() -> None:
    """Each word read at 0.97 in the mean, and one character of it at 0.85."""
    picture, words = written([*FORM, *[(BLUE, 0.97)] * 6])
    assert not filled_in(picture, words)
    assert filled_in(picture, [replace(w, low=0.85) if w.conf < 0.98 else w for w in words])


@pytest.mark.parametrize(
    "inks",
    [
        [*FORM, *[(BLUE, 0.98)] * 9],  # the values printed in blue, as by a ribbon
        [*FORM, *FORM, *[(BLUE, 0.7)] * 2],  # a note by pen
        [*FORM, *[(BLACK, 0.85)] * 6],  # print that was read badly
        [(BLUE, 0.85)] * 9,  # a carbon copy has one ink
        [],
    ],
    ids=["blue print", "a note", "bad print", "a copy", "nothing"],
)
def test_what_is_no_such_form(inks: list[tuple[tuple[int, int, int], float]]) -> None:
    picture, words = written(inks) if inks else (np.full((60, 60, 3), 245, np.uint8), [])
    assert not filled_in(picture, words)
