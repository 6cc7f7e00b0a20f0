"""Who the patient is where no label of a patient says it, or only a weak one."""

from __future__ import annotations

import pytest

from bot.photo.fields import Page, page_fields
from bot.photo.rows import rows
from bot.photo.sheets import cause
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, value


def read(*lines: str) -> Page:
    return page_fields(rows(page("上海市明珠区中心医院", *lines)), TODAY)


LABELS = ("{} 门诊  第1张/共2张", "苯磺酸氨氯地平片", "{} 慢病  第2张/共2张", "缬沙坦胶囊")
DATED = ("{}  2026-11-08  {}  2026-11-08", "苯磺酸氨氯地平片  缬沙坦胶囊", "1/2 核对：杨芬德")


STUCK = ("{} 女  1/2  门诊号584362", "苯磺酸氨氯地平片", "{} 女", "2/2  门诊号584362", "缬沙坦胶囊")


@pytest.mark.parametrize("lines", [LABELS, DATED, STUCK, ("{}  医保  第1张/共1张", "苯磺酸氨氯地平片")])
def test_each_label_names_its_patient(lines: tuple[str, ...]) -> None:
    assert value(read(*(line.replace("{}", "何玉芬") for line in lines)).patient) == "何玉芬"


def test_labels_of_two_people_name_nobody_and_are_two_papers() -> None:
    lines = (LABELS[0].format("何玉芬"), LABELS[1], LABELS[2].format("王秀英"), LABELS[3])
    assert read(*lines).patient is None
    assert cause(rows(page(*lines))) == "two_sheets"


@pytest.mark.parametrize(
    "lines",
    [
        ("医师 高强明  2026-11-08", "药师 高强明  2026-11-08"),
        ("何玉芬  2026-11-08",),
        ("何玉芬 女",),
        ("苯磺酸氨氯地平片  2026-11-08", "缬沙坦胶囊  2026-11-08"),
    ],
)
def test_a_name_beside_a_day_is_no_patient_unless_it_is_on_each_label(lines: tuple[str, ...]) -> None:
    assert read(*lines).patient is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("[上海市明珠区中心医院]何玉芬您", "何玉芬"),
        ("何玉芬您好，您的药已备好", "何玉芬"),
        ("尊敬的何玉芬女士：", "何玉芬"),
        ("何玉芬家属您好，", None),
        ("何医生您好，", None),
        ("患者何玉芬您好，请何玉芬的家属取药", "何玉芬"),
    ],
)
def test_whom_a_message_greets(line: str, name: str | None) -> None:
    assert value(read(line).patient) == name


def test_the_one_who_is_greeted_is_not_the_patient_where_a_patient_is_named() -> None:
    lines = ("李平您好，", "患者：何玉芬", "日期：2026-11-08")
    assert value(read(*lines).patient) == "何玉芬"
    assert cause(rows(page(*lines))) == ""


@pytest.mark.parametrize("weak", ["交款人", "会员", "购药人"])
def test_who_paid_is_the_patient_only_where_nobody_else_is_named(weak: str) -> None:
    assert value(read(f"{weak}：李平  日期：2026-11-08").patient) == "李平"
    for own in ("患者：何玉芬", "姓名：何玉芬", "参保人姓名：何玉芬"):
        for lines in ((f"{weak}：李平", own), (own, f"{weak}：李平")):
            assert value(read(*lines).patient) == "何玉芬"
            assert cause(rows(page(*lines))) == ""


@pytest.mark.parametrize("under", ["女 81岁 老年病科", "女81岁", "女 | 81岁"])
def test_the_name_stands_alone_above_the_sex_and_the_age(under: str) -> None:
    """On a slip for a window, on a card of an app."""
    assert read("6  何玉芬", f"号窗口  {under}").patient is None  # not flush
    assert value(read("   6      何玉芬", f"号窗口  {under}").patient) == "何玉芬"
    assert read("   6      药品清单", f"号窗口  {under}").patient is None


