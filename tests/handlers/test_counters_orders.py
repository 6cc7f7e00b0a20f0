"""Nobody is left out 4: an order of the hospital's own counter reads the same for whoever holds its patient."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Mandate, Observed, Order, Person, RoleBinding
from tests.cases.rows import ROWS, put, texts
from tests.handlers.house import BRIEF, HELPER, PATIENT, RESIDENT, ROAD, House, at_home, told
from tests.handlers.test_family import AWAY, BOY, DAUGHTER, with_child

COUNTER, PLACED = "D1123-0007", "MR1123-9"
HERS = Mandate("m-5", HELPER, AWAY["id"], "2027-05-01", True, {"name": AWAY["name"], "brief": AWAY})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = [one for one in ROWS if not isinstance(one, Order)]
    async with at_home(tmp_path / "core.sqlite", clock, (*rows, HERS)) as house:
        yield house


async def goes(house: House, no: str, whose: str, name: str) -> None:
    """Through every stage, as the hospital tells them."""
    her = replace(PATIENT, id=whose, name=name)
    for stage in ROAD:
        seen = replace(told(no, stage, house.clock.civil() + ROAD.index(stage)), patient=her)
        await house.take(house.arrival(Observed(seen)))


def said(house: House, who: int, no: str) -> set[str]:
    """What was read, without the numbers that differ from order to order."""
    return {line.replace(no, "#") for line in texts(house, who).splitlines() if line}


async def test_her_family_reads_its_card_the_code_and_the_guidance(house: House) -> None:
    await with_child(house)
    await goes(house, COUNTER, BOY["id"], BOY["name"])
    read = texts(house, DAUGHTER)
    for word in (COUNTER, "4711", "请这样吃", house.label("stage.confirmed")):
        assert word in read, word
    assert "付" in read, "who pays it in chat reads the bill"


async def test_on_her_own_phone_it_reads_as_one_that_she_placed(house: House) -> None:
    await goes(house, COUNTER, BRIEF["id"], BRIEF["name"])
    counters = said(house, RESIDENT, COUNTER)
    async with at_home(Path(str(house.services.config.database) + "-2"), house.clock, _hers()) as other:
        await goes(other, PLACED, BRIEF["id"], BRIEF["name"])
        hers = said(other, RESIDENT, PLACED)
    assert _bare(counters) == _bare(hers)


def _hers() -> tuple[Order, ...]:
    row = next(one for one in ROWS if isinstance(one, Order))
    return (replace(row, no=PLACED, stage="", updated=0, task_version="", topic=f"consult:{PLACED}", label=""),)


def _bare(lines: set[str]) -> set[str]:
    """Without hours, which differ by when it was."""
    return {"".join(letter for letter in line if not letter.isdigit()) for line in lines}


async def test_her_helper_reads_where_it_is_and_no_more(house: House) -> None:
    await goes(house, COUNTER, AWAY["id"], AWAY["name"])
    read = texts(house, HELPER)
    assert COUNTER in read
    assert house.label("stage.confirmed") in read
    for word in ("二甲双胍", "4711", "¥"):
        assert word not in read


async def test_a_helper_of_another_compound_reads_no_code_either(house: House) -> None:
    """He does not carry this parcel, and still is no family: a code is never on a helper's phone."""
    other = Person(77, roles=(RoleBinding("ambassador", "pr-77", "谭"),))
    await put(house, other, replace(HERS, id="m-7", ambassador=77))
    await goes(house, COUNTER, AWAY["id"], AWAY["name"])
    read = texts(house, 77)
    assert house.label("stage.confirmed") in read
    assert "4711" not in read
    shown = [b.data for p in house.posts() if p.chat == 77 for row in getattr(p.content, "buttons", ()) for b in row]
    assert f"a:received:{COUNTER}" not in shown


async def test_what_was_entered_before_her_family_was_approved_is_taken_in_then(house: House) -> None:
    await with_child(house)
    assert [one.args["patient"] for one in house.commands("hospital.orders_of")] == [BOY["id"]]
