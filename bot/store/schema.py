"""The tables: one per row dataclass of bot.model, made from its fields, and the house's own. No statements."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import Field, fields
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from sqlalchemy import BigInteger, Boolean, Column, Index, LargeBinary, MetaData, String, Table, text
from sqlalchemy.types import TypeEngine

from bot import model
from bot.model import SHAPES, Row

metadata = MetaData()

# Columns of a row's table that its dataclass does not have.
BORN = "born"  # stamp of the insert; newest first
SEAL, SEAL_OF = "seal", "seal_of"  # of a table with sealed columns: see rows.py; the version that it was made for
EXTRA: dict[type[Row], tuple[str, ...]] = {model.Topic: ("shown_closed",)}  # truth values, at first false


def secret(field: Field[Any]) -> bool:
    return bool(field.metadata.get("secret"))


def guarded(field: Field[Any]) -> bool:
    return bool(field.metadata.get("guarded"))


def optional(hint: Any) -> tuple[Any, bool]:
    """``X | None`` -> (X, True); anything else -> (itself, False)."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    (inner,) = (arm for arm in get_args(hint) if arm is not type(None))
    return inner, True


def is_json(hint: Any) -> bool:
    return get_origin(hint) in (tuple, Mapping)


def _column_type(hint: Any) -> TypeEngine[Any]:
    if hint is int:
        return BigInteger()
    if hint is bool:
        return Boolean()
    if (
        hint is str
        or is_json(hint)
        or get_origin(hint) is Literal
        or (isinstance(hint, type) and issubclass(hint, StrEnum))
    ):
        return String()
    raise TypeError(f"no column type for {hint!r}")


def table_of(kind: type[Row]) -> Table:
    shape = SHAPES[kind]
    name, key = shape.table, shape.key
    hints = get_type_hints(kind)
    columns: list[Column[Any]] = [Column("bot_id", BigInteger, primary_key=True, autoincrement=False)]
    for field in fields(kind):
        hint, empty = optional(hints[field.name])
        columns.append(
            Column(field.name, LargeBinary, nullable=True)
            if secret(field)
            else Column(
                field.name, _column_type(hint), primary_key=field.name == key, nullable=empty, autoincrement=False
            )
        )
    if any(secret(field) for field in fields(kind)):
        columns += [Column(SEAL, LargeBinary, nullable=True), Column(SEAL_OF, BigInteger, nullable=True)]
    columns += [Column(extra, Boolean, nullable=False) for extra in EXTRA.get(kind, ())]
    columns.append(Column(BORN, BigInteger, nullable=False))
    found = [Index(f"ix_{name}_{'_'.join(names)}", "bot_id", *names) for names in shape.indexes]
    return Table(name, metadata, *columns, *found)


TABLES: dict[type[Row], Table] = {kind: table_of(kind) for kind in SHAPES}
Index(
    "ix_topics_stale",
    TABLES[model.Topic].c.bot_id,
    sqlite_where=(STALE := text("thread IS NOT NULL AND (shown != name OR closed != shown_closed)")),
    postgresql_where=STALE,
)


#: Rows that a release without seals wrote, or a hand.
UNSEALED = f"{SEAL_OF} IS NULL OR {SEAL_OF} != version"


def _few(name: str, of: type[Row], columns: str, where: str) -> None:
    """An index of the few rows that something is still to be done with."""
    table = TABLES[of]
    own = [table.c[one] for one in columns.split()]
    Index(name, table.c.bot_id, *own, sqlite_where=text(where), postgresql_where=text(where))


_few("ix_topics_gone", model.Topic, "key", "gone")
_few("ix_orders_whole", model.Order, "since no", "snapshot IS NOT NULL")
MEASURED = "born > 0"  # of every order: said where the board asks, so that nothing else takes this index for its own
_few("ix_orders_board", model.Order, f"{BORN} stage deadline taken written passed quoted delivered", MEASURED)
_few("ix_batches_whole", model.Batch, "updated", "manifest IS NOT NULL")
_few("ix_people_plain", model.Person, "id", "roles = '[]'")
for _kind, _of in TABLES.items():
    if SEAL in _of.c:
        _few(f"ix_{_of.name}_unsealed", _kind, SHAPES[_kind].key, UNSEALED)

#: The store's own tables, and what becomes of their rows (R10): as ``goes`` in bot/model/kept.py, or "done" by itself.
OWN: dict[str, str] = {}


