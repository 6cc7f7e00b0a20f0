"""Encryption of secret columns and the keyed hash of values that must be found again. No SQL, no files."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot import decoding

FORMAT = 1
NONCE = 12  # bytes; random, so one key must seal fewer than 2**32 values (NIST SP 800-38D, 8.3)
TAG, MAC = 4, 16  # bytes in a row's seal: a column's tag, a keyed hash
HEAD = 2  # bytes before the key's name: format, length of the name


class Unreadable(decoding.Unreadable):
    """A sealed value cannot be opened: its key is missing, or it was changed or moved to another row or column."""


class Unsealed(Unreadable):
    """A row stands at another version than it was sealed at: an earlier release wrote it, or a hand."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where a value lives; bound to it as additional authenticated data, so a copied value does not open elsewhere."""

    table: str
    column: str

    def aad(self, row: str) -> bytes:
        return f"{len(self.table)}:{self.table}{len(self.column)}:{self.column}{row}".encode()


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """AES-256-GCM keys by name, and the pepper of the keyed hash.

    ``current`` names the key that seals; all of ``secrets`` (name -> 32 bytes) can open. The pepper (at least 32 bytes)
    never rotates: with another one a used prescription is no longer recognised (R8).
    """

    current: str
    secrets: Mapping[str, bytes]
    pepper: bytes
    _ciphers: dict[str, AESGCM] = field(init=False, default_factory=dict[str, AESGCM], compare=False)

    def __post_init__(self) -> None:
        if self.current not in self.secrets:
            raise ValueError(f"the current key {self.current!r} is not among the keys {sorted(self.secrets)}")
        for name, secret in self.secrets.items():
            if not 0 < len(name.encode()) < 256:
                raise ValueError("a key's name has 1 to 255 bytes")
            if len(secret) != 32:
                raise ValueError(f"key {name!r} has {len(secret)} bytes; AES-256 takes 32")
            self._ciphers[name] = AESGCM(secret)
        if len(self.pepper) < 32:
            raise ValueError("the pepper has fewer than 32 bytes")

    def __repr__(self) -> str:
        return f"Keys(current={self.current!r}, names={sorted(self.secrets)})"

    @property
    def head(self) -> bytes:
        """How every value begins that the current key seals."""
        name = self.current.encode()
        return bytes((FORMAT, len(name))) + name

    def encrypt(self, where: Sealed, row: str, plain: bytes) -> bytes:
        """``row`` is the row's id with the bot in front, known before the row is written."""
        nonce = os.urandom(NONCE)
        return self.head + nonce + self._ciphers[self.current].encrypt(nonce, plain, where.aad(row))

    def decrypt(self, where: Sealed, row: str, sealed: bytes) -> bytes:
        """Raises Unreadable; its text names table and column, never a value."""
        name = key_name(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise Unreadable(f"{where.table}.{where.column} was sealed with key {name!r}, which is not configured")
        start = HEAD + len(name.encode())
        try:
            return cipher.decrypt(sealed[start : start + NONCE], sealed[start + NONCE :], where.aad(row))
        except (InvalidTag, ValueError):
            raise Unreadable(
                f"{where.table}.{where.column} was changed, moved, or sealed with another {name!r}"
            ) from None

    def seal(self, where: str, cells: Sequence[tuple[bytes, bytes | None]]) -> bytes:
        """Binds a row's sealed values to each other and to ``where``, its version among it: an older value of the same
        row does not fit. A tag and a keyed hash a cell, an empty one too, and one over all: a release that knows fewer
        or more columns can tell which it may compare.
        """
        row = b"".join([tag + self._mac(b"cell", where, tag, plain) for tag, plain in cells])
        return row + self._mac(b"row", where, row, b"")

    def fits(self, where: str, cells: Sequence[tuple[bytes, bytes | None]], seal: bytes) -> bool:
        """Whether the cells are those that were sealed together; one that the writer did not know is not compared."""
        row = seal[:-MAC]
        if not hmac.compare_digest(seal[-MAC:], self._mac(b"row", where, row, b"")):
            return False
        width = TAG + MAC
        told = {row[at : at + TAG]: row[at + TAG : at + width] for at in range(0, len(row), width)}
        return all(
            tag not in told or hmac.compare_digest(told[tag], self._mac(b"cell", where, tag, plain))
            for tag, plain in cells
        )

    def _mac(self, what: bytes, where: str, tag: bytes, plain: bytes | None) -> bytes:
        head = f"{what.decode()}:{len(where)}:{where}{len(tag)}:{'-' if plain is None else '+'}".encode()
        return hmac.digest(self.pepper, head + tag + (plain or b""), "sha256")[:MAC]

    def hash(self, purpose: str, value: str) -> str:
        """HMAC-SHA256 as hex, for values that are found again but never read (prescription number, image, token)."""
        return hmac.new(self.pepper, f"{len(purpose)}:{purpose}{value}".encode(), hashlib.sha256).hexdigest()

    def digest(self, plain: bytes) -> bytes:
        """Short keyed digest that tells whether an erased content was the same."""
        return hmac.digest(self.pepper, plain, "sha256")[:16]


def tag(column: str) -> bytes:
    """What names a column in a row's seal."""
    return hashlib.sha256(column.encode()).digest()[:TAG]


def key_name(sealed: bytes) -> str:
    """The name of the key that sealed a value."""
    if len(sealed) < HEAD + NONCE or sealed[0] != FORMAT:
        raise Unreadable("not a sealed value")
    return sealed[HEAD : HEAD + sealed[1]].decode(errors="replace")
