"""A drug is found by typing its name, its brand, its English name or its pinyin initials."""

from __future__ import annotations

import pytest

from bot.photo.search import initials, search
from tests.photo.contents import LISTED


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("苯磺酸氨氯地平片", "苯磺酸氨氯地平片"),
        ("氨氯地平", "苯磺酸氨氯地平片"),
        ("络活喜", "苯磺酸氨氯地平片"),
        ("lhx", "苯磺酸氨氯地平片"),
        ("ALDP", "苯磺酸氨氯地平片"),
        ("rosuva", "瑞舒伐他汀钙片"),
        ("jga", "甲钴胺片"),
        ("碳酸钙", "碳酸钙D3片"),
        ("tsgd3", "碳酸钙D3片"),
        ("缬沙坦胶囊", "缬沙坦胶囊"),
        ("lnz", "螺内酯片"),
    ],
)
def test_the_meant_drug_comes_first(typed: str, first: str) -> None:
    assert search(typed, LISTED)[0].name == first


def test_a_family_is_listed_up_to_the_limit() -> None:
    assert {d.parts.core for d in search("他汀", LISTED)} >= {"阿托伐他汀", "瑞舒伐他汀", "辛伐他汀"}
    assert len(search("片", LISTED, limit=5)) == 5


@pytest.mark.parametrize("typed", ["", "   ", "xyzzy", "？"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert search(typed, LISTED) == ()


def test_a_character_of_two_readings_is_found_by_both() -> None:
    assert {"DXS", "SXS"} <= initials("单硝酸")
