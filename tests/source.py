"""Source as a tree: parsed once a process, and walked once, for all that look at the same files again and again."""

from __future__ import annotations

import ast
from functools import cache


@cache
def tree_of(source: str) -> ast.Module:
    """Nobody may change it."""
    return ast.parse(source)


@cache
def every(tree: ast.AST) -> tuple[ast.AST, ...]:
    """What ``ast.walk`` finds, in another order: a node before what lies in it, and that before what follows it."""
    found: list[ast.AST] = []
    left = [tree]
    while left:
        node = left.pop()
        found.append(node)
        below: list[ast.AST] = []
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                below.append(value)
            elif isinstance(value, list):
                below += [item for item in value if isinstance(item, ast.AST)]
        left += reversed(below)
    return tuple(found)
