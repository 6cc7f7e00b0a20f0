"""How long others wait for the bot while one person sends 500 messages at once. python -m bench flood"""

from __future__ import annotations

import argparse
import asyncio
import platform
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.clock import Clock, HandClock
from bot.messenger.port import Received
from bot.model import Arrival, Outcome, Said, Spot
from bot.workers.poller import Poller
from tests.handlers.house import House, at_home

PAGE = 100  # updates of one answer (Bot API: getUpdates)
FLOODER, OTHERS = 900_000, 800_000
MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai
EVERY = 0.1  # s between two of the others


class Line:
    """The messenger's queue of updates: in their order, a page at a time, until they are confirmed."""

    def __init__(self) -> None:
        self.updates: list[Received] = []
        self.more = asyncio.Event()

    def write(self, who: int, text: str) -> None:
        id = len(self.updates) + 1
        spot = Spot(who, who, lang="en")
        self.updates.append(
            Received(id, (Arrival("telegram", str(id), int(time.time() * 1000), Said(spot, id, text)),))
        )
        self.more.set()

    async def updates_from(self, offset: int, seconds: float) -> list[Received]:
        await asyncio.sleep(0.001)  # an answer takes its time
        self.more.clear()
        if len(self.updates) < max(1, offset):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.more.wait(), seconds)
        start = max(0, offset - 1)
        return self.updates[start : start + PAGE]


class Source:
    """What the poller knows of a messenger, and no more."""

    def __init__(self, line: Line) -> None:
        self.updates = line.updates_from


async def measured(house: House, messages: int, others: int) -> list[float]:
    """Seconds from writing to commit of each of the others, the worst last."""
    line, wrote, took = Line(), dict[int, float](), list[float]()

    def committed(outcome: Outcome) -> None:
        body = outcome.arrival.body
        if isinstance(body, Said) and (at := wrote.pop(body.spot.person, None)) is not None:
            took.append(time.perf_counter() - at)

    house.services.store.on_commit(committed)
    source: Any = Source(line)
    working = asyncio.create_task(Poller(source, Clock(), house.core.take).run())
    for n in range(messages):
        line.write(FLOODER, f"message {n}: when does it come?")
    for n in range(others):
        wrote[OTHERS + n] = time.perf_counter()
        line.write(OTHERS + n, "/start")
        await asyncio.sleep(EVERY)
    for _ in range(600):
        if not wrote:
            break
        await asyncio.sleep(0.1)
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    if wrote:
        raise SystemExit(f"{len(wrote)} of {others} were not read within a minute")
    return sorted(took)


async def both(messages: int, others: int) -> None:
    """First nobody floods, then one does."""
    for flood in (0, messages):
        with tempfile.TemporaryDirectory() as folder:
            async with at_home(Path(folder) / "bot.sqlite", HandClock(MORNING)) as house:
                took = await measured(house, flood, others)
        p95 = took[int(len(took) * 0.95)] * 1000
        print(
            f"{flood} messages of one person, {others} others, one each {EVERY} s:"
            f" median {statistics.median(took) * 1000:.0f} ms, p95 {p95:.0f} ms, worst {took[-1] * 1000:.0f} ms",
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=500)
    options.add_argument("--others", type=int, default=40)
    options.add_argument("--runs", type=int, default=3)
    given = options.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}", flush=True)
    for _ in range(given.runs):
        asyncio.run(both(given.messages, given.others))


if __name__ == "__main__":
    main()
