"""20,000 open dialogs: the memory they take; and start and stop with them and 50,000 posts on the disk.

python -m bench dialogs
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench._people import Messenger, Person, served
from bench._said import begun, spread
from bench.dialog import BOTS, FIRST, PATIENCE, ROOT, SETTLES, Way, played, running
from bench.outbox import Commits
from bot.clock import Clock
from bot.model import Post, Priority, Text
from bot.settings import KEY_BYTES
from bot.store.crypto import Keys
from bot.store.sqlite import open_sqlite

BOT = 4242  # of TOKEN in bench/_people.py
RESTS = "words"  # the step at which everybody rests: three updates after /start
TOGETHER = 100  # people at the same time
PERSON = FIRST + 1_000_000  # the first of those who rest
MB = 1024  # kB


@dataclass
class Open:
    """Resident MB of a bot that has served a few people, with everybody's dialog open, and the most there was."""

    idle: float
    resting: float
    most: float


@dataclass
class Starts:
    """s from the start of the process until it listens, until a person is answered, and from SIGTERM to its end."""

    listens: list[float] = field(default_factory=list[float])
    answers: list[float] = field(default_factory=list[float])
    stops: list[float] = field(default_factory=list[float])


def kept_mb(pid: int, what: str = "VmRSS") -> float:
    """Resident memory of a process (Linux); ``VmHWM``: the most that it ever was."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{what}:")) / MB


async def rest(messenger: Messenger, people: Sequence[Person]) -> None:
    """Everybody begins and rests, so many at the same time."""
    room = asyncio.Semaphore(TOGETHER)

    async def one(person: Person) -> None:
        async with room:
            messenger.begin(person)
            await person.done.wait()

    await asyncio.gather(*map(one, people))


async def opened(way: Way, folder: Path, count: int) -> Open:
    """So many people come as far as RESTS. Their dialogs stand in ``folder`` afterwards."""
    messenger = Messenger()
    async with served(messenger) as root, running(way, messenger, root, str(folder)) as bot:
        await played(messenger, 50, 4)
        await asyncio.sleep(SETTLES)
        idle = kept_mb(bot.pid)
        await rest(messenger, [Person(PERSON + n, 1, stops=RESTS) for n in range(count)])
        await asyncio.sleep(SETTLES)
        found = Open(idle, kept_mb(bot.pid), kept_mb(bot.pid, "VmHWM"))
        bot.terminate()
        await bot.wait()
        return found


async def waits(folder: Path, count: int) -> None:
    """So many posts wait in the file of ``medrelay bench-dialog``."""
    key = bytes(KEY_BYTES)  # as bot/config.py of_a_harness has it
    keys = Keys("1", {"1": key}, key)
    store = await open_sqlite(folder / "bench.sqlite", bot=BOT, keys=keys, now=Clock().civil)
    try:
        posts = [Post(f"n{n}", 10_000_000 + n, Text("a notice " * 10), Priority.NOTICE) for n in range(count)]
        await Commits(store).many(posts)
    finally:
        await store.close()


async def starts(way: Way, folder: Path, rounds: int) -> Starts:
    found = Starts()
    for n in range(rounds):
        messenger = Messenger(0.04, 100_000_000 * (n + 1))
        async with served(messenger) as root:
            at = time.perf_counter()
            async with running(way, messenger, root, str(folder)) as bot:
                found.listens.append(time.perf_counter() - at)
                person = Person(FIRST + 2_000_000 + n, 1, stops="patient")
                messenger.begin(person)
                await asyncio.wait_for(person.done.wait(), PATIENCE)
                found.answers.append(time.perf_counter() - at)
                await asyncio.sleep(SETTLES)
                at = time.perf_counter()
                bot.terminate()
                await asyncio.wait_for(bot.wait(), 60)
                found.stops.append(time.perf_counter() - at)
    return found


async def measured(count: int, waiting: int, rounds: int, way: Way) -> tuple[Open, Starts | None]:
    """``waiting`` 0: memory only."""
    with tempfile.TemporaryDirectory() as folder:
        memory = await opened(way, Path(folder), count)
        if not waiting:
            return memory, None
        await waits(Path(folder), waiting)
        return memory, await starts(way, Path(folder), rounds)


def main() -> None:
    parse = argparse.ArgumentParser(prog="python -m bench dialogs", description=__doc__)
    parse.add_argument("--dialogs", type=int, default=20_000)
    parse.add_argument("--waiting", type=int, default=50_000, help="posts that wait at each start; 0: memory only")
    parse.add_argument("--rounds", type=int, default=5, help="of start and stop")
    parse.add_argument("--in", type=Path, default=ROOT, dest="folder", help="another checkout of ours")
    given = parse.parse_args()
    begun("dialogs")
    way = Way(BOTS["ours"], given.folder.absolute())
    memory, found = asyncio.run(measured(given.dialogs, given.waiting, given.rounds, way))
    print(f"\nresident MB: {memory.idle:.0f} idle, {memory.resting:.0f} with {given.dialogs} open dialogs,"
          f" {memory.most:.0f} at most")  # fmt: skip
    if found:
        print(f"with these and {given.waiting} posts on the disk, {given.rounds} rounds, s: listens after"
              f" {spread(found.listens)}, a person is answered after {spread(found.answers)};"
              f" ends {spread(found.stops)} after SIGTERM")  # fmt: skip


if __name__ == "__main__":
    main()
