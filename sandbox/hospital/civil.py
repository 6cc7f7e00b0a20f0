"""The sandbox's civil time in milliseconds, read from the one small file that every sandbox process shares."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

Now = Callable[[], int]


def wall_ms() -> int:
    """The machine's own time, in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def civil_clock(path: Path | None) -> Now:
    """A function that tells civil UTC milliseconds: C + R * (wall - W) of the clock file; without one, wall time."""
    return wall_ms if path is None else lambda: _civil(path)


def _civil(path: Path) -> int:
    try:
        hand = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return wall_ms()
    return int(hand["civil_ms"] + hand["rate"] * (wall_ms() - hand["wall_ms"]))
