"""Declared operations: what a flow gives and gets is read by its types, whoever wrote it; each is carried out."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from bot import forms, views
from bot.decoding import Unreadable, decoder, jsonable
from bot.dialog import Ask, flow
from bot.dialog.registry import Flow
from bot.dialog.testing import DialogTester
from bot.intents import Intent, orders
from bot.intents._declare import DECLARED, gate, remote
from bot.ops import OPS
from bot.views import Line, OrderView, SnapshotView

VIEWS = [
    kind
    for room in (views, forms)
    for _, kind in inspect.getmembers(room, dataclasses.is_dataclass)
    if not kind.__module__.startswith("bot.dialog")  # the engine's own
]


def test_a_gate_says_which_order_it_is_about() -> None:
    """Whoever's form it ends reads it."""

    def looks(patient: str) -> None: ...

    known = {*DECLARED}
    try:
        with pytest.raises(TypeError, match="looks is a gate and has no argument 'order'"):
            gate(looks)
    finally:
        DECLARED.clear()
        DECLARED.update(known)


def test_each_declared_operation_is_carried_out() -> None:
    assert {f"local.{name}" for name in DECLARED} == OPS.keys()
    assert {"local.legal", "local.move", "local.my_orders", "local.signed"} <= OPS.keys()


def test_arguments_are_plain_data_and_the_answer_has_its_type() -> None:
    op = orders.signed("MR-1", [Line("d1", "a", "1g", 2)])
    assert op.name == "local.signed"
    assert op.args == {"order": "MR-1", "lines": [jsonable(Line("d1", "a", "1g", 2))]}
    seen = orders.legal("MR-1", "pass").answer({"no": "MR-1", "gone": 1, "snapshot": {"doctor_name": "Li"}})
    assert seen == OrderView("MR-1", snapshot=SnapshotView(doctor_name="Li"))


def test_a_stage_that_we_do_not_know_is_read_as_it_came() -> None:
    assert decoder(OrderView)({"stage": "at-customs"}).stage == "at-customs"
    with pytest.raises(Unreadable, match=r"OrderView\.stage"):
        decoder(OrderView)({"stage": 5})


def test_a_remote_operation_names_its_lane() -> None:
    @remote("hospital", lane="order")
    def ship(order: str, boxes: int) -> None: ...

    assert isinstance(ship, Intent)
    op = ship("MR-1", boxes=2)
    assert (op.name, op.args, op.lane) == ("hospital.ship", {"order": "MR-1", "boxes": 2}, "MR-1")


@pytest.mark.parametrize("kind", VIEWS, ids=lambda kind: kind.__name__)
def test_a_view_can_be_read_from_nothing(kind: type) -> None:
    """A journal of an older release lacks the fields that came later."""
    assert decoder(kind)({}) == kind()


def test_a_flow_with_parameters_gets_them_by_their_types() -> None:
    register: dict[str, Flow] = {}

    @flow("notice", register=register)
    async def notice(ask: Ask, order: OrderView, before: str = "paid") -> None:
        await ask.tell("told", no=order.no, before=before, doctor=order.snapshot.doctor_name)

    t = DialogTester(register["notice"], flows=register)
    t.start(order={"no": "MR-1", "later": 1, "snapshot": {"doctor_name": "Li"}})
    t.expect_tell("told", no="MR-1", before="paid", doctor="Li")
    t.expect_end("done")
