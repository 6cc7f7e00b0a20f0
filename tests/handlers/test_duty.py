"""Who is on duty: the hospital's hours, a doctor's word; what is urgent goes to who is there; she reads the truth."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.models import Opening, Times
from backend_client.openings import FOR_GOOD, Away
from bot.clock import HandClock
from bot.intents.formulary import staff
from bot.model import Due, Observed, Person
from bot.ops.opening import opens
from bot.ops.registry import Act, execute
from tests.cases.rows import NO, OPERATOR, RESIDENT, ROWS, put, texts
from tests.handlers.house import FORUM, LI, LISTS, ZHAO, House, at_home, told

HOUR = 3_600_000
ZONE = ZoneInfo("Asia/Shanghai")
TEN = int(datetime(2026, 11, 26, 10, tzinfo=ZONE).timestamp() * 1000)
WEEK = (1, 2, 3, 4, 5, 6, 7)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    clock.set(TEN)
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


def told_by_the_hospital(house: House, **more: Any) -> House:
    """The same house with other lists."""
    lists = replace(LISTS, **more)
    return House(replace(house.services, catalogue=lambda: lists), house.clock)


def works(who: str, first: int, last: int) -> tuple[Any, ...]:
    """The doctors, one of them with hours of his own."""
    hours = Times((Opening(WEEK, first * 60, last * 60),))
    return tuple(replace(one, times=hours) if one.id == who else one for one in LISTS.staff)


async def waits(house: House, urgency: str = "yellow") -> int:
    """Her order is sent; how many posts there were before."""
    before = len(house.posts())
    now = house.clock.civil()
    await put(house, replace(await house.order(NO), stage="", urgency=urgency, updated=0, deadline=now + 72 * HOUR))
    await house.take(house.arrival(Observed(told(NO, "submitted", house.clock.civil()))))
    return before


async def ring(house: House, hours: float, step: str) -> int:
    before = len(house.posts())
    house.clock.advance(hours * 3600)
    for timer in await house.services.store.timers_due(house.clock.civil()):
        if timer.step == step:
            await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))
    return before


async def off(house: House, who: int, *until: str) -> None:
    await house.take(house.press(who, "a:off_duty"))
    await house.tap(who, *until)


async def offered(house: House) -> set[str]:
    act = Act(house.turn(), RESIDENT, RESIDENT)
    return {one["id"] for one in await execute(act, staff.name, {})}


# ---------------------------------------------------------------- the hospital's hours


async def test_its_hours_and_its_holidays_are_the_hospitals(house: House) -> None:
    assert opens(house.turn()) == house.clock.civil(), "by the setting it is open at ten"
    afternoons = Times((Opening(WEEK, 14 * 60, 17 * 60),), (Away("2026-11-26", "2026-11-26"),))
    told_it = told_by_the_hospital(house, times=afternoons)
    assert opens(told_it.turn()) == TEN + 28 * HOUR, "closed today, and tomorrow from two"


# ---------------------------------------------------------------- off until


async def test_off_until_tomorrow_nobody_is_sent_to_him_and_it_ends_by_itself(house: House) -> None:
    assert "pr-1" in await offered(house)
    await off(house, LI, "tomorrow")
    assert "您休息到 11月27日（周五） 00:00" in texts(house, LI)
    assert await offered(house) == {"pr-2"}
    before = await ring(house, 14.1, "duty")
    assert "您又在当班了" in texts(house, LI, before)
    assert "pr-1" in await offered(house)


async def test_he_is_back_by_a_button_once(house: House) -> None:
    await off(house, LI, "afternoon")
    assert "13:00" in texts(house, LI)
    before = len(house.posts())
    await house.take(house.press(LI, "a:off_duty"))
    assert "您休息到" in texts(house, LI, before), "pressed again it says so"
    await house.take(house.press(LI, "a:on_duty"))
    assert "pr-1" in await offered(house)
    answer = await house.take(house.press(LI, "a:on_duty"))
    assert answer.toast == house.label("refused.already-ended")
    before = await ring(house, 4, "duty")
    assert texts(house, LI, before) == ""


async def test_in_the_afternoon_it_is_not_offered_any_more_and_a_day_is(house: House) -> None:
    house.clock.advance(4 * 3600)
    before = len(house.posts())
    await house.take(house.press(LI, "a:off_duty"))
    assert "今天下午" not in str([getattr(post.content, "buttons", "") for post in house.posts()[before:]])
    await house.tap(LI, "day", "2026-11-29")
    assert "您休息到 11月29日（周日） 00:00" in texts(house, LI)


async def test_a_stranger_and_an_operator_are_no_doctors(house: House) -> None:
    for who in (RESIDENT, OPERATOR):
        answer = await house.take(house.press(who, "a:off_duty"))
        assert answer.toast
        person = await house.services.store.get(Person, who)
        assert person is not None
        assert "off" not in person.facts


# ---------------------------------------------------------------- she reads the truth


async def test_while_somebody_is_on_duty_her_card_says_nothing_of_it(house: House) -> None:
    await off(house, LI, "tomorrow")
    before = await waits(house)
    assert "没有医生当班" not in texts(house, RESIDENT, before)


async def test_nobody_is_on_duty_and_her_card_says_from_when(house: House) -> None:
    await off(house, LI, "tomorrow")
    await off(house, ZHAO, "afternoon")
    before = await waits(house)
    assert "现在没有医生当班，11月26日（周四） 13:00 起有" in texts(house, RESIDENT, before)
    before = len(house.posts())
    await house.take(house.press(ZHAO, "a:on_duty"))
    card = texts(house, RESIDENT, before)
    assert card
    assert "没有医生当班" not in card


async def test_by_the_hospitals_hours_of_each_doctor(house: House) -> None:
    later = told_by_the_hospital(house, staff=works("pr-2", 14, 17))
    await off(later, LI, "tomorrow")
    before = await waits(later)
    assert "现在没有医生当班，11月26日（周四） 14:00 起有" in texts(later, RESIDENT, before)


async def test_a_doctor_with_no_hours_but_a_day_away_is_away_that_day(house: House) -> None:
    away = Times((), (Away("2026-11-26", "2026-11-26"),))
    lists = tuple(replace(one, times=away) if one.id == "pr-2" else one for one in LISTS.staff)
    later = told_by_the_hospital(house, staff=lists)
    await off(later, LI, "day", "2026-11-28")
    before = await waits(later)
    assert "现在没有医生当班，11月27日（周五） 00:00 起有" in texts(later, RESIDENT, before)


async def test_a_doctor_who_is_away_from_a_day_on_is_not_there_again_the_day_after(house: House) -> None:
    gone = Times((), (Away("2026-11-25", FOR_GOOD),))
    lists = tuple(replace(one, times=gone) if one.id == "pr-2" else one for one in LISTS.staff)
    later = told_by_the_hospital(house, staff=lists)
    assert await offered(later) == {"pr-1"}, "nobody is sent to him by name"
    await waits(later, "red")
    before = await ring(later, 0.01, "urgent-case")
    assert texts(later, ZHAO, before) == ""
    assert "1 号等不及" in texts(later, LI, before)


async def test_where_nobody_knows_when_a_doctor_is_there_again_her_card_says_no_hour(house: House) -> None:
    gone = Times((), (Away("2026-11-25", FOR_GOOD),))
    later = told_by_the_hospital(house, staff=tuple(replace(one, times=gone) for one in LISTS.staff))
    before = await waits(later, "red")
    assert texts(later, RESIDENT, before)
    assert "没有医生当班" not in texts(later, RESIDENT, before)
    before = await ring(later, 0.01, "urgent-case")
    assert texts(later, LI, before) == texts(later, ZHAO, before) == ""


async def test_off_until_noon_is_noon_also_on_the_day_on_which_the_clocks_change(house: House) -> None:
    zone = ZoneInfo("Europe/Berlin")
    config = replace(house.services.config, timezone="Europe/Berlin")
    house.core.services = house.services = replace(
        house.services, config=config, today=lambda at: datetime.fromtimestamp(at / 1000, zone).date().isoformat()
    )
    house.clock.set(int(datetime(2027, 3, 28, 9, tzinfo=zone).timestamp() * 1000))
    await off(house, LI, "afternoon")
    person = await house.services.store.get(Person, LI)
    assert person is not None
    assert person.facts["off"] == int(datetime(2027, 3, 28, 13, tzinfo=zone).timestamp() * 1000)


# ---------------------------------------------------------------- what cannot wait


async def test_where_nobody_is_on_duty_yet_it_is_told_to_the_first_who_is(house: House) -> None:
    await off(house, LI, "tomorrow")
    await off(house, ZHAO, "afternoon")
    await waits(house, "red")
    before = await ring(house, 0.01, "urgent-case")
    assert texts(house, ZHAO, before) == ""
    before = await ring(house, 3, "urgent-case")
    assert "1 号等不及" in texts(house, ZHAO, before)


async def test_an_urgent_one_goes_to_who_is_on_duty(house: House) -> None:
    await off(house, LI, "tomorrow")
    await waits(house, "red")
    before = await ring(house, 0.01, "urgent-case")
    assert "1 号等不及" in texts(house, ZHAO, before)
    assert texts(house, LI, before) == ""
    for secret in ("王秀英", "二甲双胍", "6789"):
        assert secret not in texts(house, ZHAO, before)


async def test_a_plain_one_calls_nobody_and_one_that_was_taken_either(house: House) -> None:
    await waits(house)
    before = await ring(house, 0.01, "urgent-case")
    assert texts(house, ZHAO, before) == ""
    await waits(house, "red")
    await house.take(house.arrival(Observed(told(NO, "in-consult", house.clock.civil()))))
    before = await ring(house, 0.01, "urgent-case")
    assert texts(house, ZHAO, before) == ""


async def test_an_operator_lets_it_go_first_and_the_reason_stands_on_the_doctors_card(house: House) -> None:
    await waits(house)
    before = len(house.posts())
    house.clock.advance(1)
    seen = told(NO, "submitted", house.clock.civil(), expedite="bedridden")
    await house.take(house.arrival(Observed(seen)))
    assert "先看：卧床" in texts(house, FORUM, before)
    before = await ring(house, 0.01, "urgent-case")
    assert "1 号等不及" in texts(house, LI, before)
    assert "：卧床" in texts(house, LI, before)
