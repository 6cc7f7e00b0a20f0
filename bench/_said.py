"""How benches tell of themselves: the machine, its load, and a spread. No bench by itself."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Sequence


def machine() -> str:
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load average {load}"


def begun(name: str) -> None:
    print(f"{machine()}\npython -m bench {name} {' '.join(sys.argv[1:])}", flush=True)


def spread(found: Sequence[float], digits: int = 2) -> str:
    """The median, and the least and the most."""
    return f"{statistics.median(found):.{digits}f} ({min(found):.{digits}f}-{max(found):.{digits}f})"
