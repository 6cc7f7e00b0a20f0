"""The tables of rooms and of stages are what the code does. Their imports are held by test_reference.py."""

from __future__ import annotations

from bot import orders
from tests.docs import rooms
from tests.docs.pages import ROOT, codes, table

ORDERS = ROOT / "docs" / "explanation" / "orders.md"


def test_every_room_is_told_in_the_order_of_the_contracts() -> None:
    told = [codes(row[0])[0] for row in table(rooms.PAGE, "rooms")]
    assert set(told) == rooms.found().keys()
    line_of = {room: n for n, line in enumerate(rooms.layers()) for room in line}
    assert told == sorted(told, key=lambda room: line_of[room])


def test_a_room_imports_only_rooms_below_it() -> None:
    line_of = {room: n for n, line in enumerate(rooms.layers()) for room in line}
    upwards = {(room, other) for room, imports in rooms.found().items() for other in imports & line_of.keys()
               if line_of[other] <= line_of[room]}  # fmt: skip
    assert upwards == set()


def test_the_stage_table_is_the_codes() -> None:
    told = {row[0]: row for row in table(ORDERS, "stages")}
    assert told.keys() == {"(sending)", *orders.REACHED_FROM}
    for stage, before in orders.REACHED_FROM.items():
        cell = told[stage][1]
        said = orders.REACHED_FROM.keys() - orders.FINAL if cell.startswith("every stage") else set(cell.split(", "))
        assert said == {one or "(sending)" for one in before}, stage


def test_the_holders_are_the_codes() -> None:
    told = {row[0]: row[3] for row in table(ORDERS, "stages")}
    assert {stage: told[stage or "(sending)"] for stage in orders.HOLDER} == dict(orders.HOLDER)


def test_the_ends_are_the_codes() -> None:
    text = ORDERS.read_text("utf-8")
    sentence = next(line for line in text.splitlines() if line.startswith("The ends are"))
    assert set(codes(sentence)) == set(orders.FINAL)
