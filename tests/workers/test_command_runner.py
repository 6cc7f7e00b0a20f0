"""A committed command is carried out until it has a result, and the result comes back exactly once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from backend_client.errors import (
    CLASHES,
    Broken,
    Busy,
    Clash,
    HospitalError,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Unauthorised,
    Unreachable,
    WrongState,
)
from bot.book import COMMANDS, Book
from bot.clock import HandClock
from bot.model import Arrival, Command, Outcome, Returned
from bot.store.sqlite import SqliteStore
from bot.workers.command_runner import BROKEN_PAUSE, CommandRunner
from tests.workers.fakes import Answer, Core, Desk, until


class Hospital:
    """An op that answers what it is told, or raises it."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.asked: list[Any] = []
        self.at_once = 0
        self.most_at_once = 0
        self.hold: asyncio.Event | None = None

    async def take(self, args: Mapping[str, Any]) -> Any:
        self.asked.append(dict(args))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.hold:
            await self.hold.wait()
        await asyncio.sleep(0)
        self.at_once -= 1
        answer = self.answers.pop(0) if self.answers else "done"
        if isinstance(answer, Exception):
            raise answer
        return answer


class Turns(Core):
    """Erases the command with the commit that takes its result, as a turn does."""

    async def take(self, arrival: Arrival) -> Answer:
        if self.fails:
            raise self.fails.popleft()
        assert isinstance(arrival.body, Returned)
        assert self.store is not None
        await self.store.commit(Outcome(arrival, done=(arrival.body.command,)))
        self.taken.append(arrival)
        return self.answer

    @property
    def results(self) -> list[tuple[str, Any, str]]:
        return [
            (arrival.body.command, arrival.body.value, arrival.body.refusal)
            for arrival in self.taken
            if isinstance(arrival.body, Returned)
        ]


@pytest.fixture
def hospital() -> Hospital:
    return Hospital()


@pytest.fixture
def turns(store: SqliteStore) -> Turns:
    return Turns(store=store)


BOOK = Book()


@pytest.fixture
def runner(store: SqliteStore, hospital: Hospital, clock: HandClock, turns: Turns) -> CommandRunner:
    ops = {"hospital.take": hospital.take}
    made = CommandRunner(store, ops, clock, turns.take, jitter=lambda: 1.0, book=BOOK)
    store.on_commit(made.wake)
    return made


def command(key: str, lane: str = "R1", op: str = "hospital.take") -> Command:
    return Command(key, lane, op, {"key": key})


async def test_the_result_comes_back_and_the_command_is_gone(
    runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital
) -> None:
    await desk.commit(commands=(command("c1"),))
    assert await runner.once() == 1
    assert await runner.once() == 0
    assert turns.results == [("c1", "done", "")]
    assert hospital.asked == [{"key": "c1"}]


async def test_what_became_of_it_is_counted(
    runner: CommandRunner, desk: Desk, hospital: Hospital, clock: HandClock
) -> None:
    BOOK.counts[COMMANDS].clear()
    hospital.answers = [Unreachable("no-connection"), WrongState("taken-by-another"), Broken("tls")]
    await desk.commit(commands=(command("c1"), command("c2", "R2"), command("c3", "R3")))
    await runner.once()
    clock.advance(BROKEN_PAUSE)
    await runner.once()
    told = {outcome: count for (op, outcome), count in BOOK.counts[COMMANDS].items() if op == "hospital.take"}
    assert told == {"again": 1, "refused": 1, "operators": 1, "done": 2}


async def test_a_lane_is_worked_in_order_and_lanes_side_by_side(
    runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital
) -> None:
    await desk.commit(commands=(command("a1", "A"), command("a2", "A"), command("b1", "B")))
    await runner.once()
    assert [key for key, *_ in turns.results if key.startswith("a")] == ["a1", "a2"]
    assert hospital.most_at_once == 2


async def test_a_refusal_is_a_result(runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital) -> None:
    hospital.answers = [WrongState("taken-by-another")]
    await desk.commit(commands=(command("c1"),))
    await runner.once()
    assert turns.results == [("c1", None, "taken-by-another")]


