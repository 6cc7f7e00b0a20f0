"""What takes seconds to make is made once in a run, by whichever worker needs it first, and copied by the others."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from bot.store.connection import connect
from bot.store.migrations import upgrade


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Awaitable[None]]) -> Path:
    """The folder that ``make`` filled; nobody writes into it after that."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # what the workers of one run have in common
    folder, part = root / name, root / f"{name}.part"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            with ThreadPoolExecutor(1) as thread:  # a loop may be running here already
                thread.submit(lambda: asyncio.run(_made(make, part))).result()
            part.rename(folder)
    return folder


async def _made(make: Callable[[Path], Awaitable[None]], folder: Path) -> None:
    await make(folder)


def empty_store(path: Path) -> Path:
    """A bot's file at the newest schema: a copy of bytes instead of the migration, which takes a tenth of a second."""
    path.write_bytes(_schema())
    return path


@cache
def _schema() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.sqlite"
        upgrade(path)
        connect(path).close()  # a journal of the kind that every store has
        return path.read_bytes()
