"""Stages against a model typed from the contract: what may be asked for, and what may be told in which order.

The model knows the contract's table and nothing of bot/orders.py.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backend_client.models import BatchSnapshot, ManifestLine, OrderSnapshot, Parcel, Patient
from bot import orders
from bot.model import Batch, Order
from bot.moves import MOVES
from bot.stages import FINAL, STAGES
from tests.inputs import inputs

UNTIL_PACKED = "submitted received in-consult prescribed returned passed quoted paid"
ON_THE_ROAD = "packed on-the-way arrived with-ambassador ready-at-window handed-over"
CONTRACT = {
    "submitted": "-",
    "received": "submitted in-consult returned",
    "in-consult": "submitted received",
    "not-suitable": "in-consult",
    "prescribed": "in-consult returned",
    "returned": "prescribed passed quoted paid",
    "passed": "prescribed",
    "quoted": "passed",
    "paid": "quoted",
    "packed": "paid problem",
    "on-the-way": "packed",
    "arrived": "on-the-way",
    "with-ambassador": "arrived problem",
    "ready-at-window": "packed",
    "handed-over": "with-ambassador arrived ready-at-window problem",
    "confirmed": "handed-over",
    "cancelled": f"{UNTIL_PACKED} problem",
    "problem": ON_THE_ROAD,
    "failed": f"{UNTIL_PACKED} {ON_THE_ROAD} problem",
}
MODEL = {to: {"" if came == "-" else came for came in row.split()} for to, row in CONTRACT.items()}
ENDS = {"not-suitable", "confirmed", "cancelled", "failed"}
ASKS = {
    "take": "in-consult",
    "give-back": "received",
    "not-suitable": "not-suitable",
    "prescribe": "prescribed",
    "pass": "passed",
    "return": "returned",
    "send-back": "returned",
    "claim": "quoted",
    "pay": "paid",
    "hand-over": "handed-over",
    "hand-out": "handed-over",
    "confirm": "confirmed",
    "cancel": "cancelled",
    "report": "problem",
    "settled-there": "handed-over",
    "settled-carried": "with-ambassador",
    "found-there": "handed-over",
    "found-carried": "with-ambassador",
    "send-again": "packed",
    "end-problem": "cancelled",
}
PRICING = {"price": "", "no-supply": "returned"}  # where a line waits for its price: test_waiting.py
#: Fewer than lead there: the other ways are the hospital's own (a desk, the sorter, the window, the operator).
ONLY_FROM = {
    "give-back": {"in-consult", "returned"},  # written anew by a colleague, too
    "return": {"prescribed"},
    "send-back": {"prescribed", "passed", "quoted"},
    "hand-over": {"with-ambassador", "arrived"},
    "hand-out": {"ready-at-window"},
    "cancel": {*UNTIL_PACKED.split()},
    **{name: {"problem"} for name in ("settled-there", "settled-carried", "found-there", "found-carried")},
    **{name: {"problem"} for name in ("send-again", "end-problem")},
}
stages = st.sampled_from(["", *MODEL])
told_stages = st.sampled_from([*MODEL])


def an_order(stage: str = "", **more: Any) -> Order:
    fresh = Order("MR-1", stage, 0, 0, "", 9_000, "dep-1", "comp-1", "green", 7, rx=("mark",), topic="consult:MR-1")
    return replace(
        fresh, snapshot={"answers": {"q": "a"}, "photos": ["f"], "rx_date": "2026-11-01", "alarm": 5}, **more
    )


def told(stage: Any, at: int, version: str = "", **more: Any) -> OrderSnapshot:
    patient = Patient("pat-1", "王秀英", "1950-01-01")
    return OrderSnapshot("MR-1", "task-1", version or str(at), at, stage, patient, "Patient/pat-1", "dep-1", "", "",
                         "comp-1", "home", "routine", "3-7", "", 9_000, (), **more)  # fmt: skip


@st.composite
def lives(draw: st.DrawFn, least: int = 1) -> list[OrderSnapshot]:
    """What the hospital truly went through: stages by legal moves, each written once or more often."""
    at, stage, found = 0, "", list[OrderSnapshot]()
    for _ in range(draw(st.integers(least, 14))):
        onward = sorted(to for to, came in MODEL.items() if stage in came)
        onward = [to for to in onward if to not in {"cancelled", "failed", "problem", "not-suitable"}] or onward
        if onward and (not found or draw(st.integers(0, 3))):
            stage = draw(st.sampled_from(onward))
        at += draw(st.integers(1, 1000))
        found.append(told(stage, at))
    return found


# ---------------------------------------------------------------- the table


def test_the_table_is_the_contracts() -> None:
    assert {to: set(facts.comes_from) for to, facts in STAGES.items() if to} == MODEL
    assert set(FINAL) == ENDS
    assert {name: move.to for name, move in MOVES.items()} == {**ASKS, **PRICING, "expedite": ""}


def test_every_stage_has_a_holder_and_ended_orders_have_nobody() -> None:
    assert set(STAGES) == {"", *MODEL}
    assert {stage for stage, facts in STAGES.items() if facts.holder == "nobody"} == ENDS


def reached(banned: str) -> set[str]:
    """All stages that the code's own table leads to when ``banned`` is never entered."""
    found, front = set[str](), {""}
    while front:
        found |= front
        front = {to for to, facts in STAGES.items() if found & {*facts.comes_from} and to != banned} - found
    return found


