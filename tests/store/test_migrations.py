"""Migrations only add, and a release starts on a database that the next one has brought ahead."""

from __future__ import annotations

import ast
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.model import Order, Person
from bot.store import migrations
from bot.store.migrations import HOUSE, SERVES, TooNew, fits
from tests.store.kit import Turns, open_at

ROOT = Path(__file__).parents[2]
VERSIONS = sorted((Path(migrations.__file__).parent / "versions").glob("*.py"))
ADDS = {"create_table", "create_index", "add_column", "get_bind", "execute"}
TAKES = ("DROP", "RENAME", "ALTER", "DELETE", "UPDATE ", "TRUNCATE")
TRIGGERS = ("CREATE TRIGGER", "CREATE FUNCTION")


def faults(text: str, first: bool = False) -> Iterator[str]:
    """What ``upgrade()``, and what it calls in its file, may not do."""
    tree = ast.parse(text)
    for node in ast.walk(ast.Module([n for n in tree.body if getattr(n, "name", "") != "downgrade"], [])):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if name.startswith("op.") and name.removeprefix("op.").split("(")[0] not in ADDS:
            yield f"{name} takes away or changes"
        if name == "op.add_column":
            yield from _column(node)
        if name == "op.execute":
            words = " ".join(str(c.value) for c in ast.walk(node) if isinstance(c, ast.Constant)).upper()
            if not words.startswith(TRIGGERS) and any(word in words for word in TAKES):
                yield f"a statement that takes away or changes: {words}"
    if not first and "serves(" not in text:
        yield "it does not say which revision it serves: bot.store.migrations.serves"


def _column(add: ast.Call) -> Iterator[str]:
    column = add.args[1]
    given = {word.arg: ast.unparse(word.value) for word in getattr(column, "keywords", ())}
    if given.get("nullable", "True") != "True" and "server_default" not in given:
        yield "a column that the release before cannot fill: nullable=True, or a server_default"


@pytest.mark.parametrize("file", VERSIONS, ids=lambda file: file.stem)
def test_they_only_add(file: Path):
    assert list(faults(file.read_text(), first=file.stem.startswith("0001"))) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('op.drop_column("people", "lang")', "takes away"),
        ('op.drop_table("people")', "takes away"),
        ('op.rename_table("people", "persons")', "takes away"),
        ('op.alter_column("people", "lang", new_column_name="tag")', "takes away"),
        ('op.batch_alter_table("people")', "takes away"),
        ('op.add_column("people", sa.Column("x", sa.String, nullable=False))', "cannot fill"),
        ('op.execute("ALTER TABLE people DROP COLUMN lang")', "takes away"),
        ('op.create_index("ix", "people", ["x"])', "does not say which revision"),
    ],
)
def test_one_that_does_more_is_refused(line: str, why: str):
    assert why in "; ".join(faults(f"def upgrade():\n    {line}\n"))


def test_one_that_adds_is_not():
    text = """
def upgrade():
    op.add_column("people", sa.Column("later", sa.String, nullable=True))
    op.add_column("orders", sa.Column("paid_by", sa.BigInteger, nullable=False, server_default="5"))
    serves("0001")
def downgrade():
    op.drop_column("people", "later")
"""
    assert list(faults(text)) == []


# ---------------------------------------------------------------- one revision ahead


@pytest.fixture
def ahead(path: Path) -> Path:
    """As the next release left it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE people ADD COLUMN later TEXT")
        connection.execute("ALTER TABLE orders ADD COLUMN paid_by BIGINT NOT NULL DEFAULT 5")
        connection.execute("CREATE TABLE desk (id INTEGER)")
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
        connection.execute("DELETE FROM cursors WHERE bot_id = ? AND name = ?", (HOUSE, SERVES))
    return path


def serve(path: Path, oldest: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO cursors VALUES (?, ?, ?)", (HOUSE, SERVES, oldest))


async def test_a_release_starts_on_a_database_one_revision_ahead(ahead: Path, turn: Turns):
    serve(ahead, migrations.HEAD)
    store = await open_at(ahead)
    order = Order("no-1", "paid", 1, 2, "v", 3, "dep-1", "comp-1", "red", 7)
    await store.commit(turn(rows=(Person(7, facts={"a": 1}), order)))
    person = await store.get(Person, 7)
    assert person == Person(7, facts={"a": 1}, version=1)
    await store.close()
    with closing(sqlite3.connect(ahead)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0099",)]
        assert connection.execute("SELECT paid_by FROM orders").fetchall() == [(5,)]


@pytest.mark.parametrize("oldest", ["", "0099"])
async def test_one_that_it_cannot_serve_is_left_alone_and_a_sentence_says_what_to_do(ahead: Path, oldest: str):
    if oldest:
        serve(ahead, oldest)
    told = rf"revision 0099, this release knows {migrations.HEAD} .* start the newer release again"
    with pytest.raises(TooNew, match=told):
        await open_at(ahead)


@pytest.mark.slow
def test_the_command_line_says_it_too(ahead: Path):
    key = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
    told = {"TOKEN": "4242:SANDBOX-x", "BOT_API": "http://127.0.0.1:1", "HOSPITAL_URL": "http://127.0.0.1:1",
            "DATABASE": str(ahead), "ENCRYPTION_KEYS": f"1:{key}", "HASH_KEY": key}  # fmt: skip
    env = {**os.environ, **{f"MEDRELAY_{name}": value for name, value in told.items()}}
    ran = subprocess.run([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=env, capture_output=True, text=True)
    assert ran.returncode == 2
    assert ran.stderr.startswith("the database has revision 0099")


def test_an_older_or_new_database_is_brought_up_to_date():
    assert [fits(None, None), fits("0000", None), fits(migrations.HEAD, None)] == [False, False, True]


def test_what_a_migration_says_is_what_is_read(path: Path, monkeypatch: pytest.MonkeyPatch):
    from alembic import op

    with closing(sqlite3.connect(path)) as connection, connection:
        monkeypatch.setattr(op, "execute", connection.execute)
        migrations.serves("0000")
        migrations.serves(migrations.HEAD)
    assert migrations.version_of(path) == (migrations.HEAD, migrations.HEAD)
