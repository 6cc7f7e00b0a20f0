"""The lint's look at step keys: permanent, single, in a loop made of the thing's id. Follows helpers of the file."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

Found = tuple[int, str, str]
KEYED = {"choice", "multi", "text", "date", "photos", "confirm", "pin", "once", "call", "sub", "tell", "stop"}
LEAVES = {"stop", "submit"}
Loop = ast.For | ast.While | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Functions = Mapping[str, ast.AsyncFunctionDef]


@dataclass
class Walk:
    """One flow, walked with its helpers as if they were written in it."""

    functions: Functions
    keys: dict[str, list[list[ast.AST]]] = field(default_factory=dict[str, list[list[ast.AST]]])
    found: list[Found] = field(default_factory=list[Found])

    def function(self, node: ast.AsyncFunctionDef, above: list[ast.AST]) -> None:
        if node not in above:
            self.block(node, [*above, node])

    def block(self, node: ast.AST, above: list[ast.AST]) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                self.call(child, above)
            self.block(child, [*above, child])

    def call(self, node: ast.Call, above: list[ast.AST]) -> None:
        match node.func:
            case ast.Attribute(value=ast.Name(id="ask"), attr=word) if word in KEYED and node.args:
                self.key(word, node.args[0], [*above, node])
            case ast.Name(id=name) if name in self.functions:
                self.function(self.functions[name], [*above, node])
            case _:
                return

    def key(self, word: str, key: ast.expr, above: list[ast.AST]) -> None:
        text = ast.unparse(key)
        if not isinstance(key, ast.JoinedStr) and not (isinstance(key, ast.Constant) and isinstance(key.value, str)):
            self.say(key, "key", f"{text} must be written out, as text or f-text: keys are permanent names")
        elif word != "stop":
            self.single(key, text, [*above, key])
            self.in_loops(key, text, above)

    def single(self, key: ast.expr, text: str, path: list[ast.AST]) -> None:
        """A helper may be called again if its keys hold what it is called with."""
        before = self.keys.setdefault(text, [])
        for other in before:
            same = other[-1] is key and _names(key)
            if not same and not _either_or(other, path):
                self.say(key, "key", f"{text} comes twice on one way: a key names one step")
        before.append(path)

    def in_loops(self, key: ast.expr, text: str, above: list[ast.AST]) -> None:
        used = _names(key)
        for loop in [node for node in above if isinstance(node, Loop)]:
            if bad := used & set(_positions(loop)):
                self.say(key, "key", f"{text} counts positions ({', '.join(sorted(bad))}): use the thing's id")
        loops = [i for i, node in enumerate(above) if isinstance(node, Loop) and _inside(node, *above[i + 1 : i + 3])]
        if loops and not used and not _leaves(above[loops[-1] :]):
            self.say(
                key, "key", f"{text} comes again at each turn of the loop: put the thing's id in it, [{{thing.id}}]"
            )

    def say(self, node: ast.expr, rule: str, text: str) -> None:
        self.found.append((node.lineno, rule, text))


def check_keys(tree: ast.Module) -> list[Found]:
    """Findings of all flows (functions decorated with ``flow``) of a file."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)}
    found: list[Found] = []
    for node in functions.values():
        if any("flow" in ast.unparse(decorator) for decorator in node.decorator_list):
            walk = Walk(functions)
            walk.function(node, [])
            found += walk.found
    return found


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _either_or(first: list[ast.AST], second: list[ast.AST]) -> bool:
    """No way through the flow passes both: they stand in two branches, or the first one's branch leaves."""
    at = next(i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a is not b)
    fork, one, other = first[at - 1], first[at], second[at]
    if isinstance(fork, ast.If) and (one in fork.body) != (other in fork.body) and fork.test not in (one, other):
        return True
    return isinstance(one, ast.If) and _leaves(first[at:])


def _positions(loop: ast.AST) -> Iterator[str]:
    """Names that count: ``for i, x in enumerate(...)``, ``for i in range(len(...))``."""
    pairs = [(loop.target, loop.iter)] if isinstance(loop, ast.For) else []
    pairs += [(part.target, part.iter) for part in getattr(loop, "generators", [])]
    for target, over in pairs:
        text = ast.unparse(over)
        if text.startswith("enumerate(") and isinstance(target, ast.Tuple):
            target = target.elts[0]
        elif not text.startswith(("range(len(", "enumerate(")):
            continue
        yield from _names(target)


def _inside(loop: Loop, child: ast.AST, grandchild: ast.AST | None = None) -> bool:
    """Not in the part of a loop that runs once: what it goes over, and its else."""
    if isinstance(loop, ast.For):
        return child is not loop.iter and child not in loop.orelse
    if isinstance(loop, ast.While):
        return child not in loop.orelse
    return grandchild is not loop.generators[0].iter


def _leaves(path: list[ast.AST]) -> bool:
    """After the step the loop is left: a block on the way down to it goes on to return, break, raise or stop."""
    for node, child in pairwise(path):
        for name in ("body", "orelse"):
            block = _block(node, name)
            if child in block and any(map(_stops, block[block.index(child) :])):
                return True
    return False


def _block(node: ast.AST, name: str) -> list[ast.AST]:
    found = getattr(node, name, None)
    return cast("list[ast.AST]", found) if isinstance(found, list) else []


def _stops(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr):
        return any(f"ask.{word}(" in ast.unparse(node) for word in LEAVES)
    return isinstance(node, ast.Return | ast.Break | ast.Raise)
