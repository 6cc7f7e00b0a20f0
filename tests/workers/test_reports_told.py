"""The commands that read beside a bot tell in one sentence what to do, and need no disk that can be written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import catalogue
from bot.__main__ import main
from bot.model import Arrival, AuditLine, Outcome, Said, Spot
from bot.store.crypto import Keys
from bot.store.sqlite import open_sqlite
from tests.commands import told_in_one_line
from tests.disk import no_room
from tests.prepared import empty_store

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
NOBODY = "http://127.0.0.1:9"
READS = (["board"], ["failures"], ["audit", "R-1"], ["read", "--report"])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The database of a bot that worked yesterday and rests."""
    umask, path = os.umask(0o077), tmp_path / "bot.sqlite"
    settings = {
        "TOKEN": "4242:SANDBOX-reads", "BOT_API": NOBODY, "HOSPITAL_URL": NOBODY, "READ_PHOTOS": "off",
        "ENCRYPTION_KEYS": f"1:{KEY}", "HASH_KEY": KEY, "DATABASE": str(path),
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"MEDRELAY_{name}", value)
    monkeypatch.chdir(tmp_path)
    asyncio.run(worked(empty_store(path)))
    yield path
    os.umask(umask)


async def worked(path: Path) -> None:
    key = b"kk" * 16
    store = await open_sqlite(path, bot=4242, keys=Keys("1", {"1": key}, key), now=lambda: 0)
    trail = AuditLine("R-1", "person:7", "", "placed", 5)
    await store.commit(Outcome(Arrival("house", "1", 1, Said(Spot(1, 1), 1, "")), (), audit=(trail,)))
    await store.close()


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_what_cannot_be_read_is_told(file: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    journal = file.with_name(f"{file.name}-wal")
    journal.touch(0o600)
    with no_room():
        said = told_in_one_line(capsys, words)
    assert "room on the disk" in said
    assert "put a backup" not in said
    for left in (journal, file.with_name(f"{file.name}-shm")):
        left.unlink(missing_ok=True)
    file.write_text("a letter " * 999)
    assert "is no whole database (file is not a database): put a backup in its place" in told_in_one_line(capsys, words)
    file.unlink()
    assert "is gone or empty, and a bot has worked on it: put a backup in its place" in told_in_one_line(capsys, words)
    file.with_name(f"{file.name}.lock").unlink()
    assert "is not there yet: the bot makes it when it starts" in told_in_one_line(capsys, words)
    file.mkdir()
    assert "is a folder: name the file itself" in told_in_one_line(capsys, words)


@pytest.mark.parametrize("words", [["failures"], ["read", "--report"]], ids=" ".join)
def test_a_file_without_our_tables_is_told(file: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    file.with_name(f"{file.name}.lock").unlink()
    file.write_bytes(b"")
    assert "is no database of this release (no such table" in told_in_one_line(capsys, words)


@pytest.mark.parametrize("words", [["board"], ["failures"], ["read", "--report"]], ids=" ".join)
def test_a_disk_that_can_only_be_read_is_enough(
    file: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    before = {one.name for one in file.parent.iterdir()}
    with no_room():
        assert main(words) == 0
    assert capsys.readouterr().out
    assert {one.name for one in file.parent.iterdir()} == before


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("words", [["board", "--html"], ["audit", "R-1", "--out"], ["messages", "--out"]], ids=" ".join)
def test_a_file_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    said = told_in_one_line(capsys, [*words, "/proc/nowhere/x"])
    assert "/proc/nowhere/x cannot be written (No such file or directory): name another file" in said


def test_a_copy_of_the_lists_that_cannot_be_read_counts_as_none(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def spoiled() -> None:
        key = b"kk" * 16
        store = await open_sqlite(file, bot=4242, keys=Keys("1", {"1": key}, key), now=lambda: 0)
        await store.set_cursor(catalogue.CURSOR, "no list")
        await store.close()

    asyncio.run(spoiled())
    assert main(["board"]) == 0
    assert capsys.readouterr().out


@pytest.mark.usefixtures("file")
def test_a_board_without_its_clock_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDRELAY_SANDBOX_CLOCK", "/nowhere/clock.json")
    assert "names no clock: start the sandbox first" in told_in_one_line(capsys, ["board"])


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_an_end_of_the_calendar_is_told(capsys: pytest.CaptureFixture[str], day: str) -> None:
    assert "such as 2026-11-23" in told_in_one_line(capsys, ["audit", day])
