"""A stroke through an amount is a pen's; a line that goes on beyond both its ends is the rule of a table."""

from __future__ import annotations

import pytest

from bot.photo import available

if not available():
    pytest.skip("the extra ocr is not installed", allow_module_level=True)

import numpy as np
from PIL import Image, ImageDraw

from bot.photo.ink import marked
from bot.photo.reading import Box
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
