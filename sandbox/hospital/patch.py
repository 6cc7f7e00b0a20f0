"""JSON Patch (RFC 6902) on plain data. A failed `test` is 409: the resource is not in the state the patch expects."""

from __future__ import annotations

import copy
from typing import Any

from sandbox.hospital.outcomes import Refused

MAX_OPERATIONS = 100
_NEEDED = {"add": "value", "replace": "value", "test": "value", "move": "from", "copy": "from"}


def apply(document: Any, operations: Any) -> Any:
    """A patched copy. Refused: 400 not a patch, 409 a test failed, 422 a path that is not there."""
    if not isinstance(operations, list) or not 0 < len(operations) <= MAX_OPERATIONS:
        raise Refused(400, "structure", f"a JSON Patch is an array of 1-{MAX_OPERATIONS} operations")
    whole = copy.deepcopy(document)
    for number, operation in enumerate(operations):
        try:
            whole = _step(whole, operation)
        except Refused as error:
            raise error.inside(f"patch[{number}]") from None
    return whole


def _step(whole: Any, operation: Any) -> Any:
    op, path, extra = _read(operation)
    match op:
        case "test":
            if not _same(_get(whole, path), extra):
                raise Refused(409, "conflict", f"test failed at {operation['path']}")
            return whole
        case "add":
            return _add(whole, path, copy.deepcopy(extra))
        case "remove":
            return _remove(whole, path)
        case "replace":
            _get(whole, path)
            return _put(whole, path, copy.deepcopy(extra))
        case "copy":
            return _add(whole, path, copy.deepcopy(_get(whole, _tokens(extra))))
        case _:
            moved = _get(whole, _tokens(extra))
            return _add(_remove(whole, _tokens(extra)), path, moved)


def _read(operation: Any) -> tuple[str, list[str], Any]:
    if not isinstance(operation, dict):
        raise Refused(400, "structure", "an operation is an object")
    op, path = operation.get("op"), operation.get("path")
    if not isinstance(op, str) or op not in (*_NEEDED, "remove") or not isinstance(path, str):
        raise Refused(400, "structure", "an operation has op (add, remove, replace, move, copy, test) and path")
    needed = _NEEDED.get(op)
    if needed and needed not in operation:
        raise Refused(400, "structure", f"{op} needs {needed!r}")
    if op == "move" and f"{path}/".startswith(f"{operation['from']}/") and path != operation["from"]:
        raise Refused(422, "processing", "cannot move a value into itself")
    return op, _tokens(path), operation[needed] if needed else None


def _tokens(pointer: Any) -> list[str]:
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise Refused(400, "structure", "a path starts with '/'")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _get(node: Any, path: list[str]) -> Any:
    for token in path:
        node = node[_position(node, token, len(node) - 1)] if isinstance(node, list) else _member(node, token)
    return node


def _member(node: Any, name: str) -> Any:
    if not isinstance(node, dict) or name not in node:
        raise Refused(422, "processing", f"there is no {name!r} on that path")
    return node[name]


def _position(node: list[Any], name: str, last: int) -> int:
    if not (name.isascii() and name.isdigit() and (name == "0" or name[0] != "0")) or int(name[:9]) > last:
        raise Refused(422, "processing", f"there is no place {name!r} in an array of {len(node)}")
    return int(name)


def _add(whole: Any, path: list[str], value: Any) -> Any:
    parent = _get(whole, path[:-1])
    if path and isinstance(parent, list):
        parent.insert(len(parent) if path[-1] == "-" else _position(parent, path[-1], len(parent)), value)
        return whole
    return _put(whole, path, value)


def _put(whole: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent = _get(whole, path[:-1])
    if isinstance(parent, list):
        parent[_position(parent, path[-1], len(parent) - 1)] = value
    elif isinstance(parent, dict):
        parent[path[-1]] = value
    else:
        raise Refused(422, "processing", f"nothing can be put at {path[-1]!r}")
    return whole


def _remove(whole: Any, path: list[str]) -> Any:
    _get(whole, path)
    if not path:
        raise Refused(422, "processing", "the whole resource cannot be removed by a patch")
    parent = _get(whole, path[:-1])
    del parent[int(path[-1]) if isinstance(parent, list) else path[-1]]
    return whole


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
