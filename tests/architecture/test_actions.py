"""A button's action is one that a flow declares: a misspelled one would be a dead button."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.wiring import ACTIONS
from tests.locales.reading import Reader, Source, every, parsed, source

BOT = Path(__file__).parents[2] / "bot"
FILES = sorted(path for room in ("flows", "ops", "handlers", ".") for path in (BOT / room).glob("*.py"))
COMPUTED = {"phrases.py": "the menu: what flows declare", "today.py": "a form left half done: what its flow declares"}


def actions(at: Source) -> Iterator[str]:
    """The word before the colon of each action given to a button, all that it may be; "" where nobody knows."""
    for function in [*at.functions.values(), None]:
        reader = Reader(at, function)
        for node in every(function or at.tree):
            match node:
                case ast.Call(func=ast.Name(id="Option"), keywords=given) if function or _outside(at, node):
                    for keyword in (one for one in given if one.arg == "action"):
                        said = {text.partition(":")[0] for text in reader.texts(keyword.value)} or {""}
                        yield from ("" if "{" in text else text for text in sorted(said))
                case ast.Call(func=ast.Name(id="ask_operators"), args=[_, _, _, _, _, action]) if function:
                    said = {text.partition(":")[0] for text in reader.texts(action)} or {""}
                    yield from ("" if "{" in text else text for text in sorted(said))
                case _:
                    pass


def _outside(at: Source, node: ast.AST) -> bool:
    return not any(node in every(function) for function in at.functions.values())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_button_begins_a_flow(file: Path) -> None:
    said = set(actions(source(file.relative_to(BOT.parent).as_posix())))
    assert said - {""} <= ACTIONS.keys()
    assert "" not in said or file.name in COMPUTED, "say in COMPUTED why it cannot be read"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Option('a', action='menu')", ["menu"]),
        ("def f(step):\n    step = {'a': 'depart', 'b': 'loaded'}[x]\n    Option('a', action=f'{step}:{id}')", [""]),
        ("Option('a', action=f'qeury:{no}')", ["qeury"]),
        ("Option('a', action=f'{step}:{id}')", [""]),
        ("Option('a', action=start.action)", [""]),
        ("Start(action='menu')", []),
        (
            "def f(turn):\n    ask_operators(turn, post, 'a.b', {}, 'action.x', f'let_him_go_on:{id}')",
            ["let_him_go_on"],
        ),
    ],
)
def test_what_is_read(text: str, words: list[str]) -> None:
    assert [*actions(parsed(text))] == words
