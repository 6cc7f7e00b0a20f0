"""Pages in English: read by the English generic names of the list; what a name leaves open is asked."""

from __future__ import annotations

import pytest

from bot.photo.reading import Reading
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, value
from tests.photo.test_drugs import read as chinese

HEAD = (
    "Riverside Community Hospital",
    "PRESCRIPTION",
    "Patient Name: Mary Whitfield    Sex: Female    Age: 76",
    "Department: Internal Medicine    Diagnosis: Hypertension",
    "Date: 8 Nov 2026    Prescription No: RX20261108",
)
SLOW = "琥珀酸美托洛尔缓释片"
HEADER = "Medication    Strength    Quantity    Directions"
FOOT = ("Prescribed by: Dr. John Smith", "Dispensed by: Anna Lee")


def read(*lines: str, head: tuple[str, ...] = HEAD, names: tuple[str, ...] = ("Mary Whitfield",)) -> Reading:
    return understand(page(*head, *lines, *FOOT), TODAY, LISTED, names=names).reading


def told(reading: Reading) -> list[tuple[object, ...]]:
    return [(d.name.value, d.known, d.strength.value, d.pack, d.boxes, d.match) for d in reading.drugs]


def test_the_fields_of_a_page() -> None:
    reading = read("1. Valsartan 80 mg capsules    7 capsules/box    2 boxes")
    assert (reading.accepted, reading.missing, reading.found) == (True, (), ("Mary Whitfield",))
    assert value(reading.hospital) == "Riverside Community Hospital"
    assert value(reading.patient) == "Mary Whitfield"
    assert value(reading.date) == "2026-11-08"
    assert value(reading.doctor) == "John Smith"
    assert value(reading.department) == "Internal Medicine"
    assert (value(reading.sex), value(reading.age)) == ("Female", "76")


@pytest.mark.parametrize(
    ("lines", "drug"),
    [
        (("1. Valsartan 80mg x 7 capsules    x2 boxes",), ("Valsartan", "缬沙坦胶囊", "80mg", 7, 2, "exact")),
        (
            ("Valsartan Capsules  80 mg  Qty: 14 capsules",),
            ("Valsartan Capsules", "缬沙坦胶囊", "80mg", None, None, "exact"),
        ),
        (
            ("1) Tab. Amlodipine besylate 5mg    2 boxes",),
            ("Amlodipine besylate", "苯磺酸氨氯地平片", "5mg", None, 2, "exact"),
        ),
        (("1) Amlodipine 5mg    2 boxes",), ("Amlodipine", "苯磺酸氨氯地平片", "5mg", None, 2, "exact")),
        (("1) Amlodipine maleate 5mg    2 boxes",), ("Amlodipine maleate", "", "5mg", None, 2, "unknown")),
        (("Metoprolol 25mg    1 box",), ("Metoprolol", "酒石酸美托洛尔片", "25mg", None, 1, "ask")),
        (("Metoprolol 47.5mg    1 box",), ("Metoprolol", "琥珀酸美托洛尔缓释片", "47.5mg", None, 1, "ask")),
        (("Metoprolol succinate ER 47.5mg  1 box",), ("Metoprolol succinate ER", SLOW, "47.5mg", None, 1, "exact")),
        (("Metoprolol tartrate ER 47.5mg    1 box",), ("Metoprolol tartrate ER", "", "47.5mg", None, 1, "unknown")),
        (("Omeprazole 20mg    2 boxes",), ("Omeprazole", "奥美拉唑肠溶胶囊", "20mg", None, 2, "exact")),
        (("Aspirin 100mg    1 box",), ("Aspirin", "阿司匹林肠溶片", "100mg", None, 1, "ask")),
        (("Felodipine 5mg    1 box",), ("Felodipine", "非洛地平缓释片", "5mg", None, 1, "ask")),
        (
            ("Sacubitril/valsartan 100mg  1 box",),
            ("Sacubitril/valsartan", "沙库巴曲缬沙坦钠片", "100mg", None, 1, "exact"),
        ),
        (("Linagliptine 5mg    1 box",), ("Linagliptine", "", "5mg", None, 1, "unknown")),
        (("Valsartan 160mg    1 box",), ("Valsartan", "", "160mg", None, 1, "unknown")),
        (("Valsartan 80mg x 14 capsules    1 box",), ("Valsartan", "缬沙坦胶囊", "80mg", 14, None, "ask")),
        (("Valsartan 8,0mg    1 box",), ("Valsartan", "", "", None, 1, "unknown")),
        (
            (HEADER, "Valsartan     80mg        2 boxes     Take 1 daily"),
            ("Valsartan", "缬沙坦胶囊", "80mg", None, 2, "exact"),
        ),
    ],
    ids=range(18),
)
def test_a_drug_by_its_generic_name(lines: tuple[str, ...], drug: tuple[object, ...]) -> None:
    reading = read(*lines)
    assert told(reading) == [drug]


