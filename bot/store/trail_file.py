"""An order's audit trail, or a day's, as a file: ids and codes only, each line with its keyed hash, verified (R11)."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.store.audit import head_of
from bot.store.beside import beside
from bot.store.crypto import Keys

COLUMNS = ("at", "order", "n", "actor", "on_behalf", "what", "reason", "prev", "hash")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class TrailFile:
    """``broken``: what does not hold, of this order or, of a day, of any trail; () = the chain is whole."""

    text: str = field(repr=False)
    lines: int
    broken: tuple[str, ...] = ()


async def trail_file(database: Path, bot: int, keys: Keys, zone: str, what: str) -> TrailFile:
    """``what``: an order's number, or an ISO day in ``zone``. Read beside a running bot. Raises NotOpened.

    ValueError for a day that is none.
    """
    async with beside(database, bot, keys) as store:
        broken = await store.broken_trails()
        if _DAY.fullmatch(what):
            since, until = _of_day(what, zone)
            rows = await store.audit_between(since, until)
        else:
            rows = await store.audit(what)
            broken = [one for one in broken if one[0] in (what, head_of(what))]
    made = io.StringIO()
    written = csv.writer(made, lineterminator="\n")
    written.writerow(COLUMNS)
    for row in rows:
        at = datetime.fromtimestamp(row["at"] / 1000, ZoneInfo(zone)).isoformat(timespec="milliseconds")
        written.writerow(at if name == "at" else row[name] for name in COLUMNS)
    told = tuple(f"{order or 'acts of no order'} from line {line}" for order, line in broken)
    return TrailFile(made.getvalue(), len(rows), told)


def _of_day(day: str, zone: str) -> tuple[int, int]:
    first = date.fromisoformat(day)
    try:
        days = (first, first + timedelta(days=1))
        starts = [datetime.combine(one, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC) for one in days]
    except OverflowError:
        raise ValueError(f"{day} is at the end of the calendar: give a day such as 2026-11-23") from None
    begin, end = (int(one.timestamp() * 1000) for one in starts)
    return begin, end
