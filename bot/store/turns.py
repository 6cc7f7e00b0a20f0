"""Programs of a turn: read rows, write one outcome whole. Messages: outbox.py; commands and timers: lanes.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar, cast

from sqlalchemy import BigInteger, Select, String, and_, delete, func, select, update

from bot import model
from bot.model import SHAPES, key_of
from bot.store import schema
from bot.store.audit import head_of
from bot.store.crypto import Keys
from bot.store.lanes import Lanes
from bot.store.outbox import Outbox
from bot.store.outbox_sql import word
from bot.store.port import Conflict, Duplicate, Stand
from bot.store.rows import CODECS, Codec, readable
from bot.store.schema import BORN, TABLES
from bot.store.sql import Call, Flavour, Program, Sql, Tick, Unread, at, given, lock, padded, untold
from bot.store.trails import Trails

R = TypeVar("R", bound=model.Row)
Equals: TypeAlias = Mapping[str, Any]
Shape: TypeAlias = tuple[tuple[str, int], ...]

ROLE_NAMES = {"role": "role", "role_id": "role_id", "location": "location"}  # asked of find(Person)
SPEAKS = (model.Said, model.Photographed, model.SentOther, model.Several, model.Pressed, model.PaidInChat)


class _RowSql:
    """The statements of one row table."""

    def __init__(self, say: Flavour, kind: type[model.Row]) -> None:
        table, codec = TABLES[kind], CODECS[kind]
        key = SHAPES[kind].key
        own = [table.c[name] for name in codec.selected]
        self.get = say(select(*own).where(*at(table, key)))
        # FOR SHARE where others write at the same time: what was relied on stands until the commit.
        self.version = say(select(table.c.version).where(*at(table, key)).with_for_update(read=True))
        self.insert = say.add(table)
        changed = {name: given(f"s_{name}") for name in codec.selected if name != key}
        self.update = say(update(table).where(*at(table, key, "version")).values(changed))
        self.delete = say(delete(table).where(*at(table, key, "version")))
        self.extra = dict.fromkeys(schema.EXTRA.get(kind, ()), False)


class _TurnSql:
    def __init__(self, say: Flavour) -> None:
        self.rows = {kind: _RowSql(say, kind) for kind in TABLES}
        self.arrived = say.add(schema.arrivals)
        either = schema.arrivals.c.id.in_([given("id", String), given("other", String)])
        self.seen = say(select(schema.arrivals.c.at).where(*at(schema.arrivals, "source"), either))
        dialogs = TABLES[model.Dialog]
        self.asks = say(select(dialogs.c.state, dialogs.c.prompt).where(*at(dialogs, "id")))
        self.roles_gone = say(delete(schema.roles).where(*at(schema.roles, "person")))
        self.role = say.add(schema.roles)
        places = TABLES[model.Place]
        self.refs = say(
            select(places.c.ref, func.count()).where(*at(places, "kind")).group_by(places.c.ref).order_by(places.c.ref)
        )
        self.chats = say(select(places.c.chat, places.c.ref).where(*at(places, "kind")))
        bound = schema.roles
        self.bearers = say(
            select(bound.c.person, bound.c.role_id)
            .where(*at(bound, "role"))
            .distinct()
            .order_by(bound.c.role_id, bound.c.person)
        )
        serves, holds = schema.roles.alias("serves"), schema.roles.alias("holds")
        also = and_(holds.c.bot_id == serves.c.bot_id, holds.c.person == serves.c.person)
        self.served = say(
            select(serves.c.role_id, func.count(serves.c.person.distinct()))
            .select_from(serves.join(holds, also))
            .where(serves.c.bot_id == given("k_bot_id", BigInteger), serves.c.role == word("serves"))
            .where(holds.c.role == word("ambassador"))
            .group_by(serves.c.role_id)
        )
        custody = TABLES[model.Custody]
        self.custody = say(select(func.count()).select_from(custody).where(*at(custody, "order")))


@cache
def _turn_sql(say: Flavour) -> _TurnSql:
    return _TurnSql(say)


@cache
def _find_sql(say: Flavour, kind: type[model.Row], shape: Shape, whole: bool, latest: str = "") -> Sql:
    """``shape``: per name how many values are asked for, 0 = the column is empty; less than 0: any but so many."""
    table, codec = TABLES[kind], CODECS[kind]
    found: Select[Any] = select(*(table.c[name] for name in codec.selected)).where(*at(table))
    of_roles: list[Any] = []
    for name, count in shape:
        is_role = kind is model.Person and name in ROLE_NAMES
        column = schema.roles.c[name] if is_role else table.c[name]
        values = [given(f"f_{name}_{i}") for i in range(abs(count))]
        condition = column.is_(None) if not values else column == values[0] if count == 1 else column.in_(values)
        if count < 0:
            condition = column.not_in(values)
        if is_role:
            of_roles.append(condition)
        else:
            found = found.where(condition)
    if of_roles:
        found = found.where(table.c.id.in_(select(schema.roles.c.person).where(*at(schema.roles), *of_roles)))
    found = found.order_by(*(table.c[name].desc() for name in (latest, BORN, SHAPES[kind].key) if name))
    return say(found if whole else found.limit(given("f_limit", BigInteger)))


@dataclass(frozen=True, slots=True)
class Turns:
    say: Flavour
    bot: int
    keys: Keys
    outbox: Outbox
    lanes: Lanes
    trails: Trails
    unread: Unread = untold

    # ------------------------------------------------------------ reading

    def get(self, kind: type[R], key: Any) -> Program[R | None]:
        call = _turn_sql(self.say).rows[kind].get(k_bot_id=self.bot, **{f"k_{SHAPES[kind].key}": key})
        rows = (yield call).rows
        return CODECS[kind].decode(rows[0], self.keys, self.bot) if rows else None

    def find(self, kind: type[R], limit: int | None, equals: Mapping[str, Any], latest: str = "") -> Program[list[R]]:
        """Newest first; all of them without a limit. A row that cannot be read counts as none, and is told."""
        call = self._find_call(kind, limit, equals, latest)
        if call is None:
            return []
        return self._readable(kind, (yield call).rows)

    def few(self, kind: type[R], most: int, equals: Mapping[str, Any]) -> Program[list[R] | None]:
        """All of them, or None where there are more than ``most``."""
        call = self._find_call(kind, most + 1, equals)
        rows = (yield call).rows if call else []
        return self._readable(kind, rows) if len(rows) <= most else None

    def _readable(self, kind: type[R], rows: Sequence[Sequence[Any]]) -> list[R]:
        codec: Codec[R] = CODECS[kind]
        return readable(codec, rows, self.keys, self.bot, self.unread)

    def _find_call(self, kind: type[model.Row], limit: int | None, equals: Equals, latest: str = "") -> Call | None:
        """None where nothing can be found because a list of values is empty."""
        codec = CODECS[kind]
        allowed = codec.plain | (ROLE_NAMES.keys() if kind is model.Person else set[str]())
        shape: list[tuple[str, int]] = []
        values: dict[str, Any] = {"k_bot_id": self.bot, "f_limit": limit}
        for name in sorted(equals):
            if name not in allowed:
                why = "is encrypted" if name in codec.secrets else "is no plain column"
                raise ValueError(f"find({kind.__name__}): {name!r} {why}; ask for one of {sorted(allowed)}")
            value = equals[name]
            if others := isinstance(value, model.AnyBut):
                value = value.values
            wanted = cast("Sequence[Any]", value) if isinstance(value, (tuple, list)) else (value,)
            if not wanted:
                return None
            if None in wanted:
                if len(wanted) > 1:
                    raise ValueError(f"find({kind.__name__}): {name!r}: None stands alone")
                shape.append((name, 0))
                continue
            width = padded(len(wanted))
            shape.append((name, -width if others else width))
            for i in range(width):
                values[f"f_{name}_{i}"] = wanted[min(i, len(wanted) - 1)]
        return _find_sql(self.say, kind, tuple(shape), limit is None, latest)(**values)

    def refs(self, kind: model.PlaceKind) -> Program[dict[str, int]]:
        return {
            ref: count for ref, count in (yield _turn_sql(self.say).refs(k_bot_id=self.bot, k_kind=kind.value)).rows
        }

    def served(self) -> Program[dict[str, int]]:
        return {id: count for id, count in (yield _turn_sql(self.say).served(k_bot_id=self.bot)).rows}

    def chats(self, kind: model.PlaceKind) -> Program[list[tuple[int, str]]]:
        rows = (yield _turn_sql(self.say).chats(k_bot_id=self.bot, k_kind=kind.value)).rows
        return [(chat, ref) for chat, ref in rows]

    def bearers(self, role: str) -> Program[list[tuple[int, str]]]:
        rows = (yield _turn_sql(self.say).bearers(k_bot_id=self.bot, k_role=role)).rows
        return [(person, id) for person, id in rows]

    def seen(self, source: str, id: str, other: str) -> Program[bool]:
        call = _turn_sql(self.say).seen(k_bot_id=self.bot, k_source=source, id=id, other=other or id)
        return bool((yield call).rows)

    def asks(self, dialog: str) -> Program[tuple[str, str] | None]:
        rows = (yield _turn_sql(self.say).asks(k_bot_id=self.bot, k_id=dialog)).rows
        return (rows[0][0], rows[0][1]) if rows else None

    def custody_count(self, order: str) -> Program[int]:
        return (yield _turn_sql(self.say).custody(k_bot_id=self.bot, k_order=order)).rows[0][0]

    # ------------------------------------------------------------ writing

    def commit(self, outcome: model.Outcome, tick: Tick) -> Program[Stand]:
        """How its posts stand now. Raises Conflict or Duplicate; whoever runs it then takes everything back."""
        sql = _turn_sql(self.say)
        arrival = outcome.arrival
        if self.say.shared and (names := self._unguarded(outcome)):
            yield lock(names)
        arrived = sql.arrived(bot_id=self.bot, source=arrival.source, id=arrival.id, at=arrival.at)
        if not (yield arrived).changed:
            raise Duplicate(f"{arrival.source} {arrival.id}")
        for expect in outcome.expects:
            yield from self._expect(expect)
        for row in outcome.rows:
            yield from self._write(row, tick)
        for row in outcome.gone:
            yield from self._delete(row)
        yield from self._speaks(arrival, outcome.rows)
        stand = yield from self.outbox.post(outcome.posts, arrival.at, tick)
        yield from self.outbox.retry(outcome.again, tick)
        yield from self.lanes.change(outcome, tick)
        for line in outcome.audit:
            yield from self.trails.append(line)
        return stand

    def _unguarded(self, outcome: model.Outcome) -> set[str]:
        """Rows that are not there yet, and the ends of audit chains: no version to compare."""
        absent = {f"{type(row).__name__}/{key_of(row)}" for row in outcome.rows if row.version == 0}
        absent |= {f"{expect.table.__name__}/{expect.key}" for expect in outcome.expects if expect.version == 0}
        lines = {f"audit/{line.order}" for line in outcome.audit} | {head_of(line.order) for line in outcome.audit}
        return {f"{self.bot}/{name}" for name in absent | lines}

    def _expect(self, expect: model.Expect) -> Program[None]:
        kind = expect.table
        rows = (
            yield _turn_sql(self.say).rows[kind].version(k_bot_id=self.bot, **{f"k_{SHAPES[kind].key}": expect.key})
        ).rows
        if (rows[0][0] if rows else 0) != expect.version:
            raise Conflict(f"{kind.__name__} {expect.key} is no longer at version {expect.version}")

    def _write(self, row: model.Row, tick: Tick) -> Program[None]:
        kind = type(row)
        sql = _turn_sql(self.say).rows[kind]
        values = CODECS[kind].encode(row, self.keys, self.bot)
        if row.version == 0:
            values |= {"bot_id": self.bot, BORN: tick()}
            call = sql.insert(**values, **sql.extra)
        else:
            key = SHAPES[kind].key
            changed = {f"s_{name}": value for name, value in values.items()}
            call = sql.update(k_bot_id=self.bot, k_version=row.version, **{f"k_{key}": values[key]}, **changed)
        if not (yield call).changed:
            raise Conflict(f"{kind.__name__} {key_of(row)} is no longer at version {row.version}")
        if isinstance(row, model.Person):
            yield from self._roles(row)

    def _delete(self, row: model.Row) -> Program[None]:
        kind = type(row)
        key = {f"k_{SHAPES[kind].key}": key_of(row)}
        if not (yield _turn_sql(self.say).rows[kind].delete(k_bot_id=self.bot, k_version=row.version, **key)).changed:
            raise Conflict(f"{kind.__name__} {key_of(row)} is no longer at version {row.version}")
        if isinstance(row, model.Person):
            yield _turn_sql(self.say).roles_gone(k_bot_id=self.bot, k_person=row.id)

    def _roles(self, person: model.Person) -> Program[None]:
        sql = _turn_sql(self.say)
        if person.version:
            yield sql.roles_gone(k_bot_id=self.bot, k_person=person.id)
        for role in person.roles:
            for location in role.locations or ("",):
                yield sql.role(bot_id=self.bot, person=person.id, role=role.role, role_id=role.id, location=location)

    def _speaks(self, arrival: model.Arrival, rows: Sequence[model.Row]) -> Program[None]:
        """Whoever speaks can be reached again; so can a person whose row says so, and a group that is bound anew."""
        body = arrival.body
        chats = {row.id for row in rows if isinstance(row, model.Person) and row.reachable and row.version}
        chats |= {row.chat for row in rows if isinstance(row, model.Place) and row.bound and row.version}
        if isinstance(body, SPEAKS):
            chats.add(body.spot.chat)
        elif isinstance(body, model.Reached) and body.reachable:
            chats.add(body.chat)
        for chat in chats:
            yield from self.outbox.reachable(chat)
