"""Programs of the audit trails (R11): a line is written, read, verified, counted. The chain itself: audit.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, String, func, select

from bot import model
from bot.store.audit import HEADS, chain_broken, head, head_of, line_hash, lines_in
from bot.store.crypto import Keys
from bot.store.lanes import Lanes
from bot.store.schema import audit
from bot.store.sql import Flavour, Program, at, given, lock

COUNTED = "audit-counted"  # the cursor that says that the lines of the trails are counted
NAMES = tuple(f"audit-head:{n}" for n in range(HEADS))
COLUMNS = tuple(str(column.name) for column in audit.columns)
PAGE = 10_000  # trails that are counted at a time


class _TrailSql:
    """Compiled once for a database."""

    def __init__(self, say: Flavour) -> None:
        own = at(audit)
        self.last = say(select(audit.c.n, audit.c.hash).where(*at(audit, "order")).order_by(audit.c.n.desc()).limit(1))
        self.add = say.add(audit)
        self.trail = say(select(*audit.c).where(*at(audit, "order")).order_by(audit.c.n))
        self.between = say(
            select(*audit.c)
            .where(*own, audit.c.at >= given("since", BigInteger), audit.c.at < given("until", BigInteger))
            .order_by(audit.c.at, audit.c.order, audit.c.n)
        )
        self.all = say(select(audit.c.order).where(*own).distinct().order_by(audit.c.order))
        self.of_none = say(select(func.count()).where(*own, audit.c.order == ""))
        self.lines = say(
            select(audit.c.order, func.count())
            .where(*own, audit.c.order > given("after", String))
            .group_by(audit.c.order)
            .order_by(audit.c.order)
            .limit(given("limit", BigInteger))
        )


@cache
def _sql(say: Flavour) -> _TrailSql:
    return _TrailSql(say)


@dataclass(frozen=True, slots=True)
class Trails:
    """The heads say how many lines there are, so that lines cut off at the end of a trail are noticed."""

    say: Flavour
    bot: int
    keys: Keys
    lanes: Lanes

    def append(self, line: model.AuditLine) -> Program[None]:
        sql = _sql(self.say)
        rows = (yield sql.last(k_bot_id=self.bot, k_order=line.order)).rows
        last, prev = rows[0] if rows else (0, "")
        fields = {
            "bot_id": self.bot,
            "order": line.order,
            "n": last + 1,
            "at": line.at,
            "actor": line.actor,
            "on_behalf": line.on_behalf,
            "what": line.what,
            "reason": line.reason,
            "prev": prev,
        }
        yield sql.add(hash=line_hash(fields, self.keys), **fields)
        yield from self._grown(head_of(line.order), 1)

    def trail(self, order: str) -> Program[list[dict[str, Any]]]:
        rows = (yield _sql(self.say).trail(k_bot_id=self.bot, k_order=order)).rows
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def between(self, since: int, until: int) -> Program[list[dict[str, Any]]]:
        rows = (yield _sql(self.say).between(k_bot_id=self.bot, since=since, until=until)).rows
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def broken(self) -> Program[list[tuple[str, int]]]:
        """(order, line) of each trail that was changed, removed or moved; see ``chain_broken``. (head, lines it knows
        of) where lines of its trails are missing.
        """
        found: list[tuple[str, int]] = []
        for (order,) in (yield _sql(self.say).all(k_bot_id=self.bot)).rows:
            n = chain_broken((yield from self.trail(order)), self.keys)
            if n is not None:
                found.append((order, n))
        if not (yield from self.lanes.cursor(COUNTED)):
            return found  # no start of this release yet
        there = yield from self._counted()
        for name in NAMES:
            lines = yield from self._known(name)
            if lines is None or there.get(name, 0) < lines:
                found.append((name, lines or 0))
        return found

    # ------------------------------------------------------------ counting

    def first_count(self) -> Program[None]:
        """The first start writes down how many lines there are; the further ones find it done."""
        if (yield from self.lanes.cursor(COUNTED)):
            return
        there = yield from self._counted()
        for name in NAMES:
            yield from self.lanes.set_cursor(name, head(self.bot, name, there.get(name, 0), self.keys))
        yield from self.lanes.set_cursor(COUNTED, "1")

    def uncounted(self) -> Program[dict[str, int]]:
        """By head, the lines that an earlier release added, which knows no heads; {} = none.

        To be run on one snapshot: what turns add meanwhile is counted by them. Fewer lines than were written down are
        left for ``broken``, and so is a head that is missing or forged.
        """
        there = yield from self._counted()
        found: dict[str, int] = {}
        for name in NAMES:
            lines = yield from self._known(name)
            if lines is not None and there.get(name, 0) > lines:
                found[name] = there[name] - lines
        return found

    def count(self, more: Mapping[str, int]) -> Program[None]:
        """Puts these on top of what the heads say by now."""
        if self.say.shared:
            yield lock({f"{self.bot}/{name}" for name in more})
        for name, lines in more.items():
            yield from self._grown(name, lines)

    def _counted(self) -> Program[dict[str, int]]:
        """How many lines there are, by head."""
        found = {head_of(""): (yield _sql(self.say).of_none(k_bot_id=self.bot)).rows[0][0]}
        after = ""
        while rows := (yield _sql(self.say).lines(k_bot_id=self.bot, after=after, limit=PAGE)).rows:
            for order, n in rows:
                found[head_of(order)] = found.get(head_of(order), 0) + n
            after = rows[-1][0]
        return found

    def _known(self, name: str) -> Program[int | None]:
        return lines_in(self.bot, name, (yield from self.lanes.cursor(name)), self.keys)

    def _grown(self, name: str, more: int) -> Program[None]:
        lines = yield from self._known(name)
        if lines is not None:  # one that was forged stays as it is, for the check
            yield from self.lanes.set_cursor(name, head(self.bot, name, lines + more, self.keys))
