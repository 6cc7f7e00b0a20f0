"""JSON text to plain values and back without ever passing money through a float."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

from backend_client.errors import Unintelligible
from backend_client.pairs import paired

Json = dict[str, Any]
AT_ONCE = 131_072  # bytes that are read on the loop: about 2 ms


def load(body: bytes) -> Json:
    """One JSON object, decimals as Decimal; Unintelligible for anything else."""
    return _load(body, None)


async def loaded(body: bytes) -> Json:
    """The same; what is large is read on a thread, and the loop goes on meanwhile."""
    if len(body) <= AT_ONCE:
        return load(body)
    return await asyncio.to_thread(_load, body, _each)


def _each(value: Json) -> Json:
    """A step of Python for each object: only there can the reading thread let the loop go on (C holds the lock)."""
    return value


def _load(body: bytes, hook: Callable[[Json], Json] | None) -> Json:
    try:
        value = json.loads(paired(body), parse_float=Decimal, object_hook=hook)
    except ValueError as error:
        raise Unintelligible("not-json", f"{len(body)} bytes") from error
    except RecursionError as error:
        raise Unintelligible("too-deep", f"{len(body)} bytes") from error
    if not isinstance(value, dict):
        raise Unintelligible("not-an-object", type(value).__name__)
    return cast("Json", value)


def dump(value: object) -> bytes:
    return _text(value).encode()


def filled(value: Any) -> Any:
    """``value`` without its empty parts: FHIR JSON knows no empty array, object or string (R4 json.html)."""
    if isinstance(value, dict):
        pairs = ((key, filled(item)) for key, item in cast("Json", value).items())
        return {key: item for key, item in pairs if not empty(item)}
    if isinstance(value, list):
        return [item for item in map(filled, cast("list[Any]", value)) if not empty(item)]
    return value


def empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        items = cast("dict[str, object]", value).items()
        return "{" + ",".join(f"{json.dumps(key)}:{_text(item)}" for key, item in items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_text(item) for item in cast("list[object]", value)) + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