def _table(
    name: str, key: str, plain: str, *indexes: Index, goes: str, blobs: str = "", without_rowid: bool = False
) -> Table:
    """Columns as words: ``name`` is text, ``name#`` a number, ``name?`` a truth value, ``name#-`` may be empty."""
    OWN[name] = goes
    columns: list[Column[Any]] = [Column("bot_id", BigInteger, primary_key=True, autoincrement=False)]
    for words, primary in ((key, True), (plain, False)):
        for word in words.split():
            bare = word.rstrip("#?-")
            kind: TypeEngine[Any] = BigInteger() if "#" in word else Boolean() if "?" in word else String()
            columns.append(Column(bare, kind, primary_key=primary, nullable=word.endswith("-"), autoincrement=False))
    columns += [Column(blob, LargeBinary, nullable=True) for blob in blobs.split()]
    return Table(name, metadata, *columns, *indexes, sqlite_with_rowid=not without_rowid)


roles = _table("person_roles", "person# role role_id location", "", goes="nothing left", without_rowid=True)
Index("ix_person_roles_role", roles.c.bot_id, roles.c.role, roles.c.role_id)
Index("ix_person_roles_location", roles.c.bot_id, roles.c.location, roles.c.role)

arrivals = _table("arrivals", "source id", "at#", goes="settled", without_rowid=True)
Index("ix_arrivals_at", arrivals.c.bot_id, arrivals.c.at)

# wanted, shown: revisions. sending: the revision in flight, its kind beside it. queued: stamp of the lane's FIFO.
# due: its lane waits for it until then; aside: it waits alone. since: when it first had no answer. Both civil ms.
posts = _table(
    "posts",
    "key",
    "chat# priority topic thread#- card? protect? silent? pin? not_before# reply_to#- kind state message#-"
    " wanted# shown# shown_kind sending# sending_kind attempts# due# queued# error changed# holds aside# since#",
    goes="settled",
    blobs="body digest",
)
Index("ix_posts_message", posts.c.bot_id, posts.c.chat, posts.c.message)
Index("ix_posts_topic", posts.c.bot_id, posts.c.topic)
Index(
    "ix_posts_waiting",
    posts.c.bot_id,
    posts.c.chat,
    posts.c.priority,
    posts.c.queued,
    sqlite_where=text("shown != wanted"),
    postgresql_where=text("shown != wanted"),
)
#: Of a post: civil ms before which it is not tried, and the stamp since when it may be; written as PostgreSQL tells it.
LATER = """
CASE
    WHEN aside > due AND aside > not_before THEN aside
    WHEN due > not_before THEN due
    ELSE not_before
END"""
READY = f"""(
CASE
    WHEN queued > (1000 *{LATER}) THEN queued
    ELSE 1000 *{LATER} + queued % 1000
END)"""
TRIED = "shown != wanted AND state != 'failed'"
Index(
    "ix_posts_ready",
    posts.c.bot_id,
    posts.c.priority,
    text(READY),
    sqlite_where=text(TRIED),
    postgresql_where=text(TRIED),
)
Index(
    "ix_posts_settled",
    posts.c.bot_id,
    posts.c.changed,
    sqlite_where=text("shown = wanted"),
    postgresql_where=text("shown = wanted"),
)
Index(
    "ix_posts_failed",
    posts.c.bot_id,
    posts.c.changed,
    sqlite_where=text("state = 'failed'"),
    postgresql_where=text("state = 'failed'"),
)
unreachable = _table("unreachable", "chat#", "since#", goes="done", without_rowid=True)

commands = _table(
    "commands",
    "key",
    "lane op dialog step epoch# chat# thread#- person# priority queued# attempts# first_tried# due# error",
    goes="done",
    blobs="args",
)
Index("ix_commands_lane", commands.c.bot_id, commands.c.lane, commands.c.queued)

timers = _table("timers", "key", "due# kind ref step epoch# person#", goes="done", without_rowid=True)
Index("ix_timers_due", timers.c.bot_id, timers.c.due)

audit = _table("audit", "order n#", "at# actor on_behalf what reason prev hash", goes="stays", without_rowid=True)
cursors = _table("cursors", "name", "value", goes="stays", without_rowid=True)
series = _table("series", "name", "last#", goes="stays", without_rowid=True)
dead_letters = _table("dead_letters", "source id", "at# code times#", goes="settled", without_rowid=True)
Index("ix_dead_letters_at", dead_letters.c.bot_id, dead_letters.c.at)
probes = _table("probes", "name", "", goes="stays", blobs="sealed", without_rowid=True)  # tells a wrong key at open
