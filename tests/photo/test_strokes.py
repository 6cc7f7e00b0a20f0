"""A stroke through an amount is a pen's; a line that goes on beyond both its ends is the rule of a table."""

from __future__ import annotations

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from bot.photo import serving
from bot.photo.ink import BROADER, marked, overwritten
from bot.photo.pixels import Picture
from bot.photo.reading import Box, Field, ReadDrug, Reading
from bot.photo.understand import Understood
from tests.photo.drawing import SANS, sized

AMOUNT = Box(300, 80, 200, 40)


@pytest.mark.parametrize(
    ("stroke", "pen"),
    [
        (None, False),
        ((290, 100, 510, 102), True),
        ((310, 104, 490, 96), True),
        ((270, 98, 540, 104), True),
        ((20, 108, 780, 110), False),  # a rule, where the page is bent
        ((20, 92, 780, 88), False),
        ((285, 85, 780, 85), False),  # the rule above the first cell: it begins at the table's edge
    ],
)
@pytest.mark.parametrize("ink", [30, 70])
def test_a_stroke_and_a_rule(stroke: tuple[int, int, int, int] | None, pen: bool, ink: int) -> None:
    page = Image.new("RGB", (800, 200), (240, 240, 236))
    draw = ImageDraw.Draw(page)
    draw.text((304, 112), "80mg*7粒/盒", (40, 40, 40), sized(SANS, 32), "ls")
    if stroke:
        draw.line(stroke, fill=(ink,) * 3, width=4)
    assert marked(np.ascontiguousarray(np.asarray(page)[..., ::-1]), AMOUNT) == pen


def bgr(page: Image.Image) -> Picture:
    return np.ascontiguousarray(np.asarray(page)[..., ::-1])


def pens(page: Image.Image, **places: tuple[tuple[Box, ...], ...]) -> set[int]:
    """The drugs of three (by place) that are asked because of what lies on these places of theirs."""
    drug = ReadDrug(Field("苯磺酸氨氯地平片", 1.0), Field("5mg", 1.0), 7, 2, "exact", "A1")
    none = ((),) * 3
    understood = Understood(
        Reading(True, drugs=(drug,) * 3),
        5,
        False,
        (),
        None,
        "",
        none,
        none,
        **({"boxes": none, "amounts": none} | places),
    )
    asked = serving._pen(understood.reading, understood, bgr(page), ())  # pyright: ignore[reportPrivateUsage]
    assert all((d.match, d.boxes) == (("ask", None) if d.pen else ("exact", 2)) for d in asked.drugs)
    return {n for n, d in enumerate(asked.drugs) if d.pen}


@pytest.mark.parametrize(
    ("over", "touched"),
    [
        (None, set[int]()),
        ((306, 142, 318, 168), {1}),  # a digit that a black pen wrote on the printed one
        ((240, 150, 312, 200), {1}),  # a thumb
        ((220, 130, 362, 220), {1}),  # that hides all of it but an edge
        ((260, 176, 420, 178), set[int]()),  # the rule of a table
    ],
)
def test_a_count_with_something_broader_on_it_than_its_print(
    over: tuple[int, int, int, int] | None, touched: set[int]
) -> None:
    page = Image.new("RGB", (500, 300), (240, 240, 236))
    draw = ImageDraw.Draw(page)
    for n, count in enumerate(("3盒", "2盒", "2盒")):
        draw.text((304, 72 + 96 * n), count, (40, 40, 40), sized(SANS, 32), "ls")
    if over:
        draw.ellipse(over, fill=(30, 30, 30)) if over[3] - over[1] > 2 else draw.line(over, (30, 30, 30), 2)
    counts = tuple((Box(300, 40 + 96 * n, 64, 40),) for n in range(3))
    assert overwritten(bgr(page), counts) == touched
    assert pens(page, boxes=counts) == touched


def test_one_count_alone_is_compared_with_nothing() -> None:
    page = Image.new("RGB", (500, 300), (240, 240, 236))
    ImageDraw.Draw(page).rectangle((304, 44, 340, 76), fill=(30, 30, 30))
    assert not overwritten(bgr(page), [[Box(300, 40, 64, 40)], []])


def test_counts_on_a_screen_at_night_are_compared_with_nothing() -> None:
    page = Image.new("RGB", (500, 300), (20, 24, 30))
    for n, count in enumerate(("3盒", "2盒", "2盒")):
        ImageDraw.Draw(page).text((304, 72 + 96 * n), count, (230, 230, 230), sized(SANS, 32), "ls")
    counts = [[Box(300, 40 + 96 * n, 64, 40)] for n in range(3)]
    assert not overwritten(bgr(page), counts)


def test_amounts_need_something_broader_still() -> None:
    """They stand in several sizes, so more is print."""
    page = Image.new("RGB", (500, 300), (240, 240, 236))
    draw = ImageDraw.Draw(page)
    for n, broad in enumerate((6, 6, 17)):
        draw.line((304, 60 + 96 * n, 350, 60 + 96 * n), (40, 40, 40), broad)
    counts = tuple((Box(300, 40 + 96 * n, 64, 40),) for n in range(3))
    assert (overwritten(bgr(page), counts), overwritten(bgr(page), counts, BROADER)) == ({2}, frozenset())
    assert pens(page, amounts=counts) == set()
    draw.line((304, 252, 350, 252), (40, 40, 40), 30)
    assert pens(page, amounts=counts) == {2}
