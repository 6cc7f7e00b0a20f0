"""A button's action is one that a flow declares: a misspelled one would be a dead button."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.wiring import ACTIONS

BOT = Path(__file__).parents[2] / "bot"
FILES = [*sorted((BOT / "flows").glob("*.py")), BOT / "phrases.py"]
COMPUTED = {"run_sheet.py": {"depart", "loaded", "arrive", "collect"}}  # f"{step}:...": what the step may be


def actions(source: str) -> Iterator[str]:
    """The word before the colon of each ``action=`` given to a button; "" where it is computed."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Option"):
            continue
        for keyword in node.keywords:
            match keyword:
                case ast.keyword("action", ast.Constant(str(said))):
                    yield said.partition(":")[0]
                case ast.keyword("action", ast.JoinedStr([ast.Constant(str(said)), *_])):
                    yield said.partition(":")[0]
                case ast.keyword("action", _):
                    yield ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_button_begins_a_flow(file: Path) -> None:
    said = set(actions(file.read_text("utf-8")))
    assert said - {""} <= ACTIONS.keys()
    assert "" not in said or file.name in COMPUTED or file.name == "phrases.py", "say in COMPUTED what it may be"
    assert COMPUTED.get(file.name, set()) <= ACTIONS.keys()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Option('a', action='menu')", ["menu"]),
        ("Option('a', action=f'qeury:{no}')", ["qeury"]),
        ("Option('a', action=f'{step}:{id}')", [""]),
        ("Option('a', action=start.action)", [""]),
        ("Start(action='menu')", []),
    ],
)
def test_what_is_read(source: str, words: list[str]) -> None:
    assert [*actions(source)] == words
