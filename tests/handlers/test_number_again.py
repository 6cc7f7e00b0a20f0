"""A number that another order has, after the database was put back or begun anew: each keeps its own order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from backend_client.errors import NUMBER_TAKEN
from bot.clock import HandClock
from bot.model import Dialog, Incident, Observed, Order, Returned, UsedPrescription
from bot.ops.orders import next_number
from bot.ops.placing import MOST_NUMBERS
from tests.cases.rows import ROWS, put
from tests.handlers.house import BRIEF, HELPER, PATIENT, RESIDENT, House, at_home, told
from tests.handlers.test_callers import DESK, desk, ordered
from tests.handlers.test_counters_orders import HERS
from tests.handlers.test_family import AWAY
from tests.handlers.test_observed import refill

NEIGHBOUR = replace(PATIENT, id=AWAY["id"], name=AWAY["name"])


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


async def up_to_ok(house: House) -> str:
    """The number that her form was given."""
    await refill(house, "photo")
    await house.tap(RESIDENT, "3-7", "first")
    return f"{(await next_number(house.turn())).partition('-')[0]}-1"


async def sends(house: House) -> str:
    await house.tap(RESIDENT, "ok")
    return house.commands("hospital.submit")[-1].lane


def anothers(house: House, no: str, stage: str = "submitted") -> Order:
    """As the hospital told it, of a neighbour who ordered before the copy was put back."""
    her = {**BRIEF, "id": AWAY["id"], "name": AWAY["name"]}
    mark = house.turn().marked(AWAY["id"])
    return Order(no, stage, 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", 0, 0, HELPER, patient=mark,
                 topic=f"consult:{no}", snapshot={"patient": her, "asked": [], "prescribed": [], "doctor_name": "",
                                                  "days_left": "more", "condition": ""})  # fmt: skip


@pytest.mark.parametrize("whose", ["a neighbour's", "her own"])
async def test_a_row_that_stands_here_is_not_written_over(house: House, whose: str) -> None:
    no = await up_to_ok(house)
    theirs = anothers(house, no)
    if whose == "her own":
        hers = {**theirs.snapshot, "patient": BRIEF}
        theirs = replace(theirs, patient=house.turn().marked(PATIENT.id), snapshot=hers)
    await put(house, theirs)
    theirs = await house.order(no)
    mine = await sends(house)
    assert mine != no
    assert house.commands("hospital.submit")[-1].args["draft"]["no"] == mine
    assert await house.order(no) == theirs
    assert (await house.order(mine)).topic == f"consult:{mine}"
    assert {used.order for used in await house.services.store.find(UsedPrescription)} == {mine}


async def test_the_next_number_is_one_that_no_order_here_has(house: House) -> None:
    first = await next_number(house.turn())
    day, _, n = first.partition("-")
    for taken in (1, 2):
        await put(house, anothers(house, f"{day}-{int(n) + taken}"))
    assert await next_number(house.turn()) == f"{day}-{int(n) + 3}"


async def test_what_the_hospital_has_under_this_number_is_read_and_ours_goes_on_under_the_next(house: House) -> None:
    await up_to_ok(house)
    no = await sends(house)
    asked = await house.order(no)
    card = next(post for post in house.posts() if post.key == f"card:{no}:{RESIDENT}")
    assert card.content is not None
    await house.answer("hospital.submit", refusal=NUMBER_TAKEN)
    (_, anew) = house.commands("hospital.submit")
    mine = await house.order(anew.lane)
    assert mine == replace(asked, no=anew.lane, topic=f"consult:{anew.lane}", version=mine.version)
    assert await house.services.store.get(Order, no) is None
    assert {used.order for used in await house.services.store.find(UsedPrescription)} == {anew.lane}
    last = {post.key: post.content for post in house.posts()}
    assert last[f"card:{no}:{RESIDENT}"] is None
    assert anew.lane in last[f"card:{anew.lane}:{RESIDENT}"].html  # type: ignore[union-attr]
    (read,) = house.commands("hospital.read_order")
    assert read.args == {"order": no}

    await put(house, HERS)
    seen = replace(told(no, "submitted", house.clock.civil()), patient=NEIGHBOUR)
    await house.take(house.arrival(Returned(read.key, seen), f"{read.key}:result"))
    assert (await house.order(no)).snapshot["patient"]["id"] == NEIGHBOUR.id
    await house.answer("hospital.submit", told(anew.lane, "submitted", house.clock.civil(), authored=asked.since))
    assert (await house.order(anew.lane)).stage == "submitted"
    assert not await house.services.store.find(Dialog, person=RESIDENT, state=("open", "sent"))


async def test_a_desks_card_goes_with_its_number(tmp_path: Path, clock: HandClock) -> None:
    async with at_home(tmp_path / "desk.sqlite", clock, [*ROWS, desk(DESK, "pr-desk", "comp-1")]) as house:
        no = await ordered(house)
        await house.answer("hospital.submit", refusal=NUMBER_TAKEN)
        last = {post.key: post.content for post in house.posts() if post.chat == DESK}
        anew = house.commands("hospital.submit")[-1].lane
        assert last[f"desk:{no}:{DESK}"] is None
        assert last[f"desk:{anew}:{DESK}"] is not None


async def test_a_days_numbers_are_passed_in_a_few_tries(house: House) -> None:
    await up_to_ok(house)
    first = int((await sends(house)).partition("-")[2])
    for _ in range(9):
        await house.answer("hospital.submit", refusal=NUMBER_TAKEN)
    tried = [int(one.lane.partition("-")[2]) for one in house.commands("hospital.submit")]
    assert len({one.key for one in house.commands("hospital.submit")}) == 10
    steps = [later - before for before, later in pairwise(tried)]
    assert tried[0] == first
    assert steps[1:] == [2, 4, 8, 16, 32, 64, 64, 64]


async def test_a_hospital_that_has_every_number_does_not_take_the_order(house: House) -> None:
    await up_to_ok(house)
    await sends(house)
    for _ in range(MOST_NUMBERS):
        await house.answer("hospital.submit", refusal=NUMBER_TAKEN)
    sent = house.commands("hospital.submit")
    assert len(sent) == len({one.lane for one in sent}) == MOST_NUMBERS
    assert not [one for one in await house.services.store.find(Order) if one.no in {tried.lane for tried in sent}]
    assert not await house.services.store.find(UsedPrescription)
    assert [(row.kind, row.code) for row in await house.services.store.find(Incident)] == [("refused", "rejected")]
    (dialog,) = await house.services.store.find(Dialog, person=RESIDENT, state=("open", "sent"))
    assert dialog.kind == "confirm"


@pytest.mark.parametrize("authored", [0, 1])
async def test_what_is_told_of_anothers_order_is_not_taken_for_ours(house: House, authored: int) -> None:
    await up_to_ok(house)
    no = await sends(house)
    ours = await house.order(no)
    seen = replace(told(no, "cancelled", house.clock.civil()), patient=NEIGHBOUR, authored=authored)
    await house.take(house.arrival(Observed(seen)))
    assert await house.order(no) == ours
    if authored:
        await house.take(house.arrival(Observed(replace(seen, patient=PATIENT))))
        assert await house.order(no) == ours
    await house.take(house.arrival(Observed(replace(seen, stage="submitted", patient=PATIENT, authored=ours.since))))
    assert (await house.order(no)).stage == "submitted"