def test_directions_are_no_drug_and_a_name_that_is_not_looked_for_is_another() -> None:
    reading = read("1. Valsartan 80mg    2 boxes", "Take 80 mg every morning by mouth", "2. Amlodipine 5mg    1 box",
                   "Total daily dose 5mg", names=("Whitfield Mary", "Anna Lee"))  # fmt: skip
    assert [d.name.value for d in reading.drugs] == ["Valsartan", "Amlodipine"]
    assert reading.found == ("Whitfield Mary",)
    assert "every morning" in reading.drugs[0].sig


@pytest.mark.parametrize(
    ("day", "read_as"),
    [
        *(("November 8, 2026", "2026-11-08"), ("8-Nov-2026", "2026-11-08"), ("8th November 2026", "2026-11-08")),
        *(("18/11/2026", "2026-11-18"), ("11/18/2026", "2026-11-18"), ("2026-11-08", "2026-11-08")),
        *(("08/11/2026", None), ("8 Nov 26", None)),
    ],
)
def test_days(day: str, read_as: str | None) -> None:
    head = tuple(line.replace("8 Nov 2026", day) for line in HEAD)
    assert value(read("Valsartan 80mg    2 boxes", head=head).date) == read_as


def test_a_latin_name_on_a_chinese_page_makes_no_second_drug() -> None:
    reading = chinese("1. 缬沙坦胶囊 Valsartan Capsules  80mg×7粒  ×2盒", "Valsartan 80mg")
    assert [(d.known, d.boxes) for d in reading.drugs] == [("缬沙坦胶囊", 2)]


def test_a_name_whose_strength_stands_in_the_next_column() -> None:
    reading = read(
        "No.  Medication    Strength    Pack      Qty   Freq.",
        "1    Valsartan     80mg        7 caps    2 boxes  qd",
        "2    Zzyvastatin   20mg        7 tabs    1 box  qn",
    )
    assert [(d.name.value, d.match, d.boxes) for d in reading.drugs] == [
        ("Valsartan", "exact", 2),
        ("Zzyvastatin", "unknown", 1),
    ]


def test_a_direction_with_an_amount_behind_it_is_no_drug() -> None:
    reading = read("1. Valsartan 80mg x 7 capsules    x2 boxes", "Take    80mg    once daily")
    assert [d.name.value for d in reading.drugs] == ["Valsartan"]


def test_a_name_that_stands_nearer_to_the_header_of_the_counts_before_it() -> None:
    reading = read(
        "Qty                     Drug name            Strength / pack      Directions",
        "1 box        Valsartan                       80mg x 7 caps        80mg PO once daily",
        "2 boxes      Zzyvastatin                     20mg x 7 tabs        20mg PO once daily",
    )
    assert [(d.name.value, d.boxes) for d in reading.drugs] == [("Valsartan", 1), ("Zzyvastatin", 2)]


@pytest.mark.parametrize(
    ("pack", "boxes"), [("7 caps/box", 2), ("7 caps per box", 2), ("7 caps/bottle", 2), ("4 caps/box", None)]
)
def test_capsules_that_are_dispensed_are_converted_by_the_printed_box(pack: str, boxes: int | None) -> None:
    reading = read(f"Valsartan 80mg, {pack}    Dispense: 14 caps")
    assert [d.boxes for d in reading.drugs] == [boxes]


