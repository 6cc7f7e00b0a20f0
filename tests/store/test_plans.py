"""Every statement finds its rows by an index: the file grows for years, a turn does not get slower."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.model import SHAPES, Dialog, Order, Person
from bot.store import housekeeping, lanes, outbox_sql, sight, turns
from bot.store.sql import SQLITE, Sql

FINDS: list[tuple[type, dict[str, int]]] = [
    *((kind, dict.fromkeys(names, 1)) for kind, shape in SHAPES.items() for names in shape.indexes),
    *((kind, {shape.key: 4}) for kind, shape in SHAPES.items()),
    (Dialog, {"chat": 1, "person": 1, "state": 2}),
    (Person, {"role": 1, "role_id": 1}),
    (Person, {"role": 1, "location": 1}),
]
# Only what is open or rare: all commands are unfinished ones; a group moves once; the rest runs beside the loop.
WHOLE_BOT = (
    "SELECT DISTINCT audit",  # a check of all trails, when somebody asks for it
    "audit.at >= ",  # a day's, written into a file beside the bot
    "FROM commands",
    "UPDATE commands",
    "UPDATE timers SET due=(timers.due -",  # once, when civil time went back
    "shown != posts.wanted",
    "closed != topics.shown_closed",
)


def statements(holder: Any) -> Iterator[Sql]:
    if isinstance(holder, Sql):
        yield holder
    elif isinstance(holder, dict):
        for one in holder.values():
            yield from statements(one)
    elif isinstance(holder, (list, tuple)):
        for one in holder:
            yield from statements(one)
    elif hasattr(holder, "__dict__"):
        yield from statements(vars(holder))


def plan(path: Path, sql: Sql) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        values = [1] * sql.text.count("?")
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql.text}", values)]


def by_index(lines: list[str]) -> bool:
    """By a key, or by an index that was made for it: its name says what it holds."""
    tables = [line for line in lines if line.startswith(("SEARCH", "SCAN")) and not line.endswith("CONSTANT ROW")]
    few = (
        "ix_posts_waiting",
        "ix_posts_ready",
        "ix_posts_failed",
        "ix_topics_stale",
        "ix_topics_gone",
        "SEARCH unreachable",
    )
    return all("bot_id=? AND" in line or any(name in line for name in few) for line in tables)


@pytest.mark.parametrize(("kind", "shape"), FINDS, ids=str)
def test_find_uses_an_index(path: Path, kind: type, shape: dict[str, int]):
    lines = plan(path, turns._find_sql(SQLITE, kind, tuple(sorted(shape.items())), whole=True))
    assert by_index(lines), lines


@pytest.mark.parametrize("whose", ["placed_by", "patient"])
def test_the_newest_of_an_account_that_have_ended_are_found_without_the_others(path: Path, whose: str):
    """Ten years' orders of one account: neither what has ended is gone through for what goes on, nor all for three."""
    index = f"USING INDEX ix_orders_{whose}_stage_since"
    newest = plan(path, turns._find_sql(SQLITE, Order, ((whose, 1), ("stage", 1)), whole=False, latest="since"))
    assert f"{index} (bot_id=? AND {whose}=? AND stage=?)" in newest[0], newest
    assert "USE TEMP B-TREE FOR ORDER BY" not in newest  # only those of one moment are put in order
    goes_on = plan(path, turns._find_sql(SQLITE, Order, ((whose, 1), ("stage", -4)), whole=True))
    assert index in goes_on[0], goes_on


def test_all_other_statements_do(path: Path):
    slow: list[Any] = []
    for holder in (turns._turn_sql(SQLITE), lanes._lane_sql(SQLITE), outbox_sql.outbox_sql(SQLITE), sight._sql(SQLITE)):
        for sql in statements(holder):
            lines = plan(path, sql)
            if not by_index(lines) and not any(words in sql.text for words in WHOLE_BOT):
                slow.append((sql.text, lines))
    assert [one for one in slow if "dead_letters" not in one[0]] == []


def test_what_is_over_is_found_by_an_index_of_its_own_a_hundred_rows_at_a_time(path: Path):
    """It stands A16: the purge scanned whole tables."""
    kept = housekeeping._keep_sql(SQLITE)
    for sql in (*(one.find for one in kept.settled), kept.emptied.find, kept.orders, kept.people):
        lines = plan(path, sql)
        assert by_index(lines), lines
        assert not any(line.startswith("SCAN") for line in lines)
        assert "LIMIT" in sql.text
    for sql, index in (
        (kept.orders, "ix_orders_whole"),
        (kept.people, "ix_people_plain"),
        (kept.emptied.find, "ix_batches_whole"),
        (kept.settled[1].find, "ix_posts_settled"),
        (kept.settled[2].find, "ix_posts_failed"),
        (kept.settled[3].find, "ix_posts_waiting"),
    ):
        assert any(index in line for line in plan(path, sql)), (index, plan(path, sql))
    for sql in (kept.commands, kept.posts):
        assert by_index(plan(path, sql)), plan(path, sql)


def test_what_keeps_house_deletes_by_key(path: Path):
    kept = housekeeping._keep_sql(SQLITE)
    for sql in (
        *(one.forget for one in kept.settled),
        kept.emptied.forget,
        *(one.replace for one in kept.old.values()),
    ):
        lines = plan(path, sql)
        assert by_index(lines), lines


def test_waiting_posts_and_stale_topics_have_small_indexes_of_their_own(path: Path):
    sql = outbox_sql.outbox_sql(SQLITE)
    for call, index in (
        (sql.waiting, "posts_ready"),
        (sql.waiting_in, "posts_waiting"),
        (sql.crashed, "posts_waiting"),
        (sql.in_flight, "posts_waiting"),
        (sql.topics_due, "topics_stale"),
        (sql.topics_over, "topics_gone"),
    ):
        assert any(f"USING INDEX ix_{index}" in line for line in plan(path, call)), call.text
