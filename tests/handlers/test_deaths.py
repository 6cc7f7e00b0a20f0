"""After a death no medicine goes on: no move leads there, and doctor and pharmacist read why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Mandate, Observed
from bot.moves import AFTER_DEATH, MOVES, MoveName
from bot.orders import refused
from tests.cases.rows import CASE, NO, PHARMACIST, REVIEW, ROWS, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, PATIENT, RESIDENT, House, at_home, told

DEAD = replace(PATIENT, deceased=True)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def dies(house: House, stage: str) -> int:
    """At this stage; how many posts there were before."""
    await put(house, replace(await house.order(NO), stage=stage))
    return await seen(house, stage, dead=True)


async def seen(house: House, stage: str, *, dead: bool = False) -> int:
    before = len(house.posts())
    now = told(NO, stage, house.clock.civil(), prescribed=(LINE,))
    await house.take(house.arrival(Observed(replace(now, patient=DEAD if dead else PATIENT))))
    return before


@pytest.mark.parametrize(("name", "stage"), [(name, move.legal_from[0]) for name, move in MOVES.items()])
def test_only_what_ends_it_may_be_asked_for(name: MoveName, stage: str) -> None:
    row = replace(CASE, stage=stage, snapshot={**CASE.snapshot, "patient": {**BRIEF, "deceased": True}})
    assert (refused(row, name) == "deceased") == (name not in AFTER_DEATH)


@pytest.mark.parametrize("action", ["pass", "query"])
async def test_nothing_is_passed_for_the_dead(house: House, action: str) -> None:
    await dies(house, "prescribed")
    answer = await house.take(house.press(PHARMACIST, f"a:{action}:{NO}", REVIEW))
    assert answer.toast == house.label("refused.deceased")
    assert not house.commands("hospital.review")


async def test_it_can_be_sent_back_and_found_not_suitable(house: House) -> None:
    await dies(house, "prescribed")
    await house.take(house.press(PHARMACIST, f"a:return:{NO}", REVIEW))
    assert house.button("dose")
    await dies(house, "in-consult")
    answer = await house.take(house.press(LI, f"a:prescribe:{NO}", FORUM))
    assert answer.toast == house.label("refused.deceased")
    await house.take(house.press(LI, f"a:unfit:{NO}", FORUM))
    await house.take(house.press(LI, house.button("other"), FORUM))
    assert house.commands("hospital.not_suitable")


@pytest.mark.parametrize("known_before", [False, True])
async def test_the_insurer_is_not_asked_for_the_dead(house: House, known_before: bool) -> None:
    await dies(house, "prescribed" if known_before else "passed")
    await seen(house, "passed", dead=True)
    assert not house.commands("hospital.claim")


async def test_nobody_pays_for_the_dead(house: House) -> None:
    await dies(house, "quoted")
    answer = await house.take(await house.checkout(RESIDENT, 1000, NO))
    assert not answer.ok


async def test_doctor_and_pharmacist_read_it_once_and_nothing_personal(house: House) -> None:
    before = await dies(house, "prescribed")
    line = house.label("record.halted", order=NO)
    for chat in (FORUM, REVIEW):
        assert texts(house, chat, before).count(line) == 1
    assert BRIEF["name"] not in line
    before = await seen(house, "prescribed", dead=True)
    assert line not in texts(house, FORUM, before)


async def test_where_no_pharmacist_looks_only_the_doctor_reads_it(house: House) -> None:
    before = await dies(house, "in-consult")
    line = house.label("record.halted", order=NO)
    assert line in texts(house, FORUM, before)
    assert line not in texts(house, REVIEW, before)


async def test_where_it_was_a_mistake_they_read_that_it_goes_on(house: House) -> None:
    await dies(house, "prescribed")
    before = await seen(house, "prescribed")
    for chat in (FORUM, REVIEW):
        assert house.label("record.resumed", order=NO) in texts(house, chat, before)
    await house.take(house.press(PHARMACIST, f"a:pass:{NO}", REVIEW))
    assert house.commands("hospital.review")


async def test_what_is_on_the_road_is_told_to_nobody_any_more(house: House) -> None:
    """True 12: the courier moves the whole batch. Cards change where they stand; operators and her helper were told."""
    mandate = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})
    await put(house, mandate, replace(await house.order(NO), placed_by=HELPER, mandate="m-1"))
    await dies(house, "packed")
    for stage in ("on-the-way", "arrived", "with-ambassador", "ready-at-window"):
        before = await seen(house, stage, dead=True)
        assert not [p.key for p in house.posts()[before:] if p.chat in (RESIDENT, HELPER) and not p.card], stage
