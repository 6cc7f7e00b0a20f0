"""Numbers, codes and days as people type them: what is taken, and what is asked again because it may mean several."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog import Ask, Either, Flow, Now, Wrong, figures
from bot.dialog.dates import read_day, readings
from bot.dialog.testing import DialogTester

TODAY = "2026-11-23"
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
STOPS = st.sampled_from(["", "。", ".", "．", "！", "!", " 。", "。。"])


@given(st.integers(0, 9999), STOPS, st.booleans())
def test_a_number_in_any_width_with_any_stop(number: int, stop: str, wide: bool) -> None:
    typed = str(number).translate(WIDE) if wide else str(number)
    assert figures.whole(typed + stop) == number


@given(st.integers(0, 99), st.integers(0, 99), st.sampled_from([" ", "  ", "-", "－", "—", ".", ",", "，", "、"]))
def test_two_numbers_are_no_number(one: int, two: int, between: str) -> None:
    assert figures.whole(f"{one}{between}{two}") is None


@given(st.integers(0, 99), st.sampled_from("-－—−+"))
def test_a_number_with_a_sign_is_no_number(number: int, sign: str) -> None:
    assert figures.whole(f"{sign}{number}") is None


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("廿", 20),
        ("廿三", 23),
        ("卅一", 31),
        ("九十九", 99),
        ("一百", None),
        ("十1", None),
        ("1十", None),
    ],
)
def test_chinese_numerals(typed: str, number: int | None) -> None:
    assert figures.whole(typed) == number


@pytest.mark.parametrize("typed", ["1²", "²", "½", "1½", "1⅓", "₂"])
def test_small_figures_are_no_whole_number(typed: str) -> None:
    assert figures.whole(typed) is None


@given(st.text(st.sampled_from("0123456789ABCXYZ"), min_size=1, max_size=20), st.data())
def test_a_code_however_it_is_spaced_and_cased(code: str, data: st.DataObject) -> None:
    gaps = data.draw(
        st.lists(st.sampled_from(["", " ", "-", "－", "—", " - "]), min_size=len(code), max_size=len(code))
    )
    typed = "".join(f"{gap}{one}" for gap, one in zip(gaps, code, strict=True)).lower()
    assert figures.code(typed) == figures.code(typed.translate(WIDE) + "。") == code


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("一九四八年五月六日", "1948-05-06"),
        ("一九四八年十二月三十一号。", "1948-12-31"),
        ("二〇二六年十一月三日", "2026-11-03"),
        ("二零二六年 十一月 廿一日", "2026-11-21"),
        ("二○二六年五月卅日", "2026-05-30"),
        ("26年11月3日", "2026-11-03"),
        ("48年5月6日", "1948-05-06"),
        ("2026年11月3日（周二）", "2026-11-03"),
        ("1951 03 08", "1951-03-08"),
        ("1951－03－08。", "1951-03-08"),
        ("1951—03—08", "1951-03-08"),
        ("1951 - 3 - 8", "1951-03-08"),
        ("51-03-28", "1951-03-28"),
        ("25/12/1948", "1948-12-25"),
        ("12/25/1948", "1948-12-25"),
        ("6 May 1948.", "1948-05-06"),
        ("5/5/1948", "1948-05-05"),
    ],
)
def test_a_day_with_one_reading_is_taken(typed: str, day: str) -> None:
    assert read_day(typed, TODAY) == day


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("5/6/1948", {"1948-05-06", "1948-06-05"}),
        ("5 6 1948", {"1948-05-06", "1948-06-05"}),
        ("03-11-26", {"2003-11-26", "2026-11-03", "2026-03-11"}),
        ("11-03", {"2026-11-03", "2026-03-11"}),
        ("１１／３。", {"2026-11-03", "2026-03-11"}),
    ],
)
def test_a_day_with_several_readings_is_asked(typed: str, days: set[str]) -> None:
    found = read_day(typed, TODAY)
    assert isinstance(found, Either)
    assert set(found.days) == days


@pytest.mark.parametrize(
    "typed",
    [
        "五月初六",
        "农历五月初六",
        "1948年正月初一",
        "腊月廿三",
        "阴历 5月6日",
        "闰六月初一",
        "十月廿三",
        "一九四八年十月 廿三。",
    ],
)
def test_a_day_by_the_lunar_calendar_is_refused_as_such(typed: str) -> None:
    found = read_day(typed, TODAY)
    assert isinstance(found, Wrong)
    assert found.code == "lunar"


@given(
    st.dates(date(1900, 1, 1), date(2026, 11, 23)), st.sampled_from(["{d}/{m}/{y}", "{m}-{d}-{y}", "{m}.{d}.{s:02}"])
)
def test_the_day_that_was_meant_is_among_the_readings(day: date, form: str) -> None:
    typed = form.format(d=day.day, m=day.month, y=day.year, s=day.year % 100)
    meant = day if "{y}" in form or day.year > 1926 else day.replace(year=day.year + 100, day=min(day.day, 28))
    assert any(found[5:] == day.isoformat()[5:] for found in readings(typed, TODAY)) or meant.isoformat() > TODAY


# ---------------------------------------------------------------- asked with a button for each reading


def asked(word: Callable[[Ask], Awaitable[Any]]) -> DialogTester:
    async def one(ask: Ask) -> None:
        await ask.tell("got", value=await word(ask))

    t = DialogTester(Flow("one", one))
    t.start()
    return t


def this_century(text: str, now: Now) -> str | Either | Wrong:
    day = read_day(text, now.today) if len(text) != len(TODAY) else text
    return day if not isinstance(day, str) or day > "2000" else Wrong("old")


@pytest.mark.parametrize("kind", ["date", "text"])
def test_each_reading_is_a_button_and_nothing_of_it_is_in_the_buttons_data(kind: str) -> None:
    t = asked(lambda ask: ask.date("q") if kind == "date" else ask.text("q", check=this_century, buttons=["no"]))
    t.says("3/4/2026")
    days = t.expect_prompt("q", wrong="either").answers[:2]
    assert [press.words["day"] for press in days] == ["2026-04-03", "2026-03-04"]
    assert [press.option for press in days] == ["day-0", "day-1"]
    t.taps("day-1")
    t.expect_tell("got", value="2026-03-04")


def test_another_day_may_be_typed_instead_and_the_readings_are_gone() -> None:
    t = asked(lambda ask: ask.date("q", check=this_century))
    t.says("3/4/2026")
    t.says("yesterday")
    assert t.expect_prompt("q", wrong="date").answers == ()
    t.says("5/6/1948")
    t.taps("day-0")
    assert t.expect_prompt("q", wrong="old").answers == ()
    t.says("2026-03-04")
    t.expect_tell("got", value="2026-03-04")
