"""What a page says of all its drugs is held against the lines that were read: a page that says of more is not whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo.reading import Reading
from bot.photo.rows import rows
from bot.photo.sums import of_a_service
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, value
from tests.photo.test_drugs import FOOT, HEAD, read

HEADER = "序  药品名称  规格  数量  单价  金额"
FIRST = "1  苯磺酸氨氯地平片  5mg*7片/盒  2盒  17.16  34.32"
SECOND = "2  缬沙坦胶囊  80mg*7粒/盒  1盒  20.00  20.00"


def boxes(reading: Reading) -> list[int | None]:
    return [d.boxes for d in reading.drugs]


@pytest.mark.parametrize(
    "foot",
    [
        *("合计：54.32元", "共2种药品", "药品种数：2", "共两种药  合计：¥54.32", "总金额：54.32", "应付金额：12.10"),
        *(
            "合计：66.32元  含诊查费：12.00",
            "第1页 共2页  合计：94.32元",
            "共3页  共5种药品",
            "处方共3种以上药品请核对",
        ),
    ],
)
def test_a_page_that_adds_up_is_whole(foot: str) -> None:
    reading = read(HEADER, FIRST, SECOND, foot)
    assert (reading.accepted, boxes(reading)) == (True, [2, 1])


@pytest.mark.parametrize(
    "foot", ["合计：94.32元", "共3种药品", "药品种数：3", "共三种药  合计：¥54.32", "总金额：1,054.32", "共1种"]
)
def test_a_page_that_says_of_more_or_others_is_not_whole(foot: str) -> None:
    reading = read(HEADER, FIRST, SECOND, foot)
    assert (reading.accepted, reading.missing) == (False, ("lines",))


@pytest.mark.parametrize("foot", ["合计：94.32元", "共3种药品"])
def test_lines_without_a_table(foot: str) -> None:
    whole = (
        "1. 苯磺酸氨氯地平片  5mg×7片",
        "单价：17.16  数量：2盒  金额：34.32",
        "2. 缬沙坦胶囊  80mg×7粒",
        "单价：20.00  数量：3盒  金额：60.00",
    )
    assert read(*whole, "合计：94.32元  共2种").accepted
    assert read(*whole[:2], foot).missing == ("lines",)


def test_one_price_a_line_may_be_of_one_box_or_of_all() -> None:
    for price in ("17.16", "34.32"):
        assert read("1. 苯磺酸氨氯地平片  5mg×7片  ×2盒", f"价格：{price}", "合计：34.32元").accepted
    assert read("1. 苯磺酸氨氯地平片  5mg×7片  ×2盒", "价格：17.16", "合计：44.32元").missing == ("lines",)
    assert read("1. 苯磺酸氨氯地平片  5mg×7片", "价格：17.16", "合计：44.32元").accepted  # boxes not known


@pytest.mark.parametrize(
    ("line", "counted"),
    [
        ("1  苯磺酸氨氯地平片  5mg*7片/盒  2盒  17.16  34.32", 2),
        ("1  苯磺酸氨氯地平片  5mg*7片/盒  2盒  17.16  51.48", None),  # three boxes are paid
        ("1  苯磺酸氨氯地平片  5mg*7片/盒  2盒  17.16  17.16", None),
        ("1   苯磺酸氨氯地平片  5mg*7片/盒      2.00  17.16  34.32", 2),
        ("1  苯磺酸氨氯地平片  5mg*7片/盒  2盒  1.50  21.00", 2),  # the price of a tablet
        ("1  苯磺酸氨氯地平片  5mg*7片/盒  2盒  17.16  30.89", 2),  # after a discount
    ],
)
def test_a_count_that_was_not_paid_is_asked(line: str, counted: int | None) -> None:
    assert boxes(read("序  药品名称         规格            数量  单价   金额", line)) == [counted]


def test_a_bill_numbers_what_is_done_among_its_drugs() -> None:
    """The third line of a bill is its first drug; the last of five is none where only one of two services stands."""
    header = "序号  类别  项目名称  规格  数量  单位  单价  金额"
    drugs = (
        "3  西药费  苯磺酸氨氯地平片  5mg*7片  2.00  盒  17.16  34.32",
        "4  西药费  缬沙坦胶囊  80mg*7粒  1.00  盒  20.00  20.00",
    )
    services = ("1  诊疗费  常规心电图检查  2  项  22.00  44.00", "2  诊疗费  静脉采血  2  次  4.50  9.00")
    reading = read(header, *services, *drugs, "合计：107.32元")
    assert (reading.accepted, boxes(reading)) == (True, [2, 1])
    assert not read(header, services[0], *drugs, "合计：107.32元").accepted


def test_what_is_done_is_paid_for_too() -> None:
    done = ("心电图检查  1次  30.00", "肾功三项  1次  30.00")
    drugs = ("苯磺酸氨氯地平片", "5mg*7片/盒  ×2  34.32", "缬沙坦胶囊", "80mg*7粒/盒  ×1  20.00")
    reading = read(*done, *drugs, "合计金额：114.32")
    assert (reading.accepted, boxes(reading)) == (True, [2, 1])
    assert read(*done[:1], *drugs, "合计金额：154.32").missing == ("lines",)
    assert not of_a_service(rows(page("缬沙坦胶囊  1次  20.00"))[0])
    assert all(of_a_service(rows(page(line))[0]) for line in ("糖化血红蛋白  1套  55.00  55.00", "1项  86.00  86.00"))


def test_what_is_done_has_a_share_that_is_paid_too() -> None:
    """A column of 自付比例 stands beside drugs and services alike."""
    drugs = ("苯磺酸氨氯地平片  5mg*7片  2  盒  17.16  34.32  10%", "缬沙坦胶囊  80mg*7粒  1  盒  20.00  20.00  0%")
    done = "检查费  常规心电图检查  1  次  22.00  22.00  0%"
    reading = read("项目名称  规格  数量  单位  单价  金额  自付比例", *drugs, done, "合计  76.32")
    assert (reading.accepted, boxes(reading)) == (True, [2, 1])


def test_a_bill_without_a_head_for_names_has_a_share_and_services_beside_its_drugs() -> None:
    header = "序号  医保编码          项目(规格)                  数量  金额   自付比例"
    drugs = (
        "1     XB34A973392  苯磺酸氨氯地平片(5mg×7片)  2盒  34.32  10%",
        "2     XC91A817523  缬沙坦胶囊(80mg×7粒)       1盒  20.00  0%",
    )
    services = (
        "3     00543668933  血常规(五分类)               1次  20.00  0%",
        "4     00550018843  一次性真空采血管 5ml          1支  1.20   0%",
    )
    reading = read(header, *drugs, *services, "合计：75.52元")
    assert (reading.accepted, boxes(reading), [d.match for d in reading.drugs]) == (True, [2, 1], ["exact"] * 2)
    assert [d.sig for d in reading.drugs] == ["", ""]


@pytest.mark.parametrize("named", ["检查治疗", "检验", "手术", "材料"])
def test_the_class_of_a_row_tells_a_service(named: str) -> None:
    assert of_a_service(rows(page(f"{named}  肝功能全套  项目  1  88.00  88.00"))[0])
    assert not of_a_service(rows(page("西药费  缬沙坦胶囊  80mg*7粒  盒  1  20.00  20.00"))[0])


def test_how_many_boxes_a_slip_has_in_all_is_no_count_of_its_last_drug() -> None:
    drugs = ("苯磺酸氨氯地平片 5mg*7片  2     17.16   34.32", "缬沙坦胶囊 80mg*7粒        1     20.00   20.00")
    header = "品名/规格                 数量  单价    金额"
    assert boxes(read(header, *drugs, "件数:  3", "应收：54.32")) == [2, 1]
    assert boxes(read("缬沙坦胶囊", "规格：80mg*7粒", "件数：3")) == [3]


def test_the_share_of_drugs_in_a_sum_is_no_strength() -> None:
    """Under the table of a doctor's screen."""
    reading = read(HEADER, FIRST, SECOND, "处方金额：54.32 药占比：22%")
    assert (reading.accepted, boxes(reading)) == (True, [2, 1])


