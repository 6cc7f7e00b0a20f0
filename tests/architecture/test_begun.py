"""What a flow begins, asks inside or links to by name: the flow is there, takes these arguments and returns this type.

``ask.sub``, ``ask.other`` and ``ask.begin`` know another flow by its name only, so a type checker sees nothing of it.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialog import FLOWS
from bot.model import PlaceKind
from bot.stages import STAGES
from bot.wiring import LINKS, STARTS
from tests.source import every, tree_of

BOT = Path(__file__).parents[2] / "bot"
FILES = sorted((BOT / "flows").glob("*.py"))
TAKE_FLOW = {  # operations that take a flow's name, and where
    node.name: [arg.arg for arg in node.args.args].index("flow")
    for file in (BOT / "intents").glob("*.py")
    for node in every(tree_of(file.read_text("utf-8")))
    if isinstance(node, ast.FunctionDef) and any(arg.arg == "flow" for arg in node.args.args)
}
OWN = {
    "sub": set[str](),
    "other": {"person", "subject"},
    "begin": {"person", "subject"},
}  # arguments of the word itself


def begun(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Each ``ask.sub("key", "flow", ...)``, and the word."""
    for node in every(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="ask"), attr=word)) if word in OWN:
                yield node, word
            case _:
                pass


def misfits(source: str) -> Iterator[str]:
    """What is begun with arguments that the flow does not have, or without those that it needs."""
    for call, word in begun(tree_of(source)):
        where = f"line {call.lineno}: {ast.unparse(call)}"
        name = call.args[1]
        if not (isinstance(name, ast.Constant) and name.value in FLOWS):
            yield f"{where}: no flow has this name"
            continue
        takes = [*inspect.signature(FLOWS[str(name.value)].run).parameters.values()][1:]
        given = {item.arg for item in call.keywords} - OWN[word]
        if extra := given - {one.name for one in takes}:
            yield f"{where}: it does not take {sorted(map(str, extra))}"
        if short := {one.name for one in takes if one.default is inspect.Parameter.empty} - given:
            yield f"{where}: it needs {sorted(short)}"


def untyped(source: str) -> Iterator[str]:
    """Where what a flow inside this one returns is used without the type that it declares."""
    tree = tree_of(source)
    above = {below: node for node in every(tree) for below in ast.iter_child_nodes(node)}
    for call, word in begun(tree):
        name = call.args[1]
        flow = FLOWS.get(str(name.value)) if isinstance(name, ast.Constant) else None
        node: ast.AST = above[call]  # the await
        if word != "sub" or flow is None or isinstance(above[node], ast.Expr):
            continue
        declared = inspect.get_annotations(inspect.unwrap(flow.run))["return"]
        match above[node]:
            case ast.AnnAssign(annotation=said) if ast.unparse(said) == declared:
                continue
            case ast.Return() if _returns(node, above) == declared:
                continue
            case _:
                yield f"line {call.lineno}: {ast.unparse(call)} is used: write `name: {declared} = await ...`"


def _returns(node: ast.AST, above: dict[ast.AST, ast.AST]) -> str:
    while not isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef):
        node = above[node]
    return ast.unparse(node.returns) if node.returns else ""


def links(source: str) -> Iterator[str]:
    """The first word of each deep link that is written out: ``start:need-...``."""
    for node in every(tree_of(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"^start:([a-z_]+)-", node.value)


def named(source: str) -> Iterator[str]:
    """Flows' names that are given to operations, as the argument that is called ``flow``."""
    for node in every(tree_of(source)):
        if isinstance(node, ast.Call) and (at := TAKE_FLOW.get(ast.unparse(node.func).rpartition(".")[2])) is not None:
            given = [*node.args[at : at + 1], *(item.value for item in node.keywords if item.arg == "flow")]
            yield from (str(one.value) for one in given if isinstance(one, ast.Constant))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_flows_are_begun_as_they_are_declared(file: Path) -> None:
    source = file.read_text("utf-8")
    assert [*misfits(source)] == []
    assert [*untyped(source)] == []
    assert set(links(source)) <= LINKS.keys()
    assert set(named(source)) <= FLOWS.keys()


def test_a_notice_names_a_stage_or_a_kind_of_row() -> None:
    known = {
        "",
        "order",
        "batch",
        "incident",
        "visit",
        "application",
        "sent-again",
        *(f"stage:{stage}" for stage in STAGES),
    }
    assert {start.notice for start in STARTS.values()} - known == set()


def test_a_button_stands_in_kinds_of_group_that_there_are() -> None:
    assert {kind for start in STARTS.values() for kind in start.stands} - {*PlaceKind} == set()


def test_a_notice_holds_at_stages_that_there_are() -> None:
    assert {stage for start in STARTS.values() for stage in start.holds} - STAGES.keys() == set()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('ask.sub("drug", "medicine", optional=True)', ""),
        ('ask.sub("drug", "medicine", may_stop=True)', "does not take ['may_stop']"),
        ('ask.sub("drug", "medicin")', "no flow"),
        ('ask.sub("day", "paper_day")', "needs ['oldest']"),
        ('ask.begin("asks", "new_line", person, subject=no)', ""),
    ],
)
def test_what_does_not_fit_is_told(source: str, said: str) -> None:
    told = [*misfits(source)]
    assert (said in told[0]) if said else told == []


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ('typed: DrugTyped | None = await ask.sub("drug", "medicine")', True),
        ('typed = await ask.sub("drug", "medicine")', False),
        ('typed: Line = await ask.sub("drug", "medicine")', False),
        ('await ask.sub("drug", "medicine")', True),
        ('return await ask.sub("drug", "medicine")', True),
        ('look(await ask.sub("drug", "medicine"))', False),
    ],
)
def test_what_is_returned_has_its_type(line: str, fine: bool) -> None:
    assert (list(untyped(f"async def f(ask) -> DrugTyped | None:\n    {line}\n")) == []) is fine


def test_links_and_names_are_read() -> None:
    assert [*links('Option("need", url=f"start:need-{ref}")')] == ["need"]
    assert [*named('ordering.keep_drafts("refil", drafts)')] == ["refil"]
