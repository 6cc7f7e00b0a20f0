"""Nobody is left out 6: whatever ends for an ambassador leads on by one button; read off every end view there is."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot import wiring
from bot.dialog import FLOWS, Ask, Flow, Option
from bot.dialog.testing import DialogTester
from bot.phrases import ONWARD

assert wiring.ROOMS
#: What an ambassador is led through: after joining, between two neighbours, at the gate, at the door.
HIS = (
    "welcome", "neighbour", "agree", "refuse", "revoke", "several", "send_many", "send_one", "album", "today",
    "taken", "door", "next_door", "read_zero", "for_her_card", "for_her_notice", "slip_link", "visit_card", "lend",
    "pause", "profile",
)  # fmt: skip
TO_HIM = {"asked.ambassador", "ended.ambassador", "by", "helper", "visit.helper", "ask.person.id"}
#: One button beside each line of a list.
LISTS = {"several.none", "several.alone", "album.sorted", "today.at"}
#: Two, where the second is what he may need instead of the first.
EITHER = {
    "taken.count_again": "count once more, or say that something is wrong",
    "pause.first": "hand on what he has, or go on with it",
}
#: Views that end nothing, or end it for somebody else.
NO_END = {
    "album.longer": "the question that it is about stands below",
    "album.this": "the question whose photo it is stands below",
    "pause.gone": "he is no ambassador any more: his menu is told beside it",
    "welcome.no_pin": "a doctor's",
    "agree.yours": "hers",
    "refuse.yours": "hers",
    "revoke.done": "whoever takes it back; what he may do no more is said to him beside it",
}


def body_of(flow: Flow) -> ast.AsyncFunctionDef:
    functions = _functions(inspect.getfile(inspect.unwrap(flow.run)))
    return next(one for one in functions if any(_names(made, flow.name) for made in one.decorator_list))


def _names(decorator: ast.expr, flow: str) -> bool:
    return isinstance(decorator, ast.Call) and bool(decorator.args) and ast.unparse(decorator.args[0]) == repr(flow)


@cache
def _functions(file: str) -> list[ast.AsyncFunctionDef]:
    tree = ast.parse(Path(file).read_text("utf-8"))
    return [one for one in ast.walk(tree) if isinstance(one, ast.AsyncFunctionDef)]


def views(flow: str) -> Iterator[tuple[str, ast.Call, ast.AsyncFunctionDef]]:
    """(view, call, function) of all that this flow says to him without asking, its helpers' too."""
    file = inspect.getfile(inspect.unwrap(FLOWS[flow].run))
    helpers = {one.name: one for one in _functions(file) if not one.decorator_list}
    todo, seen = [body_of(FLOWS[flow])], set[str]()
    while todo:
        function = todo.pop()
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in helpers.keys() - seen:
                seen.add(node.func.id)
                todo.append(helpers[node.func.id])
            if (said := _said(flow, node)) is not None:
                yield said[0], said[1], function


def _said(flow: str, node: ast.AST) -> tuple[str, ast.Call] | None:
    if not isinstance(node, ast.Call) or not ast.unparse(node.func).startswith("ask."):
        return None
    word = ast.unparse(node.func).removeprefix("ask.")
    to = next((ast.unparse(one.value) for one in node.keywords if one.arg == "to"), "")
    if word not in ("tell", "stop", "card") or (to and to.removeprefix("ToPerson(").removesuffix(")") not in TO_HIM):
        return None
    if word == "card":
        template = node.args[1]
        names = [ast.literal_eval(one) for one in ast.walk(template) if isinstance(one, ast.Constant)]
        return next(((name, node) for name in names if name.endswith((".over", ".done", ".at", ".read_aloud"))), None)
    key = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
    assert isinstance(key, ast.Constant)
    return f"{flow}.{str(key.value).partition('[')[0]}", node


def buttons(call: ast.Call, function: ast.AsyncFunctionDef) -> set[str]:
    """How many it carries, on each way: "1", "each" for a list's, "0" where it has none of its own."""
    given = next((one.value for one in call.keywords if one.arg == "buttons"), None)
    if given is not None:
        return _count(given, function)
    stops = ast.unparse(call.func) == "ask.stop"
    return {"1"} if stops and any(_leads_on(one) for one in ast.walk(function)) else {"0"}


def _leads_on(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "ask.leads_on"


def _count(node: ast.expr, function: ast.AsyncFunctionDef) -> set[str]:
    match node:
        case ast.List(elts=[ast.Call()]) | ast.Name(id="ONWARD"):
            return {"1"}
        case ast.List(elts=[ast.Name()]):
            return {"1"}
        case ast.IfExp(body=body, orelse=other):
            return _count(body, function) | _count(other, function)
        case ast.ListComp() | ast.Call():
            return {"each"}
        case ast.Name(id=name):
            made = [one.value for one in ast.walk(function) if isinstance(one, ast.Assign)
                    and [ast.unparse(target) for target in one.targets] == [name]]  # fmt: skip
            return {count for one in made for count in _count(one, function)}
        case _:
            return {ast.unparse(node)}


def test_every_flow_that_only_he_begins_is_looked_at() -> None:
    his = {name for name, flow in FLOWS.items() if flow.start and flow.start.role == "ambassador"}
    assert his <= {*HIS}
    assert {*LISTS, *NO_END, *EITHER} <= {view for flow in HIS for view, *_ in views(flow)}


@pytest.mark.parametrize("flow", HIS)
def test_what_ends_leads_on_by_one_button(flow: str) -> None:
    found = {view: buttons(call, function) for view, call, function in views(flow) if view not in {*NO_END, *EITHER}}
    lists = {view: {"each"} if view in LISTS else {"1"} for view in found}
    if flow == "welcome":
        lists["welcome.done"] = {"1", "each"}  # his one; whoever else joined has the menu of his role
    if flow == "visit_card":
        assert found.pop("visit_card.over") >= {"1"}, "another one, an operator who went, has his own list"
        lists = {}
    assert found == lists


def test_a_stop_without_buttons_of_its_own_offers_what_was_said_before() -> None:
    async def walk(ask: Ask) -> None:
        ask.leads_on(ONWARD)
        if await ask.choice("q", options=["own", "none"]) == "own":
            await ask.stop("over", buttons=[Option("menu", action="menu")])
        await ask.stop("over")

    for tapped, offered in (("own", "a:menu"), ("none", "a:today")):
        t = DialogTester(Flow("f", walk), {})
        t.start()
        t.taps(tapped)
        (said,) = [one for one in t.last.says if one.kind == "tell"]
        assert [button.data for row in said.buttons for button in row] == [offered]