@pytest.mark.parametrize(
    ("gate", "behind"),
    [
        ("in-consult", {"prescribed", "passed", "paid", "packed"}),
        ("prescribed", {"passed", "quoted", "paid"}),
        ("passed", {"quoted", "paid", "packed"}),  # R5: nothing is paid for before the pharmacist passed it
        ("quoted", {"paid", "packed"}),
        ("paid", {"packed", "on-the-way", "handed-over", "confirmed", "problem"}),  # R6: nothing is packed unpaid
        ("handed-over", {"confirmed"}),
    ],
)
def test_no_path_leads_around_a_gate(gate: str, behind: set[str]) -> None:
    assert not reached(gate) & behind
    assert behind <= reached("")


def test_an_ended_order_goes_nowhere_and_a_packed_one_is_not_cancelled() -> None:
    assert not [to for to, facts in STAGES.items() if {*facts.comes_from} & ENDS]
    assert not {*STAGES["cancelled"].comes_from} & set(ON_THE_ROAD.split())


# ---------------------------------------------------------------- asking


@given(stage=stages, move=st.sampled_from([*ASKS]), pending=st.sampled_from(["", *ASKS, "submit"]))
def test_what_is_refused_is_what_the_model_refuses(stage: str, move: str, pending: str) -> None:
    to = ASKS[move]
    why = orders.refused(an_order(stage, pending=pending), move)
    assert (why == "") == (not pending and stage in ONLY_FROM.get(move, MODEL[to]))
    if pending:
        assert why == ("being-cancelled" if move == pending == "cancel" else "under-way")
    elif stage == to or stage in ENDS:
        assert why == f"already-{stage}"


@given(before=stages, after=stages)
def test_reachable_agrees_with_the_model(before: str, after: str) -> None:
    closure, grown = {before}, {before}
    while grown:
        grown = {to for to, came in MODEL.items() if came & closure} - closure
        closure |= grown
    assert orders.reachable(before, after) == (after in closure)


# ---------------------------------------------------------------- being told


@given(told_stages, stages)
def test_an_echo_changes_nothing(stage: str, before: str) -> None:
    seen = told(stage, 5, parcel=Parcel("p", "A-01", "4711", batch="b-1"))
    once, _ = orders.observe(an_order(before), seen)
    assert orders.observe(once, seen) == (once, None)
    assert (once.stage, once.label, once.batch, once.task_version) == (stage, "A-01", "b-1", "5")


@given(stages, told_stages, st.integers(1, 99))
def test_what_comes_late_changes_nothing(known: str, late: str, at: int) -> None:
    row = an_order(known, updated=100, task_version="100")
    assert orders.observe(row, told(late, at)) == (row, None)


@given(stages, told_stages)
def test_the_hospital_wins_and_an_unexplained_stage_raises_the_alarm(before: str, after: str) -> None:
    row = an_order(before, updated=1, since=1, task_version="1", pending="cancel", pending_by=7)
    now, change = orders.observe(row, told(after, 2))
    assert (now.stage, now.updated) == (after, 2)
    if before == after:
        assert change is None
        assert (now.pending, now.pending_by, now.since) == ("cancel", 7, 1), "only a move settles what is under way"
    else:
        assert change == orders.Change(before, after, not orders.reachable(before, after))
        assert (now.pending, now.pending_by, now.since) == ("", 0, 2)


@given(told_stages)
def test_what_the_resident_gave_outlives_every_snapshot(stage: str) -> None:
    now, _ = orders.observe(an_order(), told(stage, 1))
    assert {name: now.snapshot[name] for name in an_order().snapshot} == an_order().snapshot
    assert (now.rx, now.topic, now.placed_by) == (("mark",), "consult:MR-1", 7)


