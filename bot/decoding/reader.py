"""From plain JSON data to what a type says: one reader for each type, made once.

Unknown fields are dropped, missing ones have their default; what then does not fit is Unreadable, as a whole.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from inspect import Parameter, signature
from typing import (
    Annotated,
    Any,
    Literal,
    NamedTuple,
    NewType,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    overload,
)

T = TypeVar("T")
OPEN = "open"  # Annotated[Literal[...], OPEN]: the words we know, and any other that comes from outside
Read = Callable[[Any], Any]


class Unreadable(Exception):
    """What is stored is not what the type says. The text names types and fields, never a value."""


# ---------------------------------------------------------------- to what a type says


@overload
def decoder(hint: type[T]) -> Callable[[object], T]: ...
@overload
def decoder(hint: Any) -> Callable[[object], Any]: ...
def decoder(hint: Any) -> Callable[[object], Any]:
    """Reads JSON data as ``hint``; made once for each type. The reader raises Unreadable, this TypeError.

    Dataclasses, tuples, lists, sets, mappings, enums, Literal, unions, str, int, float, bool, Decimal and Any.
    An enum reads a value it does not know as its ``_missing_`` says; ``Annotated[Literal["a"], OPEN]`` takes any text.
    """
    return _reader(hint)


def arguments(call: Callable[..., Any], given: int = 0) -> Callable[[object], dict[str, Any]]:
    """Reads a mapping as the arguments of ``call``, without its first ``given`` ones, by its annotations."""
    hints = get_type_hints(call, include_extras=True)
    own = list(signature(call).parameters.values())[given:]
    return _fields(call.__name__, [_Part(p.name, *_of(hints[p.name], p.default is Parameter.empty)) for p in own])


class _Part(NamedTuple):
    name: str
    read: Read
    required: bool
    null: bool  # None is a value of its own


def _of(hint: Any, required: bool) -> tuple[Read, bool, bool]:
    return _reader(hint), required, hint in (Any, object, None) or type(None) in get_args(hint)


@cache
def _reader(hint: Any) -> Read:
    if hint in (Any, object):
        return _as_it_is
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is not None:
        return _generic(hint, origin, args)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint)
    if isinstance(hint, NewType):
        return _reader(hint.__supertype__)
    raise TypeError(f"stored data cannot be read as {hint!r}")


def _generic(hint: Any, origin: Any, args: tuple[Any, ...]) -> Read:
    if origin in (Union, types.UnionType):
        return _union(hint, args)
    if origin is Annotated:
        return _text if OPEN in args[1:] else _reader(args[0])
    if origin is Literal:
        return _literal(args)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*args)
    if origin is tuple and args[-1:] != (...,):
        return _fixed(args)
    for made, kinds in _MANY.items():
        if origin in kinds:
            return _many(made, args[0])
    raise TypeError(f"stored data cannot be read as {hint!r}")


def _as_it_is(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise Unreadable("no text")


def _whole(value: Any) -> int:
    if isinstance(value, int) and value is not True and value is not False:
        return value
    raise Unreadable("no whole number")


def _number(value: Any) -> float:
    if isinstance(value, int | float) and value is not True and value is not False:
        return float(value)
    raise Unreadable("no number")


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return value
    raise Unreadable("no truth value")


def _decimal(value: Any) -> Decimal:
    if isinstance(value, str | int | float) and value is not True and value is not False:
        try:
            return Decimal(str(value))
        except InvalidOperation:
            pass
    raise Unreadable("no decimal")


def _nothing(value: Any) -> None:
    if value is not None:
        raise Unreadable("not empty")


_SIMPLE: dict[Any, Read] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: _truth,
    Decimal: _decimal,
    type(None): _nothing,
}


def _union(hint: Any, args: tuple[Any, ...]) -> Read:
    """The first kind that fits; two dataclasses could not be told apart once unknown fields are dropped."""
    empty = type(None) in args
    kinds = [arm for arm in args if arm is not type(None)]
    if sum(isinstance(arm, type) and is_dataclass(arm) for arm in kinds) > 1:
        raise TypeError(f"stored data does not tell which it is: {hint!r}")
    reads = [_reader(arm) for arm in kinds]
    if len(reads) == 1:
        only = reads[0]
        return only if only is _as_it_is else lambda value: None if value is None else only(value)

    def read(value: Any) -> Any:
        if value is None and empty:
            return None
        for one in reads:
            try:
                return one(value)
            except Unreadable:
                continue
        raise Unreadable("none of its kinds")

    return read


def _literal(args: tuple[Any, ...]) -> Read:
    def read(value: Any) -> Any:
        for known in args:
            if value == known and type(value) is type(known):
                return known
        raise Unreadable("unknown value")

    return read


def _enum(kind: type[Enum]) -> Read:
    known = {member.value: member for member in kind}

    def read(value: Any) -> Any:
        try:
            return known[value]
        except (KeyError, TypeError):
            pass
        try:
            return kind(value)  # its catch-all, should it have one
        except (ValueError, TypeError):
            raise Unreadable(f"unknown {kind.__name__}") from None

    return read


def _mapping(key: Any, item: Any) -> Read:
    read_key, read_item = _key(key), _reader(item)

    def read(value: Any) -> dict[Any, Any]:
        given = _is_mapping(value)
        if read_key is _text and read_item is _as_it_is:
            return dict(given)
        return {read_key(name): read_item(one) for name, one in given.items()}

    return read


def _key(hint: Any) -> Read:
    """JSON's keys are texts, a whole number's too."""
    read = _reader(hint)
    if hint is not int:
        return read

    def number(value: Any) -> int:
        try:
            return int(value)
        except (ValueError, TypeError):
            raise Unreadable("no whole number") from None

    return number


_MANY: dict[Callable[..., Any], tuple[Any, ...]] = {
    tuple: (tuple, Sequence),
    list: (list,),
    frozenset: (frozenset, AbstractSet),
    set: (set,),
}


def _many(made: Callable[..., Any], item: Any) -> Read:
    read_item = _reader(item)
    if read_item is _as_it_is:
        return lambda value: made(_is_list(value))
    return lambda value: made([read_item(one) for one in _is_list(value)])


def _fixed(items: tuple[Any, ...]) -> Read:
    reads = [_reader(item) for item in items]

    def read(value: Any) -> tuple[Any, ...]:
        given = _is_list(value)
        if len(given) != len(reads):
            raise Unreadable(f"not {len(reads)} values")
        return tuple([one(item) for one, item in zip(reads, given, strict=True)])

    return read


def _is_list(value: Any) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return cast("Sequence[Any]", value)
    raise Unreadable("no list")


def _is_mapping(value: Any) -> Mapping[str, Any]:
    if type(value) is dict or isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    raise Unreadable("no object")


_making: set[type] = set()


def _dataclass(kind: type[Any]) -> Read:
    if kind in _making:  # it holds others of its own kind
        return lambda value: _reader(kind)(value)
    _making.add(kind)
    try:
        hints = get_type_hints(kind, include_extras=True)
        own = [field for field in fields(kind) if field.init]
        read = _fields(
            kind.__name__,
            [_Part(f.name, *_of(hints[f.name], f.default is MISSING and f.default_factory is MISSING)) for f in own],
        )
    finally:
        _making.discard(kind)

    def make(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        given = read(value)
        try:
            return kind(**given)
        except (ValueError, TypeError):  # it refuses itself
            raise Unreadable(f"{kind.__name__}: refused") from None

    return make


def _fields(where: str, parts: Sequence[_Part]) -> Callable[[Any], dict[str, Any]]:
    """A null where a type has none counts as missing: a newer release may have learned to leave it empty."""

    def read(value: Any) -> dict[str, Any]:
        name = ""
        try:
            given = _is_mapping(value)
            found: dict[str, Any] = {}
            for name, one, required, null in parts:
                item = given.get(name, MISSING)
                if item is MISSING or (item is None and not null and not required):
                    if required:
                        raise Unreadable("missing")
                    continue
                found[name] = one(item)
        except Unreadable as error:
            raise Unreadable(f"{where}.{name}: {error}" if name else f"{where}: {error}") from None
        return found

    return read
