"""Processor time of a turn in which the hospital tells of an order. python -m bench turn"""

from __future__ import annotations

import argparse
import asyncio
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from bot.clock import HandClock
from bot.model import Observed, Order, Outcome
from tests.handlers.house import BRIEF, HELPER, RESIDENT, ROAD, House, at_home, told

MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai
WARM = 3  # orders before it counts


def placed(no: str) -> Order:
    """An order of the resident that the hospital has not told of yet."""
    snapshot = {"patient": BRIEF, "asked": [], "doctor_name": "", "days_left": "3-7", "condition": "",
                "prescribed": [], "answers": {}, "photos": [], "rx_date": "2026-11-10"}  # fmt: skip
    return Order(no, "", 0, 0, "", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, HELPER,
                 rx=(f"mark-{no}",), topic=f"consult:{no}", snapshot=snapshot)  # fmt: skip


async def on_its_road(house: House, no: str) -> dict[str, float]:
    """Processor seconds of the turn at each stage: decided, worded and committed to the file."""
    took: dict[str, float] = {}
    await house.services.store.commit(Outcome(house.arrival(None, no), rows=(placed(no),)))
    for stage in ROAD:
        house.clock.advance(1)
        arrival = house.arrival(Observed(told(no, stage, house.clock.civil())), f"{no}-{stage}")
        begun = time.process_time()
        await house.core.take(arrival)
        took[stage] = time.process_time() - begun
        await house.show()
    house.outcomes.clear()
    return took


async def measured(orders: int) -> float:
    """The median turn of each stage, and of them all the mean, in ms."""
    took: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        async with at_home(Path(folder) / "bot.sqlite", HandClock(MORNING)) as house:
            for n in range(orders + WARM):
                found = await on_its_road(house, f"MR1123-{n}")
                for stage, seconds in found.items() if n >= WARM else ():
                    took[stage].append(seconds)
    return statistics.mean(statistics.median(one) for one in took.values()) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=20, help="carried along all stages in a run")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, ms a turn:", flush=True)
    runs = sorted(asyncio.run(measured(options.orders)) for _ in range(options.runs))
    print(f"min {runs[0]:.2f}  median {statistics.median(runs):.2f}  max {runs[-1]:.2f}  of {len(runs)} runs")


if __name__ == "__main__":
    main()
