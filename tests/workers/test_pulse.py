"""Slow begins after a whole window of which half was bad, ends after a whole one that was well, and never flaps."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from backend_client.errors import NotFound, RetryLater
from bot.clock import HandClock
from bot.model import Due
from bot.workers.pulse import Pulse
from tests.workers.fakes import Core


def pulse(clock: HandClock, core: Core) -> Pulse:
    return Pulse(clock, core.take, slow=8.0, window=300.0)


async def beats(one: Pulse, clock: HandClock, what: str, *bad: bool) -> None:
    for each in bad:
        one.note(what, each)
        clock.advance(30)
        await one.once()


def told(core: Core) -> list[str]:
    """What was told, but for the first look at what is well."""
    steps = [one.body.timer.step for one in core.taken if isinstance(one.body, Due)]
    return steps[1:] if steps[:1] == ["slow-gone"] else steps


async def test_what_began_before_a_restart_ends_when_it_is_well(clock: HandClock) -> None:
    core = Core()
    await beats(pulse(clock, core), clock, "hospital", *[False] * 30)
    assert [one.body.timer.step for one in core.taken if isinstance(one.body, Due)] == ["slow-gone"]


async def test_a_short_fault_is_nothing(clock: HandClock) -> None:
    core = Core()
    await beats(pulse(clock, core), clock, "hospital", *[True] * 4, *[False] * 20)
    assert told(core) == []


async def test_it_begins_once_since_the_first_bad_answer_and_ends_once(clock: HandClock) -> None:
    core = Core()
    one = pulse(clock, core)
    began = clock.civil()
    await beats(one, clock, "hospital", *[True] * 20)
    assert told(core) == ["slow-seen"]
    (body,) = [arrival.body for arrival in core.taken]
    assert isinstance(body, Due)
    assert body.timer.ref == f"hospital/{began}"
    await beats(one, clock, "hospital", *[False] * 20)
    assert told(core) == ["slow-seen", "slow-gone"]


async def test_good_and_bad_in_turns_never_flap(clock: HandClock) -> None:
    core = Core()
    await beats(pulse(clock, core), clock, "hospital", *[True, False] * 40)
    assert told(core) in ([], ["slow-seen"])


async def test_few_answers_that_are_all_bad_are_enough_at_night(clock: HandClock) -> None:
    """Nobody writes, and the feed asks less and less often while each call runs into its time-out."""
    core = Core()
    one = pulse(clock, core)
    for _ in range(5):
        one.note("hospital", True)
        clock.advance(110)
        await one.once()
    assert told(core) == ["slow-seen"]


async def test_who_asked_for_a_pause_longer_than_the_window_is_not_well_by_it(clock: HandClock) -> None:
    core = Core()
    one = pulse(clock, core)
    await beats(one, clock, "hospital", *[True] * 20)
    clock.advance(301)
    await one.once()
    assert told(core) == ["slow-seen"]
    await beats(one, clock, "hospital", *[False] * 20)
    assert told(core) == ["slow-seen", "slow-gone"]


async def test_it_is_over_when_nobody_asks_any_more(clock: HandClock) -> None:
    core = Core()
    one = pulse(clock, core)
    await beats(one, clock, "messenger", *[True] * 20)
    clock.advance(1000)
    await one.once()
    assert told(core) == ["slow-seen", "slow-gone"]


async def test_it_is_over_when_neither_side_is_slow(clock: HandClock) -> None:
    core = Core()
    one = pulse(clock, core)
    for _ in range(20):
        one.note("hospital", True)
        await beats(one, clock, "messenger", True)
    for _ in range(20):
        one.note("hospital", False)
        await beats(one, clock, "messenger", True)
    assert told(core) == ["slow-seen", "slow-seen"]
    await beats(one, clock, "messenger", *[False] * 20)
    assert told(core)[2:] == ["slow-gone"]


async def test_what_is_not_taken_is_told_at_the_next_look(clock: HandClock) -> None:
    core = Core()
    one = pulse(clock, core)
    await beats(one, clock, "hospital", *[True] * 10)
    core.fails.append(OSError())
    await beats(one, clock, "hospital", True, True)
    assert told(core) == ["slow-seen"]


@pytest.mark.parametrize(
    ("seconds", "error", "bad"),
    [(1, None, False), (9, None, True), (1, RetryLater("busy"), True), (1, NotFound("gone", "gone"), False)],
)
async def test_a_call_is_noted(
    clock: HandClock, monkeypatch: pytest.MonkeyPatch, seconds: float, error: Exception | None, bad: bool
) -> None:
    one = pulse(clock, Core())

    async def op(args: Mapping[str, Any]) -> str:
        clock.advance(seconds)
        if error:
            raise error
        return "well"

    noted: list[bool] = []
    monkeypatch.setattr(one, "note", lambda what, bad: noted.append(bad))
    with suppress(RetryLater, NotFound):
        assert await one.timed(op)({}) == "well"
    assert noted == [bad]
