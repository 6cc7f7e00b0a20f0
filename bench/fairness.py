"""How long an answer to a person takes while 10,000 notices wait for other chats. python -m bench fairness"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench._said import begun
from bot.clock import Clock
from bot.messenger.errors import Flooded
from bot.model import Arrival, Outcome, Post, Priority, Said, Spot, Text
from bot.store.crypto import Keys
from bot.store.sqlite import open_sqlite
from bot.workers.sender import Sender

BUNCH = 500  # notices committed at once
REFUSES = 100  # with --refuses: every so many-th call is a 429 of 2 s, whoever it is for


class Messenger:
    """Answers after ``latency`` seconds; notes when each post came through."""

    def __init__(self, latency: float, refuses: bool) -> None:
        self.latency, self.refuses, self.came, self.calls = latency, refuses, dict[str, float](), 0

    async def send(self, post: Post, thread: int | None) -> int:
        await asyncio.sleep(self.latency)
        self.calls += 1
        if self.refuses and self.calls % REFUSES < 2:
            raise Flooded(2.0)
        self.came[post.key] = time.perf_counter()
        return self.calls


async def measure(notices: int, people: int, refuses: bool) -> tuple[list[float], int]:
    """How long each of ``people`` answers took, s, sorted; and the calls made meanwhile. SystemExit where one never
    came.
    """
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        keys = Keys("1", {"1": b"k" * 32}, b"p" * 32)
        store = await open_sqlite(Path(folder) / "bot.sqlite", bot=1, keys=keys, now=clock.civil)
        messenger: Any = Messenger(0.05, refuses)

        async def take(arrival: Arrival) -> Any:
            return None

        sender = Sender(store, messenger, clock, take)
        store.on_commit(sender.wake)

        async def commit(n: int, *posts: Post) -> None:
            await store.commit(
                Outcome(Arrival("telegram", str(n), clock.civil(), Said(Spot(1, 1), n, "x")), posts=posts)
            )

        for start in range(0, notices, BUNCH):
            posts = [Post(f"n{n}", 10_000 + n, Text("notice"), Priority.NOTICE) for n in range(start, start + BUNCH)]
            await commit(start + 1, *posts)
        working = asyncio.create_task(sender.run())
        await asyncio.sleep(1)
        asked: dict[str, float] = {}
        for n in range(people):
            key = f"d{n}"
            asked[key] = time.perf_counter()
            await commit(1_000_000 + n, Post(key, 900_000 + n, Text("answer")))
            await asyncio.sleep(0.25)
        await asyncio.sleep(5)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
        took = sorted(messenger.came[key] - at for key, at in asked.items() if key in messenger.came)
        await store.close()
    if len(took) < people:
        raise SystemExit(f"{people - len(took)} of {people} people had no answer")
    return took, messenger.calls


def p95(took: list[float]) -> float:
    """Of what is sorted."""
    return took[int(len(took) * 0.95)]


def main() -> None:
    """Both ways, after another."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--notices", type=int, default=10_000)
    options.add_argument("--people", type=int, default=80)
    options.add_argument("--rounds", type=int, default=3)
    given = options.parse_args()
    begun("fairness")
    for refuses in (False, True):
        for _ in range(given.rounds):
            took, calls = asyncio.run(measure(given.notices, given.people, refuses))
            print(
                f"{given.notices} notices wait, {len(took)} answers came{', with 429s' if refuses else ''}:"
                f" median {statistics.median(took):.2f} s, p95 {p95(took):.2f} s, worst {took[-1]:.2f} s"
                f" ({calls} calls)",
                flush=True,
            )


if __name__ == "__main__":
    main()
