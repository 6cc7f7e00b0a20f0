"""A good picture on which something cannot be read is not sent back for what a person can say."""

from __future__ import annotations

import pytest

from bot.photo.formulary import formulary
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
        ((HOUSE, TITLE, NAMED, DAY, "1. 来曲唑片", FOOT), ("strength",)),
    ],
    ids=[
        "whose",
        "of which house",
        "strength",
        "whose and strength",
        "whose, and of which house",
        "nobody signs",
        "no day",
        "neither strength nor count",
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
        (HOUSE, TITLE, NAMELESS, DAY, LINE),
        (TITLE, NAMELESS, DAY, "1. 苯磺酸氨氯地平片  5mg×7片", FOOT),
        (HOUSE, TITLE, NAMED, DAY, "1. 甲乙丙丁片    ×2盒", FOOT),
        (HOUSE, TITLE, NAMED, DAY, LINE, "共2种药品", FOOT),
        (HOUSE, TITLE, NAMED, DAY, LINE, "3. 阿卡波糖片  50mg×30片  ×1盒", FOOT),
        (HOUSE, TITLE, NAMED, DAY, LINE, "2. ×2盒", "3. ×1盒", FOOT),
        (HOUSE, TITLE, NAMELESS, DAY, FOOT),
    ],
    ids=[
        "neither house, person nor day",
        "no day, and nobody signs",
        "nobody's, and nobody signs",
        "neither house nor person, no count",
        "an unknown drug's strength",
        "fewer than it says",
        "a line that is gone",
        "most lines are not read",
        "no drug",
    ],
)
def test_what_nobody_can_say_is_still_needed(lines: tuple[str, ...]) -> None:
    refused = reading(*lines)
    assert not refused.accepted
    assert asked(refused, LISTED) == refused


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("2. ×2盒", ""),
        ("硫酸氢  5mg×7片  ×2盒", ""),
        ("甲乙丙丁片    ×2盒", "甲乙丙丁片"),
    ],
    ids=["a count alone", "a torn name", "a drug that nobody lists"],
)
@pytest.mark.parametrize("above", [False, True])
def test_a_line_that_is_not_read_whole_is_one_among_the_others(line: str, name: str, above: bool) -> None:
    """No guess of its strength or its code goes with it; what is certain stays so."""
    lines = (line, "来曲唑片  2.5mg×10片  ×2盒") if above else ("来曲唑片  2.5mg×10片  ×2盒", line)
    refused = reading(HOUSE, TITLE, NAMED, DAY, *lines, FOOT)
    assert not refused.accepted
    taken = asked(refused, LISTED)
    assert taken.accepted
    part, whole = taken.drugs if above else taken.drugs[::-1]
    assert (whole.match, whole.known, whole.boxes) == ("exact", "来曲唑片", 2)
    assert (part.match, part.code, part.name.value, part.strength.value) == ("unknown", "", name, "")
    assert part.line is not None
    assert (part.line.y < whole.line.y) == above if whole.line else False


@pytest.mark.parametrize(("strengths", "match"), [(("2.5mg",), "ask"), (("2.5mg", "5mg"), "unknown")])
def test_of_a_drug_that_the_list_has_in_two_strengths_none_is_guessed(strengths: tuple[str, ...], match: str) -> None:
    row = {"name_zh": "来曲唑片", "pack": "10"}
    listed = formulary([{**row, "code": f"X{n}", "strength": strength} for n, strength in enumerate(strengths)])
    seen = understand(page(HOUSE, TITLE, NAMED, DAY, "1. 来曲唑片    ×2盒", FOOT), TODAY, listed).reading
    (drug,) = asked(seen, listed).drugs
    assert (drug.match, drug.name.value, drug.boxes, bool(drug.code)) == (match, "来曲唑片", 2, match == "ask")


def test_the_directions_below_two_lines_of_one_name_are_nobodys() -> None:
    """A second amount in a pack is of another drug, whose name was not read: so may be what stands below it."""
    lines = ("来曲唑片  2.5mg×10片  ×2盒", "□□  5mg×20片  ×1盒", "用法：每次5mg，每日3次，口服")
    taken = asked(reading(HOUSE, TITLE, NAMED, DAY, "苯磺酸氨氯地平片  5mg×7片  ×2盒", *lines, FOOT), LISTED)
    assert [(d.match, d.name.value, d.boxes, d.sig) for d in taken.drugs] == [
        ("exact", "苯磺酸氨氯地平片", 2, ""),
        ("ask", "来曲唑片", None, ""),
        ("unknown", "", None, ""),
    ]


def test_what_is_no_drug_among_numbered_ones_is_a_line_to_be_asked() -> None:
    lines = (LINE, "2. 血糖试纸 50片 1盒", "3. 来曲唑片  2.5mg×10片  ×2盒")
    taken = asked(reading(HOUSE, TITLE, NAMED, DAY, *lines, FOOT), LISTED)
    assert taken.accepted
    assert [(d.match, d.name.value, d.boxes) for d in taken.drugs] == [
        ("exact", "苯磺酸氨氯地平片", 2),
        ("unknown", "", None),
        ("exact", "来曲唑片", 2),
    ]


def test_what_stops_a_page_stops_it_still() -> None:
    stopped = reading(HOUSE, TITLE, NAMED, DAY, LINE, FOOT, "作废")
    assert asked(stopped, LISTED) == stopped
