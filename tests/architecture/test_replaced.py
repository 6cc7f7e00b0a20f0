"""A field that ``replace(row, field=...)`` names is one that there is: the type checker takes any."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.source import every, tree_of

ROOT = Path(__file__).parents[2]


@cache
def trees() -> dict[str, ast.Module]:
    """By file; read when a test asks, not when tests are collected."""
    return {
        file.relative_to(ROOT).as_posix(): tree_of(file.read_text("utf-8"))
        for package in ("bot", "backend_client")
        for file in sorted((ROOT / package).rglob("*.py"))
    }


@cache
def known() -> frozenset[str]:
    """Every field of every class."""
    return frozenset(name for tree in trees().values() for name in fields(tree))


def fields(tree: ast.AST) -> Iterator[str]:
    """The annotated names in its classes."""
    for found in (node for node in every(tree) if isinstance(node, ast.ClassDef)):
        for line in found.body:
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                yield line.target.id


def replaced(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Keywords given to ``replace``, with their lines."""
    for node in every(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "replace":
            yield from ((one.arg, node.lineno) for one in node.keywords if one.arg)


def test_each_is_a_field_of_some_row_or_view() -> None:
    odd = [
        f"{file}:{line} {name}"
        for file, tree in trees().items()
        for name, line in replaced(tree)
        if name not in known()
    ]
    assert odd == []


def test_a_misspelled_one_is_found() -> None:
    text = "seen = replace(again, accepted=False, reasons='two_people')"
    assert [name for name, _ in replaced(tree_of(text)) if name not in known()] == ["reasons"]