def test_a_count_of_two_places_alone_is_no_price() -> None:
    header = "序  药品名称/规格  总量  单位  用法"
    drugs = ("1  苯磺酸氨氯地平片 5mg*7片/盒  2.00  盒  口服", "2  缬沙坦胶囊 80mg*7粒/盒  1.00  盒  口服")
    reading = read(header, *drugs, "合计：54.32元")
    assert (reading.accepted, boxes(reading)) == (True, [2, 1])


def test_the_sum_of_a_line_is_not_the_sum_of_the_page() -> None:
    line = "单价：17.16  数量：2盒  金额：34.32"
    amount = read("1. 苯磺酸氨氯地平片  5mg×7片", line, "2. 缬沙坦胶囊  80mg×7粒", line, "合计：68.64元").amount
    assert amount is not None
    assert amount.value == "68.64"


def test_a_digit_that_is_not_sure_proves_nothing() -> None:
    words = page(*HEAD, HEADER, FIRST, SECOND, "合计：94.32元  共3种", *FOOT)
    unsure = tuple(replace(w, sure=(0.7,) * len(w.text)) if w.text in ("合计：94.32元", "共3种") else w for w in words)
    assert understand(words, TODAY, LISTED).reading.missing == ("lines",)
    assert understand(unsure, TODAY, LISTED).reading.accepted


