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
        (HOUSE, TITLE, NAMED, DAY, "1. 来曲唑片", FOOT),
        (HOUSE, TITLE, NAMELESS, DAY, LINE, "2. ×2盒", FOOT),
        (HOUSE, TITLE, NAMELESS, DAY, FOOT),
    ],
    ids=[
        "neither house, person nor day",
        "no day, and nobody signs",
        "neither house nor person, no count",
        "an unknown drug's strength",
        "neither strength nor count",
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


@pytest.mark.parametrize(
    "line", ["2. 恩替卡", "硫酸氢", "药品:恩替半肌", "恩替卡韦片", "恩替卡  每日一次", "恩替卡  3盒"]
)
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


def test_who_paid_how_much_closes_a_bill_that_nobody_signs() -> None:
    lines = ("项目名称/规格      单价    数量    金额", "苯磺酸氨氯地平片", "5mg*7片    3.87    2盒    7.74")
    told = ("定点机构  云川市第二人民医院", "参保人  郑志强", "就诊日期  2026-11-08")
    paid = ("统筹基金支付  5.00", "现金支付  2.74", "如有疑问请联系就诊机构")
    assert reading(*told, *lines, *paid).accepted
    assert reading(*told, *lines).missing == ("foot",)


def test_a_price_is_printed_without_the_rest_of_a_cent() -> None:
    """12 boxes at 8.18 may cost 98.20: what is left over is half a cent a box, and no other drug."""
    head = (HOUSE, TITLE, NAMED, DAY, "1. 来曲唑片", "规格:2.5mg×10片/盒", "数量:12盒 单价:8.18")
    assert reading(*head, "合计: ¥98.20", FOOT).accepted
    assert reading(*head, "合计: ¥99.20", FOOT).missing == ("lines",)


@pytest.mark.parametrize(
    ("line", "boxes"),
    [
        ("苯磺酸氨氯地平片  5mg×7片  6盒×9.54 57.27", 6),
        ("苯磺酸氨氯地平片  5mg×7片  6盒×2", None),
        ("苯磺酸氨氯地平片  5mg×7片  6盒(2", None),
    ],
)
def test_times_a_price_is_no_second_count(line: str, boxes: int | None) -> None:
    assert reading(HOUSE, TITLE, NAMED, DAY, line, FOOT).drugs[0].boxes == boxes


def test_a_count_under_what_was_given_in_fact() -> None:
    table = (
        "行  品名               规格         单位    实发    单价",
        "01  苯磺酸氨氯地平片   5mg*7片      盒      2       7.83",
    )
    assert reading(HOUSE, TITLE, NAMED, DAY, *table, FOOT).drugs[0].boxes == 2


def test_the_day_of_discharge_and_not_of_admission_in_one_sentence() -> None:
    read = reading(HOUSE, "出院证明", "患者何玉芬,女,76岁", "于2026年11月02日入院,于2026年11月08日出院。", LINE, FOOT)
    assert read.date is not None
    assert read.date.value == "2026-11-08"


def test_the_next_label_is_no_part_of_a_name() -> None:
    read = reading(HOUSE, TITLE, "会员:何玉芬卡号13269947", DAY, LINE, FOOT)
    assert read.patient is not None
    assert read.patient.value == "何玉芬"
