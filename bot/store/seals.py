"""Rows' seals (``Keys.seal``) where no turn writes the row: of a release without seals, or changed by a statement."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, String, select, text, update

from bot import model
from bot.decoding import Unreadable
from bot.store.crypto import Keys
from bot.store.rows import CODECS
from bot.store.schema import SEAL, SEAL_OF, TABLES, UNSEALED
from bot.store.sql import Call, Flavour, Program, Sql, at, carry_out, given

STEP = 200  # rows
KINDS: tuple[type[model.Row], ...] = tuple(kind for kind, codec in CODECS.items() if codec.secrets)


class _SealSql(NamedTuple):
    unsealed: Sql
    put: Sql


@cache
def _seal_sql(say: Flavour, kind: type[model.Row]) -> _SealSql:
    table, codec = TABLES[kind], CODECS[kind]
    found = select(*(table.c[name] for name in codec.selected)).where(*at(table), text(f"({UNSEALED})"))
    key = table.c[codec.key]
    put = update(table).where(*at(table, codec.key, "version")).values({SEAL: given("seal"), SEAL_OF: given("seal_of")})
    return _SealSql(
        say(found.where(key > given("after")).order_by(key).limit(given("limit", BigInteger))),
        say(put),
    )


@cache
def _by(say: Flavour, kind: type[model.Row], column: str) -> Sql:
    table = TABLES[kind]
    return say(select(*(table.c[name] for name in CODECS[kind].selected)).where(*at(table, column)))


def seal_all(say: Flavour, bot: int, keys: Keys) -> Program[int]:
    """Seals what a release without seals wrote; how many rows. Only at the start, while nobody else writes.

    What cannot be opened stays without a seal, and is told when it is read.
    """
    found = 0
    for kind in KINDS:
        key = CODECS[kind].key
        after: Any = "" if isinstance(TABLES[kind].c[key].type, String) else -(2**63)
        while rows := (yield _seal_sql(say, kind).unsealed(k_bot_id=bot, after=after, limit=STEP)).rows:
            for row in rows:
                with suppress(Unreadable):
                    yield _sealed_at(say, kind, row, bot, keys)
                    found += 1
            after = rows[-1][CODECS[kind].key_at]
    return found


def _sealed_at(say: Flavour, kind: type[model.Row], row: Sequence[Any], bot: int, keys: Keys) -> Call:
    """Raises Unreadable."""
    codec = CODECS[kind]
    version = row[codec.version_at]
    seal = codec.seal(row, version, keys, bot)
    return _seal_sql(say, kind).put(
        k_bot_id=bot, k_version=version, seal=seal, seal_of=version, **{f"k_{codec.key}": row[codec.key_at]}
    )


def raised(
    say: Flavour, kind: type[model.Row], bot: int, keys: Keys, by: dict[str, Any], calls: Sequence[Call]
) -> Program[None]:
    """Makes the calls, which raise by one the version of rows that ``by`` names afterwards, and seals them at it.

    The calls come first: what they changed nobody else writes until the commit. A row that was not as it was sealed at
    the version before stays so.
    """
    (column,) = by
    yield from carry_out(calls)
    at = CODECS[kind].version_at
    for row in (yield _by(say, kind, column)(k_bot_id=bot, **{f"k_{column}": by[column]})).rows:
        with suppress(Unreadable):
            CODECS[kind].decode([*row[:at], row[at] - 1, *row[at + 1 :]], keys, bot)
            yield _sealed_at(say, kind, row, bot, keys)
