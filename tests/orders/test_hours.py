"""When neighbours' groups may be written to, in the hospital's zone and over both changes of the clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules import NEVER, Hours, Span, closes, comes, groups_open, next_morning, opens, working

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


ALL_DAYS = frozenset(range(1, 8))
WEEK = Hours((Span(8 * 60, 17 * 60 + 30, ALL_DAYS),))
OFFICE = Hours((Span(9 * 60, 12 * 60, frozenset(range(1, 6))),))
SPLIT = Hours((Span(13 * 60, 17 * 60, ALL_DAYS), Span(8 * 60, 12 * 60, ALL_DAYS)), frozenset({"2026-11-27"}))
ALWAYS = Hours((Span(0, 24 * 60, ALL_DAYS),))


@pytest.mark.parametrize(
    ("hours", "now", "opening"),
    [
        (WEEK, "2026-11-26T07:59", "2026-11-26T08:00"),
        (WEEK, "2026-11-26T08:00", "2026-11-26T08:00"),
        (WEEK, "2026-11-26T17:29", "2026-11-26T17:29"),
        (WEEK, "2026-11-26T17:30", "2026-11-27T08:00"),
        (OFFICE, "2026-11-27T12:00", "2026-11-30T09:00"),  # Friday noon: Monday
        (Hours((Span(0, 60, frozenset({4})),)), "2026-11-26T01:00", "2026-12-03T00:00"),  # once a week, just over
        (SPLIT, "2026-11-26T12:30", "2026-11-26T13:00"),
        (SPLIT, "2026-11-26T17:00", "2026-11-28T08:00"),  # the 27th is a holiday
        (ALWAYS, "2026-11-26T23:59", "2026-11-26T23:59"),
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
        (SPLIT, "2026-11-26T16:30", 1, "2026-11-28T08:30"),
        (SPLIT, "2026-11-26T11:30", 1, "2026-11-26T13:30"),
        (ALWAYS, "2026-11-26T23:30", 1, "2026-11-27T00:30"),
    ],
)
def test_working_hours_are_counted_while_it_is_open(hours: Hours, now: str, after: int, then: str) -> None:
    zone = "Asia/Shanghai"
    assert working(ms(now, zone), after * 3_600_000, ZoneInfo(zone), hours) == ms(then, zone)


@pytest.mark.parametrize(
    ("zone", "now", "hours", "then"),
    [
        ("Europe/Berlin", "2026-03-28T23:30", 3, "2026-03-29T03:30"),  # this night loses an hour
        ("Europe/Berlin", "2026-10-24T23:30", 4, "2026-10-25T02:30"),  # and this one wins one
        ("America/New_York", "2026-03-07T23:30", 3, "2026-03-08T03:30"),
        ("America/New_York", "2026-10-31T23:30", 3, "2026-11-01T01:30"),
    ],
)
def test_an_hour_is_an_hour_in_the_night_the_clocks_change(zone: str, now: str, hours: int, then: str) -> None:
    at = ms(now, zone)
    assert working(at, hours * 3_600_000, ZoneInfo(zone), ALWAYS) == at + hours * 3_600_000
    fold = int(datetime.fromisoformat(then).replace(tzinfo=ZoneInfo(zone), fold=1).timestamp() * 1000)
    assert fold == at + hours * 3_600_000


def test_a_day_of_office_hours_is_as_long_as_any_other_where_the_clocks_change() -> None:
    at = ms("2026-03-28T16:30", "Europe/Berlin")
    assert working(at, 2 * 3_600_000, ZoneInfo("Europe/Berlin"), WEEK) == ms("2026-03-29T09:00", "Europe/Berlin")


def test_whoever_never_opens_is_taken_as_always_there() -> None:
    at = ms("2026-11-26T10:00", "Asia/Shanghai")
    assert working(at, 1000, ZoneInfo("Asia/Shanghai"), Hours(())) == at + 1000


def test_from_a_day_on_nobody_is_there_and_limits_pass_all_the_same() -> None:
    zone, gone = ZoneInfo("Asia/Shanghai"), Hours(WEEK.spans, away=(("2026-11-26", "9999-12-31"),))
    at = ms("2026-11-26T10:00", "Asia/Shanghai")
    assert comes(at, zone, gone) == NEVER
    assert working(at, 3_600_000, zone, gone) == at + 3_600_000, "as of a place that has no hours"
    before = ms("2026-11-25T18:00", "Asia/Shanghai")
    assert comes(before, zone, gone) == NEVER
    away = Hours(WEEK.spans, away=(("0001-01-01", "2026-11-26"),))
    assert comes(at, zone, away) == opens(at, zone, away) == ms("2026-11-27T08:00", "Asia/Shanghai")


def test_when_it_closes() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    day = {now: ms(f"2026-11-26T{now}", "Asia/Shanghai") for now in ("07:00", "08:00", "12:00", "12:30", "17:00")}
    assert [closes(at, zone, SPLIT) for at in day.values()] == [
        day["07:00"], day["12:00"], day["12:00"], day["12:30"], day["17:00"],
    ]  # fmt: skip
