"""Amounts as printed, and when two printings are the same amount."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.photo.counts import counted
from bot.photo.strength import amounts, find, pack_in, sound, tidy


def boxes_in(text: str) -> int | None:
    """A count of boxes standing alone: ×2盒, 2盒, 3 瓶."""
    count = counted(text, 0, bare=False)
    return count.n or None if count and count.of_boxes else None


@pytest.mark.parametrize(
    ("text", "strength", "pack", "boxes"),
    [
        ("5mg×7片", "5mg", 7, None),
        ("5mg*7片/盒", "5mg", 7, None),
        ("47.5mg*7片/盒×2盒", "47.5mg", 7, 2),
        ("规格:10mgx14片单价:121.75", "10mg", 14, None),
        ("3ml:300单位x1支", "3ml:300单位", 1, None),
        ("5mg/片×28片", "5mg", 28, None),
        ("80mg:5mg×7片", "80mg:5mg", 7, None),
        ("50mg/850mg*28片", "50mg/850mg", 28, None),
        ("1.34mg/ml,1.5ml", "1.34mg/ml,1.5ml", None, None),
        ("5mg×7×2盒", "5mg", 7, 2),
        ("5mg ×2盒", "5mg", None, 2),
        ("2.5mg*10s", "2.5mg", 10, None),
        ("0.25 μg × 20 粒", "0.25μg", 20, None),
        ("50ug×100片", "50μg", 100, None),
        ("50pg×100片", "50μg", 100, None),
        ("1Omg*7片", "10mg", 7, None),
        ("２０ｍｇ×７片", "20mg", 7, None),
        ("5rng×7片", "5mg", 7, None),
        ("lmg×30片", "1mg", 30, None),
        ("120单位×36片", "120单位", 36, None),
        ("5%", "5%", None, None),
        ("25mg:10片", "25mg", 10, None),
        ("25mg^10片", "25mg", 10, None),
        ("5 0mg*1 4片/盒", "50mg", 14, None),
        ("2  50mg×7片", "50mg", 7, None),
        ("2盒×7片×150mg", "150mg", 7, 2),
        ("1×42粒×0.5g", "0.5g", 42, 1),
        ("6盒×60吸×160μg:4.5μg", "160μg:4.5μg", 60, 6),
        ("1.34mg/m1,1.5m1", "1.34mg/ml,1.5ml", None, None),
        ("(5mg)7片", "5mg", 7, None),
        ("3m1:300单位:1支", "3ml:300单位", 1, None),
    ],
)
def test_a_printed_amount(text: str, strength: str, pack: int | None, boxes: int | None) -> None:
    line = find(text)[0]
    assert (line.strength, line.pack, line.boxes) == (strength, pack, boxes)


@pytest.mark.parametrize("text", ["2026-11-18", "门诊号575663846212", "4盒", "每日1次", "233.64", "76岁"])
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("a", "b"),
    [("0.5g", "500mg"), ("50μg", "0.05mg"), ("3ml:300单位", "300IU/3ml"), ("80mg:5mg", "5mg+80mg"), ("1.0g", "1g")],
)
def test_equal_amounts(a: str, b: str) -> None:
    assert amounts(a) == amounts(b) != ()


def test_unequal_amounts() -> None:
    assert len({amounts(s) for s in ("5mg", "50mg", "5g", "5ml", "5单位", "5mg:5mg", "")}) == 7


@pytest.mark.parametrize(("text", "trusted"), [("0.25mg", True), ("025mg", False), ("0mg", False), ("", False)])
def test_a_lost_point_is_noticed(text: str, trusted: bool) -> None:
    assert sound(text) is trusted


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("×2盒", 2),
        ("x 3 瓶", 3),
        ("共4盒", 4),
        ("12盒", 12),
        ("2.00盒", 2),
        ("共 30袋(2盒)", 2),
        ("28片/2盒", 2),
        ("[2]盒", 2),
        ("共12支（6盒）", 6),
        ("........ 3 盒", 3),
        ("..2盒", 2),
        (".... .2盒", 2),
        ("0.2盒", None),
        ("5mg*7片/盒", None),
        ("7片/盒", None),
        ("20天", None),
    ],
)
def test_counts_of_boxes(text: str, boxes: int | None) -> None:
    assert boxes_in(text) == boxes


def test_tidying_leaves_words_alone() -> None:
    assert tidy("维生素B1片 诺和灵30R") == "维生素B1片 诺和灵30R"


# ---------------------------------------------------------------- a number has a left border, or is not read

CUT = ("2,5mg", ".5mg", "2 5mg", "2'5mg", "2，5mg", "2、5mg", "2. 5mg", "2:5mg", "2-5mg", "Z.5mg", "80/5mg", "2|5mg")
CUT += (
    "2;5mg",
    "2；5mg",
    "2_5mg",
    "2~5mg",
    "2 .5mg",
    "2 , 5mg",
    "l.5mg",
    "Z5mg",
    "Z 5mg",
    "片.5mg",
    "片,5mg",
    "2。。5mg",
)
CUT += ("1,000mg", "1 000mg", "1'000mg", "2 0mg", "5mg/1 0mg", "3ml:3 00单位", "5mg,1 0mg", "1,000mg:5mg")


@pytest.mark.parametrize("text", [*CUT, *(f"苯磺酸氨氯地平片{c}×7片" for c in CUT), *(f"规格：{c}" for c in CUT)])
def test_an_amount_is_never_read_by_its_tail(text: str) -> None:
    assert [line.strength for line in find(text) if line.whole] == []
    assert amounts(text) == ()


def test_the_print_that_touches_a_number_belongs_to_it() -> None:
    line = find("苯磺酸氨氯地平片2,5mg×7片")[0]
    assert (line.run, line.start) == (8, 10)
    assert not sound(line.strength) or not line.whole


MARKS = tuple(c for c in map(chr, range(0x21, 0x3100)) if unicodedata.category(c)[0] in "PSZ")
OPENING = "([{<《「【〔（［｛＜〈『〖｢⟨"


@given(st.sampled_from(MARKS), st.sampled_from(["", " "]), st.sampled_from(["", " "]), st.integers(1, 99))
def test_whatever_stands_between_two_numbers_they_are_one_or_asked(mark: str, a: str, b: str, first: int) -> None:
    """5 is never the strength of 2?5mg. Brackets and the times sign part numbers; a point joins them."""
    text = f"{first}{a}{mark}{b}5mg"
    read = [line.strength for line in find(text) if line.whole]
    parted = (
        mark in "()[]{}<>×✕✖*^✗《》「」" or unicodedata.category(mark) in ("Ps", "Pe", "Zs", "Zl", "Zp") or "xX" in mark
    )
    if not parted and mark != "%":  # a unit of its own: 1%
        assert read in ([], [f"{first}.5mg"])


@given(st.integers(0, 99), st.sampled_from(MARKS), st.sampled_from("盒瓶支片"))
@example(1, "¥", "盒")
def test_a_count_is_never_read_by_its_tail(first: int, mark: str, unit: str) -> None:
    if mark in "()[]{}<>×✕✖*^:;+=" or unicodedata.category(mark) in ("Ps", "Pe"):
        return
    assert boxes_in(f"{first}{mark}3{unit}") in (None, int(f"{first}3"))


@pytest.mark.parametrize(
    "text", ["1,2盒", "1 2盒", "1-2盒", "-1盒", "1'2盒", "1.2盒", "1、2盒", "~2盒", "1~2盒", ".5盒", "1/2盒", "½盒"]
)
def test_a_count_with_something_before_it_is_asked(text: str) -> None:
    assert boxes_in(text) is None
    assert [line.boxes for line in find(f"5mg×7片×{text}") if line.boxes] == []


@pytest.mark.parametrize("text", ["5mg×1,4片", "5mg×1 4片", "5mg×2,8片/盒", "5mg*1.4片", "5mg×1'4片", "5mg ×1,000"])
def test_a_pack_is_never_read_by_a_part(text: str) -> None:
    line = find(text)[0]
    assert (line.pack, line.boxes) == (None, None)
    assert pack_in(text) is None


def test_what_a_litre_of_blood_holds_is_no_amount_of_a_drug() -> None:
    assert find("WBC 8.4×10^9/L，Hb 122g/L；血糖 90mg/dL") == []
    assert [line.strength for line in find("3m|:18mg")] == ["3ml:18mg"]