@pytest.mark.parametrize(("names", "whole"), [(("何玉芬", "何玉芬"), True), (("何玉芬", ""), False)])
def test_the_label_of_each_box_names_its_patient_and_nobody_signs_it(names: tuple[str, str], whole: bool) -> None:
    boxes = ("苯磺酸氨氯地平片", "规格：5mg×7片", "数量：2盒"), ("缬沙坦胶囊", "规格：80mg×7粒", "数量：1盒")
    lines = [
        line
        for name, box in zip(names, boxes, strict=True)
        for line in (*((f"{name} 男 52岁  2026-11-08",) if name else ()), *box, "批号 H249294 效期 2028.09")
    ]
    reading = understand(page("上海市明珠区中心医院", *lines), TODAY, LISTED).reading
    assert (len(reading.drugs), reading.missing) == (2, () if whole else ("foot",))


@pytest.mark.parametrize(
    "text", ["用药人何玉芬（女76岁）", "患者何玉芬(女，76岁)", "患者 何玉芬 女 76岁", "就诊人何玉芬/女/76岁"]
)
def test_the_word_before_a_name_is_no_part_of_it(text: str) -> None:
    assert value(read(text).patient) == "何玉芬"


@pytest.mark.parametrize(
    ("line", "doctor"),
    [
        ("呼吸与危重症医学科 侯伟兰医生", "侯伟兰"),
        ("心内科侯伟兰主任医师", "侯伟兰"),
        ("全科医生", None),
        ("请咨询您的医生", None),
    ],
)
def test_a_screen_names_its_doctor_behind_the_department(line: str, doctor: str | None) -> None:
    assert value(read("就诊人：何玉芬", line).doctor) == doctor


def test_two_labels_in_one_word_take_nothing_from_the_line_below() -> None:
    found = read("就诊人：何玉芬", "科室医生：  内科 高月凤", "[1]缬沙坦胶囊", "80mg×7粒  ×1盒")
    assert 3 not in found.head
    drugs = understand(
        page(
            "上海市明珠区中心医院",
            "就诊人：何玉芬",
            "就诊日期：2026-11-08",
            "科室医生：  内科 高月凤",
            "[1]缬沙坦胶囊",
            "80mg*7粒/盒 共1盒",
        ),
        TODAY,
        LISTED,
    ).reading.drugs
    assert [(d.name.value, d.boxes) for d in drugs] == [("缬沙坦胶囊", 1)]


@pytest.mark.parametrize(
    ("line", "patient", "doctor"),
    [
        ("Patient ZHANG Guoqing", "ZHANG Guoqing", None),
        ("Prescriber Dr R. Callaghan", None, "R. Callaghan"),
        ("Patient Medication Record", None, None),
        ("Patient should take it daily", None, None),
        ("PATIENT MEDICATION RECORD", None, None),
    ],
)
def test_labels_in_english_without_a_colon(line: str, patient: str | None, doctor: str | None) -> None:
    found = read("Qty  Date", line)
    assert (value(found.patient), value(found.doctor)) == (patient, doctor)


def test_a_village_doctor_signs() -> None:
    assert read("姓名：何玉芬", "村医签名：何志金  家属联系人：余金燕").foot


@pytest.mark.parametrize(
    ("line", "patient"),
    [
        ("被保险人：裴松年 保单号：P718242782905", "裴松年"),
        ("被保险人：裴松年 案号：8242782905", "裴松年"),
        ("姓名：符亚 男  性别：女  年龄：36岁", "符亚男"),
        ("居民姓名：符亚 男  性别/年龄：女/36", "符亚男"),
        ("姓名：罗坤 男  76岁", "罗坤"),
        ("Name: SHANG HIU TONG Sex/Age: F/46", "SHANG HIU TONG"),
        ("Patient: Shang Xiaotang NHS no: 983 563 4848", "Shang Xiaotang"),
        ("Patient: Shang Xiaotang", "Shang Xiaotang"),
        ("Name Zhou Fenglin", "Zhou Fenglin"),
    ],
)
def test_a_name_ends_where_the_next_label_begins(line: str, patient: str) -> None:
    assert value(read(line).patient) == patient
