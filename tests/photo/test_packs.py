"""How many are in a box, in the ways it is printed: another box than the listed one is shown and asked, never taken."""

from __future__ import annotations

import pytest

from bot.reading import as_json
from tests.photo.test_drugs import AMLODIPINE, read, told

OTHER = ("格列美脲片", "2mg", 30, None, "ask")  # the list has boxes of 15


@pytest.mark.parametrize(
    "lines",
    [
        ("1. 格列美脲片  2mg×30片  ×1盒",),
        ("1. 格列美脲片  2mg×30  1盒",),
        ("1. 格列美脲片  2mg  ×30片  共1盒",),
        ("1. 格列美脲片  2mg  30T/盒  1盒",),
        ("1. 格列美脲片  2mg  30片  1盒",),
        ("1. 格列美脲片  2mg  [30片]  1盒",),
        ("1. 格列美脲片  2mg(30片)  1盒",),
        ("1. 格列美脲片  2mg  30粒装  1盒",),
        ("1. 格列美脲片  2mg  30s  1盒",),
        ("1. 格列美脲片  2mg  每盒30片  1盒",),
        ("1. 格列美脲片  2mg  30#  1盒",),
        ("1. 格列美脲片  2mg*15片*2板  1盒",),
        ("1. 格列美脲片  1盒", "2mg  30片"),
        ("药品名称  规格  数量", "格列美脲片 2mg  30片  1盒"),
        ("药品名称  规格  包装  数量", "格列美脲片  2mg  30片/盒  1盒"),
    ],
    ids=range(15),
)
def test_another_box_is_asked_with_what_is_printed(lines: tuple[str, ...]) -> None:
    reading = read(*lines)
    assert [told(d) for d in reading.drugs] == [OTHER]
    (line,) = as_json(reading)["drugs"]
    assert (line["pack"], line["boxes"], line["match"], line["known"]) == (30, None, "ask", "格列美脲片")


@pytest.mark.parametrize(
    ("line", "pack", "boxes"),
    [
        ("1. 格列美脲片  2mg  15片  1盒", None, 1),
        ("1. 格列美脲片  2mg  30片  2盒", None, 2),  # all that are given
        ("1. 格列美脲片  2mg×15片  2盒  共30片", 15, 2),
        ("1. 格列美脲片  2mg×15片  2盒  每次1片 每日2次", 15, 2),
        ("1. 格列美脲片  2mg×15片  2盒  2片  bid", 15, 2),
        ("1. 格列美脲片  2mg  2盒  口服 14天", None, 2),
        ("1. 格列美脲片  2mg  15片×2盒", 15, 2),
        ("1. 格列美脲片  2mg  数量: 2×15片", 15, 2),
    ],
)
def test_tablets_that_are_those_of_the_listed_box_or_of_all(line: str, pack: int | None, boxes: int) -> None:
    assert [told(d) for d in read(line).drugs] == [("格列美脲片", "2mg", pack, boxes, "exact")]


@pytest.mark.parametrize(
    ("lines", "boxes"),
    [
        (("1. 格列美脲片", "2mg×15片/盒  共30片"), 2),
        (("1. 格列美脲片", "2mg×15片/盒  数量:2"), 2),  # 盒 and 数 are of two words
        (("1. 格列美脲片  共15片", "规格：2mg×15片/盒"), 1),
        (("1. 格列美脲片  2mg*15片/盒    总共45片"), 3),
        (("1. 格列美脲片  2mg*15片/盒  2盒  共30片"), 2),
        (("1. 格列美脲片  2mg*15片/盒  2盒  共60片"), None),  # one of them is not true
        (("1. 格列美脲片  2mg*15片/盒  共40片"), None),
        (("1. 格列美脲片  2mg*15片/盒  2×15片"), None),  # not among counts
        (("1. 格列美脲片  2mg  共30片"), None),  # of boxes that are not said
        (("1. 格列美脲片  2mg*15片/盒  30片"), None),  # given in all, or in another box
        (("1. 格列美脲片  2mg*15片/盒  每次共2片"), None),
        (("1. 格列美脲片  2mg*15片/盒  .共30片"), None),
        (("1. 格列美脲片  2mg*15片/盒  共.30片"), None),
        (("1. 格列美脲片  2mg*15片/盒  共3 0片"), None),
        (("1. 格列美脲片  2mg*15片/盒  共30片/盒"), None),
        (("1. 格列美脲片  2mg*15片/盒  共30袋"), None),
        (("1. 格列美脲片  2mg*15片/盒  共195片"), None),  # more than twelve boxes
    ],
)
def test_all_that_is_given_is_converted_by_the_printed_box(lines: tuple[str, ...] | str, boxes: int | None) -> None:
    reading = read(*([lines] if isinstance(lines, str) else lines))
    assert [(d.name.value, d.boxes) for d in reading.drugs] == [("格列美脲片", boxes)]


