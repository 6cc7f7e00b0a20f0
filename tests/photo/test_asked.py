"""A good picture on which something cannot be read is not sent back for what a person can say."""

from __future__ import annotations

import pytest

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
    ],
    ids=[
        "whose",
        "of which house",
        "strength",
        "whose and strength",
        "whose, and of which house",
        "nobody signs",
        "no day",
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
        (TITLE, NAMELESS, DAY, "1. 苯磺酸氨氯地平片  5mg×7片", FOOT),
        (HOUSE, TITLE, NAMED, DAY, "1. 甲乙丙丁片    ×2盒", FOOT),
        (HOUSE, TITLE, NAMED, DAY, "1. 来曲唑片", FOOT),
        (HOUSE, TITLE, NAMED, DAY, LINE, "共2种药品", FOOT),
        (HOUSE, TITLE, NAMED, DAY, LINE, "2. ×2盒", FOOT),
        (HOUSE, TITLE, NAMELESS, DAY, LINE, "2. ×2盒", FOOT),
        (HOUSE, TITLE, NAMELESS, DAY, FOOT),
    ],
    ids=[
        "neither house, person nor day",
        "no day, and nobody signs",
        "neither house nor person, no count",
        "an unknown drug's strength",
        "neither strength nor count",
        "fewer than it says",
        "a lost drug alone",
        "a lost drug",
        "no drug",
    ],
)
def test_what_nobody_can_say_is_still_needed(lines: tuple[str, ...]) -> None:
    refused = reading(*lines)
    assert not refused.accepted
    assert asked(refused, LISTED) == refused


def test_what_stops_a_page_stops_it_still() -> None:
    stopped = reading(HOUSE, TITLE, NAMED, DAY, LINE, FOOT, "作废")
    assert asked(stopped, LISTED) == stopped
