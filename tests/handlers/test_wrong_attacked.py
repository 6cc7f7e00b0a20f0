"""Something is wrong, read with distrust: rights that end between, a promise nobody keeps, an order nobody can end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import Incident, Mandate
from bot.moves import HELD
from tests.cases.rows import NO, OPERATOR, put, texts
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, told
from tests.handlers.test_desk import press
from tests.handlers.test_wrong import COURIER, incidents, one, owned, reported, ring, says, sees
from tests.handlers.test_wrong import house as house

BY = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})


async def knows(house: House, **more: Any) -> None:
    row = await house.order(NO)
    await put(house, replace(row, snapshot={**row.snapshot, **more}))


@pytest.mark.parametrize(
    "why", [{HELD: "died"}, {HELD: "moved"}, {"patient": {**BRIEF, "deceased": True}}], ids=["said", "moved", "record"]
)
async def test_who_died_or_moved_meanwhile_is_paid_back_all_the_same(house: House, why: dict[str, Any]) -> None:
    await sees(house, "with-ambassador")
    await reported(house, "missing", HELPER)
    await knows(house, **why)
    await owned(house)
    await press(house, OPERATOR, "i_settle")
    await house.tap(OPERATOR, "end-problem")
    assert [one.args["stage"] for one in house.commands("hospital.settle_problem")] == ["cancelled"]


async def test_a_helper_whom_she_lets_no_more_does_not_say_that_all_is_well(house: House) -> None:
    await put(house, BY, replace(await house.order(NO), placed_by=HELPER, mandate="m-1"))
    await sees(house, "handed-over")
    await reported(house, "missing", HELPER)
    stands = await house.services.store.get(Mandate, "m-1")
    assert stands is not None
    await put(house, replace(stands, active=False))
    answer = await house.take(house.press(HELPER, f"a:settled:{NO}"))
    assert answer.toast == house.label("refused.not-for-you")
    assert not house.commands("hospital.settle_problem")


async def test_pressed_again_nobody_home_is_told_by_its_day(house: House) -> None:
    await sees(house, "with-ambassador")
    await says(house, HELPER, "nobody-tomorrow")
    await house.take(house.press(HELPER, f"a:wrong:{NO}"))
    before = len(house.posts())
    await house.tap(HELPER, "nobody-tomorrow")
    assert "已经记下了：11月27日（周五）再送一次。" in texts(house, HELPER, before)


async def test_reported_in_the_evening_it_says_of_which_day(house: House) -> None:
    house.clock.advance(7 * 3600)
    await sees(house, "handed-over")
    await reported(house)
    await house.tap(RESIDENT, "enough")
    answer = await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    assert "11月27日" in answer.toast


async def test_the_hospital_moves_it_hours_later_and_the_promise_stays_the_same(house: House) -> None:
    await sees(house, "handed-over")
    await says(house, RESIDENT, "missing")
    house.clock.advance(3 * 3600)
    row = await house.order(NO)
    seen = told(NO, "problem", house.clock.civil(), deadline=row.deadline, reason="missing")
    await house.answer("hospital.report_problem", seen)
    before = await ring(house, "rung", 1.1)
    assert "说好的时间过了" in texts(house, RESIDENT, before)
    await house.tap(RESIDENT, "enough")
    answer = await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    assert "14:00" not in answer.toast, "that is over"


@pytest.mark.parametrize("how", ["confirmed", "refused", "down"])
async def test_a_promise_is_kept_or_its_end_is_told_where_the_order_never_stood_at_problem(
    house: House, how: str
) -> None:
    await sees(house, "confirmed" if how == "confirmed" else "handed-over")
    await says(house, RESIDENT, "missing")
    if how != "down":
        answer: dict[str, Any] = {"refusal": "contended"}
        await house.answer("hospital.report_problem", **answer)
    before = await ring(house, "promise", 4.1)
    assert "说好的时间过了" in texts(house, RESIDENT, before)
    assert await incidents(house) == ["parcel-missing", "unsettled"]


async def test_what_an_operator_ended_in_time_is_not_late(house: House) -> None:
    await sees(house, "confirmed")
    await says(house, RESIDENT, "missing")
    await house.tap(RESIDENT, "enough")
    for row in await house.services.store.find(Incident, order=NO):
        await put(house, replace(row, done_at=house.clock.civil()))
    before = await ring(house, "promise", 4.1)
    assert texts(house, RESIDENT, before) == ""


async def test_while_the_hospital_has_not_answered_no_two_buttons_send_an_operator_back_and_forth(house: House) -> None:
    await sees(house, "handed-over")
    await says(house, RESIDENT, "missing")
    await owned(house)
    answer = await house.take(house.press(OPERATOR, f"a:i_settle:{(await one(house)).card}"))
    assert answer.toast == house.label("refused.under-way")
    assert house.label("i_settle.nothing") not in texts(house, OPERATOR)


async def test_sent_again_it_is_no_parcel_of_the_courier_who_had_it(house: House) -> None:
    await put(house, replace(await house.order(NO), batch="b-1"))
    await sees(house, "on-the-way")
    await reported(house, "damaged", COURIER)
    await house.tap(COURIER, "enough")
    await sees(house, "packed")
    assert (await house.order(NO)).batch == ""
    answer = await house.take(house.press(COURIER, f"a:wrong:{NO}"))
    assert answer.toast == house.label("refused.not-for-you")
