"""The eight-step dialog on our bot and on others: processor time, speed, deaths, doubles. python -m bench dialog

The bot is a process of its own; this process is the messenger and the people. Rounds of all bots are taken in turn.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.util
import os
import platform
import signal
import socket
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench._people import STEPS, TOKEN, UPDATES, Messenger, Person, served

ROOT = Path(__file__).parents[1]
RIVALS = ROOT / "bench/rivals"
# Each on the loop of the standard library, as if uvloop were not there, and on uvloop where that is installed.
PLAIN = "import sys; sys.modules['uvloop'] = None; from bot.__main__ import main; sys.exit(main(['bench-dialog']))"
ON_UVLOOP = """import asyncio, runpy, uvloop
asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
runpy.run_path({!r}, run_name="__main__")"""
BOTS = {
    "ours": ("-c", PLAIN),
    "ours, uvloop": ("-m", "bot", "bench-dialog"),
    "aiogram, memory": (str(RIVALS / "aiogram_dialog.py"),),
    "aiogram, memory, uvloop": ("-c", ON_UVLOOP.format(str(RIVALS / "aiogram_dialog.py"))),
    "python-telegram-bot, memory": (str(RIVALS / "ptb_dialog.py"),),
}
if not importlib.util.find_spec("uvloop"):
    BOTS = {name: words for name, words in BOTS.items() if "uvloop" not in name}
FIRST = 10_001  # the first person's id
PAUSE = 2.0  # s that a person takes for one answer, where updates come at a rate
SETTLES = 1.0  # s after which nothing more is expected of a bot
PATIENCE = 20.0  # s that a dialog may take after the bot was killed


@dataclass(frozen=True)
class Way:
    """How a bot is started: its words after ``python``, where, and polling or by webhook."""

    words: tuple[str, ...]
    folder: Path = ROOT
    webhook: bool = False


def cpu_s(pid: int) -> float:
    """Seconds of processor time a process has used, from /proc (Linux)."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.asynccontextmanager
