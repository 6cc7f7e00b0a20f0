"""A flow says itself what begins it and where it is met: its name stands nowhere outside bot/flows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot import wiring
from bot.dialog import FLOWS
from bot.dialog.buttons import short
from bot.model import PlaceKind
from bot.moves import MoveName
from bot.ops import OPS
from bot.stages import STAGES
from tests.source import every, tree_of

BOT = Path(__file__).parents[2] / "bot"
NAMES = {name for name, flow in FLOWS.items() if flow.run.__module__.startswith("bot.flows")}
#: Words that are no name of a flow where they stand, though one is called the same: moves, stages, operations ...
OTHERS = {
    *get_args(MoveName), *STAGES, *PlaceKind, *(name.removeprefix("local.") for name in OPS),
    "start", "cancel", "back",  # the messenger's own command, the engine's own buttons
    "album", "arrive", "collect", "depart",  # a timer, and steps of the road
    "cautions", "compound", "day", "door", "questionnaire", "sign", "taken", "today", "unanswered", "visit",
    "halts", "where",  # names of data
}  # fmt: skip


def named(source: str) -> Iterator[str]:
    """Where a flow's name is written, or any text where only a flow can be meant."""
    for node in every(tree_of(source)):
        match node:
            case ast.Constant(value=str() as text) if text in NAMES - OTHERS:
                yield f"line {node.lineno}: {text!r}"
            case ast.Compare(left=ast.Attribute(attr="flow")) if _texts(*node.comparators):
                yield f"line {node.lineno}: {ast.unparse(node)}"
            case ast.Subscript(value=ast.Name(id="FLOWS")) if _text(node.slice):
                yield f"line {node.lineno}: {ast.unparse(node)}"
            case ast.Call(func=ast.Name(id="begin" | "notify" | "Dialog"), args=[_, given, *_]) if _text(given):
                yield f"line {node.lineno}: {ast.unparse(node)}"
            case _:
                pass


def _texts(*nodes: ast.expr) -> bool:
    return any(_text(part) for node in nodes for part in every(node))


def _text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


FILES = sorted(path for path in BOT.rglob("*.py") if path.parent.name != "flows")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(BOT).as_posix())
def test_no_flow_is_named_outside_its_room(file: Path) -> None:
    """Declare the fact at the flow (``Start``, ``flow(...)``), and read it from ``wiring`` or ``FLOWS``."""
    assert [*named(file.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "source",
    ['begin(turn, "cancel", spot)', 'played.flow == "start"', 'd.flow in ("album",)', 'FLOWS["take"]', 'x = "refill"'],
)
def test_each_way_to_name_one_is_found(source: str) -> None:
    assert len([*named(source)]) == 1


def test_an_occasion_the_house_does_not_meet_begins_nothing() -> None:
    written = " ".join(path.read_text("utf-8") for path in FILES)
    assert [when for when in wiring.OCCASIONS if f'OCCASIONS["{when}"]' not in written] == []


def test_what_stands_in_a_list_or_menu_can_be_sent_or_pressed() -> None:
    for name, start in wiring.STARTS.items():
        assert bool(start.listed) <= bool(start.command), name
        assert bool(start.group) <= bool(start.command), name
        assert bool(start.menu) <= bool(start.action), name
        assert bool(start.role) <= bool(start.menu), name
        assert bool(start.secret) <= bool(start.link), name
        assert not start.menu or short(start.action), name


def test_two_do_not_claim_one_place() -> None:
    menu = [(start.role, start.menu) for start in wiring.STARTS.values() if start.menu]
    listed = [start.listed for start in wiring.STARTS.values() if start.listed]
    assert len(set(menu)) == len(menu)
    assert len(set(listed)) == len(listed)
