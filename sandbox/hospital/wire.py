"""JSON as FHIR wants it: decimals keep their digits (36.10 stays 36.10), NaN and broken text are refused."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

_NUMBER = re.compile('"\ufdd0([-+0-9.Ee]+)\ufdd1"')


def loads(text: bytes | str) -> Any:
    """Parse JSON; ValueError if it is not JSON, nests too deep or holds text that UTF-8 cannot carry."""
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
        json.dumps(value, default=str, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def dumps(value: Any) -> str:
    """Write JSON in one line; Decimals are written as numbers with the digits they came with."""
    return _NUMBER.sub(r"\1", json.dumps(value, default=_mark, ensure_ascii=False, separators=(",", ":")))


def _mark(value: object) -> str:
    if isinstance(value, Decimal):
        return f"\ufdd0{value}\ufdd1"
    raise TypeError(f"{type(value).__name__} is not JSON")


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
