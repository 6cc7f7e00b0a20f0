"""What was put aside and a person must see, read beside a running bot. Nothing personal: names are hashed."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

OPEN = (
    'SELECT since, kind, "order", about, code, times, owner FROM incidents'
    " WHERE bot_id = ? AND done_at = 0 ORDER BY since"
)
HELD = (
    "SELECT c.first_tried, c.op, coalesce(o.no, ''), c.key, c.error, c.attempts FROM commands c"
    " LEFT JOIN orders o ON o.bot_id = c.bot_id AND o.no = c.lane WHERE c.bot_id = ? AND c.error != ''"
    " ORDER BY c.first_tried"
)
LETTERS = "SELECT at, source, '', id, code, times FROM dead_letters WHERE bot_id = ? ORDER BY at"
HEADS = {OPEN: "exceptions that are open", HELD: "commands that do not get through", LETTERS: "dead letters"}


def failures(database: Path, bot: int, zone: str) -> Iterator[str]:
    """One line each: since when, what, the order, a name to tell it by, the technical word, how often, who has it."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for text, head in HEADS.items():
            rows = connection.execute(text, (bot,)).fetchall()
            yield f"{head}: {len(rows)}"
            for at, kind, order, name, code, times, *owner in rows:
                since = datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
                mine = "taken" if any(owner) else ""
                told = (since, kind, order, "" if name == order else _short(name), code, f"x{times}", mine)
                yield "  " + "  ".join(word for word in told if word)


def _short(name: str) -> str:
    """Keys may hold accounts; the same thing has the same name."""
    return "#" + hashlib.sha256(name.encode()).hexdigest()[:8]
