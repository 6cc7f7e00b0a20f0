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
        *("2026-11-08", "2026/11/8", "2026.11.08", "2026年11月08日", "2026 年 11 月 8 日", "20261108"),
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
    "text",
    [
        *("2026-11-018", "2026-10-311", "2026-11-1·2", "2026-11-1-2", "2026-11-1?", "2026年11月1*日", "1 8 Nov 2026"),
        "2026-11-1 2",
        "2026/11/1.2",
        "2026.11.1,2日",
        "1 115/11/08",
        "2,115/11/08",
        "'115/11/08",
    ],
)
def test_a_part_of_a_longer_number_is_no_date(text: str) -> None:
    assert find_dates(text, labelled=True) == []


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


@pytest.mark.parametrize(
    "text",
    [
        "令和8年11月8日",
        "令和08年11月08日",
        "R8.11.8",
        "R08.11.08",
        "R8/11/08",
        "115年11月8日",
        "民国115年11月8日",
        "民國 115.11.08",
        "115/11/08",
    ],
)
def test_the_years_of_an_era(text: str) -> None:
    assert [d for *_, d in find_dates(text, labelled=True)] == [date(2026, 11, 8)]


@pytest.mark.parametrize(
    "text", ["26-11-08", "03-11-26", "26年11月8日", "08.11.26", "H08.11.03", "平成8年11月8日", "15年11月8日", "R.08.11"]
)
def test_a_year_of_two_digits_is_asked(text: str) -> None:
    assert find_dates(text, labelled=True) == []


@pytest.mark.parametrize("text", ["115/11/08", "1150/11/08", "门诊115-11-08", "A115.11.08"])
def test_a_year_of_three_digits_needs_a_label_and_a_border(text: str) -> None:
    assert find_dates(text, labelled=False) == []
