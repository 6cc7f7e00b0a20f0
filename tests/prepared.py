"""What takes seconds to make is made once in a run, by whichever worker needs it first, and copied by the others."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest


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
