"""Keys, arrivals and outcomes for the store's tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from bot.model import Arrival, Outcome, Row, Said, Spot
from bot.store.crypto import Keys
from bot.store.schema import optional, secret
from bot.store.sqlite import SqliteStore, open_sqlite

KEYS = Keys("k1", {"k1": b"1" * 32}, b"pepper, at least thirty-two bytes")
BOT = 77
MORNING = 1_650_000_000_000


def now() -> int:
    return MORNING


async def open_at(path: Path, *, bot: int = BOT, keys: Keys = KEYS) -> SqliteStore:
    return await open_sqlite(path, bot=bot, keys=keys, now=now)


def sample(kind: type[Row], n: int = 1, hidden: str = "hidden") -> Any:
    """A row of this kind with something in every field; what is a secret says ``hidden``."""
    hints = get_type_hints(kind)
    own = [field for field in fields(kind) if field.name != "version"]
    return kind(**{field.name: _value(hints[field.name], n, hidden if secret(field) else field.name) for field in own})


def _value(hint: Any, n: int, word: str) -> Any:
    hint, _ = optional(hint)
    origin, args = get_origin(hint), get_args(hint)
    if hint is str:
        return f"{word} {n}"
    if hint is int:
        return 1000 + n
    if hint is bool:
        return True
    if origin is Literal:
        return args[n % len(args)]
    if origin is Mapping:
        return {"a": f"{word} {n}", "b": [n]}
    if origin is tuple:
        return (_value(args[0], n, word),)
    if is_dataclass(hint) and isinstance(hint, type):
        inner = get_type_hints(hint)
        return hint(**{part.name: _value(inner[part.name], n, part.name) for part in fields(hint)})
    assert issubclass(hint, StrEnum), hint
    return list(hint)[n % len(hint)]


class Turns:
    """Outcomes of arrivals that nobody has seen yet."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, body: Any = None, **changes: Any) -> Outcome:
        self.count += 1
        said = body or Said(Spot(chat=1, person=1), self.count, "hello")
        return Outcome(Arrival("telegram", str(self.count), MORNING + self.count, said), **changes)
