"""Days as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.dates import readings

TODAY = "2026-11-04"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-03",
        "2026.11.3",
        "2026/11/3",
        "2026. 11. 3.",
        "20261103",
        "11月3日",
        "11月3号",
        "2026年11月3日",
        "2026 年 11 月 3 日",
        "２０２６－１１－０３",
        "11월 3일",
        "2026년 11월 3일",
        "3 thang 11",
        "ngày 3 tháng 11 năm 2026",
        "3 tháng 11, 2026",
        "3 Nov",
        "3rd November 2026",
        "Nov. 3, 2026",
        "november 3",
        "2569-11-03",
        " 2026-11-03 ",
    ],
)
def test_many_ways_to_write_one_day(text: str) -> None:
    assert readings(text, TODAY) == ("2026-11-03",)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "13-45", "2026-02-30", "30 Feb", "2026-11", "11", "0", "3.11.26.5", "2026-11/03", "2026.11-3"],
)
def test_what_is_no_day(text: str) -> None:
    assert readings(text, TODAY) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11月4日", "2026-11-04"),
        ("11月5日", "2025-11-05"),
        ("12月31日", "2025-12-31"),
        ("1 Jan", "2026-01-01"),
        ("2-29", "2024-02-29"),
    ],
)
def test_without_a_year_it_is_the_newest_such_day_not_after_today(text: str, day: str) -> None:
    assert readings(text, TODAY) == (day,)


def test_the_29th_of_february_may_be_eight_years_away() -> None:
    assert readings("2-29", "2104-02-28") == ("2096-02-29",)


def test_a_day_to_come_is_understood_if_its_year_is_given() -> None:
    assert readings("2027-01-01", TODAY) == ("2027-01-01",)


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["{0}-{1}-{2}", "{0}年{1}月{2}日", "{0}.{1}.{2}", "{0}년 {1}월 {2}일"]),
)
def test_any_day_with_its_year_is_read_back(day: date, form: str) -> None:
    assert readings(form.format(day.year, day.month, day.day), TODAY) == (day.isoformat(),)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.integers(0, 365))
def test_any_day_of_the_last_year_needs_no_year(today: date, ago: int) -> None:
    day = today - timedelta(days=ago)
    if day.replace(day=1) == today.replace(day=1, year=today.year - 1) and day.day <= today.day:
        return  # a year ago to the day: today itself is newer
    assert day.isoformat() in readings(f"{day.month}-{day.day}", today.isoformat())


@given(st.text(max_size=30))
def test_anything_else_is_quietly_no_day(text: str) -> None:
    assert all(date.fromisoformat(found).isoformat() == found for found in readings(text, TODAY))
