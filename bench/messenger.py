"""The sandbox messenger under load: 200 chats at once, and its memory over 100,000 messages. python -m bench messenger

The server is a process of its own; this process is the bot that writes and the people who answer.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

TOKEN = "4242:SANDBOX-bench"  # noqa: S105 - the sandbox takes only tokens that cannot be real
TEXT = "Your medicine is on its way. Please have your code at hand when the courier rings. " * 2
FIRST = 10_001  # the first person's id


@contextlib.asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[str, int]]:
    """A messenger on a database file: its address and its process id."""
    argv = [sys.executable, "-m", "sandbox.telegram", "--port", "0", "--token", TOKEN, "--db", str(folder / "t.sqlite")]
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().split()[1], process.pid
    finally:
        process.terminate()
        await process.wait()


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB, from /proc (Linux)."""
    words = Path(f"/proc/{pid}/statm").read_text().split()
    return int(words[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def cpu_s(pid: int) -> float:
    """Seconds of processor time a process has used, from /proc (Linux): says more than the clock on a busy machine."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


async def call(session: aiohttp.ClientSession, path: str, **body: object) -> object:
    """One call of the Bot API or of the control interface, as JSON."""
    async with session.post(path, json=body) as answer:
        assert answer.status == 200, (path, await answer.text())
        return await answer.json()


async def people(session: aiohttp.ClientSession, chats: int) -> list[int]:
    """So many people who have opened the bot's chat."""
    ids = list(range(FIRST, FIRST + chats))
    for person in ids:
        await call(session, "/control/people", name=f"P{person}", id=person)
        await call(session, f"/control/people/{person}/say", text="/start")
    await call(session, f"/bot{TOKEN}/deleteWebhook", drop_pending_updates=True)
    return ids


async def write(session: aiohttp.ClientSession, ids: list[int], each: int) -> float:
    """Messages a second when the bot writes ``each`` messages into every chat, all chats at the same time."""

    async def one(chat: int) -> None:
        for _ in range(each):
            await call(session, f"/bot{TOKEN}/sendMessage", chat_id=chat, text=TEXT)

    begun = time.perf_counter()
    await asyncio.gather(*(one(chat) for chat in ids))
    return len(ids) * each / (time.perf_counter() - begun)


async def talk(session: aiohttp.ClientSession, ids: list[int], each: int) -> float:
    """Messages a second when every person writes, and the bot, polling, answers each message once."""
    total, answered, offset = len(ids) * each, 0, 0
    heard = {chat: asyncio.Semaphore(0) for chat in ids}

    async def person(chat: int) -> None:
        for _ in range(each):
            await call(session, f"/control/people/{chat}/say", text="And when will that be?")
            await heard[chat].acquire()

    async def answer(chat: int) -> None:
        await call(session, f"/bot{TOKEN}/sendMessage", chat_id=chat, text=TEXT)
        heard[chat].release()

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for chat in ids:
            group.create_task(person(chat))
        while answered < total:
            got = await call(session, f"/bot{TOKEN}/getUpdates", offset=offset, timeout=10)
            for update in got["result"]:  # type: ignore[index]
                offset = update["update_id"] + 1
                answered += 1
                group.create_task(answer(update["message"]["chat"]["id"]))
    return 2 * total / (time.perf_counter() - begun)


async def speed(chats: int, each: int, way: str) -> tuple[float, float]:
    """Of a fresh server: messages a second by the clock, and by the processor time that the server took."""
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder)) as (url, pid), client(url, chats) as session:
            ids = await people(session, chats)
            begun = cpu_s(pid)
            rate = await (write if way == "write" else talk)(session, ids, each)
            messages = len(ids) * each * (1 if way == "write" else 2)
            return rate, messages / (cpu_s(pid) - begun)


def client(url: str, chats: int) -> aiohttp.ClientSession:
    """One connection a chat, and one for the poll."""
    return aiohttp.ClientSession(url, connector=aiohttp.TCPConnector(limit=chats + 1))


async def memory(chats: int, messages: int) -> None:
    """Prints messages so far, MB resident and MB on disk: at the beginning and after every tenth part."""
    with tempfile.TemporaryDirectory() as folder:
        async with served(Path(folder)) as (url, pid), client(url, chats) as session:
            ids = await people(session, chats)
            for part in range(11):
                if part:
                    await write(session, ids, messages // 10 // chats)
                resident, disk = resident_mb(pid), disk_mb(Path(folder))
                print(f"| {part * messages // 10} | {resident:.1f} | {disk:.1f} |", flush=True)


def disk_mb(folder: Path) -> float:
    """What the database takes."""
    return sum(one.stat().st_size for one in folder.iterdir()) / 1e6


def load() -> str:
    """Load averages: how busy the machine is besides."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def main() -> None:
    parse = argparse.ArgumentParser(prog="python -m bench messenger", description=__doc__)
    parse.add_argument("--chats", type=int, default=200, help="at the same time")
    parse.add_argument("--each", type=int, default=15, help="messages a chat and run")
    parse.add_argument("--runs", type=int, default=5, help="of each speed; 0 leaves them out")
    parse.add_argument("--messages", type=int, default=100_000, help="over which memory is looked at; 0 leaves it out")
    given = parse.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load average {load()}")
    print(f"python -m bench messenger --chats {given.chats} --each {given.each} --runs {given.runs}\n")
    if given.runs:
        print("| messages/s | measured by | runs | min | median | max |\n|---|---|---|---|---|---|")
    ways = (("write", "the bot writes"), ("talk", "people write, the bot polls and answers"))
    for way, told in ways if given.runs else ():
        runs = [asyncio.run(speed(given.chats, given.each, way)) for _ in range(given.runs)]
        for by, rates in zip(("the clock", "the server's processor time"), zip(*runs, strict=True), strict=True):
            row = f"{min(rates):.0f} | {statistics.median(rates):.0f} | {max(rates):.0f}"
            print(f"| {told} | {by} | {len(rates)} | {row} |", flush=True)
    if given.messages:
        print("\n| messages | resident MB | on disk MB |\n|---|---|---|")
        asyncio.run(memory(given.chats, given.messages))
    print(f"\nload average afterwards {load()}")


if __name__ == "__main__":
    main()
