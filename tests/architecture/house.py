"""The house rules that a file can break by itself, found in its source. No file is opened here."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

LONGEST = 350  # lines
Found = Iterator[str]
Rule = Callable[[ast.Module, str], Found]


def length(_tree: ast.Module, source: str) -> Found:
    """A file is read in one go."""
    if (lines := len(source.splitlines())) > LONGEST:
        yield f"{lines} lines, at most {LONGEST}: split it by what it is about"


def purpose(tree: ast.Module, _source: str) -> Found:
    """A module begins by saying what lives here."""
    if tree.body and not ast.get_docstring(tree):
        yield "no docstring: say in one to three lines what lives here and what does not"


def printing(tree: ast.Module, _source: str) -> Found:
    """Only a ready line is printed; everything else is logged or told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "pprint", "pprint.pprint"):
            yield f"line {node.lineno}: prints"


def environment(tree: ast.Module, _source: str) -> Found:
    """bot/config.py reads the settings; nobody else looks."""
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.name if isinstance(node, ast.alias) else ""
        if name in ("environ", "getenv", "environb", "putenv"):
            yield f"line {getattr(node, 'lineno', 0)}: looks at the environment"


NOW = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.date.today",
}


def now(tree: ast.Module, _source: str) -> Found:
    """Clocks tell the time; everybody else is told. (Who imports ``time`` is a contract.)"""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in NOW:
            yield f"line {node.lineno}: {ast.unparse(node)}: ask the clock"


def mocks(tree: ast.Module, _source: str) -> Found:
    """A fake of ten lines, or the real part."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node).replace(".", " ").split():
            yield f"line {node.lineno}: mocks: write a fake of ten lines, or use the real part"


def naps(tree: ast.Module, _source: str) -> Found:
    """A test that waits for an event is right at any speed; one that sleeps is right on a good day."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "sleep"):
            yield f"line {node.lineno}: sleeps: wait for what shall happen"


SHIPPED: dict[str, Rule] = {
    "length": length, "purpose": purpose, "printing": printing, "environment": environment, "now": now,
}  # fmt: skip
TESTS: dict[str, Rule] = {"purpose": purpose, "mocks": mocks, "naps": naps}
