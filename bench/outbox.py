"""The outbox at depth: a commit while thousands wait, a broadcast beside people, the start. python -m bench outbox"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench._said import begun, spread
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


LIMITED = Limits(private_per_second=1000, private_burst=1000, bulk_per_second=1, reserve=100_000)
AT_ONCE = 20  # commits of one half of a pair
WARM = 5  # pairs before it counts


class Bench:
    """A store at work with a sender. The bulk may not go: what it costs to send it is no cost of a commit."""

    def __init__(self, commit: Commits, sender: Sender) -> None:
        self._commit, self._sender, self._count = commit, sender, 0

    async def spent(self) -> float:
        """Processor ms (of all threads) of a commit and what follows, the mean of AT_ONCE."""
        await self._landed()
        since = time.process_time()
        for _ in range(AT_ONCE):
            self._count += 1
            post = Post(f"d{time.time()}", PEOPLE + self._count % 500, Text("an answer of usual length " * 4))
            await self._commit(post)
        await self._landed()
        return (time.process_time() - since) * 1000 / AT_ONCE

    async def _landed(self) -> None:
        while self._sender._flights:
            await asyncio.wait(set(self._sender._flights))


async def pairs(idle: Path, deep: Path, count: int) -> tuple[list[float], list[float]]:
    """Processor ms of a commit to each file, by turns in one process: what else the machine does meets both alike."""
    found: tuple[list[float], list[float]] = ([], [])
    async with AsyncExitStack() as open_now:
        both: list[Bench] = []
        for file in (idle, deep):
            store, commit = await open_now.enter_async_context(opened(file))
            both.append(Bench(commit, await open_now.enter_async_context(sending(store, Messenger(), LIMITED))))
        await asyncio.sleep(SETTLE)
        for n in range(-WARM, count):
            for which in (0, 1) if n % 2 else (1, 0):
                took = await both[which].spent()
                if n >= 0:
                    found[which].append(took)
    return found


async def filled(file: Path, waiting: int, priority: Priority) -> None:
    async with opened(file) as (_, commit):
        await commit.many([Post(f"n{n}", 10_000 + n, Text("a notice " * 10), priority) for n in range(waiting)])


async def commits_at_depths(depths: Sequence[int], count: int) -> dict[int, tuple[list[float], list[float]]]:
    """By depth: processor ms of the idle one and at this depth, pair by pair."""
    found: dict[int, tuple[list[float], list[float]]] = {}
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        for depth in depths:
            idle, deep = Path(folder) / f"{depth}-idle.sqlite", Path(folder) / f"{depth}.sqlite"
            await filled(idle, 0, Priority.BROADCAST)
            await filled(deep, depth, Priority.BROADCAST)
            found[depth] = await pairs(idle, deep, count)
    return found


def of_idle(idle: Sequence[float], deep: Sequence[float]) -> list[float]:
    """How many times the idle one's cost, pair by pair."""
    return [b / a for a, b in zip(idle, deep, strict=True)]


def middle(found: Sequence[float], digits: int = 2) -> str:
    """The median, and the quartiles."""
    low, median, high = statistics.quantiles(found, n=4)
    return f"{median:.{digits}f} (half of them {low:.{digits}f}-{high:.{digits}f})"


def tell_commits(found: dict[int, tuple[list[float], list[float]]]) -> None:
    count = len(next(iter(found.values()))[0])
    print(
        f"\na commit and what follows, {count} pairs of {AT_ONCE} at this depth and idle, by turns: median, quartiles\n"
    )
    print("| posts that wait | processor ms | idle | times the idle one's, pair by pair |\n|---|---|---|---|")
    for depth, (idle, deep) in found.items():
        print(f"| {depth} | {middle(deep)} | {middle(idle)} | {middle(of_idle(idle, deep))} |", flush=True)


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
                since, calls = time.perf_counter(), len([key for key in messenger.came if key[0] == "g"])
                while time.perf_counter() - since < seconds:
                    if not people:
                        await asyncio.sleep(0.5)
                        continue
                    key = f"d{len(asked)}"
                    asked[key] = time.perf_counter()
                    await commit(Post(key, PEOPLE + len(asked), Text("an answer")))
                    await asyncio.sleep(random.expovariate(people))
                went = len([key for key in messenger.came if key[0] == "g"]) - calls
                rate = went / (time.perf_counter() - since)
                await asyncio.sleep(2)
    waited = [messenger.came[key] - at for key, at in asked.items() if key in messenger.came]
    if len(waited) < len(asked):
        raise SystemExit(f"{len(asked) - len(waited)} of {len(asked)} people had no answer")
    return rate, 100 * messenger.refused / messenger.calls, sorted(waited)


