"""Running text: the drugs of a discharge in one paragraph, whose lines end wherever the paper does."""

from __future__ import annotations

import pytest

from bot.photo.reading import Reading
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, width
from tests.photo.test_drugs import AMLODIPINE, FOOT, HEAD, told
from tests.photo.test_tables import METFORMIN, VALSARTAN

WIDE = 720  # pixels of a line


def read(*lines: str) -> Reading:
    return understand(page(*HEAD, *lines, *FOOT), TODAY, LISTED).reading


def wrapped(text: str, wide: float) -> list[str]:
    lines = [""]
    for char in text:
        lines += [""] if width(lines[-1] + char) > wide else []
        lines[-1] += char
    return lines


def test_a_volume_whose_letter_is_read_as_a_digit_is_a_part_of_its_strength() -> None:
    pen = "1.司美格鲁肽注射液(诺和泰)1.34mg/m1,1.5m1*1支×1支,0.5mg 每周一次,皮下注射;"
    reading = read(f"出院带药：{pen}2.缬沙坦胶囊 80mg*7粒×1盒,1粒 每日一次")
    assert [told(d) for d in reading.drugs] == [("司美格鲁肽注射液", "1.34mg/ml,1.5ml", 1, 1, "exact"), VALSARTAN]


def test_a_drug_that_is_not_listed_begins_before_the_word_of_its_strength() -> None:
    reading = read(
        "出院带药：苯磺酸氨氯地平片,规格5mg*7片/盒,口服,一次1片,每日一次,共14片;依巴斯汀片,规格10mg*6片/盒,口服,共30片"
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, ("依巴斯汀片", "10mg", 6, 5, "unknown")]


