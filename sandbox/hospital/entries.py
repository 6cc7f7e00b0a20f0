"""What a resource is found by: its index entries, computed from the table of search parameters. No SQL here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.hospital.dates import ALWAYS, span
from sandbox.hospital.params import PARAMS, Param

ANY_LINK = "->"
"""The pretended parameter that indexes every reference of a resource, so that a delete can see who needs it."""

_LOCAL = re.compile(r"([A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One row of the index. Tokens: system and value; references: target type and id; dates: [low, high) in ms."""

    param: str
    system: str = ""
    value: str = ""
    low: int = 0
    high: int = 0


def entries(resource: Mapping[str, Any]) -> set[Entry]:
    """All index entries of a resource; ValueError on a date that is none."""
    found = {
        entry
        for name, param in PARAMS[resource["resourceType"]].items()
        if name not in ("_id", "_lastUpdated")
        for path in param.paths
        for element in elements(resource, path.split("."))
        for entry in _KINDS[param.kind](name, param, element)
    }
    return found | {Entry(ANY_LINK, *target) for _, text in references(resource) if (target := local(text))}


def elements(node: Any, path: list[str]) -> Iterator[Any]:
    """The values at a path; lists on the way are spread out."""
    if isinstance(node, list):
        for item in node:
            yield from elements(item, path)
    elif not path:
        yield node
    elif isinstance(node, dict) and path[0] in node:
        yield from elements(node[path[0]], path[1:])


def references(node: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every `reference` text in a resource, with the path of the element that holds it."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from references(item, f"{where}[{number}]")
    elif isinstance(node, dict):
        if isinstance(text := node.get("reference"), str):
            yield where, text
        for name, item in node.items():
            yield from references(item, f"{where}.{name}" if where else name)


def local(text: str) -> tuple[str, str] | None:
    """(type, id) of a relative reference like Patient/p1; None for anything else."""
    match = _LOCAL.fullmatch(text)
    return (match[1], match[2]) if match else None


def _token(name: str, _: Param, element: Any) -> Iterator[Entry]:
    if isinstance(element, dict) and "coding" in element:
        for coding in element["coding"]:
            yield from _token(name, _, coding)
    elif isinstance(element, dict):
        system = element.get("system", "")
        yield Entry(name, str(system), str(element.get("code", element.get("value", ""))))
    elif isinstance(element, bool):
        yield Entry(name, "", str(element).lower())
    else:
        yield Entry(name, "", str(element))


def _reference(name: str, param: Param, element: Any) -> Iterator[Entry]:
    text = element.get("reference", "") if isinstance(element, dict) else ""
    target = local(text)
    if target and param.only in ("", target[0]):
        yield Entry(name, *target)
    elif text and not target:
        yield Entry(name, "", text)


def _date(name: str, _: Param, element: Any) -> Iterator[Entry]:
    if isinstance(element, str):
        low, high = span(element)
        yield Entry(name, low=low, high=high)
    elif isinstance(element, dict):
        low = span(element["start"])[0] if "start" in element else ALWAYS[0]
        yield Entry(name, low=low, high=span(element["end"])[1] if "end" in element else ALWAYS[1])


def _string(name: str, _: Param, element: Any) -> Iterator[Entry]:
    parts = element.values() if isinstance(element, dict) else [element]
    for part in parts:
        for text in part if isinstance(part, list) else [part]:
            if isinstance(text, str):
                yield Entry(name, "", text.casefold())


def _uri(name: str, _: Param, element: Any) -> Iterator[Entry]:
    yield Entry(name, "", str(element))


_KINDS = {"token": _token, "reference": _reference, "date": _date, "string": _string, "uri": _uri}