@pytest.mark.parametrize(
    "said",
    [
        *(
            "每7天1盒 共28天",
            "每月2盒 3个月",
            "每次2盒",
            "2盒×3次",
            "2盒×3",
            "3次×2盒",
            "第1次2盒 第2次2盒",
            "4盒 分2次取",
            "4盒(分两次)",
        ),
        *(
            "1盒半",
            "2盒+1盒",
            "2盒(赠1盒)",
            "3盒（实发2盒）",
            "应发3盒 实发2盒",
            "欠1盒",
            "退1盒",
            "余2盒",
            "上次2盒 本次3盒",
        ),
        *(
            "第2盒",
            "2大盒",
            "2盒/条 1条",
            "2箱",
            "2盒 原3盒",
            "2盒 库存12盒",
            "X2O盒",
            "叁(2)盒",
            "2盒(2次)",
            "2 boxes refill 3 boxes",
        ),
        *(
            "贰盒 3盒",
            "一盒二盒",
            "1到2盒",
            "1或2盒",
            "1盒至2盒",
            "2盒左右",
            "2盒多",
            "不超过2盒",
            ">2盒",
            "2盒?",
            "限购2盒",
        ),
        *("未发1盒", "缺1盒", "减1盒", "补1盒", "余量2盒", "首次2盒", "再取2盒", "原方2盒", "上月2盒", "更正1盒"),
        *("每疗程2盒", "每季2盒", "每两周1盒", "隔月2盒", "半月2盒", "一盒/半月", "2盒每月", "2盒(每月)", "2盒/人"),
        *(
            "2*2盒",
            "×2×2盒",
            "申请量:3盒",
            "可取2盒",
            "建议2盒",
            "一、二盒",
            "2盒=60片",  # of fifteen in a box
            "2盒 60片",
            "2盒（60片）",
            "1盒零5片",
            "1盒2板",
            "2盒赠1",
            "2盒 退1",
            "1打",
        ),
    ],
)
def test_more_than_one_number_of_boxes_is_asked(said: str) -> None:
    for lines in ((f"1. 格列美脲片  2mg×15片/盒 {said}",), (f"1. 格列美脲片  2mg×15片/盒  {said}",)):
        assert [(d.name.value, d.boxes) for d in read(*lines).drugs] == [("格列美脲片", None)], lines


@pytest.mark.parametrize(
    "said",
    [
        *("2盒  内服", "2盒 或遵医嘱", "2盒 多饮水", "2盒 每月复查", "2盒  每次1片 每日2次", "30天2盒", "两盒整"),
        "2盒 14天量",
        "2.0盒",
        "贰(2)盒",
        "共计2盒",
        "2盒  ￥35.76",
        "本次2盒",
        "2(盒)",
        "2盒×15片×2mg",
        "2盒=30片",
        "2盒（30片）",
        "2盒 30片",
        "合计2盒",
        "￥17.88 2盒",
        "¥17.88/盒 ×2盒",
    ],
)
def test_one_number_of_boxes_is_read(said: str) -> None:
    line = f"1. 格列美脲片  {said}" if "mg" in said else f"1. 格列美脲片  2mg×15片/盒  {said}"
    assert [(d.name.value, d.boxes) for d in read(line).drugs] == [("格列美脲片", 2)]


