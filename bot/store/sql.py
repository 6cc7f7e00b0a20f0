"""Statements compiled once for a database, and programs: generators that yield a call and are sent its result.

A program says what is asked and in which order; who runs it (sqlite.py on a thread, later asyncpg on the loop) is
not its business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from sqlalchemy import ClauseElement, Dialect, Table, bindparam
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

from bot.decoding import Unreadable

T = TypeVar("T")


class Got(NamedTuple):
    rows: list[tuple[Any, ...]]
    changed: int  # rows


Call: TypeAlias = tuple[str, tuple[Any, ...]]  # text and values in its order
Program: TypeAlias = Generator[Call, Got, T]
Tick: TypeAlias = Callable[[], int]  # stamps that rise with every call
Unread: TypeAlias = Callable[[str, object, Unreadable], None]  # told of a copy that counts as none: table, key, why


def untold(table: str, key: object, why: Unreadable) -> None:
    """Nobody is told: for programs that read no copies."""


class Sql:
    """One statement as text; called with its values by name it becomes a Call."""

    __slots__ = ("_fixed", "_values", "text")

    def __init__(self, element: ClauseElement, dialect: Dialect, columns: list[str] | None = None) -> None:
        compiled = element.compile(dialect=dialect, column_keys=columns)
        self.text = str(compiled)
        self._values = _in_order(tuple(getattr(compiled, "positiontup", None) or ()))
        self._fixed: dict[str, Any] = {k: v for k, v in (compiled.params or {}).items() if v is not None}

    def __call__(self, **given: Any) -> Call:
        return self.text, self._values({**self._fixed, **given} if self._fixed else given)


def _in_order(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Takes the values of these names; itemgetter gives no tuple for fewer than two."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: tuple(given[name] for name in names)


@dataclass(frozen=True, slots=True)
class Flavour:
    """What differs between databases: how text is compiled, and the insert that knows ON CONFLICT."""

    name: str
    dialect: Dialect
    insert: Callable[[Table], Any]
    shared: bool = False  # others write at the same time: what no row's version guards is locked by name

    def __call__(self, element: ClauseElement, columns: list[str] | None = None) -> Sql:
        return Sql(element, self.dialect, columns)

    def add(self, table: Table) -> Sql:
        """Insert, or change nothing (count 0) if the key exists."""
        names = [column.name for column in table.columns]
        return self(self.insert(table).on_conflict_do_nothing(), names)

    def put(self, table: Table) -> Sql:
        """Insert, or overwrite everything but the key."""
        statement = self.insert(table)
        own = {c.name: statement.excluded[c.name] for c in table.columns if not c.primary_key}
        keys = [c.name for c in table.primary_key.columns]
        return self(
            statement.on_conflict_do_update(index_elements=keys, set_=own), [column.name for column in table.columns]
        )


SQLITE = Flavour("sqlite", sqlite.dialect(), sqlite.insert)


def carry_out(calls: Sequence[Call]) -> Program[int]:
    """How many rows were changed."""
    changed = 0
    for call in calls:
        changed += (yield call).changed
    return changed


def lock(names: Iterable[str]) -> Call:
    """Until the end of the transaction nobody else has these names; always taken in the same order (PostgreSQL)."""
    return "SELECT pg_advisory_xact_lock(k) FROM unnest($1::bigint[]) AS k", (sorted(lock_number(n) for n in names),)


def lock_number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)


def at(table: Table, *names: str) -> list[Any]:
    """Conditions: the bot, and each named column equal to the value of that name."""
    return [table.c[name] == bindparam(f"k_{name}") for name in ("bot_id", *names)]


def padded(count: int) -> int:
    """Lists are padded to a power of two, so that few statements are ever compiled."""
    return 1 << (count - 1).bit_length()


def given(name: str, kind: type[TypeEngine[Any]] | None = None) -> Any:
    """The value that the call passes under this name; ``kind`` where it is not clear from the column beside it."""
    return cast("Any", bindparam(name, type_=kind))
