"""What keeps the bot from starting is told in one sentence that says what to do, with exit status 2: never a trace."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.app import opened
from bot.config import BadSetting, load
from bot.store.crypto import Keys
from bot.store.migrations import HEAD
from bot.store.sqlite import open_sqlite
from sandbox.telegram import server
from tests.prepared import empty_store

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
OTHER = "b2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
NOBODY = "http://127.0.0.1:9"
Spoil = Callable[[Path], dict[str, str]]  # a folder with a bot's file in it -> the settings that are changed


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a database that was written under KEY, and the settings of the bot that wrote it."""
    umask = os.umask(0o022)
    settings = {
        "TOKEN": "4242:SANDBOX-start", "BOT_API": NOBODY, "HOSPITAL_URL": NOBODY, "READ_PHOTOS": "off",
        "ENCRYPTION_KEYS": f"1:{KEY}", "HASH_KEY": KEY, "DATABASE": str(tmp_path / "bot.sqlite"),
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(f"MEDRELAY_{name}", value)
    asyncio.run(written(empty_store(tmp_path / "bot.sqlite")))
    yield tmp_path
    os.umask(umask)


async def written(path: Path) -> None:
    key = b"kk" * 16
    await (await open_sqlite(path, bot=4242, keys=Keys("1", {"1": key}, key), now=lambda: 0)).close()


def moved(name: str) -> Spoil:
    """The database is looked for elsewhere."""
    return lambda folder: {"DATABASE": str(folder / name)}


def setting(**changed: str) -> Spoil:
    return lambda _: changed


def cut(folder: Path) -> dict[str, str]:
    file = folder / "bot.sqlite"
    file.write_bytes(file.read_bytes()[:20_000])
    return {}


def removed(folder: Path) -> dict[str, str]:
    (folder / "bot.sqlite").unlink()
    return {}


def linked(folder: Path) -> dict[str, str]:
    (folder / "bot.sqlite.lock").unlink(missing_ok=True)
    (folder / "bot.sqlite.lock").symlink_to(folder / "somebody's")
    (folder / "somebody's").write_text("a letter")
    return {}


def a_folder_for_a_note(folder: Path) -> dict[str, str]:
    (folder / "bot.sqlite.lock-new").mkdir()
    return {}


def emptied(folder: Path) -> dict[str, str]:
    (folder / "bot.sqlite").write_bytes(b"")
    return {}


def text(folder: Path) -> dict[str, str]:
    (folder / "bot.sqlite").write_text("a letter to the hospital, and no database at all " * 100)
    return {}


def sql(statement: str) -> Spoil:
    """Another program's database, or ours from a time to come."""

    def changed(folder: Path) -> dict[str, str]:
        with closing(sqlite3.connect(folder / "bot.sqlite")) as file:
            if not statement.startswith("UPDATE"):
                file.executescript("DROP TABLE alembic_version")
            file.executescript(statement)
        return {}

    return changed


def clock(body: str | bytes) -> Spoil:
    def spoilt(folder: Path) -> dict[str, str]:
        file = folder / "clock.json"
        file.write_bytes(body if isinstance(body, bytes) else body.encode())
        return {"SANDBOX_CLOCK": str(file)}

    return spoilt


def toml(body: bytes) -> Spoil:
    def spoilt(folder: Path) -> dict[str, str]:
        (folder / "medrelay.toml").write_bytes(body)
        return {"CONFIG": str(folder / "medrelay.toml")}

    return spoilt


NO_CLOCK = "MEDRELAY_SANDBOX_CLOCK names no clock .* start the sandbox first, or leave it out"
SPOILT: dict[str, tuple[Spoil, str]] = {
    "a wrong key": (setting(ENCRYPTION_KEYS=f"1:{OTHER}"), "needs the key '1', .* MEDRELAY_ENCRYPTION_KEYS"),
    "a lost key": (setting(ENCRYPTION_KEYS=f"2:{OTHER}"), "needs the key '1', .* MEDRELAY_ENCRYPTION_KEYS"),
    "another hash key": (setting(HASH_KEY=OTHER), "put the old MEDRELAY_HASH_KEY back"),
    "half a key": (setting(HASH_KEY=KEY[:20]), "MEDRELAY_HASH_KEY must be 32 bytes"),
    "no folder": (moved("nowhere/bot.sqlite"), "There is no folder .*/nowhere: make it, or correct MEDRELAY_DATABASE"),
    "a folder": (moved("."), "is a folder: name the file itself"),
    "a file for a folder": (moved("bot.sqlite/bot.sqlite"), "There is no folder"),
    "no place to write": (moved("x" * 300), "cannot be opened and written .* see to its rights"),  # root may all else
    "a cut database": (cut, "is no whole database .* put a backup in its place"),
    "a database that was removed": (removed, "is gone or empty, .* put a backup in its place, .* to begin anew"),
    "an emptied database": (emptied, "is gone or empty, .* put a backup in its place, .* to begin anew"),
    "a link for a note": (linked, r"\.lock is no plain file: remove it"),
    "a folder for a note": (a_folder_for_a_note, r"\.lock-new is a folder: remove it"),
    "no database": (text, "is no whole database .* put a backup in its place"),
    "another program's": (sql("SELECT 1"), "is a database of another program"),
    "another alembic's": (
        sql("CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0a1b2c3d')"),
        "is a database of another program",
    ),
    "a later release's": (
        sql("UPDATE alembic_version SET version_num = '9999'; DELETE FROM cursors"),
        f"revision 9999, this release knows {HEAD} .* start the newer release again",
    ),
    "no clock": (setting(SANDBOX_CLOCK="/nowhere/clock.json"), NO_CLOCK),
    "half a clock": (clock('{"civil_ms": 1'), NO_CLOCK),
    "an empty clock": (clock("{}"), NO_CLOCK),
    "a clock of words": (clock('{"civil_ms": 1, "wall_ms": 2, "rate": "fast"}'), NO_CLOCK),
    "a clock without end": (clock('{"civil_ms": Infinity, "wall_ms": 2, "rate": 1}'), NO_CLOCK),
    "a list for a clock": (clock("[1, 2]"), NO_CLOCK),
    "bytes for a clock": (clock(b"\xff\xfe"), NO_CLOCK),
    "no settings": (setting(CONFIG="/nowhere.toml"), "MEDRELAY_CONFIG names a file that cannot be read"),
    "settings that are no text": (toml(b"\xff"), "MEDRELAY_CONFIG names a file that is no TOML"),
    "a setting of another kind": (toml(b"feed_seconds = [1]"), "MEDRELAY_FEED_SECONDS must be a number"),
    "half an address": (setting(HOSPITAL_URL="http://[x"), "MEDRELAY_HOSPITAL_URL must be a URL"),
    "no port": (setting(HOSPITAL_URL="http://hospital:99999999"), "MEDRELAY_HOSPITAL_URL must be a URL"),
    "no zone": (setting(TIMEZONE="../etc"), "MEDRELAY_TIMEZONE must be a time zone"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_it_is_told_what_to_do(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    spoil, says = SPOILT[what]
    for name, value in spoil(house).items():
        monkeypatch.setenv(f"MEDRELAY_{name}", value)
    assert main(["run"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = told.err.splitlines()
    assert line.endswith(".")
    assert re.search(says, line), line


@pytest.mark.slow
def test_the_process_says_it_too(house: Path) -> None:
    cut(house)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "run"], capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no whole database" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_token_that_the_messenger_does_not_know(tmp_path: Path) -> None:
    async with server.running(token="4242:SANDBOX-another") as messenger:
        config = load({
            "MEDRELAY_TOKEN": "4242:SANDBOX-start", "MEDRELAY_BOT_API": messenger.url, "MEDRELAY_HOSPITAL_URL": NOBODY,
            "MEDRELAY_ENCRYPTION_KEYS": f"1:{KEY}", "MEDRELAY_HASH_KEY": KEY, "MEDRELAY_READ_PHOTOS": "off",
            "MEDRELAY_DATABASE": str(empty_store(tmp_path / "bot.sqlite")),
        })  # fmt: skip
        with pytest.raises(BadSetting, match=r"MEDRELAY_TOKEN is no bot of this messenger: copy it again"):
            async with asyncio.timeout(20), opened(config):
                raise AssertionError("it works under a token that nobody gave")


# ---------------------------------------------------------------- the sandbox


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody has."""
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        yield somebody.getsockname()[1]


@pytest.mark.parametrize("name", ["hospital", "messenger"])
@pytest.mark.parametrize("what", ["a port", "a folder", "a clock", "a database"])
def test_a_server_of_the_sandbox_tells_it_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], taken: int, name: str, what: str
) -> None:
    (tmp_path / "clock.json").write_text("{}")
    (tmp_path / "letter.sqlite").write_text("a letter " * 1000)
    wrong = {
        "a port": ["--port", str(taken)],
        "a folder": ["--port", "0", "--db", str(tmp_path / "letter.sqlite" / "db.sqlite")],
        "a clock": ["--port", "0", "--clock", str(tmp_path / "clock.json")],
        "a database": ["--port", "0", "--db", str(tmp_path / "letter.sqlite")],
    }[what]
    token = ["--token", "4242:SANDBOX-start"] if name == "messenger" else []
    assert main(["sandbox", name, *wrong, *token]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1, told.err
    assert "cannot start" in told.err


@pytest.mark.parametrize("words", [["demo", "--folder"], ["story", "--keep"]], ids=" ".join)
def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main([*words, str(tmp_path / "file" / "below")]) == 2
    assert "cannot be made" in capsys.readouterr().err