@pytest.mark.parametrize(
    ("below", "boxes"),
    [
        ("用法：每次2mg 每日1次 口服 3盒", None),
        ("备注：取3盒", None),
        ("用法：每次2mg 每日1次 取2盒", 2),
        ("用法：每次2mg 每日1次", 2),
    ],
)
def test_another_number_of_boxes_in_the_directions_is_asked(below: str, boxes: int | None) -> None:
    reading = read("1. 格列美脲片  2mg×15片/盒  2盒", below, "2. 缬沙坦胶囊  80mg×7粒  1盒", "Sig: 每次80mg")
    assert [(d.name.value, d.boxes) for d in reading.drugs] == [("格列美脲片", boxes), ("缬沙坦胶囊", 1)]


@pytest.mark.parametrize("said", ["作废", "自带", "欠药", "待取", "没有", "已用完"])
def test_a_line_that_may_not_be_meant_is_asked(said: str) -> None:
    assert [(d.match, d.boxes) for d in read(f"1. 格列美脲片  2mg×15片/盒  2盒 {said}").drugs] == [("ask", None)]


@pytest.mark.parametrize(
    ("below", "asked"), [("本药停用", True), ("(已停)", True), ("自备", True), ("口服，咳嗽缓解后即可停用", False)]
)
def test_a_remark_below_a_line_is_of_that_line(below: str, asked: bool) -> None:
    (drug,) = read("1. 格列美脲片  2mg×15片/盒  2盒", f"   {below}").drugs
    assert (drug.match, drug.boxes) == (("ask", None) if asked else ("exact", 2))


@pytest.mark.parametrize(
    ("first", "second", "boxes"),
    [
        ("30片", "7粒", [2, 1]),
        ("30片", "14粒", [2, 2]),
        ("30片", "8粒", [None, None]),  # of which box?
        ("15片", "7粒", [None, None]),  # the box once more
        ("30片", "2盒", [None, 2]),
        ("30片", "", [None, None]),
    ],
)
def test_pieces_beside_the_box_of_every_drug_are_all_that_is_given(
    first: str, second: str, boxes: list[int | None]
) -> None:
    for gap in ("  ", " "):
        reading = read(
            "1. 格列美脲片", f"2mg×15片{gap}{first}", "每次2mg 每日1次", "2. 缬沙坦胶囊", f"80mg×7粒{gap}{second}"
        )
        assert [d.boxes for d in reading.drugs] == boxes


def test_a_column_of_all_that_is_given() -> None:
    reading = read("序  药名与规格  每次  频次  途径  共计", "1  格列美脲片2mg×15片  1片  睡前一次  口服  30片")
    assert [(d.name.value, d.boxes) for d in reading.drugs] == [("格列美脲片", 2)]


@pytest.mark.parametrize(
    "lines",
    [
        ("1. 苯磺酸氨氯地平片", "规格：5mg 每盒7片 共2盒", "用法：每次5mg，每日1次"),
        ("1. 苯磺酸氨氯地平片 5mg  共14片", "(每盒7片) 口服 5mg qd"),
    ],
)
def test_what_each_box_holds(lines: tuple[str, ...]) -> None:
    assert [told(d) for d in read(*lines).drugs] == [AMLODIPINE]


def test_a_pen_in_a_box_whose_unit_is_misread() -> None:
    pens = read("1. 甘精胰岛素注射液 3ml:300单位  1伎/盒  2支")
    assert [d.boxes for d in pens.drugs] == [2]


@pytest.mark.parametrize("box", ["(5mg/片，7片/盒)×2", "5mg/片，7片/盒 ×2", "(5mg，7片/盒)×2盒", "(5mg/片,7片/盒)x2"])
def test_boxes_behind_a_box_in_brackets(box: str) -> None:
    assert [told(d) for d in read(f"苯磺酸氨氯地平片{box}", "用法：口服，一日一次，一次1片").drugs] == [AMLODIPINE]


@pytest.mark.parametrize(("all_", "boxes"), [("30片", 2), ("45片", None), ("60粒", None), ("10片", 2), ("15片", 2)])
def test_pieces_in_a_column_of_their_own_that_say_another_number_of_boxes(all_: str, boxes: int | None) -> None:
    """A few may be a dose, and as many as in the box are its pack."""
    header = "药品名称      规格         数量   总片(粒)数  用法"
    line = f"格列美脲片    2mg*15片/盒  2盒    {all_}       2mg qd po"
    assert [d.boxes for d in read(header, line).drugs] == [boxes]
