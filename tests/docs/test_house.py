"""The drawing of the rooms and the table of the stages are what the code does."""

from __future__ import annotations

import tomllib

from bot.stages import FINAL, STAGES
from tests.docs.pages import ROOT, blocks, codes, table

HOUSE = ROOT / "docs" / "explanation" / "house.md"
ORDERS = ROOT / "docs" / "explanation" / "orders.md"
CONTRACTS = ROOT / "tests" / "architecture" / "contracts.toml"


def test_the_drawing_is_the_import_contract() -> None:
    contracts = tomllib.loads(CONTRACTS.read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "rooms")
    drawn = next(block.body for block in blocks(HOUSE) if block.lang == "layers")
    assert drawn.splitlines() == layers


def test_every_room_is_told() -> None:
    told = [codes(row[0])[0] for row in table(HOUSE, "rooms")]
    there = {path.stem for path in (ROOT / "bot").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert sorted(told) == sorted(there - {"__init__"})


def test_the_stage_table_is_the_codes() -> None:
    told = {row[0]: row for row in table(ORDERS, "stages")}
    assert told.keys() == {"(sending)", *STAGES} - {""}
    for stage, before in {to: {*facts.comes_from} for to, facts in STAGES.items() if to}.items():
        cell = told[stage][1]
        said = STAGES.keys() - FINAL - {""} if cell.startswith("every stage") else set(cell.split(", "))
        assert said == {one or "(sending)" for one in before}, stage


def test_the_holders_are_the_codes() -> None:
    told = {row[0]: row[3] for row in table(ORDERS, "stages")}
    assert {stage: told[stage or "(sending)"] for stage in STAGES} == {
        stage: facts.holder for stage, facts in STAGES.items()
    }


def test_the_ends_are_the_codes() -> None:
    text = ORDERS.read_text("utf-8")
    sentence = next(line for line in text.splitlines() if line.startswith("The ends are"))
    assert set(codes(sentence)) == set(FINAL)
