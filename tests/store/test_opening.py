"""Opening a file: its schema, its lock, and what a crash left behind."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import warnings
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from bot.model import Command, Person, Place, PlaceKind, Post, Text
from bot.store import migrations, sqlite
from bot.store.connection import unusable
from bot.store.port import Duplicate, Mark
from bot.store.schema import metadata
from bot.store.sqlite import NoStore, StoreLocked
from tests.disk import no_room
from tests.store.kit import BOT, Turns, open_at
from tests.waiting import posts_due

ROOT = Path(__file__).parents[2]


# ---------------------------------------------------------------- schema


def test_the_migrations_make_exactly_the_tables(path: Path):
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*expression-based index")  # compared below
        context = MigrationContext.configure(connection)
        missing = render_python_code(produce_migrations(context, metadata).upgrade_ops)
        difference = compare_metadata(context, metadata)
    engine.dispose()
    assert difference == [], f"bot/model/rows.py changed; the next file of bot/store/migrations/versions:\n{missing}"


def test_partial_indexes_keys_and_triggers_are_made_too(path: Path):
    metadata.create_all(engine := create_engine("sqlite://"))
    with engine.connect() as connection, closing(sqlite3.connect(path)) as made:
        ask = "SELECT type, name, tbl_name FROM sqlite_master WHERE name != 'alembic_version'"
        wanted = {tuple(row) for row in connection.exec_driver_sql(ask)}
        triggers = {("trigger", f"audit_no_{verb}", "audit") for verb in ("update", "delete")}
        assert {row for row in made.execute(ask) if row[2] != "alembic_version"} == wanted | triggers
        partial = made.execute("SELECT sql FROM sqlite_master WHERE name = 'ix_posts_waiting'").fetchone()[0]
        assert partial.endswith("WHERE shown != wanted")
        ready = "SELECT sql FROM sqlite_master WHERE name = 'ix_posts_ready'"
        assert made.execute(ready).fetchone() == tuple(connection.exec_driver_sql(ready).one())
        for table in metadata.tables:
            ask = f"SELECT name, pk FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"  # noqa: S608
            assert made.execute(ask).fetchall() == [tuple(row) for row in connection.exec_driver_sql(ask)]
            assert made.execute(ask).fetchone()[0] == "bot_id"
    engine.dispose()


def test_there_is_one_head_and_it_is_ours():
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_heads() == [migrations.HEAD]


async def test_a_file_of_the_first_release_is_brought_up_to_date(tmp_path: Path):
    path = tmp_path / "old.sqlite"
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO places (bot_id, chat, kind, ref, lang, title, version, born)"
            " VALUES (?, -5, 'compound', 'c', 'en', '', 3, 1)",
            (BOT,),
        )
    engine.dispose()
    store = await open_at(path)
    assert await store.get(Place, -5) == Place(-5, PlaceKind.COMPOUND, "c", "en", version=3)
    await store.close()


async def test_a_file_that_stands_as_it_should_is_opened_without_a_migration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    await (await open_at(tmp_path / "new.sqlite")).close()
    monkeypatch.setattr(sqlite, "upgrade", None)  # what is not called need not be there
    await (await open_at(tmp_path / "new.sqlite")).close()


async def test_an_empty_file_counts_as_new(tmp_path: Path):
    (tmp_path / "empty.sqlite").touch()
    store = await open_at(tmp_path / "empty.sqlite")
    assert await store.find(Person) == []
    await store.close()


async def test_the_file_is_in_wal_mode_and_every_commit_is_synced(path: Path, turn: Turns):
    store = await open_at(path)
    await store.commit(turn())
    writer = store.driver.writer._connection
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert writer.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    await store.close()


@pytest.mark.parametrize("by_way_of_sqlalchemy", [False, True])
def test_a_backup_is_advised_only_where_something_is_lost(path: Path, by_way_of_sqlalchemy: bool):
    """A migration speaks by way of SQLAlchemy."""

    def told(why: sqlite3.Error) -> str:
        return unusable(path, DBAPIError("BEGIN", None, why) if by_way_of_sqlalchemy else why, "opened and written")

    limited = sqlite3.connect(path, isolation_level=None)
    limited.execute("PRAGMA max_page_count=1")
    with closing(limited), pytest.raises(sqlite3.OperationalError) as full:
        limited.execute("CREATE TABLE more AS SELECT randomblob(100000)")
    assert "room on the disk" in told(full.value)
    assert "put a backup" not in told(full.value)
    path.write_text("a letter " * 999)
    with closing(sqlite3.connect(path)) as letter, pytest.raises(sqlite3.DatabaseError) as none:
        letter.execute("SELECT 1 FROM sqlite_master")
    assert "put a backup in its place" in told(none.value)


# ---------------------------------------------------------------- lock


async def test_an_opening_that_is_called_off_gives_its_lock_back(path: Path):
    opening = asyncio.create_task(open_at(path))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    await (await open_at(path)).close()


async def test_a_second_handle_is_refused_with_advice(path: Path):
    store = await open_at(path)
    with pytest.raises(StoreLocked, match=r"is in use by process \d+. .* stop that one first, or use PostgreSQL"):
        await open_at(path)
    await store.close()
    await (await open_at(path)).close()


#: What a power cut leaves of a note, or a hand.
NOTES = {
    "whole": b"4242\nopened\n", "empty": b"", "half": b"42", "zeros": bytes(12), "no text": b"\xff" * 64,
    "long": b"1" * 999,
}  # fmt: skip


@pytest.mark.parametrize("stands", NOTES.values(), ids=NOTES)
async def test_a_note_stops_no_start_whatever_stands_in_it(path: Path, stands: bytes):
    note = path.with_name(f"{path.name}.lock")
    note.write_bytes(stands)
    await (await open_at(path)).close()
    assert note.read_text("utf-8") == f"{os.getpid()}\n{sqlite.OPENED}"


@pytest.mark.parametrize("left", [None, b""], ids=["gone", "no bytes"])
@pytest.mark.parametrize("stands", NOTES.values(), ids=NOTES)
def test_whatever_stands_in_the_note_a_lost_file_is_not_begun_anew(path: Path, stands: bytes, left: bytes | None):
    path.with_name(f"{path.name}.lock").write_bytes(stands)
    path.unlink()
    if left is not None:
        path.write_bytes(left)
    assert "is gone or empty, and a bot has worked on it" in sqlite.gone(path)


async def test_the_note_is_never_seen_half(path: Path):
    """What cannot be written, as on a full disk, takes nothing of what stands; the lock is given back."""
    await (await open_at(path)).close()
    note = path.with_name(f"{path.name}.lock")
    before = note.read_bytes()
    with no_room(), pytest.raises(OSError, match="File too large"):
        sqlite.Lock(path)
    assert note.read_bytes() == before
    sqlite.Lock(path).release()


async def test_what_lies_in_the_way_of_the_note_is_named(tmp_path: Path):
    (tmp_path / "new.sqlite.lock-new").mkdir()
    with pytest.raises(NoStore, match=r"new\.sqlite\.lock-new is a folder: remove it"):
        await open_at(tmp_path / "new.sqlite")
    assert not (tmp_path / "new.sqlite").exists()


@pytest.mark.parametrize("link", [False, True], ids=["file", "link"])
async def test_what_a_start_left_behind_in_a_power_cut_is_written_over(path: Path, link: bool):
    await (await open_at(path)).close()
    left = path.with_name(f"{path.name}.lock-new")
    left.symlink_to(path.parent) if link else left.write_text("12")
    await (await open_at(path)).close()
    assert not left.exists()
    assert path.parent.is_dir()


async def test_the_note_is_on_disk_with_its_name_before_a_new_file_is_worked_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    synced: list[tuple[bool, bool]] = []
    fsync, note = os.fsync, tmp_path / "new.sqlite.lock"

    def watched(file: int) -> None:
        fsync(file)
        synced.append((stat.S_ISDIR(os.fstat(file).st_mode), note.exists()))

    monkeypatch.setattr(os, "fsync", watched)
    store = await open_at(tmp_path / "new.sqlite")
    assert synced == [(False, False), (True, True)], "the note, then its name"
    await store.close()


async def test_a_first_start_that_failed_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Nobody has worked on what it left."""
    with monkeypatch.context() as broken:
        broken.setattr(sqlite, "upgrade", None)
        with pytest.raises(TypeError):
            await open_at(tmp_path / "new.sqlite")
    assert (tmp_path / "new.sqlite").stat().st_size == 0
    await (await open_at(tmp_path / "new.sqlite")).close()


