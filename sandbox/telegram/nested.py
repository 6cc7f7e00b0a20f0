"""Reads what is inside a parameter's JSON as the real server's JsonObject does: lenient with numbers, strict with null.

Unknown fields are dropped and their places noted. Keyboards, which have an order of their own, are in buttons.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from . import check

Json = dict[str, Any]


class Misfit(Exception):
    """A value is not of its type; the text is the real server's, as it stands after "can't parse ...: "."""


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def text(value: Any) -> str:
    """A String, or the text of a Number."""
    if isinstance(value, str):
        return value
    if _number(value):
        return json.dumps(value)
    raise Misfit("must be of type String")


def integer(value: Any) -> int:
    """A Number, or a String that is one."""
    if not isinstance(value, str) and not _number(value):
        raise Misfit("must be a Number")
    if not re.fullmatch(r"-?[0-9]{1,19}", value if isinstance(value, str) else json.dumps(value)):
        raise Misfit("must be a valid Number")
    return int(value)


def boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise Misfit("must be of type Boolean")


def number(value: Any) -> float:
    if _number(value):
        return value
    raise Misfit("must be of type Number")


def _either(value: Any) -> int | str:
    """An id or a @name."""
    word = text(value)
    return int(word) if re.fullmatch(r"-?[0-9]{1,19}", word) else word


PLAIN: dict[str, Callable[[Any], Any]] = {"String": text, "Integer": integer, "Boolean": boolean, "Float": number}


def field(value: Json, name: str, read: Callable[[Any], Any], default: Any = None) -> Any:
    """A field that may be missing, read so; Misfit names it."""
    if name not in value:
        return default
    try:
        return read(value[name])
    except Misfit as misfit:
        why = str(misfit)
        raise Misfit(f'Field "{name}" {why}' if why.startswith("must be") else why) from None


def required(value: Json, name: str, read: Callable[[Any], Any]) -> Any:
    """The same, of a field that must be there."""
    if name not in value:
        raise Misfit(f'Can\'t find field "{name}"')
    return field(value, name, read)


def read(types: list[str], value: Any, at: str, dropped: list[str]) -> Any:
    """A value of one of these types of the documentation; ``at`` is where it stands in the call."""
    if types == ["Integer", "String"]:
        return _either(value)
    first = types[0]
    if first in PLAIN:
        return PLAIN[first](value)
    if first.startswith("Array of "):
        if not isinstance(value, list):
            raise Misfit("must be of type Array")
        inner = [one.removeprefix("Array of ") for one in types]
        return [read(inner, one, f"{at}[{n}]", dropped) for n, one in enumerate(value)]
    if not isinstance(value, dict):
        raise Misfit("expected an Object" if at.endswith("]") else "must be of type Object")
    return _object(_subtype(types, value), value, at, dropped)


def _subtype(types: list[str], value: Json) -> str:
    """Which of several types an object is, by its own word for it."""
    several = [sub for name in types for sub in check.TABLE["types"][name].get("subtypes") or [name]]
    if len(several) == 1:
        return several[0]
    word = required(value, "type", text)
    wanted = "".join(part.title() for part in word.split("_")).lower()
    found = [name for name in several if name.lower().endswith(wanted)] if wanted else []
    if not found:
        raise Misfit(_unsupported(several[0], word))
    return min(found, key=len)  # a photo is no live photo


def _unsupported(name: str, word: str) -> str:
    if name.startswith("InputMedia"):
        return f'type "{word}" is unsupported'
    if name.startswith("ReactionType"):
        return "invalid reaction type specified"
    return "MenuButton has unsupported type" if name.startswith("MenuButton") else "Unsupported type specified"


def _object(name: str, value: Json, at: str, dropped: list[str]) -> Json:
    fields = check.TABLE["types"][name]["fields"]
    dropped += [f"{at}.{one}" for one in value if one not in fields]
    found: Json = {}
    for one, rule in fields.items():
        if one in value:
            types = rule["types"]
            found[one] = field(
                value, one, lambda inner, types=types, one=one: read(types, inner, f"{at}.{one}", dropped)
            )
        elif rule["required"]:
            raise Misfit(f'Can\'t find field "{one}"')
    return found
