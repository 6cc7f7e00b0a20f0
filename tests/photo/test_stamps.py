"""What stamps and pens say is read wherever and however they stand on a page: drawn, and read by the reader itself."""

from __future__ import annotations

import random
from typing import Final

import pytest

from bot.photo import reasons
from tests.photo.conftest import Look
from tests.photo.contents import script
from tests.photo.test_pictures import LAYOUTS, Shot, photograph

Image = pytest.importorskip("PIL.Image")
ImageDraw = pytest.importorskip("PIL.ImageDraw")

RED, VIOLET, GREEN, BLACK = (200, 40, 45), (90, 60, 160), (40, 140, 70), (35, 35, 38)
VOID, USED = reasons.VOID, reasons.DISPENSED
# what it says, its colour, how strong the ink is, the height of its letters, degrees
STAMPS: Final = [
    pytest.param("已取药", GREEN, 0.9, 70, 12, USED, id="green"),
    pytest.param("作废", RED, 0.5, 80, -15, VOID, id="worn"),
    pytest.param("已退费", RED, 0.9, 34, 3, VOID, id="small"),
    pytest.param("已领药", BLACK, 0.9, 80, 0, USED, id="black and level"),
    pytest.param("已核销", VIOLET, 0.9, 60, 178, USED, id="on its head"),
    pytest.param("已作废", VIOLET, 0.9, 60, 91, VOID, id="on its side"),
    pytest.param("已取药", BLACK, 0.9, 80, 20, USED, id="black and aslant"),
    pytest.param("已作废", BLACK, 0.9, 34, 90, VOID, id="black, small, on its side"),
    pytest.param("已核销", BLACK, 0.9, 34, 180, USED, id="black, small, on its head"),
    pytest.param("此处方\n已取消", RED, 0.9, 60, 8, VOID, id="in two lines"),
    pytest.param("收费专用章", RED, 0.9, 60, 5, "", id="a seal"),
    pytest.param("逾期作废", RED, 0.9, 60, 0, "", id="a rule"),
]


@pytest.mark.parametrize(("text", "colour", "strength", "tall", "turned", "stops"), STAMPS)
def test_stamps(
    look: Look, text: str, colour: tuple[int, int, int], strength: float, tall: int, turned: int, stops: str
) -> None:
    from tests.photo.drawing import SANS, sized

    page = LAYOUTS["receipt"](script(7), random.Random(7)).convert("RGB")
    font = sized(SANS, tall)
    lines = text.split("\n")
    ink = Image.new("L", (round(font.getlength(max(lines, key=len))) + 40, round(1.4 * tall * len(lines)) + 40), 0)
    for n, line in enumerate(lines):
        ImageDraw.Draw(ink).text((20, 20 + 1.3 * tall * n), line, round(255 * strength), font)
    ink = ink.rotate(turned, Image.Resampling.BICUBIC, expand=True)
    page.paste(colour, (page.width - ink.width - 30, page.height * 3 // 4 - ink.height // 2), ink)
    reading = look(photograph(page, Shot(margin=0.04), 7)).reading
    assert (reading.accepted, reading.reason) == (not stops, stops)