async def test_a_note_that_is_no_number_is_not_told(path: Path):
    store = await open_at(path)
    path.with_name(f"{path.name}.lock").write_bytes(b"\x1b[2J\xff")
    with pytest.raises(StoreLocked, match="is in use by process unknown"):
        await open_at(path)
    await store.close()


HOLD = """
import asyncio, sys
from tests.store.kit import open_at
from pathlib import Path
async def hold():
    await open_at(Path(sys.argv[1]))
    print("open", flush=True)
    sys.stdin.read()
asyncio.run(hold())
"""


def child(code: str, path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code, str(path)], cwd=ROOT, stdin=-1, stdout=-1, stderr=-1, text=True
    )


async def test_a_second_process_is_refused_until_the_first_dies(path: Path):
    with child(HOLD, path) as other:
        assert other.stdout is not None
        assert await asyncio.to_thread(other.stdout.readline) == "open\n"
        with pytest.raises(StoreLocked, match=f"in use by process {other.pid}"):
            await open_at(path)
        other.kill()
        other.wait()
        await (await open_at(path)).close()


# ---------------------------------------------------------------- crash

WRITE = """
import asyncio, sys
from pathlib import Path
from bot.model import Person, Post, Text
from tests.store.kit import BOT, Turns, open_at
async def write():
    store = await open_at(Path(sys.argv[1]))
    turn = Turns()
    async def one(n):
        await store.commit(turn(rows=(Person(n),), posts=(Post(str(n), n, Text("x")),)))
        print(n, flush=True)
    for n in range(0, 100000, 3):
        await asyncio.gather(*(one(n + i) for i in range(3)))
asyncio.run(write())
"""