@pytest.mark.parametrize("often", ["tid", "tiw", "biw"])
def test_a_dose_of_several_tablets_so_often_is_no_second_strength(often: str) -> None:
    reading = read(
        f"出院带药：苯磺酸氨氯地平片(5mg×7片/盒)2盒 10mg {often} p.o.;缬沙坦胶囊(80mg×7粒/盒)1盒 80mg qd p.o."
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


TEXTS = [
    (
        "出院带药：1)苯磺酸氨氯地平片 5mg×7片，×2盒，口服 1片/次 1次/日；2)缬沙坦胶囊 80mg×7粒，×1盒，口服 1片/次；"
        "3)盐酸二甲双胍缓释片 0.5g×30片，×6盒，口服。"
    ),
    (
        "出院带药：1、苯磺酸氨氯地平片5mg*7片×2盒，每次5mg，每日1次；2、缬沙坦胶囊80mg*7粒×1盒，每次160mg；"
        "3、盐酸二甲双胍缓释片0.5g*30片×6盒，每次1g"
    ),
    (
        "带药处方：苯磺酸氨氯地平片 5mg×7片/盒，共2盒，5mg po qd；缬沙坦胶囊 80mg×7粒/盒 共1盒 80mg po qd；"
        "盐酸二甲双胍缓释片 0.5g×30片/盒，共6盒，1g po bid"
    ),
    (
        "出院用药：苯磺酸氨氯地平片(5mg*7片)，每次1片，每日1次，带药14片；缬沙坦胶囊(80mg*7粒)每次1粒 带药7粒；"
        "盐酸二甲双胍缓释片(0.5g*30片)每次2片，带药180片。"
    ),
    (
        "治疗方案：苯磺酸氨氯地平片5mg*7片2盒、缬沙坦胶囊80mg*7粒1盒、盐酸二甲双胍缓释片0.5g*30片6盒，"
        "均为每日1次，饭后服用，不适随诊，请按时来门诊复查"
    ),
    (
        "1.苯磺酸氨氯地平片 5mg×7片 ×2盒 每次5mg 每日1次；2.缬沙坦胶囊 80mg×7粒 ×1盒 每次80mg；3.盐酸二甲双胍缓"
        "释片 0.5g×30片 ×6盒"
    ),
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("wide", [560, 620, 700, 760])
def test_running_text_holds_a_line_for_each_drug(text: str, wide: int) -> None:
    """Wherever a line ends; a number that its line breaks is asked, for nobody knows where it ends."""
    reading = read(*wrapped(text, wide))
    for drug, right in zip(reading.drugs, (AMLODIPINE, VALSARTAN, METFORMIN), strict=True):
        assert told(drug)[0] == right[0]
        assert drug.boxes in (None, right[3])
        assert drug.match != "exact" or (told(drug)[1], drug.pack or right[2]) == right[1:3]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_running_text_is_read(text: str) -> None:
    reading = read(*wrapped(text, WIDE))
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]
    assert reading.accepted


def test_how_a_drug_of_a_text_is_taken_is_kept() -> None:
    first, second = read(
        "出院带药：1)苯磺酸氨氯地平片5mg×7片，×2盒，每次1片每日2次口服；2)缬沙坦胶囊80mg×7粒，×1盒"
    ).drugs
    assert (first.sig, second.sig) == ("每次1片; 每日2次; 口服", "")


def test_what_happened_in_hospital_names_no_drug_of_the_list() -> None:
    reading = read(
        "诊疗经过：入院后予硝苯地平控释片30mg qd降压，阿托伐他汀钙片20mg qn调脂，病情好",
        "转，今日出院。",
        "出院带药：1)苯磺酸氨氯地平片 5mg×7片，×2盒，口服；2)缬沙坦胶囊 80mg×7粒，×1盒",
        "出院医嘱：停用硝苯地平控释片，低盐低脂饮食。",
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


def test_a_list_right_under_how_somebody_was_at_the_end_is_read_from_its_first_line() -> None:
    found = ("出院情况:患者一般情况可,血压129/84mmHg,心率76次/分,准予出院。",)
    first = ("1. 苯磺酸氨氯地平片 5mg×7片/盒", "带药数量:14片 (2盒)  用法:一日一次")
    second = ("2. 缬沙坦胶囊 80mg×7粒/盒", "带药数量:7粒(1盒)  用法:一日一次")
    assert [told(d) for d in read(*found, *first, *second).drugs] == [AMLODIPINE, VALSARTAN]
    before = ("既往用药:患者院外服药如下,血压129/84mmHg,心率76次/分,情况可。",)
    assert [told(d) for d in read(*before, *first, "出院带药:", *second).drugs] == [VALSARTAN]


def test_a_message_whose_lines_a_comma_parts_ends_with_its_last_count() -> None:
    drugs = ("1、苯磺酸氨氯地平片,5mg*7片,2盒", "2、缬沙坦胶囊,80mg*7粒,1盒")
    reading = read("药品如下：", *drugs, "合计346.98元,请于3日内取药。")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert reading.amount is not None


def test_a_text_with_a_hole_is_not_read_as_whole() -> None:
    """A thumb on the second drug: what stands behind it is not the first one's."""
    reading = read("出院带药：1)苯磺酸氨氯地平片 5mg×7片          ×1盒；3)缬沙坦胶囊 80mg×7粒，×1盒")
    assert not reading.accepted


def test_a_number_that_the_end_of_a_line_breaks_is_asked() -> None:
    first, second = read(
        "出院带药：1)苯磺酸氨氯地平片 5mg×7片，×1盒，口服 1片/次 1次/日；2)格列美脲片 1",
        "5mg×15片，×2盒，口服",
    ).drugs
    assert (told(first)[3], second.match, second.strength.value) == (1, "ask", "")


@pytest.mark.parametrize("wide", [420, 460, 500])
def test_a_message_whose_lines_end_wherever_the_screen_does(wide: float) -> None:
    drugs = (
        "1、苯磺酸氨氯地平片(络活喜)，规格5mg*7片/盒，2盒，每日1次，每次1片；",
        "2、缬沙坦胶囊，规格80mg*7粒/盒，1盒，每日1次，每次1粒；",
        "3、盐酸二甲双胍缓释片，规格0.5g*30片/盒，6盒，每日2次，每次1片；",
    )
    reading = read(*(line for drug in drugs for line in wrapped(drug, wide)))
    for drug, known in zip(reading.drugs, (AMLODIPINE, VALSARTAN, METFORMIN), strict=True):
        name, strength, pack, boxes, _ = told(drug)
        assert (name, strength, pack) == known[:3]
        assert boxes in (known[3], None)
    assert [told(d) for d in read(*drugs).drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]


def test_a_line_whose_parts_a_comma_parts() -> None:
    drugs = (
        "1)苯磺酸氨氯地平片 5mg*7片/盒，2盒，1片 每日1次 口服",
        "2)缬沙坦胶囊(代文)80mg*7粒/盒，1盒，1粒 每日1次 口服",
        "3)盐酸二甲双胍缓释片 0.5g*30片/盒，6盒，2片每日2次口服",
    )
    after = "出院医嘱:1.低盐低脂饮食，规律服药；2.4周后门诊复查；3.不适随诊。"
    assert [told(d) for d in read("出院带药:", *drugs, after).drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]


NARROW = "药品名称            规格       数量     用法"


@pytest.mark.parametrize(
    ("lines", "drug"),
    [
        (
            (NARROW, "缬沙坦胶囊          80         2盒      每日1次", "                    mg×7粒"),
            ("80mg", 7, 2, "exact"),
        ),
        (
            (NARROW, "缬沙坦胶囊          80m        2盒      每日1次", "                    g×7粒"),
            ("80mg", 7, 2, "exact"),
        ),
        (("1.缬沙坦胶囊 80  ×2盒", "mg×7粒"), ("80mg", 7, 2, "exact")),
        (
            (NARROW, "吲哚布芬片          0.         2盒      每日1次", "                    2g×7片"),
            ("0.2g", 7, 2, "exact"),
        ),
        (("1.吲哚布芬片 0.  ×2盒", "2g×7片"), ("0.2g", 7, 2, "exact")),
        (("1.吲哚布芬片 0  ×2盒", ".2g×7片"), ("0.2g", 7, 2, "exact")),
        (("1.吲哚布芬片 0.2  ×2盒", "g×7片"), ("0.2g", 7, 2, "exact")),
    ],
    ids=range(7),
)
def test_a_strength_that_its_cell_breaks_is_joined(lines: tuple[str, ...], drug: tuple[object, ...]) -> None:
    reading = read(*lines)
    assert ([told(d)[1:] for d in reading.drugs], reading.accepted) == ([drug], True)


@pytest.mark.parametrize(
    "lines",
    [
        (NARROW, "苯磺酸氨氯地平片    2.         2盒      每日1次", "                    5mg×7片"),
        ("1.苯磺酸氨氯地平片 2.  ×2盒", "5mg×7片"),
        ("1.苯磺酸氨氯地平片 2  ×2盒", ".5mg×7片"),
        (NARROW, "2   苯磺酸氨氯地平片           2盒      每日1次", "mg×7片"),
        (NARROW, "苯磺酸氨氯地平片    5   5      2盒      每日1次", "                 mg×7片"),
    ],
    ids=range(5),
)
def test_halves_of_which_nobody_knows_what_they_are_in_one_are_no_strength(lines: tuple[str, ...]) -> None:
    (drug,) = read(*lines).drugs
    assert (drug.strength.value, drug.match) == ("", "ask")


def test_a_number_above_another_line_is_none_of_its_amounts() -> None:
    reading = read("卡号:2794  苯磺酸氨氯地平片  5mg×7片  2盒", "单位:退休   缬沙坦胶囊  80mg×7粒  1盒")
    assert [told(d)[1:] for d in reading.drugs] == [("5mg", 7, 2, "exact"), ("80mg", 7, 1, "exact")]
