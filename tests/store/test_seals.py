"""What is sealed in a row is sealed together, at the row's version (issue "It stands", A15): an older cell of the same
row does not open; rows of a release without seals get theirs at the start.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from bot.decoding import Unreadable
from bot.model import SHAPES, Dialog, Person, Reached, Row, key_of
from bot.store.crypto import tag
from bot.store.port import UNSEALED
from bot.store.schema import SEAL, SEAL_OF, guarded, secret
from bot.store.seals import KINDS
from tests.store.kit import KEYS, Turns, open_at, sample


def at(path: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as file, file:
        return file.execute(statement, values).fetchall()


def shape(row: Row) -> tuple[str, str, list[str]]:
    kind = type(row)
    return SHAPES[kind].table, SHAPES[kind].key, [field.name for field in fields(kind) if secret(field)]


async def written_twice(path: Path, kind: type[Row], turns: Turns) -> tuple[Row, dict[str, Any]]:
    """A row at version 2, and all its columns as they were at version 1."""
    first = sample(kind)
    table, key, _ = shape(first)
    store = await open_at(path)
    await store.commit(turns(rows=(first,)))
    with closing(sqlite3.connect(path)) as file:
        file.row_factory = sqlite3.Row
        old = dict(file.execute(f"SELECT * FROM {table} WHERE {key} = ?", (key_of(first),)).fetchone())  # noqa: S608
    await store.commit(turns(rows=(replace(sample(kind, hidden="later"), version=1),)))
    await store.close()
    return first, old


Put = Callable[[list[str]], list[str]]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "back",
    [lambda cells: cells[:1], lambda cells: [*cells, SEAL], lambda cells: [*cells, SEAL, SEAL_OF]],
    ids=["a cell", "all cells and their seal", "and its version"],
)
async def test_what_an_older_version_said_does_not_open(tmp_path: Path, kind: type[Row], back: Put) -> None:
    path, turns = tmp_path / "store.db", Turns()
    row, old = await written_twice(path, kind, turns)
    table, key, cells = shape(row)
    store = await open_at(path)
    assert await store.get(kind, key_of(row)) == replace(sample(kind, hidden="later"), version=2)
    for name in back(cells):
        at(path, f"UPDATE {table} SET {name} = ? WHERE {key} = ?", old[name], key_of(row))  # noqa: S608
    with pytest.raises(Unreadable, match="not as it was sealed"):
        await store.get(kind, key_of(row))
    assert await store.find(kind) == []
    await store.close()


GUARDS = [(kind, field.name) for kind in KINDS for field in fields(kind) if guarded(field)]
NOTHING = {"roles": "[]", "by": "self", "approved": 0, "active": 0, "ambassador": 0}


@pytest.mark.parametrize(("kind", "column"), GUARDS, ids=lambda one: one if isinstance(one, str) else one.__name__)
async def test_what_somebody_may_do_is_not_changed_by_hand(tmp_path: Path, kind: type[Row], column: str) -> None:
    """Columns that are plain and give a power (cases of 26 November, 20): nothing, and what another row says."""
    path, turns = tmp_path / "store.db", Turns()
    table, key, _ = shape(sample(kind))
    store = await open_at(path)
    await store.commit(turns(rows=(sample(kind), sample(kind, 2))))
    asked = f"SELECT {column} FROM {table} ORDER BY {key} = ?"  # noqa: S608
    theirs, own = (said for (said,) in at(path, asked, key_of(sample(kind))))
    for other in {theirs, NOTHING.get(column, "")} - {own}:
        at(path, f"UPDATE {table} SET {column} = ? WHERE {key} = ?", other, key_of(sample(kind)))  # noqa: S608
        with pytest.raises(Unreadable):
            await store.get(kind, key_of(sample(kind)))
    at(path, f"UPDATE {table} SET {column} = ?", own)  # noqa: S608
    assert await store.get(kind, key_of(sample(kind)))
    await store.close()


async def test_a_stranger_is_not_written_into_the_file_as_an_operator(tmp_path: Path) -> None:
    path, turns = tmp_path / "store.db", Turns()
    store = await open_at(path)
    await store.commit(turns(rows=(sample(Person), Person(5))))
    at(path, "UPDATE people SET roles = (SELECT roles FROM people WHERE id = ?) WHERE id = 5", key_of(sample(Person)))
    with pytest.raises(Unreadable):
        await store.get(Person, 5)
    await store.close()


async def test_a_row_without_its_seal_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await written_twice(path, Person, Turns())
    store = await open_at(path)
    at(path, f"UPDATE people SET {SEAL} = NULL")  # noqa: S608
    with pytest.raises(Unreadable):
        await store.get(Person, sample(Person).id)
    await store.close()


async def test_what_raises_a_version_by_itself_seals_again(tmp_path: Path) -> None:
    path, turns = tmp_path / "store.db", Turns()
    store = await open_at(path)
    me, dialog = sample(Person), sample(Dialog)
    await store.commit(turns(rows=(me, dialog)))
    await store.unreachable(me.id)
    assert (found := await store.get(Person, me.id)) is not None
    assert (found.reachable, found.version, found.facts) == (False, 2, me.facts)
    await store.commit(turns(Reached(me.id, me.id, reachable=True)))
    assert (found := await store.get(Person, me.id)) is not None
    assert (found.reachable, found.version, found.facts) == (True, 3, me.facts)
    await store.moved(dialog.chat, 555)
    assert (talk := await store.get(Dialog, dialog.id)) is not None
    assert (talk.chat, talk.version, talk.journal) == (555, 2, dialog.journal)
    await store.close()


async def test_a_changed_row_is_not_sealed_by_a_message_that_fails(tmp_path: Path) -> None:
    """Whoever stops the bot makes it raise the version: what was changed by hand stays unreadable."""
    path = tmp_path / "store.db"
    row, old = await written_twice(path, Person, Turns())
    store = await open_at(path)
    at(path, "UPDATE people SET facts = ?", old["facts"])
    await store.unreachable(key_of(row))
    with pytest.raises(Unreadable):
        await store.get(Person, key_of(row))
    await store.close()


async def test_rows_of_a_release_without_seals_are_sealed_at_the_start(tmp_path: Path) -> None:
    """First nothing is told; once there are seals, it is: an earlier release was put back, or a hand was there."""
    path, turns = tmp_path / "store.db", Turns()
    store = await open_at(path)
    for kind in KINDS:
        await store.commit(turns(rows=(sample(kind),)))
    await store.close()

    at(path, "DELETE FROM cursors WHERE name = ?", UNSEALED)
    for kind in KINDS:
        at(path, f"UPDATE {SHAPES[kind].table} SET {SEAL} = NULL, {SEAL_OF} = NULL")  # noqa: S608
    store = await open_at(path)
    for kind in KINDS:
        assert await store.find(kind) == [replace(sample(kind), version=1)]
    assert await store.cursor(UNSEALED) == "0"
    await store.close()

    at(path, "UPDATE people SET version = version + 1")  # as that release writes: the seal stays behind
    store = await open_at(path)
    assert await store.find(Person) == [replace(sample(Person), version=2)]
    assert await store.cursor(UNSEALED) == "1"
    await store.close()


def test_a_release_with_fewer_or_more_columns_compares_what_both_know() -> None:
    both = [(tag("facts"), b"here"), (tag("later"), b"new")]
    assert KEYS.fits("row", both[:1], KEYS.seal("row", both)), "an older release reads what a newer one sealed"
    assert KEYS.fits("row", both, KEYS.seal("row", both[:1])), "and the newer one what the older sealed"
    assert not KEYS.fits("row", [(tag("facts"), None)], KEYS.seal("row", both))
    assert not KEYS.fits("row", both, KEYS.seal("row", [(tag("facts"), None)]))
    assert not KEYS.fits("other", both, KEYS.seal("row", both))
    assert not KEYS.fits("row", both, KEYS.seal("row", both)[20:])
