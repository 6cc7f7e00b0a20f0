"""The calendar where the clocks change: the day has 23 or 25 hours, and every rule keeps to the hospital's wall."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import rules
from bot.clock import HandClock
from bot.dialog import Refused, Wrong
from bot.model import Batch, Mandate, Place, PlaceKind, Said, Spot
from bot.ops.orders import HOUR
from bot.ops.registry import Act, execute
from bot.ops.rights import patient_for
from bot.render.messages import Words
from bot.turn import Turn
from tests.handlers.house import HELPER, House, at_home

BERLIN, NEW_YORK, SHANGHAI = "Europe/Berlin", "America/New_York", "Asia/Shanghai"
#: zone, the day the clocks change, how many hours it has
CHANGES = (
    (BERLIN, "2027-03-28", 23),
    (BERLIN, "2027-10-31", 25),
    (NEW_YORK, "2027-03-14", 23),
    (NEW_YORK, "2027-11-07", 25),
)
DAYS = (*CHANGES, (SHANGHAI, "2028-02-29", 24), (SHANGHAI, "2031-01-01", 24))
GROUP = -500
each_day = pytest.mark.parametrize(("zone", "day", "hours"), DAYS)


def at(zone: str, day: str, clock: str = "00:00") -> int:
    """UTC ms when the clock on the hospital's wall first shows this."""
    return int(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def next_to(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


@asynccontextmanager
async def house_in(zone: str, path: Path, clock: HandClock) -> AsyncIterator[House]:
    """The people's house, were the hospital there; a batch stands at the gate of a compound with one group."""
    batch = Batch("bat-1", "run", "arrived", 0, "comp-1", 0, HELPER, 1, 1)
    place = Place(GROUP, PlaceKind.COMPOUND, "comp-1")
    mandate = Mandate("con-1", HELPER, "pat-9", "2027-10-31", True)
    async with at_home(path / "core.sqlite", clock, (batch, place, mandate), zone) as house:
        yield house


def act_at(house: House, ms: int) -> Act:
    house.clock.set(ms)
    turn = Turn(house.services, replace(house.arrival(Said(Spot(HELPER, HELPER), 1, "x")), at=ms))
    return Act(turn, HELPER, HELPER)


@each_day
def test_a_day_is_from_midnight_to_midnight_of_the_wall(zone: str, day: str, hours: int) -> None:
    first, after = at(zone, day), at(zone, next_to(day, 1))
    assert (after - first) / HOUR == hours
    clock = HandClock(first - 1)
    assert clock.today(zone) == next_to(day, -1)
    for n in range(hours):
        clock.set(first + n * HOUR)
        assert clock.today(zone) == day
    clock.set(after - 1)
    assert clock.today(zone) == day
    clock.set(after)
    assert clock.today(zone) == next_to(day, 1)


@each_day
def test_what_is_shown_is_the_wall(zone: str, day: str, hours: int) -> None:
    words, first = Words(zone), at(zone, day)
    shown = [words.clock(first + n * HOUR) for n in range(hours)]
    assert (shown[0], shown[-1]) == ("00:00", "23:00")
    skipped = {f"{n:02d}:00" for n in range(24)} - set(shown)
    assert len(skipped) == max(0, 24 - hours)
    assert len(shown) - len(set(shown)) == max(0, hours - 24)
    assert {words.day(first + n * HOUR) for n in range(hours)} == {words.day(day)}


@each_day
def test_groups_rest_from_21_00_to_07_30_of_the_wall(zone: str, day: str, hours: int) -> None:
    """Every half hour of the day: what comes in the group's evening and night waits for 07:30 of its wall."""
    wall = ZoneInfo(zone)
    for n in range(hours * 2):
        now = at(zone, day) + n * HOUR // 2
        opens = datetime.fromtimestamp(rules.groups_open(now, wall, 21 * 60, 7 * 60 + 30) / 1000, wall)
        here = datetime.fromtimestamp(now / 1000, wall)
        if "07:30" <= f"{here:%H:%M}" < "21:00":
            assert opens == here
        else:
            morning = here.date() + timedelta(days=here.hour >= 21)
            assert (opens.date(), f"{opens:%H:%M}") == (morning, "07:30"), here


@each_day
async def test_an_order_is_numbered_by_the_day_of_the_wall(
    tmp_path: Path, clock: HandClock, zone: str, day: str, hours: int
) -> None:
    moments = {
        at(zone, day) - 1: next_to(day, -1),
        at(zone, day): day,
        at(zone, day) + hours * HOUR - 1: day,
        at(zone, day) + hours * HOUR: next_to(day, 1),
    }
    async with house_in(zone, tmp_path, clock) as house:
        numbers: list[str] = []
        for now, its in moments.items():
            number = await execute(act_at(house, now), "local.order_number", {})
            assert str(number).startswith(house.services.config.order_prefix + its[5:7] + its[8:] + "-")
            numbers.append(str(number).partition("-")[2])
        assert len(set(numbers)) == len(moments), "one count for all days: no number comes twice in another year"


async def test_a_mandate_ends_with_the_last_hour_of_its_last_day(tmp_path: Path, clock: HandClock) -> None:
    async with house_in(BERLIN, tmp_path, clock) as house:
        last = act_at(house, at(BERLIN, "2027-10-31") + 25 * HOUR - 1)
        assert (await patient_for(last.turn, HELPER, "pat-9")).by == "mandate"
        with pytest.raises(Refused, match="mandate-over"):
            await patient_for(act_at(house, at(BERLIN, "2027-11-01")).turn, HELPER, "pat-9")


@pytest.mark.parametrize(
    ("today", "first"),
    [
        ("2027-03-28", "2027-01-28"),
        ("2027-10-31", "2027-08-31"),
        ("2027-11-07", "2027-09-07"),
        ("2027-04-30", "2027-02-28"),  # the 30th of February is its last day
        ("2028-04-30", "2028-02-29"),
        ("2028-02-29", "2027-12-29"),
        ("2027-01-01", "2026-11-01"),
        ("2031-01-31", "2030-11-30"),
    ],
)
def test_two_months_are_months_of_the_calendar(today: str, first: str) -> None:
    assert rules.prescription_day(first, today, 2) == first
    assert rules.prescription_day(today, today, 2) == today
    assert rules.prescription_day(next_to(first, -1), today, 2) == Wrong("old", months=2)
    assert rules.prescription_day(next_to(today, 1), today, 2) == Wrong("future")


def test_months_of_the_calendar_over_new_year_and_leap_day() -> None:
    assert rules.months_back("2027-01-31", 3) == ["2027-01", "2026-12", "2026-11"]
    assert rules.months_before("2027-08-31", -6) == "2028-02-29"
    assert rules.months_before("2028-02-29", 12) == "2027-02-28"
    assert rules.age("1960-02-29", "2027-02-28") == 66
    assert rules.age("1960-02-29", "2027-03-01") == 67
    assert rules.age("1960-02-29", "2028-02-29") == 68
