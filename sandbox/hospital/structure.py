"""Checks that a resource has the shape R4 gives it: known elements, lists where they belong, nothing needed missing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.hospital.dates import span
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.params import PARAMS


@dataclass(frozen=True)
class Element:
    """One element of a type: its type, whether it repeats, whether it must be there, the choice it is one of."""

    kind: str
    many: bool = False
    needed: bool = False
    choice: str = ""


def parse(lines: Iterable[str]) -> dict[str, dict[str, Element]]:
    """Type -> element name -> element, from the lines of the table."""
    table: dict[str, dict[str, Element]] = {}
    current: dict[str, Element] = {}
    for line in lines:
        words = line.split()
        if not words or words[0] == "#":
            continue
        if len(words) == 1:
            current = table.setdefault(words[0], {})
        else:
            name, kind, *rest = words
            flags = rest.pop(0) if rest and set(rest[0]) <= set("*!") else ""
            current[name] = Element(kind, "*" in flags, "!" in flags, rest[0] if rest else "")
    return table


TYPES: Mapping[str, Mapping[str, Element]] = parse(
    Path(__file__).with_name("structure.txt").read_text("utf-8").splitlines()
)


def check(resource: Mapping[str, Any]) -> None:
    """Refused(422) with the path of the first element that R4 does not have so."""
    type_ = resource["resourceType"]
    _object({name: value for name, value in resource.items() if name != "resourceType"}, type_, type_)


def _object(value: Any, type_: str, where: str) -> None:
    if not isinstance(value, dict) or (not value and "." in where):
        raise Refused(422, "structure", "an object with at least one element is expected", where)
    elements = TYPES[type_]
    for name, part in value.items():
        element = elements.get(name.removeprefix("_"))
        if element is None:
            raise Refused(422, "structure", f"{type_} has no element {name[:64]!r}", where)
        if name[0] == "_":
            _beside(part, element, f"{where}.{name}")
        else:
            _element(part, element, f"{where}.{name}", bare=f"_{name}" in value)
    _complete(value, elements, where)


def _complete(value: Mapping[str, Any], elements: Mapping[str, Element], where: str) -> None:
    there = {name.removeprefix("_") for name in value}
    choices = [elements[name].choice for name in there if elements[name].choice]
    if len(choices) != len(set(choices)):
        raise Refused(422, "structure", "only one form of a choice may be there", where)
    for name, element in elements.items():
        if element.needed and name not in there and not (element.choice and element.choice in choices):
            raise Refused(422, "required", f"{name} is missing", f"{where}.{name}")


def _element(value: Any, element: Element, where: str, *, bare: bool) -> None:
    if not element.many:
        return _single(value, element.kind, where)
    if not isinstance(value, list) or not value:
        raise Refused(422, "structure", "a list with at least one item is expected", where)
    for number, item in enumerate(value):
        if not (item is None and bare):
            _single(item, element.kind, f"{where}[{number}]")
    return None


def _beside(value: Any, element: Element, where: str) -> None:
    for item in value if element.many and isinstance(value, list) else [value]:
        if element.kind in TYPES or element.kind == "Resource":
            raise Refused(422, "structure", "only a primitive element has a twin with '_'", where)
        if item is not None or not element.many:
            _object(item, "Element", where)


def _single(value: Any, kind: str, where: str) -> None:
    if kind == "Resource":
        if not isinstance(value, dict) or value.get("resourceType") not in PARAMS:
            raise Refused(422, "structure", "a resource of a known type is expected", where)
        check(value)
    elif kind in TYPES:
        _object(value, kind, where)
    elif not _PRIMITIVES[kind](value):
        raise Refused(422, "value", f"a {kind} is expected", where)


def _is_date(value: Any) -> bool:
    try:
        span(value)
    except (ValueError, TypeError):
        return False
    return True


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_decimal(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 100)


_PRIMITIVES: Mapping[str, Callable[[Any], bool]] = {
    "string": _is_text,
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "decimal": _is_decimal,
    "Date": lambda value: _is_date(value) and "T" not in value,
    "DateTime": _is_date,
    "Instant": lambda value: _is_date(value) and "T" in value,
    "Time": _is_text,
}


def check_binary(resource: Mapping[str, Any]) -> None:
    """Refused(422) for a Binary whose data is no base64 or whose content type could break out of a header."""
    try:
        base64.b64decode(resource.get("data", ""), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(422, "value", "data is not base64", "Binary.data") from None
    if not resource["contentType"].isascii() or not resource["contentType"].isprintable():
        raise Refused(422, "value", "contentType is not a media type", "Binary.contentType")