async def test_what_waits_for_the_hospital_for_a_quarter_of_an_hour_is_seen_and_tried_at_once_where_asked(
    runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital, clock: HandClock
) -> None:
    """It stands C: late is put aside, too."""
    hospital.answers = [Unreachable("no-connection")] * 100
    await desk.commit(commands=(command("c1"),))
    while not (letters := await desk.store.dead_letters()):
        await runner.once()
        clock.advance(10)
    assert [(one["source"], one["id"], one["code"]) for one in letters] == [("command", "c1", "late")]
    assert clock.monotonic() >= 900
    hospital.answers = []
    assert await runner.once() == 0, "it rests"
    await desk.commit(again=("c1",))
    assert await runner.once() == 1


async def test_while_the_hospital_is_away_it_is_asked_again_ever_more_slowly(
    runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital, clock: HandClock
) -> None:
    hospital.answers = [Unreachable("no-connection"), OutcomeUnknown("no-answer"), Busy("503", after=20)]
    await desk.commit(commands=(command("c1"), command("c2")))
    moments: list[float] = []
    for _ in range(60):
        if await runner.once():
            moments.append(clock.monotonic())
        clock.advance(0.5)
    assert moments == [0, 1, 3, 23]
    assert turns.results == [("c1", "done", ""), ("c2", "done", "")]
    assert hospital.asked[:4] == [{"key": "c1"}] * 4


@pytest.mark.parametrize("error", [Unauthorised("401"), ValueError("a mistake of ours")])
async def test_what_is_broken_is_shown_to_the_operator_and_tried_much_later(
    runner: CommandRunner,
    desk: Desk,
    turns: Turns,
    hospital: Hospital,
    clock: HandClock,
    store: SqliteStore,
    error: Exception,
) -> None:
    hospital.answers = [error]
    await desk.commit(commands=(command("c1"),))
    await runner.once()
    clock.advance(BROKEN_PAUSE - 1)
    assert await runner.once() == 0
    assert [(letter["source"], letter["id"]) for letter in await store.dead_letters()] == [("command", "c1")]
    clock.advance(1)
    await runner.once()
    assert turns.results == [("c1", "done", "")]


@pytest.mark.parametrize("op", ["hospital.pay", "hospital.cancel", "hospital.say", "hospital.revoke_mandate"])
@pytest.mark.parametrize(
    "error", [Invalid("rejected"), NotFound("gone"), Invalid("not-settled"), NotFound("no-such-order")]
)
async def test_what_is_owed_is_ended_by_no_technical_refusal(
    store: SqliteStore, desk: Desk, turns: Turns, hospital: Hospital, clock: HandClock, op: str, error: HospitalError
) -> None:
    runner = CommandRunner(store, {op: hospital.take}, clock, turns.take)
    hospital.answers = [error, error]
    await desk.commit(commands=(command("c1", op=op),))
    for _ in range(3):
        await runner.once()
        clock.advance(BROKEN_PAUSE)
    assert turns.results == [("c1", "done", "")]
    assert [letter["code"] for letter in await store.dead_letters()] == [error.code]


async def test_what_is_owed_is_ended_by_what_was_decided(
    store: SqliteStore, desk: Desk, turns: Turns, hospital: Hospital, clock: HandClock
) -> None:
    runner = CommandRunner(store, {"hospital.pay": hospital.take}, clock, turns.take)
    hospital.answers = [Invalid("amount-differs"), WrongState("already-cancelled")]
    await desk.commit(commands=(command("c1", op="hospital.pay"), command("c2", op="hospital.pay")))
    await runner.once()
    assert [refusal for *_, refusal in turns.results] == ["amount-differs", "already-cancelled"]
    assert await store.dead_letters() == []


