"""The outbox at depth: a commit while thousands wait, a broadcast beside people, the start. python -m bench outbox"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.clock import Clock
from bot.messenger.errors import Flooded
from bot.model import Arrival, Outcome, Post, Priority, Said, Spot, Text
from bot.store.crypto import Keys
from bot.store.sqlite import SqliteStore, open_sqlite
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending

KEYS = Keys("1", {"1": b"k" * 32}, b"p" * 32)
BUNCH = 500  # posts committed at once
PEOPLE, GROUPS = 900_000, -10_000
SETTLE = 0.3  # s before it is measured


class Messenger:
    """Answers after ``latency`` s, give or take a fifth; ``most`` calls in any second, the others are a 429 of 1 s."""

    def __init__(self, latency: float = 0.0, most: int = 1_000_000) -> None:
        self.latency, self.most = latency, most
        self.calls = self.refused = 0
        self.came: dict[str, float] = {}
        self._lately: deque[float] = deque()

    async def send(self, post: Post, thread: int | None) -> int:
        there = random.uniform(0.4, 0.6) * self.latency
        await asyncio.sleep(there)
        now = time.perf_counter()
        while self._lately and self._lately[0] <= now - 1:
            self._lately.popleft()
        self.calls += 1
        if len(self._lately) >= self.most:
            self.refused += 1
            raise Flooded(1.0)
        self._lately.append(now)
        self.came[post.key] = now
        await asyncio.sleep(self.latency - there if self.latency else 0)
        return self.calls


async def nobody(arrival: Arrival) -> Any:
    return None


class Commits:
    """Writes posts as turns do."""

    def __init__(self, store: SqliteStore) -> None:
        self.store, self.count = store, 0

    async def __call__(self, *posts: Post) -> None:
        self.count += 1
        now = int(time.time() * 1000)
        arrival = Arrival("telegram", f"{now}/{self.count}", now, Said(Spot(1, 1), self.count, "x"))
        await self.store.commit(Outcome(arrival, posts=posts))

    async def many(self, posts: Sequence[Post]) -> None:
        for start in range(0, len(posts), BUNCH):
            await self(*posts[start : start + BUNCH])


@asynccontextmanager
async def opened(file: Path) -> AsyncIterator[tuple[SqliteStore, Commits]]:
    clock = Clock()
    store = await open_sqlite(file, bot=1, keys=KEYS, now=clock.civil)
    try:
        yield store, Commits(store)
    finally:
        await store.close()


@asynccontextmanager
async def sending(store: SqliteStore, messenger: Any, limits: Limits) -> AsyncIterator[Sender]:
    sender = Sender(store, messenger, Clock(), nobody, Sending(limits=limits))
    store.on_commit(sender.wake)
    working = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


# ---------------------------------------------------------------- a commit while so many wait


async def commits(file: Path, count: int) -> tuple[float, float]:
    """Wall ms of a commit (median) and processor ms of it and what follows, with a sender at work. The bulk may not go:
    what it costs to send it is no cost of a commit.
    """
    limits = Limits(private_per_second=1000, private_burst=1000, bulk_per_second=1, reserve=100_000)
    async with opened(file) as (store, commit), sending(store, Messenger(), limits) as sender:
        await asyncio.sleep(SETTLE)
        for n in range(50):
            await commit(Post(f"w{time.time()}", PEOPLE + n, Text("an answer")))
        took: list[float] = []
        begun = time.process_time()
        for n in range(count):
            at = time.perf_counter()
            await commit(Post(f"d{time.time()}", PEOPLE + n % 500, Text("an answer of usual length " * 4)))
            took.append((time.perf_counter() - at) * 1000)
        await asyncio.wait({*sender._flights, asyncio.ensure_future(asyncio.sleep(SETTLE))})
        return statistics.median(took), (time.process_time() - begun) * 1000 / count


async def filled(file: Path, waiting: int, priority: Priority) -> None:
    async with opened(file) as (_, commit):
        await commit.many([Post(f"n{n}", 10_000 + n, Text("a notice " * 10), priority) for n in range(waiting)])


async def commits_at_depths(depths: Sequence[int], rounds: int, count: int) -> None:
    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        for depth in depths:
            await filled(Path(folder) / f"{depth}.sqlite", depth, Priority.BROADCAST)
        for _ in range(rounds):
            for depth in depths:
                found.setdefault(("", depth), []).append(await commits(Path(folder) / f"{depth}.sqlite", count))
    print(f"\na commit and what follows, {rounds} rounds of {count} in turn, median (least-most)\n")
    print("| posts that wait | wall ms | processor ms | of the idle one, round by round |\n|---|---|---|---|")
    idle = found["", depths[0]]
    for (_, depth), runs in found.items():
        times = [one[1] / other[1] for one, other in zip(runs, idle, strict=True)]
        print(
            f"| {depth} | {spread([one[0] for one in runs])} | {spread([one[1] for one in runs])} | {spread(times)} |"
        )


# ---------------------------------------------------------------- a broadcast beside people


async def broadcast(groups: int, seconds: float, people: float, latency: float) -> tuple[float, float, list[float]]:
    """Bulk calls a second, the share of 429s in %, and how long each person waited, s. ``people``: answers a second."""
    limits = Limits()
    messenger = Messenger(latency, limits.bulk_per_second + limits.reserve)
    asked: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        async with opened(Path(folder) / "bot.sqlite") as (store, commit):
            await commit.many(
                [Post(f"g{n}", GROUPS - n, Text("news " * 20), Priority.BROADCAST) for n in range(groups)]
            )
            async with sending(store, messenger, limits):
                await asyncio.sleep(2)  # the first second may take a burst
                begun, calls = time.perf_counter(), len([key for key in messenger.came if key[0] == "g"])
                while time.perf_counter() - begun < seconds:
                    if not people:
                        await asyncio.sleep(0.5)
                        continue
                    key = f"d{len(asked)}"
                    asked[key] = time.perf_counter()
                    await commit(Post(key, PEOPLE + len(asked), Text("an answer")))
                    await asyncio.sleep(random.expovariate(people))
                went = len([key for key in messenger.came if key[0] == "g"]) - calls
                rate = went / (time.perf_counter() - begun)
                await asyncio.sleep(2)
    waited = [messenger.came[key] - at for key, at in asked.items() if key in messenger.came]
    if len(waited) < len(asked):
        raise SystemExit(f"{len(asked) - len(waited)} of {len(asked)} people had no answer")
    return rate, 100 * messenger.refused / messenger.calls, sorted(waited)


async def broadcasts(rounds: int, seconds: float) -> None:
    limits = Limits()
    print(
        f"\na broadcast to groups, {limits.bulk_per_second} a second configured, {limits.reserve} more for people;"
        f" {rounds} rounds of {seconds:.0f} s\n"
    )
    print("| people a second, ms a call | % of the configured rate | 429s % | people: p50, p95, worst s |")
    print("|---|---|---|---|")
    for people, latency in ((0.0, 0.04), (3.0, 0.04), (3.0, 0.2)):
        runs = [await broadcast(10_000, seconds, people, latency) for _ in range(rounds)]
        rates = [100 * one[0] / limits.bulk_per_second for one in runs]
        refused = [one[1] for one in runs]
        waited = sorted(at for one in runs for at in one[2])
        said = "-"
        if waited:
            said = f"{statistics.median(waited):.2f}, {waited[int(len(waited) * 0.95)]:.2f}, {waited[-1]:.2f}"
        print(f"| {people:.0f}, {latency * 1000:.0f} | {spread(rates, 1)} | {spread(refused)} | {said} |", flush=True)


# ---------------------------------------------------------------- the start


async def starts(waiting: int, rounds: int) -> None:
    """Seconds from opening the store until the first post is sent and a person's is."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        file = Path(folder) / "bot.sqlite"
        await filled(file, waiting, Priority.NOTICE)
        first: list[float] = []
        person: list[float] = []
        for n in range(rounds):
            messenger, begun = Messenger(0.02), time.perf_counter()
            async with opened(file) as (store, commit), sending(store, messenger, Limits()):
                asked = f"p{n}/{time.time()}"
                await commit(Post(asked, PEOPLE, Text("an answer")))
                for _ in range(2000):
                    if asked in messenger.came and len(messenger.came) > 1:
                        break
                    await asyncio.sleep(0.005)
                first.append(min(messenger.came.values()) - begun)
                person.append(messenger.came[asked] - begun)
    print(f"\nopened with {waiting} waiting: first sent after {spread(first)} s, a person's after {spread(person)} s")


def spread(found: Sequence[float], digits: int = 2) -> str:
    """The median, and the least and the most."""
    return f"{statistics.median(found):.{digits}f} ({min(found):.{digits}f}-{max(found):.{digits}f})"


def main() -> None:
    parse = argparse.ArgumentParser(prog="python -m bench outbox", description=__doc__)
    parse.add_argument(
        "--depths", type=int, nargs="+", default=[0, 500, 10_000, 50_000], help="the first is compared to"
    )
    parse.add_argument("--rounds", type=int, default=5)
    parse.add_argument("--commits", type=int, default=500)
    parse.add_argument("--seconds", type=float, default=20.0, help="of each broadcast")
    parse.add_argument("--only", choices=("commits", "broadcast", "start"), default="")
    given = parse.parse_args()
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load average {load}")
    print(f"python -m bench outbox {' '.join(sys.argv[1:])}", flush=True)
    if given.only in ("", "commits"):
        asyncio.run(commits_at_depths(given.depths, given.rounds, given.commits))
    if given.only in ("", "broadcast"):
        asyncio.run(broadcasts(min(3, given.rounds), given.seconds))
    if given.only in ("", "start"):
        asyncio.run(starts(max(given.depths), given.rounds))


if __name__ == "__main__":
    main()
