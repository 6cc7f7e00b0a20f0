"""Row dataclasses and message contents to columns and back, driven by their fields. No SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from functools import cache
from typing import Any, Generic, Literal, TypeVar, cast, get_origin, get_type_hints

import orjson

from bot import model
from bot.decoding import Unreadable, decoder
from bot.store.crypto import Keys, Sealed, Unsealed, tag
from bot.store.schema import SEAL, SEAL_OF, guarded, is_json, optional, secret
from bot.store.sql import Unread

T = TypeVar("T", bound=model.Row)
Decode = Callable[[Any], Any]
Cell = tuple[bytes, bytes | None]  # what names a column, and what it says; None = nothing

CONTENTS: dict[str, type[model.Content]] = {
    "text": model.Text,
    "picture": model.Picture,
    "attached": model.Attached,
    "bill": model.Bill,
}
CONTENT_KINDS = {kind: name for name, kind in CONTENTS.items()}
HOLLOW: dict[str, model.Content] = {  # what is left of an erased content: its kind
    "text": model.Text(""),
    "picture": model.Picture(""),
    "attached": model.Attached("", ""),
    "bill": model.Bill("", "", "", 0),
}
CONTENT = Sealed("posts", "body")
ARGS = Sealed("commands", "args")


def _plain(value: Any) -> Any:
    """orjson's fallback: any other mapping or sequence as what JSON has."""
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, Any]", value))
    if isinstance(value, (set, frozenset)):
        return sorted(cast("set[Any]", value))
    raise TypeError(type(value).__name__)


def _told(value: Any) -> bytes | None:
    """What a guarded column says, the same from every driver; None where it says nothing."""
    said = str(int(value)) if isinstance(value, bool) else "" if value is None else str(value)
    return None if said in ("", "0", "[]") else said.encode()


def dump(value: Any) -> bytes:
    return orjson.dumps(value, _plain)


def parse(plain: bytes | str, what: str) -> Any:
    """Raises Unreadable for what is no JSON."""
    try:
        return orjson.loads(plain)
    except ValueError:
        raise Unreadable(f"{what}: no JSON") from None


@cache
def contents(kind: str) -> Decode:
    """Raises Unreadable for a kind that a later release has."""
    if kind not in CONTENTS:
        raise Unreadable("unknown kind of message")
    return decoder(CONTENTS[kind])


def content_kind(content: model.Content | None) -> str:
    return "" if content is None else CONTENT_KINDS[type(content)]


def _default(field: Field[Any]) -> Callable[[], Any]:
    """Makes what an empty column means; a fresh one each time, for it may be a dict."""
    if field.default_factory is not MISSING:
        return field.default_factory
    return lambda: "" if field.default is MISSING else field.default


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


