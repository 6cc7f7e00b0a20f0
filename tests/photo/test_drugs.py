"""Drug lines, in the many ways they are printed: from whole pages of text to readings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.photo.formulary import Formulary, formulary
from bot.photo.names import fold
from bot.photo.reading import ReadDrug, Reading
from bot.photo.understand import understand
from bot.photo.words import Word
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, word

HEAD = (
    "上海市明珠区中心医院",
    "门诊处方笺",
    "姓名：何玉芬  性别：女  年龄：76岁  科别：心内科",
    "临床诊断：原发性高血压2级；2型糖尿病",
    "开具日期：2026年11月08日",
)
FOOT = ("医师：何志金  审核药师：杨芬德", "注：1.处方当日有效 2.取药时请当面核对药品名称、规格、数量")


def read(*lines: str, slope: float = 0.0, names: tuple[str, ...] = ()) -> Reading:
    return understand(page(*HEAD, *lines, *FOOT, slope=slope), TODAY, LISTED, names=names).reading


def told(drug: ReadDrug) -> tuple[str, str, int | None, int | None, str]:
    return drug.name.value, drug.strength.value, drug.pack, drug.boxes, drug.match


LINE = "1. 苯磺酸氨氯地平片  5mg×7片  ×2盒"
AMLODIPINE = ("苯磺酸氨氯地平片", "5mg", 7, 2, "exact")


@pytest.mark.parametrize(
    "lines",
    [
        ("Rp", "1. 苯磺酸氨氯地平片(络活喜)  5mg×7片  ×2盒", "Sig: 每次5mg 每日1次 口服"),
        ("序号  药品  数量  规格  用法", "1  苯磺酸氨氯地平片  2(盒)  5mg×7片  5mg qd"),
        ("药品名称  规格  包装  数量", "苯磺酸氨氯地平片  5mg  7片/盒  2盒"),
        ("No.  规格 Strength  药品名称 Drug  数量 Qty", "1  5mg*7片  苯磺酸氨氯地平片  2 盒"),
        ("① 苯磺酸氨氯地平片  ×2", "5mg（7片/盒）"),
        ("1.苯磺酸氨氯地平片(络活喜)5mg×7片×2盒", "用法：每次5mg 每日1次"),
        ("[1] 苯磺酸氨氯地平片  2盒", "规格:5mgx7片 单价:121.75", "用法:口服一次5mg每日1次"),
        ("1、[络活喜]苯磺酸氨氯地平片  5mg*7片/盒  共2盒", "Sig. 5mg qd p.o."),
        ("络活喜 苯磺酸氨氯地平片  5mg*7s  2盒"),
        ("序  药品名称  规格  用法用量  天数  数量  金额", "1  苯磺酸氨氯地平片  5mg*7片/盒  5mg QD  14天  2盒  17.16"),
        ("药品名称          规格        数量  单位", "苯磺酸氨氯地平片  5mg*7片/盒  2     盒"),
        ("药品名称/规格      数量  单位  金额", "苯磺酸氨氯地平片", "5mg*7片/盒          2     盒    34.00"),
        ("1. 药品名称：苯磺酸氨氯地平片", "规格：5mg/片×7片  数量：2盒", "用法用量：一次5mg，每日1次"),
        ("药品名称：苯磺酸氨氯地平片  规格：5mg*7片  数量：14片",),
        ("苯磺酸氨氯地平片(络活喜)", "规格：5mg*7片/盒                x2", "用法：口服，一次5mg，每日1次"),
        ("1. 苯磺酸氨氯地", "平片  5mg×7片  ×2盒"),
        ("①苯磺酸氨氯地平片  5mg×7片  ×2盒",),
        ("2盒苯磺酸氨氯地平片", "规格:5mg*7片", "用法:每次5mg 每日1次 口服"),
        ("2盒 苯磺酸氨氯地平片", "规格:5mg*7片", "用法:每次5mg 每日1次 口服"),
        ("2026-11-08苯磺酸氨氯地平片  5mg×7片  ×2盒",),
        ("2026-11-08 苯磺酸氨氯地平片  5mg×7片  ×2盒",),
        ("(甲)苯磺酸氨氯地平片  5mg×7片  ×2盒",),
        ("一、苯磺酸氨氯地平片", "5mg×7片  共2盒  单价54.16"),
        ("络活喜(苯磺酸氨氯地平片)  5mg×7片/盒  x2盒",),
        ("1) 苯磺酸氨氯地平片（络活喜） ......  .2盒", "(5mg)7片  每次5mg 每日1次 口服"),
        ("①苯磺酸氨氯地平片（络活喜）  5mg:7片 共2盒",),
        ("1. 苯磺酸氨氯地平片络活喜  5mg×7片  ×2盒",),
        ("[1]药品苯磺酸氨氯地平片 规格5mg*7片/盒 数量2盒 用法一次5mg每日", "1次口服"),
        ("1.品名:苯磺酸氨氯地平片;规格:5mg×7片;数量:2盒;用法:每次5mg,一日一次,口服.",),
        ("药物 苯磺酸氨氯地平片  总量2盒", "用法 口服 每次1片 每晚1次  规格5mg*7片"),
        ("苯磺酸氨氯地平片(络活喜)", "5mg*7片/盒 x2", "每日1次,每次5mg,口服"),
        ("络活喜 5mg×7片  x2盒", "(苯磺酸氨氯地平片)", "用法 口服 每日1次 每次1片"),
        ("① 苯磺酸氨氯地平片 [2盒]", "5mg×7片  每日1次,口服1片"),
        ("序  药品通用名  数量×包装×规格  每次", "1  苯磺酸氨氯地平片  2盒×7片×5mg  5mg"),
        ("01 苯磺酸氨氯地平片", "5mg/片×7片/盒  数量[2]盒"),
        ("No  含量  装量  药品  领取  用药说明", "1  5mg  7片  苯磺酸氨氯地平片(络活喜)  2盒  每次1片"),
        ("No.  规格 Strength  药品名称 Drug  数量 Qty", "5mg*7片  苯磺酸氨氯地平片  2盒", "     5mg 每日2次 口服"),
        ("苯磺酸氨氯地平片 5mg*7片 *2盒 10mg qd po",),
        ("苯磺酸氨氯地平片 5mg*7片 共2盒 口服一次2.5mg 一日2次",),
        ("苯磺酸氨氯地平片 5mg*7片 口服一次2.5mg 一日2次 共2盒",),
        ("1.苯磺酸氨氯地平片 5mg*7", "片 2盒,口服,一次1片,一日一次"),
        ("1.苯磺酸氨氯地平片 5mg*7片贰", "盒,口服,一次1片,一日一次"),
        ("1.苯磺酸氨氯地平片 5mg*7片 贰盒,口", "服,一次1片,一日一次"),
        ("苯磺酸氨氯地平片，5mg*7片，2盒，每日1次，每次1片",),
        ("药品 | 规格 | 数量 | 用法", "苯磺酸氨氯地平片 | 5mg*7片 | 2盒 | 每日1次"),
        ("[苯磺酸氨氯地平片]", "5mg*7片/盒", "数量 2盒 单价 23.56 金额 47.12"),
        ("□苯磺酸氨氯地平片  5mg  7片×2盒", "用法: 每次1片一日三次 口服"),
        ("药品名称  规格  总量  单价(元)  医保类别", "苯磺酸氨氯地平片  5mg*7片/盒  2盒  20.80  乙类(10%)"),
        (
            "项目名称          规格     数量/单位  金额(元)  备注",
            "苯磺酸氨氯地平片  5mg*7片  2/盒      20.14     乙类/5%",
        ),
        ("1. 苯磺酸氨氯地平片", "规格 5mg 每盒 7片 本次领2 盒 一日一次、每次1片"),
        ("1. 苯磺酸氨氯地平片 5mg", "每盒7片 给付 2 盒", "用法:口服,睡前一次"),
        ("苯磺酸氨氯地平片", "5mg/片×7片/盒 处方药", "¥50.88  数量x2"),
        ("1)2盒苯磺酸氨氯地平片(5mg×7片)一次5mg,一日1次×14天",),
        ("苯磺酸氨氯地平片规格5mg每盒7片开2盒一次5mg,一日2次",),
        ("3、带药:苯磺酸氨氯地平片(5mg,7片/盒)2盒,一次5mg,一日1次。",),
        ("药品名称          规格  频次  包装规格  领药数(盒/瓶)", "苯磺酸氨氯地平片  5mg   qd    7片/盒    2"),
        (
            "药品通用名        规格   包装(每盒/瓶)  总量     用法",
            "苯磺酸氨氯地平片  5mg    7片            14片     5mg qd",
        ),
        ("一、西药", "#  品名  规格×包装量  用法  数量  小计", "1  苯磺酸氨氯地平片  5mg*7片  5mg/次  2盒  17.16"),
    ],
    ids=range(58),
)
def test_one_drug_in_many_printings(lines: tuple[str, ...] | str) -> None:
    reading = read(*((lines,) if isinstance(lines, str) else lines))
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]
    assert reading.accepted


@pytest.mark.parametrize("slope", [-0.12, -0.05, 0.05, 0.12])
def test_a_leaning_page_keeps_its_rows(slope: float) -> None:
    reading = read(
        "1. 苯磺酸氨氯地平片(络活喜)                         5mg×7片                   ×2盒",
        "Sig: 每次5mg 每日1次 口服",
        "2. 缬沙坦胶囊(代文)                                 80mg×7粒                  ×1盒",
        "Sig: 每次80mg 每日1次 口服",
        slope=slope,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, ("缬沙坦胶囊", "80mg", 7, 1, "exact")]


def test_the_dose_is_not_the_strength() -> None:
    drug = read("1. 多巴丝肼片  250mg×40片  ×2盒", "用法:口服一次125mg每日3次").drugs[0]
    assert told(drug) == ("多巴丝肼片", "250mg", 40, 2, "exact")
    assert "125mg" in drug.sig


@pytest.mark.parametrize(
    ("line", "drug"),
    [
        ("碳酸钙D3片(钙尔奇D)  0.6g×60片  ×3盒", ("碳酸钙D3片", "0.6g", 60, 3, "exact")),
        ("甘精胰岛素注射液  3ml:300单位x1支  4盒", ("甘精胰岛素注射液", "3ml:300单位", 1, 4, "exact")),
        ("门冬胰岛素30注射液  3ml:300单位×1支  ×2盒", ("门冬胰岛素30注射液", "3ml:300单位", 1, 2, "exact")),
        ("硝苯地平缓释片(Ⅱ)  20mg×30片  ×2盒", ("硝苯地平缓释片(Ⅱ)", "20mg", 30, 2, "exact")),
        ("阿齐沙坦片  20mg×7片  ×2盒", ("阿齐沙坦片", "20mg", 7, 2, "unknown")),
        ("伲福达(硝苯地平缓释片(Ⅱ))  20mg×30片  ×2盒", ("硝苯地平缓释片(Ⅱ)", "20mg", 30, 2, "exact")),
        ("德谷胰岛素注射液(诺和达)  3m1:300单位:1支  共6盒", ("德谷胰岛素注射液", "3ml:300单位", 1, 6, "exact")),
        ("甘精胰岛素注射液  3ml:300单位*1支  肆支", ("甘精胰岛素注射液", "3ml:300单位", 1, 4, "exact")),
        ("诺和锐30 3ml:300单位×1支  x2盒", ("诺和锐30", "3ml:300单位", 1, 2, "exact")),
        ("瑞舒伐他江钙片  10mg*7片/盒  6盒", ("瑞舒伐他江钙片", "10mg", 7, 6, "ask")),
    ],
)
def test_names_with_digits_marks_and_errors(line: str, drug: tuple[object, ...]) -> None:
    assert told(read(line).drugs[0]) == drug


def test_a_brand_and_the_generic_name_under_it_are_one_drug() -> None:
    reading = read("络活喜 5mg×7片  x2盒", "(苯磺酸氨氯地平片)", "用法 每日1次", "代文 80mg×7粒  x1盒", "(缬沙坦胶囊)")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, ("缬沙坦胶囊", "80mg", 7, 1, "exact")]
    assert [d.brand for d in reading.drugs] == ["络活喜", "代文"]


@pytest.mark.parametrize(
    ("brand", "generic", "drug"),
    [
        ("络活喜", "(苯磺酸氨氯地苹片)", ("络活喜", "5mg", 7, 2, "exact")),
        ("得舒特", "(匹维溴铵片)", ("匹维溴铵片", "5mg", 7, 2, "unknown")),
    ],
    ids=["misread under a listed brand", "under a brand that is not listed"],
)
def test_a_name_in_brackets_under_a_brand(brand: str, generic: str, drug: tuple[object, ...]) -> None:
    assert [told(d) for d in read(f"{brand} 5mg×7片  x2盒", generic, "用法 每日1次").drugs] == [drug]


@pytest.mark.parametrize("generic", ["(缬沙坦胶囊)", "(匹维溴铵片)"], ids=["listed", "not listed"])
def test_another_drug_in_brackets_is_another_drug(generic: str) -> None:
    reading = read("络活喜 5mg×7片  x2盒", generic)
    assert len(reading.drugs) == 2
    assert reading.missing == ("strength",)


def test_an_amount_that_is_broken_at_the_end_of_a_line() -> None:
    reading = read("1. 布地奈德福莫特罗吸入粉雾剂(Ⅱ)  160μg:4.5", "μg×60吸  2盒", "用法 每次1吸")
    assert told(reading.drugs[0]) == ("布地奈德福莫特罗吸入粉雾剂(Ⅱ)", "160μg:4.5μg", 60, 2, "exact")


def test_an_unsure_character_is_read_otherwise_and_asked_about() -> None:
    words = list(page(*HEAD, "1. 甲硫咪唑片  10mg×50片  ×1盒", *FOOT))
    at = next(i for i, w in enumerate(words) if "甲硫" in w.text)
    w = words[at]
    second = tuple("巯" if c == "硫" else "" for c in w.text)
    sure = tuple(0.6 if c == "硫" else 0.99 for c in w.text)
    words[at] = Word(w.text, w.conf, 0.6, w.x, w.y, w.w, w.h, w.slope, sure, w.at, second)
    drug = understand(words, TODAY, LISTED).reading.drugs[0]
    assert (drug.name.value, drug.match, drug.known) == ("甲巯咪唑片", "ask", "甲巯咪唑片")


def test_directions_diagnoses_and_notes_are_no_drugs() -> None:
    notes = ("温馨提示：饭后服用止痛片", "2.不得涂改。", "2型糖尿病性肾病")
    reading = read("1. 来曲唑片  2.5mg×10片  ×2盒", "每次1片 口服", "------以下空白------", *notes)
    assert [d.name.value for d in reading.drugs] == ["来曲唑片"]


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        (("1. 来曲唑片  ×2盒",), ("strength",)),
        (("1. 来曲唑片  2.5mg×10片  ×2盒",), ()),
        (("1. 来曲唑片  25mg×10片  ×2盒",), ("strength",)),
        (("1. 来曲唑片  0.25mg×10片  ×2盒",), ("strength",)),
        (("1. 来曲唑片  5mg×10片  ×2盒",), ()),
        (("1. 来曲唑片  025mg×10片  ×2盒",), ("strength",)),
        ((), ("drug",)),
        (("5mg×7片  ×2盒",), ("drug",)),
        (("1. 来曲唑片  2.5mg×10片  ×2盒", "", "10mg×7片  ×1盒"), ("drug",)),
    ],
    ids=[
        "no strength",
        "whole",
        "point lost",
        "point moved",
        "another strength",
        "lost point",
        "no drug",
        "no name",
        "a second drug without its name",
    ],
)
def test_what_is_missing(lines: tuple[str, ...], missing: tuple[str, ...]) -> None:
    assert read(*lines).missing == missing


def test_all_that_can_be_missing() -> None:
    assert understand((), TODAY, LISTED).reading.missing == ("hospital", "patient", "date", "drug", "foot")


def test_unsure_print_is_not_read() -> None:
    faint = [
        Word(w.text, 0.45, 0.3, w.x, w.y, w.w, w.h, w.slope, (0.3,) * len(w.text), w.at)
        for w in page(*HEAD, "1. 阿齐沙坦片  20mg×7片  ×2盒", *FOOT)
    ]
    assert understand(faint, TODAY, LISTED).reading.missing == ("hospital", "patient", "date", "drug", "strength")


def test_a_count_that_was_not_found_is_worth_a_second_look() -> None:
    lines = ("1. 来曲唑片        2.5mg×10片        ×2盒", "2. 缬沙坦胶囊      80mg×7粒")
    words = page(*HEAD, *lines, *FOOT)
    spots = understand(words, TODAY, LISTED).spots
    counted = next(w for w in words if w.text == "×2盒")
    line = next(w for w in words if "缬沙坦" in w.text)
    assert [(round(s.x), round(s.y)) for s in spots] == [(round(counted.x), round(line.y))]


@pytest.mark.parametrize("gap", [1, 7], ids=["right below", "far below"])
def test_a_count_that_stands_alone_tells_that_its_drug_is_hidden(gap: int) -> None:
    lost = read("1. 来曲唑片  2.5mg×10片  1 盒", *["" for _ in range(gap)], "                    1 盒")
    assert lost.missing == ("drug",)


def test_names_are_looked_for() -> None:
    assert read("1. 来曲唑片  2.5mg×10片", names=("何玉芬", "何玉芳", "王五")).found == ("何玉芬",)


def test_a_name_is_looked_for_where_the_patient_stands() -> None:
    lines = [line for line in HEAD if "姓名" not in line]
    for said in ("代办人姓名：李平", "医师：李平", "联系人 李平"):
        words = page(*lines, said, "1. 来曲唑片  2.5mg×10片", *FOOT)
        assert understand(words, TODAY, LISTED, names=("李平",)).reading.found == ()
    unlabelled = page(*lines, "李平", "1. 来曲唑片  2.5mg×10片", *FOOT)
    assert understand(unlabelled, TODAY, LISTED, names=("李平",)).reading.found == ("李平",)


@pytest.mark.parametrize(
    ("line", "controlled"),
    [
        ("1. 右佐匹克隆片  3mg×6片  ×2盒", True),
        ("1. 地西泮片  2.5mg×20片  ×1盒", True),
        ("1. 思诺思  10mg×20片  ×1盒", True),
        ("1. 酒石酸唑吡坦片  10mg×20片  ×1盒", True),
        ("1. 来曲唑片  2.5mg×10片  ×2盒", False),
    ],
)
def test_controlled_drugs_are_marked(line: str, controlled: bool) -> None:
    assert [d.controlled for d in read(line).drugs] == [controlled]


def test_the_mark_of_a_controlled_form_is_seen() -> None:
    assert read("精二", "1. 来曲唑片  2.5mg×10片").controlled_mark
    assert not read("1. 精蛋白人胰岛素混合注射液(30R)  3ml:300单位").controlled_mark


@pytest.mark.parametrize(
    ("first", "last"), [("(1) ", "(3) "), ("1. ", "3. "), ("① ", "③ "), ("1  ", "3  "), ("一、", "三、")]
)
def test_a_number_beyond_the_drugs_read_tells_that_one_is_lost(first: str, last: str) -> None:
    lines = (f"{first}阿卡波糖片  50mg×30片  ×2盒", f"{last}苯磺酸氨氯地平片  5mg×7片  ×2盒")
    lost = read(*lines)
    assert not lost.accepted
    assert lost.missing == ("lines",)
    assert read(lines[0], lines[1].replace("3", "2").replace("③", "②").replace("三", "二")).accepted


@pytest.mark.parametrize("mark", ["④", "+", "~", "4"])
def test_a_misread_number_is_no_part_of_a_name(mark: str) -> None:
    assert told(read(f"{mark}苯磺酸氨氯地平片  5mg×7片  ×2盒").drugs[0]) == AMLODIPINE


@pytest.mark.parametrize(
    "printed", ["2,5mg", ".5mg", "2 5mg", "2'5mg", "2，5mg", "2、5mg", "2. 5mg", "2:5mg", "2-5mg", "Z.5mg"]
)
@pytest.mark.parametrize(
    "line",
    ["1. 富马酸比索洛尔片  {}×7片  ×2盒", "富马酸比索洛尔片{}*7片/盒  2盒", "富马酸比索洛尔片  规格:{}  数量:2盒"],
)
def test_a_strength_is_read_whole_or_asked(line: str, printed: str) -> None:
    """5mg is listed too: a strength read by its tail would be twice or ten times too much."""
    reading = read(line.format(printed))
    assert [(fold(d.name.value), d.strength.value) for d in reading.drugs] == [("富马酸比索洛尔片", "")]
    assert {d.match for d in reading.drugs} <= {"ask", "unknown"}
    assert reading.missing == ("strength",)


def test_the_parts_of_one_number_may_be_found_as_two_words() -> None:
    words = [*page(*HEAD, "1. 富马酸比索洛尔片", *FOOT)]
    at = next(w for w in words if "比索洛尔" in w.text)
    split = (word("2.", at.right + 60, at.y), word("5mg×7片", at.right + 90, at.y))
    assert understand((*words, *split), TODAY, LISTED).reading.missing == ("strength",)
    apart = (word("2", at.right + 60, at.y), word("5mg×7片", at.right + 120, at.y))
    assert understand((*words, *apart), TODAY, LISTED).reading.missing == ()


@pytest.mark.parametrize("count", ["-1盒", "1 2盒", "1-2盒", "1,2盒", ".5盒", "1/2盒"])
def test_a_count_is_read_whole_or_asked(count: str) -> None:
    drug = read(f"1. 苯磺酸氨氯地平片  5mg×7片  {count}").drugs[0]
    assert told(drug) == ("苯磺酸氨氯地平片", "5mg", 7, None, "exact")


# ---------------------------------------------------------------- a count has a unit of boxes, or is asked

COUNTS = [
    # sachets, pens, patches: the pack is never the count
    (("蒙脱石散  3g×18袋  3",), None),
    (("甘精胰岛素注射液  3ml:300单位×1支  伍盒",), 5),
    (("甘精胰岛素注射液  3ml:300单位×1支",), None),
    (("甘精胰岛素注射液  3ml:300单位×1支  ×2支",), 2),
    (("甘精胰岛素注射液  3ml:300单位  2支",), 2),
    (("重组人促红素注射液  3ml:300单位×5支/盒  10支",), 2),
    (("重组人促红素注射液  3ml:300单位×5支/盒  4支",), None),
    (("蒙脱石散  3g×9袋/盒  4",), None),
    (("蒙脱石散  3g×9袋/盒  18袋",), 2),
    (("蒙脱石散  3g  18袋",), None),
    # tablets under 数量
    (("药品名称        规格        数量  单位", "苯磺酸氨氯地平片  5mg×7片     14    片"), 2),
    (("药品名称        规格        数量  单位", "苯磺酸氨氯地平片  5mg×7片     10    片"), None),
    (("药品名称        规格        数量  单位", "苯磺酸氨氯地平片  5mg         14    片"), None),
    (("药品名称        规格        数量  单位", "苯磺酸氨氯地平片  5mg×7片     2     盒"), 2),
    (("药品名称        规格        数量  单位", "苯磺酸氨氯地平片  5mg×7片     2"), None),
    (("药品名称        规格        单位  数量", "苯磺酸氨氯地平片  5mg×7片     片    14"), 2),
    (("药品名称        规格        数量(片)", "苯磺酸氨氯地平片  5mg×7片     14"), 2),
    (("药品名称        规格        数量(盒)", "苯磺酸氨氯地平片  5mg×7片     2"), 2),
    (("药品名称        规格        数量", "苯磺酸氨氯地平片  5mg×7片     2"), 2),
    (("药品名称        规格        数量", "苯磺酸氨氯地平片  5mg×7片     14"), None),
    (("药品名称        规格        数量", "苯磺酸氨氯地平片  5mg×7片     7"), None),
    (("药品名称        规格        总量", "苯磺酸氨氯地平片  5mg×7片     140"), None),
    (("药品名称：苯磺酸氨氯地平片  规格：5mg×7片  数量：480片",), None),
    # blisters
    (("阿齐沙坦片  20mg×5片/板×2板/盒  6盒",), 6),
    (("阿齐沙坦片  20mg×10片×3板/盒  2盒",), 2),
    (("苯磺酸氨氯地平片  5mg×7片/板  2盒",), 2),
    (("苯磺酸氨氯地平片  5mg×7片  6板",), None),
    (("苯磺酸氨氯地平片  5mg×7片×2板",), None),
    # a digit behind the unit is another hand's, or another count
    (("药品  规格  数量", "苯磺酸氨氯地平片  5mg×7片  1盒2"), None),
    (("苯磺酸氨氯地平片  5mg×7片  2盒17.16",), 2),
    # many, parts, letters
    (("苯磺酸氨氯地平片  5mg×7片  13盒",), None),
    (("苯磺酸氨氯地平片  5mg×7片×30盒",), None),
    (("苯磺酸氨氯地平片  5mg×7片  12盒",), 12),
    (("苯磺酸氨氯地平片  5mg×7片  0盒",), None),
    (("苯磺酸氨氯地平片  5mg×7片  贰盒",), 2),
    (("苯磺酸氨氯地平片  5mg×7片  共两盒",), 2),
    (("苯磺酸氨氯地平片  5mg×7片  拾贰盒",), None),
    (("药品名称        规格        数量", "苯磺酸氨氯地平片  5mg×7片     2.00"), 2),
    (("苯磺酸氨氯地平片  5mg×7片  x2 34.50",), 2),
    (("苯磺酸氨氯地平片  5mg×7片/盒  x2  372.88",), 2),
    (("苯磺酸氨氯地平片  5mg×7片  2盒  3盒",), None),
    (
        (
            "药品名称          规格        单次剂量  单位    数量  单位",
            "苯磺酸氨氯地平片  5mg×7片     1         片      2     盒",
        ),
        2,
    ),
    (("药品名称          规格        单次剂量  单位    数量", "苯磺酸氨氯地平片  5mg×7片     7         片      2"), 2),
    # a dose is no count
    (("苯磺酸氨氯地平片  5mg×7片  7片  2盒",), 2),
    (("苯磺酸氨氯地平片  5mg×7片  7片  qd",), None),
    (("药品名称        规格        单次剂量  单位", "苯磺酸氨氯地平片  5mg×7片     7         片"), None),
    (("甘精胰岛素注射液  3ml:300单位×1支  2支  3盒",), 3),
    (("药品名称        规格        数量", "苯磺酸氨氯地平片  5mg×7片     2盒", "                              4"), 2),
]


@pytest.mark.parametrize(("lines", "boxes"), COUNTS, ids=range(len(COUNTS)))
def test_a_count_is_of_boxes_or_converted_by_the_pack_or_asked(lines: tuple[str, ...], boxes: int | None) -> None:
    assert [d.boxes for d in read(*lines).drugs] == [boxes]


@pytest.mark.parametrize(
    ("line", "pack"),
    [
        ("5mg×7片/板×2板/盒", 14),
        ("5mg×7片×3板/盒", 21),
        ("5mg×12片*2板", 24),
        ("5mg*2板*12片", 24),
        ("5mg×7片/板", None),
    ],
)
def test_blisters_make_a_pack(line: str, pack: int | None) -> None:
    drug = read(f"阿齐沙坦片  {line}  2盒").drugs[0]
    assert (drug.strength.value, drug.pack, drug.boxes) == ("5mg", pack, 2)


# ---------------------------------------------------------------- another pack is another line


@pytest.mark.parametrize(("printed", "pack"), [("5mg×28片", 28), ("5mg×14片/盒", 14), ("5mg×7片/板×2板/盒", 14)])
def test_another_pack_than_the_listed_one_is_asked_and_never_converted(printed: str, pack: int) -> None:
    drug = read(f"苯磺酸氨氯地平片  {printed}  ×1盒").drugs[0]
    assert (drug.match, drug.pack, drug.boxes, bool(drug.code)) == ("ask", pack, None, True)


def test_the_listed_pack_or_none_printed_is_exact() -> None:
    assert told(read("苯磺酸氨氯地平片  5mg×7片  ×1盒").drugs[0]) == ("苯磺酸氨氯地平片", "5mg", 7, 1, "exact")
    assert told(read("苯磺酸氨氯地平片  5mg  ×1盒").drugs[0]) == ("苯磺酸氨氯地平片", "5mg", None, 1, "exact")


# ---------------------------------------------------------------- a line that is lost is noticed

THREE = ("1. 苯磺酸氨氯地平片  5mg×7片  ×2盒", "2. 缬沙坦胶囊  80mg×7粒  ×1盒", "3. 来曲唑片  2.5mg×10片  ×2盒")


@pytest.mark.parametrize("style", ["{}. ", "({}) ", "{letter}. ", "{letter}、", "{letter}) "])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_a_gap_in_the_numbers_of_a_list(style: str, lost: int) -> None:
    lines = [style.format(n, letter="ABC"[n - 1]) + line[3:] for n, line in enumerate(THREE, 1)]
    whole = read(*lines)
    assert [d.name.value for d in whole.drugs] == ["苯磺酸氨氯地平片", "缬沙坦胶囊", "来曲唑片"]
    assert whole.accepted
    if lost < 2:  # the last one leaves no gap
        assert "lines" in read(*(line for n, line in enumerate(lines) if n != lost)).missing


@pytest.mark.parametrize(
    "torn",
    [
        "苯磺酸氨",
        "1. 苯磺酸氨氯",
        "苯磺酸氨氯地",
        "硫酸氢  5mg×7片  ×2盒",
        "硫酸氢 5mg",
        "氯地平片  5mg×7片  ×2盒",
        "1. 盐酸二甲",
    ],
)
def test_a_torn_name_is_no_drug_and_its_line_is_missed(torn: str) -> None:
    for lines in ((torn, *(line[3:] for line in THREE[1:])), (THREE[1][3:], torn, THREE[2][3:])):
        reading = read(*lines)
        assert "drug" in reading.missing
        assert all(d.match == "unknown" or d.known in ("缬沙坦胶囊", "来曲唑片") for d in reading.drugs)


def test_a_hole_of_a_line_among_lines_of_one_pitch() -> None:
    plain = [line[3:] for line in THREE] + ["阿卡波糖片  50mg×30片  ×1盒"]
    assert read(*plain).accepted
    assert "lines" in read(*plain[:2], "", *plain[2:]).missing
    assert read(*(line for name in plain for line in (name, "用法：每日1次"))).accepted
    assert (
        "lines" in read(plain[0], "用法：每日1次", "", "", plain[1], "用法：每日1次", plain[2], "用法：每日1次").missing
    )


def test_an_unsure_strength_of_a_drug_with_several_is_asked() -> None:
    row = {"code": "X1", "name_zh": "来曲唑片", "strength": "2.5mg", "pack": "10"}
    listed = formulary([row, {**row, "code": "X2", "strength": "5mg"}])
    for sure, match in ((0.99, "exact"), (0.6, "ask")):
        words = [*page(*HEAD, "1. 来曲唑片", *FOOT)]
        at = next(w for w in words if "来曲唑" in w.text)
        amount = word("5mg×10片", at.right + 60, at.y, conf=sure)
        assert [d.match for d in understand([*words, amount], TODAY, listed).reading.drugs] == [match]
        assert [d.match for d in understand([*words, amount], TODAY, LISTED).reading.drugs] == ["unknown"]


def test_a_card_a_drug_numbered_behind_its_label() -> None:
    reading = read(
        *("药品1：尼群地平片", "规格：10mg×100片/盒  数量：1盒", "用法：每次10mg，每日2次，口服"),
        *("药品2:来曲唑片", "规格：2.5mg×10片/盒  数量：2盒", "用法：每次2.5mg，每日1次，口服"),
    )
    assert [(d.name.value, d.match, d.boxes) for d in reading.drugs] == [
        ("尼群地平片", "exact", 1),
        ("来曲唑片", "exact", 2),
    ]


def test_a_card_that_is_lost_is_missed() -> None:
    reading = read(
        "药品1：尼群地平片", "规格：10mg×100片/盒  数量：1盒", "药品3：来曲唑片", "规格：2.5mg×10片/盒  数量：2盒"
    )
    assert "lines" in reading.missing


@pytest.mark.parametrize(
    ("mark", "match"),
    [
        *(
            ("(Ⅰ)", "exact"),
            ("（Ⅰ）", "exact"),
            ("(I)", "exact"),
            ("(1)", "exact"),
            ("(l)", "exact"),
            ("( 1 )", "exact"),
        ),
        *(("(Ⅱ)", "ask"), ("(11)", "ask"), ("(Ⅲ)", "ask")),  # the list has (Ⅰ)
    ],
)
def test_a_mark_of_strokes(mark: str, match: str) -> None:
    drug = read(f"1. 缬沙坦氨氯地平片{mark}  80mg:5mg×7片  ×2盒").drugs[0]
    assert (drug.match, drug.known) == (match, "缬沙坦氨氯地平片(Ⅰ)")


@pytest.mark.parametrize("mark", ["(工)", "（皿）", "(川)"])
def test_a_mark_that_is_read_as_a_character_is_asked(mark: str) -> None:
    drug = read(f"1. 缬沙坦氨氯地平片{mark}  80mg:5mg×7片  ×2盒").drugs[0]
    assert (drug.match, drug.known) == ("ask", "缬沙坦氨氯地平片(Ⅰ)")


def marked(strokes: str, sure: float, other: str, *, strength: str = "80mg:5mg", listed: Formulary = LISTED) -> str:
    """The match of a drug in whose mark each stroke is so sure, and otherwise ``other``."""
    line = f"1. 缬沙坦氨氯地平片({strokes})  {strength}×7片  ×2盒"
    at = len("1. 缬沙坦氨氯地平片(")

    def unsure(w: Word) -> Word:
        if strokes not in w.text:
            return w
        second = ["", *("" for _ in w.text[1:])]
        second[at : at + len(strokes)] = [other] * len(strokes)
        sures = (*w.sure[:at], *(sure for _ in strokes), *w.sure[at + len(strokes) :])
        return replace(w, sure=sures, low=sure, second=tuple(second))

    words = [unsure(w) if w.text.startswith("1. ") else w for w in page(*HEAD, line, *FOOT)]
    return understand(words, TODAY, listed).reading.drugs[0].match


@pytest.mark.parametrize(
    ("strokes", "sure", "other", "match"),
    [
        *(("1", 0.7, "", "exact"), ("I", 0.6, "l", "exact"), ("Ⅱ", 0.6, "I", "exact"), ("ⅡI", 0.5, "I", "ask")),
        *(("Ⅱ", 0.9, "I", "ask"), ("Ⅱ", 0.6, "", "ask"), ("11", 0.6, "I", "ask")),
    ],
)
def test_a_mark_of_strokes_that_are_not_sure(strokes: str, sure: float, other: str, match: str) -> None:
    assert marked(strokes, sure, other) == match


def test_a_mark_that_is_not_sure_is_asked_where_it_tells_two_drugs() -> None:
    names = ("缬沙坦氨氯地平片(Ⅰ)", "缬沙坦氨氯地平片(Ⅱ)")
    both = formulary(
        [{"code": n, "name_zh": n, "strength": f"80mg:{at}mg"} for at, n in zip((5, 10), names, strict=True)]
    )
    assert marked("1", 0.7, "Ⅱ", strength="80mg:5mg", listed=both) == "ask"
    assert marked("1", 0.9, "Ⅱ", strength="80mg:5mg", listed=both) == "exact"


@pytest.mark.parametrize(
    "printed",
    [
        "缬沙坦胶囊/氨氯地平",
        "缬沙坦胶囊(替米沙坦)",
        "缬沙坦胶囊 改 替米沙坦片",
        "缬沙坦胶囊 替米沙坦片",
        "缬沙坦胶囊(替米沙坦片)",
    ],
)
def test_another_drug_beside_a_name_makes_neither_certain(printed: str) -> None:
    reading = read(f"1. {printed}  80mg×7粒  ×2盒")
    assert not reading.accepted or [d.match for d in reading.drugs] == ["unknown"]


def test_a_line_that_begins_with_a_listed_name_is_never_passed_over() -> None:
    """As of a clear hand below the list: its amount is not read as one (Q.59 for 0.5g), and still it is a drug."""
    got = read("1. 苯磺酸氨氯地平片  5mg×7片  2盒", "", "盐酸二甲双胍缓释片Q.59×20片—3盒")
    assert [d.name.value for d in got.drugs] == ["苯磺酸氨氯地平片", "盐酸二甲双胍缓释片"]
    assert (got.accepted, got.missing, told(got.drugs[0])) == (False, ("strength",), AMLODIPINE)


@pytest.mark.parametrize("line", ["(本次未开中药饮片)", "本次未开中成药", "苯磺酸氨氯地平片：餐后服用，一次1片"])
def test_what_was_not_prescribed_is_no_drug(line: str) -> None:
    got = read("1. 苯磺酸氨氯地平片  5mg×7片  2盒", "", line)
    assert ([told(d) for d in got.drugs], got.accepted) == ([AMLODIPINE], True)


@pytest.mark.parametrize("brand", ["商品名：络活喜", "商品名  络活喜", "商品名称：络活喜"])
def test_the_brand_in_a_row_of_its_own_is_no_second_drug(brand: str) -> None:
    amounts = ("规格：5mg", "包装：7片/盒", "用法：口服 每日1次", "数量：2盒")
    for names in (("通用名：苯磺酸氨氯地平片", brand), (brand, "通用名：苯磺酸氨氯地平片")):
        reading = read(names[0], names[1], *amounts)
        assert [told(d) for d in reading.drugs] == [AMLODIPINE]
        assert reading.accepted


def test_the_brand_of_another_drug_in_a_row_of_its_own_is_asked() -> None:
    reading = read("通用名：苯磺酸氨氯地平片", "商品名：代文", "规格：5mg", "包装：7片/盒", "数量：2盒")
    assert [d.match for d in reading.drugs] != ["exact"]


@pytest.mark.parametrize(
    "line",
    [
        "2型糖尿病患者随访服务记录表",
        "症状  1无症状2头痛头晕3恶心呕吐4心悸胸闷  [1]",
        "4心悸胸闷",
        "此次随访分类  1控制满意2控制不满意3不良反应4并发症  [1]",
        "①存根②药房③患者",
    ],
)
def test_what_a_form_gives_to_tick_is_no_drug(line: str) -> None:
    reading = read(line, "1. 苯磺酸氨氯地平片(络活喜)  5mg×7片  ×2盒")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_a_value_of_the_laboratory_is_no_drug() -> None:
    reading = read("血钾 4.1mmol/L", "糖化血红蛋白7.1%。心脏彩超：LVEF45%", "苯磺酸氨氯地平片 5mg×7片  2盒")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_how_a_drug_is_taken_is_no_drug() -> None:
    reading = read("1.苯磺酸氨氯地平片", "5mg×7片  2盒", "舌下含服 5mg prn")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_a_line_with_its_pack_is_not_passed_over_where_its_amount_is_misread() -> None:
    reading = read("苯磺酸氨氯地平片@mg×7片  2盒", "缬沙坦胶囊  80mg×7粒  1盒")
    assert [d.name.value for d in reading.drugs] == ["苯磺酸氨氯地平片", "缬沙坦胶囊"]
    assert "strength" in reading.missing


def test_the_second_list_of_diagnoses_is_no_drug() -> None:
    told_twice = ("入院诊断：", "1.骨质疏松症；2.慢性胃炎", "出院诊断：", "1.骨质疏松症；2.慢性胃炎；3.斑块形成")
    reading = read(*told_twice, "血钾 122g/L", "苯磺酸氨氯地平片 5mg×7片  2盒")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_what_a_whole_basket_holds_is_no_count_of_its_last_drug() -> None:
    lines = ("苯磺酸氨氯地平片", "5mg*7片/盒", "¥17.00  x2")
    assert [told(d) for d in read(*lines, "共2件小计 ¥34.00").drugs] == [AMLODIPINE]
    assert read(*lines, "共2件").drugs[0].boxes is None


def test_the_strengths_of_a_hong_kong_bill_stand_under_their_own_head() -> None:
    drugs = read("药物名称        剂量规格  包装      数量", "苯磺酸氨氯地平片  5mg     7粒/盒    2").drugs
    assert [told(d) for d in drugs] == [AMLODIPINE]


def test_a_name_with_its_mark_in_a_frame() -> None:
    drugs = read("[西格列汀二甲双胍片(Ⅱ)]", "50mg:850mg*28片/盒", "数量 1盒").drugs
    assert [told(d) for d in drugs] == [("西格列汀二甲双胍片(Ⅱ)", "50mg:850mg", 28, 1, "exact")]


def test_what_is_to_be_ticked_and_is_not_says_nothing() -> None:
    drugs = read(LINE, "口服 每日1次 每次1片", "□饭前  □饭后  □睡前  注意事项见说明书").drugs
    assert [d.sig for d in drugs] == ["口服 每日1次 每次1片"]


def test_another_day_in_the_advice_is_of_no_second_visit() -> None:
    advice = "建议:低盐饮食;2026年12月6日复诊,复查血脂。"
    head = ("上海市明珠区中心医院", "姓名：何玉芬  性别：女  接种日期：2026-11-08")
    foot = "医师(电子签名):何志金  打印 2026年11月8日"
    assert understand(page(*head, LINE, "每次5mg 每日1次", advice, foot), TODAY, LISTED).reading.accepted


def test_advice_below_the_last_drug_is_none_of_how_it_is_taken() -> None:
    advice = ("健康指导：", "每周测血压不少于2次;如出现头晕请及时联系。", "口服 每日1次")
    assert [d.sig for d in read(LINE, "每次5mg 每日1次", *advice).drugs] == ["每次5mg 每日1次"]
    assert [told(d) for d in read("用药指导：", LINE).drugs] == [AMLODIPINE]


@pytest.mark.parametrize("head", ["一、检查化验类", "二、药品类", "3. 治疗材料类"])
def test_the_head_of_a_part_of_a_bill_is_no_drug(head: str) -> None:
    assert [told(d) for d in read(head, LINE).drugs] == [AMLODIPINE]


@pytest.mark.parametrize("mark", "★●◆◇❖▪")
def test_a_mark_before_a_name_is_no_part_of_it(mark: str) -> None:
    """Read as one word with it, and not surely."""
    words = [
        replace(w, sure=(0.4, *w.sure[1:])) if w.text[0] == mark else w
        for w in page(*HEAD, f"{mark}苯磺酸氨氯地平片 2盒", "包装规格 5mg*7片/盒", *FOOT)
    ]
    reading = understand(words, TODAY, LISTED).reading
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]
    assert reading.accepted


@pytest.mark.parametrize(
    "line",
    [
        "- 已经到底了-",
        "1月后门诊复查",
        "3个月后门诊复诊",
        "傅卫东已诊",
        "建议固定时间服用",
        "服药期间忌饮酒 150mg",
        "药物标签一览",
    ],
)
def test_words_of_advice_are_no_drug(line: str) -> None:
    reading = read(LINE, "用法:口服 每次1片 每日两次", line)
    assert [d.name.value for d in reading.drugs] == ["苯磺酸氨氯地平片"]
    assert reading.accepted


@pytest.mark.parametrize(
    "line", ["2. 恩替卡", "硫酸氢", "药品:恩替半肌", "恩替卡韦片", "恩替卡  每日一次", "恩替卡  3盒"]
)
def test_what_may_be_a_drug_is_not_overlooked(line: str) -> None:
    assert not read(LINE, line).accepted


@pytest.mark.parametrize("number", ["", "1. "])
def test_a_brand_in_a_row_of_its_own_is_no_drug(number: str) -> None:
    rows = (f"{number}络活喜", "苯磺酸氨氯地平片  5mg×7片  ×2盒", "弗隆", "来曲唑片  2.5mg×10片  ×1盒")
    reading = read(*rows)
    assert [(d.name.value, d.brand, d.boxes) for d in reading.drugs] == [
        ("苯磺酸氨氯地平片", "络活喜", 2),
        ("来曲唑片", "弗隆", 1),
    ]


def test_a_brand_above_another_drug_is_asked_about() -> None:
    reading = read("络活喜", "来曲唑片  2.5mg×10片  ×1盒")
    assert [d.match for d in reading.drugs] == ["ask", "exact"]
    assert not reading.accepted


def test_what_is_given_in_all_is_a_count() -> None:
    rows = (
        "通心络胶囊0.26g×30粒/盒",
        "口服每次3粒 每日三次7天共3盒",
        "硝酸甘油片0.5mg×24片/盒",
        "含服 每次1片 7天 共1盒",
    )
    assert [d.boxes for d in read(*rows).drugs] == [3, 1]


@pytest.mark.parametrize(
    ("line", "boxes"),
    [
        ("苯磺酸氨氯地平片  5mg×7片  6盒×9.54 57.27", 6),
        ("苯磺酸氨氯地平片  5mg×7片  6盒×2", None),
        ("苯磺酸氨氯地平片  5mg×7片  6盒(2", None),
    ],
)
def test_times_a_price_is_no_second_count(line: str, boxes: int | None) -> None:
    assert read(line).drugs[0].boxes == boxes


@pytest.mark.parametrize(
    ("head", "line"),
    [
        (
            "行  品名               规格         单位    实发    单价",
            "01  苯磺酸氨氯地平片   5mg*7片      盒      2       7.83",
        ),
        (
            "药品名称及规格             用药方法          天数   发药数   嘱托",
            "苯磺酸氨氯地平片5mg*7片    5mg 口服 每日1次   14     2盒",
        ),
    ],
    ids=["given in fact", "handed out"],
)
def test_a_count_under_another_word_for_it(head: str, line: str) -> None:
    reading = read(head, line)
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]
    assert reading.accepted


@pytest.mark.parametrize(
    "lines",
    [
        ("1. 苯磺酸氨氯地平片 5mg×7片/盒 2盒；5mg，每日1次，口服",),
        ("①苯磺酸氨氯地平片5mg×7片/盒5mg qd口服;带药2盒。",),
        ("苯磺酸氨氯地平片  5mg", "7片×2盒  S.5mg qd"),
        ("苯磺酸氨氯地平片  5mg×7片/盒", "共发14片  用法：每次5mg 每日1次"),
        ("苯磺酸氨氯地平片  5mg×7片/盒", "领药14片"),
    ],
)
def test_a_count_before_the_directions_and_among_them(lines: tuple[str, ...]) -> None:
    assert [told(d) for d in read(*lines).drugs] == [AMLODIPINE]


@pytest.mark.parametrize(
    ("lines", "boxes"),
    [
        (("共2盒", "总量35片"), None),
        (("共2盒  (计35片)",), None),
        (("共2盒  共发35片",), None),
        (("共2盒  (计14片)",), 2),
        (("(计14片)",), 2),
        (("2盒  用法 5mg qd 口服;带药5盒。",), None),
        (("共2盒", "用法：每次5mg 每日1次 口服 共28片"), None),
        (("共2盒", "用法：每次5mg 每日1次 口服  总量 28片"), None),
        (("共2盒", "用法：每次5mg 每日1次 口服 共14片"), 2),
    ],
)
def test_boxes_that_the_pieces_contradict_are_asked(lines: tuple[str, ...], boxes: int | None) -> None:
    first, *rest = lines
    assert [d.boxes for d in read(f"苯磺酸氨氯地平片 5mg×7片/盒  {first}", *rest).drugs] == [boxes]


@pytest.mark.parametrize("line", ["14 tabs per box", "1 per day"])
def test_what_a_box_holds_is_no_drug_of_a_page_in_english(line: str) -> None:
    lines = (
        "Jiangzhou United Family Clinic",
        "Patient: Maria Santos",
        "Date: 2026-09-18",
        "1. Amlodipine 5mg  Qty: 4 boxes",
        line,
    )
    drugs = understand(page(*lines, "Physician: Dr. Li Xiaoyan"), TODAY, LISTED).reading.drugs
    assert [d.name.value for d in drugs] == ["Amlodipine"]
