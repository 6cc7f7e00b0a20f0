"""The only source of now: civil time (rules, deadlines, texts) and monotonic time (retries, rates, time-outs).

In a sandbox run civil time comes from one small file that every process reads; it may jump and run fast.
"""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from heapq import heappop, heappush
from itertools import count
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo


@lru_cache(1024)
def day_of(civil_ms: int, tz: str) -> str:
    """The day on the wall of a time zone (IANA name) at this instant, as ISO text."""
    return datetime.fromtimestamp(civil_ms / 1000, ZoneInfo(tz)).date().isoformat()


class Clock:
    """The clock of one process: the system's, or the sandbox's where ``file`` names its JSON file.

    The file holds ``{"civil_ms": C, "wall_ms": W, "rate": R}`` and means civil now = C + R * (wall now - W).
    OSError when the file cannot be read, ValueError when it is no clock.
    """

    def __init__(self, file: str | Path | None = None) -> None:
        self._file = Path(file) if file else None
        self._seen: tuple[int, int] | None = None
        self._civil, self._wall, self._rate = 0, 0, 1.0
        if self._file:
            self._read(self._file)

    def civil(self) -> int:
        """Now in UTC ms, as the rules see it. It may jump; never measure a duration with it."""
        wall = time.time() * 1000
        if self._file:
            self._read(self._file)
            return int(self._civil + self._rate * (wall - self._wall))
        return int(wall)

    def monotonic(self) -> float:
        """Seconds that never jump and always run at the wall's speed; only differences mean something."""
        return time.monotonic()

    def today(self, tz: str) -> str:
        """The civil day at a time zone (IANA name) as ISO text."""
        return day_of(self.civil(), tz)

    def after(self, seconds: float) -> int:
        """The civil ms that will be reached when ``seconds`` of wall time have passed: where to put a retry."""
        return self.civil() + int(seconds * 1000 * self.rate)

    def seconds_until(self, civil_ms: int) -> float:
        """Wall seconds until a civil instant: 0 when it is past, infinite while civil time stands still."""
        ahead = civil_ms - self.civil()
        if ahead <= 0:
            return 0.0
        return ahead / 1000 / self.rate if self.rate > 0 else float("inf")

    @property
    def rate(self) -> float:
        """Civil seconds a wall second."""
        return self._rate

    async def sleep(self, seconds: float) -> None:
        """Wait ``seconds`` of monotonic time."""
        await asyncio.sleep(seconds)

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until the event is set or ``seconds`` have passed; tells whether it was set."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if seconds == float("inf") else seconds):
                await event.wait()
        return event.is_set()

    def _read(self, file: Path) -> None:
        stat = file.stat()
        seen = (stat.st_mtime_ns, stat.st_ino)
        if seen == self._seen:
            return
        try:
            raw = json.loads(file.read_text("utf-8"))
            self._civil, self._wall, self._rate = int(raw["civil_ms"]), int(raw["wall_ms"]), float(raw["rate"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"{file} is no sandbox clock: it needs civil_ms, wall_ms and rate") from error
        self._seen = seen


class HandClock(Clock):
    """A clock that only moves when told to, for tests and golden runs: sleepers wake in order as it is advanced."""

    def __init__(self, civil_ms: int = 1_800_000_000_000) -> None:
        super().__init__()
        self._now_civil = civil_ms
        self._now_ms = 0  # monotonic; whole ms, so that many small steps add up exactly
        self._order = count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def civil(self) -> int:
        return self._now_civil

    def monotonic(self) -> float:
        return self._now_ms / 1000

    def set(self, civil_ms: int) -> None:
        """Jump the civil time; monotonic time stands."""
        self._now_civil = civil_ms

    def advance(self, seconds: float) -> None:
        """Let both times pass, to the ms, and wake whoever slept until then."""
        self._now_civil += round(seconds * 1000)
        self._now_ms += round(seconds * 1000)
        while self._sleepers and self._sleepers[0][0] <= self._now_ms:
            sleeper = heappop(self._sleepers)[2]
            if not sleeper.done():
                sleeper.set_result(None)

    def next_wake(self) -> float | None:
        """Seconds until the first sleeper wakes, None when nobody sleeps."""
        while self._sleepers and self._sleepers[0][2].done():
            heappop(self._sleepers)
        return (self._sleepers[0][0] - self._now_ms) / 1000 if self._sleepers else None

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        if seconds == float("inf"):
            return await event.wait()
        waiting, sleeping = asyncio.ensure_future(event.wait()), asyncio.ensure_future(self.sleep(seconds))
        try:
            done, _ = await asyncio.wait((waiting, sleeping), return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()  # what went wrong in it is told
        finally:
            waiting.cancel()
            sleeping.cancel()
        return event.is_set()

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._sleepers, (self._now_ms + ceil(seconds * 1000), next(self._order), sleeper))
        await sleeper
