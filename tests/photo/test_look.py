"""What a box's text becomes as a word: where characters stand far apart, two values touch."""

from __future__ import annotations

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

from bot.photo.look import word
from bot.photo.ocr import Found, Read


def seen(text: str, steps: tuple[float, ...]) -> str:
    """``steps`` are the distances between the characters in heights of the line."""
    places = [0.2]
    for step in steps:
        places.append(places[-1] + step)
    width = places[-1] + 0.2
    sure = (0.99,) * len(text)
    read = Read(text, 0.99, sure, tuple(p / width for p in places), ("",) * len(text))
    return word(Found(0, 0, 30 * width, 30, 0.0, 0.9), read).text


def test_two_numbers_in_one_box_are_parted() -> None:
    assert seen("250mg", (1.33, 0.3, 0.3, 0.4)) == "2  50mg"


def test_two_digits_with_room_for_a_point_between_them_are_not_two_columns() -> None:
    assert seen("250mg", (0.8, 0.3, 0.3, 0.4)) == "2 50mg"


def test_one_number_stays_whole_even_in_wide_print() -> None:
    assert seen("250mg", (0.35, 0.3, 0.3, 0.4)) == "250mg"
    assert seen("1250", (0.7, 0.72, 0.7)) == "1250"


def test_full_width_print_stays_whole() -> None:
    """２０ｍｇ is read as narrow characters that all stand far apart."""
    assert seen("20mg*14", (0.95, 0.95, 0.95, 0.95, 0.95, 0.95)) == "20mg*14"
