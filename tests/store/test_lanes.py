"""Commands in their lanes, timers, cursors, series, dead letters, the audit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.model import AuditLine, Command, Origin, Priority, Timer
from bot.store.audit import chain_broken
from bot.store.kept import KeptStore
from bot.store.port import Claimed, Store
from bot.store.sql import Program
from tests.store.kit import KEYS, MORNING, Turns


def command(key: str, lane: str = "O-1", **more: Any) -> Command:
    return Command(key, lane, "hospital.take", {"order": "O-1", "items": [{"n": 1}]}, **more)


async def due(store: Store, now: int = 0) -> list[str]:
    return [claimed.command.key for claimed in await store.commands_due(now)]


async def test_a_command_comes_back_whole_and_goes_with_its_result(store: Store, turn: Turns):
    taken = command("c", origin=Origin("d", "ok", 2, 7, None, 8), priority=Priority.URGENT)
    await store.commit(turn(commands=(taken,)))
    assert await store.command("c") == Claimed(taken, 0, 0, 0)
    assert await store.commands_due(0) == [Claimed(taken, 0, 0, 0)]
    await store.commit(turn(commands=(replace(taken, op="other"),)))
    assert await store.command("c") == Claimed(taken, 0, 0, 0)
    await store.commit(turn(done=("c", "never there")))
    assert await store.command("c") is None
    assert await due(store) == []


async def test_a_lane_gives_only_its_first_unfinished_command(store: Store, turn: Turns):
    await store.commit(turn(commands=(command("take"), command("sign"), command("other", "O-2"))))
    await store.commit(turn(commands=(command("photo", "d-1", priority=Priority.URGENT),)))
    assert await due(store) == ["photo", "take", "other"]
    assert [c.command.key for c in await store.commands_due(0, limit=1)] == ["photo"]
    await store.postpone("take", due=50, attempts=1, error="away")
    assert await due(store, 49) == ["photo", "other"]
    assert await due(store, 50) == ["photo", "take", "other"]
    await store.commit(turn(done=("take",)))
    assert await due(store) == ["photo", "sign", "other"]


async def test_the_first_try_is_remembered(store: Store, turn: Turns):
    await store.commit(turn(commands=(command("c"),)))
    await store.postpone("c", due=50, attempts=1, error="away")
    await store.postpone("c", due=60, attempts=2, error="away")
    assert await store.command("c") == Claimed(command("c"), 2, MORNING, 60)


async def test_timers_are_set_anew_under_their_key_and_removed(store: Store, turn: Turns):
    await store.commit(turn(timers=(Timer("a", 5, "remind", "d"), Timer("b", 3, "expire", "d", "ok", 2))))
    assert [timer.key for timer in await store.timers_due(5)] == ["b", "a"]
    assert [timer.key for timer in await store.timers_due(5, limit=1)] == ["b"]
    await store.commit(turn(timers=(Timer("b", 9, "expire", "d", "ok", 3, 7),), untimed=("a", "b", "c")))
    assert await store.timers_due(8) == []
    assert await store.timers_due(9) == [Timer("b", 9, "expire", "d", "ok", 3, 7)]


async def test_a_cursor_moves_with_what_it_covers_or_alone(store: Store, turn: Turns):
    assert await store.cursor("feed") == ""
    await store.commit(turn(cursor=("feed", "1")))
    assert await store.cursor("feed") == "1"
    await store.set_cursor("feed", "2")
    assert await store.cursor("feed") == "2"


async def test_a_series_never_gives_a_number_twice(store: Store):
    assert [await store.mint("topics") for _ in range(3)] == [1, 2, 3]
    assert await store.mint("orders") == 1
    assert [await store.mint("orders", 4), await store.mint("orders")] == [5, 6]


async def test_dead_letters_are_counted(store: Store):
    await store.dead_letter("telegram", "1", "ValueError")
    await store.dead_letter("telegram", "1", "KeyError")
    letters = await store.dead_letters()
    assert [(one["source"], one["id"], one["code"], one["times"], one["at"]) for one in letters] == [
        ("telegram", "1", "KeyError", 2, MORNING)
    ]


LINE = AuditLine("O-1", "person:7", "patient:p-1", "placed", 5, "R2")


async def test_the_trail_of_an_order_is_a_chain(store: Store, turn: Turns):
    await store.commit(turn(audit=(LINE, replace(LINE, what="paid"), replace(LINE, order="O-2"))))
    await store.commit(turn(audit=(replace(LINE, what="sorted"),)))
    trail = await store.audit("O-1")
    assert [(line["n"], line["what"]) for line in trail] == [(1, "placed"), (2, "paid"), (3, "sorted")]
    assert [line["prev"] for line in trail] == ["", trail[0]["hash"], trail[1]["hash"]]
    assert {name: trail[0][name] for name in ("order", "actor", "on_behalf", "at", "reason")} == {
        "order": "O-1", "actor": "person:7", "on_behalf": "patient:p-1", "at": 5, "reason": "R2",
    }  # fmt: skip
    assert chain_broken(trail, KEYS) is None
    assert chain_broken([], KEYS) is None


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda trail: trail[1].update(what="refunded"), 2),
        (lambda trail: trail.pop(0), 1),
        (lambda trail: trail.pop(1), 2),
        (lambda trail: trail.reverse(), 1),
        (lambda trail: trail[0].update(bot_id=1), 1),
    ],
)
async def test_a_trail_that_was_tampered_with_is_noticed(store: Store, turn: Turns, spoil: Any, where: int):
    await store.commit(turn(audit=(LINE, replace(LINE, what="paid"), replace(LINE, what="sorted"))))
    trail = await store.audit("O-1")
    spoil(trail)
    assert chain_broken(trail, KEYS) == where


@pytest.mark.parametrize("statement", ["UPDATE audit SET what = 'x'", "DELETE FROM audit"])
async def test_the_audit_is_append_only_even_for_a_shell(store: KeptStore, turn: Turns, statement: str):
    await store.commit(turn(audit=(LINE,)))

    def shell() -> Program[None]:
        yield statement, ()

    with pytest.raises(Exception, match="append-only"):
        await store._driver.write(shell)
    assert len(await store.audit("O-1")) == 1


async def test_what_waits_is_dated_anew_when_civil_time_goes_back(store: Store, turn: Turns):
    commands = (Command("waits", "MR-1", "hospital.take", {}), Command("fresh", "MR-2", "hospital.take", {}))
    timers = tuple(Timer(kind, 10_000, kind, "d") for kind in ("slow", "album", "remind"))
    await store.commit(turn(commands=commands, timers=timers))
    await store.postpone("waits", due=10_000, attempts=1, error="away")
    assert await store.redate(0, 20_000) == 0
    assert await store.redate(9_000, 20_000) == 3
    assert await due(store, 1_000) == ["waits", "fresh"]
    assert await due(store, 999) == ["fresh"]
    assert {timer.key for timer in await store.timers_due(1_000)} == {"slow", "album"}
    await store.postpone("waits", due=90_000, attempts=2, error="away")
    assert await store.redate(0, 20_000) == 1
    assert await due(store, 20_000) == ["waits", "fresh"]
