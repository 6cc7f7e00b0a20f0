"""What flows look up by a string key has no type: the number may only fall (ADR 25)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.source import every, tree_of

FLOWS = Path(__file__).parents[2] / "bot" / "flows"
LEFT: dict[str, int] = {}


def lookups(source: str) -> int:
    """Subscripts with a literal text, and ``.get`` with one."""
    found = 0
    for node in every(tree_of(source)):
        match node:
            case ast.Subscript(slice=ast.Constant(value=str()), ctx=ast.Load()):
                found += 1
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str()), *_]):
                found += 1
    return found


def test_each_flow_has_as_many_as_are_left_or_none() -> None:
    """Fewer: lower the number here. More: declare the operation (bot/intents) or give the notice typed parameters."""
    seen = {path.stem: lookups(path.read_text("utf-8")) for path in FLOWS.glob("*.py")}
    assert {name: n for name, n in seen.items() if n} == LEFT


@pytest.mark.parametrize(
    ("source", "n"),
    [("a['b']", 1), ("a.get('b', '')", 1), ("a[0] + a[b] + a.b + a.get(b)", 0), ("a['b'] = 1", 0), ("a['b']['c']", 2)],
)
def test_what_counts(source: str, n: int) -> None:
    assert lookups(source) == n
