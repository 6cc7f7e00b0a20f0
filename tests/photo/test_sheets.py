"""Two papers in one picture are never read as one, nor the pages of two people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo import reasons
from bot.photo.pages import strangers, together
from bot.photo.reading import Field, ReadDrug, Reading
from bot.photo.sheets import stamped
from bot.photo.understand import Understood, understand
from bot.photo.words import Word
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, word

ONE = (
    "上海市明珠区中心医院",
    "门诊处方笺",
    "姓名：何玉芬  性别：女  年龄：76岁  科别：心内科",
    "临床诊断：原发性高血压2级",
    "开具日期：2026年11月08日",
    "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒",
    "医师：何志金  审核药师：杨芬德",
)
OTHER = (
    "上海市云间区中医医院",
    "处方单",
    "患者姓名：王秀英  性别：女  年龄：71岁  科室：内分泌科",
    "诊断：2型糖尿病",
    "处方日期：2026年11月02日",
    "1. 来曲唑片  2.5mg×10片  ×1盒",
    "开方医师：李平  审方药师：周明",
)
HOUSE = (*OTHER[:2], "  ".join(("姓名：何玉芬", *OTHER[2].split("  ")[1:])), *OTHER[3:])  # hers too, of another day
SLIP = (
    "上海申江大学附属东林医院",
    "药房配药单",
    "何玉芬 女 76岁",
    "科室 内分泌科",
    "诊断 原发性高血压2级",
    "日期 2026/11/02",
    "来曲唑片 2.5mg×10片  x1盒",
    "医师 李平  药师 周明",
)
LINE = "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒"
SAME = tuple(line.replace("11月08日", "11月09日") for line in ONE)


def beside(left: tuple[str, ...], right: tuple[str, ...], far: float = 900) -> tuple[Word, ...]:
    return (*page(*left), *(replace(w, x=w.x + far) for w in page(*right)))


def seen(words: tuple[Word, ...]) -> Understood:
    return understand(words, TODAY, LISTED, names=("何玉芬",))


@pytest.mark.parametrize(
    "other",
    [OTHER, HOUSE, SLIP, SAME, ONE],
    ids=["another person", "hers of another form", "hers without a label", "same form", "twice"],
)
def test_two_papers_in_one_picture(other: tuple[str, ...]) -> None:
    for words in (page(*ONE, "", *other), beside(ONE, other)):
        understood = seen(words)
        assert (understood.cause, understood.reading.accepted) == (reasons.TWO_SHEETS, False)


@pytest.mark.parametrize("part", [OTHER[2:], OTHER[:6], OTHER[2:6], ("姓名：王秀英", *OTHER[5:])])
def test_a_part_of_another_paper_is_seen_too(part: tuple[str, ...]) -> None:
    assert seen(page(*ONE, "", *part)).cause == reasons.TWO_SHEETS
    assert seen(page(*part, "", *ONE)).cause == reasons.TWO_SHEETS


@pytest.mark.parametrize(
    "lines",
    [
        ONE,
        OTHER,
        (*ONE, "调配药师：周明  核对药师：李平  发药药师：周明"),
        (*ONE[:3], "西医诊断：高血压  中医诊断：眩晕", "就诊日期：2026-11-08", *ONE[4:]),
        (*ONE, "取药人：何玉芬  打印时间：2026-11-08", "门诊药房  上海市明珠区中心医院"),
        (*ONE[:2], "姓名 Name 何玉芬  性别 Sex 女  年龄 Age 76岁  科室 Dept 心内科", "日期 Date 2026-11-08", *ONE[5:]),
        (*ONE, "患者应知：处方三日内有效", "患者 方便时请复诊"),
        (
            *ONE[:3],
            "西医诊断：高血压  中医诊断：眩晕",
            "开方日期：2026-11-08  就诊日期：2026-11-08",
            *ONE[5:6],
            "开方医师：何志金  医师签名：何志金",
            "审核药师：杨芬德  审方药师：杨芬德",
            "就诊科室：心内科",
        ),
        ("处方笺", *ONE[:1], *ONE[2:], "处方当日有效", "患者签名"),
    ],
    ids=range(9),
)
def test_one_paper_is_one(lines: tuple[str, ...]) -> None:
    understood = seen(page(*lines))
    assert (understood.cause, understood.reading.accepted) == ("", True)


LEAVING = (
    "南京市秦淮区中医院",
    "出院带药单",
    "姓名 何玉芬 女 床号 7",
    "出院日期 2026-11-02",
    "来曲唑片 2.5mg×10片  x1盒",
)
LINES_OF_FEES = (
    "上海市明珠区中心医院",
    "门诊费用清单",
    "姓名：何玉芬",
    "收费日期：2026-11-08",
    "苯磺酸氨氯地平片 5mg×7片  ×2盒",
)


def test_papers_of_two_houses_of_one_person_are_two() -> None:
    """Nothing but the house and the name is said twice."""
    assert seen(beside(LINES_OF_FEES, LEAVING)).cause == reasons.TWO_SHEETS
    assert seen(beside(LEAVING, LINES_OF_FEES)).cause == reasons.TWO_SHEETS
    assert seen(page(*LINES_OF_FEES, "", *LEAVING)).cause == reasons.TWO_SHEETS
    slip = page(*ONE[:5], *ONE[5:], LEAVING[0], LEAVING[2])  # where to fetch it: no drugs below
    assert seen(slip).cause == ""
    both = page(
        "南京市秦淮区中医院                    上海市明珠区中心医院",
        "姓名：何玉芬                          姓名：何玉芬",
        "临床诊断：原发性高血压2级，慢性胃炎，2型糖尿病",
        *ONE[4:],
    )
    assert seen(both).cause == ""  # one paper of two houses, and lines across it


@pytest.mark.parametrize(("sign", "cause"), [("-", reasons.VOID), ("", "")])
def test_a_bill_whose_numbers_are_negative_was_given_back(sign: str, cause: str) -> None:
    lines = [
        f"{name}  5mg×7片  {sign}{n}  单价 17.16  {sign}{n * 17.16:.2f}"
        for n, name in ((2, "缬沙坦片"), (3, "氯沙坦片"))
    ]
    assert seen(page(*ONE[:5], *lines, f"合计  {sign}85.80  优惠  -2.00", ONE[6])).cause == cause


def test_the_slip_of_a_shop_beside_a_paper_is_another_paper() -> None:
    slip = ("仁寿堂连锁药店", "会员：褚丽娜", "来曲唑片 2.5mg×10片  1盒")
    assert seen(beside(ONE, slip)).cause == reasons.TWO_SHEETS
    assert seen(beside(slip, ONE)).cause == reasons.TWO_SHEETS
    assert seen(page(*ONE, "取药：仁寿堂连锁药店")).cause == ""


def test_a_list_of_houses_is_no_two_papers() -> None:
    """Where to go with a prescription; and each pair of many is not held against each other."""
    places = [f"上海市{chr(0x4E00 + n)}区人民医院  5mg×7片" for n in range(40)]
    assert seen(page(*ONE, *places, "姓名：何玉芬", "5mg×7片")).cause == ""
    assert seen(page(*ONE, *places[:2], "姓名：何玉芬", "5mg×7片")).cause == reasons.TWO_SHEETS


TABLE = (
    *ONE[:5],
    "药品名称及规格                        单位  数量",
    "苯磺酸氨氯地平片 5mg*7片              盒    2",
    ONE[6],
)
BILL = (
    "医疗收费电子票据",
    "交款人：{}",
    "项目名称                单价   数量  单位",
    "来曲唑片 2.5mg*10片/盒  24.24  2     盒",
)


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ((*TABLE, "", *BILL), reasons.TWO_SHEETS),
        ((*TABLE, "", *BILL[:2]), ""),  # one paper that says who paid
        ((*TABLE[:5], *TABLE[5:7], *TABLE[5:7], TABLE[7]), ""),  # two lists of one person
    ],
    ids=["a bill", "a payer", "two lists"],
)
def test_a_bill_of_somebody_else_beside_a_paper_is_another_paper(lines: tuple[str, ...], cause: str) -> None:
    assert seen(page(*(line.format("姜卫东") for line in lines))).cause == cause
    assert seen(page(*(line.format("何玉芬") for line in lines))).cause == ""


# ---------------------------------------------------------------- pages

DRUG = ReadDrug(Field("来曲唑片"), Field("2.5mg"), 10, 2, "exact", "MR1")
HERS = Reading(
    accepted=True,
    hospital=Field("上海市明珠区中心医院"),
    patient=Field("何玉芬"),
    date=Field("2026-11-08"),
    drugs=(DRUG,),
    found=("何玉芬",),
)
HIS = replace(HERS, patient=Field("王五"), found=())
NAMELESS = replace(HERS, accepted=False, patient=None, found=(), missing=("patient",))
TAIL = replace(
    HERS, accepted=False, hospital=None, patient=None, date=None, found=(), missing=("hospital", "patient", "date")
)


@pytest.mark.parametrize("other", [HIS, NAMELESS, replace(HIS, found=("王五",))])
def test_every_page_with_a_head_must_name_the_patient(other: Reading) -> None:
    for pages, at in (([HERS, other], (1,)), ([HERS, TAIL, other], (2,))):
        whole = together(pages)
        assert (whole.accepted, whole.reason, whole.patient) == (False, reasons.TWO_PEOPLE, None)
        assert "patient" in whole.missing
        assert strangers(pages) == at


def test_a_page_without_a_head_goes_on() -> None:
    assert together([HERS, TAIL]).accepted
    assert together([HERS, replace(HERS, date=Field("2026-11-08"))]).accepted
    assert strangers([HERS, TAIL]) == ()


def test_two_people_with_nobody_looked_for() -> None:
    pages = [replace(HERS, found=()), HIS]
    assert together(pages).reason == reasons.TWO_PEOPLE


@pytest.mark.parametrize("reason", [reasons.TWO_SHEETS, reasons.VOID, reasons.DISPENSED])
def test_one_page_that_must_not_be_used_stops_all(reason: str) -> None:
    stopped = replace(HERS, accepted=False, reason=reason)
    for pages in ([HERS, stopped], [stopped, HERS]):
        whole = together(pages)
        assert (whole.accepted, whole.reason) == (False, reason)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("退费", reasons.VOID),
        ("退药口", reasons.VOID),
        ("一退费人民", reasons.VOID),
        ("作废", reasons.VOID),
        ("乍废", reasons.VOID),
        ("收费专用章", ""),
        ("退费专用章", ""),
        ("退药须知", ""),
        ("上次处方已作废", ""),
        ("医保", ""),
        ("药品已领取西药", reasons.DISPENSED),
        ("品已领耳", reasons.DISPENSED),
        ("发讫3号", reasons.DISPENSED),
        ("已缴费", ""),
        ("已配送", ""),
    ],
)
def test_a_stamp_that_a_seal_or_print_runs_through(text: str, said: str) -> None:
    assert stamped([word(text, 40, 60)]) == said


def test_a_command_above_a_doctors_table_is_no_stamp() -> None:
    commands = "新建    保存    作废处方    打印    刷新    退出"
    sheet = (
        "上海市明珠区中心医院",
        "姓名：何玉芬  日期：2026-11-08",
        "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒",
        "医师：何志金",
    )
    reading = understand(page(commands, *sheet), TODAY, LISTED).reading
    assert reading.accepted
    assert understand(page(*sheet, "作废处方"), TODAY, LISTED).reading.reason == reasons.VOID


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("开立    签名    作废    退药    发药", ""),
        ("全部    待付款    待取药    已取药    已作废", ""),  # the tabs of an app
        ("待取药    已审核    已取药", reasons.DISPENSED),  # how far it is, without one for all
    ],
)
def test_the_names_of_states_in_one_line_say_nothing_of_this_paper(line: str, reason: str) -> None:
    sheet = ("上海市明珠区中心医院", "姓名：何玉芬  日期：2026-11-08", LINE, "医师：何志金")
    assert understand(page(line, *sheet), TODAY, LISTED).reading.reason == reason


def test_slips_of_two_houses_for_one_person() -> None:
    reading = understand(
        page(
            "上海市明珠区中心医院    上海市东湖区人民医院",
            "姓名：何玉芬            病人：何玉芬",
            "开单时间：2026-11-07    日期：2026-11-08",
            "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒",
        ),
        TODAY,
        LISTED,
    ).reading
    assert (reading.accepted, reading.reason) == (False, reasons.TWO_SHEETS)
