"""Reads flow files and finds what would make a replay go wrong. ``python -m bot.dialog.lint bot/flows/*.py``.

What only running shows (a step visited twice, a swallowed suspension) is refused by replay.py.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.dialog.lint_keys import check_keys

CLOCK_AND_CHANCE = {"time", "random", "datetime", "uuid", "secrets", "os", "asyncio", "threading", "multiprocessing"}
OUTSIDE = {
    "aiohttp", "aiosqlite", "anyio", "asyncpg", "concurrent", "ftplib", "http", "httpx", "io", "pathlib", "requests",
    "select", "shutil", "signal", "smtplib", "socket", "sqlalchemy", "sqlite3", "ssl", "subprocess", "sys", "telegram",
    "tempfile", "urllib", "backend_client",
}  # fmt: skip
CALLS = {
    "open": "reads or writes outside: use ask.once or ask.call",
    "print": "writes outside: use ask.tell",
    "input": "reads outside: use ask.text",
    "eval": "runs text",
    "exec": "runs text",
    "__import__": "hides an import",
    "hash": "differs in each process: use the thing's id",
    "id": "differs in each process: use the thing's id",
}
TASKS = {"gather", "create_task", "ensure_future", "TaskGroup", "wait_for", "to_thread", "run_in_executor", "shield"}
TOO_WIDE = {"BaseException", "Exception"}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """``rule`` is a short name, ``text`` says what is wrong and how to mend it."""

    file: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.text}"


def check_source(source: str, file: str = "flow.py") -> list[Finding]:
    """Findings in one flow file, by line."""
    tree = ast.parse(source)
    local = {node.name for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}
    awaited = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Await)}
    found = [item for node in ast.walk(tree) for item in _node(node, local, awaited)]
    return sorted(Finding(file, line, rule, text) for line, rule, text in {*found, *check_keys(tree)})


def check_files(files: Iterable[Path]) -> list[Finding]:
    return [finding for file in files for finding in check_source(file.read_text(encoding="utf-8"), str(file))]


Found = tuple[int, str, str]


def _node(node: ast.AST, local: set[str], awaited: set[int]) -> Iterator[Found]:
    match node:
        case ast.Import() | ast.ImportFrom():
            yield from _import(node)
        case ast.Call():
            yield from _call(node, awaited)
        case ast.ExceptHandler():
            yield from _handler(node)
        case ast.Await() if not _of_ask(node.value, local):
            yield node.lineno, "await", f"waits for {ast.unparse(node.value)}: only words of ask may be awaited"
        case ast.AsyncWith() | ast.AsyncFor() | ast.Yield() | ast.YieldFrom():
            yield node.lineno, "await", "waits for something that is no word of ask"
        case _:
            yield from _replayed(node)


def _replayed(node: ast.AST) -> Iterator[Found]:
    """What is allowed elsewhere but not in code that is run again and again."""
    match node:
        case ast.Try(finalbody=[first, *_]) | ast.TryStar(finalbody=[first, *_]):
            yield first.lineno, "finally", "runs at every pause of the dialog, not at its end: leave it out"
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            yield node.lineno, "state", f"{', '.join(names)} outlives the replay: only the journal remembers"
        case ast.For(iter=over) | ast.comprehension(iter=over) if _unordered(over):
            yield over.lineno, "order", f"{ast.unparse(over)} has no order: use sorted(...), a list or a dict"
        case _:
            return


def _import(node: ast.Import | ast.ImportFrom) -> Iterator[Found]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    for name in names:
        top = name.split(".", 1)[0]
        if top in CLOCK_AND_CHANCE | OUTSIDE:
            why = "differs at each replay: ask.once gives a value that is kept" if top in CLOCK_AND_CHANCE else (
                "goes outside: give ask.call an operation"
            )  # fmt: skip
            yield node.lineno, "import", f"{name} {why}"


def _call(node: ast.Call, awaited: set[int]) -> Iterator[Found]:
    name = _name(node.func)
    if name in TASKS:
        yield node.lineno, "task", f"{name} runs things side by side: a flow is one straight line"
    elif isinstance(node.func, ast.Name) and name in CALLS:
        yield node.lineno, "call", f"{name} {CALLS[name]}"
    elif name == "suppress" and any(_name(arg) in TOO_WIDE for arg in node.args):
        yield node.lineno, "except", "swallows the suspension: catch Refused only"
    elif _is_word(node) and id(node) not in awaited:
        yield node.lineno, "await", f"ask.{name}(...) is not awaited"


def _handler(node: ast.ExceptHandler) -> Iterator[Found]:
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    if any(kind is None or _name(kind) in TOO_WIDE for kind in kinds):
        yield node.lineno, "except", "swallows the suspension or a fault: catch Refused only"


def _name(node: ast.AST | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_word(node: ast.Call) -> bool:
    """``ask.something(...)``; ``key`` makes a part of a key, ``about`` says for whom, ``leads_on`` where it goes on."""
    ask = isinstance(node.func, ast.Attribute) and _name(node.func.value) == "ask"
    return ask and _name(node.func) not in ("key", "about", "leads_on")


def _of_ask(node: ast.AST, local: set[str]) -> bool:
    """A word of ask, or an async function of this file that is given ask first."""
    if not isinstance(node, ast.Call):
        return False
    given = bool(node.args) and _name(node.args[0]) == "ask"
    return _is_word(node) or (given and isinstance(node.func, ast.Name) and node.func.id in local)


def _unordered(node: ast.AST) -> bool:
    return isinstance(node, ast.Set | ast.SetComp) or (isinstance(node, ast.Call) and _name(node.func) in SETS)


SETS = {"set", "frozenset", "union", "intersection", "difference", "symmetric_difference"}


def main(arguments: list[str]) -> int:
    """Exit code 1 if there are findings."""
    findings = check_files(Path(name) for name in arguments)
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
