"""The schema's history (alembic), brought up to date when a store is opened.

Migrations only add, so that the release before can be put back. Each says with ``serves`` which revision's release can
still work on what it leaves (ADR 0023): a row of the table cursors, bot 0.
"""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

from bot.store.port import NotOpened

HEAD = "0029"  # a test holds it equal to alembic's own
HOUSE, SERVES = 0, "schema-serves"  # bot and name of the row; no bot has the number 0
ASK_SERVES = f"SELECT value FROM cursors WHERE bot_id = {HOUSE} AND name = '{SERVES}'"  # noqa: S608


class TooNew(NotOpened):
    """A later release changed the store in a way that this one cannot serve; nothing was changed."""


def serves(oldest: str) -> None:
    """Called by a migration: releases from revision ``oldest`` on can work on the schema that it leaves."""
    from alembic import op

    op.execute(f"DELETE FROM cursors WHERE bot_id = {HOUSE} AND name = '{SERVES}'")  # noqa: S608
    op.execute(f"INSERT INTO cursors (bot_id, name, value) VALUES ({HOUSE}, '{SERVES}', '{oldest}')")  # noqa: S608


def sealed(table: str, key: str) -> None:
    """Called by a migration for each table with sealed columns: what its rows' seal needs (ADR 39)."""
    import sqlalchemy as sa
    from alembic import op

    op.add_column(table, sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.add_column(table, sa.Column("seal_of", sa.BigInteger(), nullable=True))
    where = sa.text("seal_of IS NULL OR seal_of != version")
    op.create_index(f"ix_{table}_unsealed", table, ["bot_id", key], sqlite_where=where, postgresql_where=where)


def fits(revision: str | None, oldest: str | None) -> bool:
    """Whether the schema can be used as it is. False: it is older and has to be brought up to date. Raises TooNew."""
    if revision is None or revision < HEAD:
        return False
    if revision == HEAD or (oldest is not None and oldest <= HEAD):
        return True
    raise TooNew(
        f"the database has revision {revision}, this release knows {HEAD} and cannot work on it:"
        " start the newer release again, or put a backup of before back."
    )


def version_of(path: Path) -> tuple[str | None, str | None]:
    """The revision of an SQLite file and the oldest that it serves, None where it has none yet."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return stands_at(connection)


def stands_at(connection: sqlite3.Connection) -> tuple[str | None, str | None]:
    """The same of a file that is open."""
    return _asked(connection, "SELECT version_num FROM alembic_version"), _asked(connection, ASK_SERVES)


def holds_foreign(connection: sqlite3.Connection) -> bool:
    """Whether an SQLite file is of another program: it has tables, and none that tells a revision of ours."""
    revision = _asked(connection, "SELECT version_num FROM alembic_version")
    tables = connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    return bool(tables) if revision is None else not (revision.isdecimal() and len(revision) == len(HEAD))


def _asked(connection: sqlite3.Connection, text: str) -> str | None:
    with contextlib.suppress(sqlite3.OperationalError):  # a new file has no tables
        row = connection.execute(text).fetchone()
        return row[0] if row else None
    return None


def upgrade(path: Path) -> None:
    """Bring an SQLite file to HEAD; alembic is only loaded where there is something to do. Raises TooNew."""
    if fits(*version_of(path)):
        return
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None})
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # one transaction; the driver would commit each statement
            upgrade_over(connection)
    finally:
        engine.dispose()


def upgrade_over(connection: Any) -> None:
    """Bring the database behind a SQLAlchemy connection to HEAD, within its transaction."""
    from alembic import command  # it takes half of a process's start-up time
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