@pytest.mark.parametrize("op", ["hospital.take", "hospital.pay"])
async def test_a_clash_is_decided_anew_some_times_then_it_is_late_or_an_operators(
    store: SqliteStore, desk: Desk, turns: Turns, hospital: Hospital, clock: HandClock, op: str
) -> None:
    runner = CommandRunner(store, {op: hospital.take}, clock, turns.take)
    hospital.answers = [Clash("conflict")] * (CLASHES + 1)
    await desk.commit(commands=(command("c1", op=op),))
    for _ in range(CLASHES + 2):
        await runner.once()
        clock.advance(60)
    owed = op == "hospital.pay"
    assert turns.results == [("c1", "done", "") if owed else ("c1", None, "conflict")]
    assert len(await store.dead_letters()) == owed


async def test_an_op_nobody_knows_is_broken(runner: CommandRunner, desk: Desk, store: SqliteStore) -> None:
    await desk.commit(commands=(command("c1", op="hospital.fly"),))
    await runner.once()
    assert [letter["code"] for letter in await store.dead_letters()] == ["no-such-op"]


async def test_a_pause_holds_even_while_civil_time_runs_ahead(
    runner: CommandRunner, desk: Desk, hospital: Hospital, clock: HandClock
) -> None:
    hospital.answers = [Unreachable("no-connection")]
    await desk.commit(commands=(command("c1"),))
    await runner.once()
    clock.set(clock.civil() + 3_600_000)
    assert await runner.once() == 0
    clock.advance(1)
    assert await runner.once() == 1


async def test_a_result_that_cannot_be_taken_is_brought_again_without_another_call(
    runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital, clock: HandClock
) -> None:
    turns.fails.append(RuntimeError("the store is away"))
    await desk.commit(commands=(command("c1"),))
    await runner.once()
    assert turns.results == []
    clock.advance(1)
    await runner.once()
    assert turns.results == [("c1", "done", "")]
    assert len(hospital.asked) == 1


async def test_a_death_repeats_the_call_with_the_same_key(
    runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital, clock: HandClock, store: SqliteStore
) -> None:
    hospital.hold = asyncio.Event()
    await desk.commit(commands=(command("c1"),))
    running = asyncio.create_task(runner.run())
    await until(lambda: hospital.asked)
    running.cancel()
    await asyncio.wait([running])
    hospital.hold = None
    reborn = CommandRunner(store, {"hospital.take": hospital.take}, clock, turns.take)
    await reborn.once()
    assert hospital.asked == [{"key": "c1"}] * 2
    assert turns.results == [("c1", "done", "")]


async def test_no_more_than_so_many_at_once(
    runner: CommandRunner, desk: Desk, turns: Turns, hospital: Hospital
) -> None:
    await desk.commit(commands=tuple(command(f"c{n}", f"L{n}") for n in range(40)))
    await runner.once()
    assert hospital.most_at_once == 16
    assert len(turns.results) == 40


async def test_photos_wait_for_each_other_and_the_hospital_for_none_of_them(
    store: SqliteStore, desk: Desk, clock: HandClock, turns: Turns, hospital: Hospital
) -> None:
    reader = Hospital()
    reader.hold = asyncio.Event()
    runner = CommandRunner(store, {"photo.read": reader.take, "hospital.take": hospital.take}, clock, turns.take)
    photos = [command(f"p{n}", f"P{n}", "photo.read") for n in range(20)]
    await desk.commit(commands=tuple([*photos, command("c1")]))
    working = asyncio.create_task(runner.once())
    await until(lambda: turns.results == [("c1", "done", "")])
    assert reader.most_at_once == 2
    reader.hold.set()
    await working
    assert len(turns.results) == 21
    assert reader.most_at_once == 2


async def test_run_is_woken_by_a_commit_and_follows_the_lane(runner: CommandRunner, desk: Desk, turns: Turns) -> None:
    running = asyncio.create_task(runner.run())
    await asyncio.sleep(0)
    await desk.commit()
    await desk.commit(commands=(command("c1"), command("c2")))
    await until(lambda: len(turns.results) >= 2)
    running.cancel()
    await asyncio.wait([running])
    assert [key for key, *_ in turns.results] == ["c1", "c2"]
