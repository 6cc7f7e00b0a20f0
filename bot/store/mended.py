"""How often readings of photos were corrected, from the database of a bot that may be running: numbers only."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from bot.store.beside import looking

_COUNTS: Final = "SELECT id, last FROM counted WHERE bot_id = ? AND id LIKE 'read:%' ORDER BY id"
_PAGES: Final = "pages"


def report(database: Path, bot: int) -> list[str]:
    """A line a kind of layout, and below it one a field that was corrected. Raises NotOpened."""
    with looking(database) as connection:
        rows: list[tuple[str, int]] = connection.execute(_COUNTS, (bot,)).fetchall()
    kinds: dict[str, dict[str, int]] = {}
    for id, times in rows:
        _, kind, field = id.split(":", 2)
        kinds.setdefault(kind, {})[field] = times
    lines: list[str] = []
    for kind, fields in kinds.items():
        pages = fields.pop(_PAGES, 0)
        lines += [f"{kind}: {pages} readings confirmed, {sum(fields.values())} corrections"]
        lines += [f"  {field:24}{times}" for field, times in sorted(fields.items(), key=lambda one: -one[1])]
    return lines or ["No reading of a photo was confirmed yet."]
