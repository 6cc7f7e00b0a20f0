"""What only PostgreSQL can get wrong: writers at the same time, durability, its lock. A real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_socket

from bot.model import AuditLine, Expect, Order, Person, Place, PlaceKind, Post, Text
from bot.store.audit import chain_broken
from bot.store.crypto import Keys
from bot.store.kept import KeptStore, StoreLocked
from bot.store.opening import WrongKey
from bot.store.port import Conflict, Duplicate, Mark
from bot.store.schema import metadata
from bot.store.sql import Program
from tests.store.conftest import BOTS
from tests.store.kit import KEYS, Turns, now
from tests.waiting import posts_due

asyncpg = pytest.importorskip("asyncpg")
pytestmark = pytest.mark.slow
ORDER = Order("O-1", "placed", 1, 2, "3", 4, "endo", "c-1", "red", 7)


@pytest.fixture
def url(postgres: str) -> str:
    pytest_socket.socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    return postgres


@pytest.fixture
def bot() -> int:
    return next(BOTS)


async def open_at(url: str, bot: int, keys: Keys = KEYS) -> KeptStore:
    from bot.store.postgres import open_postgres

    return await open_postgres(url, bot=bot, keys=keys, now=now)


@pytest.fixture
async def store(url: str, bot: int) -> AsyncIterator[KeptStore]:
    store = await open_at(url, bot)
    yield store
    await store.close()


async def settle(*doing: Any) -> list[str]:
    results = await asyncio.gather(*doing, return_exceptions=True)
    return sorted("" if result is None else type(result).__name__ for result in results)


async def test_of_many_doctors_one_gets_the_order(store: KeptStore, turn: Turns):
    await store.commit(turn(rows=(ORDER,)))
    takes = [turn(rows=(replace(ORDER, doctor=n, version=1),)) for n in range(1, 9)]
    assert await settle(*(store.commit(one) for one in takes)) == ["", *["Conflict"] * 7]


async def test_of_many_deliveries_of_an_arrival_one_is_a_turn(store: KeptStore, turn: Turns):
    outcome = turn(posts=(Post("p", 7, Text("x")),))
    assert await settle(*(store.commit(outcome) for _ in range(8))) == ["", *["Duplicate"] * 7]


async def test_what_is_not_there_yet_is_made_once(store: KeptStore, turn: Turns):
    made = [turn(rows=(Person(7),)) for _ in range(8)]
    assert await settle(*(store.commit(one) for one in made)) == ["", *["Conflict"] * 7]


@pytest.mark.parametrize("absent", [False, True])
async def test_what_was_relied_on_stands_until_the_commit(store: KeptStore, turn: Turns, absent: bool):
    """Each of two turns relies on what the other writes: in no order would both be right."""
    version = 0 if absent else 1
    if not absent:
        await store.commit(turn(rows=(Person(1), Place(-1, PlaceKind.REVIEW))))
    one = turn(expects=(Expect(Person, 1, version),), rows=(Place(-1, PlaceKind.COMPOUND, version=version),))
    other = turn(expects=(Expect(Place, -1, version),), rows=(Person(1, "en", version=version),))
    assert await settle(store.commit(one), store.commit(other)) == ["", "Conflict"]


async def test_the_audit_stays_one_chain(store: KeptStore, turn: Turns):
    lines = [turn(audit=(AuditLine("O-1", "a", "", f"step{n}", n), AuditLine("", "a", "", "x", n))) for n in range(20)]
    assert await settle(*(store.commit(one) for one in lines)) == [""] * 20
    for order in ("O-1", ""):
        trail = await store.audit(order)
        assert len(trail) == 20
        assert chain_broken(trail, KEYS) is None


async def test_a_series_gives_each_number_once(store: KeptStore):
    numbers = await asyncio.gather(*(store.mint("orders") for _ in range(20)))
    assert sorted(numbers) == list(range(1, 21))


@pytest.mark.parametrize(("deadlocks", "ends"), [(2, "done"), (99, "Conflict")])
async def test_a_deadlock_is_tried_again(store: KeptStore, deadlocks: int, ends: str):
    tries = 0

    def program() -> Program[str]:
        nonlocal tries
        tries += 1
        yield "SELECT 1", ()
        if tries <= deadlocks:
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        return "done"

    try:
        assert await store._driver.write(program) == ends
    except Conflict:
        assert ends == "Conflict"
    assert tries == min(deadlocks + 1, 5)


async def test_one_process_works_for_a_bot(store: KeptStore, url: str, bot: int):
    with pytest.raises(StoreLocked, match=f"another process works for bot {bot}: stop it first"):
        await open_at(url, bot)
    await store.close()
    await (await open_at(url, bot)).close()


async def test_what_was_kept_is_there_after_a_restart(store: KeptStore, turn: Turns, url: str, bot: int):
    outcome = turn(rows=(Person(7, facts={"a": 1}),), posts=(Post("p", 7, Text("x")),))
    await store.commit(outcome)
    await store.mark([Mark("p", "sending", attempts=1)])
    await store.close()
    again = await open_at(url, bot)
    assert await again.get(Person, 7) == Person(7, facts={"a": 1}, version=1)
    assert [(standing.state, standing.attempts) for standing in await posts_due(again, 1)] == [("unknown", 1)]
    with pytest.raises(Duplicate):
        await again.commit(outcome)
    await again.close()
    with pytest.raises(WrongKey):
        await open_at(url, bot, Keys("k1", {"k1": b"2" * 32}, KEYS.pepper))


async def test_an_old_key_can_go_after_a_rotation(store: KeptStore, turn: Turns, url: str, bot: int):
    await store.commit(turn(rows=(Person(7, facts={"a": 1}),), posts=(Post("p", 7, Text("x")),)))
    await store.close()
    secrets = {**KEYS.secrets, "k2": b"2" * 32}
    both = await open_at(url, bot, Keys("k2", secrets, KEYS.pepper))
    assert await both.reseal() == 2
    await both.close()
    again = await open_at(url, bot, Keys("k2", {"k2": b"2" * 32}, KEYS.pepper))
    assert await again.get(Person, 7) == Person(7, facts={"a": 1}, version=1)
    assert [standing.post.content for standing in await posts_due(again, 1)] == [Text("x")]
    await again.close()


async def test_a_server_that_forgets_commits_is_refused(url: str, bot: int):
    from bot.store.postgres import NotDurable

    with pytest.raises(NotDurable, match="synchronous_commit is off"):
        await open_at(f"{url}&synchronous_commit=off", bot)


async def test_the_schema_is_the_same(store: KeptStore, url: str):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url))
    async with engine.connect() as connection:
        difference = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), metadata)
        )
    await engine.dispose()
    assert difference == []


async def test_a_person_who_stops_the_bot_while_a_turn_writes_him_stays_readable(store: KeptStore, turn: Turns):
    """Both raise the version of his row: its seal is of the version that it stands at, whoever is first."""
    people = [Person(n, "p", facts={"self": n}) for n in range(1, 41)]
    await store.commit(turn(rows=people))
    stops = [store.unreachable(one.id) for one in people]
    writes = [store.commit(turn(rows=(replace(one, facts={"self": 0}, version=1),))) for one in people]
    await settle(*(one for pair in zip(stops, writes, strict=True) for one in pair))
    assert [(await store.get(Person, one.id)) is not None for one in people] == [True] * len(people)
