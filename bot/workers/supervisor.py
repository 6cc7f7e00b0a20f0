"""Keeps workers running: one that crashes is started again after a while, and the log says where, never with what."""

from __future__ import annotations

import asyncio
import gc
import logging
import traceback
from collections.abc import Mapping
from pathlib import Path

from bot.clock import Clock
from bot.store.port import Full, NotOpened
from bot.workers.take import Worker, backoff, loud

log = logging.getLogger(__name__)

HEALTHY = 60.0  # s after which an earlier crash no longer counts


async def supervise(workers: Mapping[str, Worker], clock: Clock) -> None:
    """Run all workers until cancelled; then all of them are cancelled and awaited. NotOpened ends all of them too."""
    lost: list[BaseException] = []
    try:
        async with asyncio.TaskGroup() as group:
            for name, worker in workers.items():
                group.create_task(_keep(name, worker, clock), name=name)
    except* NotOpened as several:
        lost = [*several.exceptions]  # raised here it would be a group again, in some releases of Python
    if lost:
        raise lost[0]


async def _keep(name: str, worker: Worker, clock: Clock) -> None:
    crashes = 0
    while True:
        started = clock.monotonic()
        try:
            await worker.run()
            code, told = "it ended", True
        except Exception as error:
            if isinstance(error, NotOpened) and not isinstance(error, Full):
                raise  # no pause mends a store that is gone; a full disk it does
            code, told = where(error), loud(error)
        crashes = 1 if clock.monotonic() - started > HEALTHY else crashes + 1
        pause = backoff(crashes)
        if told:
            log.error("worker %s starts again in %.0f s: %s", name, pause, code)
        await clock.sleep(pause)


def where(error: BaseException) -> str:
    """The kind of an error and the way to it, innermost first; no text of it, which may hold a person's data."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    way = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return f"{type(error).__name__} at {way}"


def settled() -> None:
    """What a start has made stays until the end: it is not looked through again for cycles, some 100 ms each time."""
    gc.collect()
    gc.freeze()
