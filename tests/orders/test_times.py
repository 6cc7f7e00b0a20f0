"""When an order came how far: what the board measures by. The last go counts, and what nobody saw is not guessed."""

from __future__ import annotations

from typing import Any

import pytest

from bot import orders
from bot.model import Order
from tests.handlers.house import told

ORDER = Order("MR-1", "", 0, 0, "", 10**13, "dep-1", "comp-1", "green", 7)
NAMES = ("taken", "written", "passed", "quoted", "delivered")


def after(*road: str) -> dict[str, int]:
    """The times that stand, by name; each stage was seen a ms after the one before, from 1 on."""
    order = ORDER
    for at, stage in enumerate(road, 1):
        order, _ = orders.observe(order, told("MR-1", stage, at))
    return {name: at for name in NAMES if (at := getattr(order, name))}


@pytest.mark.parametrize(
    ("road", "stands"),
    [
        ("submitted in-consult", {"taken": 2}),
        ("submitted in-consult prescribed passed quoted", {"taken": 2, "written": 3, "passed": 4, "quoted": 5}),
        ("submitted in-consult received", {}),
        ("submitted in-consult received in-consult", {"taken": 4}),
        ("in-consult prescribed returned", {"taken": 1}),
        ("in-consult prescribed passed quoted returned prescribed", {"taken": 1, "written": 6}),
        ("submitted prescribed passed", {"written": 2, "passed": 3}),
        ("in-consult passed", {"taken": 1, "passed": 2}),
        ("passed quoted paid packed", {"passed": 1, "quoted": 2}),
        ("with-ambassador handed-over confirmed", {"delivered": 2}),
        ("with-ambassador confirmed", {"delivered": 2}),
        ("handed-over problem", {}),
    ],
)
def test_the_times_that_stand(road: str, stands: Any) -> None:
    assert after(*road.split()) == stands


def test_an_echo_changes_no_time() -> None:
    order, _ = orders.observe(ORDER, told("MR-1", "in-consult", 5))
    again, change = orders.observe(order, told("MR-1", "in-consult", 9))
    assert (again.taken, change) == (5, None)
