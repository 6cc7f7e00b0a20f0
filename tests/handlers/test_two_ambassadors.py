"""Two ambassadors of one compound: who has served it longest collects, the other stands ready; both may visit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from backend_client.models import Staff
from bot.clock import HandClock
from bot.model import Batch, Due, Incident, Observed, Order, Person, RoleBinding, Visit
from bot.ops.lent import ambassador_of, helpers_of
from tests.cases.rows import CASE, NO, OPERATOR, ROWS, put, texts
from tests.handlers.house import HELPER, LISTS, RESIDENT, House, at_home

SECOND, THIRD = 33, 34
GATE = replace(CASE, no="MR1123-8", stage="arrived")
HOLDS = replace(CASE, no="MR1123-7", stage="with-ambassador")
BATCH = Batch("b-1", "run-1", "arrived", 1, "comp-1", 41, HELPER, 2, 2, code="4711")


def ambassador(account: int, name: str, *places: str) -> Person:
    serves = (RoleBinding("serves", place, "") for place in places)
    return Person(account, roles=(RoleBinding("ambassador", f"pr-{account}", name, "", places), *serves))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """The second one was known here as a neighbour long before the first one joined."""
    early = Person(SECOND, facts={"consent": True})
    async with at_home(tmp_path / "core.sqlite", clock, (early,)) as house:
        house.clock.set(int(datetime(2026, 11, 26, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000))
        staff = [
            Staff("pr-4", "ambassador", "陈老师", locations=("comp-1",)),
            Staff("pr-33", "ambassador", "罗春梅", locations=("comp-1",), public="罗阿姨"),
            Staff("pr-34", "ambassador", "小周", locations=("comp-3",)),
        ]
        known = replace(LISTS, staff=(*LISTS.staff, *staff))
        house.core.services = house.services = replace(house.services, catalogue=lambda: known)
        await put(house, *ROWS, ambassador(THIRD, "小周", "comp-3"), HOLDS, GATE, BATCH)
        her = await house.services.store.get(Person, SECOND)
        assert her is not None
        await put(house, replace(her, roles=(RoleBinding("ambassador", "pr-33", "罗阿姨", "", ("comp-9",)),)))
        await house.take(house.arrival(Observed(staff[1])))  # the hospital gives her this compound, too
        yield house


async def serves(house: House) -> tuple[int, ...]:
    return await helpers_of(house.turn(), "comp-1")


async def whose(house: House) -> dict[str, int]:
    rows = await house.services.store.find(Order, compound="comp-1")
    batch = await house.services.store.get(Batch, "b-1")
    assert batch is not None
    return {**{row.no: row.ambassador for row in rows}, "batch": batch.ambassador}


async def rests(house: House, who: int, until: str = "tomorrow") -> None:
    await house.take(house.press(who, "a:pause"))
    await house.tap(who, until)


async def midnight(house: House) -> None:
    """All that is due by then."""
    timers = {t.key: t for outcome in house.outcomes for t in outcome.timers if t.step == "stand-in-over"}
    house.clock.set(max(t.due for t in timers.values()))
    for timer in timers.values():
        await house.take(house.arrival(Due(timer)))


async def uncovered(house: House) -> list[str]:
    return [one.about for one in await house.services.store.find(Incident, kind="uncovered", done_at=0)]


ALL_HIS = {NO: HELPER, "MR1123-7": HELPER, "MR1123-8": HELPER, "batch": HELPER}
HERS = {NO: SECOND, "MR1123-7": HELPER, "MR1123-8": SECOND, "batch": SECOND}


async def test_who_comes_later_takes_nothing_away(house: House) -> None:
    assert await serves(house) == (HELPER, SECOND)
    assert await whose(house) == ALL_HIS


async def test_where_the_first_rests_the_second_has_it_and_nobody_is_without(house: House) -> None:
    await rests(house, HELPER)
    assert await serves(house) == (SECOND,)
    assert await whose(house) == HERS
    assert await uncovered(house) == []
    assert "由罗阿姨送药" in texts(house, HELPER)
    assert "这几天归您送" in texts(house, SECOND)
    assert "由罗阿姨送药" in texts(house, RESIDENT)
    before = len(house.posts())
    await midnight(house)
    assert await serves(house) == (HELPER, SECOND)
    assert await whose(house) == ALL_HIS
    assert "又归您了" in texts(house, HELPER, before)
    assert "不再由您送" in texts(house, SECOND, before)
    assert "又由志愿者陈老师送药了" in texts(house, RESIDENT, before)


async def test_where_both_rest_nobody_serves_and_it_is_whole_again_afterwards(house: House) -> None:
    await rests(house, SECOND)
    assert await serves(house) == (HELPER,)
    assert await whose(house) == ALL_HIS
    await rests(house, HELPER)
    assert await serves(house) == ()
    assert await uncovered(house) == ["comp-1"]
    await midnight(house)
    assert await serves(house) == (HELPER, SECOND)
    assert await whose(house) == ALL_HIS
    assert await uncovered(house) == []


async def test_who_stands_ready_rests_and_comes_back_and_nothing_moves(house: House) -> None:
    await rests(house, SECOND)
    assert "由陈老师送药" in texts(house, SECOND)
    before = len(house.posts())
    await house.decides(SECOND, "stand_back")
    assert "现在由陈老师送药" in texts(house, SECOND, before)
    assert texts(house, HELPER, before) == ""
    assert await serves(house) == (HELPER, SECOND)


@pytest.mark.parametrize("id", ["pr-4", "pr-33"])
async def test_where_one_goes_the_other_has_it(house: House, id: str) -> None:
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador", id, "end")
    left = SECOND if id == "pr-4" else HELPER
    assert await serves(house) == (left,)
    assert set((await whose(house)).values()) == {left}
    assert await uncovered(house) == []


async def test_a_visit_is_asked_of_both_and_one_goes(house: House) -> None:
    row = Visit("v-1", "requested", "comp-1", house.clock.civil(), house.clock.civil() + 10**8, RESIDENT)
    await put(house, row)
    answers = [await house.take(house.press(who, "a:visit_go:v-1")) for who in (SECOND, HELPER)]
    gone = await house.services.store.get(Visit, "v-1")
    assert gone is not None
    assert gone.helper == SECOND
    assert answers[1].toast == house.label("refused.visit-taken")


async def test_he_lends_it_to_a_third_and_it_comes_back_to_him(house: House) -> None:
    await house.take(house.press(SECOND, "a:lend"))
    assert house.label("lend.none") in texts(house, SECOND)
    await house.take(house.press(HELPER, "a:lend"))
    await house.tap(HELPER, "pr-34", "tomorrow")
    await house.decides(THIRD, "stand_in")
    assert await serves(house) == (THIRD, SECOND)
    await midnight(house)
    assert await serves(house) == (HELPER, SECOND)
    assert await whose(house) == ALL_HIS


async def test_whose_registration_is_read_again_keeps_his_place(house: House) -> None:
    for _ in range(2):
        await house.take(house.arrival(Observed(Staff("pr-4", "ambassador", "陈老师", locations=("comp-1",)))))
    assert await ambassador_of(house.turn(), "comp-1") == HELPER


async def test_an_older_account_takes_nothing_away(house: House) -> None:
    """She had written here long before the one who serves there: that is no reason."""
    await put(house, Person(71, facts={"consent": True}))
    await put(house, ambassador(72, "林阿姨", "comp-7"))
    her = await house.services.store.get(Person, 71)
    assert her is not None
    await put(house, replace(her, roles=(RoleBinding("ambassador", "pr-71", "新来", "", ("comp-8",)),)))
    await house.take(house.arrival(Observed(Staff("pr-71", "ambassador", "新来", locations=("comp-7", "comp-8")))))
    assert await helpers_of(house.turn(), "comp-7") == (72, 71)


async def second_has_lent_it(house: House) -> None:
    """The first one rests, the second one lends it to a third for a week, and the first one is back."""
    await rests(house, HELPER)
    await house.take(house.press(SECOND, "a:lend"))
    await house.tap(SECOND, "pr-34", "week")
    await house.decides(THIRD, "stand_in")
    await house.decides(HELPER, "stand_back")


async def test_where_the_second_has_lent_it_the_first_stands_ready_and_may_rest_again(house: House) -> None:
    await second_has_lent_it(house)
    assert await serves(house) == (THIRD, HELPER)
    before = len(house.posts())
    await rests(house, HELPER)
    assert "由小周送药" in texts(house, HELPER, before)
    assert await serves(house) == (THIRD,)


async def test_where_whoever_lent_it_is_gone_the_other_one_stands_ready(house: House) -> None:
    await house.take(house.press(HELPER, "a:lend"))
    await house.tap(HELPER, "pr-34", "tomorrow")
    await house.decides(THIRD, "stand_in")
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador", "pr-4", "end")
    assert await serves(house) == (THIRD, SECOND)
