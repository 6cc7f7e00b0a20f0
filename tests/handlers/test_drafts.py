"""R8 on a real store: a prescription is known again by number, photo and looks. And drafts that wait for a press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.decoding import decoder
from bot.dialog import Refused
from bot.forms import TracesView
from bot.model import Dialog, Due, Json, Mandate, Order, Outcome, Said, Spot, Timer, UsedPrescription
from bot.ops.orders import release, traces
from bot.ops.registry import Act, execute
from bot.turn import Turn
from tests.handlers.house import HELPER, RESIDENT, House, at_home
from tests.handlers.test_observed import PLACED

LOOKS = f"{0b1011:064x}"
NEAR = f"{0b1011 ^ 0xFF:064x}"  # eight bits differ: the same paper, photographed again
FAR = f"{(1 << 200) - 1:064x}"
MINE: dict[str, Any] = {"rx_date": "2026-11-10", "codes": ["d1"]}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


def turn_of(house: House, who: int = RESIDENT) -> Act:
    turn = Turn(house.services, house.arrival(Said(Spot(who, who), 10_000 + house.count, "x")))
    return Act(turn, who, who, dialog=f"dlg{house.count}")


async def used(house: House, no: str, patient: str = "pat-1", **proof: list[str]) -> Order:
    """An order that rests on this proof."""
    act = turn_of(house)
    found = traces(
        act.turn, no, patient, **{"rx_date": "2026-11-10", "codes": ["d1"]}, proof=decoder(TracesView)(proof)
    )
    order = replace(PLACED, no=no, rx=tuple(one.id for one in found))
    for row in (*found, order):
        act.turn.put(row)
    await house.services.store.commit(act.turn.outcome())
    return order


async def unused(house: House, no: str = "MR-2", patient: str = "pat-1", **more: Any) -> Json:
    own = {name: more.pop(name) for name in ("rx_date", "codes") if name in more}
    words = {"rx_date": "2026-11-12", "codes": ["d9"], **own, "proof": more}
    return await execute(turn_of(house), "local.unused", {"order": no, "patient": patient, **words})


SAME = [
    {"uniques": ["u1"]},
    {"marks": ["number"]},
    {"pictures": [LOOKS]},
    {"pictures": [NEAR]},
    {"records": ["md-1"]},
    MINE,
]


@pytest.mark.parametrize("same", SAME)
async def test_the_same_prescription_is_known_again(house: House, same: dict[str, Any]) -> None:
    await used(house, "MR-1", uniques=["u1"], marks=["number"], pictures=[LOOKS], records=["md-1"])
    with pytest.raises(Refused) as refused:
        await unused(house, **same)
    assert (refused.value.code, refused.value.words["order"]) == ("rx-used", "MR-1")
    assert await unused(house, "MR-1", **same) is None, "its own order may be sent again"


@pytest.mark.parametrize("other", [{"uniques": ["u2"]}, {"marks": ["other"]}, {"pictures": [FAR]}, {}])
async def test_another_one_is_not(house: House, other: dict[str, Any]) -> None:
    await used(house, "MR-1", uniques=["u1"], marks=["number"], pictures=[LOOKS])
    assert await unused(house, **other) is None


async def test_looks_count_for_the_same_patient_and_numbers_for_everybody(house: House) -> None:
    """Forms of one hospital look alike; a number with its hospital and day is one paper's."""
    other = Mandate("m-2", RESIDENT, "pat-2", "2027-11-01", True, {"brief": {"name": "李明"}})
    await house.services.store.commit(Outcome(house.arrival(None, "mandate"), rows=(other,)))
    await used(house, "MR-1", marks=["number"], pictures=[LOOKS])
    assert await unused(house, patient="pat-2", pictures=[NEAR]) is None
    with pytest.raises(Refused, match="rx-used"):
        await unused(house, patient="pat-2", marks=["number"])


async def test_what_is_kept_says_nothing(house: House) -> None:
    await used(house, "MR-1", uniques=["u1"], marks=["number"], pictures=[LOOKS])
    kept = await house.services.store.find(UsedPrescription, order="MR-1")
    assert len(kept) == 4
    assert not [row for row in kept if {"pat-1", "u1", "number", "2026-11-10"} & {row.id, row.patient}]


async def test_an_order_that_dies_gives_it_back(house: House) -> None:
    order = await used(house, "MR-1", uniques=["u1"], marks=["number"], pictures=[LOOKS])
    act = turn_of(house)
    await release(act.turn, order)
    await house.services.store.commit(act.turn.outcome())
    assert await unused(house, uniques=["u1"], marks=["number"], pictures=[LOOKS], **MINE) is None


# ---------------------------------------------------------------- drafts of an album


DRAFT = {"pages": [{"file": "f", "unique": "u", "size": 1, "width": 1, "height": 1}], "papers": [{"accepted": False}]}


async def kept(house: House, who: int = RESIDENT) -> Dialog:
    act = turn_of(house, who)
    await execute(act, "local.keep_drafts", {"flow": "refill", "drafts": {"pat-1": DRAFT}})
    await house.services.store.commit(act.turn.outcome())
    about = act.turn.marked("pat-1")
    return (await house.services.store.find(Dialog, person=who, flow="refill", subject=about, state="parked"))[0]


async def test_a_draft_says_nothing_until_its_name_is_pressed(house: House) -> None:
    draft = await kept(house)
    assert not house.posts()
    await house.take(house.press(RESIDENT, "a:need:pat-1"))
    opened = await house.services.store.get(Dialog, draft.id)
    assert opened is not None
    assert (opened.state, opened.flow, opened.subject) == ("open", "refill", draft.subject)
    assert opened.journal
    assert opened.args["pages"] == DRAFT["pages"]


async def test_a_newer_draft_takes_the_place_of_the_older_one(house: House) -> None:
    first = await kept(house)
    second = await kept(house)
    old = await house.services.store.get(Dialog, first.id)
    assert old is None or old.state == "done"
    assert second.id != first.id


async def test_a_draft_that_nobody_begins_is_thrown_away(house: House) -> None:
    draft = await kept(house)
    due = Due(Timer(f"{draft.id}:expire", house.clock.civil(), "expire", draft.id))
    await house.take(house.arrival(due))
    old = await house.services.store.get(Dialog, draft.id)
    assert old is None or (old.state, old.args) == ("done", {})


async def test_nobody_keeps_drafts_for_whom_he_may_not_act(house: House) -> None:
    act = turn_of(house, HELPER)
    with pytest.raises(Refused):
        await execute(act, "local.keep_drafts", {"flow": "refill", "drafts": {"pat-99": DRAFT}})
