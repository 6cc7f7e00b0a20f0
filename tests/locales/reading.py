"""Reads source files for the texts an expression can be: constants, either-or, tables, lists made by small functions.

An over-estimate, never an evaluation: what is data (a drug's name, a person's answer) is no text of ours.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.source import every, tree_of

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One module: its tree, its functions and its constants by name, and which modules its names come from."""

    file: str
    tree: ast.Module
    functions: Mapping[str, Function]
    constants: Mapping[str, ast.expr]
    imported: Mapping[str, str]  # name -> module file

    def where(self, node: ast.AST) -> str:
        return f"{self.file}:{getattr(node, 'lineno', 0)}"


@cache
def source(file: str) -> Source:
    """The module at this path from the root."""
    return parsed((ROOT / file).read_text("utf-8"), file)


def parsed(text: str, file: str = "") -> Source:
    """The module of this text."""
    tree = tree_of(text)
    functions = {node.name: node for node in tree.body if isinstance(node, Function)}
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            constants[node.target.id] = node.value
    imported = {
        alias.asname or alias.name: _file(node.module, alias.name)
        for node in every(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "bot"
        for alias in node.names
    }
    return Source(file, tree, functions, constants, imported)


def _file(module: str, name: str) -> str:
    """Where a name of ``from module import name`` stands."""
    for path in (f"{module}.{name}", module):
        for found in (path.replace(".", "/") + ".py", path.replace(".", "/") + "/__init__.py"):
            if (ROOT / found).exists():
                return found
    return ""


@dataclass
class Reader:
    """Reads expressions of one function. ``parts`` of a text that are not known show as ``{}``."""

    at: Source
    function: Function | None = None
    busy: set[str] = field(default_factory=set[str])

    def texts(self, node: ast.expr | None) -> set[str]:  # noqa: C901 - one case a kind of expression
        """Every text the expression can be, or hold where it is a list, a table's values, or options."""
        match node:
            case ast.Constant(value=str() as text):
                return {text}
            case ast.JoinedStr(values=parts):
                return self._joined(parts)
            case ast.IfExp(body=first, orelse=second):
                return self._falls_back([first, second])
            case ast.BoolOp(values=values):
                return self._falls_back(values)
            case ast.Tuple(elts=values) | ast.List(elts=values) | ast.Set(elts=values):
                return self._all(values)
            case ast.Dict(values=values):
                return self._all(values)
            case ast.Starred(value=value) | ast.Await(value=value) | ast.NamedExpr(value=value):
                return self.texts(value)
            case ast.Subscript(value=ast.Name(id=name)) if isinstance(self.at.constants.get(name), ast.Dict):
                return self._name(name)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                return self._added(left, right)
            case ast.ListComp(elt=item, generators=over) | ast.GeneratorExp(elt=item, generators=over):
                names = {loop.target.id: loop.iter for loop in over if isinstance(loop.target, ast.Name)}
                return self.texts(names.get(item.id, item) if isinstance(item, ast.Name) else item)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Call():
                return self._call(node)
            case _:
                return set()

    def _falls_back(self, values: list[ast.expr]) -> set[str]:
        """One of them: a text that stands here, where something that is not known has none."""
        found = [self.texts(value) for value in values]
        open_too = isinstance(values[-1], ast.Constant) and bool(found[-1]) and not all(found)
        return set().union(*found) | ({"{}"} if open_too else set())

    def _all(self, values: Iterable[ast.expr]) -> set[str]:
        return {text for value in values for text in self.texts(value)}

    def _joined(self, parts: list[ast.expr]) -> set[str]:
        found = {""}
        for part in parts:
            more = self.texts(part.value) if isinstance(part, ast.FormattedValue) else self.texts(part)
            found = {text + tail for text in found for tail in more or {"{}"}}
        return found

    def _added(self, left: ast.expr, right: ast.expr) -> set[str]:
        first, second = self.texts(left), self.texts(right)
        if isinstance(left, ast.Constant | ast.JoinedStr) or isinstance(right, ast.Constant | ast.JoinedStr):
            return {text + tail for text in first or {"{}"} for tail in second or {"{}"}}
        return first | second

    def _name(self, name: str) -> set[str]:
        if name in self.busy:
            return set()
        self.busy.add(name)
        found = {text for value in self._assigned(name) for text in self.texts(value)}
        if not found and name in self.at.constants:
            found = self.texts(self.at.constants[name])
        elif not found and name in self.at.imported:
            other = source(self.at.imported[name])
            found = Reader(other).texts(other.constants.get(name)) if self.at.imported[name] else set()
        self.busy.discard(name)
        return found

    def _assigned(self, name: str) -> Iterator[ast.expr]:
        for node in every(self.function) if self.function else ():
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                    yield value
                case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                    yield value
                case ast.For(target=ast.Name(id=target), iter=value) if target == name:
                    yield value
                case _:
                    pass

    def _call(self, node: ast.Call) -> set[str]:
        match node.func:
            case ast.Name(id="Option"):
                given = {word.arg: word.value for word in node.keywords}
                labelled = "label" in given or len(node.args) > 1
                return set() if labelled else self.texts(node.args[0])
            case ast.Name(id=name) if name in self.at.functions:
                return self.returned(self.at, name)
            case ast.Name(id=name) if self.at.imported.get(name):
                return self.returned(source(self.at.imported[name]), name)
            case ast.Attribute(value=ast.Name(id=module), attr=name) if self.at.imported.get(module):
                return self.returned(source(self.at.imported[module]), name)
            case ast.Attribute(attr="get", value=table):
                return self.texts(table) | self._all(node.args[1:])
            case ast.Attribute(value=ast.Name(id="ask"), attr="choice"):
                return self._all(word.value for word in node.keywords if word.arg == "options")
            case _:
                return set()

    def called(self, node: ast.Call) -> Function | None:
        """The function of ours that is called, where it is called by its name."""
        if not isinstance(node.func, ast.Name):
            return None
        at = self.at
        if node.func.id not in at.functions and at.imported.get(node.func.id):
            at = source(at.imported[node.func.id])
        return at.functions.get(node.func.id)

    def returned(self, at: Source, name: str) -> set[str]:
        """The texts a function can give back."""
        function = at.functions.get(name)
        if function is None or name in self.busy:
            return set()
        reader = Reader(at, function, {*self.busy, name})
        return {text for node in every(function) if isinstance(node, ast.Return) for text in reader.texts(node.value)}

    def words(self, node: ast.expr) -> frozenset[str] | None:
        """The names in a table of words; None where they are not written out."""
        match node:
            case ast.Dict(keys=keys, values=values):
                names = {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
                for key, value in zip(keys, values, strict=True):
                    if key is None:  # **more
                        names |= self.words(value) or frozenset()
                return frozenset(names)
            case ast.BoolOp(values=values):
                return frozenset().union(*(self.words(value) or () for value in values))
            case ast.Name(id=name):
                found = [self.words(value) for value in self._assigned(name)]
                whole = [one for one in found if one is not None]
                return frozenset.intersection(*whole) if whole and len(whole) == len(found) else None  # on every way
            case ast.Call(func=ast.Name(id=name)) if self.at.imported.get(name) or name in self.at.functions:
                at = self.at if name in self.at.functions else source(self.at.imported[name])
                ends = [end for end in every(at.functions[name]) if isinstance(end, ast.Return) and end.value]
                return Reader(at, at.functions[name]).words(ends[0].value) if ends and ends[0].value else None
            case _:
                return None


KEY = re.compile(r"[a-z][a-z_]*(\.[A-Za-z0-9_{}-]+)+")


def is_key(text: str) -> bool:
    """Whether a text looks like a locale key, perhaps with holes: ``drug.line``, ``stage.{}``."""
    return KEY.fullmatch(text) is not None
