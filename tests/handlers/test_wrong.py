"""Something is wrong with a parcel: two taps by whoever holds it, the exception, who calls by when, and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.models import TaskSnapshot
from bot.calls import calls
from bot.clock import HandClock
from bot.model import Batch, Custody, Due, Incident, Observed, Person, RoleBinding
from tests.cases.rows import GROUP, NO, OPERATOR, OPERATORS, OTHER, ROWS, put, texts
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, at_home, told
from tests.handlers.test_desk import press

HOUR = 3_600_000
COURIER, SUPERVISOR = 41, 72
ZONE = ZoneInfo("Asia/Shanghai")
TEN = int(datetime(2026, 11, 26, 10, tzinfo=ZONE).timestamp() * 1000)
BATCH = Batch("b-1", "run-1", "on-the-way", 1, "comp-1", COURIER, HELPER, 1, 1, loaded=True)
PEOPLE = (
    BATCH,
    Person(COURIER, roles=(RoleBinding("courier", "pr-5", "赵师傅"),)),
    Person(SUPERVISOR, roles=(RoleBinding("supervisor", "pr-21", "薛"),)),
)
KINDS = {"missing": "parcel-missing", "damaged": "parcel-damaged", "not-mine": "parcel-not-mine"}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    clock.set(TEN)
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, *PEOPLE)) as house:
        config = replace(house.services.config, hospital_phone="021-5550-0100")
        lists = replace(house.services.catalogue(), staff=())
        yield House(replace(house.services, config=config, catalogue=lambda: lists), clock)


async def sees(house: House, stage: str, **more: Any) -> int:
    """The hospital tells that it stands there; how many posts there were before."""
    before = len(house.posts())
    house.clock.advance(1)
    row = await house.order(NO)
    seen = replace(told(NO, stage, house.clock.civil(), deadline=row.deadline), **more)
    await house.take(house.arrival(Observed(seen)))
    return before


async def on_batch(house: House) -> None:
    await put(house, replace(await house.order(NO), batch="b-1"))


async def says(house: House, who: int, kind: str) -> None:
    """Two taps."""
    await house.take(house.press(who, f"a:wrong:{NO}"))
    await house.tap(who, kind)


async def reported(house: House, kind: str = "missing", who: int = RESIDENT) -> None:
    """And the hospital has moved it."""
    await says(house, who, kind)
    house.clock.advance(1)
    row = await house.order(NO)
    await house.answer("hospital.report_problem",
                       told(NO, "problem", house.clock.civil(), deadline=row.deadline, reason=kind))  # fmt: skip


async def incidents(house: House) -> list[str]:
    return sorted(row.kind for row in await house.services.store.find(Incident, order=NO) if not row.done_at)


async def ring(house: House, step: str, hours: float = 0) -> int:
    before = len(house.posts())
    house.clock.advance(hours * 3600)
    for timer in await house.services.store.timers_due(house.clock.civil()):
        if timer.step == step:
            await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))
    return before


# ---------------------------------------------------------------- it is said


@pytest.mark.parametrize("kind", ["missing", "damaged", "not-mine"])
async def test_two_taps_and_she_reads_who_calls_by_when(house: House, kind: str) -> None:
    await sees(house, "handed-over")
    before = len(house.posts())
    await says(house, RESIDENT, kind)
    hers = texts(house, RESIDENT, before)
    assert "医院值班的人知道了，11月26日（周四） 14:00 前给您打电话；等不及请打 021-5550-0100" in hers
    (sent,) = house.commands("hospital.report_problem")
    assert (sent.args["order"], sent.args["kind"]) == (NO, kind)
    assert sent.args["by"]["reference"] == "Patient/pat-1"
    assert await incidents(house) == [KINDS[kind]]
    group = texts(house, OPERATORS, before)
    assert NO in group
    for secret in ("王秀英", "二甲双胍", "3号楼", "4711", "6789", "A-07"):
        assert secret not in group
    assert texts(house, GROUP, before) == ""


async def test_it_stands_at_problem_and_her_card_says_who_calls(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    assert (await house.order(NO)).stage == "problem"
    before = len(house.posts())
    await press(house, OPERATOR, "i_take", OPERATORS)
    assert "医院的吴 11月26日（周四） 14:00 前给您打电话" in texts(house, RESIDENT, before)
    assert "4711" not in texts(house, RESIDENT, before)
    before = len(house.posts())
    await press(house, OPERATOR, "i_back")
    assert "医院值班的人 11月26日（周四） 14:00 前给您打电话" in texts(house, RESIDENT, before)


async def test_the_others_who_watch_it_hear_it_and_the_reporter_not_twice(house: House) -> None:
    await put(house, replace(await house.order(NO), placed_by=HELPER, mandate=""))
    await sees(house, "handed-over")
    before = len(house.posts())
    await reported(house)
    assert texts(house, RESIDENT, before).count("前给您打电话；") == 1
    assert "出了问题" not in texts(house, RESIDENT, before)


async def test_a_second_press_an_old_button_and_a_second_person_are_told_so(house: House) -> None:
    await sees(house, "with-ambassador")
    await reported(house, "missing", HELPER)
    await house.tap(HELPER, "enough")
    for who in (HELPER, RESIDENT):
        answer = await house.take(house.press(who, f"a:wrong:{NO}"))
        assert answer.toast == "已经有人报了，医院在处理，11月26日（周四） 14:00 前有回音。"
    assert len(house.commands("hospital.report_problem")) == 1
    assert await incidents(house) == ["parcel-missing"]


async def test_two_choose_at_the_same_time_and_it_is_one(house: House) -> None:
    await sees(house, "with-ambassador")
    await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    hers = house.button("damaged")
    await says(house, HELPER, "missing")
    await house.take(house.press(RESIDENT, hers))
    assert len(house.commands("hospital.report_problem")) == 1
    assert await incidents(house) == ["parcel-missing"]


async def test_a_stranger_and_a_doctor_cannot_say_it(house: House) -> None:
    await sees(house, "handed-over")
    for who in (OTHER, 21):
        answer = await house.take(house.press(who, f"a:wrong:{NO}"))
        assert answer.toast == house.label("refused.not-for-you")


@pytest.mark.parametrize(("stage", "why"), [("paid", "not-now"), ("cancelled", "already-cancelled")])
async def test_before_the_road_and_after_its_end_there_is_nothing_to_say(house: House, stage: str, why: str) -> None:
    await sees(house, stage)
    answer = await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    at = (await house.order(NO)).since
    assert answer.toast == house.label(f"refused.{why}", at=at)


async def test_after_received_it_is_looked_into_and_the_order_stays_confirmed(house: House) -> None:
    await sees(house, "confirmed")
    before = len(house.posts())
    await says(house, RESIDENT, "damaged")
    assert "前给您打电话" in texts(house, RESIDENT, before)
    assert not (await house.order(NO)).pending
    assert await incidents(house) == ["parcel-damaged"]
    await house.tap(RESIDENT, "enough")
    answer = await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    assert "已经有人报了" in answer.toast
    house.clock.advance(8 * 86_400)
    await press(house, OPERATOR, "i_take", OPERATORS)
    await press(house, OPERATOR, "i_done")
    await house.take(house.text(OPERATOR, "补了一盒"))
    answer = await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    assert answer.toast == house.label("refused.wrong-late")


async def test_the_hospital_refuses_and_the_operators_still_have_it(house: House) -> None:
    await sees(house, "handed-over")
    await says(house, RESIDENT, "missing")
    await house.answer("hospital.report_problem", refusal="contended")
    assert not (await house.order(NO)).pending
    assert await incidents(house) == ["parcel-missing"]


async def test_it_ended_meanwhile_and_the_report_still_has_its_owner(house: House) -> None:
    await sees(house, "with-ambassador")
    await says(house, RESIDENT, "missing")
    await sees(house, "failed")
    assert await incidents(house) == ["parcel-missing"]


# ---------------------------------------------------------------- a word and a photo


async def test_a_word_is_sealed_told_to_the_hospital_and_read_by_its_owner_alone(house: House) -> None:
    await sees(house, "handed-over")
    await says(house, RESIDENT, "missing")
    await house.tap(RESIDENT, "word")
    await house.take(house.text(RESIDENT, "少了一盒蓝色的"))
    (sent,) = house.commands("hospital.problem_more")
    assert (sent.args["words"], sent.lane) == ("少了一盒蓝色的", NO)
    await press(house, OPERATOR, "i_take", OPERATORS)
    await press(house, OPERATOR, "i_said")
    assert "少了一盒蓝色的" in texts(house, OPERATOR)
    for chat in (OPERATORS, GROUP, HELPER):
        assert "蓝色" not in texts(house, chat)
    answer = await house.take(house.press(OTHER, f"a:i_said:{(await one(house)).card}"))
    assert answer.toast


async def one(house: House) -> Incident:
    return next(row for row in await house.services.store.find(Incident, order=NO) if not row.done_at)


async def test_a_photo_goes_to_the_hospital_and_to_its_owner(house: House) -> None:
    await sees(house, "handed-over")
    await says(house, RESIDENT, "damaged")
    await house.take(house.photo(RESIDENT, "wet"))
    (sent,) = house.commands("hospital.problem_more")
    assert sent.args["file"] == "file-wet"
    await press(house, OPERATOR, "i_take", OPERATORS)
    before = len(house.posts())
    await press(house, OPERATOR, "i_said")
    shown = [post for post in house.posts()[before:] if getattr(post.content, "file", "") == "file-wet"]
    assert {post.chat for post in shown} == {OPERATOR}


# ---------------------------------------------------------------- nobody home


async def test_nobody_home_is_no_complaint_of_hers_and_she_reads_when_it_comes_again(house: House) -> None:
    await sees(house, "with-ambassador")
    before = len(house.posts())
    await says(house, HELPER, "nobody-tomorrow")
    assert "A-07 送到时没有人在，明天再送一次" in texts(house, RESIDENT, before)
    row = await house.order(NO)
    assert (row.stage, row.pending) == ("with-ambassador", "")
    assert await incidents(house) == ["parcel-nobody"]
    (sent,) = house.commands("hospital.report_problem")
    assert sent.args["kind"] == "nobody-home"
    answer = await house.take(house.press(HELPER, f"a:wrong:{NO}"))
    assert not answer.toast
    await house.tap(HELPER, "nobody-tomorrow")
    assert len(house.commands("hospital.report_problem")) == 1, "said already"
    await sees(house, "handed-over")
    assert await incidents(house) == []


async def test_she_is_never_offered_nobody_home(house: House) -> None:
    await sees(house, "with-ambassador")
    before = len(house.posts())
    await house.take(house.press(RESIDENT, f"a:wrong:{NO}"))
    assert "没人在家" not in str([getattr(post.content, "buttons", "") for post in house.posts()[before:]])


async def test_the_courier_says_it_of_a_parcel_by_its_label(house: House) -> None:
    await on_batch(house)
    await sees(house, "on-the-way")
    await on_batch(house)
    before = len(house.posts())
    await house.take(house.press(COURIER, "a:wrong_of:b-1"))
    await house.tap(COURIER, "damaged")
    assert "A-07 怎么了" in texts(house, COURIER, before)
    (sent,) = house.commands("hospital.report_problem")
    assert sent.args["by"]["reference"] == "PractitionerRole/pr-5"
    for secret in ("王秀英", "二甲双胍", "4711"):
        assert secret not in texts(house, COURIER)


# ---------------------------------------------------------------- and it is settled


async def owned(house: House) -> None:
    await press(house, OPERATOR, "i_take", OPERATORS)


@pytest.mark.parametrize(
    ("how", "to"),
    [("found-there", "handed-over"), ("found-carried", "with-ambassador"), ("send-again", "packed"),
     ("end-problem", "cancelled")],
)  # fmt: skip
async def test_an_operator_settles_it_in_two_taps(house: House, how: str, to: str) -> None:
    await sees(house, "handed-over")
    await reported(house)
    await owned(house)
    await press(house, OPERATOR, "i_settle")
    await house.tap(OPERATOR, how)
    (sent,) = house.commands("hospital.settle_problem")
    assert (sent.args["stage"], sent.args["by"]["reference"]) == (to, "PractitionerRole/pr-9")
    assert sent.args["key"] == house.commands("hospital.report_problem")[0].args["key"]
    house.clock.advance(1)
    await house.answer("hospital.settle_problem", told(NO, to, house.clock.civil()))
    assert (await house.order(NO)).stage == to
    assert await incidents(house) == []
    assert "wrong" not in (await house.order(NO)).snapshot
    lines = [row.taker for row in await house.services.store.find(Custody, order=NO)]
    assert ("hospital" in lines) == (to == "cancelled")


async def test_done_is_not_pressed_over_a_problem_that_stands(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    await owned(house)
    row = await one(house)
    before = len(house.posts())
    await house.take(house.press(OPERATOR, f"a:i_done:{row.card}"))
    assert "请先按“这样解决”" in texts(house, OPERATOR, before)
    assert await incidents(house) == ["parcel-missing"]


async def test_she_settles_it_herself_and_is_asked_for_received_again(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    await press(house, RESIDENT, "settled")
    (sent,) = house.commands("hospital.settle_problem")
    assert (sent.args["stage"], sent.args["by"]["reference"]) == ("handed-over", "Patient/pat-1")
    house.clock.advance(1)
    before = len(house.posts())
    await house.answer("hospital.settle_problem", told(NO, "handed-over", house.clock.civil()))
    assert "A-07 交到您手里了吗" in texts(house, RESIDENT, before)
    assert await incidents(house) == []
    answer = await house.take(house.press(RESIDENT, f"a:settled:{NO}"))
    assert answer.toast == house.label("refused.wrong-over")


async def test_what_is_somebody_elses_and_a_damage_in_his_hands_an_operator_settles(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house, "not-mine")
    answer = await house.take(house.press(RESIDENT, f"a:settled:{NO}"))
    assert answer.toast == house.label("refused.not-now")
    await sees(house, "with-ambassador")
    await reported(house, "damaged", HELPER)
    answer = await house.take(house.press(HELPER, f"a:settled:{NO}"))
    assert answer.toast == house.label("refused.not-now")
    assert not house.commands("hospital.settle_problem")


async def test_what_the_hospital_stopped_by_itself_is_an_exception_too(house: House) -> None:
    await sees(house, "packed")
    before = await sees(house, "problem", reason="药包破损")
    assert await incidents(house) == ["parcel-problem"]
    assert "药包破损" in texts(house, RESIDENT, before)
    assert "11月26日（周四） 14:00 前给您打电话" in texts(house, RESIDENT, before)
    await sees(house, "packed")
    assert await incidents(house) == []


async def test_the_task_of_a_report_that_the_hospital_ends_settles_nothing_by_itself(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    seen = TaskSnapshot("t8", "parcel-problem", "1", house.clock.civil(), "completed", key=f"{NO}-other")
    await house.take(house.arrival(Observed(seen)))
    assert await incidents(house) == ["parcel-missing"]


# ---------------------------------------------------------------- its clock


async def test_the_time_that_was_promised_is_over_and_she_reads_the_truth(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    before = await ring(house, "rung", 3.9)
    assert texts(house, RESIDENT, before) == ""
    before = await ring(house, "rung", 0.2)
    assert "说好的时间过了，问题还没有解决，对不起。请打医院电话 021-5550-0100" in texts(house, RESIDENT, before)
    assert await incidents(house) == ["parcel-missing", "unsettled"]
    before = await ring(house, "rung", 24)
    assert "督导员" in texts(house, RESIDENT, before)
    assert NO in texts(house, SUPERVISOR, before)
    await sees(house, "handed-over")
    assert await incidents(house) == []


async def test_what_came_in_time_is_not_late_again_when_something_is_wrong_with_it(house: House) -> None:
    await put(house, replace(await house.order(NO), deadline=TEN + 72 * HOUR))
    await sees(house, "handed-over")
    house.clock.advance(80 * 3600)
    await ring(house, "rung")
    await reported(house)
    before = await ring(house, "rung", 0.1)
    assert "已经晚了" not in texts(house, RESIDENT, before)
    assert texts(house, SUPERVISOR) == ""


async def test_nobody_takes_it_the_group_reads_it_once_more_then_the_supervisor(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    before = await ring(house, "unowned", 0.6)
    assert texts(house, OPERATORS, before).count("还没有人接") == 1
    assert texts(house, SUPERVISOR) == ""
    before = await ring(house, "unowned", 4)
    told_ = texts(house, SUPERVISOR, before)
    assert "值班的人都没有接" in told_
    assert NO in told_
    assert BRIEF["name"] not in told_
    before = await ring(house, "unowned", 8)
    assert texts(house, SUPERVISOR, before) == ""


async def test_what_somebody_has_is_not_cried_out(house: House) -> None:
    await sees(house, "handed-over")
    await reported(house)
    await owned(house)
    before = await ring(house, "unowned", 0.6)
    assert texts(house, OPERATORS, before) == ""
    await press(house, OPERATOR, "i_back")
    before = await ring(house, "unowned", 0.6)
    assert "还没有人接" in texts(house, OPERATORS, before)


async def test_each_of_its_calls_is_carried_out_as_it_was_committed(house: House) -> None:
    """What a move gives is what the hospital's call takes."""
    taken: list[tuple[Any, ...]] = []

    class Hospital:
        def __getattr__(self, name: str) -> Any:
            async def call(*args: Any, **more: Any) -> None:
                taken.append((name, *args, *more.values()))

            return call

    await sees(house, "handed-over")
    await reported(house)
    await press(house, RESIDENT, "settled")
    nothing: Any = Hospital()
    carried = calls(nothing, nothing)
    for op in ("hospital.report_problem", "hospital.settle_problem"):
        await carried[op](house.commands(op)[-1].args)
    assert [(name, order) for name, order, *_ in taken] == [("report_problem", NO), ("settle_problem", NO)]
    assert "handed-over" in taken[1]