MIXES = ((0.0, 0.04), (3.0, 0.04), (3.0, 0.2))  # people a second, s a call


@dataclass(frozen=True)
class Told:
    """Of one mix, round by round: % of the configured rate, % of 429s; and s that people waited, sorted."""

    rates: list[float]
    refused: list[float]
    waited: list[float]


async def told(people: float, latency: float, rounds: int, seconds: float) -> Told:
    runs = [await broadcast(10_000, seconds, people, latency) for _ in range(rounds)]
    rates = [100 * one[0] / Limits().bulk_per_second for one in runs]
    return Told(rates, [one[1] for one in runs], sorted(at for one in runs for at in one[2]))


async def broadcasts(rounds: int, seconds: float) -> None:
    limits = Limits()
    print(
        f"\na broadcast to groups, {limits.bulk_per_second} a second configured, {limits.reserve} more for people;"
        f" {rounds} rounds of {seconds:.0f} s\n"
    )
    print("| people a second, ms a call | % of the configured rate | 429s % | people: p50, p95, worst s |")
    print("|---|---|---|---|")
    for people, latency in MIXES:
        found = await told(people, latency, rounds, seconds)
        shown = f"{people:.0f}, {latency * 1000:.0f} | {spread(found.rates, 1)} | {spread(found.refused)}"
        print(f"| {shown} | {of_people(found.waited)} |", flush=True)


def of_people(waited: Sequence[float]) -> str:
    """p50, p95 and worst."""
    if not waited:
        return "-"
    return f"{statistics.median(waited):.2f}, {waited[int(len(waited) * 0.95)]:.2f}, {waited[-1]:.2f}"


# ---------------------------------------------------------------- the start


async def starts(waiting: int, rounds: int) -> None:
    """Seconds from opening the store until the first post is sent and a person's is."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        file = Path(folder) / "bot.sqlite"
        await filled(file, waiting, Priority.NOTICE)
        first: list[float] = []
        person: list[float] = []
        for n in range(rounds):
            messenger, since = Messenger(0.02), time.perf_counter()
            async with opened(file) as (store, commit), sending(store, messenger, Limits()):
                asked = f"p{n}/{time.time()}"
                await commit(Post(asked, PEOPLE, Text("an answer")))
                for _ in range(2000):
                    if asked in messenger.came and len(messenger.came) > 1:
                        break
                    await asyncio.sleep(0.005)
                first.append(min(messenger.came.values()) - since)
                person.append(messenger.came[asked] - since)
    print(f"\nopened with {waiting} waiting: first sent after {spread(first)} s, a person's after {spread(person)} s")


def main() -> None:
    parse = argparse.ArgumentParser(prog="python -m bench outbox", description=__doc__)
    parse.add_argument("--depths", type=int, nargs="+", default=[0, 500, 10_000, 50_000], help="posts that wait")
    parse.add_argument("--rounds", type=int, default=5)
    parse.add_argument("--pairs", type=int, default=60, help="of commits, idle and at depth")
    parse.add_argument("--seconds", type=float, default=20.0, help="of each broadcast")
    parse.add_argument("--only", choices=("commits", "broadcast", "start"), default="")
    given = parse.parse_args()
    begun("outbox")
    if given.only in ("", "commits"):
        tell_commits(asyncio.run(commits_at_depths(given.depths, given.pairs)))
    if given.only in ("", "broadcast"):
        asyncio.run(broadcasts(min(3, given.rounds), given.seconds))
    if given.only in ("", "start"):
        asyncio.run(starts(max(given.depths), given.rounds))


if __name__ == "__main__":
    main()
