"""When neighbours' groups may be written to, in the hospital's zone and over both changes of the clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules import Hours, groups_open, next_morning, opens, working

NIGHT = (21 * 60, 7 * 60 + 30)


def ms(text: str, zone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Europe/Berlin"])
@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-26T20:59", "2026-11-26T20:59"),
        ("2026-11-26T21:00", "2026-11-27T07:30"),
        ("2026-11-26T23:59", "2026-11-27T07:30"),
        ("2026-11-27T00:00", "2026-11-27T07:30"),
        ("2026-11-27T07:29", "2026-11-27T07:30"),
        ("2026-11-27T07:30", "2026-11-27T07:30"),
        ("2026-12-31T22:00", "2027-01-01T07:30"),
        ("2028-02-28T22:00", "2028-02-29T07:30"),
        ("2026-03-28T22:00", "2026-03-29T07:30"),  # Berlin loses an hour in this night
        ("2026-10-24T22:00", "2026-10-25T07:30"),  # and wins one
        ("2026-03-07T22:00", "2026-03-08T07:30"),  # New York
        ("2026-10-31T22:00", "2026-11-01T07:30"),
    ],
)
def test_nothing_between_nine_and_half_past_seven(zone: str, now: str, opens: str) -> None:
    at = ms(now, zone)
    assert groups_open(at, ZoneInfo(zone), *NIGHT) == ms(opens, zone)


@pytest.mark.parametrize(
    ("now", "opens"), [("12:00", "12:00"), ("13:00", "14:00"), ("14:00", "14:00"), ("00:00", "00:00")]
)
def test_quiet_hours_within_a_day(now: str, opens: str) -> None:
    zone = "Asia/Shanghai"
    at = ms(f"2026-11-26T{now}", zone)
    assert groups_open(at, ZoneInfo(zone), 13 * 60, 14 * 60) == ms(f"2026-11-26T{opens}", zone)


def test_no_quiet_hours_at_all() -> None:
    at = ms("2026-11-26T22:00", "Asia/Shanghai")
    assert groups_open(at, ZoneInfo("Asia/Shanghai"), 0, 0) == at


def test_the_next_morning() -> None:
    at = ms("2026-10-24T10:00", "Europe/Berlin")
    assert next_morning(at, ZoneInfo("Europe/Berlin"), 450) == ms("2026-10-25T07:30", "Europe/Berlin")


WEEK, OFFICE = Hours(8 * 60, 17 * 60 + 30, frozenset(range(1, 8))), Hours(9 * 60, 12 * 60, frozenset(range(1, 6)))


@pytest.mark.parametrize(
    ("hours", "now", "opening"),
    [
        (WEEK, "2026-11-26T07:59", "2026-11-26T08:00"),
        (WEEK, "2026-11-26T08:00", "2026-11-26T08:00"),
        (WEEK, "2026-11-26T17:29", "2026-11-26T17:29"),
        (WEEK, "2026-11-26T17:30", "2026-11-27T08:00"),
        (OFFICE, "2026-11-27T12:00", "2026-11-30T09:00"),  # Friday noon: Monday
        (Hours(0, 60, frozenset({4})), "2026-11-26T01:00", "2026-12-03T00:00"),  # once a week, just over
    ],
)
def test_when_somebody_reads_again(hours: Hours, now: str, opening: str) -> None:
    zone = "Asia/Shanghai"
    assert opens(ms(now, zone), ZoneInfo(zone), hours) == ms(opening, zone)


@pytest.mark.parametrize(
    ("hours", "now", "after", "then"),
    [
        (WEEK, "2026-11-26T10:00", 2, "2026-11-26T12:00"),
        (WEEK, "2026-11-26T15:30", 2, "2026-11-26T17:30"),
        (WEEK, "2026-11-26T16:30", 2, "2026-11-27T09:00"),
        (WEEK, "2026-11-26T23:00", 2, "2026-11-27T10:00"),
        (OFFICE, "2026-11-27T11:30", 7, "2026-12-02T09:30"),
    ],
)
def test_working_hours_are_counted_while_it_is_open(hours: Hours, now: str, after: int, then: str) -> None:
    zone = "Asia/Shanghai"
    assert working(ms(now, zone), after * 3_600_000, ZoneInfo(zone), hours) == ms(then, zone)
