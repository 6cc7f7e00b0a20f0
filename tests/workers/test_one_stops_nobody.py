"""One order, one row or one answer that is bad for long does not hold up the others."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from backend_client.errors import Busy
from backend_client.models import OrderSnapshot
from bot.clock import HandClock
from bot.messenger.errors import OutcomeUnknown
from bot.model import Arrival, Button, Command, Dialog, Outcome, Person, Post, Priority, PutAside, Said, Spot, Text
from bot.store.sqlite import SqliteStore
from bot.workers.command_runner import CommandRunner
from bot.workers.feed import Feed, Looking
from bot.workers.rates import Limits
from bot.workers.sender import Sender, Sending
from tests.workers.fakes import Chats, Core, Desk, several
from tests.workers.test_feed import Ward, order

MONTH = 30 * 86_400.0  # s
HOUR = 3600.0


async def nobody() -> list[str]:
    return []


async def test_an_order_that_is_never_answered_hides_no_other(store: SqliteStore, clock: HandClock) -> None:
    class Broken(Ward):
        async def order(self, no: str) -> OrderSnapshot:
            if no == "R1":
                raise Busy("http-500")
            return await super().order(no)

    async def opened() -> list[str]:
        return ["R1", "R2", "R3"]

    core, ward = Core(store=store), Broken()
    ward.orders = {no: order(no) for no in ("R2", "R3")}
    feed = Feed(store, ward, clock, core.take, opened, Looking())
    assert await feed.reread() == 2
    ward.orders = {}
    with pytest.raises(Busy):  # two in a row: it is the hospital
        await Feed(store, _Away(), clock, core.take, opened, Looking()).reread()


class _Away(Ward):
    async def order(self, no: str) -> OrderSnapshot:
        raise Busy("http-503")


async def test_a_month_that_the_hospital_asks_us_to_wait_is_five_minutes(store: SqliteStore, clock: HandClock) -> None:
    feed = Feed(store, Ward(), clock, Core(store=store).take, nobody, Looking())
    assert feed._pause(Busy("http-503", after=MONTH)) <= 300.0
    called: list[int] = []

    async def pay(args: Any) -> None:
        called.append(clock.civil())
        raise Busy("http-503", after=MONTH)

    said = Arrival("telegram", "x", clock.civil(), Said(Spot(1, 1), 1, "x"))
    await store.commit(Outcome(said, commands=(Command("k", "R1", "hospital.pay", {}),)))
    runner = CommandRunner(store, {"hospital.pay": pay}, clock, Core(store=store).take)
    for _ in range(3):
        await runner.once()
        clock.advance(HOUR)
    assert len(called) == 3


@pytest.mark.parametrize(("table", "column"), [("dialogs", "journal"), ("people", "facts")])
async def test_a_row_that_does_not_open_stops_no_message(
    store: SqliteStore,
    clock: HandClock,
    sender: Sender,
    desk: Desk,
    chats: Chats,
    tmp_path: Path,
    table: str,
    column: str,
) -> None:
    rows = (Person(11, facts={"a": 1}), Dialog("D1", "refill", 11, 11, journal="{}", prompt="d:D1:q:0"))
    said = Arrival("telegram", "y", clock.civil(), Said(Spot(11, 11), 1, "x"))
    await store.commit(Outcome(said, rows=rows))
    with sqlite3.connect(tmp_path / "bot.sqlite") as file:
        file.execute(f"UPDATE {table} SET {column} = x'00'")  # noqa: S608 - names of this test
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 1))
    question = Text("Since when?", ((Button("Today", "d:D1:q:0:y"),),))
    if table == "dialogs":
        await desk.commit(Post("d:D1:q:0", 11, question))
    await desk.commit(Post("r:1:1:11", 11, Text("words of the doctor"), Priority.RELAY))
    for _ in range(120):
        await sender.once()
        clock.advance(1.0)
    shown = " ".join(chats.texts(11))
    assert "words of the doctor" in shown


async def test_what_was_late_is_known_to_have_arrived_also_after_a_restart(
    store: SqliteStore, clock: HandClock, sender: Sender, desk: Desk, chats: Chats, core: Core
) -> None:
    chats.fail("send", *several(OutcomeUnknown, "no-answer", 12))
    await desk.commit(Post("r:1:1:11", 11, Text("words"), Priority.RELAY))
    for _ in range(1150):
        await sender.once()
        clock.advance(1.0)
    assert [one["code"] for one in await store.dead_letters()] == ["late"]
    again = Sender(store, chats, clock, core.take, Sending(limits=Limits(private_burst=1000)))
    for _ in range(700):
        await again.once()
        clock.advance(1.0)
    told = [one.body for one in core.taken if isinstance(one.body, PutAside)]
    assert [(one.source, one.code) for one in told] == [("post", "")]
