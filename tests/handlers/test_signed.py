"""What is never signed, whichever form asks for it: a medicine without its dose, its boxes or its strength (R17)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.lines import Proof
from backend_client.models import Drug
from bot.clock import HandClock
from bot.dialog import Refused
from bot.intents.orders import signed
from bot.ops.registry import Act, execute
from tests.cases.rows import IN_CONSULT, NO
from tests.handlers.house import LI, LINE, LISTS, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, IN_CONSULT) as house:
        yield house


async def signs(house: House, *lines: Any, drugs: Sequence[Drug] = LISTS.drugs) -> Any:
    turn = house.turn()
    turn.services = replace(turn.services, catalogue=lambda: replace(LISTS, drugs=tuple(drugs)))
    op = signed(NO, lines)
    return await execute(Act(turn, LI, LI), op.name, op.args)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (replace(LINE, strength=""), "no-strength"),
        (replace(LINE, code="", strength=""), "no-strength"),
        (replace(LINE, sig=""), "no-dose"),
        (replace(LINE, boxes=0), "no-dose"),
    ],
)
async def test_a_line_that_is_not_whole_is_not_signed(house: House, line: Any, why: str) -> None:
    with pytest.raises(Refused) as no:
        await signs(house, LINE, line)
    assert no.value.code == why


async def test_what_the_list_has_without_a_strength_is_whole_without_one(house: House) -> None:
    (drug,) = LISTS.drugs
    written = await signs(house, replace(LINE, strength=""), drugs=[replace(drug, strength="")])
    assert [one["strength"] for one in written["lines"]] == [""]


NEEDLES = replace(LINE, code="", name="胰岛素笔用针头", strength="")


def by(line: Any, who: str) -> Any:
    """The line with the word that it has no strength, of that role."""
    return replace(line, proof=Proof("page", 1, "line-1", boxes=2, none_by=who))


async def test_what_is_in_no_list_is_signed_without_a_strength_by_this_doctors_word(house: House) -> None:
    written = await signs(house, LINE, by(NEEDLES, "pr-1"))
    assert [(one["strength"], one["proof"]["none_by"]) for one in written["lines"]] == [("0.5g", ""), ("", "pr-1")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (NEEDLES, "no-strength"),
        (by(NEEDLES, ""), "no-strength"),
        (by(NEEDLES, "person"), "no-strength"),
        (by(NEEDLES, "pr-2"), "no-strength"),
        (by(replace(LINE, strength=""), "pr-1"), "no-strength"),
        (by(replace(NEEDLES, name="二甲双胍"), "pr-1"), "no-strength"),
        (by(replace(NEEDLES, name="metformin"), "pr-1"), "no-strength"),
        (by(replace(NEEDLES, name="速效救心丸 40mg"), "pr-1"), "no-strength"),
        (by(replace(NEEDLES, name="地西泮"), "pr-1"), "controlled-line"),
    ],
)
async def test_nobody_elses_word_and_nothing_that_has_one(house: House, line: Any, why: str) -> None:
    with pytest.raises(Refused) as no:
        await signs(house, LINE, line)
    assert no.value.code == why
