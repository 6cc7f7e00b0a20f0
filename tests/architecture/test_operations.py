"""What is sent or begun by a name written as text: the name is one that there is, and it takes what it is given.

Commands, moves, notices and flows that the house begins carry plain data, of which a type checker sees nothing.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from bot import intents
from bot.calls import CALLS
from bot.dialog import FLOWS
from bot.intents import Intent, orders
from bot.model import rows
from bot.moves import BATCH_MOVES, MOVES, OWED
from bot.ops.registry import CARDS, REFUSED, SUBMITS
from bot.store.turns import ROLE_NAMES
from bot.wiring import DUES, NOTICES, OCCASIONS, STARTS
from tests.source import every, tree_of

BOT = Path(__file__).parents[2] / "bot"
FILES = sorted(BOT.rglob("*.py"))
OPERATION = re.compile(r"(hospital|photo)\.[a-z_]+")
LOOKS = {True: {"limit", *ROLE_NAMES}, False: {"limit"}}  # what else is asked: of a person, of other rows

MADE_BY: Mapping[str, str] = {name: move.call for name, move in (*MOVES.items(), *BATCH_MOVES.items())}

Given = tuple[set[str], bool]  # keys that are written out, and whether there may be more


def declared() -> Iterator[str]:
    """Every operation that leaves the house."""
    for room in vars(intents).values():
        for one in vars(room).values() if inspect.ismodule(room) else ():
            if isinstance(one, Intent) and not one.name.startswith("local."):
                yield one.name


@cache
def takes(call: Callable[..., object]) -> tuple[set[str], set[str]]:
    """Names that may be given after the first, which is whoever carries it out, and those that must."""
    its = [*inspect.signature(call).parameters.values()][1:]
    return {one.name for one in its}, {one.name for one in its if one.default is inspect.Parameter.empty}


class Read(ast.NodeVisitor):
    """Finds what is called with plain data in one file, and what that data is."""

    def __init__(self, text: str) -> None:
        self.tree = tree_of(text)
        self.found: list[str] = []
        self.function: ast.AST = self.tree

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._inside(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._inside(node)

    def _inside(self, node: ast.AST) -> None:
        before, self.function = self.function, node
        self.generic_visit(node)
        self.function = before

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and OPERATION.fullmatch(node.value) and node.value not in CALLS:
            self.found.append(f"{node.lineno}: no operation is called {node.value!r}")

    def visit_Call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        match name, node.args:
            case "Command", [_, _, op, args, *_] if (text := self.text(op)) in CALLS:
                self.fits(node, text, takes(CALLS[text]), self.given(args))
            case "send_move", [_, _, move, args, *_] if (text := self.text(move)) in MADE_BY:
                may, must = takes(CALLS[MADE_BY[text]])
                self.fits(node, text, (may, must - {"order"}), self.given(args))
            case "_send", [_, _, move, args, *_] if (text := self.text(move)) in BATCH_MOVES:
                may, must = takes(CALLS[MADE_BY[text]])
                self.fits(node, text, (may, must - {"batch"}), self.given(args))
            case "record", [_, _, _, words, *_]:
                may, must = takes(CALLS["hospital.say"])
                self.fits(node, "hospital.say", (may, must - {"key", "order", "sent"}), self.given(words))
            case "begin", [_, flow, *_] if (text := self.occasion(flow)) in OCCASIONS:
                args = next((one.value for one in node.keywords if one.arg == "args"), ast.Dict([], []))
                self.fits(node, text, takes(FLOWS[OCCASIONS[text]].run), self.given(args))
            case "notify", [_, ast.Name(id="flow"), _, _, args]:
                self.notice(node, args)
            case _:
                self.named(node, name)
        self.generic_visit(node)

    def named(self, node: ast.Call, name: str) -> None:
        match name, node.args:
            case "Changed", [_, _, args]:
                self.notice(node, args)
            case "wake" | "unwake", [_, what, *_] if (text := self.text(what)) and text not in DUES:
                self.found.append(f"{node.lineno}: no flow is due for {text!r}")
            case "find", [kind, *_] if isinstance(kind, ast.Name) and hasattr(rows, kind.id):
                columns = set(inspect.get_annotations(getattr(rows, kind.id))) | LOOKS[kind.id == "Person"]
                if odd := {one.arg for one in node.keywords if one.arg} - columns:
                    self.found.append(f"{node.lineno}: {kind.id} has no {sorted(odd)}")
            case _:
                pass

    def notice(self, node: ast.Call, args: ast.expr) -> None:
        keys, _ = self.given(args)
        known = {name for several in NOTICES.values() for flow in several for name in takes(FLOWS[flow].run)[0]}
        if odd := keys - known:
            self.found.append(f"{node.lineno}: no notice takes {sorted(odd)}")

    def fits(self, node: ast.Call, name: str, its: tuple[set[str], set[str]], given: Given) -> None:
        may, must = its
        keys, more = given
        if odd := keys - may:
            self.found.append(f"{node.lineno}: {name} does not take {sorted(odd)}")
        if not more and (short := must - keys):
            self.found.append(f"{node.lineno}: {name} needs {sorted(short)}")

    def occasion(self, node: ast.expr) -> str:
        match node:
            case ast.Subscript(value=ast.Name(id="OCCASIONS"), slice=ast.Constant(value=str(text))):
                return text
            case _:
                return ""

    def text(self, node: ast.expr) -> str:
        """Written out, or a constant of this file; "" where it is only known when it runs."""
        if isinstance(node, ast.Name):
            return next((self.text(value) for value in self.assigned(node.id, self.tree)), "")
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id=room), attr=intent), attr="name"):
                return str(getattr(getattr(getattr(intents, room, None), intent, None), "name", ""))
            case _:
                return ""

    def assigned(self, name: str, scope: ast.AST) -> Iterator[ast.expr]:
        for node in every(scope):
            match node:
                case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                    yield value
                case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                    yield value
                case _:
                    pass

    def given(self, node: ast.expr) -> Given:
        match node:
            case ast.Dict(keys=keys):
                said = {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
                return said, any(not isinstance(key, ast.Constant) for key in keys)
            case ast.Name(id=name) if values := [*self.assigned(name, self.function)]:
                several = [self.given(value) for value in values]
                return set[str]().union(*(keys for keys, _ in several)), True
            case _:
                return set(), True


def read(text: str) -> list[str]:
    reader = Read(text)
    reader.visit(reader.tree)
    return reader.found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(BOT).as_posix())
def test_what_is_named_is_there_and_takes_what_it_is_given(file: Path) -> None:
    assert read(file.read_text("utf-8")) == []


def test_tables_name_operations_and_notices_that_there_are() -> None:
    assert {*declared()} - CALLS.keys() == set()
    assert {*REFUSED, *SUBMITS, *OWED} - CALLS.keys() == set()
    assert CARDS.keys() - {start.notice for start in STARTS.values()} == set()


def sample(kind: object) -> object:
    """Some value of that type, for a function that only hands it on."""
    text = str(kind)
    if text.startswith("Literal"):
        return ast.literal_eval(text.partition("[")[2].rstrip("]"))[0]
    return 0 if text.startswith("int") else {} if text.startswith("Mapping") else _Any() if text[:1].isupper() else ""


class _Any:
    def __getattr__(self, name: str) -> str:
        return name


MADE = {
    name: made
    for name, made in vars(orders).items()
    if inspect.isfunction(made) and inspect.get_annotations(made)["return"].startswith("Op[")
}


@pytest.mark.parametrize("function", MADE)
def test_a_move_carries_what_the_hospital_takes(function: str) -> None:
    """``returns(...)`` and its like: what they give is what the call of that move takes, with who does it."""
    made = MADE[function]
    op = made(**{arg: sample(kind) for arg, kind in inspect.get_annotations(made).items() if arg != "return"})
    name = str(op.args["move"])
    may, must = takes(CALLS[MADE_BY[name]])
    given: Mapping[str, object] = op.args["args"]  # pyright: ignore[reportAssignmentType]
    assert given.keys() - may == set()
    hints = get_type_hints(CALLS[MADE_BY[name]])
    odd = {
        arg: said
        for arg, said in given.items()
        if get_origin(hints[arg]) is Literal and said not in get_args(hints[arg])
    }
    assert odd == {}, f"{function}: a value that {name} does not know"
    assert must - given.keys() - {"order", *(move.actor for of, move in MOVES.items() if of == name)} == set()


@pytest.mark.parametrize(
    "text",
    [
        "REFUSED['hospital.caution'] = _none",
        "turn.command(Command(key, lane, 'hospital.accepts', args))",
        "OP = 'hospital.revoke_mandate'\nturn.command(Command(key, lane, OP, {'consent': id}))",
        "turn.command(Command(key, lane, 'hospital.cautions', {}))",
        "REVOKE = people.revoke_mandate.name\nturn.command(Command(key, lane, REVOKE, {'consent': id}))",
        "send_move(turn, order, 'give-back', {'doctor': by, 'why': 'role-ended'}, origin)",
        "def f():\n    args = {'text': '', 'mime_type': ''}\n    begin(turn, OCCASIONS['several-consults'], args=args)",
        "notify(turn, flow, no, key, {'order': seen, 'was': change.before})",
        "turn.find(Order, ordered_by=person)",
        "record(turn, no, key, {'sender': a, 'recipent': b, 'text': '', 'photo': ''})",
        "Changed(row.id, row.version, {'bacth': view(row)})",
        "wake(turn, 'notice-ovr', key, at=due)",
        "await _send(act, row, 'collected', {'courier': a, 'ambasador': b})",
    ],
)
def test_a_misspelled_one_is_found(text: str) -> None:
    assert read(text) != []
