"""A stroke through an amount is a pen's; a line that goes on beyond both its ends is the rule of a table."""

from __future__ import annotations

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from bot.photo import serving
from bot.photo.ink import marked, overwritten
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


@pytest.mark.parametrize(
    ("over", "pens"),
    [
        (None, set[int]()),
        ((306, 142, 318, 168), {1}),  # a digit that a black pen wrote on the printed one
        ((240, 150, 312, 200), {1}),  # a thumb
        ((260, 176, 420, 178), set[int]()),  # the rule of a table
    ],
)
def test_a_count_with_something_broader_on_it_than_its_print(
    over: tuple[int, int, int, int] | None, pens: set[int]
) -> None:
    page = Image.new("RGB", (500, 300), (240, 240, 236))
    draw = ImageDraw.Draw(page)
    for n, count in enumerate(("3盒", "2盒", "2盒")):
        draw.text((304, 72 + 96 * n), count, (40, 40, 40), sized(SANS, 32), "ls")
    if over:
        draw.ellipse(over, fill=(30, 30, 30)) if over[3] - over[1] > 2 else draw.line(over, (30, 30, 30), 2)
    counts = tuple((Box(300, 40 + 96 * n, 64, 40),) for n in range(3))
    picture = np.ascontiguousarray(np.asarray(page)[..., ::-1])
    assert overwritten(picture, counts) == pens
    drug = ReadDrug(Field("苯磺酸氨氯地平片", 1.0), Field("5mg", 1.0), 7, 2, "exact", "A1")
    understood = Understood(Reading(True, drugs=(drug,) * 3), 5, False, (), None, "", ((),) * 3, ((),) * 3, counts)
    asked = serving._pen(understood.reading, understood, picture)  # pyright: ignore[reportPrivateUsage]
    assert [(d.pen, d.match, d.boxes) for d in asked.drugs] == [
        (n in pens, "ask" if n in pens else "exact", None if n in pens else 2) for n in range(3)
    ]


def test_one_count_alone_is_compared_with_nothing() -> None:
    page = Image.new("RGB", (500, 300), (240, 240, 236))
    ImageDraw.Draw(page).rectangle((304, 44, 340, 76), fill=(30, 30, 30))
    assert not overwritten(np.ascontiguousarray(np.asarray(page)[..., ::-1]), [[Box(300, 40, 64, 40)], []])
