"""Pages that are no plain list: cells of several lines, drugs side by side, fields in a panel beside the drugs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bot.photo.formulary import formulary
from bot.photo.labels import menu
from bot.photo.reading import Reading
from bot.photo.rows import row_of
from bot.photo.strength import amounts
from bot.photo.tables import on_boxes
from bot.photo.understand import understand
from bot.photo.words import Word
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, value, word
from tests.photo.test_drugs import AMLODIPINE, told

VALSARTAN = ("缬沙坦胶囊", "80mg", 7, 1, "exact")
METFORMIN = ("盐酸二甲双胍缓释片", "0.5g", 30, 6, "exact")
At = tuple[str, float, float]


def read(*words: At, slope: float = 0.0) -> Reading:
    """Words at (text, x, y) on a page that leans by ``slope``: the whole sheet is turned, not only its lines."""
    angle = math.atan(slope)
    turned = (
        (t, x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)) for t, x, y in words
    )
    return understand([word(t, x, y - x * slope, slope=slope) for t, x, y in turned], TODAY, LISTED).reading


HEAD: tuple[At, ...] = (
    ("上海市明珠区中心医院", 300, 60),
    ("姓名：何玉芬", 40, 110),
    ("性别：女", 300, 110),
    ("日期：2026-11-08", 500, 110),
)
HEADER: tuple[At, ...] = (
    ("序号", 40, 160),
    ("药品名称", 120, 160),
    ("规格", 420, 160),
    ("数量", 640, 160),
    ("用法用量", 760, 160),
    ("金额", 1000, 160),
)
FOOT: tuple[At, ...] = (("医师：何志金", 40, 640), ("审核药师：杨芬德", 400, 640))
LEANINGS = [-0.1, 0.0, 0.1]


@pytest.mark.parametrize("unit", ["盒", ""])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("other", ["库存", "库存数量", "剩余", "家中余药", "余量", "上次数量", "上月", "累计数量"])
def test_what_is_in_stock_or_was_given_before_is_no_count(other: str, first: bool, unit: str) -> None:
    heads = (other, "数量") if first else ("数量", other)
    counts = (("9", "1"), ("8", "6")) if first else (("1", "9"), ("6", "8"))
    reading = read(
        *HEAD,
        *(("药品名称", 40, 160), ("规格", 420, 160), (heads[0], 640, 160), (heads[1], 800, 160), ("用法", 960, 160)),
        *(("缬沙坦胶囊", 40, 214), ("80mg*7粒/盒", 420, 214), (counts[0][0] + unit, 650, 214)),
        *((counts[0][1] + unit, 810, 214), ("口服 一次80mg", 960, 214)),
        *(("盐酸二甲双胍缓释片", 40, 264), ("0.5g*30片/盒", 420, 264), (counts[1][0] + unit, 650, 264)),
        *((counts[1][1] + unit, 810, 264), ("口服 一次0.5g", 960, 264)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [VALSARTAN, METFORMIN]


@pytest.mark.parametrize("other", ["库存", "家中余药", "上次数量"])
def test_what_is_in_stock_alone_is_asked(other: str) -> None:
    reading = read(
        *HEAD,
        *(("药品名称", 40, 160), ("规格", 420, 160), (other, 640, 160), ("用法", 960, 160)),
        *(("缬沙坦胶囊", 40, 214), ("80mg*7粒/盒", 420, 214), ("2盒", 650, 214), ("口服 一次80mg", 960, 214)),
        *FOOT,
    )
    assert [(d.match, d.boxes) for d in reading.drugs] == [("exact", None)]


@pytest.mark.parametrize("other", ["退药数量", "已退", "欠药"])
def test_what_is_taken_back_or_owed_is_asked(other: str) -> None:
    reading = read(
        *HEAD,
        *(("药品名称", 40, 160), ("规格", 420, 160), ("数量", 640, 160), (other, 800, 160), ("用法", 960, 160)),
        *(("缬沙坦胶囊", 40, 214), ("80mg*7粒/盒", 420, 214), ("3盒", 650, 214), ("1盒", 810, 214), ("口服", 960, 214)),
        *FOOT,
    )
    assert [d.boxes for d in reading.drugs] == [None]


@pytest.mark.parametrize("slope", LEANINGS)
def test_cells_of_two_lines(slope: float) -> None:
    """Names and amounts that go on in a second line stand half a line above and below the number of their row."""
    reading = read(
        *HEAD,
        *HEADER,
        *(("1", 50, 230), ("苯磺酸氨氯地", 120, 214), ("平片(络活喜)", 120, 246), ("5mg*7片/盒", 420, 230)),
        *(("2盒", 650, 230), ("5mg QD", 760, 214), ("口服", 760, 246), ("34.00", 1000, 230)),
        *(("2", 50, 310), ("缬沙坦胶囊", 120, 310), ("80mg*7粒/", 420, 294), ("盒", 420, 326)),
        *(("1盒", 650, 310), ("80mg QD 口服", 760, 310), ("71.52", 1000, 310)),
        *(("3", 50, 390), ("盐酸二甲双胍", 120, 374), ("缓释片", 120, 406), ("0.5g*30片/盒", 420, 390)),
        *(("6盒", 650, 390), ("1g QD 口服", 760, 390), ("798.72", 1000, 390)),
        *FOOT,
        slope=slope,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]
    assert reading.drugs[0].brand == "络活喜"
    assert reading.accepted


def test_an_amount_that_is_broken_in_its_middle() -> None:
    reading = read(
        *HEAD,
        *HEADER,
        *(("1", 50, 230), ("司美格鲁肽注射液", 120, 230), ("1.34mg/ml,1.5m", 420, 214), ("l x 1支", 420, 246)),
        *(("4盒", 650, 230), ("339.38", 1000, 230)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [("司美格鲁肽注射液", "1.34mg/ml,1.5ml", 1, 4, "exact")]


def test_a_line_halfway_between_two_rows_stays_with_the_one_above() -> None:
    """Lists whose second line is a line of its own are not tables with centred cells."""
    reading = read(
        *HEAD,
        *(("药品名称/规格", 120, 160), ("数量", 640, 160), ("金额", 1000, 160)),
        *(("苯磺酸氨氯地平片", 120, 210), ("2盒", 650, 210), ("34.00", 1000, 210), ("5mg*7片/盒", 120, 260)),
        *(("缬沙坦胶囊", 120, 310), ("1盒", 650, 310), ("71.52", 1000, 310), ("80mg*7粒/盒", 120, 360)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


def test_name_and_strength_in_one_cell_beside_the_maker() -> None:
    reading = read(
        *HEAD,
        *(("No", 40, 160), ("药品名称/规格", 120, 160), ("厂家", 420, 160), ("数量", 640, 160), ("金额", 1000, 160)),
        *(("1", 50, 230), ("苯磺酸氨氯地平片 络活喜", 120, 212), ("(5mg)7片", 120, 248), ("示例药业", 420, 230)),
        *(("2.00盒", 640, 230), ("34.00", 1000, 230)),
        *(("2", 50, 310), ("缬沙坦胶囊代文", 120, 292), ("(80mg)7粒", 120, 328), ("示例药业", 420, 310)),
        *(("1.00盒", 640, 310), ("71.52", 1000, 310)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert [d.brand for d in reading.drugs] == ["络活喜", "代文"]


def test_a_pack_in_a_column_of_its_own_and_its_unit_in_another() -> None:
    reading = read(
        *HEAD,
        *(("行号", 40, 160), ("药品通用名", 120, 160), ("规格", 420, 160), ("包装", 540, 160), ("单次用量", 640, 160)),
        *(("数量", 860, 160), ("单位", 960, 160)),
        *(("1", 50, 210), ("苯磺酸氨氯地平片", 120, 210), ("5mg", 420, 210), ("7片", 545, 210), ("5mg", 660, 210)),
        *(("2", 870, 210), ("盒", 970, 210)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_a_count_and_the_next_column_in_one_stretch() -> None:
    reading = read(
        *HEAD,
        *(("药品名称", 120, 160), ("规格", 420, 160), ("数量", 640, 160), ("单次剂量", 720, 160), ("金额", 1000, 160)),
        *(("苯磺酸氨氯地平片", 120, 210), ("5mg*7片", 420, 210), ("2盒 5mg", 640, 210), ("34.00", 1000, 210)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


CARDS: tuple[At, ...] = (
    *(("1 苯磺酸氨氯地平片(络活喜)", 40, 210), ("2", 600, 210), ("缬沙坦胶囊(代文)", 640, 210)),
    *(("规格 5mg*7片", 60, 260), ("数量 2盒", 380, 260), ("规格 80mg*7粒", 660, 260), ("数量 1盒", 980, 260)),
    *(("用法 一日一次 每次5mg", 60, 310), ("用法 一日一次 每次80mg", 660, 310)),
    *(("3 盐酸二甲双胍缓释片", 40, 380), ("规格 0.5g*30片", 60, 430), ("数量 6盒", 380, 430)),
    ("用法 一日一次 每次1g", 60, 480),
)


@pytest.mark.parametrize("slope", LEANINGS)
@pytest.mark.parametrize("lost", ["", "2"], ids=["numbered", "a number was not seen"])
def test_drugs_side_by_side(slope: float, lost: str) -> None:
    reading = read(*HEAD, *(w for w in CARDS if w[0] != lost), *FOOT, slope=slope)
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]
    assert reading.accepted


SIDE: tuple[Word, ...] = tuple(
    word(text, 40, 60 + 42 * n)
    for n, text in enumerate(
        ("上海市明珠区精神卫生中", "心", "姓名", "何玉芬", "性别/年龄", "女/76岁", "科室", "心内科", "诊断",
         "2型糖尿病性肾病", "处方日期", "2026-11-08", "电话", "138****0000")
    )
)  # fmt: skip


def test_a_panel_of_fields_beside_the_drugs() -> None:
    beside = (
        *(
            ("1 苯磺酸氨氯地平片[络活喜]", 440, 150),
            ("5mg×7片", 840, 150),
            ("2盒", 1040, 150),
            ("Sig: 5mg qd", 480, 190),
        ),
        *(("2 缬沙坦胶囊[代文]", 440, 310), ("80mg×7粒", 840, 310), ("1盒", 1040, 310), ("Sig: 80mg qd", 480, 350)),
        *(("3 盐酸二甲双胍缓释片", 440, 564), ("0.5g×30片", 840, 564), ("6盒", 1040, 564), ("Sig: 1g qd", 480, 610)),
        *(("医师 何志金", 440, 720), ("审核药师 杨芬德", 740, 720)),
    )
    reading = understand((*SIDE, *(word(t, x, y) for t, x, y in beside)), TODAY, LISTED).reading
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]
    assert (value(reading.patient), value(reading.date)) == ("何玉芬", "2026-11-08")
    assert value(reading.hospital) == "上海市明珠区精神卫生中心"
    assert (value(reading.diagnosis), value(reading.department)) == ("2型糖尿病性肾病", "心内科")
    assert reading.accepted


def test_a_field_that_fills_its_panel_is_no_print_across_it() -> None:
    """The box of a diagnosis as wide as its panel ends close to the numbers of the drugs."""
    panel = (("姓名 何玉芬", 40, 110), ("性别 女", 40, 160), ("日期 2026-11-08", 40, 210), ("诊断", 40, 260))
    reading = read(
        ("上海市明珠区中心医院", 300, 60),
        *panel,
        ("反流性食管炎支气管哮", 40, 310),
        *(("① 苯磺酸氨氯地平片", 265, 160), ("2盒", 700, 160), ("5mg×7片/盒", 300, 210), ("1片 1次/日", 600, 210)),
        *(("② 缬沙坦胶囊", 265, 260), ("1盒", 700, 260), ("80mg×7粒/盒", 300, 310), ("1粒 1次/日", 600, 310)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert reading.accepted


def test_fields_under_indented_drugs_are_no_panel() -> None:
    lines = (
        "上海市明珠区中心医院",
        "姓名：何玉芬  性别：女",
        "        苯磺酸氨氯地平片  5mg×7片  ×2盒",
        "处方号：575663846212  日期：2026-11-08",
        "医师：何志金  审核药师：杨芬德",
    )
    reading = understand(page(*lines), TODAY, LISTED).reading
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]
    assert (value(reading.number), value(reading.date)) == ("575663846212", "2026-11-08")


def test_a_misread_name_in_a_table_whose_header_is_half_seen_is_not_dropped() -> None:
    reading = read(
        *HEAD,
        *(("序号药品", 40, 160), ("数量", 640, 160), ("规格", 760, 160), ("用法", 1000, 160)),
        *(("1", 50, 210), ("厄贝沙琪氢氯噻嗪片", 120, 210), ("3盒", 640, 210), ("150mg:12.5mg×7片", 760, 210)),
        *(("2", 50, 260), ("缬沙坦胶囊", 120, 260), ("1盒", 640, 260), ("80mg×7粒", 760, 260)),
        *FOOT,
    )
    assert [d.strength.value for d in reading.drugs] == ["150mg:12.5mg", "80mg"]
    assert [d.name.value for d in reading.drugs] == ["厄贝沙琪氢氯噻嗪片", "缬沙坦胶囊"]


def test_rows_whose_anchors_were_not_seen_leave_the_table_as_it_is() -> None:
    """Directions halfway between two rows must not become the next drug's."""
    reading = read(
        *HEAD,
        *(("No.", 40, 160), ("规格 Strength", 120, 160), ("药品名称 Drug", 400, 160), ("数量 Qty", 1000, 160)),
        *(("5mg*7片", 120, 210), ("苯磺酸氨氯地平片", 400, 210), ("2盒", 1030, 210), ("5mg 每日2次 口服", 410, 252)),
        *(("2  80mg*7粒", 70, 294), ("缬沙坦胶囊", 400, 294), ("1盒", 1030, 294), ("80mg 每日1次 口服", 410, 336)),
        *(("3", 50, 378), ("0.5g*30片", 120, 378), ("盐酸二甲双胍缓释片", 400, 378), ("6盒", 1030, 378)),
        ("1g 每日1次 口服", 410, 420),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]


