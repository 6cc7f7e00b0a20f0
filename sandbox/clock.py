"""The sandbox's civil clock: one small JSON file read by every process of a sandbox run.

Civil now = civil_ms + rate * (wall now - wall_ms). Nothing here sleeps; who waits reads the clock again.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

SHANGHAI = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Setting:
    """What the file holds: at wall time `wall_ms` it was `civil_ms`, and it runs `rate` times as fast."""

    civil_ms: int
    wall_ms: int
    rate: float = 1.0

    def at(self, wall_ms: float) -> int:
        """Civil time in UTC ms at a wall time in ms."""
        return int(self.civil_ms + self.rate * (wall_ms - self.wall_ms))


def wall_ms() -> float:
    """The machine's own time in UTC ms."""
    return time.time() * 1000


def read(path: str | Path) -> Setting:
    """Read the file; FileNotFoundError when there is none, ValueError when it is no clock."""
    try:
        raw = json.loads(Path(path).read_text("utf-8"))
        return Setting(int(raw["civil_ms"]), int(raw["wall_ms"]), float(raw["rate"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{path} is no sandbox clock: it needs civil_ms, wall_ms and rate") from error


def write(path: str | Path, setting: Setting) -> None:
    """Replace the file as a whole, so that no reader ever sees half of it."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.write_text(json.dumps(setting.__dict__), "utf-8")
    part.replace(target)


def parse_iso(text: str) -> int:
    """UTC ms of an ISO time; without an offset it is Shanghai time. ValueError when it is none."""
    when = datetime.fromisoformat(text)
    return int((when if when.tzinfo else when.replace(tzinfo=SHANGHAI)).timestamp() * 1000)


def iso(ms: int) -> str:
    """ISO text with the Shanghai offset."""
    return datetime.fromtimestamp(ms / 1000, SHANGHAI).isoformat(timespec="milliseconds")


class Clock:
    """The clock of one process: reads the file when it changed, and moves it.

    Without a path the setting lives in this process only. A missing file is made at the present wall time.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        now = int(wall_ms())
        self._path = Path(path) if path else None
        self._setting = Setting(now, now)
        self._seen: tuple[int, int] | None = None
        if self._path and not self._path.exists():
            write(self._path, self._setting)
        self.setting()  # who gave us no clock is told at once

    def setting(self) -> Setting:
        """The setting as it is now, with what other processes wrote."""
        if self._path:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if seen != self._seen:
                self._setting, self._seen = read(self._path), seen
        return self._setting

    def now_ms(self) -> int:
        """Civil now in UTC ms."""
        return self.setting().at(wall_ms())

    @property
    def rate(self) -> float:
        """Civil seconds a wall second."""
        return self.setting().rate

    def move(self, *, to_ms: int | None = None, advance_s: float = 0, rate: float | None = None) -> None:
        """Set, advance or change the speed; what is not named stays. Civil time is continuous except for a jump."""
        now = wall_ms()
        old = self.setting()
        civil = (old.at(now) if to_ms is None else to_ms) + round(advance_s * 1000)
        self._setting = Setting(int(civil), int(now), old.rate if rate is None else rate)
        if self._path:
            write(self._path, self._setting)
            stat = self._path.stat()
            self._seen = (stat.st_mtime_ns, stat.st_ino)
