"""What a replay costs grows with the answered steps, not with their square; how long it takes: bench/turn.py."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from bot.dialog import Ask, Flow, Op, dumps, events, loads, play, short
from bot.dialog.testing import DialogTester


def replayed(steps: int) -> int:
    """Python functions called by one press after so many answered steps."""

    async def long(ask: Ask) -> None:
        for n in range(steps):
            await ask.choice(f"q[{n}]", ["a", "b", "c"], n=n)
        await ask.once("mark", Op("mark", {"n": steps}))
        await ask.confirm("ok", edits=["q"])

    flow = Flow("long", long)
    t = DialogTester(flow, {"mark": 1}, paranoid=False)
    t.start()
    t.taps(*(["a"] * steps))
    journal, context, press = t.bytes.decode(), t.context(), events.Pressed(short("ok"), 0, short("edit:q"))
    act = lambda: dumps(play(flow, loads(journal), context, press).journal)  # noqa: E731
    act()  # what is made once is made
    return _calls(act)


def test_a_step_more_costs_a_dozen_calls_at_most_however_many_there_are() -> None:
    few, some, many = replayed(10), replayed(40), replayed(160)
    assert some - few <= 30 * 12, "7 a step when this was written"
    assert many - some <= 120 * 12


def _calls(act: Callable[[], Any]) -> int:
    count = 0

    def note(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event == "call"

    was = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(was)
    return count