@given(st.data())
def test_any_order_of_telling_ends_alike_and_each_stage_is_told_once(data: st.DataObject) -> None:
    """Ping, catch-up and result may tell each state often, late and crosswise; some states nobody tells at all."""
    life = data.draw(lives())
    heard = data.draw(st.lists(st.sampled_from(life), max_size=40))
    row, fired = an_order(), list[str]()
    for seen in [*heard, life[-1]]:
        before = row.stage
        row, change = orders.observe(row, seen)
        assert change is None or not change.alarm, "a true life raises no alarm"
        if change:
            assert change.before == before
            fired.append(change.after)
    assert (row.stage, row.updated) == (life[-1].stage, life[-1].updated)
    entered = [after.stage for before, after in pairwise([told("", 0), *life]) if before.stage != after.stage]
    rest = iter(entered)
    assert all(stage in rest for stage in fired), f"{fired} is no part of {entered}, in order"
    assert not Counter(fired) - Counter(entered)


@given(lives(least=3))
def test_told_in_order_every_stage_is_told(life: list[OrderSnapshot]) -> None:
    row, fired = an_order(), list[str]()
    for seen in life:
        for _ in ("result", "ping", "catch-up"):
            row, change = orders.observe(row, seen)
            fired += [change.after] if change else []
    assert fired == [after.stage for before, after in pairwise([told("", 0), *life]) if before.stage != after.stage]


BATCHES = ["packed", "on-the-way", "arrived", "with-ambassador"]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=20))
def test_a_batch_told_crosswise_only_goes_forward(heard: list[int]) -> None:
    line = ManifestLine("MR-1", "A-01")
    names: Any = BATCHES
    seen = [BatchSnapshot("b", "r", str(n), 10 + n, stage, "pr-9", "c", (line,)) for n, stage in enumerate(names)]
    row, fired = Batch("b", "r", "", 0, "c", 0, 0, 0, 0), list[str]()
    for n in heard:
        row, change = orders.observe_batch(row, seen[n])
        fired += [change.after] if change else []
    assert row.stage == BATCHES[max(heard)]
    assert fired == sorted(set(fired), key=BATCHES.index)
    assert (row.count, row.left) == (1, 1)


# ---------------------------------------------------------------- people, a hospital, and a line that loses and repeats


class Relay(RuleBasedStateMachine):
    """The bot asks only by refused(); the hospital moves by the contract; what it wrote is told whenever it likes."""

    def __init__(self) -> None:
        super().__init__()
        self.row = an_order(pending="submit", pending_by=7)
        self.stage, self.at = "", 0
        self.written: list[OrderSnapshot] = []
        self.been: list[str] = []
        self.asked: list[tuple[str, str]] = []  # move, stage it was asked at
        self.fired: list[str] = []

    def write(self, stage: str) -> None:
        self.at += 1
        if stage != self.stage:
            self.been.append(stage)
        self.stage = stage
        self.written.append(told(stage, self.at))

    @initialize()
    def submitted(self) -> None:
        self.write("submitted")

    @rule(move=st.sampled_from([*ASKS]))
    def somebody_asks(self, move: str) -> None:
        if not orders.refused(self.row, move):
            self.asked.append((move, self.row.stage))
            self.row = replace(self.row, pending=move, pending_by=8)

    @precondition(lambda self: self.row.pending in ASKS)
    @rule(heard=st.booleans())
    def the_hospital_answers(self, heard: bool) -> None:
        """It does what still fits there, else refuses; the answer may be lost and come by the feed."""
        to = ASKS[self.row.pending]
        if self.stage in MODEL[to]:
            self.write(to)
        if heard:
            self.tell(-1)
            self.row = replace(self.row, pending="", pending_by=0)

    @rule(to=st.sampled_from(["received", "packed", "on-the-way", "arrived", "with-ambassador", "problem", "failed"]))
    def the_hospital_moves(self, to: str) -> None:
        if self.stage in MODEL[to]:
            self.write(to)

    @rule()
    def the_hospital_writes_something_else(self) -> None:
        self.write(self.stage)

    @rule(back=st.integers(1, 6))
    def it_is_told(self, back: int) -> None:
        self.tell(-min(back, len(self.written)))

    def tell(self, which: int) -> None:
        self.row, change = orders.observe(self.row, self.written[which])
        if change:
            assert not change.alarm
            self.fired.append(change.after)

    @invariant()
    def nothing_is_told_that_did_not_happen(self) -> None:
        rest = iter(self.been)
        assert all(stage in rest for stage in self.fired)

    @invariant()
    def rules_hold(self) -> None:
        for after, before in (("passed", "prescribed"), ("paid", "passed"), ("packed", "paid")):
            if after in self.been:
                assert before in self.been[: self.been.index(after)], f"{after} without {before}: {self.been}"
        assert all(stage in MODEL[ASKS[move]] for move, stage in self.asked)

    def teardown(self) -> None:
        if self.written:
            self.tell(-1)
            assert self.row.stage == self.stage


TestRelay = Relay.TestCase
TestRelay.settings = inputs(60, stateful_step_count=40)
TestRelay.pytestmark = [pytest.mark.slow]