def test_a_count_with_two_places_is_no_price() -> None:
    lines = ("(1)苯磺酸氨氯地平片", "5mg*7片/盒 2.00盒", "(2)缬沙坦胶囊", "80mg*7粒/盒 1.00盒", "合计：370.61元 共2种")
    reading = read(*lines)
    assert (reading.accepted, boxes(reading)) == (True, [2, 1])


UNSIGNED = ("1. 苯磺酸氨氯地平片  5mg×7片  ×2盒",)


@pytest.mark.parametrize(
    ("below", "ended"),
    [
        (("登记人：崔建国  经办：郭霞",), True),
        (("实付：¥587.50", "当日有效 过号重排"), True),
        (("合计：34.32元", "打印时间：2026-11-08 10:00"), True),
        (("合计：34.32元",), False),  # the picture may end there
        (("当日有效 过号重排",), False),
        (("经办：",), False),
        ((), False),
    ],
)
def test_a_list_that_nobody_signs_is_there_to_its_end(below: tuple[str, ...], ended: bool) -> None:
    reading = understand(page(*HEAD, *UNSIGNED, *below), TODAY, LISTED).reading
    assert (reading.accepted, reading.missing) == (ended, () if ended else ("foot",))


MESSAGE = "14:55  5G 69%"


@pytest.mark.parametrize(
    "closed",
    [
        *("请遵医嘱服药，勿自行停药。祝您健康！", "如有疑问请致电0823-6483777，拒收请回复R。"),
        *("点击查看详情>", "如非本人操作请忽略"),
        *("请凭就诊卡到门诊药房8号窗口取药。", "回T退订"),
    ],
)
def test_a_message_is_there_to_its_end_where_it_is_closed(closed: str) -> None:
    for first in (MESSAGE, "何玉芬您好，本次取药："):
        whole = understand(page(first, *HEAD, *UNSIGNED, closed), TODAY, LISTED).reading
        cut = understand(page(first, *HEAD, *UNSIGNED), TODAY, LISTED).reading
        assert (whole.accepted, cut.missing) == (True, ("foot",))
    assert understand(page(*HEAD, *UNSIGNED, closed), TODAY, LISTED).reading.missing == ("foot",)  # a form's own words


