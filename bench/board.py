"""The board of 100,000 orders, and what turns feel of it while it is read again and again. python -m bench board"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.turn import placed
from bot.clock import HandClock
from bot.model import Observed, Order, Outcome, Row
from bot.model.board import Board
from bot.reports import figures
from tests.handlers.house import ROAD, House, at_home, told

MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
AT_ONCE = 500  # rows a commit
WHOLE = 21  # days for which an order's words are kept
NOTES = "x" * 2000  # about what a snapshot holds


def order(no: int, came: int, dice: random.Random) -> Order:
    """One of a city's: the older ones are over, those of three weeks ago are put away."""
    taken = came + round(dice.lognormvariate(2.7, 0.9) * MINUTE)
    written = taken + round(dice.uniform(3, 40) * MINUTE)
    passed = written + round(dice.lognormvariate(2.5, 0.7) * MINUTE)
    quoted = passed + round(dice.lognormvariate(3.6, 0.8) * 1000)
    over = came < MORNING - 3 * DAY or dice.random() < 0.3
    stage: Any = "confirmed" if over else dice.choice(ROAD[:-1])
    delivered = quoted + round(dice.uniform(3, 80) * HOUR) if over else 0
    away = over and came < MORNING - WHOLE * DAY
    snapshot = {} if away else {"patient": {"id": f"pat-{no}"}, "notes": NOTES}
    urgency = "" if away else dice.choice(("red", "yellow", "green", "green"))
    return Order(
        f"C-{no}", stage, quoted, quoted, "v", came + 72 * HOUR, "" if away else "dep-1", "" if away else "comp-1",
        urgency, 0 if away else 7, patient="-", snapshot=snapshot, taken=taken, written=written, passed=passed,
        quoted=quoted, delivered=delivered,
    )  # fmt: skip


async def filled(house: House, count: int) -> None:
    """That many orders, spread over the last 30 days: the most that a board ever counts."""
    dice = random.Random(44)
    for first in range(0, count, AT_ONCE):
        came = MORNING - 30 * DAY + 30 * DAY * first // count
        rows: tuple[Row, ...] = tuple(order(first + n, came, dice) for n in range(min(AT_ONCE, count - first)))
        arrival = replace(house.arrival(None, f"seed-{first}"), at=came)
        await house.services.store.commit(Outcome(arrival, rows=rows))
    house.outcomes.clear()


async def turns(house: House, name: str, every: float, going: Callable[[], bool]) -> list[float]:
    """Wall ms of each turn in which the hospital tells of an order, one every so many seconds."""
    took: list[float] = []
    n = 0
    while going():
        no = f"{name}-{n // len(ROAD)}"
        stage = ROAD[n % len(ROAD)]
        if stage == ROAD[0]:
            await house.services.store.commit(Outcome(house.arrival(None, no), rows=(placed(no),)))
        house.clock.advance(0.01)
        arrival = house.arrival(Observed(told(no, stage, house.clock.civil())), f"{no}-{stage}")
        begun = time.perf_counter()
        await house.core.take(arrival)
        took.append((time.perf_counter() - begun) * 1000)
        n += 1
        await asyncio.sleep(every)
    house.outcomes.clear()
    return took


async def one_run(count: int, boards: int, every: float) -> tuple[list[float], list[float], list[float], Board]:
    """Wall s of each board, then wall ms of turns without and with a board beside them."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        async with at_home(Path(folder) / "bot.sqlite", HandClock(MORNING - 31 * DAY)) as house:
            await filled(house, count)
            house.clock.set(MORNING)
            until = time.perf_counter() + boards
            alone = await turns(house, "A", every, lambda: time.perf_counter() < until)
            took: list[float] = []
            found = Board()

            async def read() -> None:
                nonlocal found
                for _ in range(boards):
                    begun = time.perf_counter()
                    found = await figures(house.services.config, house.clock.civil(), ["comp-1"])
                    took.append(time.perf_counter() - begun)

            reading = asyncio.create_task(read())
            beside = await turns(house, "B", every, lambda: not reading.done())
            await reading
            return took, alone, beside, found


def spread(name: str, unit: str, all_: list[float]) -> str:
    ranks = statistics.quantiles(all_, n=100)
    return f"{name:24}median {ranks[49]:7.2f}  p99 {ranks[98]:7.2f}  worst {max(all_):7.2f} {unit}  of {len(all_)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--boards", type=int, default=15, help="read one after the other in a run")
    parser.add_argument("--every", type=float, default=0.02, help="s between two turns")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
          f"{options.orders} orders, load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    for n in range(options.runs):
        took, alone, beside, found = asyncio.run(one_run(options.orders, options.boards, options.every))
        print(f"run {n + 1}, load {os.getloadavg()[0]:.1f}, counted {sum(day.count for day in found.days)}", flush=True)
        for line in (spread("  board", "s", took), spread("  turns alone", "ms", alone),
                     spread("  turns beside a board", "ms", beside)):  # fmt: skip
            print(line, flush=True)


if __name__ == "__main__":
    main()
