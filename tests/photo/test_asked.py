"""A good picture on which something cannot be read is not sent back for what a person can say."""

from __future__ import annotations

import pytest

from bot.photo.reading import Reading
from bot.photo.understand import understand
from bot.photo.verdict import asked
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page

HOUSE, TITLE, NAMED, DAY = (
    "上海市明珠区中心医院",
    "门诊处方笺",
    "姓名：何玉芬  性别：女  年龄：76岁  科别：心内科",
    "开具日期：2026年11月08日",
)
NAMELESS = "性别：女  年龄：76岁  科别：心内科"
LINE = "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒"
FOOT = "医师：何志金  审核药师：杨芬德"


def reading(*lines: str) -> Reading:
    return understand(page(*lines), TODAY, LISTED).reading


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ((HOUSE, TITLE, NAMELESS, DAY, LINE, FOOT), ("patient",)),
        ((TITLE, NAMED, DAY, LINE, FOOT), ("hospital",)),
        ((HOUSE, TITLE, NAMED, DAY, "1. 来曲唑片    ×2盒", FOOT), ("strength",)),
        ((HOUSE, TITLE, NAMELESS, DAY, "1. 来曲唑片    ×2盒", FOOT), ("patient", "strength")),
        ((TITLE, NAMELESS, DAY, LINE, FOOT), ("hospital", "patient")),
        ((HOUSE, TITLE, NAMED, DAY, LINE), ("foot",)),
        ((HOUSE, TITLE, NAMED, LINE, FOOT), ("date",)),
    ],
    ids=[
        "whose",
        "of which house",
        "strength",
        "whose and strength",
        "whose, and of which house",
        "nobody signs",
        "no day",
    ],
)
def test_it_is_accepted_and_asked(lines: tuple[str, ...], missing: tuple[str, ...]) -> None:
    refused = reading(*lines)
    assert (refused.accepted, refused.missing) == (False, missing)
    taken = asked(refused, LISTED)
    assert (taken.accepted, taken.missing, taken.reason) == (True, (), "")
    for name in ("patient", "hospital", "date"):
        assert (getattr(taken, name) is None) == (name in missing)
    assert [d.match for d in taken.drugs] == ["ask" if "strength" in missing else "exact"]


@pytest.mark.parametrize(
    "lines",
    [
        (TITLE, NAMELESS, LINE, FOOT),
        (HOUSE, TITLE, NAMED, LINE),
        (TITLE, NAMELESS, DAY, "1. 苯磺酸氨氯地平片  5mg×7片", FOOT),
        (HOUSE, TITLE, NAMED, DAY, "1. 甲乙丙丁片    ×2盒", FOOT),
        (HOUSE, TITLE, NAMELESS, DAY, LINE, "2. ×2盒", FOOT),
        (HOUSE, TITLE, NAMELESS, DAY, FOOT),
    ],
    ids=[
        "neither house, person nor day",
        "no day, and nobody signs",
        "neither house nor person, no count",
        "an unknown drug's strength",
        "a lost drug",
        "no drug",
    ],
)
def test_what_nobody_can_say_is_still_needed(lines: tuple[str, ...]) -> None:
    refused = reading(*lines)
    assert not refused.accepted
    assert asked(refused, LISTED) == refused


def test_what_stops_a_page_stops_it_still() -> None:
    stopped = reading(HOUSE, TITLE, NAMED, DAY, LINE, FOOT, "作废")
    assert asked(stopped, LISTED) == stopped


@pytest.mark.parametrize(
    "line",
    [
        "- 已经到底了-",
        "1月后门诊复查",
        "3个月后门诊复诊",
        "傅卫东已诊",
        "建议固定时间服用",
        "服药期间忌饮酒 150mg",
    ],
)
def test_words_of_advice_are_no_drug(line: str) -> None:
    read = reading(HOUSE, TITLE, NAMED, DAY, LINE, "用法:口服 每次1片 每日两次", line, FOOT)
    assert [d.name.value for d in read.drugs] == ["苯磺酸氨氯地平片"]
    assert read.accepted


@pytest.mark.parametrize("line", ["2. 恩替卡", "硫酸氢", "恩替卡韦片", "恩替卡  每日一次", "恩替卡  3盒"])
def test_what_may_be_a_drug_is_not_overlooked(line: str) -> None:
    assert not reading(HOUSE, TITLE, NAMED, DAY, LINE, line, FOOT).accepted


@pytest.mark.parametrize("number", ["", "1. "])
def test_a_brand_in_a_row_of_its_own_is_no_drug(number: str) -> None:
    rows = (f"{number}络活喜", "苯磺酸氨氯地平片  5mg×7片  ×2盒", "弗隆", "来曲唑片  2.5mg×10片  ×1盒")
    read = reading(HOUSE, TITLE, NAMED, DAY, *rows, FOOT)
    assert [(d.name.value, d.brand, d.boxes) for d in read.drugs] == [
        ("苯磺酸氨氯地平片", "络活喜", 2),
        ("来曲唑片", "弗隆", 1),
    ]


def test_a_brand_above_another_drug_is_asked_about() -> None:
    read = reading(HOUSE, TITLE, NAMED, DAY, "络活喜", "来曲唑片  2.5mg×10片  ×1盒", FOOT)
    assert [d.match for d in read.drugs] == ["ask", "exact"]
    assert not read.accepted


def test_what_is_given_in_all_is_a_count() -> None:
    rows = (
        "通心络胶囊0.26g×30粒/盒",
        "口服每次3粒 每日三次7天共3盒",
        "硝酸甘油片0.5mg×24片/盒",
        "含服 每次1片 7天 共1盒",
    )
    assert [d.boxes for d in reading(HOUSE, TITLE, NAMED, DAY, *rows, FOOT).drugs] == [3, 1]
