"""Everything that changes at the hospital is taken, and the cursor never passes what was not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from backend_client.errors import Broken, Busy, HospitalError, NotFound, Unauthorised, Unreachable
from backend_client.models import BatchSnapshot, Changes, OrderSnapshot, Patient, TaskSnapshot, Unread
from bot.clock import HandClock
from bot.model import Observed
from bot.store.sqlite import SqliteStore
from bot.workers.feed import AWAY, BROKEN_PAUSE, CURSOR, Feed, Looking
from tests.workers.fakes import Core, Desk, until

NOBODY = Patient("pat-1", "Nobody", "1950-01-01")


def order(no: str, version: str = "1", updated: int = 1) -> OrderSnapshot:
    return OrderSnapshot(
        no, f"task-{no}", version, updated, "submitted", NOBODY, "Patient/pat-1", "dep", "", "", "comp", "home",
        "routine", "0-2", "E78", 0, (),
    )  # fmt: skip


def batch(id: str, version: str = "1", updated: int = 1) -> BatchSnapshot:
    return BatchSnapshot(id, "run", version, updated, "packed", "", "comp", ())


class Ward:
    """A hospital with a list of changes for each cursor."""

    def __init__(self) -> None:
        self.pages: dict[str, Changes] = {}
        self.orders: dict[str, OrderSnapshot] = {}
        self.fails: list[HospitalError] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    async def changes(self, cursor: str, seen: tuple[str, ...]) -> Changes:
        self.asked.append((cursor, seen))
        if self.fails:
            raise self.fails.pop(0)
        return self.pages.get(cursor, Changes((), (), cursor, seen))

    async def order(self, no: str) -> OrderSnapshot:
        if no not in self.orders:
            raise NotFound("404")
        return self.orders[no]

    async def open(self) -> Sequence[str]:
        return ["R1", "R404", "R2"]


@pytest.fixture
def ward() -> Ward:
    return Ward()


@pytest.fixture
def core(store: SqliteStore) -> Core:
    return Core(store=store)


@pytest.fixture
def feed(store: SqliteStore, ward: Ward, clock: HandClock, core: Core) -> Feed:
    return Feed(store, ward, clock, core.take, ward.open, Looking(poll=45, reread=300))


async def test_changes_come_in_oldest_first_and_the_cursor_follows(
    feed: Feed, ward: Ward, core: Core, store: SqliteStore
) -> None:
    ward.pages[""] = Changes((order("R1", "3", 20), order("R2", "1", 10)), (batch("B1", "2", 15),), "t20", ("x",))
    assert await feed.once() == 3
    assert core.ids == ["order/R2/1", "batch/B1/2", "order/R1/3"]
    assert isinstance(core.taken[0].body, Observed)
    assert json.loads(await store.cursor(CURSOR)) == {"format": 1, "cursor": "t20", "seen": ["x"]}
    assert await feed.once() == 0
    assert ward.asked == [("", ()), ("t20", ("x",))]


async def test_the_cursor_waits_for_what_could_not_be_taken(
    feed: Feed, ward: Ward, core: Core, store: SqliteStore
) -> None:
    ward.pages[""] = Changes((order("R1"),), (), "t1", ())
    core.fails.append(RuntimeError("the store is away"))
    with pytest.raises(RuntimeError):
        await feed.once()
    assert await store.cursor(CURSOR) == ""
    await feed.once()
    assert core.ids == ["order/R1/1"]
    assert "t1" in await store.cursor(CURSOR)


async def test_open_orders_are_read_again_by_their_id_now_and_then(
    feed: Feed, ward: Ward, core: Core, clock: HandClock
) -> None:
    ward.orders = {no: order(no, "9") for no in ("R1", "R2")}
    await feed.once()
    assert core.ids == []
    clock.advance(300)
    assert await feed.once() == 2
    assert plain(core) == ["order/R1/9", "order/R2/9"]
    assert await feed.once() == 0


def plain(core: Core) -> list[str]:
    """Without the instant by which a reading is news."""
    return ["/".join(id.split("/")[:3]) for id in core.ids]


async def test_a_death_is_news_though_the_order_has_its_version(
    feed: Feed, ward: Ward, core: Core, clock: HandClock
) -> None:
    """A4: also the correction, and the second one; what was read before says nothing new."""
    now = ward.orders["R1"] = order("R1", "9")
    names: list[str] = []
    for deceased in (False, False, True, True, False, True):
        clock.advance(300)
        ward.orders["R1"] = replace(now, patient=replace(NOBODY, deceased=deceased))
        await feed.reread()
        names.append(core.ids[-1])
    assert len(set(names)) == 5
    assert names[1] == names[3] == "order/R1/9", "told before"


async def test_a_ping_does_not_wait_for_the_whole_list(feed: Feed, ward: Ward, core: Core) -> None:
    ward.orders = {no: order(no, "9") for no in ("R1", "R2")}
    ward.pages[""] = Changes((order("R3"),), (), "t1", ())
    feed.wake()
    assert await feed.reread() == 3
    assert plain(core) == ["order/R3/1", "order/R1/9", "order/R2/9"]


async def test_run_looks_regularly_and_at_once_when_pinged(feed: Feed, ward: Ward, clock: HandClock) -> None:
    running = asyncio.create_task(feed.run())

    async def asked(times: int) -> None:
        await until(lambda: len(ward.asked) >= times and clock.next_wake() is not None)

    await asked(1)
    clock.advance(45)
    await asked(2)
    feed.wake()
    await asked(3)
    running.cancel()
    await asyncio.wait([running])
    assert clock.monotonic() == 45


async def test_a_commit_is_no_ping(feed: Feed, store: SqliteStore, desk: Desk) -> None:
    store.on_commit(feed.wake)
    await desk.commit()
    assert not feed._stir.is_set()


async def test_while_the_hospital_is_away_it_is_asked_ever_more_slowly(
    feed: Feed, ward: Ward, clock: HandClock
) -> None:
    ward.fails = [Unreachable("no"), Unreachable("no"), Busy("429", after=7), Unauthorised("401")]
    running = asyncio.create_task(feed.run())
    pauses: list[float] = []
    for _ in range(5):
        await until(lambda: clock.next_wake() is not None)
        pause = clock.next_wake()
        assert pause is not None
        pauses.append(pause)
        clock.advance(pause)
        await until(lambda: clock.next_wake() is not None)
    running.cancel()
    await asyncio.wait([running])
    assert pauses == [1, 2, 7, BROKEN_PAUSE, 45]


async def test_other_tasks_come_in_beside_orders_and_strange_ones_are_counted(
    feed: Feed, ward: Ward, core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    visit = TaskSnapshot("v1", "home-visit", "3", 5, "requested")
    ward.pages[""] = Changes((order("R1", "3", 20),), (), "t1", tasks=(visit,), unknown=("horoscope",))
    ward.pages["t1"] = Changes((), (), "t2", unknown=("horoscope", ""))
    assert await feed.once() == 2
    assert core.ids == ["task/v1/3", "order/R1/3"]
    await feed.once()
    assert feed.left_alone == {"horoscope": 2, "": 1}
    assert len([one for one in caplog.records if "left alone" in one.getMessage()]) == 2


async def test_what_cannot_be_read_is_put_where_an_operator_sees_it(
    feed: Feed, ward: Ward, store: SqliteStore, clock: HandClock
) -> None:
    lost = (Unread("Task/1", "sum-differs", "R7"), Unread("Task/2", "unknown-stage"))
    ward.pages[""] = Changes((), (), "t1", unreadable=lost)
    ward.orders = {"R1": order("R1"), "R2": order("R2")}
    await feed.once()
    await feed.reread()
    letters = {letter["id"]: (letter["source"], letter["code"]) for letter in await store.dead_letters()}
    assert letters == {
        "order/R7": ("feed", "sum-differs"),
        "Task/2": ("feed", "unknown-stage"),
        "order/R404": ("feed", "404"),
    }


@pytest.mark.parametrize(
    "error", [Broken("tls"), Broken("unknown-host"), Unauthorised("forbidden"), Unreachable("no-connection")]
)
async def test_a_hospital_that_cannot_be_reached_is_told_once_and_taken_back(
    feed: Feed, ward: Ward, store: SqliteStore, clock: HandClock, error: HospitalError
) -> None:
    """Edge 4: at once where no waiting mends it, after a quarter of an hour where it only is away."""
    ward.fails = [error] * 9

    async def letters() -> list[tuple[str, int]]:
        return [(one["code"], one["times"]) for one in await store.dead_letters() if one["source"] == "link"]

    running = asyncio.create_task(feed.run())
    while ward.fails:
        clock.advance(AWAY)
        await asyncio.sleep(0.001)
    await until(lambda: len(ward.asked) >= 9)
    assert await letters() == [(error.code, 1)]
    while await letters() != [("", 2)]:
        clock.advance(AWAY)
        await asyncio.sleep(0.001)
    running.cancel()


async def test_one_that_only_is_away_is_not_told_at_once(feed: Feed, ward: Ward, store: SqliteStore) -> None:
    ward.fails = [Unreachable("no-connection")]
    running = asyncio.create_task(feed.run())
    await until(lambda: len(ward.asked) == 1)
    await asyncio.sleep(0.01)
    assert await store.dead_letters() == []
    running.cancel()