class Codec(Generic[T]):
    """One row dataclass to a mapping of columns, and from the tuple that a select of ``selected`` gives.

    What is sealed in a row carries the row's seal (``Keys.seal``) and the version that it was sealed at. The two differ
    where a release without seals wrote the row: ``bot/store/opening.py`` seals such rows before anything reads them.
    """

    def __init__(self, kind: type[T]) -> None:
        self.kind = kind
        self.table, self.key = model.SHAPES[kind].table, model.SHAPES[kind].key
        hints = get_type_hints(kind)
        own = fields(kind)
        self.columns = tuple(field.name for field in own)
        self.plain = frozenset(f.name for f in own if not secret(f) and not is_json(optional(hints[f.name])[0]))
        self.secrets = tuple(f.name for f in own if secret(f))
        self._json = tuple(f.name for f in own if not secret(f) and is_json(hints[f.name]))
        self._sealed = {name: Sealed(self.table, name) for name in self.secrets}
        self._tags = {f.name: tag(f.name) for f in own if secret(f) or guarded(f)}
        self.selected = (*self.columns, SEAL, SEAL_OF) if self.secrets else self.columns
        self._text = frozenset(name for name in self.secrets if hints[name] is str)
        self._empty = {f.name: _default(f) for f in own if secret(f)}
        at = {name: place for place, name in enumerate(self.columns)}
        self.key_at, self.version_at = at[self.key], at["version"]
        self._guarded = tuple((at[f.name], f.name) for f in own if guarded(f))
        self._open = tuple((at[name], name, self._reader(name, hints[name])) for name in self.secrets)
        self._fill = tuple(  # NULL stands there where the row was written by a release without the column
            (at[f.name], _default(f))
            for f in own
            if not secret(f) and not optional(hints[f.name])[1] and not _required(f)
        )
        self._read = tuple(
            (place, decode)
            for name, place in at.items()
            if name not in self._sealed and (decode := self._column_reader(name, hints[name])) is not None
        )

    def _reader(self, name: str, hint: Any) -> Decode:
        if name in self._text:
            return lambda plain: plain.decode(errors="replace")
        decode = decoder(hint)
        return lambda plain: decode(parse(plain, name))

    @staticmethod
    def _column_reader(name: str, hint: Any) -> Decode | None:
        hint, _ = optional(hint)
        if is_json(hint):
            decode = decoder(hint)
            return lambda text: decode(parse(text, name))
        if hint is bool:
            return bool
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return decoder(hint)
        if hint in (int, str) or get_origin(hint) is Literal:
            return None
        raise TypeError(f"no column reader for {hint!r}")

    def encode(self, row: T, keys: Keys, bot: int) -> dict[str, Any]:
        """The row as it will stand: one version later."""
        values: dict[str, Any] = {name: getattr(row, name) for name in self.columns}
        values["version"] = version = row.version + 1
        for name in self._json:
            values[name] = dump(values[name]).decode()
        if self._sealed:
            where = f"{bot}:{values[self.key]}"
            cells: list[Cell] = [(self._tags[name], _told(values[name])) for _, name in self._guarded]
            for name, sealed in self._sealed.items():
                value = values[name]
                plain = None if not value else value.encode() if name in self._text else dump(value)
                values[name] = None if plain is None else keys.encrypt(sealed, where, plain)
                cells.append((self._tags[name], plain))
            values |= {SEAL: keys.seal(self._whole(where, version), cells), SEAL_OF: version}
        return values

    def _whole(self, where: str, version: int) -> str:
        return f"{self.table}/{where}/{version}"

    def seal(self, values: Sequence[Any], version: int, keys: Keys, bot: int) -> bytes:
        """Of a row as it stands, from a select of ``selected``, at this version. Raises Unreadable."""
        where = f"{bot}:{values[self.key_at]}"
        cells = [*self._plain_cells(values), *self._cells(values, where, keys)]
        return keys.seal(self._whole(where, version), cells)

    def _plain_cells(self, values: Sequence[Any]) -> list[Cell]:
        """As the columns hold them: a release may read more or less in the same text."""
        return [(self._tags[name], _told(values[at])) for at, name in self._guarded]

    def _cells(self, values: Sequence[Any], where: str, keys: Keys) -> list[Cell]:
        return [
            (self._tags[name], None if values[at] is None else keys.decrypt(self._sealed[name], where, values[at]))
            for at, name, _ in self._open
        ]

    def decode(self, values: Sequence[Any], keys: Keys, bot: int) -> T:
        """Raises Unreadable where a column does not open, or holds what its type does not say."""
        try:
            return self._decode(list(values), keys, bot)
        except Unreadable as error:
            raise type(error)(f"{self.table}: {error}") from None

    def _decode(self, row: list[Any], keys: Keys, bot: int) -> T:
        guards = self._plain_cells(row)
        for place, read in self._read:
            if row[place] is not None:
                row[place] = read(row[place])
        if None in row:
            for place, empty in self._fill:
                if row[place] is None:
                    row[place] = empty()
        if self._open:
            self._unseal(row, guards, keys, bot)
        return self.kind(*row)

    def _unseal(self, row: list[Any], guards: list[Cell], keys: Keys, bot: int) -> None:
        """Opens what is sealed, in place; raises Unreadable where it is not what was sealed together."""
        where = f"{bot}:{row[self.key_at]}"
        cells = self._cells(row, where, keys)
        seal_of, seal = row.pop(), row.pop()
        together = [*guards, *cells]
        emptied = all(plain is None for _, plain in together)  # R10: nothing is there that could be older
        if not emptied and seal_of != row[self.version_at]:
            raise Unsealed("not as it was sealed: by an earlier release, or by hand")
        if not emptied and not (seal and keys.fits(self._whole(where, seal_of), together, seal)):
            raise Unreadable("not as it was sealed: changed by hand, or older than its row")
        for (place, name, read), (_, plain) in zip(self._open, cells, strict=True):
            row[place] = self._empty[name]() if plain is None else read(plain)


def readable(codec: Codec[T], rows: Sequence[Sequence[Any]], keys: Keys, bot: int, unread: Unread) -> list[T]:
    """One row that cannot be read does not hide the others."""
    found: list[T] = []
    for row in rows:
        try:
            found.append(codec.decode(row, keys, bot))
        except Unreadable as why:
            unread(codec.table, row[codec.key_at], why)
    return found


CODECS: dict[type[model.Row], Codec[Any]] = {kind: Codec(kind) for kind in model.SHAPES}
