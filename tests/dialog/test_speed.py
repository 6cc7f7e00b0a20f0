"""A replay must cost next to nothing: under 1 ms for 20 answered steps on an idle core."""

from __future__ import annotations

import time

from bot.dialog import Ask, Flow, Op, dumps, events, loads, play, short
from bot.dialog.testing import DialogTester

STEPS = 20


async def long(ask: Ask) -> None:
    for n in range(STEPS):
        await ask.choice(f"q[{n}]", ["a", "b", "c"], n=n)
    await ask.once("mark", Op("mark", {"n": STEPS}))
    await ask.confirm("ok", edits=["q"])


def test_a_replay_of_twenty_steps_takes_less_than_a_millisecond() -> None:
    flow = Flow("long", long)
    t = DialogTester(flow, {"mark": 1}, paranoid=False)
    t.start()
    t.taps(*(["a"] * STEPS))
    journal, context, press = t.bytes.decode(), t.context(), events.Pressed(short("ok"), 0, short("edit:q"))
    best = min(_timed(lambda: dumps(play(flow, loads(journal), context, press).journal)) for _ in range(50))
    assert best < 0.001


def _timed(act: object) -> float:
    begin = time.perf_counter()
    act()  # pyright: ignore[reportCallIssue]
    return time.perf_counter() - begin
