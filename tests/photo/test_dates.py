"""Dates as prescriptions print them, and calendar months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.photo.dates import find_dates, months_before


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-08", "2026/11/8", "2026.11.08", "2026年11月08日", "2026 年 11 月 8 日", "20261108", "26-11-08"),
        *("二〇二六年十一月八日", "二零二六年十一月八日", "2026-11-0813:26", "2026-11-08 13:26:01"),
        *("2026年11月O8日", "2026年11月8曰"),
    ],
)
def test_one_day_in_many_printings(text: str) -> None:
    assert [d for *_, d in find_dates(text, labelled=True)] == [date(2026, 11, 8)]


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-30", "575663846212", "13:26", "5mg×7片", "1996-11-08", ""])
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text, labelled=True) == []


@pytest.mark.parametrize(
    "text", ["2026-11-1 2", "2026/11/1.2", "2026.11.1,2日", "19 26-11-08", "20,26-11-08", "2 26-11-08", "'26-11-08"]
)
def test_a_part_of_a_longer_number_is_no_date(text: str) -> None:
    assert find_dates(text, labelled=True) == []


def test_short_dates_need_a_label() -> None:
    assert find_dates("26-11-08", labelled=False) == []


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 21), 2, date(2026, 9, 21)),
        (date(2026, 4, 30), 2, date(2026, 2, 28)),
        (date(2028, 4, 30), 2, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 3, 1), 12, date(2025, 3, 1)),
    ],
)
def test_calendar_months(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 24))
def test_months_never_skip_one(day: date, months: int) -> None:
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day <= day.day
