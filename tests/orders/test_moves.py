"""The table of moves, held against the tables and branches that said the same in six files before it."""

from __future__ import annotations

from inspect import signature
from typing import get_args

import pytest

from backend_client.hospital import Hospital
from bot.calls import CALLS
from bot.moves import BATCH_MOVES, BATCH_STAGES, MOVES, BatchMove, Move, MoveName, move_named
from bot.ops.orders import GATES
from bot.stages import STAGES

BOTH = {**MOVES, **BATCH_MOVES}
ASKS = {  # orders.MOVES
    "take": ("hospital.take", "in-consult", "doctor"),
    "give-back": ("hospital.give_back", "received", "doctor"),
    "not-suitable": ("hospital.not_suitable", "not-suitable", "doctor"),
    "prescribe": ("hospital.prescribe", "prescribed", "doctor"),
    "pass": ("hospital.review", "passed", "pharmacist"),
    "return": ("hospital.review", "returned", "pharmacist"),
    "send-back": ("hospital.send_back", "returned", "watcher"),
    "price": ("hospital.price", "", "pharmacist"),
    "no-supply": ("hospital.price", "returned", "pharmacist"),
    "claim": ("hospital.claim", "quoted", "bot"),
    "pay": ("hospital.pay", "paid", "watcher"),
    "hand-over": ("hospital.hand_over", "handed-over", "ambassador"),
    "hand-out": ("hospital.hand_over", "handed-over", "window-clerk"),
    "confirm": ("hospital.confirm", "confirmed", "receiver"),
    "cancel": ("hospital.cancel", "cancelled", "watcher"),
    "expedite": ("hospital.expedite", "", "operator"),
    "report": ("hospital.report_problem", "problem", "reporter"),
    "settled-there": ("hospital.settle_problem", "handed-over", "reporter"),
    "settled-carried": ("hospital.settle_problem", "with-ambassador", "reporter"),
    "found-there": ("hospital.settle_problem", "handed-over", "operator"),
    "found-carried": ("hospital.settle_problem", "with-ambassador", "operator"),
    "send-again": ("hospital.settle_problem", "packed", "operator"),
    "end-problem": ("hospital.settle_problem", "cancelled", "operator"),
}
ACTORS = {  # ops.orders._ACTOR_ARG
    "take": "doctor",
    "give-back": "doctor",
    "not-suitable": "doctor",
    "pass": "pharmacist",
    "return": "pharmacist",
    "send-back": "who",
    "price": "pharmacist",
    "no-supply": "pharmacist",
    "pay": "payer",
    "hand-over": "ambassador",
    "hand-out": "ambassador",
    "confirm": "receiver",
    "cancel": "who",
    "expedite": "operator",
    "report": "by",
    "settled-there": "by",
    "settled-carried": "by",
    "found-there": "by",
    "found-carried": "by",
    "send-again": "by",
    "end-problem": "by",
}
ROAD = {"depart": "on-the-way", "arrive": "arrived", "collected": "with-ambassador"}  # ops.road._TO


def test_the_moves_of_an_order() -> None:
    assert {name: (move.call, move.to, move.asker) for name, move in MOVES.items()} == ASKS
    assert {name: move.actor for name, move in MOVES.items() if move.actor} == ACTORS
    assert [name for name, move in MOVES.items() if move.takes] == ["take"]  # `if move == "take"`
    assert [name for name, move in MOVES.items() if move.urgent] == ["pay", "report", "cancel"]
    assert MOVES.keys() == {*get_args(MoveName)}
    assert move_named("take") is MOVES["take"]
    assert move_named("submit") is None


def test_the_moves_of_a_batch() -> None:
    assert {name: move.to for name, move in BATCH_MOVES.items()} == ROAD
    assert {(move.call, move.asker, move.actor) for move in BATCH_MOVES.values()} == {
        (f"hospital.{name}", "courier", "courier") for name in ROAD
    }
    assert BATCH_MOVES.keys() == {*get_args(BatchMove)}
    assert [move.legal_from for move in BATCH_MOVES.values()] == [(stage,) for stage in BATCH_STAGES[:-1]]


@pytest.mark.parametrize("move", BOTH.values(), ids=BOTH)
def test_it_leads_where_the_table_of_stages_knows_a_way(move: Move) -> None:
    assert not move.to or {*move.legal_from} <= {*STAGES[move.to].comes_from}


@pytest.mark.parametrize("move", BOTH.values(), ids=BOTH)
def test_its_call_is_the_hospitals_and_names_who_does_it(move: Move) -> None:
    declared = getattr(Hospital, move.call.removeprefix("hospital."))
    assert move.call in CALLS
    assert not move.actor or signature(declared).parameters[move.actor].annotation == "Actor"


def test_there_is_a_gate_for_whoever_may_ask() -> None:
    assert {move.asker for move in MOVES.values()} - {"bot"} == GATES.keys()
