"""Thousands of invented prints of numbers: what is read is what was printed, or it is asked; never a part of it."""

from __future__ import annotations

import random

import pytest

from bot.photo.strength import amounts, find
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page
from tests.photo.test_drugs import FOOT, HEAD

POINTS = (".", ",", "，", "、", "'", "’", ":", "-", " ", ". ", " .", ", ", ";", "·", "。", "/", "|", "~", "_", "..", "")
UNITS = ("mg", "g", "μg", "ml", "单位", "IU", "毫克")
LEADS = ("", "", "", "规格：", "Z", "Z.", ".", ",", "-", "l", "7 ", "(", "×", "片", "片 ", "  ")
TIMES = ("×", "*", "x", "X", " × ")


def printed(draw: random.Random) -> tuple[str, str, int, int]:
    """A print of a strength, pack and count, its strength as meant ("" where nobody can tell), pack and boxes."""
    whole, part = draw.choice(("0", "1", "2", "5", "10", "12", "47", "100")), draw.choice(("", "5", "25", "0", "125"))
    mark = draw.choice(POINTS) if part else ""
    unit, lead = draw.choice(UNITS), draw.choice(LEADS)
    clean = lead in ("", "规格：", "(", "×", "片", "片 ", "  ") and mark in ("", ".", "·", "。", " .", ". ")
    meant = f"{whole}{'.' if mark and part else ''}{part}{unit}"
    pack, boxes = draw.choice((7, 10, 14, 28, 30)), draw.randint(1, 12)
    text = f"{lead}{whole}{mark}{part}{unit}{draw.choice(TIMES)}{pack}片{draw.choice(TIMES)}{boxes}盒"
    return text, meant if clean else "", pack, boxes


def wrong(seed: int, times: int) -> list[tuple[str, object]]:
    draw, out = random.Random(seed), []
    for _ in range(times):
        text, meant, pack, boxes = printed(draw)
        line = find(text)[0] if find(text) else None
        if line is None or not line.whole:
            continue
        if not meant or amounts(line.strength) != amounts(meant):
            out.append((text, line.strength))
        if (line.pack, line.boxes) not in ((pack, boxes), (pack, None), (None, None)):
            out.append((text, (line.pack, line.boxes)))
    return out


def test_hundreds_of_prints_of_numbers() -> None:
    assert wrong(1, 600) == []


@pytest.mark.trial("photos, hundreds of drawn ones")
def test_five_thousand_prints_of_numbers() -> None:
    assert wrong(2, 5000) == []


@pytest.mark.trial("photos, hundreds of drawn ones")
def test_five_hundred_drug_lines() -> None:
    """The same through the whole of understanding: a drug that is exact has the strength that was printed."""
    draw = random.Random(3)
    for _ in range(500):
        drug = draw.choice([d for d in LISTED.drugs if len(d.amounts) == 1])
        text, meant, _, boxes = printed(draw)
        gap = draw.choice(("  ", "", " "))
        reading = understand(page(*HEAD, f"1. {drug.name}{gap}{text}", *FOOT), TODAY, LISTED).reading
        for read in reading.drugs:
            if read.match == "exact" and read.strength.value:
                assert meant, text
                assert amounts(read.strength.value) == amounts(meant), text
            assert read.boxes in (None, boxes), text


def test_these_prints_hold_what_is_right_and_what_is_not() -> None:
    draw = random.Random(1)
    kinds = [bool(printed(draw)[1]) for _ in range(600)]
    assert 100 < sum(kinds) < 500
