"""However the exception of a report ends, its Task at the hospital ends; and a hint names the button that is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Dialog, Incident
from tests.cases.rows import NO, OPERATOR, OPERATORS, put, texts
from tests.handlers.house import HELPER, RESIDENT, House
from tests.handlers.test_desk import button, press
from tests.handlers.test_wrong import house, incidents, owned, reported, ring, says, sees

__all__ = ["house"]

SETTLE, DONE = "这样解决", "办好了"


def keys(house: House, op: str) -> list[str]:
    return [str(one.args["key"]) for one in house.commands(op)]


async def done(house: House, kind: str = "parcel-missing") -> None:
    """[Done], and a word."""
    (row,) = [row for row in await _open(house) if row.kind == kind]
    await house.take(house.press(OPERATOR, f"a:i_done:{row.card}"))
    (dialog,) = await house.services.store.find(Dialog, person=OPERATOR, state="open")
    assert dialog.step == "word"
    await house.take(house.text(OPERATOR, "已经打过电话，找到了"))


async def test_nobody_home_ends_with_the_hand_over_both_times_it_was_said(house: House) -> None:
    await sees(house, "with-ambassador")
    await says(house, HELPER, "nobody-today")
    await says(house, HELPER, "nobody-tomorrow")
    asked = keys(house, "hospital.report_problem")
    assert len(asked) == 2
    assert keys(house, "hospital.end_problem") == []
    await sees(house, "handed-over")
    assert keys(house, "hospital.end_problem") == asked
    await sees(house, "confirmed")
    assert keys(house, "hospital.end_problem") == asked, "each once"


async def test_nobody_home_ends_where_something_worse_is_wrong_with_it(house: House) -> None:
    await sees(house, "with-ambassador")
    await says(house, HELPER, "nobody-tomorrow")
    await reported(house, "damaged", HELPER)
    first, second = keys(house, "hospital.report_problem")
    assert keys(house, "hospital.end_problem") == [first]
    await sees(house, "with-ambassador")
    assert keys(house, "hospital.end_problem") == [first, second]


@pytest.mark.parametrize("to", ["handed-over", "packed", "cancelled"])
async def test_out_of_its_problem_by_whomever_the_report_ends(house: House, to: str) -> None:
    await sees(house, "handed-over")
    await reported(house)
    await sees(house, to)
    assert keys(house, "hospital.end_problem") == keys(house, "hospital.report_problem")


async def test_a_report_of_what_is_confirmed_ends_when_an_operator_says_that_it_is_done(house: House) -> None:
    await sees(house, "confirmed")
    await says(house, RESIDENT, "missing")
    await house.tap(RESIDENT, "enough")
    await ring(house, "promise", 4.1)
    assert await incidents(house) == ["parcel-missing", "unsettled"]
    for _ in range(2):
        await owned(house)
    await done(house)
    assert await incidents(house) == [], "nobody is late with it any more"
    assert keys(house, "hospital.end_problem") == keys(house, "hospital.report_problem")


async def test_what_an_operator_ended_is_not_late_and_a_second_report_has_a_task_of_its_own(house: House) -> None:
    await sees(house, "confirmed")
    await says(house, RESIDENT, "missing")
    await house.tap(RESIDENT, "enough")
    await owned(house)
    await done(house)
    before = await ring(house, "promise", 4.1)
    assert texts(house, RESIDENT, before) == ""
    await says(house, RESIDENT, "damaged")
    await house.tap(RESIDENT, "enough")
    await owned(house)
    await done(house, "parcel-damaged")
    asked = keys(house, "hospital.report_problem")
    assert len(set(asked)) == 2
    assert keys(house, "hospital.end_problem") == asked


async def test_the_report_of_the_release_before_ends_too(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    row = await house.order(NO)
    await put(house, replace(row, snapshot={name: one for name, one in row.snapshot.items() if name != "raised"}))
    await sees(house, "handed-over")
    assert keys(house, "hospital.end_problem") == keys(house, "hospital.report_problem")


# ---------------------------------------------------------------- what an operator reads


@pytest.mark.parametrize("stage", ["handed-over", "confirmed"])
async def test_the_hint_names_the_button_that_stands_there(house: House, stage: str) -> None:
    await sees(house, stage)
    await (reported(house) if stage == "handed-over" else says(house, RESIDENT, "missing"))
    await ring(house, "rung" if stage == "handed-over" else "promise", 4.1)
    assert await incidents(house) == ["parcel-missing", "unsettled"]
    for _ in range(2):
        await press(house, OPERATOR, "i_take", OPERATORS)
    there, not_there = (SETTLE, DONE) if stage == "handed-over" else (DONE, SETTLE)
    cards = {post.key: str(getattr(post.content, "html", "")) for post in house.posts() if ":own:" in post.key}
    assert len(cards) == 2
    for words in cards.values():
        assert there in words
        assert not_there not in words
    assert bool(button(house, "i_settle", OPERATOR)) == (stage == "handed-over")
    assert bool(button(house, "i_done", OPERATOR)) == (stage == "confirmed")


async def test_a_problem_is_settled_from_the_message_that_says_it_is_late(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    await ring(house, "rung", 4.1)
    for _ in range(2):
        await press(house, OPERATOR, "i_take", OPERATORS)
    (row,) = [row for row in await _open(house) if row.kind == "unsettled"]
    await house.take(house.press(OPERATOR, f"a:i_settle:{row.card}"))
    await house.tap(OPERATOR, "found-there")
    assert [one.args["stage"] for one in house.commands("hospital.settle_problem")] == ["handed-over"]


async def _open(house: House) -> list[Incident]:
    return [row for row in await house.services.store.find(Incident, order=NO) if not row.done_at]
