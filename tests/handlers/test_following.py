"""Nobody is left out 8: check-ins on day 1, 3 and 7 after the hand-over, and a reminder before it runs out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Reminder
from bot.clock import HandClock
from bot.model import Due, Followed, Halt, Observed, Order, Post, Right
from bot.ops.rights import mark
from bot.turn import Turn
from tests.cases.rows import NEW, NO, ROWS, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LINE, PATIENT, RESIDENT, House, at_home, told
from tests.handlers.test_hearing import at, html, until

DAYS = ("2026-11-24T10:00", "2026-11-26T10:00", "2026-11-30T10:00")
LAST = "2026-12-16T10:00"  # handed over on 23 November, 30 days of supply, a week before


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def handed_over(house: House, **more: Any) -> None:
    """Her order is at the end, on a Monday morning."""
    await put(house, replace(await house.order(NO), stage="with-ambassador"))
    for stage in ("handed-over", "confirmed"):
        house.clock.advance(60)
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil(), **more))))


async def row_of(house: House) -> Followed:
    (row,) = await house.services.store.find(Followed)
    return row


async def acts(house: House, who: int, action: str) -> None:
    await house.take(house.press(who, f"a:{action}"))


def turn_of(house: House) -> Turn:
    return Turn(house.services, house.arrival(None, "looks"))


def rows(post: Post) -> Any:
    return getattr(post.content, "buttons", ())


def asked(posts: list[Post]) -> list[Post]:
    return [one for one in posts if one.key.startswith(("check:", "due:"))]


async def test_three_check_ins_and_a_reminder_each_once_and_at_ten(house: House) -> None:
    await handed_over(house)
    assert asked(await until(house, "2026-11-24T09:59")) == []
    for day, count in zip(DAYS, (1, 3, 7), strict=True):
        (one,) = asked(await until(house, day.replace("10:00", "10:01")))
        assert (one.chat, f"药拿到 {count} 天了" in html(one)) == (RESIDENT, True), html(one)
    assert asked(await until(house, "2026-12-16T09:59")) == []
    (one,) = asked(await until(house, "2026-12-16T10:01"))
    assert "12月23日" in html(one)
    assert [button.label for row in rows(one) for button in row] == ["再开一样的", "先不用", "不要再提醒"]
    assert asked(await until(house, "2027-02-16T10:01")) == []


async def test_a_timer_that_rings_in_the_night_waits_for_the_morning(house: House) -> None:
    await handed_over(house)
    timers = await house.services.store.timers_due(at(DAYS[0]))
    house.clock.advance((at("2026-11-24T22:30") - house.clock.civil()) / 1000)  # the bot was away all day
    for timer in timers:
        await house.take(house.arrival(Due(timer)))
    assert asked(house.posts()) == []
    assert len(asked(await until(house, "2026-11-25T07:31"))) == 1


async def test_a_long_outage_asks_once(house: House) -> None:
    await handed_over(house)
    timers = await house.services.store.timers_due(at(DAYS[0]))
    house.clock.advance((at("2026-11-28T12:00") - house.clock.civil()) / 1000)
    for timer in [one for one in timers if one.step == "check-in"]:
        await house.take(house.arrival(Due(timer)))
    assert len(asked(house.posts())) == 1
    assert len(asked(await until(house, "2026-12-01T12:00"))) == 1, "only the seventh day is left"


@pytest.mark.parametrize(("button", "said"), [("felt_better", "好一些"), ("felt_same", "和以前一样")])
async def test_an_answer_takes_the_question_away(house: House, button: str, said: str) -> None:
    await handed_over(house)
    (one,) = asked(await until(house, DAYS[0].replace("10:00", "10:01")))
    await acts(house, RESIDENT, f"{button}:{(await row_of(house)).id}1")
    stands = await house.services.store.standing(one.key)
    assert stands is not None
    assert said in html(stands.post)
    assert not rows(stands.post)


async def test_worse_reaches_the_doctor_within_his_days(house: House) -> None:
    await handed_over(house)
    await until(house, DAYS[0].replace("10:00", "10:01"))
    before = len(house.posts())
    await acts(house, RESIDENT, f"felt_worse:{(await row_of(house)).id}1")
    assert "不如以前" in texts(house, FORUM, before)
    assert "急病请打 120" in texts(house, RESIDENT, before)


async def test_worse_after_his_days_says_whom_to_call(house: House) -> None:
    await handed_over(house)
    await until(house, "2026-12-05T10:00")
    before = len(house.posts())
    await acts(house, RESIDENT, f"felt_worse:{(await row_of(house)).id}3")
    assert texts(house, FORUM, before) == ""
    assert "请给医院打电话" in texts(house, RESIDENT, before)


async def test_a_stranger_answers_nothing(house: House) -> None:
    await handed_over(house)
    await until(house, DAYS[0].replace("10:00", "10:01"))
    before = len(house.posts())
    await acts(house, NEW, f"felt_worse:{(await row_of(house)).id}1")
    assert texts(house, FORUM, before) == ""


# ---------------------------------------------------------------- what ends it


@pytest.mark.parametrize("kind", ["stop", "moved", "died"])
async def test_what_holds_the_patient_ends_it_after_its_day(house: House, kind: Any) -> None:
    await handed_over(house)
    whom = mark(turn_of(house), "pat-1")
    await put(house, Halt("h1", whom, kind, "self", house.clock.civil()))
    assert asked(await until(house, "2027-01-01T00:00")) == []
    assert (await row_of(house)).done > 0


async def test_what_is_contested_ends_nothing_before_an_operator_has_called(house: House) -> None:
    await handed_over(house)
    now = house.clock.civil()
    halt = Halt("h1", mark(turn_of(house), "pat-1"), "stop", "mandate", now, now)
    await put(house, halt)
    assert asked(await until(house, "2026-11-26T12:00")) == []
    await put(house, replace(halt, undone=house.clock.civil(), version=1))
    assert asked(await until(house, "2026-11-30T12:00")), "it was not true: she is asked again"


async def test_in_hospital_it_waits_until_she_is_home(house: House) -> None:
    await handed_over(house)
    halt = Halt("h1", mark(turn_of(house), "pat-1"), "hospital", "self", house.clock.civil())
    await put(house, halt)
    assert asked(await until(house, "2026-11-25T12:00")) == []
    await put(house, replace(halt, undone=house.clock.civil(), version=1))
    assert len(asked(await until(house, "2026-11-26T12:00"))) == 1


@pytest.mark.parametrize(("drug", "ends"), [("d1", True), ("d2", False)])
async def test_a_newer_order_of_the_same_drugs_ends_it(house: House, drug: str, ends: bool) -> None:
    await handed_over(house)
    first = await house.order(NO)
    lines = [{"code": drug, "name": "", "boxes": 2}]
    newer = Order("MR1201-1", "quoted", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT,
                  patient=first.patient, snapshot={"patient": BRIEF, "asked": lines})  # fmt: skip
    await put(house, newer)
    assert (asked(await until(house, LAST.replace("10:00", "10:01"))) == []) is ends


async def test_a_helper_is_asked_only_where_nobody_nearer_is_and_while_he_may(house: House) -> None:
    await handed_over(house)
    turn = turn_of(house)
    sealed = {"account": HELPER, "patient": BRIEF, "mandate": "m1"}
    helps = Right("r1", turn.blind("account", str(HELPER)), mark(turn, "pat-1"), "family", 1, "2026-11-27", 1, sealed)
    await put(house, helps)
    both = asked(await until(house, DAYS[0].replace("10:00", "10:01")))
    assert {one.chat for one in both} == {RESIDENT, HELPER}
    assert "王秀英" in html(*[one for one in both if one.chat == HELPER])
    assert {one.chat for one in asked(await until(house, "2026-11-30T10:01"))} == {RESIDENT, HELPER}
    assert {one.chat for one in asked(await until(house, LAST.replace("10:00", "10:01")))} == {RESIDENT}


async def test_no_more_is_one_tap_and_is_taken_back_in_one(house: House) -> None:
    await handed_over(house)
    await until(house, DAYS[0].replace("10:00", "10:01"))
    id = (await row_of(house)).id
    await acts(house, RESIDENT, f"no_more:{id}1")
    await acts(house, RESIDENT, f"remind_me:{id}")
    assert len(asked(await until(house, DAYS[1].replace("10:00", "10:01")))) == 1
    await acts(house, RESIDENT, f"no_more:{id}2")
    assert asked(await until(house, "2027-01-01T00:00")) == []


async def test_not_now_reminds_once_more(house: House) -> None:
    await handed_over(house)
    *_, one = asked(await until(house, LAST.replace("10:00", "10:01")))
    await acts(house, RESIDENT, f"not_now:{(await row_of(house)).id}")
    stands = await house.services.store.standing(one.key)
    assert stands is not None
    assert "3 天后再提醒" in html(stands.post)
    assert asked(await until(house, "2026-12-19T09:59")) == []
    await until(house, "2026-12-19T10:01")
    assert "12月23日" in html(asked(house.posts())[-1])


async def test_it_goes_where_her_record_went(house: House) -> None:
    """The hospital merged it into another one: she is asked and reminded as before, and what holds her ends it."""
    await handed_over(house)
    house.clock.advance(60)
    moved = replace(PATIENT, id="pat-2", formerly=("pat-1",))
    seen = replace(told(NO, "confirmed", house.clock.civil()), patient=moved)
    await house.take(house.arrival(Observed(seen)))
    row = await row_of(house)
    assert (row.patient, row.sealed["patient"]) == (mark(turn_of(house), "pat-2"), "pat-2")
    assert [one.chat for one in asked(await until(house, DAYS[0].replace("10:00", "10:01")))] == [RESIDENT]


# ---------------------------------------------------------------- how long it lasts, and whose words


async def test_what_nobody_knows_is_asked_and_never_guessed(house: House) -> None:
    await handed_over(house, prescribed=(replace(LINE, days=0, sig="", boxes=0),))
    (one,) = [p for p in asked(await until(house, "2026-11-25T10:01")) if p.key.startswith("due:")]
    assert "医院没有写" in html(one)
    await acts(house, RESIDENT, f"supply:{(await row_of(house)).id}")
    await house.tap(RESIDENT, "14")
    assert (await row_of(house)).days == 14
    (one,) = [p for p in asked(await until(house, "2026-11-30T10:01")) if p.key.startswith("due:")]
    assert "12月7日" in html(one)


async def test_the_hospitals_own_reminder_takes_the_place_of_ours(house: House) -> None:
    await handed_over(house)
    at_nine = at("2026-12-10T09:00")
    await house.answer(
        "hospital.read_reminder", Reminder(at_nine, "请来续方，<b>带上</b>血压本", (await row_of(house)).id)
    )
    await until(house, "2026-12-10T09:30")
    await house.answer(
        "hospital.read_reminder", Reminder(at_nine, "请来续方，<b>带上</b>血压本", (await row_of(house)).id)
    )
    due = [p for p in asked(await until(house, "2027-01-01T00:00")) if p.key.startswith("due:")]
    assert len(due) == 1
    assert "医院提醒您：“请来续方，&lt;b&gt;带上&lt;/b&gt;血压本”" in html(*due)


async def test_it_is_set_up_once_whichever_stage_is_seen(house: House) -> None:
    await handed_over(house)
    assert len(house.commands("hospital.read_reminder")) == 1
    assert (await row_of(house)).days == 30


@pytest.mark.parametrize(("days", "boxes"), [(5, 1), (10, 2), (14, 2), (0, 0)], ids=str)
async def test_however_long_it_lasts_it_ends_and_which_drugs_it_was_goes(house: House, days: int, boxes: int) -> None:
    """Also where the reminder comes before the last check-in, and where nobody says how long it lasts (R10)."""
    await handed_over(house, prescribed=(replace(LINE, days=days, sig="", boxes=boxes),))
    came = asked(await until(house, "2026-12-31T10:00"))
    assert len({one.key for one in came}) == 4, "three check-ins and one reminder"
    assert (await row_of(house)).done > 0
    await house.services.store.purge(house.clock.civil())
    assert await house.services.store.find(Followed) == []


async def test_one_that_is_seen_long_after_ends_too(house: House) -> None:
    long_ago = house.clock.civil() - 20 * 86_400_000
    await put(house, replace(await house.order(NO), stage="with-ambassador", updated=1))
    await house.take(house.arrival(Observed(told(NO, "confirmed", long_ago))))
    await until(house, "2027-01-31T10:00")
    assert (await row_of(house)).done > 0
