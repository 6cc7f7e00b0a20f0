"""The chain of an order's audit trail (R11): each line carries the keyed hash of itself and the one before. No SQL."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from bot.store.crypto import Keys

KEYED = "k:"  # how the hash of a line begins that nobody can make who has only the file
HEADS = 16
SEALED = "keyed"  # the line that ends what a release without a key wrote


def line_hash(fields: Mapping[str, Any], keys: Keys) -> str:
    """HMAC-SHA256 over a line's fields, the hash before it among them, as JSON with sorted names."""
    return KEYED + keys.hash("audit", _text(fields).decode())


def head_of(order: str) -> str:
    """The cursor that has how many lines the trails of this order and some others have: in one place for all of them,
    an older value fits only while none of them has grown.
    """
    return f"audit-head:{hashlib.sha256(order.encode()).digest()[0] % HEADS}"


def head(bot: int, name: str, lines: int, keys: Keys) -> str:
    """What the cursor says: nobody can make it who has only the file."""
    return f"{lines}:{keys.hash('audit-head', f'{bot}/{name}/{lines}')}"


def lines_in(bot: int, name: str, value: str, keys: Keys) -> int | None:
    """How many lines there were at least; None for a value that is not ours."""
    count, _, _ = value.partition(":")
    right = count.isdecimal() and hmac.compare_digest(value, head(bot, name, int(count), keys))
    return int(count) if right else None


def chain_broken(lines: Sequence[Mapping[str, Any]], keys: Keys) -> int | None:
    """The number of the first line of a trail that was changed, removed or moved; None if the whole chain holds.

    Lines of a release without a key count only where a keyed one stands behind them. Lines cut off at the end are not
    noticed by the chain alone: their number is kept elsewhere, see ``head_of``.
    """
    prev = ""
    last = max((n for n, line in enumerate(lines, 1) if str(line["hash"]).startswith(KEYED)), default=0)
    for n, line in enumerate(lines, 1):
        keyed = str(line["hash"]).startswith(KEYED)
        right = line_hash(line, keys) if keyed else hashlib.sha256(_text(line)).hexdigest()
        if line["n"] != n or line["prev"] != prev or line["hash"] != right or n > last:
            return n
        prev = line["hash"]
    return None


def _text(fields: Mapping[str, Any]) -> bytes:
    own = {name: value for name, value in fields.items() if name != "hash"}
    return orjson.dumps(own, option=orjson.OPT_SORT_KEYS)
