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
from bot.wiring import ACTIONS
from tests.source import every, tree_of

BOT = Path(__file__).parents[2] / "bot"
FILES = sorted(BOT.rglob("*.py"))
SENDING = ""  # an order that the hospital has not answered for; and where nothing is pending
KNOWN = {
    "stage": {*STAGES, SENDING},
    "pending": {*MOVES, *BATCH_MOVES, "submit", SENDING},
    "role": {*ROLES, "patient", "serves"},  # what an account is bound as beside its registrations
    "action": {*ACTIONS, ""},
}
#: An argument of a function that says by its type what it is.
ANNOTATED = {"OrderStage": "stage", "Stage": "stage", "MoveName": "pending", "BatchMove": "pending"}
OF_ROLES = {"role_of", "bound_as", "active_as", "require_role", "holds", "to_read"}  # calls whose texts are roles
TAKE_ROLES = {*OF_ROLES, "Start", "sub", "find"}  # and those that have an argument for one


def words(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """What is written where one of a kind is meant: kind, word, line."""
    arguments, constants = dict(_arguments(tree)), dict(_constants(tree))

    def said(node: ast.expr) -> list[str]:
        return texts(constants.get(node.id, node) if isinstance(node, ast.Name) else node)

    for node in every(tree):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
                kinds = {side.attr for side in sides if isinstance(side, ast.Attribute)} & {
                    "stage",
                    "pending",
                    "action",
                }
                kinds |= {arguments[id(side)] for side in sides if id(side) in arguments}
                yield from ((kind, text, node.lineno) for kind in kinds for side in sides for text in said(side))
            case ast.Call(func=func, args=given, keywords=named):
                name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
                roles = [one for one in given if name in OF_ROLES]
                roles += [one.value for one in named if one.arg in ("role", "acts") and name in TAKE_ROLES]
                yield from (("role", text, node.lineno) for one in roles for text in texts(one))
                asked = [one for one in named if one.arg in ("stage", "pending") and name == "find"]
                yield from ((str(one.arg), text, node.lineno) for one in asked for text in said(one.value))
            case _:
                pass


def _constants(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))


def _arguments(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Each use of an argument whose type says that it is a stage or a move: id of the node, kind."""
    for function in every(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            its = [*function.args.args, *function.args.kwonlyargs]
            said = {one.arg: ast.unparse(one.annotation) for one in its if one.annotation}
            kinds = {name: ANNOTATED[kind] for name, kind in said.items() if kind in ANNOTATED}
            uses = every(function) if kinds else ()
            yield from ((id(node), kinds[node.id]) for node in uses if isinstance(node, ast.Name) and node.id in kinds)


def texts(node: ast.AST) -> list[str]:
    """The texts that it is, or that stand in it as a tuple, list or set."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(BOT).as_posix())
def test_each_word_is_known(file: Path) -> None:
    found = words(tree_of(file.read_text("utf-8")))
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
        "WITH = ('in-consult', 'prescribe')\nturn.find(Order, stage=WITH)",
        "WITH = ('in-consult', 'prescribe')\ngone = order.stage in WITH",
        "turn.find(Order, stage='payed')",
        "held = start.action == 'accepts'",
        "def f(name: MoveName):\n    return name in ('price', 'not-supply')",
    ],
)
def test_a_misspelled_one_is_found(text: str) -> None:
    assert [text for kind, text, _ in words(tree_of(text)) if text not in KNOWN[kind]]
