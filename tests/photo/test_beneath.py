"""What a page lies on is none of it: print that is paler than the page's own and runs out of the picture."""

from __future__ import annotations

import numpy as np
import pytest

from bot.photo.beneath import without_beneath
from bot.photo.look import Seen
from bot.photo.ocr import Found
from bot.photo.words import Word


def seen(edge: int, *, inked: int, page: int = 60, boxes: int = 8) -> Seen:
    """``boxes`` lines of a page in ink of grey ``page``, and ``edge`` lines beside it at the picture's left edge, in
    ink of grey ``inked``."""
    picture = np.full((600, 800, 3), 220, np.uint8)
    found = [Found(450, 40 + 60 * n, 300, 24, 0, 1) for n in range(boxes)]
    found += [Found(40, 20 + 40 * n, 80, 24, 0, 1) for n in range(edge)]
    for n, f in enumerate(found):
        grey = page if n < boxes else inked
        for x in range(round(f.x - f.w / 2) + 4, round(f.x + f.w / 2) - 4, 12):
            picture[round(f.y) - 8 : round(f.y) + 8, x : x + 5] = grey
    words = tuple(Word("苯磺酸", 0.99, 0.99, f.x, f.y, f.w, f.h, 0.0) for f in found)
    return Seen(picture, words, tuple(found), 0, (Found(40, 300, 80, 24, 1.5, 1),))


def test_the_pale_print_of_a_newspaper_is_left_out() -> None:
    page = without_beneath(seen(10, inked=175))
    assert [w.x for w in page.words] == [f.x for f in page.boxes] == [450] * 8
    assert page.standing == ()


def test_a_word_or_two_of_it_are_left_out_where_they_are_very_pale() -> None:
    assert [w.x for w in without_beneath(seen(2, inked=175)).words] == [450] * 8


@pytest.mark.parametrize(
    ("edge", "inked", "paper"),
    [(10, 60, 60), (5, 130, 60), (10, 110, 60), (10, 175, 175), (0, 175, 60)],
    ids=["as dark as the page", "a few lines", "nearly as dark", "a faint copy that is cut off", "none"],
)
def test_print_that_may_be_the_pages_own_stays(edge: int, inked: int, paper: int) -> None:
    page = seen(edge, inked=inked, page=paper)
    assert without_beneath(page) is page


def test_a_page_without_print_stays() -> None:
    page = seen(9, inked=175, boxes=0)
    assert without_beneath(page) is page
