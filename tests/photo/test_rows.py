"""Lines are followed along their slope: over tilted, leaning and bent pages."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bot.photo.rows import rows
from bot.photo.words import Word
from tests.photo.lines import page, word

TABLE = tuple(
    f"第{n}行药品名称                规格{n}                      数量{n}              金额{n}" for n in range(12)
)


def texts(words: tuple[Word, ...]) -> list[str]:
    return [r.text.replace(" ", "") for r in rows(words)]


EXPECTED = texts(page(*TABLE))


def test_a_level_page() -> None:
    assert [f"第{n}行药品名称规格{n}数量{n}金额{n}" for n in range(12)] == EXPECTED


@pytest.mark.parametrize("degrees", [-10, -6, -2, 3, 7, 10])
def test_a_tilted_page(degrees: float) -> None:
    slope = math.tan(math.radians(degrees))
    assert texts(page(*TABLE, slope=slope)) == EXPECTED


@pytest.mark.parametrize("fan", [-0.12, -0.06, 0.06, 0.12])
def test_a_page_whose_lines_fan_out(fan: float) -> None:
    """Perspective: the slope changes from the top of the page to its bottom."""

    def leaned(w: Word) -> Word:
        slope = fan * (w.y - 300) / 500
        return replace(w, y=w.y + w.x * slope, slope=slope)

    assert texts(tuple(leaned(w) for w in page(*TABLE))) == EXPECTED


@pytest.mark.parametrize("height", [8.0, 14.0])
def test_a_bent_page(height: float) -> None:
    """A bulge: lines rise in the left half and fall in the right one."""

    def bent(w: Word) -> Word:
        at = w.x / 900 * math.pi
        return replace(w, y=w.y - height * math.sin(at), slope=-height * math.cos(at) * math.pi / 900)

    assert texts(tuple(bent(w) for w in page(*TABLE))) == EXPECTED


def test_no_words_make_no_rows() -> None:
    assert rows(()) == []


def test_a_row_keeps_what_is_printed_beside_what_is_read() -> None:
    row = rows((word("规格：５ｍｇ（Ⅱ）", 40, 60),))[0]
    assert row.text == "规格:5mg(II)"
    assert row.printed(3, 6) == "５ｍｇ"
    assert row.printed(0, len(row.text)) == "规格：５ｍｇ（Ⅱ）"


def test_a_field_is_as_sure_as_its_least_sure_character() -> None:
    sure = (0.9, 0.8, 0.7, 0.2)
    row = rows((replace(word("来曲唑片", 40, 60), sure=sure),))[0]
    assert row.field(0, 3).confidence == 0.7
    assert row.field(0, 4).confidence == 0.2
    assert row.field(4, 4).confidence == 0.0


def test_other_readings_change_one_character_each() -> None:
    w = replace(word("甲硫咪", 40, 60), second=("申", "", "米"))
    assert rows((w,))[0].rereadings(0, 3) == ("申硫咪", "甲硫米")
