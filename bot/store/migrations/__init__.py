"""The schema's history (alembic), brought up to date when a store is opened."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

HEAD = "0001"  # a test holds it equal to alembic's own


def version_of(path: Path) -> str | None:
    """The revision of an SQLite file, None where it has none yet."""
    if not path.exists():
        return None
    with contextlib.closing(sqlite3.connect(path)) as connection, contextlib.suppress(sqlite3.OperationalError):
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return row[0] if row else None
    return None


def upgrade(path: Path) -> None:
    """Bring an SQLite file to HEAD; alembic is only loaded where there is something to do."""
    if version_of(path) == HEAD:
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