@pytest.mark.parametrize(
    ("line", "house"),
    [
        ("Lake International Clinic, Suzhou", "Lake International Clinic, Suzhou"),
        ("Lakeside Family Hospital Hangzhou", "Lakeside Family Hospital Hangzhou"),
        ("Lakeside Family Hospital Prescription", "Lakeside Family Hospital"),
        ("Lakeside Family Hospital", "Lakeside Family Hospital"),
    ],
)
def test_the_town_belongs_to_the_name_of_a_house(line: str, house: str) -> None:
    reading = read("1. Valsartan 80 mg capsules    7 capsules/box    2 boxes", head=(line, *HEAD[1:]))
    assert value(reading.hospital) == house


def test_the_pack_in_brackets_behind_a_count_leaves_it_certain() -> None:
    reading = read("1. Valsartan 80mg", "Disp: 2 boxes (7 caps/box)", "Sig: 80mg once daily")
    assert [d.boxes for d in reading.drugs] == [2]


@pytest.mark.parametrize("header", ["Boxes", "Packs", "No. of boxes"])
def test_a_column_of_boxes(header: str) -> None:
    reading = read(f"Medication    Strength    Pack size    {header}", "Valsartan     80mg        7 caps       2")
    assert [(d[0], d[2:]) for d in told(reading)] == [("Valsartan", ("80mg", 7, 2, "exact"))]


@pytest.mark.parametrize(
    ("line", "drug"),
    [
        ("Sig: 1 cap PO once daily  Disp: 2 boxes of 7", ("Valsartan", "缬沙坦胶囊", "80mg", 7, 2, "exact")),
        ("Sig: 1 cap PO once daily  Disp: 2 boxes of 14", ("Valsartan", "缬沙坦胶囊", "80mg", 14, None, "ask")),
        ("Sig: 1 cap PO once daily  Supply: 2 boxes (7 caps/box)", ("Valsartan", "缬沙坦胶囊", "80mg", 7, 2, "exact")),
    ],
)
def test_what_one_box_holds_behind_the_boxes(line: str, drug: tuple[object, ...]) -> None:
    assert told(read("1. Valsartan 80mg cap", line, "(14 days)")) == [drug]


@pytest.mark.parametrize(
    ("foot", "whole"),
    [
        ("--- end of prescription ---", True),
        ("Not valid after 30 days.    Dr. Tang Chi Ming", True),
        ("Not valid after 30 days.", False),
        ("Ask Dr. Tang Chi Ming for more", False),
    ],
)
def test_the_end_of_a_list_without_labels(foot: str, whole: bool) -> None:
    head = ("Harbour Crest Medical Practice", *HEAD[1:])
    seen = understand(page(*head, "1. Valsartan 80mg x 7 capsules    x2 boxes", foot), TODAY, LISTED).reading
    assert value(seen.hospital) == "Harbour Crest Medical Practice"
    assert (seen.accepted, seen.missing) == (whole, () if whole else ("foot",))


@pytest.mark.parametrize("days", ["Days Supply: 7", "Days' Supply: 7", "Supply: 7 days", "Supply (days): 7"])
def test_days_of_supply_are_no_boxes(days: str) -> None:
    assert told(read("1. Valsartan 80mg cap", f"Sig: 1 cap PO once daily  {days}"))[0][4] is None


TAIWAN = "药品名称                  含量     用法用量                总量"


def in_taiwan(*lines: str) -> Reading:
    head = ("台中仁泽医院", "慢性病连续处方笺", "姓名:许冠宇  性别:男  就诊日期:115年04月19日")
    foot = ("处方医师:曾文雄 调剂药师:杨正雄", "药物咨询专线:(07)2201349")
    return understand(page(*head, TAIWAN, *lines, *foot), TODAY, LISTED).reading


