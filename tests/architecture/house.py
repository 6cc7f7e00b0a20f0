"""The house rules that a file can break by itself, found in its source. No file is opened here."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.source import every, tree_of

LONGEST = 350  # lines
Found = Iterator[str]


@dataclass(frozen=True)
class Read:
    """A file, read and walked once for all rules."""

    source: str
    tree: ast.Module
    nodes: Sequence[ast.AST]


Rule = Callable[[Read], Found]


def read(source: str) -> Read:
    tree = tree_of(source)
    return Read(source, tree, every(tree))


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name or an attribute, "" of anything else; much faster than writing the tree out."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def length(file: Read) -> Found:
    """A file is read in one go."""
    if (lines := len(file.source.splitlines())) > LONGEST:
        yield f"{lines} lines, at most {LONGEST}: split it by what it is about"


def purpose(file: Read) -> Found:
    """A module begins by saying what lives here."""
    if file.tree.body and not ast.get_docstring(file.tree):
        yield "no docstring: say in one to three lines what lives here and what does not"


def printing(file: Read) -> Found:
    """Only a ready line is printed; everything else is logged or told."""
    for node in file.nodes:
        if isinstance(node, ast.Call) and dotted(node.func) in ("print", "pprint", "pprint.pprint"):
            yield f"line {node.lineno}: prints"


def environment(file: Read) -> Found:
    """bot/config.py reads the settings; nobody else looks."""
    for node in file.nodes:
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


def now(file: Read) -> Found:
    """Clocks tell the time; everybody else is told. (Who imports ``time`` is a contract.)"""
    for node in file.nodes:
        if isinstance(node, ast.Attribute) and dotted(node) in NOW:
            yield f"line {node.lineno}: {dotted(node)}: ask the clock"


def mocks(file: Read) -> Found:
    """A fake of ten lines, or the real part."""
    for node in file.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) and "mock" in ast.unparse(node).replace(".", " ").split():
            yield f"line {node.lineno}: mocks: write a fake of ten lines, or use the real part"


def naps(file: Read) -> Found:
    """A test that waits for an event is right at any speed; one that sleeps is right on a good day."""
    for node in file.nodes:
        if isinstance(node, ast.Call) and dotted(node.func) in ("time.sleep", "sleep"):
            yield f"line {node.lineno}: sleeps: wait for what shall happen"


_LITERAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)  # of a pattern: an escaped character, a class
_KEEPING = re.compile(r"(?:[*+?]|\{\d*,?\d*\})\+|\(\?>")


def patterns(file: Read) -> Found:
    """Possessive quantifiers and atomic groups are matched wrongly by Python 3.11.2, which Debian 12 ships."""
    joined = [node for node in file.nodes if isinstance(node, ast.JoinedStr)]
    parts = {id(part) for node in joined for part in node.values}
    for node in file.nodes:
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
        else:
            continue
        if _KEEPING.search(_LITERAL.sub("x", text)):
            yield f"line {node.lineno}: keeps what it matched (*+, ++, ?+, {{1,2}}+ or (?>): say it without"


SHIPPED: dict[str, Rule] = {
    "length": length, "purpose": purpose, "printing": printing, "environment": environment, "now": now,
    "patterns": patterns,
}  # fmt: skip
TESTS: dict[str, Rule] = {"purpose": purpose, "mocks": mocks, "naps": naps}
