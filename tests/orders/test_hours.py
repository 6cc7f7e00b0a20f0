"""When neighbours' groups may be written to, in the hospital's zone and over both changes of the clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.rules import groups_open, next_morning

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
