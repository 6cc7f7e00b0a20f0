"""It stands 9 and Edge 8: each list by itself, whole or as it was; questions; the counter's order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backend_client.errors import Invalid, Unintelligible, Unreachable
from backend_client.models import Changes, Listed, Patient, Question, Questionnaire, Staff, Unread
from bot import catalogue
from bot.clock import HandClock
from bot.model import Incident, Observed, Returned
from bot.ops.people import becomes
from bot.views import PatientView
from bot.workers.reference_data import ReferenceData
from tests.cases.rows import OPERATOR, ROWS, texts
from tests.handlers.house import HELPER, HISTORY, LI, LISTS, RESIDENT, House, at_home, told
from tests.handlers.test_lists import Lists

MANY = tuple(Staff(f"pr-{n}", "doctor", f"医{n}", {}, "dep-1") for n in range(20))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


def keeper_of(house: House, hospital: Any) -> ReferenceData:
    config = house.services.config
    keeper = ReferenceData(partial(catalogue.read, hospital, config.questionnaire), house.services.store, house.clock,
                           config.reread_seconds, house.take)  # fmt: skip
    house.core.services = house.services = replace(house.services, catalogue=lambda: keeper.now)
    return keeper


async def exceptions(house: House) -> dict[str, str]:
    found = await house.services.store.find(Incident, done_at=0)
    return {one.about: one.code for one in found if one.kind == "list"}


async def test_a_whole_list_that_is_shorter_replaces(house: House) -> None:
    hospital = Lists(replace(LISTS, staff=MANY))
    keeper = keeper_of(house, hospital)
    await keeper.once()
    hospital.lists = replace(LISTS, staff=MANY[:10])
    assert await keeper.once() == 1
    assert keeper.now.staff == MANY[:10]
    assert not await exceptions(house)


async def test_a_list_of_less_than_half_counts_after_one_tap_of_an_operator(house: House) -> None:
    hospital = Lists(replace(LISTS, staff=MANY))
    keeper = keeper_of(house, hospital)
    await keeper.once()
    hospital.lists = replace(LISTS, staff=MANY[:2])
    assert await keeper.once() == 0
    assert keeper.now.staff == MANY
    assert await exceptions(house) == {"staff": "20/2"}
    before = len(house.posts())
    await keeper.once()
    assert not texts(house, OPERATOR, before), "told once"
    await house.take(house.press(LI, "a:take_list:staff/2"))
    await keeper.once()
    assert keeper.now.staff == MANY, "no doctor says so"
    await house.take(house.press(OPERATOR, "a:take_list:staff/2"))
    assert await keeper.once() == 1
    assert keeper.now.staff == MANY[:2]
    assert not await exceptions(house)


async def test_who_is_missing_in_a_list_that_waits_is_looked_at_meanwhile(house: House) -> None:
    """Li is not in the part that came; the hospital, asked for him alone, says that he has ended."""
    hospital = Lists(replace(LISTS, staff=MANY))
    keeper = keeper_of(house, hospital)
    await keeper.once()
    house.ended = {"pr-1"}
    hospital.lists = replace(LISTS, staff=(MANY[2],))
    await keeper.once()
    assert keeper.now.staff == MANY
    assert house.label("staff.gone", role=("role.doctor", {})) in texts(house, LI)


@pytest.mark.parametrize("what", ["departments", "compounds", "formulary", "staff"])
async def test_one_list_that_does_not_come_leaves_the_others(house: House, what: str) -> None:
    hospital = Lists(LISTS)

    async def fails(*_: Any) -> Any:
        raise Unintelligible("not-money")

    setattr(hospital, what, fails)
    keeper = keeper_of(house, hospital)
    keeper.now = replace(LISTS, questionnaire=Questionnaire("old", "1", ()))
    await keeper.once()
    assert replace(keeper.now, questionnaire=None) == LISTS
    name = {"formulary": "drugs"}.get(what, what)
    assert await exceptions(house) == {name: "not-money"}
    setattr(hospital, what, getattr(Lists(LISTS), what))
    await keeper.once()
    assert not await exceptions(house)


async def test_one_entry_that_cannot_be_used_is_left_out_and_told_once(house: House) -> None:
    """It stands 9: the others count, and the exception ends when it is mended."""
    hospital, bad = Lists(LISTS), Listed(LISTS.drugs)
    bad.left_out = ("med-7", "?")

    async def formulary() -> Any:
        return bad

    usual, hospital.formulary = hospital.formulary, formulary  # type: ignore[method-assign]
    keeper = keeper_of(house, hospital)
    assert await keeper.once() == 1
    assert keeper.now.drugs == LISTS.drugs
    assert type(keeper.now.drugs) is tuple
    assert await exceptions(house) == {"drugs": "left-out med-7 ?"}
    before = len(house.posts())
    await keeper.once()
    assert not texts(house, OPERATOR, before)
    hospital.formulary = usual  # type: ignore[method-assign]
    await keeper.once()
    assert not await exceptions(house)


async def test_a_hospital_that_is_away_is_no_exception_of_a_list(house: House) -> None:
    hospital = Lists(LISTS)

    async def away(*_: Any) -> Any:
        raise Unreachable("unreachable")

    for what in ("departments", "compounds", "areas", "formulary", "hours", "staff", "questionnaire"):
        setattr(hospital, what, away)
    keeper = keeper_of(house, hospital)
    keeper.now = LISTS
    with pytest.raises(Unreachable):
        await keeper.once()
    assert keeper.now == LISTS
    assert not await exceptions(house)


class Richer(Lists):
    async def questionnaire(self, name: str) -> Any:
        raise Invalid("question-kind")


async def test_without_the_questions_the_order_goes_on_and_the_doctor_reads_so_first(
    house: House,
) -> None:
    keeper = keeper_of(house, Richer(LISTS))
    await keeper.once()
    assert await exceptions(house) == {"questionnaire": "question-kind"}
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7", "first", "ok")
    (command,) = house.commands("hospital.submit")
    no = command.args["draft"]["no"]
    at = house.clock.civil()
    await house.answer("hospital.submit", told(no, "submitted", at))
    cards = [str(getattr(post.content, "html", "")) for post in house.posts() if post.key == f"case:{no}"]
    assert cards[-1].startswith("<b>‼ 医院自己的问题没有问</b>")


async def test_a_question_that_need_not_be_answered_can_be_skipped(house: House) -> None:
    asked = Questionnaire("u", "1", (Question("q1", "boolean", {"zh-CN": "过敏吗？"}, required=False),))
    house.core.services = house.services = replace(
        house.services, catalogue=lambda: replace(LISTS, questionnaire=asked)
    )
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7", "skip", "first", "ok")
    (command,) = house.commands("hospital.submit")
    assert "q1" not in command.args["draft"]["answers"]


# ---------------------------------------------------------------- an order of the hospital's own counter


async def test_only_whoever_has_a_right_reads_of_an_order_of_the_counter(house: House) -> None:
    before = len(house.posts())
    await house.take(house.arrival(Observed(told("H-77", "in-consult", house.clock.civil()))))
    assert "H-77" in texts(house, RESIDENT, before)
    assert "H-77" not in texts(house, HELPER, before)
    row = await house.order("H-77")
    assert (row.placed_by, row.patient_account, row.doctor) == (0, RESIDENT, LI)
    await house.take(house.text(RESIDENT, "/orders"))
    await house.take(house.press(RESIDENT, "a:cancel:H-77"))
    await house.tap(RESIDENT, "yes")
    assert [one.args["order"] for one in house.commands("hospital.cancel")] == ["H-77"]


async def test_what_the_counter_entered_before_she_was_here_is_bound_as_she_enrols(house: House) -> None:
    """Edge 8: it need not change first."""
    new = 61
    her = PatientView("pat-9", "李梅", "1960-02-02")
    seen = replace(told("H-79", "in-consult", house.clock.civil()), patient=Patient("pat-9", "李梅", "1960-02-02"))
    await house.take(house.arrival(Observed(seen)))
    turn = house.turn()
    await becomes(turn, new, her)
    await house.services.store.commit(turn.outcome())
    (asked,) = house.commands("hospital.orders_of")
    assert asked.args == {"patient": "pat-9"}
    before = len(house.posts())
    ended = replace(seen, no="H-80", stage="confirmed")
    answer = Changes((seen, ended), (), "", unreadable=(Unread("Task/9", "sum-differs", "H-81"),))
    await house.take(house.arrival(Returned(asked.key, answer)))
    assert (await house.order("H-79")).patient_account == new
    assert "H-79" in texts(house, new, before)
    assert "H-80" not in texts(house, new, before)
    assert [one["id"] for one in await house.services.store.dead_letters()] == ["order/H-81"]
    await house.take(house.arrival(Observed(seen)))
    assert len([one for one in house.posts()[before:] if one.key == f"card:H-79:{new}"]) == 1


@pytest.mark.parametrize("how", ["ended", "nobody's"])
async def test_what_has_ended_or_is_nobodys_here_is_not_bound(house: House, how: str) -> None:
    seen = told("H-78", "confirmed" if how == "ended" else "in-consult", house.clock.civil())
    if how != "ended":
        seen = replace(seen, patient=replace(seen.patient, id="pat-99"))
    await house.take(house.arrival(Observed(seen)))
    with pytest.raises(AssertionError):
        await house.order("H-78")
