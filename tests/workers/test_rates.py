"""Nobody is called faster than Telegram allows, and people do not wait behind a broadcast."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Priority
from bot.workers.rates import MANY, Bucket, Limits, Rates, Window

LI, GROUP = 11, -100


def test_a_bucket_gives_a_burst_and_then_its_rate() -> None:
    bucket = Bucket(rate=2, burst=3)
    for _ in range(3):
        assert bucket.wait(10) == 0
        bucket.take(10)
    assert bucket.wait(10) == pytest.approx(0.5)
    assert bucket.wait(10.5) == 0
    assert not bucket.rested(10.5)
    assert bucket.rested(12)


def test_a_bucket_keeps_some() -> None:
    bucket = Bucket(rate=1, burst=3)
    assert bucket.wait(0, keep=2) == 0
    bucket.take(0)
    assert bucket.wait(0, keep=2) == pytest.approx(1)
    assert bucket.wait(0) == 0


def test_a_window_never_holds_more_than_its_most() -> None:
    window = Window(most=3, seconds=60)
    for at in (0, 1, 2):
        assert window.wait(at) == 0
        window.take(at)
    assert window.wait(3) == 57
    assert window.wait(60) == 0
    assert not window.rested(60)
    assert window.rested(100)


def test_a_window_keeps_some_but_lets_one_through() -> None:
    window = Window(most=3, seconds=60)
    window.take(0)
    assert window.wait(0, keep=2) == 60
    assert window.wait(0, keep=1) == 0
    assert Window(most=2, seconds=60).wait(0, keep=5) == 0


def test_notices_leave_room_in_a_group_for_the_doctors() -> None:
    rates = Rates(Limits(bulk_burst=1000))
    for _ in range(15):
        assert rates.wait(GROUP, Priority.NOTICE, 0) == 0
        rates.spend(GROUP, 0)
    assert rates.wait(GROUP, Priority.NOTICE, 0) == 60
    assert rates.wait(GROUP, Priority.DIALOG, 0) == 0


def test_a_broadcast_leaves_a_reserve_for_people() -> None:
    rates = Rates(Limits())
    rates.spend(1, 0)
    assert rates.wait(2, Priority.BROADCAST, 0) == pytest.approx(1 / 25)
    for person in range(2, 7):
        assert rates.wait(person, Priority.DIALOG, 0) == 0
        rates.spend(person, 0)
    assert rates.wait(7, Priority.URGENT, 0) == pytest.approx(1 / 25)


def test_rested_chats_are_forgotten() -> None:
    rates = Rates(Limits())
    for chat in range(MANY + 2):
        rates.spend(chat + 1, float(chat))
    assert len(rates._chats) < 100


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, -1, -2]), st.sampled_from(list(Priority)), st.floats(0, 3)),
        min_size=50,
        max_size=300,
    )
)
def test_whatever_comes_the_limits_hold(wishes: list[tuple[int, Priority, float]]) -> None:
    rates, now = Rates(Limits()), 0.0
    calls: list[tuple[float, int]] = []
    for chat, priority, pause in wishes:
        now += pause
        now += rates.wait(chat, priority, now)
        if rates.wait(chat, priority, now) > 1e-9:
            continue  # another chat's turn made it wait again
        rates.spend(chat, now)
        calls.append((now, chat))
    for start, _ in calls:
        minute = Counter(chat for at, chat in calls if start <= at < start + 60)
        second = [chat for at, chat in calls if start <= at < start + 1]
        assert max(minute[-1], minute[-2]) <= 18
        assert len(second) <= 31
        assert all(second.count(person) <= 5 for person in (1, 2))
