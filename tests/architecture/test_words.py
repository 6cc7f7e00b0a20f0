"""A stage, a move or a role that is written as text is one that there is, wherever it is compared or asked for.

The type checker sees a misspelled one only where nothing else in the comparison is right.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.moves import BATCH_MOVES, MOVES
from bot.roles import ROLES
from bot.stages import STAGES

BOT = Path(__file__).parents[2] / "bot"
FILES = sorted(BOT.rglob("*.py"))
SENDING = ""  # an order that the hospital has not answered for; and where nothing is pending
KNOWN = {
    "stage": {*STAGES, SENDING},
    "pending": {*MOVES, *BATCH_MOVES, "submit", SENDING},
    "role": {*ROLES, "patient", "serves"},  # what an account is bound as beside its registrations
}
OF_ROLES = {"role_of", "bound_as", "active_as", "require_role", "holds", "to_read"}  # calls whose texts are roles


def words(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """What is written where one of a kind is meant: kind, word, line."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
                kinds = {side.attr for side in sides if isinstance(side, ast.Attribute)} & {"stage", "pending"}
                for side in sides:
                    yield from ((kind, text, node.lineno) for kind in kinds for text in texts(side))
            case ast.Call(func=func, args=given, keywords=named):
                name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
                for one in given if name in OF_ROLES else ():
                    yield from (("role", text, node.lineno) for text in texts(one))
                for one in named:
                    if one.arg in ("role", "acts") and name in {*OF_ROLES, "Start", "sub", "find"}:
                        yield from (("role", text, node.lineno) for text in texts(one.value))
            case _:
                pass


def texts(node: ast.AST) -> list[str]:
    """The texts that it is, or that stand in it as a tuple, list or set."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(BOT).as_posix())
def test_each_word_is_known(file: Path) -> None:
    found = words(ast.parse(file.read_text("utf-8")))
    assert [f"{line}: no {kind} is called {text!r}" for kind, text, line in found if text not in KNOWN[kind]] == []


@pytest.mark.parametrize(
    "text",
    [
        "if batch.stage not in ('arrived', 'with_ambassador'): pass",
        "waits = order.stage == 'payed'",
        "waits = 'payed' == order.stage",
        "busy = order.pending in {'take', 'giveback'}",
        "ask.sub('registered', 'role_read', role='docter')",
        "Start(action='unfit', acts='docter')",
        "ask.once('me', people.require_role('operater'))",
        "turn.find(Person, role='operater')",
    ],
)
def test_a_misspelled_one_is_found(text: str) -> None:
    assert [text for kind, text, _ in words(ast.parse(text)) if text not in KNOWN[kind]]
