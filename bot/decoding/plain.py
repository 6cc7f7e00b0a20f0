"""And back: to what JSON has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, cast


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def jsonable(value: Any) -> Any:
    """Dataclasses, enums, tuples, sets and decimals as what JSON has."""
    kind = cast("type[Any]", type(value))
    if value is None or kind in (str, int, float, bool):
        return value
    if is_dataclass(kind):
        return {name: jsonable(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, Enum):
        return jsonable(value.value)
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        return {key if type(key) is str else str(jsonable(key)): jsonable(item) for key, item in items}
    if isinstance(value, list | tuple):
        return [jsonable(item) for item in cast("Sequence[Any]", value)]
    if isinstance(value, AbstractSet):
        return sorted((jsonable(item) for item in cast("AbstractSet[Any]", value)), key=str)
    return str(value) if isinstance(value, Decimal | str) else value
