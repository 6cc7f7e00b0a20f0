"""Programs that forget what is settled, and seal anew what an old key sealed; in small steps (they run on the loop)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import LargeBinary, Table, and_, delete, func, literal, or_, select, tuple_, update

from bot import model
from bot.store import schema
from bot.store.crypto import Keys, Sealed
from bot.store.opening import PEPPER
from bot.store.rows import ARGS, CODECS, CONTENT
from bot.store.schema import TABLES
from bot.store.sql import Flavour, Program, Sql, at, given

STEP = 200  # rows a commit


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


class _KeepSql:
    def __init__(self, say: Flavour) -> None:
        self.forget = [_forget(say, *part) for part in _settled()]
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


def _forget(say: Flavour, table: Table, settled: Any) -> Sql:
    keys = [column for column in table.primary_key.columns if column.name != "bot_id"]
    some = select(*keys).where(*at(table), settled).limit(STEP)
    return say(delete(table).where(*at(table), tuple_(*keys).in_(some)))


def _old(say: Flavour, column: Column) -> _Old:
    """``head``: how a value begins that the current key sealed."""
    table, key, where = column
    value = table.c[where.column]
    begins = func.substr(value, 1, func.length(given("head")), type_=LargeBinary)
    find = select(table.c[key], value).where(*at(table), value.is_not(None), begins != given("head"))
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

    def purge(self, before: int) -> Program[int]:
        """One step; answers how many rows went. Open work and the audit are never touched."""
        gone = 0
        for call in _keep_sql(self.say).forget:
            gone += (yield call(k_bot_id=self.bot, before=before)).changed
        return gone

    def reseal(self) -> Program[int]:
        """One step; answers how many values were sealed anew with the current key. 0: the old keys can go."""
        done = 0
        for column, sql in _keep_sql(self.say).old.items():
            got = yield sql.find(k_bot_id=self.bot, head=self.keys.head)
            for key, value in got.rows:
                row = f"{self.bot}:{key}"
                fresh = self.keys.encrypt(column.where, row, self.keys.decrypt(column.where, row, value))
                yield sql.replace(k_bot_id=self.bot, was=value, now=fresh, **{f"k_{column.key}": key})
            done += len(got.rows)
        if not done:
            yield _keep_sql(self.say).old_probes(k_bot_id=self.bot, current=self.keys.current, pepper=PEPPER)
        return done
