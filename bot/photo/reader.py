"""The bot's side of the reader: one recyclable worker process, asked one photo at a time, never trusted to answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from bot.photo import reasons
from bot.photo.gate import whole
from bot.photo.reading import Reading
from bot.photo.wire import from_wire
from bot.photo.worker import LENGTH, frame

_ROOT: Final = Path(__file__).resolve().parents[2]
_HEAD_LIMIT: Final = 4 * 1024 * 1024  # bytes of JSON in an answer
_CLEAN_LIMIT: Final = 32 * 1024 * 1024  # bytes of the clean picture
# The worker's malloc gives large blocks back at once (peak 300 MB, not 410); huge pages keep that nearly as quick.
_MALLOC: Final = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4194304"


@dataclass(frozen=True, slots=True)
class Examined:
    """One photo: what it says, the picture without metadata and codes (JPEG), and its keyed perceptual hash."""

    reading: Reading
    picture: bytes = b""
    hash: str = ""
    width: int = 0
    height: int = 0
    turned: int = 0  # quarters clockwise it was turned by to stand upright
    peak_kb: int = 0  # resident memory the worker has ever used
    cpu_ms: int = 0  # of the worker, for this photo


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one worker process."""

    seconds: float = 30.0  # for one photo
    start_seconds: float = 30.0
    memory_mb: int = 450  # resident; above it the worker is replaced after the photo
    photos: int = 200  # read by one process before it is replaced


class _Lost(Exception):
    """The worker crashed, hung or answered nonsense."""


class PhotoReader:
    """Reads prescription photos. One at a time: a second caller waits, the event loop never does.

    ``formulary`` are plain rows (bot.photo.formulary), ``key`` the secret of the perceptual hash. ``command`` starts a
    worker and is replaced in tests by one that crashes or hangs.
    """

    def __init__(
        self,
        formulary: Sequence[Mapping[str, Any]],
        *,
        key: bytes = b"",
        limits: Limits = Limits(),
        command: Sequence[str] = (sys.executable, "-m", "bot.photo.worker"),
    ) -> None:
        self._key = key
        self._limits = limits
        self._command = tuple(command)
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._served = 0
        self._hello = b""
        self._stale = False  # the worker matches against an older list
        self.restarts = 0  # workers started beyond the first
        self.match_against(formulary)

    def match_against(self, formulary: Sequence[Mapping[str, Any]]) -> None:
        """Match against this drug list from the next photo on: before it the worker is replaced, unless it knows it."""
        hello = frame({"rows": [dict(r) for r in formulary], "key": self._key.hex()})
        self._stale = self._stale or hello != self._hello
        self._hello = hello

    async def read(
        self, data: bytes, *, today: date | None = None, names: Sequence[str] = (), history: Collection[str] = ()
    ) -> Reading:
        """What the photo says. Never raises for a bad photo or a failing worker: the reading says so."""
        return (await self.examine(data, today=today, names=names, history=history)).reading

    async def examine(
        self,
        data: bytes,
        *,
        today: date | None = None,
        names: Sequence[str] = (),
        history: Collection[str] = (),
        clean: bool = False,
    ) -> Examined:
        """As ``read``, with the hash and (``clean``) the picture to send on.

        ``today`` is the civil day (default: the machine's), ``names`` people whose names are looked for, ``history``
        formulary codes the person had before.
        """
        body = {
            "today": (today or date.today()).isoformat(),  # noqa: DTZ011 a civil day of the machine's own zone
            "names": list(names),
            "history": list(history),
            "clean": clean,
        }
        return await self._asked(body, data)

    async def clean(self, data: bytes, number: str = "", part: Sequence[int] = ()) -> bytes:
        """The picture as JPEG without metadata and with no code but the bar code of ``number``; b"" if it cannot be.

        ``part``: only a line of it (x, y, width, height of Reading.by_hand, and Examined.turned).
        """
        return (await self._asked({"clean": True, "only": number, "cut": list(part)}, data)).picture

    async def _asked(self, body: Mapping[str, Any], data: bytes) -> Examined:
        verdict = whole(data)
        if not verdict.ok:
            return Examined(Reading(False, verdict.reason, read_by="machine"))
        async with self._turn:
            for _ in range(2):
                try:
                    process = await self._running()
                    return await asyncio.wait_for(self._ask(process, frame(dict(body), data)), self._limits.seconds)
                except (_Lost, TimeoutError, OSError):
                    await self._stop()
                except BaseException:
                    await self._stop()  # cancelled half-way: the pipe is no longer in step
                    raise
            return Examined(Reading(False, reasons.READER_FAILED, read_by="machine"))

    async def warm(self) -> None:
        """Start the worker before the first photo. Raises RuntimeError when it does not start."""
        async with self._turn:
            try:
                await self._running()
            except (_Lost, TimeoutError, OSError) as lost:
                await self._stop()
                raise RuntimeError("the photo reader does not start: is medrelay[ocr] installed?") from lost

    async def close(self) -> None:
        """Stop the worker. Safe to call twice; the next ``read`` starts a new one."""
        async with self._turn:
            await self._stop()

    async def __aenter__(self) -> PhotoReader:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(self, process: asyncio.subprocess.Process, request: bytes) -> Examined:
        answer, picture = await self._exchange(process, request)
        self._served += 1
        peak = int(answer.get("peak_kb", 0))
        if self._served >= self._limits.photos or peak > self._limits.memory_mb * 1024:
            await self._stop()
        try:
            reading = from_wire(answer["reading"])
        except (KeyError, TypeError) as wrong:
            raise _Lost from wrong
        sizes = {k: int(answer.get(k, 0)) for k in ("width", "height", "turned", "cpu_ms")}
        return Examined(reading, picture, str(answer.get("hash", "")), **sizes, peak_kb=peak)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None and not self._stale:
            return self._process
        if self._process is not None:
            await self._stop()
        env = {**os.environ, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
        env["GLIBC_TUNABLES"] = _MALLOC
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=env,
            start_new_session=True,  # a Ctrl-C of the bot is not the worker's business
        )
        self._served, self._stale = 0, False
        await asyncio.wait_for(self._exchange(process, self._hello), self._limits.start_seconds)
        return process

    async def _exchange(self, process: asyncio.subprocess.Process, request: bytes) -> tuple[dict[str, Any], bytes]:
        if process.stdin is None or process.stdout is None:
            raise _Lost
        try:
            process.stdin.write(request)
            await process.stdin.drain()
            length = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))[0]
            if length > _HEAD_LIMIT:
                raise _Lost
            answer: dict[str, Any] = json.loads(await process.stdout.readexactly(length))
            size = int(answer.get("size", 0))
            if not 0 <= size <= _CLEAN_LIMIT:
                raise _Lost
            return answer, await process.stdout.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as broken:
            raise _Lost from broken

    async def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self.restarts += 1
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()
