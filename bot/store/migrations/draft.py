"""Writes the baseline anew from the tables until a release has shipped it: python -m bot.store.migrations.draft"""

from __future__ import annotations

import textwrap
from pathlib import Path

from sqlalchemy import BigInteger, Boolean, Column, LargeBinary, Table
from sqlalchemy.types import String

from bot.store.schema import metadata

BASELINE = Path(__file__).parent / "versions" / "0001_baseline.py"
HEAD = '''"""The first schema, written from bot/store/schema.py by draft.py; not edited after its release.

``name!`` key, ``name#`` number, ``name?`` truth value, ``name%`` bytes, otherwise text; ``-`` may be empty.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KINDS: dict[str, type[Any]] = {"#": sa.BigInteger, "?": sa.Boolean, "%": sa.LargeBinary}


def table(name: str, words: str, rowid: bool = True) -> None:
    columns = [
        sa.Column(
            word.rstrip("#?%!-"),
            next((kind for sign, kind in KINDS.items() if sign in word), sa.String)(),
            primary_key="!" in word,
            nullable="-" in word,
            autoincrement=False,
        )
        for word in words.split()
    ]
    op.create_table(name, *columns, sqlite_with_rowid=rowid)


def index(name: str, on: str, words: str, where: str = "") -> None:
    only = sa.text(where) if where else None
    op.create_index(name, on, words.split(), sqlite_where=only, postgresql_where=only)


def keep_audit() -> None:
    """R11: append-only, for a shell too."""
    body = "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    if op.get_bind().dialect.name == "postgresql":
        fail = "BEGIN RAISE EXCEPTION 'the audit is append-only'; END"
        op.execute(f"CREATE FUNCTION keep_audit() RETURNS trigger LANGUAGE plpgsql AS $$ {fail} $$")
        body = "FOR EACH ROW EXECUTE FUNCTION keep_audit()"
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit {body}")


def upgrade() -> None:
'''
TAIL = """    keep_audit()
"""
LATER = {("places", "notices"), ("dialogs", "asked_by")}  # columns that a later migration adds
SIGNS = ((BigInteger, "#"), (Boolean, "?"), (LargeBinary, "%"), (String, ""))


def _word(column: Column[object]) -> str:
    sign = next(sign for kind, sign in SIGNS if isinstance(column.type, kind))
    return column.name + "!" * column.primary_key + sign + "-" * bool(column.nullable)


def _words(text: str) -> str:
    parts = textwrap.wrap(text, 100, break_on_hyphens=False)
    return " ".join(f'"{part} "' for part in parts[:-1]) + f' "{parts[-1]}"'


def _table(table: Table) -> list[str]:
    words = _words(" ".join(_word(column) for column in table.columns if (table.name, column.name) not in LATER))
    rowid = "" if table.dialect_options["sqlite"]["with_rowid"] else ", rowid=False"
    lines = [f'table("{table.name}", {words}{rowid})']
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        where = index.dialect_options["sqlite"]["where"]
        only = "" if where is None else f', where="{where}"'
        words = " ".join(column.name for column in index.columns)
        lines.append(f'index("{index.name}", "{table.name}", "{words}"{only})')
    return lines


def draft() -> str:
    """The text of the baseline; ruff format makes it tidy."""
    lines = [line for table in metadata.tables.values() for line in _table(table)]
    return HEAD + "".join(f"    {line}\n" for line in lines) + TAIL


if __name__ == "__main__":  # pragma: no cover
    BASELINE.write_text(draft())
