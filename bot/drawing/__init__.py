"""Pictures of figures, drawn by a process of their own that ends with the picture: nothing of it stays in the bot.

What is drawn is strings and numbers; what they mean is nobody's business here. The fonts travel along.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SECONDS = 20.0  # a picture takes half a second
_ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "bot.drawing.worker")


class NotDrawn(Exception):
    """There is no picture; the text says why, without a value."""


async def draw(told: Mapping[str, Any], command: Sequence[str] = (), seconds: float = SECONDS) -> bytes:
    """A PNG of what bot/showing.py puts together. Raises NotDrawn."""
    pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(
            *(command or COMMAND), stdin=pipe, stdout=pipe, stderr=nowhere, cwd=_ROOT
        )
    except OSError as why:
        raise NotDrawn(type(why).__name__) from None
    try:
        async with asyncio.timeout(seconds):
            png, _ = await process.communicate(json.dumps(told).encode())
    except TimeoutError:
        raise NotDrawn("it took too long") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not png:
        raise NotDrawn(f"the worker ended with {process.returncode}")
    return png
