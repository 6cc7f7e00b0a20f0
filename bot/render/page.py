"""The board as one page: no script, nothing to load, readable in light and dark, on a phone and by a screen reader."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

TALL, STEP = 160, 20  # units of the chart: its bars stand STEP apart


@cache
def _template() -> Template:
    source = (Path(__file__).parent / "board.html").read_text("utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(source)


def board_page(told: Mapping[str, Any]) -> str:
    """Of the strings that bot/showing.py puts together."""
    most = max((count for _, count in told["days"]), default=0)
    bars = [
        {"x": n * STEP + 2, "y": TALL - tall, "tall": tall, "day": day, "count": count}
        for n, (day, count) in enumerate(told["days"])
        for tall in [round(TALL * count / most) if most else 0]
    ]
    return _template().render(told=told, bars=bars, wide=max(STEP, STEP * len(bars)), tall=TALL)
