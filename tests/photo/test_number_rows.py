"""Whole pages of invented numbers as rows of text: units, spacing, marks. What is certain is what was printed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import pytest

from bot.photo.reading import ReadDrug
from bot.photo.strength import amounts
from bot.photo.understand import understand
from tests.photo.contents import LISTED, TODAY
from tests.photo.lines import page, width
from tests.photo.test_drugs import FOOT, HEAD

DRUGS = [d for d in LISTED.drugs if len(d.amounts) == 1 and d.pack > 1 and not d.controlled and "片" in d.name]
MARKS = (",", "，", "、", "'", ":", "-", " ", ". ", ";", "/", "|", "~", "..", "")  # between digits: nobody can tell
LEADS = ("-", ".", ",", "l", "7 ", "Z", "~", "1/", "1-", "1,", "1 ", "1.")  # before a number: it may go on
HAN = dict(zip("1234567890", "壹贰叁肆伍陆柒捌玖零", strict=True))


@dataclass(frozen=True)
class Print:
    """One number as it stands on the paper. ``clear`` = a person reads it in one way only."""

    text: str
    clear: bool


def strength(draw: random.Random, printed: str) -> Print:
    """The listed strength, in other units and spacings, or with a mark where its point was."""
    number, unit = printed.rstrip("mgμl"), printed[len(printed.rstrip("mgμl")) :]
    how = draw.random()
    if how < 0.5:
        spaced = draw.choice((printed, f"{number} {unit}", f"{number}{unit}/片", printed.replace(".", "·")))
        return Print(spaced, True)
    if how < 0.6 and unit == "mg":
        return Print(f"{number}{draw.choice(('毫克', 'MG', 'Mg', ' mg'))}", True)
    if how < 0.8 and "." in number:
        return Print(number.replace(".", draw.choice(MARKS)) + unit, False)
    lead = draw.choice(LEADS)
    return Print(lead + printed, False)


def count(draw: random.Random, boxes: int, pack: int) -> Print:
    """So many boxes, in the ways they are counted, or with something before the number."""
    how = draw.random()
    if how < 0.6:
        plain = (
            f"×{boxes}盒",
            f"{boxes}盒",
            f"共{boxes}盒",
            f"{boxes} 盒",
            f"x {boxes}盒",
            f"{boxes}.00盒",
            f"{boxes}(盒)",
        )
        forms = (*plain, f"[{boxes}]盒", f"数量：{boxes}盒", f"数量：{boxes * pack}片", f"{boxes}瓶")
        return Print(draw.choice(forms), True)
    if how < 0.7 and boxes < 10:
        return Print(f"{HAN[str(boxes)]}盒", True)
    return Print(f"{draw.choice(LEADS)}{boxes}{draw.choice(('盒', ' 盒', '瓶'))}", False)


def laid(draw: random.Random, cells: tuple[str, str, str, str]) -> tuple[str, ...]:
    """Name, strength, pack and count as a line, as two, or as a table."""
    name, amount, pack, boxes = cells
    how = draw.randrange(5)
    if how == 0:
        return (f"1. {name}  {amount}×{pack}片  {boxes}",)
    if how == 1:
        return (f"1、{name}", f"规格：{amount}×{pack}片  {boxes}", "用法：每次1片 每日1次 口服")
    if how == 2:
        return (f"{name} {amount}*{pack}片/盒  {boxes}  每日1次",)
    if how == 3:
        return table(("药品名称", "规格", "包装", "数量", "用法"), (name, amount, f"{pack}片/盒", boxes, "1片 qd"))
    return table(("序号", "药品名称", "规格", "数量", "单价"), ("1", name, f"{amount}*{pack}片", boxes, "17.16"))


def table(header: tuple[str, ...], row: tuple[str, ...]) -> tuple[str, str]:
    """Two lines whose cells begin under each other."""
    wide = [max(width(a), width(b)) + 60 for a, b in zip(header, row, strict=True)]
    lines = []
    for cells in (header, row):
        line = ""
        for n, cell in enumerate(cells):
            line += " " * round((sum(wide[:n]) - width(line)) / width(" ")) + cell
        lines.append(line)
    return lines[0], lines[1]


def one(draw: random.Random) -> tuple[tuple[str, ...], str, list[str], ReadDrug | None]:
    """The lines, what became of them, and what is wrong with that."""
    drug = draw.choice(DRUGS)
    boxes = draw.choice((1, 1, 2, 2, 3, 3, 4, 6, 8, 12, 13, 20))
    pack = drug.pack if draw.random() < 0.85 else drug.pack * 2
    amount, counted = strength(draw, drug.strength), count(draw, boxes, pack)
    lines = laid(draw, (drug.name, amount.text, str(pack), counted.text))
    drugs = understand(page(*HEAD, *lines, *FOOT), TODAY, LISTED).reading.drugs
    if len(drugs) != 1:
        return lines, "lost" if not drugs else "two", [], None
    read, wrong = drugs[0], []
    if read.match == "exact":
        wrong += [f"drug {read.known}"] if read.known != drug.name else []
        wrong += [f"strength {read.strength.value}"] if amounts(read.strength.value) != drug.amounts else []
        wrong += ["strength of a print that may be another"] if not amount.clear else []
        wrong += [f"pack {read.pack}"] if pack != drug.pack or read.pack not in (None, pack) else []
    if read.boxes is not None:
        wrong += [f"boxes {read.boxes} for {boxes}"] if read.boxes != boxes or boxes > 12 or not counted.clear else []
        wrong += ["boxes of another pack"] if pack != drug.pack and read.code else []
    certain = read.match == "exact" and read.boxes is not None
    clear = amount.clear and counted.clear and boxes <= 12 and pack == drug.pack
    return lines, "read" if certain else "asked though clear" if clear else "asked", wrong, read


def judged(seed: int, times: int) -> tuple[list[object], Counter[str]]:
    draw, told, bad = random.Random(seed), Counter[str](), list[object]()
    for _ in range(times):
        lines, became, wrong, _ = one(draw)
        told[became] += 1
        bad += [(lines, wrong)] if wrong else []
    return bad, told


def test_three_hundred_pages_of_numbers() -> None:
    bad, told = judged(11, 300)
    assert bad == []
    assert told["asked"] > 60
    assert told["read"] > 5 * told["asked though clear"]
    assert told["two"] == told["lost"] == 0


@pytest.mark.trial("photos, hundreds of drawn ones")
@pytest.mark.timeout(900)
def test_five_thousand_pages_of_numbers() -> None:
    bad, told = judged(12, 5000)
    assert bad == []
    assert told["read"] > 5 * told["asked though clear"]