async def running(way: Way, messenger: Messenger, root: str, folder: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot that listens. It is killed at the end."""
    env = {**os.environ, "BOT_API_ROOT": root, "TOKEN": TOKEN, "STATE_DIR": folder, "PYTHONWARNINGS": "ignore"}
    if way.webhook:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            env["WEBHOOK_PORT"] = str(free.getsockname()[1])
    messenger.listening.clear()
    process = await asyncio.create_subprocess_exec(
        sys.executable, *way.words, env=env, cwd=way.folder, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        await asyncio.wait_for(messenger.listening.wait(), 60)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def played(messenger: Messenger, count: int, each: int, first: int = FIRST, within: float = 600) -> list[Person]:
    """So many people play so many dialogs each, all at once; those that came to the end within so many s."""
    people = [Person(first + n, each) for n in range(count)]
    for person in people:
        messenger.begin(person)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            await asyncio.gather(*(person.done.wait() for person in people))
    return [person for person in people if person.done.is_set()]


async def speed(way: Way, count: int, each: int, latency: float) -> tuple[float, float, float]:
    """Processor ms of the bot an update, updates a second, calls an update."""
    messenger = Messenger(latency)
    with tempfile.TemporaryDirectory() as folder:
        async with served(messenger) as root, running(way, messenger, root, folder) as bot:
            await played(messenger, min(count, 20), 2)  # nothing is compiled for the first time afterwards
            await asyncio.sleep(0.3)
            begun, cpu, updates, calls = time.perf_counter(), cpu_s(bot.pid), messenger.updates, messenger.calls.total()
            ended = await played(messenger, count, each)
            took = time.perf_counter() - begun
            await asyncio.sleep(0.3)  # what is done after the last answer counts
            updates = messenger.updates - updates
            if len(ended) < count:
                raise SystemExit(f"{count - len(ended)} of {count} people never came to the end")
            return (
                (cpu_s(bot.pid) - cpu) * 1000 / updates,
                updates / took,
                (messenger.calls.total() - calls) / updates,
            )


async def delays(way: Way, rate: int, seconds: float) -> list[float]:
    """So many updates a second, whatever the bot's speed: ms from an update's being handed out until the call that
    answers it arrives, in order of length.
    """
    messenger, clock = Messenger(), asyncio.get_running_loop().time
    with tempfile.TemporaryDirectory() as folder:
        async with served(messenger) as root, running(way, messenger, root, folder):
            await played(messenger, 20, 2)
            messenger.waited.clear()
            messenger.ready = line = deque()
            people = [Person(FIRST + 1000 + n, 1_000_000) for n in range(int(rate * PAUSE))]
            begun = clock()
            for n in range(int(rate * seconds)):
                await asyncio.sleep(max(0.0, begun + n / rate - clock()))
                if people:
                    messenger.begin(people.pop())
                elif line:
                    messenger.act(*line.popleft())
            await asyncio.sleep(SETTLES)
    return sorted(1000 * one for one in messenger.waited)


async def doubled(way: Way, how: str, count: int = 15) -> tuple[int, int]:
    """Each update comes twice: people who were greeted twice, and whose order was placed twice."""
    messenger = Messenger()
    messenger.twice = how
    with tempfile.TemporaryDirectory() as folder:
        async with served(messenger) as root, running(way, messenger, root, folder):
            people = await played(messenger, count, 1, within=PATIENCE)
            await asyncio.sleep(SETTLES)
    return sum(one.read["patient"] > 1 for one in people), sum(one.read["placed"] > 1 for one in people)


async def survived(way: Way, each: int, busy: int) -> tuple[int, int]:
    """Killed while people rest at every step, and ``busy`` others are in the middle: how many go on, of how many."""
    messenger = Messenger(0.01)
    resting = [Person(FIRST + n * 100 + m, 1, stops=step) for n, step in enumerate(STEPS[:-1]) for m in range(each)]
    acting = [Person(FIRST + 100_000 + n, 1000) for n in range(busy)]
    with tempfile.TemporaryDirectory() as folder:
        async with served(messenger) as root:
            async with running(way, messenger, root, folder):
                for person in resting:
                    messenger.begin(person)
                await asyncio.wait_for(asyncio.gather(*(one.done.wait() for one in resting)), 60)
                await asyncio.sleep(SETTLES)
                for person in acting:
                    messenger.begin(person)
                await asyncio.sleep(SETTLES if acting else 0)
            for person in acting:
                person.left = 1
            async with running(way, messenger, root, folder):
                for person in resting:
                    person.done.clear()
                    messenger.go_on(person)
                people = [*resting, *acting]
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        await asyncio.gather(*(one.done.wait() for one in people))
    return sum(one.done.is_set() for one in people), len(people)


def spread(found: Sequence[float], digits: int = 2) -> str:
    """The median, and the least and the most."""
    return f"{statistics.median(found):.{digits}f} ({min(found):.{digits}f}-{max(found):.{digits}f})"


async def in_time(ways: dict[str, Way], given: argparse.Namespace) -> None:
    """Prints how long answers take at a rate that all of them bear."""
    head = f"| {given.rate} updates a second for {given.seconds:.0f} s | answered | p50 ms | p95 | p99 | worst |"
    print(f"\n{head}\n{'|---' * 6}|")
    for name, way in ways.items():
        took = await delays(way, given.rate, given.seconds)
        shares = " | ".join(f"{took[min(len(took) - 1, int(len(took) * share))]:.1f}" for share in (0.5, 0.95, 0.99, 1))
        print(f"| {name} | {len(took)} of {int(given.rate * given.seconds)} | {shares} |", flush=True)


async def compared(ways: dict[str, Way], given: argparse.Namespace) -> None:
    """Prints the table."""
    fast: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ways}
    slow: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.rounds):
        for name, way in ways.items():
            fast[name].append(await speed(way, given.people, given.each, 0.0))
    for _ in range(given.slow_rounds):
        for name, way in ways.items():
            few = 1 if "python-telegram-bot" in name else given.each  # it takes one update at a time
            slow[name].append((await speed(way, given.people, few, 0.04))[1])
    base = next((name for name in ways if "aiogram" in name), next(iter(ways)))
    print(
        f"| | CPU ms/update | x {base.partition(',')[0]} | updates/s | calls/update | updates/s, 40 ms API"
        " | greeted, ordered twice of 15: same id / other id | go on after kill -9, idle / busy |\n"
        f"{'|---' * 8}|"
    )
    for name, way in ways.items():
        cpu, rate, calls = zip(*fast[name], strict=True)
        times = [one[0] / other[0] for one, other in zip(fast[name], fast[base], strict=True)]
        twice = kept = "-"
        if not given.only_speed:
            pairs = [await doubled(way, how) for how in ("same", "other")]
            twice = " / ".join(f"{greeted}, {ordered}" for greeted, ordered in pairs)
            kept = " / ".join(["{} of {}".format(*(await survived(way, 10, busy))) for busy in (0, 50)])
        with_latency = spread(slow[name], 0) if slow[name] else "-"
        print(
            f"| {name} | {spread(cpu)} | {spread(times)} | {spread(rate, 0)} | {statistics.median(calls):.2f}"
            f" | {with_latency} | {twice} | {kept} |",
            flush=True,
        )


def main() -> None:
    """Two tables."""
    parse = argparse.ArgumentParser(prog="python -m bench dialog", description=__doc__)
    parse.add_argument("--people", type=int, default=50, help="at the same time")
    parse.add_argument("--each", type=int, default=4, help=f"dialogs of each, {UPDATES} updates a dialog")
    parse.add_argument("--rounds", type=int, default=5)
    parse.add_argument("--slow-rounds", type=int, default=2, help="with 40 ms for each call")
    parse.add_argument("--rate", type=int, default=50, help="updates a second of the second table")
    parse.add_argument("--seconds", type=float, default=30, help="that it takes for each bot; 0: no second table")
    parse.add_argument("--webhook", action="store_true", help="updates are pushed; polling without it")
    parse.add_argument("--only-speed", action="store_true")
    parse.add_argument("--only", default="", help="bots whose names hold this")
    parse.add_argument("--against", type=Path, help="another checkout of ours, taken in turn with this one")
    given = parse.parse_args()
    ways = {name: Way(words, webhook=given.webhook) for name, words in BOTS.items() if given.only in name}
    if given.against:
        ways = {"ours, before": Way(BOTS["ours"], given.against.absolute(), given.webhook), **ways}
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load average {load}")
    print(f"python -m bench dialog {' '.join(sys.argv[1:])}\n")
    if given.rounds:
        asyncio.run(compared(ways, given))
    if given.seconds and not given.only_speed:
        asyncio.run(in_time(ways, given))


if __name__ == "__main__":
    main()