def test_english_names_in_a_table_in_chinese() -> None:
    reading = in_taiwan(
        "1  Valsartan cap          80mg     每次1粒 每天一次 28天   14粒(2盒)",
        "2  Metoprolol tab         25mg     每次1粒 每天两次 20天   40粒(2盒)",
    )
    assert [(d.known, d.strength.value, d.boxes, d.match) for d in reading.drugs] == [
        ("缬沙坦胶囊", "80mg", 2, "exact"),
        ("酒石酸美托洛尔片", "25mg", 2, "ask"),
    ]
    assert (reading.accepted, value(reading.date)) == (True, "2026-04-19")


def test_a_drug_that_is_lost_among_english_names_is_missed() -> None:
    first = "1  Valsartan cap          80mg     每次1粒 每天一次 28天   14粒(2盒)"
    third = "3  Amlodipine tab         5mg      每次1粒 每天一次 14天   14粒(2盒)"
    assert "lines" in in_taiwan(first, third).missing
    (drug,) = in_taiwan(first, third.replace("3  Amlodipine tab", " " * 17)).drugs
    assert (drug.match, drug.boxes) == ("ask", None)


def test_the_english_name_under_a_chinese_one_is_no_drug() -> None:
    reading = in_taiwan("缬沙坦胶囊                80mg     每次1粒 每天一次 28天   14粒(2盒)", "valsartan 80mg")
    assert [d.name.value for d in reading.drugs] == ["缬沙坦胶囊"]


SERTRALINE, PROPAFENONE = ("Sertraline", "舍曲林片"), ("Propafenone", "普罗帕酮片")
VALSARTAN = ("Valsartan", "缬沙坦胶囊", "80mg")


@pytest.mark.parametrize(
    ("line", "drug"),
    [
        ("1. Sertraline 50mg, 1 tab daily, supply 2 boxes of 14 tabs", (*SERTRALINE, "50mg", 14, 2, "exact")),
        ("Sertraline 50mg, 1 tab daily, supply 4 boxes of 28 tabs.", (*SERTRALINE, "50mg", 28, None, "ask")),
        ("Propafenone 50mg, 100mg tid, supply 4 boxes of 50 tabs.", (*PROPAFENONE, "50mg", 50, 4, "exact")),
        ("Propafenone 50mg, 100mg three times daily, 2 boxes", (*PROPAFENONE, "50mg", None, 2, "exact")),
        ("Propafenone 50mg | box of 50 | 100mg tid | 2 boxes", (*PROPAFENONE, "50mg", 50, 2, "exact")),
        ("Valsartan 80mg. Take one capsule daily. Supply 2 packs of 7.", (*VALSARTAN, 7, 2, "exact")),
        ("Valsartan 80mg - take one capsule daily - 2 boxes (7's)", (*VALSARTAN, 7, 2, "exact")),
        ("Valsartan 80mg caps, 7 caps per box, 2 boxes, 1 cap daily", (*VALSARTAN, 7, 2, "exact")),
        ("Valsartan 80mg x 7 caps, 1 daily, qty 14 caps", (*VALSARTAN, 7, 2, "exact")),
        ("Valsartan 80mg caps, 1 daily, Qty 14 caps", (*VALSARTAN, None, None, "exact")),
        ("Valsartan 80mg caps, 1 daily, #14 x 2", (*VALSARTAN, None, None, "exact")),
    ],
    ids=range(11),
)
def test_a_drug_in_a_sentence(line: str, drug: tuple[object, ...]) -> None:
    reading = read(line)
    assert (told(reading), reading.accepted) == ([drug], True)


@pytest.mark.parametrize(
    "line",
    [
        "Valsartan 80mg, 2 boxes left at home, supply 1 box",
        "Valsartan 80mg, 1 daily, supply 2 boxes monthly for 3 months",
        "Valsartan 80mg, 1 daily, last time 2 boxes",
        "Valsartan 80mg, 1 daily, 2 boxes (1 owing)",
        "Valsartan 80mg, 2 caps in the morning, 1 box of 7, 2 boxes",
        "2 x Valsartan 80mg caps, 1 daily",
        "2 x Valsartan 80mg caps (pack of 7) tid",
    ],
)
def test_what_a_sentence_leaves_open_is_no_count(line: str) -> None:
    assert [(d.name.value, d.boxes) for d in read(line).drugs] == [("Valsartan", None)]


