"""The ladder as a table: when each rung is reached, by day and night, red, on holidays, where the clocks change."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import ladder
from bot.ladder import HOUR, KEPT, Calendar, Words
from bot.limits import Limits
from bot.model import Order
from bot.rules import Hours, Span

LIMITS = Limits()
EVERY_DAY = frozenset(range(1, 8))
HOURS = Hours((Span(8 * 60, 17 * 60 + 30, EVERY_DAY),), frozenset({"2027-02-06"}))
ZONE = "Asia/Shanghai"


def ms(text: str, zone: str = ZONE) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def order(stage: str, since: str, red: bool = False, zone: str = ZONE, **more: Any) -> Order:
    """Ordered at that time, or ``ordered`` before."""
    begun = ms(more.pop("ordered", since), zone)
    urgency = "red" if red else "yellow"
    row = Order(
        "R-1", "submitted", ms(since, zone), 1, "v1", begun + 72 * HOUR, "dep-1", "comp-1", urgency, 7, doctor=21
    )
    return replace(row, stage=stage, **more)


def told(row: Order, zone: str = ZONE, words: Words = ladder.NOTHING) -> dict[str, str]:
    """Rung -> when it is told, on the wall of the hospital."""
    calendar = Calendar(ZoneInfo(zone), HOURS, 21 * 60, 7 * 60 + 30)
    found = {step.rung.name: step.rings for step in ladder.steps(row, LIMITS, calendar, words)}
    return {name: datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).strftime("%d %H:%M") for name, at in found.items()}


PLAIN = {"day": "27 10:00", "contact": "28 10:00", "supervisor": "28 22:00", "number": "29 10:00"}


@pytest.mark.parametrize(
    ("stage", "rung", "plain", "red"),
    [
        ("submitted", "untaken", "26 10:30", "26 10:07"),
        ("received", "untaken", "26 10:30", "26 10:07"),
        ("in-consult", "silent", "26 10:30", "26 10:07"),
        ("in-consult", "idle", "26 12:00", "26 10:30"),
        ("returned", "idle", "26 12:00", "26 10:30"),
        ("prescribed", "unreviewed", "26 10:30", "26 10:07"),
        ("quoted", "unpaid", "27 07:30", "26 13:00"),  # at 22:00 nobody is woken
        ("paid", "unpacked", "27 10:00", "26 16:00"),
        ("packed", "unleft", "27 10:00", "26 16:00"),
        ("handed-over", "unconfirmed", "27 10:00", "26 16:00"),
    ],
)
def test_each_stage_has_its_limit_and_red_a_quarter_of_it(stage: str, rung: str, plain: str, red: str) -> None:
    assert told(order(stage, "2026-11-26T10:00"))[rung] == plain
    assert told(order(stage, "2026-11-26T10:00", red=True))[rung] == red


def test_the_whole_order_has_four_and_none_once_it_is_delivered() -> None:
    row = order("paid", "2026-11-26T10:00")
    assert {name: at for name, at in told(row).items() if name in PLAIN} == {**PLAIN, "supervisor": "29 07:30"}
    red = told(order("paid", "2026-11-26T10:00", red=True))
    assert [red[name] for name in PLAIN] == ["26 16:00", "27 07:30", "27 07:30", "27 07:30"]  # the night is quiet
    assert [*told(replace(row, stage="handed-over"))] == ["unconfirmed"]
    assert told(replace(row, stage="confirmed")) == {}


@pytest.mark.parametrize(
    ("since", "bridge"),
    [
        ("2026-11-26T08:30", "26 12:30"),  # four hours
        ("2026-11-26T16:30", "26 17:30"),  # it closes before
        ("2026-11-26T22:15", "26 22:15"),  # it is closed: at once, also by night
        ("2027-02-06T10:00", "06 10:00"),  # a holiday
    ],
)
def test_who_has_two_days_left_reads_where_to_ask_before_it_closes(since: str, bridge: str) -> None:
    assert told(order("submitted", since, red=True))["bridge"] == bridge
    assert told(order("", since, red=True))["bridge"] == bridge  # the hospital's computer may be away
    assert "bridge" not in told(order("submitted", since))
    assert "bridge" not in told(order("in-consult", since, red=True))


def test_short_limits_wait_for_the_morning_and_for_the_day_after_a_holiday() -> None:
    assert told(order("submitted", "2026-11-26T17:10"))["untaken"] == "27 08:10"
    assert told(order("submitted", "2026-11-26T22:00"))["untaken"] == "27 08:30"
    assert told(order("submitted", "2027-02-05T17:10"))["untaken"] == "07 08:10"


@pytest.mark.parametrize(
    ("since", "untaken", "unpaid", "number"),
    [
        ("2026-03-28T17:10", "29 08:10", "29 07:30", "31 18:10"),  # Berlin loses an hour: 72 h are 72 h
        ("2026-10-24T17:10", "25 08:10", "25 07:30", "27 16:10"),
    ],
)
def test_the_night_the_clocks_change(since: str, untaken: str, unpaid: str, number: str) -> None:
    zone = "Europe/Berlin"
    assert told(order("submitted", since, zone=zone), zone)["untaken"] == untaken
    assert told(order("quoted", since, zone=zone), zone)["unpaid"] == unpaid
    assert told(order("quoted", since, zone=zone), zone)["number"] == number


def test_a_word_of_the_doctor_keeps_the_case_and_anybodys_word_the_consult() -> None:
    row = order("in-consult", "2026-11-26T10:00")
    asked = Words(doctor=ms("2026-11-26T10:10"), anybody=ms("2026-11-26T10:10"))
    assert told(row, words=asked).keys() & {"silent", "idle"} == {"idle"}
    hers = told(row, words=Words(anybody=ms("2026-11-26T11:00")))
    assert (hers["silent"], hers["idle"]) == ("26 10:30", "26 13:00")
    assert "silent" not in told(replace(row, doctor=0)), "taken in the hospital's own system: he may speak there"


def test_each_once_and_anew_where_the_stage_comes_again() -> None:
    row = order("submitted", "2026-11-26T10:00")
    once = replace(row, snapshot={KEPT: {"untaken": {"of": row.since, "at": 1}, "day": {"of": 5, "at": 1}}})
    assert told(once).keys() & {"untaken", "day"} == set()
    again = replace(once, since=ms("2026-11-26T14:00"))
    assert told(again)["untaken"] == "26 14:30"
    assert "day" not in told(replace(again, deadline=again.deadline + HOUR)), "a promise that is moved"


def test_what_her_card_says() -> None:
    row = order("submitted", "2026-11-26T10:00")
    now = ms("2026-11-26T11:00")
    assert (ladder.late_since(row), ladder.told_last(row), ladder.promised(row, now)) == (0, "", row.deadline)
    late = replace(row, snapshot={KEPT: {"untaken": {"of": row.since, "at": now}}})
    assert (ladder.late_since(late), ladder.told_last(late)) == (now, "untaken")
    taken = replace(late, stage="in-consult", since=now + 1)
    assert (ladder.late_since(taken), ladder.told_last(taken)) == (0, "")
    over = replace(row, snapshot={KEPT: {"number": {"of": 1, "at": now}}})
    assert (ladder.promised(over, now), ladder.late_since(over)) == (0, now)
    assert ladder.promised(row, row.deadline) == 0, "no card prints a date that has passed"
    assert ladder.promised(replace(row, stage="handed-over"), now) == 0


def test_an_order_without_a_promise_has_no_clock_of_its_own() -> None:
    assert told(replace(order("paid", "2026-11-26T10:00"), deadline=0)).keys() == {"unpacked"}