async def test_what_was_acknowledged_survives_kill_9_and_nothing_is_half_there(path: Path):
    with child(WRITE, path) as other:
        assert other.stdout is not None
        for _ in range(40):
            await asyncio.to_thread(other.stdout.readline)
        other.kill()
        acknowledged = {int(line) for line in other.stdout.read().split("\n")[:-1]} | set(range(39))
    store = await open_at(path)
    people = {person.id for person in await store.find(Person, limit=100_000)}
    posts = {standing.post.chat for standing in await posts_due(store, 1)}
    assert acknowledged <= people
    assert people == posts
    await store.close()


async def test_what_was_being_sent_at_the_crash_is_unknown_afterwards(path: Path, turn: Turns):
    store = await open_at(path)
    await store.commit(turn(posts=tuple(Post(key, 7, Text("x")) for key in ("flying", "sent", "waits"))))
    await store.mark([Mark("flying", "sending", attempts=1), Mark("sent", "sent", shown=1, message=5)])
    await store.close()
    store = await open_at(path)
    states = {key: await store.standing(key) for key in ("flying", "sent", "waits")}
    assert {key: (s.state, s.attempts) for key, s in states.items() if s} == {
        "flying": ("unknown", 1), "sent": ("sent", 0), "waits": ("new", 0),
    }  # fmt: skip
    assert [standing.post.key for standing in await posts_due(store, 1)] == ["flying", "waits"]
    await store.close()


async def test_order_is_kept_over_a_restart_even_if_the_clock_went_back(path: Path, turn: Turns):
    store = await open_at(path)
    await store.commit(turn(posts=(Post("a", 7, Text("x")),), commands=(Command("a", "lane", "op", {}),)))
    await store.close()
    store = await open_at(path)
    turn.count -= 500_000
    await store.commit(turn(posts=(Post("b", 7, Text("x")),), commands=(Command("b", "lane", "op", {}),)))
    assert [standing.post.key for standing in await posts_due(store, 1)] == ["a", "b"]
    assert [claimed.command.key for claimed in await store.commands_due(0)] == ["a"]
    await store.close()


async def test_an_arrival_stays_known_over_a_restart(path: Path, turn: Turns):
    store = await open_at(path)
    outcome = turn()
    await store.commit(outcome)
    await store.close()
    store = await open_at(path)
    assert await store.seen("telegram", outcome.arrival.id)
    with pytest.raises(Duplicate):
        await store.commit(outcome)
    await store.close()


async def test_a_backup_is_whole_while_turns_go_on(path: Path, turn: Turns):
    store = await open_at(path)
    await store.commit(turn(rows=(Person(1, facts={"a": 1}),)))
    copy = path.with_name("backup.sqlite")
    await asyncio.gather(store.backup(copy), *(store.commit(turn(rows=(Person(n),))) for n in range(2, 9)))
    with pytest.raises(FileExistsError):
        await store.backup(copy)
    other = await open_at(copy)
    assert await other.get(Person, 1) == Person(1, facts={"a": 1}, version=1)
    await other.close()
    await store.close()
    await store.close()


async def test_bots_that_share_a_file_do_not_see_each_other(path: Path, turn: Turns):
    outcome = turn(rows=(Person(7, facts={"a": 1}),), posts=(Post("p", 7, Text("x")),))
    store = await open_at(path, bot=1)
    await store.commit(outcome)
    await store.close()
    store = await open_at(path, bot=2)
    assert await store.get(Person, 7) is None
    assert await store.find(Person) == []
    assert await posts_due(store, 1) == []
    await store.commit(outcome)
    assert await store.get(Person, 7) == Person(7, facts={"a": 1}, version=1)
    await store.close()
