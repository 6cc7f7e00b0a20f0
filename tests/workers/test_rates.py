"""Nobody is called faster than Telegram allows, and people do not wait behind a broadcast."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.model import Priority
from bot.workers.rates import MANY, Limits, Rates, Window

LI, GROUP = 11, -100


def goes(rates: Rates, chat: int, now: float, priority: Priority) -> None:
    rates.start(chat, now, priority)
    rates.end(chat, now)


def took(window: Window, at: float) -> None:
    window.start()
    window.end(at)


def test_a_call_counts_from_its_start_until_a_while_after_its_end() -> None:
    window = Window(most=2, seconds=10)
    window.start()
    window.start()
    assert window.wait(0) > 0
    assert window.wait(100) > 0  # both are still on their way
    window.end(100)
    assert window.wait(105) == 5
    assert not window.rested(200)
    window.end(200)
    assert window.rested(210)


def test_a_window_never_holds_more_than_its_most() -> None:
    window = Window(most=3, seconds=60)
    for at in (0, 1, 2):
        assert window.wait(at) == 0
        took(window, at)
    assert window.wait(3) == 57
    assert window.wait(60) == 0
    assert not window.rested(60)
    assert window.rested(100)


def test_a_window_keeps_some_but_lets_one_through() -> None:
    window = Window(most=3, seconds=60)
    took(window, 0)
    assert window.wait(0, keep=2) == 60
    assert window.wait(0, keep=1) == 0
    assert Window(most=2, seconds=60).wait(0, keep=5) == 0


def test_a_private_chat_gets_a_burst_and_one_a_second_in_the_long_run() -> None:
    rates, now, calls = Rates(Limits()), 0.0, list[float]()
    for _ in range(60):
        now += rates.wait(LI, Priority.DIALOG, now)
        rates.also(LI, now)
        calls.append(now)
    assert calls[:5] == [0] * 5
    assert calls[-1] == 55


def test_notices_leave_room_in_a_group_for_the_doctors() -> None:
    rates = Rates(Limits())
    for _ in range(15):
        assert rates.wait(GROUP, Priority.NOTICE, 0) == 0
        rates.also(GROUP, 0)
    assert rates.wait(GROUP, Priority.NOTICE, 0) == 60
    assert rates.wait(GROUP, Priority.DIALOG, 0) == 0


def test_a_broadcast_leaves_a_reserve_for_people() -> None:
    rates = Rates(Limits())
    for person in range(1, 26):
        assert rates.wait(person, Priority.BROADCAST, 0) == 0
        goes(rates, person, 0, Priority.BROADCAST)
    assert rates.wait(26, Priority.BROADCAST, 0) == 1
    for person in range(26, 31):
        assert rates.wait(person, Priority.DIALOG, 0) == 0
        rates.also(person, 0)
    assert rates.wait(31, Priority.URGENT, 0) == 1


def test_rested_chats_are_forgotten() -> None:
    rates = Rates(Limits())
    for chat in range(MANY + 2):
        rates.also(chat + 1, float(chat))
    assert len(rates._chats) < 100


@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, -1, -2]), st.sampled_from(list(Priority)), st.floats(0, 3)),
        min_size=50,
        max_size=120,
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
        rates.also(chat, now)
        calls.append((now, chat))
    for start, _ in calls:
        minute = Counter(chat for at, chat in calls if start <= at < start + 60)
        second = [chat for at, chat in calls if start <= at < start + 1]
        assert max(minute[-1], minute[-2]) <= 18
        assert len(second) <= 30
        assert all(second.count(person) <= 5 for person in (1, 2))


def test_after_a_flood_of_all_the_bulk_rests_and_goes_on_slower_while_people_go_on() -> None:
    """It stands 14: a general 429 rests notices and broadcasts first."""
    rates = Rates(Limits(bulk_per_second=20, reserve=5))
    rates.flooded(13.0, 100.0)
    assert rates.wait(7, Priority.NOTICE, 100.0) == 13.0
    assert rates.wait(7, Priority.DIALOG, 100.0) == 0.0
    for chat in range(13):
        goes(rates, chat + 1, 113.0, Priority.NOTICE)
    assert rates.wait(77, Priority.NOTICE, 113.0) > 0, "half as fast"
    assert rates.wait(77, Priority.DIALOG, 113.0) == 0.0
    for chat in range(13):
        goes(rates, chat + 1, 200.0, Priority.NOTICE)
    assert rates.wait(77, Priority.NOTICE, 200.0) == 0.0, "as fast as before"


def test_a_chat_that_was_called_often_is_refused_for_itself() -> None:
    rates = Rates(Limits())
    assert rates.calm(7, 0.0)
    for _ in range(3):
        rates.also(7, 0.0)
    assert not rates.calm(7, 0.0)
    for _ in range(7):
        rates.also(-7, 0.0)
    assert not rates.calm(-7, 0.0)


def test_the_bulk_comes_to_its_rate_however_long_a_call_takes_and_all_together_keep_to_theirs() -> None:
    """It came to 89-92 %: a call counted until a second after its end. The messenger counts it when it arrives."""
    rates, now, started, arrived = Rates(Limits(bulk_per_second=25, reserve=5)), 0.0, list[float](), list[float]()
    flying: list[tuple[float, float]] = []
    while now < 30.0:
        for began, ends in [one for one in flying if one[1] <= now]:
            rates.end(len(started), ends, began)
            flying.remove((began, ends))
        while rates.room(Priority.BROADCAST, now) <= 0:
            started.append(now)
            rates.start(len(started), now, Priority.BROADCAST)
            way = 0.08 + 0.04 * (len(started) % 5) / 5
            arrived.append(now + way / 2)
            flying.append((now, now + way))
        now = round(now + 0.005, 3)
    late = [at for at in started if at >= 10]
    assert len(late) >= 0.95 * 25 * 20
    assert all(sum(at <= other < at + 1 for other in arrived) <= 30 for at in arrived)
