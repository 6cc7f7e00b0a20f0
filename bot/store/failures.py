"""What was put aside and a person must see, read beside a running bot. Nothing personal: names are hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.store.beside import looking

OPEN = (  # the owner by his registration: no account and no name
    "SELECT since, kind, \"order\", about, code, times, CASE owner WHEN 0 THEN '' ELSE coalesce((SELECT role_id FROM"
    " person_roles r WHERE r.bot_id = i.bot_id AND r.person = i.owner AND r.role = 'operator' LIMIT 1), '?') END,"
    ' EXISTS (SELECT 1 FROM orders o WHERE o.bot_id = i.bot_id AND o.no = i."order"'
    " AND (o.stage = 'problem' OR o.pending = 'report'))"
    " FROM incidents i WHERE bot_id = ? AND done_at = 0 ORDER BY since"
)
HELD = (
    "SELECT c.first_tried, c.op, coalesce(o.no, ''), c.key, c.error, c.attempts FROM commands c"
    " LEFT JOIN orders o ON o.bot_id = c.bot_id AND o.no = c.lane WHERE c.bot_id = ? AND c.error != ''"
    " ORDER BY c.first_tried"
)
LETTERS = "SELECT at, source, '', id, code, times FROM dead_letters WHERE bot_id = ? ORDER BY at"
HEADS = {OPEN: "exceptions that are open", HELD: "commands that do not get through", LETTERS: "dead letters"}


def _untold(kind: str, at_problem: bool) -> str:
    return ""


def failures(database: Path, bot: int, zone: str, todo: Callable[[str, bool], str] = _untold) -> list[str]:
    """One line each: since when, what, the order, a name to tell it by, the technical word, how often, who has it.

    And once for each kind of exception what is to be done, twice where that differs (``todo``: the kind, and whether
    its order stands at a problem). Raises NotOpened where there is no database that can be read.
    """
    with looking(database) as connection:
        found = {text: connection.execute(text, (bot,)).fetchall() for text in HEADS}
    hints = dict.fromkeys((row[1], todo(row[1], bool(row[7]))) for row in found[OPEN])
    more = {OPEN: [f"  what to do, {kind}: {words}" for kind, words in hints if words]}
    return [
        line
        for head, rows in found.items()
        for line in (f"{HEADS[head]}: {len(rows)}", *(_line(zone, *row[:7]) for row in rows), *more.get(head, ()))
    ]


def _line(zone: str, at: int, kind: str, order: str, name: str, code: str, times: int, owner: str = "") -> str:
    since = datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
    told = (since, kind, order, "" if name == order else _short(name), code, f"x{times}", owner and f"taken by {owner}")
    return "  " + "  ".join(word for word in told if word)


def _short(name: str) -> str:
    """Keys may hold accounts; the same thing has the same name."""
    return "#" + hashlib.sha256(name.encode()).hexdigest()[:8]
