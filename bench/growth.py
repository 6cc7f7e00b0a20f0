"""What an update and a turn cost with 1k, 100k and 1M finished orders on the disk. python -m bench growth"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench._finished import DAY, MORNING, at_home, filled, template
from bench._people import Messenger, served
from bench._said import begun, spread
from bench.dialog import BOTS, Way, cpu_s, played, running
from bench.turn import placed
from bot.clock import HandClock
from bot.model import Observed, Outcome
from tests.handlers.house import RESIDENT, ROAD, told

SIZES = (1_000, 100_000, 1_000_000)
ROOM = 12_000  # bytes of disk that an order takes at the most, the file's copy in the journal included


@dataclass
class Figures:
    """Of one size: s until the bot listens, processor ms an update of the eight-step dialog and a turn of an order."""

    mb: float = 0.0
    start: list[float] = field(default_factory=list[float])
    update: list[float] = field(default_factory=list[float])
    turn: list[float] = field(default_factory=list[float])


async def idle(pid: int) -> None:
    """Until what a start looks through beside the work is done (ADR 0058)."""
    was = -1.0
    while (now := cpu_s(pid)) - was > 0.02:
        was = now
        await asyncio.sleep(0.5)


async def dialogs(folder: Path, people: int, each: int, first: int) -> tuple[float, float]:
    """s until it listens, and the bot's processor ms an update. ``first``: a number from which on nothing is known."""
    messenger = Messenger(first=first)
    async with served(messenger) as root:
        begins = time.perf_counter()
        async with running(Way(BOTS["ours"]), messenger, root, str(folder)) as bot:
            start = time.perf_counter() - begins
            await idle(bot.pid)
            await played(messenger, min(people, 10), 1, first + people)
            await asyncio.sleep(0.3)
            cpu, updates = cpu_s(bot.pid), messenger.updates
            ended = await played(messenger, people, each, first)
            await asyncio.sleep(0.3)
            if len(ended) < people:
                raise SystemExit(f"{people - len(ended)} of {people} people never came to the end")
            return start, (cpu_s(bot.pid) - cpu) * 1000 / (messenger.updates - updates)


async def orders(file: Path, count: int, round_: int) -> float:
    """Processor ms of the turns in which the hospital tells of ``count`` orders, each on its whole road: the mean of
    each stage's median."""
    took: dict[str, list[float]] = {stage: [] for stage in ROAD}
    async with at_home(file, HandClock(MORNING + (round_ + 1) * DAY)) as house:
        for thread in threading.enumerate():  # its processor time is no turn's
            if thread.name == "store-pages":
                await asyncio.to_thread(thread.join)
        for n in range(count + 1):
            no = f"U{round_:03d}{n:06d}"
            row = replace(placed(no), placed_by=RESIDENT)
            await house.services.store.commit(Outcome(house.arrival(None, no), rows=(row,)))
            for stage in ROAD:
                house.clock.advance(1)
                arrival = house.arrival(Observed(told(no, stage, house.clock.civil())), f"{no}-{stage}")
                at = time.process_time()
                await house.core.take(arrival)
                if n:
                    took[stage].append((time.process_time() - at) * 1000)
                await house.show()
            house.outcomes.clear()
    return statistics.mean(statistics.median(one) for one in took.values())


async def measured(
    sizes: Sequence[int], rounds: int, people: int, each: int, count: int, where: Path
) -> dict[int, Figures]:
    """Each size in turn, round by round. The files are below ``where`` and go at the end."""
    found = {size: Figures() for size in sizes}
    free = os.statvfs(where)
    if free.f_bavail * free.f_frsize < sum(sizes) * ROOM:
        raise SystemExit(f"{where} has no room for {sum(sizes)} orders: give --sizes or --where")
    with tempfile.TemporaryDirectory(dir=where, prefix="growth-") as folder:
        whole, away = await template(Path(folder))
        files: dict[int, Path] = {}
        for size in sizes:
            files[size] = Path(folder) / str(size) / "bench.sqlite"  # as `medrelay bench-dialog` calls it
            files[size].parent.mkdir()
            at = time.perf_counter()
            await filled(files[size], size, whole, away)
            found[size].mb = files[size].stat().st_size / 1e6
            print(f"{size} orders: {found[size].mb:.0f} MB, written in {time.perf_counter() - at:.0f} s", flush=True)
        for n in range(rounds):
            for size, file in files.items():
                start, update = await dialogs(file.parent, people, each, 100_000_000 * (n + 1))
                found[size].start.append(start)
                found[size].update.append(update)
                found[size].turn.append(await orders(file, count, n))
    return found


def table(found: dict[int, Figures]) -> None:
    first, *_ = found.values()
    print("\n| finished orders | MB | start to serving s | CPU ms/update | x the first | CPU ms/turn of an order | x |")
    print("|---" * 7 + "|")
    for size, one in found.items():
        times = [[a / b for a, b in zip(*pair, strict=True)]
                 for pair in ((one.update, first.update), (one.turn, first.turn))]  # fmt: skip
        print(f"| {size} | {one.mb:.0f} | {spread(one.start)} | {spread(one.update)} | {spread(times[0])}"
              f" | {spread(one.turn)} | {spread(times[1])} |", flush=True)  # fmt: skip


def options() -> argparse.ArgumentParser:
    parse = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parse.add_argument("--sizes", type=int, nargs="+", default=[*SIZES], help="the others are compared to the first")
    parse.add_argument("--rounds", type=int, default=5)
    parse.add_argument("--people", type=int, default=20, help="who play the dialog at the same time")
    parse.add_argument("--each", type=int, default=3, help="dialogs of each, in a round")
    parse.add_argument("--orders", type=int, default=5, help="carried along all stages in a round")
    parse.add_argument("--where", type=Path, default=Path(tempfile.gettempdir()), help="a folder with some GB of room")
    return parse


def main() -> None:
    given = options().parse_args()
    begun("growth")
    found = asyncio.run(measured(given.sizes, given.rounds, given.people, given.each, given.orders, given.where))
    table(found)


if __name__ == "__main__":
    main()
