"""What the bot writes is for its own account only, whatever the shell's umask says."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.processes import Part
from tests.store.kit import open_at

ROOT = Path(__file__).parents[2]
KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
LAX = 0o022


def modes(folder: Path) -> dict[str, str]:
    return {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()}


@pytest.fixture
def lax():
    before = os.umask(LAX)
    yield
    os.umask(before)


@pytest.mark.slow
def test_the_files_of_a_real_start(tmp_path: Path):
    told = {"TOKEN": "4242:SANDBOX-x", "BOT_API": "http://127.0.0.1:1", "HOSPITAL_URL": "http://127.0.0.1:1",
            "DATABASE": str(tmp_path / "bot.sqlite"), "ENCRYPTION_KEYS": f"1:{KEY}", "HASH_KEY": KEY}  # fmt: skip
    env = {**os.environ, **{f"MEDRELAY_{name}": value for name, value in told.items()}}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=env, umask=LAX, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()  # it has its store, and waits for the messenger
        made = modes(tmp_path)
        process.terminate()
    assert "the messenger does not answer" in said
    assert made == dict.fromkeys(("bot.sqlite", "bot.sqlite-wal", "bot.sqlite-shm", "bot.sqlite.lock"), "0o600")


@pytest.fixture
def open_file(path: Path) -> Path:
    path.chmod(0o644)
    return path


@pytest.mark.usefixtures("lax")
async def test_a_file_that_others_could_read_is_closed_to_them(open_file: Path):
    path = open_file
    store = await open_at(path)
    await store.backup(path.with_name("backup.sqlite"))
    assert set(modes(path.parent).values()) == {"0o600"}
    assert {"backup.sqlite", "store.sqlite", "store.sqlite-wal"} <= modes(path.parent).keys()
    await store.close()


@pytest.mark.usefixtures("lax")
async def test_what_a_part_of_the_sandbox_writes(tmp_path: Path):
    code = "import sys; sys.stderr.write('said'); open('hospital.sqlite', 'w').close(); print('up', flush=True)"
    made = tmp_path / "log"
    made.write_text("")
    part = Part("part", [sys.executable, "-c", f"import os; os.chdir({str(tmp_path)!r}); {code}"], {}, made, "up")
    await part.start()
    await part.stop()
    assert modes(tmp_path) == {"log": "0o600", "hospital.sqlite": "0o600"}
