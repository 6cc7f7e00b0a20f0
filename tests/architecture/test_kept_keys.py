"""What is looked up by a key in plain data (a row's ``snapshot``, ``facts`` ..., what lies in it) is put there.

A misspelled key reads as "nothing there", which no type checker sees.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import backend_client.lines
import backend_client.models
from bot import forms, views
from bot.views import clinic, road
from bot.wiring import OCCASIONS
from tests.source import every, tree_of

BOT = Path(__file__).parents[2] / "bot"
READ_ALL = ("flows/", "ops/", "handlers/", "views/", "intents/", "orders.py", "door.py", "dosing.py", "running.py")
KEPT = {"snapshot", "facts", "sealed", "words", "notices"}  # elsewhere: fields of rows, and the words of a refusal
SOURCES = {path.relative_to(BOT).as_posix(): path.read_text("utf-8") for path in sorted(BOT.rglob("*.py"))}


def looked_up(source: str, anywhere: bool = True) -> Iterator[tuple[int, str]]:
    """(line, key) of each ``x["key"]`` and ``x.get("key")``; else of those whose x is ``row.snapshot`` and the like."""
    for node in every(tree_of(source)):
        match node:
            case ast.Subscript(value=of, slice=ast.Constant(value=str(key)), ctx=ast.Load()) if anywhere or _kept(of):
                yield node.lineno, key
            case ast.Call(
                func=ast.Attribute(value=of, attr="get" | "pop"), args=[ast.Constant(value=str(key)), *_]
            ) if anywhere or _kept(of):
                yield node.lineno, key
            case _:
                pass


def _kept(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in KEPT


def written(source: str) -> Iterator[str]:
    """Keys of written dicts, keyword arguments, and what is assigned under a key."""
    for node in every(tree_of(source)):
        match node:
            case ast.Dict(keys=keys):
                yield from (key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
            case ast.keyword(arg=str(name)):
                yield name
            case ast.Subscript(slice=ast.Constant(value=str(key)), ctx=ast.Store()):
                yield key
            case _:
                pass


def test_what_is_looked_up_is_put_there_by_somebody() -> None:
    kinds = [
        kind
        for room in (backend_client.models, backend_client.lines, forms, views, clinic, road)
        for kind in vars(room).values()
        if isinstance(kind, type) and dataclasses.is_dataclass(kind)
    ]
    known = {field.name for kind in kinds for field in dataclasses.fields(kind)}
    known |= {key for source in SOURCES.values() for key in written(source)}
    known |= OCCASIONS.keys()
    odd = [
        f"bot/{file}:{line} {key}"
        for file, source in SOURCES.items()
        for line, key in looked_up(source, file.startswith(READ_ALL))
        if key not in known
    ]
    assert not odd, "nobody puts there: " + ", ".join(odd)


def test_what_is_read() -> None:
    assert [*looked_up('row.snapshot.get("rx_day", "")')] == [(1, "rx_day")]
    assert [*looked_up('me.facts["self"]')] == [(1, "self")]
    assert [*looked_up('money["selfpay"]; row.facts["self"]; money.get("paid")')] == [
        (1, k) for k in ("selfpay", "self", "paid")
    ]
    assert [*looked_up('money["selfpay"]; row.facts["self"]', anywhere=False)] == [(1, "self")]
    assert set(written('f({"a": 1}, b=2)\nc["d"] = 3')) == {"a", "b", "d"}
