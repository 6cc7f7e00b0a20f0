"""Whoever has the file and no key cannot rewrite the audit without being caught (It stands 15)."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from bot.clock import HandClock
from bot.model import Arrival, AuditLine
from bot.store import trails
from bot.store.audit import head_of
from bot.workers.retention import Retention
from tests.store.kit import MORNING, Turns, open_at

LINE = AuditLine("O-1", "person:7", "", "placed", 5, "R2")


def unkeyed(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The chain as a release without a key writes it, and as anybody can write it."""
    prev = ""
    for n, line in enumerate(lines, 1):
        line |= {"n": n, "prev": prev}
        own = {name: value for name, value in line.items() if name != "hash"}
        line["hash"] = prev = hashlib.sha256(orjson.dumps(own, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return lines


def rewrite(path: Path, change: Callable[[list[dict[str, Any]]], Any], more: str = "") -> None:
    """By hand in the file, past the triggers that keep a shell from it."""
    with closing(sqlite3.connect(path)) as file, file:
        file.row_factory = sqlite3.Row
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        lines = [dict(row) for row in file.execute("SELECT * FROM audit WHERE \"order\" = 'O-1' ORDER BY n")]
        lines = change(lines) or lines
        file.execute("DELETE FROM audit WHERE \"order\" = 'O-1'")
        file.executemany(
            "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [[*line.values()] for line in lines]
        )
        if more:
            file.execute(more)


async def written(path: Path) -> None:
    turn, store = Turns(), await open_at(path)
    await store.commit(turn(audit=(LINE, replace(LINE, what="paid"), replace(LINE, order="O-2"))))
    assert await store.broken_trails() == []
    await store.close()


async def broken(path: Path) -> list[tuple[str, int]]:
    store = await open_at(path)
    found = await store.broken_trails()
    await store.close()
    return found


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: lines[0].update(actor="person:8"), 1),
        (lambda lines: lines[1].update(what="refunded") or unkeyed(lines), 1),
        (lambda lines: unkeyed(lines[1:]), 1),
        (lambda lines: [lines[0], *unkeyed([*lines])[1:]], 1),
    ],
)
async def test_a_trail_that_was_rewritten_in_the_file_is_caught(path: Path, change: Any, line: int):
    await written(path)
    rewrite(path, change)
    assert (await broken(path))[0] == ("O-1", line)


async def test_the_trails_of_a_release_without_a_key_are_keyed_at_the_first_start(path: Path):
    await written(path)
    rewrite(path, unkeyed, "DELETE FROM cursors WHERE name = 'audit-keyed'")
    assert await broken(path) == []
    store = await open_at(path)
    assert [line["what"] for line in await store.audit("O-1")] == ["placed", "paid", "keyed"]
    await store.close()
    rewrite(path, lambda lines: lines[0].update(actor="person:8"))
    assert await broken(path) == [("O-1", 1)]


async def test_only_the_first_start_does_that(path: Path):
    await written(path)
    rewrite(path, unkeyed)
    assert await broken(path) == [("O-1", 1)]


async def test_lines_cut_off_at_the_end_are_missed(path: Path):
    """It stands 15: the chain alone does not notice them."""
    await written(path)
    rewrite(path, lambda lines: lines[:1])
    (found,) = await broken(path)
    assert found == (head_of("O-1"), 2)
    assert await broken(path) == [found], "the next start does not make it good"


async def test_a_whole_trail_that_is_gone_and_a_head_that_is_forged_are_missed_too(path: Path):
    await written(path)
    name = head_of("O-1")
    for forged in (
        f"UPDATE cursors SET value = '1:x' WHERE name = '{name}'",  # noqa: S608
        f"DELETE FROM cursors WHERE name = '{name}'",  # noqa: S608
    ):
        rewrite(path, lambda lines: lines[:1], forged)
        assert await broken(path) == [(name, 0)]


async def nobody(arrival: Arrival) -> Any:
    raise AssertionError(arrival)


@pytest.mark.parametrize("page", [1, 10_000])
async def test_lines_that_an_older_release_added_are_counted_soon_after_the_next_start(
    path: Path, page: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(trails, "PAGE", page)
    turn, store = Turns(), await open_at(path)
    await store.commit(turn(audit=(LINE, replace(LINE, what="paid"), replace(LINE, order=""))))
    assert await store.count_trails() == 0
    was = await store.cursor(head_of("O-1"))
    await store.commit(turn(audit=(replace(LINE, what="packed"),)))
    await store.set_cursor(head_of("O-1"), was)  # it knows nothing of the head
    assert await store.broken_trails() == []
    await store.close()
    store = await open_at(path)
    await Retention(store, HandClock(MORNING), nobody, 14).once()
    assert await store.count_trails() == 0
    assert await store.broken_trails() == []
    await store.close()
    rewrite(path, lambda lines: lines[:2])
    assert await broken(path) == [(head_of("O-1"), 3)]