@pytest.mark.parametrize("amounts", ["50mg, 50mg bid", "0, 50mg daily"])
def test_two_amounts_of_which_none_is_surely_a_dose_are_no_strength(amounts: str) -> None:
    (drug,) = read(f"Sacubitril/valsartan {amounts}, 2 boxes").drugs
    assert (drug.strength.value, drug.match) == ("", "unknown")


@pytest.mark.parametrize(
    "lines",
    [
        ("3 x Valsartan 80mg caps (pack of 7)", "1 x Sertraline 50mg tabs (pack of 14)"),
        ("1. 3 x Valsartan 80mg caps (pack of 7)", "2. 1 x Sertraline 50mg tabs (pack of 14)"),
        ("3 boxes Valsartan 80mg caps (pack of 7)", "1 box of Sertraline 50mg tabs (pack of 14)"),
        (
            "Qty         Drug                                    Directions",
            "3 x         Valsartan 80mg caps (pack of 7)         1 daily",
            "1 x         Sertraline 50mg tabs (pack of 14)       1 daily",
        ),
        (
            "Qty    Item                          Unit   Unit price   Amount",
            "3      Valsartan 80mg x 7 caps       box    32.08        96.24",
            "1      Sertraline 50mg x 14 tabs     box    32.08        32.08",
        ),
        (
            "Qty    Unit     Drug                               Directions",
            "3      box      Valsartan 80mg caps (pack of 7)    1 daily",
            "1      box      Sertraline 50mg tabs (pack of 14)  1 daily",
        ),
    ],
    ids=range(6),
)
def test_a_count_before_the_name(lines: tuple[str, ...]) -> None:
    reading = read(*lines)
    assert told(reading) == [(*VALSARTAN, 7, 3, "exact"), (*SERTRALINE, "50mg", 14, 1, "exact")]
    assert reading.accepted


@pytest.mark.parametrize("how", ["80mg, bid", "80mg, po, bid"])
def test_a_dose_in_a_row_of_its_own_is_no_strength(how: str) -> None:
    assert read("1. Valsartan", how, "2 boxes").drugs[0].strength.value == ""
    assert [(d.strength.value, d.match) for d in chinese("1. 缬沙坦胶囊  2盒", how).drugs] == [("", "ask")]


@pytest.mark.parametrize(
    "lines",
    [
        ("1. Valsartan 80mg x 7 caps    x2 boxes    STOPPED",),
        ("1. Valsartan 80mg x 7 caps    x2 boxes    out of stock",),
        ("1. Valsartan 80mg x 7 caps    x2 boxes", "(discontinued)"),
        ("Valsartan 80mg (stop), 1 daily, 2 boxes",),
        ("Valsartan 80mg, on hold, 2 boxes",),
        ("Valsartan 80mg, 1 daily, 2 boxes - owing",),
        ("Valsartan 80mg, 1 daily, 2 boxes, patient declined",),
        ("Valsartan 80mg, 1 daily, 2 boxes left at home",),
    ],
    ids=range(8),
)
def test_a_line_that_is_stopped_or_not_there_is_asked(lines: tuple[str, ...]) -> None:
    assert [(d.match, d.boxes) for d in read(*lines).drugs] == [("ask", None)]


@pytest.mark.parametrize("advice", ["stop if dizzy", "Stop date 21 Dec 2026", "use the hand-held device"])
def test_when_to_stop_taking_a_drug_says_nothing_of_what_is_given(advice: str) -> None:
    assert told(read(f"Valsartan 80mg caps, 1 daily, 2 boxes, {advice}")) == [(*VALSARTAN, None, 2, "exact")]


def test_pieces_beside_a_count_of_boxes_are_no_dose() -> None:
    """28 of them are neither one box nor two."""
    assert told(read("Valsartan 80mg, 1 cap bid, 28 caps, 2 boxes")) == [(*VALSARTAN, 28, None, "ask")]
    assert told(read("Valsartan 80mg, 1 cap bid, 14 caps, 2 boxes")) == [(*VALSARTAN, None, 2, "exact")]
