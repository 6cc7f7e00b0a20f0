"""Forgets what is settled, and seals anew what an old key sealed.

Two programs a step: a long look that runs beside the writer and answers calls, and the few calls themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, Table, and_, delete, func, literal, or_, select, update

from bot import model
from bot.store import schema
from bot.store.crypto import Keys, Sealed
from bot.store.opening import PEPPER
from bot.store.rows import ARGS, CODECS, CONTENT
from bot.store.schema import TABLES
from bot.store.sql import Call, Flavour, Program, Sql, at, given

STEP = 100  # rows a table and commit


class Column(NamedTuple):
    """A sealed column and the one that names its row."""

    table: Table
    key: str
    where: Sealed


def sealed_columns() -> Iterator[Column]:
    for kind, codec in CODECS.items():
        for name in codec.secrets:
            yield Column(TABLES[kind], codec.key, Sealed(codec.table, name))
    yield Column(schema.posts, "key", CONTENT)
    yield Column(schema.commands, "key", ARGS)


class _Old(NamedTuple):
    find: Sql
    replace: Sql


class _Settled(NamedTuple):
    find: Sql
    forget: Sql
    keys: list[str]


class _KeepSql:
    def __init__(self, say: Flavour) -> None:
        self.settled = [_Settled(*_forget(say, *part)) for part in _settled()]
        probes = schema.probes
        self.old_probes = say(
            delete(probes).where(*at(probes), probes.c.name.not_in([given("current"), given("pepper")]))
        )
        self.old = {column: _old(say, column) for column in sealed_columns()}


def _settled() -> Iterator[tuple[Table, Any]]:
    before = given("before")
    arrivals, posts, letters = schema.arrivals, schema.posts, schema.dead_letters
    links, dialogs = TABLES[model.Link], TABLES[model.Dialog]
    yield arrivals, arrivals.c.at < before
    yield (
        posts,
        and_(posts.c.changed < before, or_(posts.c.shown == posts.c.wanted, posts.c.state == literal("failed"))),
    )
    yield letters, letters.c.at < before
    yield links, and_(links.c.expires > 0, links.c.expires < before)
    yield dialogs, and_(dialogs.c.touched < before, dialogs.c.state == literal("done"))


def _forget(say: Flavour, table: Table, settled: Any) -> tuple[Sql, Sql, list[str]]:
    keys = [column.name for column in table.primary_key.columns if column.name != "bot_id"]
    look = select(*(table.c[key] for key in keys)).where(*at(table), settled).limit(STEP)
    return say(look), say(delete(table).where(*at(table, *keys), settled)), [f"k_{key}" for key in keys]


def _old(say: Flavour, column: Column) -> _Old:
    """``head``: how a value begins that the current key sealed."""
    table, key, where = column
    value = table.c[where.column]
    begins = func.substr(value, 1, func.length(given("head", LargeBinary)), type_=LargeBinary)
    find = select(table.c[key], value).where(*at(table), value.is_not(None), begins != given("head", LargeBinary))
    same = value == given("was")
    return _Old(
        say(find.limit(STEP)), say(update(table).where(*at(table, key), same).values({where.column: given("now")}))
    )


@cache
def _keep_sql(say: Flavour) -> _KeepSql:
    return _KeepSql(say)


@dataclass(frozen=True, slots=True)
class Housekeeping:
    say: Flavour
    bot: int
    keys: Keys

    def settled(self, before: int) -> Program[list[Call]]:
        """What can go. Open work, rows of the hospital's truth and the audit never do."""
        calls: list[Call] = []
        for sql in _keep_sql(self.say).settled:
            for row in (yield sql.find(k_bot_id=self.bot, before=before)).rows:
                calls.append(sql.forget(k_bot_id=self.bot, before=before, **dict(zip(sql.keys, row, strict=True))))
        return calls

    def outdated(self) -> Program[list[Call]]:
        """What an older key sealed, sealed with the current one; holds only where the value is still the old one."""
        calls: list[Call] = []
        for column, sql in _keep_sql(self.say).old.items():
            for key, value in (yield sql.find(k_bot_id=self.bot, head=self.keys.head)).rows:
                row = f"{self.bot}:{key}"
                fresh = self.keys.encrypt(column.where, row, self.keys.decrypt(column.where, row, value))
                calls.append(sql.replace(k_bot_id=self.bot, was=value, now=fresh, **{f"k_{column.key}": key}))
        return calls

    def forget_keys(self) -> Program[int]:
        """Nothing is sealed with an older key any more: they need not be there at the next start."""
        call = _keep_sql(self.say).old_probes(k_bot_id=self.bot, current=self.keys.current, pepper=PEPPER)
        return (yield call).changed


def carry_out(calls: Sequence[Call]) -> Program[int]:
    """How many rows were changed."""
    changed = 0
    for call in calls:
        changed += (yield call).changed
    return changed
