"""From a printed paper to the signature, over seeds: no dose, drug or strength that its line of the paper does not say.

Papers as rows of text; as pictures in tests/photo/test_signed_trial.py. Their doses are drawn by seed, not from a list.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot import dosing
from bot.dialog.testing import DialogTester
from bot.dosing import Amount, Line
from bot.photo.names import fold
from bot.photo.reading import Reading
from bot.photo.strength import amounts
from bot.photo.understand import understand
from bot.reading import as_json
from tests.flows.test_deploys import READ
from tests.flows.test_doses import sent
from tests.flows.test_proved import enters_the_rest, on_the_wire, proved, reads_true
from tests.flows.test_reading import form
from tests.photo.contents import LISTED, TODAY, Item, script
from tests.photo.lines import page

ENTERED = "3 片 每日3次"  # by the doctor, where no dose was read
HEAD = (
    "上海市明珠区中心医院",
    "门诊处方笺",
    "姓名：何玉芬  性别：女  年龄：76岁  科别：心内科",
    "临床诊断：原发性高血压2级",
    "开具日期：2026年11月08日",
)
FOOT = ("医师：何志金  审核药师：杨芬德", "注：1.处方当日有效 2.取药时请当面核对药品名称、规格、数量")
KNOWN = {d.code: {"code": d.code, "name_zh": d.name, "name_en": "", "strength": d.strength, "pack": d.pack,
                  "sig": "1mg qd", "controlled": False} for d in LISTED.drugs}  # fmt: skip
CONTROLLED = {d.name for d in LISTED.drugs if d.controlled}  # these stop the form (R7)
PRINTS: tuple[Callable[[int, Item], tuple[str, ...]], ...] = (
    lambda n, i: (f"{n}. {i.name}  {i.strength}×{i.pack}{i.unit}  ×{i.boxes}盒", f"Sig: {i.dose} {i.often} po"),
    lambda n, i: (f"{n}. {i.name}  {i.strength}×{i.pack}{i.unit}  {i.boxes}盒",
                  f"用法：每次{i.dose}  {i.often_zh}  口服"),
    lambda n, i: (f"{n}、{i.name}  {i.strength}×{i.pack}{i.unit}/盒  {i.boxes}盒",
                  f"用法用量：一次{i.dose}，{i.often_zh}"),
)  # fmt: skip


def items(seed: int) -> tuple[Item, ...]:
    """The drugs of one paper, each with a dose of its own that is no list's."""
    draw = random.Random(seed)
    return tuple(
        replace(item, dose=f"{draw.randint(2, 97)}{draw.choice(('mg', item.unit, '单位'))}")
        for item in script(seed, unlisted=seed % 3 == 0).items
        if item.unit in ("片", "粒") and item.name not in CONTROLLED
    )


def printed(seed: int) -> tuple[Reading, tuple[Item, ...]]:
    """A paper as rows of text, read."""
    its, print_ = items(seed), PRINTS[seed % len(PRINTS)]
    rows = [row for n, item in enumerate(its, 1) for row in print_(n, item)]
    return understand(page(*HEAD, "Rp", *rows, *FOOT), TODAY, LISTED, names=("何玉芬",)).reading, its


def asks(reading: Reading) -> tuple[list[Line], set[str]]:
    """The order that its reader confirms, and which of its lines were asked how many boxes."""
    seen = {**READ, **as_json(reading), "date": "2026-10-20", "names": READ["names"], "accepted": True}
    t = form(seen, **{"local.drugs": KNOWN})
    counted: set[str] = set()
    while (step := t.last.last.step) != "checked/look[first]":
        kind, _, place = step.removeprefix("checked/").rstrip("]").partition("[")
        counted |= {place} if kind == "count" else set()
        t.taps({"is_it": "yes", "count": "2"}[kind])
    t.taps("right")
    return _sent(t), counted


def _sent(t: DialogTester) -> list[Line]:
    if t.last.last.step == "early":
        t.taps("go_on")
    return sent(t)


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text))


def stands_in(line: Line, item: Item) -> None:
    """Drug, strength and dose are its item's; what was not understood holds no number that is not printed there."""
    assert fold(line.name) in (fold(item.name), fold(item.name + item.brand))
    assert not line.strength or amounts(line.strength) == amounts(item.strength)
    own = dosing.understood(f"每次{item.dose} {item.often_zh}")
    assert own is not None
    assert line.dose in (Amount(), own[0]), f"{line.sig!r} for {item.dose} {item.often}"
    assert line.schedule.times in (0, own[1].times)
    assert not line.dose.value or (line.schedule.every, line.schedule.unit) == (own[1].every, own[1].unit)
    assert numbers(line.sig) <= numbers(f"{item.dose} {item.often_zh}")
    reads_true(line)


def carried(reading: Reading, its: Sequence[Item]) -> int:
    """How many lines reached the signature, each held against its item."""
    asked, counted = asks(reading)
    assert len(asked) == len(its)
    for line, item in zip(asked, its, strict=True):
        stands_in(line, item)
        assert line.boxes == (2 if line.proof.place in counted else item.boxes)
        assert line.proof.boxes == (0 if line.proof.place in counted else line.boxes), "what stands nowhere is marked"
    signed = enters_the_rest("sign", asked, ENTERED)
    proved(asked, signed, ENTERED)
    for line in signed:
        on_the_wire(dosing.read(line))
    return len(signed)


SOME = range(16)
MANY = [
    pytest.param(
        range(first, first + 250),
        marks=[pytest.mark.trial("papers, a thousand as rows of text"), pytest.mark.timeout(900)],
    )
    for first in range(1000, 2000, 250)
]


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [SOME, *MANY])
def test_of_papers_as_rows_of_text_only_what_is_printed_is_signed(seeds: range) -> None:
    reached, printed_ = 0, 0
    for seed in seeds:
        reading, its = printed(seed)
        printed_ += len(its)
        if its and reading.accepted:
            reached += carried(reading, its)
    assert reached > printed_ * 0.8, "the property is about papers that are read"
