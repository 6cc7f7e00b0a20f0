"""What it takes to be kept: a dataclass says beside itself which table it has, and all else follows from that.

@kept("links", "id", "purpose ref", goes="settled")
@dataclass(frozen=True, slots=True)
class Link(Row): ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, dataclass
from typing import Any, ClassVar, Literal, TypeVar


class Row:
    """A kind of row; the store adds bot_id.

    ``version`` 0 = to be inserted; otherwise the version that was read: a commit holds only if it still stands.
    """

    __slots__ = ()
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    version: int


R = TypeVar("R", bound=Row)


#: What becomes of a row some time after it is settled (R10), and who does it: "with its order" and "emptied with its
#: order" bot/ops/putting_away.py, "nothing left" (a person) too, "settled" and "emptied" bot/store/housekeeping.py.
Goes = Literal["with its order", "emptied with its order", "settled", "emptied", "nothing left", "stays"]


@dataclass(frozen=True, slots=True)
class Shape:
    table: str
    key: str  # the field that names a row
    indexes: tuple[tuple[str, ...], ...]  # what ``find`` asks for
    relied_on: bool  # a turn that only read such a row holds only while it still stands
    goes: Goes = "stays"


SHAPES: dict[type[Row], Shape] = {}


def kept(table: str, key: str, *indexes: str, goes: Goes, relied_on: bool = False) -> Callable[[type[R]], type[R]]:
    """Declares a kind of row. Each index is the names of its fields, in one text."""

    def declare(kind: type[R]) -> type[R]:
        SHAPES[kind] = Shape(table, key, tuple(tuple(names.split()) for names in indexes), relied_on, goes)
        return kind

    return declare


@dataclass(frozen=True, slots=True)
class AnyBut:
    """What a column may be asked for besides values: none of these."""

    values: tuple[Any, ...]


def key_of(row: Row) -> Any:
    return getattr(row, SHAPES[type(row)].key)
