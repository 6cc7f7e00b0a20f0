"""An announcement to 2,000 compounds' groups while people press and write. python -m bench broadcast"""

from __future__ import annotations

import argparse
import asyncio
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from backend_client.models import Compound
from bot import red_flags
from bot.clock import HandClock
from bot.model import Outcome, Person, Place, PlaceKind, RoleBinding
from bot.workers.timekeeper import Timekeeper
from tests.handlers.house import LISTS, House, at_home

MORNING = 1_795_393_800_000  # Monday 2026-11-23, 08:30 in Shanghai
OPERATOR, FIRST = 41, 1_000
MOST = 120.0  # s after which a run stops by itself
PAUSE = 0.02  # s between two people


async def answered(house: House, going: asyncio.Event, took: list[float]) -> None:
    """People who write meanwhile; how long each waits for the commit, ms."""
    n = 0
    while not going.is_set():
        n += 1
        begun = time.perf_counter()
        await house.core.take(house.text(FIRST + n % 50, "/menu"))
        took.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(PAUSE)


async def told(house: House) -> tuple[float, float, int]:
    """Wall and processor seconds until every group has its post, and how many there are."""
    await house.core.take(house.press(OPERATOR, house.button("ok")))
    ring = Timekeeper(house.services.store, house.clock, house.core.take)
    begun, worked = time.perf_counter(), time.process_time()
    count = 0
    while time.perf_counter() - begun < MOST:
        house.clock.advance(0.05)
        await ring.once()
        count = sum(len([p for p in one.posts if p.key.startswith("announce:")]) for one in house.outcomes)
        if count >= GROUPS:
            break
        await asyncio.sleep(0)
    return time.perf_counter() - begun, time.process_time() - worked, count


GROUPS = 2_000


async def once() -> tuple[float, float, list[float], list[float], list[float]]:
    """Seconds by the clock and the processor, the operator's screens, and people's turns without and with it, ms."""
    compounds = tuple(Compound(f"c{n}", {"zh-CN": f"小区{n}"}, "东门") for n in range(GROUPS))
    groups = tuple(Place(-10_000 - n, PlaceKind.COMPOUND, f"c{n}") for n in range(GROUPS))
    operator = Person(OPERATOR, roles=(RoleBinding("operator", "op", "op"),))
    with tempfile.TemporaryDirectory() as folder:
        async with at_home(Path(folder) / "bot.sqlite", HandClock(MORNING), (operator,)) as house:
            await house.services.store.commit(Outcome(house.arrival(None, "groups"), rows=groups))
            known = replace(LISTS, compounds=compounds)
            house.core.services = house.services = replace(house.services, catalogue=lambda: known)
            red_flags.known()  # as at a start
            alone: list[float] = []
            quiet = asyncio.Event()
            people = asyncio.create_task(answered(house, quiet, alone))
            await asyncio.sleep(3)
            quiet.set()
            await people
            screens: list[float] = []
            for step in ("/announce", "all", "明早停电，药照常送。", "The power is off tomorrow."):
                begun = time.process_time()
                arrival = house.press(OPERATOR, house.button(step)) if step == "all" else house.text(OPERATOR, step)
                await house.core.take(arrival)
                screens.append((time.process_time() - begun) * 1000)
                await house.show()
            during: list[float] = []
            over = asyncio.Event()
            people = asyncio.create_task(answered(house, over, during))
            seconds, worked, count = await told(house)
            over.set()
            await people
            if count != GROUPS:
                raise SystemExit(f"{count} of {GROUPS} groups have a post after {MOST:.0f} s")
            return seconds, worked, screens, alone, during


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}", flush=True)
    for _ in range(options.runs):
        seconds, worked, screens, alone, during = asyncio.run(once())
        p95 = [statistics.quantiles(one, n=20)[-1] for one in (alone, during)]
        shown = ", ".join(f"{one:.0f}" for one in screens)
        print(
            f"{GROUPS} posts in {seconds:.1f} s ({worked:.1f} s of processor); screens {shown} ms of it;"
            f" a turn without: median {statistics.median(alone):.1f}, p95 {p95[0]:.1f} ms ({len(alone)});"
            f" with: median {statistics.median(during):.1f}, p95 {p95[1]:.1f}, max {max(during):.0f} ({len(during)})",
            flush=True,
        )


if __name__ == "__main__":
    main()