def test_an_order_on_a_telephone_is_there_to_its_end_where_its_sum_is() -> None:
    drugs = ("[络活喜]苯磺酸氨氯地平片", "5mg*7片/盒", "¥17.16  X2", "[代文]缬沙坦胶囊", "80mg*7粒/盒", "¥36.00  X3")
    paid = ("商品总额  ¥142.32", "医保统筹支付  -¥71.16", "实付款  ¥71.16", "订单编号  342687297276515")
    reading = understand(page(MESSAGE, *HEAD, *drugs, *paid), TODAY, LISTED).reading
    assert (reading.missing, boxes(reading)) == ((), [2, 3])
    assert understand(page(MESSAGE, *HEAD, *drugs), TODAY, LISTED).reading.missing == ("foot",)
    short = understand(page(MESSAGE, *HEAD, *drugs, "商品总额  ¥242.32", *paid[1:]), TODAY, LISTED).reading
    assert short.missing == ("lines",)  # a drug scrolled out of sight


def test_who_wrote_it_above_the_drugs_is_no_end() -> None:
    reading = understand(page(*HEAD, "登记人：崔建国", *UNSIGNED), TODAY, LISTED).reading
    assert reading.missing == ("foot",)


@pytest.mark.parametrize(("third", "count"), [("3盒", None), ("3盒（15片）", 3)])
def test_a_count_whose_end_may_be_hidden_is_asked(third: str, count: int | None) -> None:
    """A thumb lies on what the others say behind it."""
    rows = (
        "序  药品  规格  每盒(瓶)  配发            用法",
        "1  苯磺酸氨氯地平片  5mg  7片  2盒（14片）  1片/次",
        "2  缬沙坦胶囊  80mg  7粒  1盒  （7粒）  1粒/次",
        f"3  依折麦布片  10mg  5片  {third}",
    )
    assert boxes(read(*rows)) == [2, 1, count]


def test_an_electronic_invoice_of_a_shop() -> None:
    """Its class of goods before each name, its buyer by the word 名称, a rate of tax behind each price."""
    reading = understand(
        page(
            "电子发票(普通发票)  发票号码：24879557118233803489",
            "开票日期：2026年11月08日",
            "名称：何玉芬(个人)  名称：金沙洲国大药房有限公司",
            "项目名称                        规格型号    单位  数量  单价       金额   税率  税额",
            "*化学药品制剂*苯磺酸氨氯地平片  5mg*7片     盒    2     15.371681  30.74 13%    4.00",
            "*化学药品制剂*缬沙坦胶囊        80mg*7粒    盒    1     20.035398  20.04 13%    2.61",
            "合  计  ¥50.78  ¥6.61",
            "价税合计(大写)  伍拾柒元叁角玖分  (小写)¥57.39",
            "开票人：罗子轩",
        ),
        TODAY,
        LISTED,
    ).reading
    assert [(d.name.value, d.strength.value, d.boxes, d.match) for d in reading.drugs] == [
        ("苯磺酸氨氯地平片", "5mg", 2, "exact"),
        ("缬沙坦胶囊", "80mg", 1, "exact"),
    ]
    assert (value(reading.patient), value(reading.hospital)) == ("何玉芬", "金沙洲国大药房有限公司")


def test_who_paid_how_much_closes_a_bill_that_nobody_signs() -> None:
    told = ("定点机构  云川市第二人民医院", "参保人  郑志强", "就诊日期  2026-11-08")
    lines = ("项目名称/规格      单价    数量    金额", "苯磺酸氨氯地平片", "5mg*7片    3.87    2盒    7.74")
    paid = ("统筹基金支付  5.00", "现金支付  2.74", "如有疑问请联系就诊机构")
    assert understand(page(*told, *lines, *paid), TODAY, LISTED).reading.accepted
    assert understand(page(*told, *lines), TODAY, LISTED).reading.missing == ("foot",)


def test_a_price_is_printed_without_the_rest_of_a_cent() -> None:
    """12 boxes at 8.18 may cost 98.20: what is left over is half a cent a box, and no other drug."""
    line = ("1. 来曲唑片", "规格:2.5mg×10片/盒", "数量:12盒 单价:8.18")
    assert read(*line, "合计: ¥98.20").accepted
    assert read(*line, "合计: ¥99.20").missing == ("lines",)
