"""A paper that a pen struck out whole is void: two strokes over the page, in whatever colour, drawn by a hand."""

from __future__ import annotations

import numpy as np
import pytest

from bot.photo.ink import crossed
from bot.photo.pixels import Picture, cv2

BLACK, RED, BLUE = (40, 40, 40), (50, 50, 190), (170, 70, 50)
DOWN, UP = ((120, 200), (900, 1250)), ((880, 180), (140, 1240))


def page() -> Picture:
    """Grey paper on a darker table, with lines of print and the rules of a table."""
    picture = np.full((1400, 1000, 3), 120, np.uint8)
    cv2.fillPoly(picture, [np.array([(60, 40), (950, 70), (930, 1360), (40, 1330)])], (225, 225, 225))
    for y in range(150, 1250, 60):
        cv2.putText(picture, "Amlodipine 5mg x 28  2 boxes", (120, y), cv2.FONT_HERSHEY_SIMPLEX, 1.0, BLACK, 2)
    for y in range(170, 800, 120):
        cv2.line(picture, (90, y), (900, y + 8), BLACK, 2)
    return picture


def stroke(picture: Picture, ends: tuple[tuple[int, int], tuple[int, int]], colour: tuple[int, int, int]) -> None:
    """A line as a hand draws it, bent by 15 pixels in its middle."""
    (ax, ay), (bx, by) = ends
    at = np.linspace(0, 1, 40)
    bend = 15 * np.sin(np.pi * at)
    points = np.stack([ax + (bx - ax) * at + bend, ay + (by - ay) * at + bend / 2], axis=1)
    cv2.polylines(picture, [points.astype(np.int32)], False, colour, 6, cv2.LINE_AA)


@pytest.mark.parametrize("colour", [BLACK, RED, BLUE], ids=["black", "red", "blue"])
def test_two_strokes_across_a_page(colour: tuple[int, int, int]) -> None:
    picture = page()
    for ends in (DOWN, UP):
        stroke(picture, ends, colour)
    assert crossed(picture)


def test_one_stroke_and_a_small_cross_strike_out_no_page() -> None:
    """A slanting line below the last drug says that no other follows; a cross may be a tick."""
    picture = page()
    assert not crossed(picture)
    stroke(picture, ((150, 900), (850, 1250)), BLACK)
    assert not crossed(picture)
    other = page()
    for ends in (((700, 300), (860, 460)), ((860, 300), (700, 460))):
        stroke(other, ends, RED)
    assert not crossed(other)
    assert not crossed(np.full((1400, 1000, 3), 200, np.uint8))
