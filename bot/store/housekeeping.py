"""Forgets what is settled, and seals anew what an old key sealed.

Two programs a step: a long look that runs beside the writer and answers calls, and the few calls themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    LargeBinary,
    String,
    Table,
    and_,
    delete,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    update,
)

from bot import model
from bot.store import schema
from bot.store.crypto import Keys, Sealed
from bot.store.opening import PEPPER
from bot.store.rows import ARGS, CODECS, CONTENT
from bot.store.schema import SEAL, SEAL_OF, TABLES
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
        self.emptied = _Settled(*_empty(say))
        probes = schema.probes
        self.old_probes = say(
            delete(probes).where(*at(probes), probes.c.name.not_in([given("current"), given("pepper")]))
        )
        self.old = {column: _old(say, column) for column in sealed_columns()}
        orders, people, dialogs = TABLES[model.Order], TABLES[model.Person], TABLES[model.Dialog]
        after = tuple_(orders.c.since, orders.c.no) > tuple_(given("since", BigInteger), given("no", String))
        self.orders = say(
            select(orders.c.since, orders.c.no)
            .where(*at(orders), orders.c.snapshot.is_not(None), orders.c.since < given("before"), after)
            .order_by(orders.c.since, orders.c.no)
            .limit(STEP)
        )
        talks = exists().where(dialogs.c.bot_id == people.c.bot_id, dialogs.c.person == people.c.id)
        placed = exists().where(orders.c.bot_id == people.c.bot_id, orders.c.placed_by == people.c.id)
        self.people = say(
            select(people.c.id)
            .where(*at(people), people.c.roles == literal_column("'[]'"), people.c.id > given("after"))
            .where(people.c.born < given("born"), ~talks, ~placed)
            .order_by(people.c.id)
            .limit(STEP)
        )
        commands, posts = schema.commands, schema.posts
        self.commands = say(
            select(commands.c.key)
            .where(commands.c.bot_id == given("k_bot_id"), commands.c.lane.in_([given("lane"), given("say")]))
            .limit(1)
        )
        waits = and_(posts.c.shown != posts.c.wanted, posts.c.state != literal_column("'failed'"))
        self.posts = say(select(posts.c.key).where(*at(posts, "topic"), waits).limit(1))


def _settled() -> Iterator[tuple[Table, Any]]:
    """Of each kind whose rows go when they are settled: which are. Each by an index of its own."""
    before, day = given("before"), given("day", String)
    arrivals, posts, letters, stopped = schema.arrivals, schema.posts, schema.dead_letters, schema.unreachable
    links, dialogs = TABLES[model.Link], TABLES[model.Dialog]
    yield arrivals, arrivals.c.at < before
    yield posts, and_(posts.c.changed < before, posts.c.shown == posts.c.wanted)
    yield posts, and_(posts.c.changed < before, posts.c.state == literal_column("'failed'"))
    gone = select(stopped.c.chat).where(*at(stopped), stopped.c.since < before)
    yield posts, and_(posts.c.shown != posts.c.wanted, posts.c.changed < before, posts.c.chat.in_(gone))
    yield letters, letters.c.at < before
    yield links, and_(links.c.expires > 0, links.c.expires < before)
    yield dialogs, and_(dialogs.c.touched < before, dialogs.c.state == literal("done"))
    incidents = TABLES[model.Incident]
    yield incidents, and_(incidents.c.done_at > 0, incidents.c.done_at < before)
    visits, halts = TABLES[model.Visit], TABLES[model.Halt]
    yield visits, and_(visits.c.ended > 0, visits.c.ended < before)
    yield halts, and_(halts.c.undone > 0, halts.c.undone < before)
    followed = TABLES[model.Followed]
    yield followed, and_(followed.c.done > 0, followed.c.done < before)
    applications = TABLES[model.Application]
    yield applications, and_(applications.c.ended > 0, applications.c.ended < before)
    for table in (TABLES[model.Mandate], TABLES[model.Right]):
        yield table, and_(table.c.until > literal_column("''"), table.c.until < day)


def _forget(say: Flavour, table: Table, settled: Any) -> tuple[Sql, Sql, list[str]]:
    look, keys = _look(say, table, settled)
    return look, say(delete(table).where(*at(table, *keys), settled)), [f"k_{key}" for key in keys]


def _look(say: Flavour, table: Table, settled: Any) -> tuple[Sql, list[str]]:
    keys = [column.name for column in table.primary_key.columns if column.name != "bot_id"]
    return say(select(*(table.c[key] for key in keys)).where(*at(table), settled).limit(STEP)), keys


def _empty(say: Flavour) -> tuple[Sql, Sql, list[str]]:
    """A batch whose parcels have all left, or whose orders were all put away (one that failed on the road never
    leaves): who had it and what was in it goes, that there was one stays.
    """
    batches, orders = TABLES[model.Batch], TABLES[model.Order]
    goes_on = exists().where(orders.c.bot_id == batches.c.bot_id, orders.c.batch == batches.c.id)
    left = or_(batches.c.left <= 0, ~goes_on)
    over = and_(batches.c.manifest.is_not(None), left, batches.c.updated < given("before"))
    look, keys = _look(say, batches, over)
    nobody = {
        SEAL: null(),
        SEAL_OF: batches.c.version + 1,
        "courier": 0,
        "ambassador": 0,
        "manifest": null(),
        "code": null(),
        "version": batches.c.version + 1,
    }
    return look, say(update(batches).where(*at(batches, *keys), over).values(nobody)), [f"k_{key}" for key in keys]


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
        day = (datetime.fromtimestamp(before / 1000, UTC) - timedelta(days=1)).date().isoformat()
        known = {"k_bot_id": self.bot, "before": before, "day": day}
        for sql in (*_keep_sql(self.say).settled, _keep_sql(self.say).emptied):
            for row in (yield sql.find(**known)).rows:
                calls.append(sql.forget(**known, **dict(zip(sql.keys, row, strict=True))))
        return calls

    def old_orders(self, before: int, after: tuple[int, str]) -> Program[list[tuple[int, str]]]:
        """(since, number) of orders that still have what was said in them, at their stage since before."""
        since, no = after
        got = yield _keep_sql(self.say).orders(k_bot_id=self.bot, before=before, since=since, no=no)
        return [(row[0], row[1]) for row in got.rows]

    def plain_people(self, before: int, after: int) -> Program[list[int]]:
        """Accounts without a role, a dialog or an order; what else they may have says bot/ops/putting_away.py."""
        got = yield _keep_sql(self.say).people(k_bot_id=self.bot, born=before * 1000, after=after)
        return [id for (id,) in got.rows]

    def owed(self, order: str, topic: str) -> Program[bool]:
        """Whether a command of this order waits for the hospital's answer, or a message for its topic."""
        sql = _keep_sql(self.say)
        if (yield sql.commands(k_bot_id=self.bot, lane=order, say=f"say:{order}")).rows:
            return True
        return bool(topic and (yield sql.posts(k_bot_id=self.bot, k_topic=topic)).rows)

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
