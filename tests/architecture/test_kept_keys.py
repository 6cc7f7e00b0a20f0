"""What is looked up by a key in a row's plain data (``snapshot``, ``facts``, ``sealed`` ...) is put there by somebody.

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

BOT = Path(__file__).parents[2] / "bot"
KEPT = {"snapshot", "facts", "sealed", "words", "notices"}  # fields of rows, and the words of a refusal
SOURCES = [path.read_text("utf-8") for path in sorted(BOT.rglob("*.py"))]


def looked_up(source: str) -> Iterator[tuple[int, str]]:
    """(line, key) of each ``x.snapshot["key"]`` and ``x.snapshot.get("key")``."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(value=ast.Attribute(attr=name), slice=ast.Constant(value=str(key))) if name in KEPT:
                yield node.lineno, key
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(attr=name), attr="get"),
                args=[ast.Constant(value=str(key)), *_],
            ) if name in KEPT:
                yield node.lineno, key
            case _:
                pass


def written(source: str) -> Iterator[str]:
    """Keys of written dicts, keyword arguments, and what is assigned under a key."""
    for node in ast.walk(ast.parse(source)):
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
    known |= {key for source in SOURCES for key in written(source)}
    assert [at for source in SOURCES for at in looked_up(source) if at[1] not in known] == []


def test_what_is_read() -> None:
    assert [*looked_up('row.snapshot.get("rx_day", "")')] == [(1, "rx_day")]
    assert [*looked_up('me.facts["self"]')] == [(1, "self")]
    assert set(written('f({"a": 1}, b=2)\nc["d"] = 3')) == {"a", "b", "d"}
