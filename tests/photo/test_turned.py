"""Lines that begin with an amount: its number is the list's only where the lines are numbered one after the other."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bot.photo.rows import rows
from bot.photo.turned import turned
from tests.photo.contents import LISTED
from tests.photo.lines import page
from tests.photo.test_drugs import AMLODIPINE, read, told
from tests.photo.test_tables import METFORMIN, VALSARTAN

THREE = (
    "1.5mg*7片 苯磺酸氨氯地平片 #2盒",
    "S. 口服 每次1片 每日一次",
    "2.80mg*7粒 缬沙坦胶囊 #1盒",
    "S. 口服 每次1粒 每日一次",
    "3.0.5g*30片 盐酸二甲双胍缓释片 #6盒",
    "S. 口服 每次1片 每日两次",
)


def shown(*lines: str) -> list[str]:
    return [row.text for row in turned(rows(page(*lines)), LISTED)]


def test_a_strength_that_begins_its_line_is_not_the_lists_number() -> None:
    reading = read(*THREE)
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]
    assert reading.accepted


@pytest.mark.parametrize("index", ["{}. ", "{}、", "({}) "])
def test_two_lines_are_enough_where_their_numbers_stand_apart(index: str) -> None:
    first, second = index.format(1).lstrip("("), index.format(2).lstrip("(")
    reading = read(f"{first}5mg*7片 苯磺酸氨氯地平片  ×2盒", f"{second}80mg*7粒  缬沙坦胶囊 ×1盒")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


@pytest.mark.parametrize(
    "lines",
    [
        ("1.5mg*7片 苯磺酸氨氯地平片 #2盒", "2.5mg*7片 缬沙坦胶囊 #1盒"),  # two strengths, or two numbers
        ("1.5mg*7片 苯磺酸氨氯地平片 #2盒",),
        ("1、5mg*7片 苯磺酸氨氯地平片 #2盒",),
        (*THREE[:3], "4.0.5g*30片 盐酸二甲双胍缓释片 #6盒"),  # the third is not there
        (THREE[2], THREE[0], THREE[4]),
        ("5mg*7片 苯磺酸氨氯地平片 #2盒",),
        ("序  药品名称  规格  数量", *THREE),
    ],
)
def test_lines_that_are_not_numbered_stay_as_they_are(lines: tuple[str, ...]) -> None:
    assert shown(*lines) == [row.text for row in rows(page(*lines))]


def test_lines_that_begin_with_their_count() -> None:
    reading = read("2盒苯磺酸氨氯地平片(5mg×7片)1片 qd p.o.", "1盒 缬沙坦胶囊(80mg×7粒)1粒 qd p.o.")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


def test_a_count_under_another_drug_is_none_of_the_next() -> None:
    lines = ("盐酸二甲双胍缓释片  0.5g*30片", "2盒 苯磺酸氨氯地平片(5mg*7片)")
    assert shown(*lines) == [row.text for row in rows(page(*lines))]


def test_each_part_keeps_its_place() -> None:
    first, second = turned(
        rows(page("性别：女  1、5mg*7片  苯磺酸氨氯地平片×2盒", "2、80mg*7粒 缬沙坦胶囊×1盒")), LISTED
    )
    assert first.text == "性别:女  1、  苯磺酸氨氯地平片  5mg*7片  ×2盒"
    assert second.text == "2、  缬沙坦胶囊  80mg*7粒  ×1盒"
    across = sorted(first.words, key=lambda w: w.x)
    assert [w.text for w in across] == ["性别：女", "1、", "5mg*7片", "苯磺酸氨氯地平片", "×2盒"]
    assert all(a.right <= b.left + 1e-6 for a, b in pairwise(across))
