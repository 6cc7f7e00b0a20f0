"""Counting is an addition, and no label can hold what is not ours."""

from __future__ import annotations

import pytest

from bot.book import COMMANDS, MESSENGER, MESSENGER_SECONDS, MOST, OTHER, TURN, Book


def test_counts_and_times() -> None:
    book = Book()
    for _ in range(3):
        book.add(COMMANDS, "order.submit", "done")
    for seconds in (0.0005, 0.001, 0.0011, 99.0):
        book.took(TURN, seconds, "Said")
    assert book.counts[COMMANDS] == {("order.submit", "done"): 3}
    times = book.times[TURN]["Said",]
    assert (times.counts[:2], times.counts[-1], sum(times.counts)) == ([2, 1], 1, 4)
    assert times.total == pytest.approx(99.0026)


def test_a_call_is_counted_and_timed() -> None:
    book = Book()
    book.calls(MESSENGER, MESSENGER_SECONDS)("sendMessage", "429", 0.2)
    assert book.counts[MESSENGER] == {("sendMessage", "429"): 1}
    assert list(book.times[MESSENGER_SECONDS]) == [("sendMessage",)]


@pytest.mark.parametrize(
    "value",
    [
        "王秀兰",
        "Wang Xiulan",
        "13912345678",
        "4242",
        "8261",
        "R-000123",
        "1001",
        "999",
        "",
        "a" * 41,
        "a\nb",
        "药",
        "4.5",
        "x/y",
    ],
)
def test_what_may_be_a_persons_is_other(value: str) -> None:
    book = Book()
    book.add(COMMANDS, value, "done")
    book.took(TURN, 1.0, value)
    assert list(book.counts[COMMANDS]) == [(OTHER, "done")]
    assert list(book.times[TURN]) == [(OTHER,)]


def test_series_have_an_end() -> None:
    book = Book()
    for first in "abcdefghij":
        for second in "abcdefghijklmnopqrstuvwxyzABCDE":
            book.add(COMMANDS, first + second, "done")
    assert len(book.counts[COMMANDS]) == MOST + 1
    assert sum(book.counts[COMMANDS].values()) == 310
    assert book.counts[COMMANDS][OTHER, OTHER] == 310 - MOST