@pytest.mark.parametrize(("column", "strength"), [(70, "5mg"), (15, "")], ids=["in two columns", "in one"])
def test_a_number_of_the_list_in_one_stretch_with_the_strength(column: int, strength: str) -> None:
    """2 5mg may be 2.5mg where nothing tells; in the column of numbers the 2 is the second drug."""
    heads = (("No.", 80, 160), ("规格 Strength", 150, 160), ("药品名称 Drug", 480, 160), ("数量 Qty", 1040, 160))
    cells = [word(t, x, y) for t, x, y in (*HEAD, *heads, ("苯磺酸氨氯地平片", 480, 210), ("2盒", 1060, 210), *FOOT)]
    wide, steps = column + 70, (0, column - 5, *range(column, column + 70, 10))
    at = 85 if strength else 165
    both = replace(word("2 5mg*7片", at, 210), x=at + wide / 2, w=wide, at=tuple((s + 5) / wide for s in steps))
    drugs = understand([*cells, both], TODAY, LISTED).reading.drugs
    assert [(d.name.value, d.strength.value, d.pack, d.boxes) for d in drugs] == [("苯磺酸氨氯地平片", strength, 7, 2)]


def test_fields_in_a_panel_right_of_the_drugs() -> None:
    reading = read(
        ("上海市明珠区中心医院", 300, 60),
        *(("Rp.", 40, 110), ("姓名：何玉芬", 700, 110)),
        *(("1. 苯磺酸氨氯地平片", 40, 160), ("性别：女", 700, 160)),
        *(("5mg×7片/盒", 60, 210), ("2盒", 300, 210), ("年龄：76岁", 700, 210)),
        *(("用法：每次5mg，每日1次", 60, 260), ("日期：2026-11-08", 700, 260)),
        *(("2. 缬沙坦胶囊", 40, 310), ("诊断：原发性高血压；症", 700, 310)),
        *(("80mg×7粒/盒", 60, 360), ("1盒", 300, 360), ("状性", 760, 360)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert reading.accepted


def test_names_that_break_before_their_form_beside_a_panel_of_fields() -> None:
    reading = read(
        ("上海市明珠区中心医院", 300, 60),
        *(("姓名：何玉芬", 40, 110), ("Rp.", 400, 110)),
        *(("性别：女", 40, 160), ("1. 苯磺酸氨氯地平", 400, 160)),
        *(("年龄：76岁", 40, 210), ("片", 420, 210), ("5mg×7片/盒", 480, 210), ("2盒", 760, 210)),
        *(("日期：2026-11-08", 40, 260), ("2. 盐酸二甲双胍缓释", 400, 260)),
        *(("科别：心内科", 40, 310), ("片", 420, 310), ("0.5g×30片/盒", 480, 310), ("6盒", 760, 310)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, METFORMIN]
    assert reading.accepted


def test_how_a_drug_is_taken_in_the_second_line_of_its_cell() -> None:
    reading = read(
        *HEAD,
        *(("药品名称", 40, 160), ("规格", 420, 160), ("数量", 640, 160), ("单价", 760, 160), ("金额", 900, 160)),
        *(("缬沙坦胶囊", 40, 214), ("80mg*7粒", 420, 230), ("1盒", 650, 230), ("20.00", 760, 230), ("20.00", 900, 230)),
        ("每日1次 每次1粒 7天", 40, 246),
        *(("盐酸二甲双胍缓释片", 40, 304), ("0.5g*30片", 420, 320), ("6盒", 650, 320), ("9.00", 760, 320)),
        *(("54.00", 900, 320), ("每晚1次 每次1片 180天", 40, 336)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [VALSARTAN, METFORMIN]
    assert [d.sig for d in reading.drugs] == ["每日1次 每次1粒 7天", "每晚1次 每次1片 180天"]


def test_words_of_a_menu_that_stand_here_and_there_are_no_menu() -> None:
    apart = [word(text, 40 + 200 * n, 160) for n, text in enumerate(("病历", "处方", "检查", "检验"))]
    assert menu(apart) == frozenset()
    flush = [word(text, 40, 160 + 40 * n) for n, text in enumerate(("病历", "处方", "检查", "检验"))]
    assert menu([*apart, *flush]) >= frozenset(flush)


@pytest.mark.parametrize(
    "items",
    [
        ("病历", "处方", "检查", "检验"),
        ("医嘱", "检查", "治疗", "打印"),
    ],
)
def test_the_menu_of_a_doctors_screen_is_no_part_of_its_table(items: tuple[str, ...]) -> None:
    aside = [(text, -60.0, 160.0 + 40 * n) for n, text in enumerate(items)]
    reading = read(
        *HEAD,
        *HEADER,
        *(("1", 50, 210), ("苯磺酸氨氯地平片", 120, 210), ("5mg*7片/盒", 420, 210), ("2盒", 650, 210)),
        *(("2", 50, 290), ("缬沙坦胶囊", 120, 290), ("80mg*7粒/盒", 420, 290), ("1盒", 650, 290)),
        *aside,
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert reading.accepted


def test_a_count_its_unit_and_how_it_is_taken_in_one_stretch() -> None:
    """Columns that stand so close that they are found as one box."""
    reading = read(
        *HEAD,
        *(
            ("序", 40, 160),
            ("药品名称", 120, 160),
            ("规格", 420, 160),
            ("数量 单位 用法", 640, 160),
            ("单价", 1000, 160),
        ),
        *(("1", 50, 230), ("苯磺酸氨氯地平片", 120, 230), ("5mg*7片/盒", 420, 230), ("2 盒 5mg qd", 645, 230)),
        *(("17.00", 1000, 230), ("2", 50, 310), ("缬沙坦胶囊", 120, 310), ("80mg*7粒/盒", 420, 310)),
        *(("1 盒 1粒 qd", 645, 310), ("71.52", 1000, 310)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


def test_a_count_before_the_name_is_no_number_of_the_list() -> None:
    reading = read(
        *HEAD,
        *(("数量", 40, 160), ("单位", 150, 160), ("药品名称", 260, 160), ("规格", 560, 160), ("用法", 760, 160)),
        *(("4", 50, 230), ("盒", 160, 230), ("缬沙坦胶囊", 260, 230), ("80mg*7粒/盒", 560, 230), ("80mg qd", 760, 230)),
        *(
            ("2", 50, 310),
            ("盒", 160, 310),
            ("苯磺酸氨氯地平片", 260, 310),
            ("5mg*7片/盒", 560, 310),
            ("5mg qd", 760, 310),
        ),
        *FOOT,
    )
    assert (reading.accepted, reading.missing) == (True, ())
    assert [told(d) for d in reading.drugs] == [(*VALSARTAN[:3], 4, "exact"), AMLODIPINE]


@pytest.mark.parametrize("brand", ["络活喜", "安内真片"], ids=["listed", "another"])
def test_brands_in_a_column_before_the_generic_names(brand: str) -> None:
    reading = read(
        *HEAD,
        *(("序号", 40, 160), ("商品名", 150, 160), ("药品通用名", 300, 160), ("规格", 560, 160), ("数量", 760, 160)),
        *(
            ("1", 50, 230),
            (brand, 150, 230),
            ("苯磺酸氨氯地平片", 300, 230),
            ("5mg*7片/盒", 560, 230),
            ("2盒", 760, 230),
        ),
        *(("2", 50, 310), ("代文", 150, 310), ("缬沙坦胶囊", 300, 310), ("80mg*7粒/盒", 560, 310), ("1盒", 760, 310)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert reading.drugs[1].brand == "代文"


def test_the_brand_of_another_drug_beside_a_generic_name_is_not_read_as_certain() -> None:
    reading = read(
        *HEAD,
        *(("序号", 40, 160), ("商品名", 150, 160), ("药品通用名", 300, 160), ("规格", 560, 160), ("数量", 760, 160)),
        *(
            ("1", 50, 230),
            ("代文", 150, 230),
            ("苯磺酸氨氯地平片", 300, 230),
            ("5mg*7片/盒", 560, 230),
            ("2盒", 760, 230),
        ),
        *FOOT,
    )
    assert not reading.accepted or reading.drugs[0].match != "exact"


def test_how_much_at_a_time_is_no_second_strength() -> None:
    reading = read(
        *HEAD,
        *(("单次", 40, 160), ("频率", 150, 160), ("名称", 300, 160), ("规格", 560, 160), ("数量", 760, 160)),
        *(
            ("10mg", 40, 230),
            ("qd", 150, 230),
            ("苯磺酸氨氯地平片", 300, 230),
            ("5mg*7片/盒", 560, 230),
            ("2盒", 760, 230),
        ),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_a_ratio_beside_a_price_is_no_second_strength() -> None:
    reading = read(
        *HEAD,
        *(("项目名称", 40, 160), ("规格", 300, 160), ("单位", 500, 160), ("数量", 600, 160), ("金额", 700, 160)),
        *(
            ("自付比例", 850, 160),
            ("苯磺酸氨氯地平片", 40, 230),
            ("5mg*7片", 300, 230),
            ("盒", 505, 230),
            ("2.00", 605, 230),
        ),
        *(("34.00", 700, 230), ("10%", 860, 230)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_who_waits_beside_a_doctors_table_is_no_drug() -> None:
    names = ("11 贾瑞荣", "12夏平", "13 曾明琴", "14李怡", "15 白海芬")
    waiting = [word(name, 20, 100 + 44 * n) for n, name in enumerate(names)]
    assert menu([*waiting, word("16 罗荣", 400, 100), *page(" 苯磺酸氨氯地平片")]) == frozenset(waiting)
    assert menu(waiting[:3]) == frozenset()
    states = [
        word(name, 20, 100 + 44 * n)
        for n, name in enumerate(("08 王家豪已诊", "36 孔玉珍 候诊", "杜磊过号", "05 傅卫东 已诊", "候诊"))
    ]
    assert menu(states) == frozenset(states)
    listed = [
        word(f"{n} {drug}", 20, 100 + 44 * n)
        for n, drug in enumerate(("缬沙坦胶囊", "金水宝胶囊", "华法林钠片", "安宫牛黄丸"))
    ]
    assert menu(listed) == frozenset()


def test_who_waits_behind_a_mask_is_no_part_of_the_page() -> None:
    """Each in a line of its own beside the table, which is lower by half a line: 01 徐*, 02 文*."""
    names = ("徐*", "蔡**", "郑*", "孙**")
    waiting = [word(f"{n:02} {name}", 20 + 3 * n, 130 + 36 * n) for n, name in enumerate(names)]
    table = page("浙江省平安县中心医院", "姓名：张三  日期：2026-11-08", "药品名称  规格  数量")
    assert menu([*waiting, *table]) == frozenset(waiting)
    assert menu([*waiting[:3], *table]) == frozenset()
    reading = read(
        *HEAD,
        *HEADER[1:],
        *(("苯磺酸氨氯地平片", 120, 210), ("5mg*7片/盒", 420, 210), ("2盒", 650, 210)),
        *(("缬沙坦胶囊", 120, 290), ("80mg*7粒/盒", 420, 290), ("1盒", 650, 290)),
        *((f"{n:02}{name}", -60.0, 165.0 + 32 * n) for n, name in enumerate(("徐*", "蔡**", "郑*", "孙**", "黎*"))),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert reading.accepted


def test_a_strength_under_its_name_stands_in_no_column_of_numbers() -> None:
    """The header of a wide cell is centred, so what stands at its left is nearer to the header of the numbers."""
    reading = read(
        *HEAD,
        *(("序", 40, 160), ("药名/规格包装", 200, 160), ("频次", 420, 160), ("数量", 640, 160)),
        *(
            ("1", 45, 230),
            ("苯磺酸氨氯地平片", 90, 208),
            ("5mg×7片", 90, 252),
            ("一日一次", 420, 230),
            ("2盒", 640, 230),
        ),
        *(("2", 45, 350), ("缬沙坦胶囊", 90, 328), ("80mg×7粒", 90, 372), ("qd", 420, 350), ("1盒", 640, 350)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


@pytest.mark.parametrize(("first", "second"), [("1", "5mg×28片"), ("0.2", "5g×28片")])
def test_two_numbers_of_one_cell_are_neither_glued_nor_read_by_halves(first: str, second: str) -> None:
    line = row_of([[[word(first, 40, 60)], [word(second, 40, 90)]]], 75).text
    assert (line, amounts(line)) == (f"{first} {second}", ())


def test_a_number_that_its_line_breaks_is_one() -> None:
    assert row_of([[[word("0.4mg×2", 40, 60)], [word("0片/盒", 40, 90)]]], 75).text == "0.4mg×20片/盒"


def test_english_under_a_chinese_name_is_no_part_of_it() -> None:
    reading = read(
        *HEAD,
        *(("No.", 40, 160), ("药品 Drug", 120, 160), ("规格", 420, 160), ("用法", 640, 160), ("数量 Qty", 900, 160)),
        *(("1", 45, 230), ("缬沙坦胶囊", 120, 215), ("Valsartan", 120, 245), ("80mg×7粒", 420, 230)),
        *(("每次1粒 每日1次", 640, 215), ("80mg once daily", 640, 245), ("1盒", 900, 230)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [VALSARTAN]


BOOKLET: tuple[At, ...] = (
    ("慢性病患者随访配药手册", 40, 60),
    ("长桥街道社区卫生服务站", 600, 60),
    ("持册人：何玉芬", 40, 110),
    ("建册日期：2025-05-04", 300, 110),
    ("就诊日期", 40, 160),
    ("处方用药(药品 规格 数量 用法)", 300, 160),
    ("医师", 900, 160),
    ("2026-11-08", 40, 230),
    ("缬沙坦胶囊 80mg×7粒 1盒", 300, 230),
    ("下次随访：2026-12-06", 40, 640),
)


def test_a_booklet_is_read_by_its_visit_and_never_several_visits_as_one() -> None:
    one = read(*BOOKLET)
    assert (one.accepted, value(one.patient), value(one.date)) == (True, "何玉芬", "2026-11-08")
    assert [told(d) for d in one.drugs] == [VALSARTAN]
    before = ("苯磺酸氨氯地平片 5mg×7片 2盒", 300, 300)
    for day in ("2026-10-09", "〔往次·已结束〕"):
        several = read(*BOOKLET, (day, 40, 300), before)
        assert (several.accepted, several.missing) == (False, ("lines",))


def test_the_columns_of_what_is_taken_in_the_morning_and_in_the_evening() -> None:
    """They stand in a second line of the header, and hold doses: no part of a name, a strength or a count."""
    reading = read(
        *HEAD,
        *(("序", 40, 160), ("药品名称与规格", 120, 160), ("数量", 640, 160), ("注意事项", 760, 160)),
        *(("早", 330, 190), ("中", 400, 190), ("晚", 470, 190), ("睡前", 540, 190)),
        *(("1", 45, 260), ("苯磺酸氨氯地平片", 90, 238), ("5mg×7片", 90, 282), ("1片", 325, 260), ("2盒", 640, 260)),
        *(("2", 45, 380), ("缬沙坦胶囊", 90, 358), ("80mg×7粒", 90, 402), ("1粒", 465, 380), ("1盒", 640, 380)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


BILL: tuple[At, ...] = tuple(
    (text, x, 160)
    for text, x in zip(
        ("类别", "项目名称", "规格", "单位", "单价", "数量", "金额"), (40, 160, 420, 620, 720, 820, 920), strict=True
    )
)


def test_what_is_done_is_no_part_of_the_drug_above_it_on_a_bill() -> None:
    reading = read(
        *HEAD,
        *BILL,
        *(("西药费", 40, 220), ("苯磺酸氨氯地平片", 160, 220), ("5mg*7片", 420, 220), ("盒", 625, 220)),
        *(("17.00", 720, 220), ("2.00", 820, 220), ("34.00", 920, 220)),
        *(("检查费", 40, 264), ("心电图", 160, 264), ("次", 625, 264)),
        *(("20.00", 720, 264), ("1.00", 820, 264), ("20.00", 920, 264)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_a_number_that_stands_before_another_of_its_column_is_the_count() -> None:
    """Numbers that are flush on the right stand far from their header: 2 is nearer to 金额 than to 数量."""
    reading = read(
        *HEAD,
        *BILL,
        *(("西药费", 40, 220), ("苯磺酸氨氯地平片", 160, 220), ("5mg*7片", 420, 220), ("盒", 625, 220)),
        *(("17.00", 720, 220), ("2", 890, 220), ("34.00", 930, 220)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


def test_a_booklet_says_where_it_is_kept_and_once_more_how_each_drug_is_taken() -> None:
    reading = read(
        *(("慢性病用药记录本", 40, 60), ("姓名：何玉芬", 40, 110), ("就诊日期：2026-11-08", 700, 110)),
        *(("建档单位：上海市浦滨区花木里社区卫生服务中", 40, 160), ("心", 60, 200)),
        *(("苯磺酸氨氯地平片", 700, 230), ("5mg×7片", 1000, 230), ("2盒", 1200, 230)),
        *(("缬沙坦胶囊", 700, 280), ("80mg×7粒", 1000, 280), ("1盒", 1200, 280)),
        *(("苯磺酸氨氯地平片 5mg qd", 700, 330), ("缬沙坦胶囊 80mg qd", 700, 380)),
        *FOOT,
    )
    assert (reading.accepted, value(reading.hospital)) == (True, "上海市浦滨区花木里社区卫生服务中心")
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]


def test_what_each_box_holds_has_a_column() -> None:
    reading = read(
        *HEAD,
        *(("序", 40, 160), ("药名(规格)", 160, 160), ("每盒", 500, 160), ("发药量", 640, 160), ("给药途径", 800, 160)),
        *(
            ("1", 45, 220),
            ("苯磺酸氨氯地平片(5mg)", 160, 220),
            ("7片", 500, 220),
            ("2盒", 650, 220),
            ("口服", 800, 220),
        ),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE]


@pytest.mark.parametrize("count", ["4.00/盒", "4盒"])
def test_a_table_whose_header_says_everything_twice_holds_drugs_side_by_side(count: str) -> None:
    heads = ("项目名称/规格", "数量/单位", "金额(元)")
    reading = read(
        *HEAD,
        *((text, x, 160) for text, x in zip((*heads, *heads), (60, 420, 560, 740, 1100, 1240), strict=True)),
        *(("苯磺酸氨氯地平片", 40, 214), (count, 430, 214), ("68.64", 560, 214)),
        *(("缬沙坦胶囊", 720, 214), ("1.00/盒", 1110, 214), ("71.52", 1240, 214)),
        *(("5mg*7片", 40, 244), ("80mg*7粒", 720, 244)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [(*AMLODIPINE[:3], 4, "exact"), VALSARTAN]


@pytest.mark.parametrize("slope", LEANINGS)
def test_a_slip_whose_price_stands_right_above_the_next_name(slope: float) -> None:
    """Name, amount and price of a drug in a line each: the amount and the next name are no cell around the price."""
    header = (("品名/规格", 40, 160), ("数量", 420, 160), ("单价", 540, 160), ("金额", 660, 160))
    drugs = (("1.苯磺酸氨氯地平片", "5mg*7片/盒", "2盒", "34.32"), ("2.缬沙坦胶囊", "80mg*7粒/盒", "1盒", "17.16"))
    lines = [
        at
        for n, (name, amount, count, total) in enumerate(drugs)
        for at in (
            (name, 40, 210 + 102 * n),
            (amount, 60, 244 + 102 * n),
            *((count, 430, 278 + 102 * n), ("17.16", 540, 278 + 102 * n), (total, 660, 278 + 102 * n)),
        )
    ]
    reading = read(*HEAD, *header, *lines, *FOOT, slope=slope)
    assert [told(d)[:4] for d in reading.drugs] == [AMLODIPINE[:4], VALSARTAN[:4]]


@pytest.mark.parametrize("slope", LEANINGS)
def test_a_slip_whose_numbers_are_the_last_line_of_each_drug(slope: float) -> None:
    """As above, of names without a number, and each line as far from the next as every other."""
    header = (("品名/规格", 40, 160), ("数量", 420, 160), ("单价", 540, 160), ("金额", 660, 160))
    drugs = (("苯磺酸氨氯地平片", "5mg*7片/盒", "2盒", "34.32"), ("缬沙坦胶囊", "80mg*7粒/盒", "1盒", "17.16"))
    lines = [
        at
        for n, (name, amount, count, total) in enumerate(drugs)
        for at in (
            (name, 40, 204 + 132 * n),
            (amount, 40, 248 + 132 * n),
            *((count, 430, 292 + 132 * n), ("17.16", 540, 292 + 132 * n), (total, 660, 292 + 132 * n)),
        )
    ]
    reading = read(*HEAD, *header, *lines, *FOOT, slope=slope)
    assert [told(d)[:4] for d in reading.drugs] == [AMLODIPINE[:4], VALSARTAN[:4]]


@pytest.mark.parametrize("shown", ["缬沙", "缬沙坦", "代文", "络活喜"])
def test_what_the_picture_of_a_box_shows_is_no_drug(shown: str) -> None:
    """Its brand, or how its name begins, left of the name and not level with it; another drug's is not."""
    words = page("            缬沙坦胶囊", "            80mg*7粒/盒  ×1")
    small = replace(word(shown, 20, 0), y=words[1].y - 10)
    brands = {**{"name_zh": "缬沙坦胶囊", "strength": "80mg", "pack": "7粒"}, "code": "1", "brand": "代文"}
    listed = formulary([brands, {**brands, "name_zh": "苯磺酸氨氯地平片", "code": "2", "brand": "络活喜"}])
    assert on_boxes([*words, small], listed) == (frozenset() if shown == "络活喜" else {small})
    level = replace(small, y=words[0].y)
    assert on_boxes([*words, level], listed) == frozenset()  # a column of brands


@pytest.mark.parametrize("line", ["健康指导：低盐(<5g/日)、限酒、每周运动≥150分钟", "□已交代", "出院带药清单"])
def test_advice_and_boxes_to_tick_are_no_drugs(line: str) -> None:
    lines = (
        "上海市明珠区中心医院",
        "姓名：何玉芬",
        "日期：2026-11-08",
        "■苯磺酸氨氯地平片  5mg×7片/盒  ×2盒",
        line,
        "医师：何志金",
    )
    assert [told(d)[0] for d in understand(page(*lines), TODAY, LISTED).reading.drugs] == ["苯磺酸氨氯地平片"]


def test_heads_of_a_screen_that_say_what_is_in_a_box_and_how_many_are_bought() -> None:
    header = (("药品", 120, 160), ("含量", 420, 160), ("每盒数量", 560, 160), ("购买盒数", 700, 160))
    line = (("苯磺酸氨氯地平片", 120, 210), ("5mg", 420, 210), ("7片", 560, 210), ("2", 720, 210))
    assert [told(d) for d in read(*HEAD, *header, *line, *FOOT).drugs] == [AMLODIPINE]


def test_the_links_at_the_side_of_a_page_and_the_commands_of_a_screen_that_leans_are_no_drugs() -> None:
    links = [word(text, 20, 100 + 44 * n) for n, text in enumerate(("首页", "预约挂号", "我的报告", "病案复印"))]
    leaning = [
        replace(word(text, 700 + 120 * n, 0), y=600 - 9.0 * n, slope=slope)
        for n, (text, slope) in enumerate((("新增", -0.02), ("保存", -0.1), ("作废", -0.08), ("打印处方", -0.09)))
    ]
    table = [word("苯磺酸氨氯地平片", 300, 100 + 44 * n, slope=-0.075) for n in range(9)]
    assert menu([*links, *leaning, *table]) == frozenset([*links, *leaning])


@pytest.mark.parametrize(
    ("counts", "boxes"),
    [(("2盒", "1盒"), [2, 1]), (("2", "1盒"), [None, 1]), (("2", "1"), [2, 1]), (("2瓶", "1"), [2, None])],
)
def test_a_bare_count_among_counts_with_their_unit_is_asked(counts: tuple[str, str], boxes: list[int | None]) -> None:
    """A hand may have written over its unit, and over its number."""
    lines = zip(counts, (("苯磺酸氨氯地平片", "5mg*7片/盒"), ("缬沙坦胶囊", "80mg*7粒/盒")), (210, 260), strict=True)
    rows = ((name, 120, y, amount, count) for count, (name, amount), y in lines)
    words = [at for name, x, y, amount, count in rows for at in ((name, x, y), (amount, 420, y), (count, 650, y))]
    assert [d.boxes for d in read(*HEAD, *HEADER, *words, *FOOT).drugs] == boxes


def test_a_column_of_days_is_no_count() -> None:
    header = (("药品名称", 120, 160), ("规格", 420, 160), ("频次", 560, 160))
    more = (("天", 700, 160), ("总量", 780, 160), ("单位", 880, 160))
    line = (("苯磺酸氨氯地平片", 120, 210), ("5mg*7片", 420, 210), ("每日1次", 560, 210))
    words = (*HEAD, *header, *more, *line, ("14", 700, 210), ("2", 790, 210), ("盒", 885, 210), *FOOT)
    assert [told(d) for d in read(*words).drugs] == [AMLODIPINE]


def test_a_strength_in_two_lines_beside_counts_of_tablets() -> None:
    reading = read(
        *HEAD,
        *(("药品", 40, 160), ("规格", 420, 160), ("包装", 560, 160), ("总量", 700, 160), ("用法", 820, 160)),
        *(
            ("度拉糖肽注射液", 40, 230),
            ("0.5ml:1.", 420, 212),
            ("5mg", 420, 248),
            ("2支/盒", 560, 230),
            ("4支", 700, 230),
        ),
        *(("缬沙坦胶囊", 40, 310), ("80mg", 420, 310), ("7粒/盒", 560, 310), ("7粒", 700, 310)),
        *(("苯磺酸氨氯地平片", 40, 380), ("5mg", 420, 380), ("7片/盒", 560, 380), ("14片", 700, 380)),
        *FOOT,
    )
    assert [d.strength.value for d in reading.drugs] == ["0.5ml:1.5mg", "80mg", "5mg"]
    assert [told(d) for d in reading.drugs][1:] == [VALSARTAN, AMLODIPINE]


@pytest.mark.parametrize(("x", "boxes"), [(690, None), (790, 2)], ids=["under an unknown head", "under its own"])
def test_a_number_under_a_head_that_is_in_no_list_of_words_is_no_count(x: int, boxes: int | None) -> None:
    """Groups, rounds, whatever: the column of counts beside it is empty."""
    reading = read(
        *HEAD,
        *(("药品名称", 120, 160), ("规格", 420, 160), ("周次", 680, 160), ("数量", 780, 160), ("用法", 900, 160)),
        *(("苯磺酸氨氯地平片", 120, 210), ("5mg*7片", 420, 210), ("2", x, 210), ("qd", 900, 210)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [(*AMLODIPINE[:3], boxes, "exact")]


@pytest.mark.parametrize("priced", [((" 69.18 7.00", 640),), (("69.18", 640), ("7", 760))])
def test_the_price_stands_between_the_unit_and_the_count_of_a_bill(priced: tuple[tuple[str, float], ...]) -> None:
    """Price and count may be found as one box, and the unit is that of the count: 7 boxes of 7 tablets each."""
    reading = read(
        *HEAD,
        *(("项目名称", 40, 160), ("规格", 300, 160), ("单位", 540, 160), ("单价", 640, 160), ("数量", 735, 160)),
        *(("金额", 900, 160), ("医保等级", 1100, 160)),
        *(("苯磺酸氨氯地平片", 40, 210), ("5mg*7片/盒", 300, 210), ("盒", 550, 210)),
        *((text.strip(), x, 210) for text, x in priced),
        *(("484.26", 900, 210), ("乙", 1100, 210)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [("苯磺酸氨氯地平片", "5mg", 7, 7, "exact")]


def test_the_menu_of_a_screen_may_have_longer_words_flush_on_the_left() -> None:
    items = ("西药处方", "中成药处方", "草药处方", "检查申请", "检验申请", "历史处方")
    long = [word(text, 20, 160 + 44 * n) for n, text in enumerate(items)]
    assert menu([*long, word("缬沙坦胶囊", 20, 460), word("处方日期", 20, 500)]) == frozenset(long)


def test_names_flush_on_the_left_of_a_wide_column_are_not_the_units_before_it() -> None:
    """A slip for the window: shelf, count and unit before the name, whose header stands in the middle."""
    rows = (("B7-05", "2", "苯磺酸氨氯地平片(络活喜)", "5mg*7片"), ("D7-02", "2", "[甲]缬沙坦胶囊", "80mg*7片*2板"))
    cells = [
        at
        for n, (shelf, count, name, strength) in enumerate(rows)
        for at in (
            *((shelf, 40, 230 + 90 * n), (count, 190, 230 + 90 * n), ("盒", 290, 230 + 90 * n)),
            *((name, 345, 215 + 90 * n), (strength, 345, 245 + 90 * n), ("信立泰", 1010, 230 + 90 * n)),
        )
    ]
    header = (
        ("货位", 45, 160),
        ("数量", 175, 160),
        ("单位", 280, 160),
        ("药品名称/规格", 560, 160),
        ("产地", 1100, 160),
    )
    reading = read(*HEAD, *header, *cells, *FOOT)
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, ("缬沙坦胶囊", "80mg", 14, None, "ask")]


def test_fields_in_a_panel_without_colons_right_of_the_drugs() -> None:
    """Each label alone, flush with the others, its value apart; who signs the page stands in the panel too."""
    labels = (("姓名", "何玉芬"), ("性别", "女"), ("年龄", "76岁"), ("险种", "职工医保"), ("就诊科室", "心内科"))
    labels += (("开方日期", "2026-11-08"), ("医师", "何志金"), ("审方药师", "杨芬德"))
    panel = [at for n, pair in enumerate(labels) for at in zip(pair, (800, 920), (110 + 44 * n,) * 2, strict=True)]
    reading = read(
        ("外配处方单", 300, 60),
        *(("苯磺酸氨氯地平片", 60, 186), ("数量 2 盒", 600, 186), ("5mg*7片  每次5mg 每日1次 口服", 60, 226)),
        *(("缬沙坦胶囊", 60, 270), ("数量 1 盒", 600, 270), ("80mg*7粒  每次80mg 每日1次 口服", 60, 310)),
        *(("盐酸二甲双胍缓释片", 60, 380), ("数量 6 盒", 600, 380), ("0.5g*30片  每次0.5g 每日2次 口服", 60, 424)),
        *panel,
        ("开具机构：上海市明珠区中心医院", 60, 640),
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]
    assert (reading.accepted, value(reading.patient), value(reading.date)) == (True, "何玉芬", "2026-11-08")


def test_the_left_page_of_a_booklet_is_no_part_of_the_table_on_its_right_page() -> None:
    labels = ("姓名", "性别", "身份证号", "病种", "定点医院", "有效期至")
    values = ("何玉芬", "女", "3****7956", "冠心病", "上海市明珠区中心医院", "2027年12月31日")
    left = [at for n, pair in enumerate(zip(labels, values, strict=True)) for at in _line(pair, 150 + 75 * n)]
    reading = read(
        *(("门诊慢性病就医手册", 40, 60), ("就诊日期：2026-11-08", 900, 60)),
        *(("药品名称", 500, 120), ("规格", 800, 120), ("数量", 1000, 120), ("用法", 1100, 120)),
        *left,
        *(("苯磺酸氨氯地平", 480, 210), ("片", 480, 244), ("5mg*7片/盒", 760, 227), ("2盒", 1000, 227)),
        *(("缬沙坦胶囊", 480, 320), ("80mg*7粒/盒", 760, 320), ("1盒", 1000, 320)),
        *(("盐酸二甲双胍", 480, 440), ("缓释片", 480, 474), ("0.5g*30片/盒", 760, 457), ("6盒", 1000, 457)),
        ("经治医师：何志金", 480, 640),
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN, METFORMIN]
    assert (reading.accepted, value(reading.hospital)) == (True, "上海市明珠区中心医院")


def test_a_schedule_of_who_goes_home_gives_the_doses_by_their_hours() -> None:
    """The dose of each hour in a column of its own, another one than the strength; the count under 带药量."""
    rows = (
        ("苯磺酸氨氯地平片", "5mg 7片/盒", "10mg", "", "2盒"),
        ("缬沙坦胶囊", "80mg 7粒/盒", "160mg", "160mg", "1盒"),
    )
    cells = [
        at
        for n, (name, strength, early, late, count) in enumerate(rows)
        for at in (
            *((name, 40, 210 + 90 * n), (strength, 40, 242 + 90 * n), (count, 760, 226 + 90 * n)),
            *((dose, x, 226 + 90 * n) for dose, x in ((early, 400), (late, 580)) if dose),
        )
    ]
    header = (("药品", 170, 160), ("早", 420, 160), ("晚", 600, 160), ("带药量", 740, 160), ("注意", 900, 160))
    foot = (("责任护士陈芬 主管医师何志金", 40, 640),)
    reading = read(*HEAD[:2], ("出院日期：2026-11-08", 500, 110), *header, *cells, *foot)
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert (reading.accepted, value(reading.doctor)) == (True, "何志金")


def test_what_a_patient_said_stands_left_of_what_he_gets() -> None:
    """An outpatient's record and its prescription on one paper, line beside line."""
    said = (
        "主诉：",
        "反复头晕3年余",
        "现病史：",
        "患者于2024年2月出现头晕",
        "既往史：",
        "否认药物过敏史。",
        "体格检查：",
        "心律齐",
    )
    left = [(text, 40, 160 + 40 * n) for n, text in enumerate((*said, "初步诊断：", "1.高血压 2.糖尿病"))]
    reading = read(
        *HEAD,
        *left,
        *(
            ("处方 Rp.", 600, 160),
            ("1、[甲]苯磺酸氨氯地平片", 600, 205),
            ("5mg×7片/盒", 640, 245),
            ("共2盒", 1100, 235),
        ),
        *(("用法：每次5mg 每日1次 口服", 640, 285), ("2、缬沙坦胶囊", 600, 330), ("80mg×7粒/盒", 640, 370)),
        *(("共1盒", 1100, 360), ("用法：每次80mg 每日1次 口服", 640, 410)),
        *FOOT,
    )
    assert [told(d) for d in reading.drugs] == [AMLODIPINE, VALSARTAN]
    assert reading.accepted


def test_the_second_line_of_a_cell_begins_where_its_first_one_does() -> None:
    """30R) under a long name stands nearer to the middle of the column of brands before it."""
    header = (("序", 40, 160), ("商品名", 140, 160), ("通用名", 420, 160), ("规格", 660, 160), ("数量", 860, 160))
    reading = read(
        *HEAD,
        *header,
        *(("1", 45, 230), ("诺和灵30R", 90, 230), ("精蛋白人胰岛素混合注射液(", 240, 214), ("30R)", 240, 246)),
        *(("3ml:300单位*1支", 640, 230), ("2盒", 870, 230)),
        *(("2", 45, 330), ("代文", 90, 330), ("缬沙坦胶囊", 240, 330), ("80mg*7粒/盒", 640, 330), ("1盒", 870, 330)),
        *FOOT,
    )
    assert [(d.name.value, d.boxes) for d in reading.drugs] == [("精蛋白人胰岛素混合注射液(30R)", 2), ("缬沙坦胶囊", 1)]


def _line(pair: tuple[str, str], y: float) -> tuple[At, At]:
    return (pair[0], 40, y), (pair[1], 180, y)


@pytest.mark.parametrize(
    "lines",
    [
        ("3盒×苯磺酸氨氯地平片5mg×7片", "1盒×缬沙坦胶囊80mg×7粒"),
        ("1. 3盒 苯磺酸氨氯地平片 5mg×7片", "2. 1盒 缬沙坦胶囊 80mg×7粒"),
        (
            "数量    药品名称           规格       用法",
            "3       苯磺酸氨氯地平片   5mg×7片    每日1次",
            "1       缬沙坦胶囊         80mg×7粒   每日1次",
        ),
        (
            "序号    单位    数量    药品名称           规格       用法",
            "1       盒      3       苯磺酸氨氯地平片   5mg×7片    每日1次",
            "2       盒      1       缬沙坦胶囊         80mg×7粒   每日1次",
        ),
    ],
    ids=range(4),
)
def test_a_count_before_the_name(lines: tuple[str, ...]) -> None:
    head = ("上海市明珠区中心医院", "姓名：何玉芬  性别：女  日期：2026-11-08")
    reading = understand(page(*head, *lines, "医师：何志金  药师：杨芬德"), TODAY, LISTED).reading
    assert [told(d) for d in reading.drugs] == [("苯磺酸氨氯地平片", "5mg", 7, 3, "exact"), VALSARTAN]
    assert reading.accepted


def test_times_a_name_without_a_unit_is_asked() -> None:
    head = ("上海市明珠区中心医院", "姓名：何玉芬  性别：女  日期：2026-11-08")
    lines = ("2×苯磺酸氨氯地平片5mg×7片", "医师：何志金  药师：杨芬德")
    assert [told(d) for d in understand(page(*head, *lines), TODAY, LISTED).reading.drugs] == [
        (*AMLODIPINE[:3], None, "exact")
    ]
