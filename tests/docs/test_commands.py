"""Every shell command of README and docs runs as it is written, or stands here with the reason why not in a test."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bot.__main__ import TOLD, main
from tests.commands import told_in_one_line
from tests.docs.pages import ROOT, blocks, codes, pages, prose

BIN = Path(sys.executable).parent
PROGRAMS = (".venv/bin/", "make ", "curl ", "sqlite3 ")
#: How a command begins -> why it is not run here, and what runs it.
NOT_HERE = {
    "medrelay check": "on a whole house and on each that is not: tests/workers/test_check.py",
    ".venv/bin/medrelay check": "the same",
    "medrelay read --report": "on a bot's file: tests/orders/test_mended.py",
    "medrelay failures": "on a running bot's file: tests/handlers/test_incidents.py",
    ".venv/bin/medrelay run": "a server that stays, with a real bot's token: tests/workers/test_start.py",
    ".venv/bin/medrelay story her_answer.py": "on the real processes: tests/docs/test_stories.py plays it",
    "medrelay story two-phones --lang": "on the real processes: tests/story/test_carried.py plays it",
    "medrelay story day --hospital": "on somebody's server: tests/story/test_foreign.py plays it on one of ours",
    "medrelay sandbox hospital --plain": "a server that stays: tests/story/test_foreign.py",
    ".venv/bin/python -m sandbox.telegram": "a server that stays: tests/sandbox_telegram/test_server.py",
    ".venv/bin/python -m pip install": "goes to a package index: the Makefile runs it",
    ".venv/bin/python -m pytest": "in a copy of the house that follows the page: tests/docs/test_tutorial.py",
    ".venv/bin/python -m bot.dialog.lint": "in a copy of the house that follows the page: tests/docs/test_tutorial.py",
    ".venv/bin/python -m tests.docs.reference": "in a copy of the house, too: tests/docs/test_tutorial.py",
    ".venv/bin/python -m bench red_flags": "on the lists of somebody who brings them: tests/orders/test_red_flags.py",
    ".venv/bin/python -m bench free_words": "on the lists of somebody who brings them: tests/orders/test_free_words.py",
    "cp locales/": "in a copy of the house that follows the page: tests/docs/test_howtos.py",
    ".venv/bin/ruff format": "in a copy of the house that follows the page: tests/docs/test_howtos.py",
    "sed -i": "in a copy of the house that follows the page: tests/docs/test_howtos.py",
    "curl -s localhost:8081/": "against a server: tests/sandbox_telegram/test_docs.py",
    "medrelay demo": "a server that stays: tests/story/test_demo.py",
    "medrelay board": "on a running bot's file: tests/handlers/test_board.py",
    "medrelay audit": "on a bot's own file and keys: tests/handlers/test_trail_file.py",
    "sqlite3 medrelay.sqlite": "on a running bot's file, with a program of the system's",
}


def commands() -> Iterator[str]:
    """Each line of a shell block, and what looks like a command elsewhere."""
    for page in pages():
        for block in blocks(page):
            lines = [line.partition(" #")[0].strip() for line in block.body.splitlines()]
            yield from (line for line in lines if line and (block.lang == "sh" or line.startswith(PROGRAMS)))
        yield from (code for code in codes(prose(page)) if code.startswith(("make ", "medrelay ", "sqlite3 ")))


COMMANDS = sorted(set(commands()))
RUN = [one for one in COMMANDS if not one.startswith((*NOT_HERE, "make "))]
MAKE = [one for one in COMMANDS if one.startswith("make ")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as the reader of a page has it: two photos, a drug list, and the checkout's commands."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(BIN)
    for name in ("paper-1.jpg", "paper-2.jpg"):
        Image.new("RGB", (300, 400), "white").save(tmp_path / name)
    (tmp_path / "our-drugs.csv").write_text("code,name_zh,strength\nd1,二甲双胍片,0.5g\n", "utf-8")
    return tmp_path


def ran(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MEDRELAY", "MAKE"))}
    shell = shutil.which("sh")
    assert shell
    return subprocess.run(  # noqa: S603 - our own pages
        [shell, "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", RUN)
def test_a_command_runs_as_it_is_written(folder: Path, command: str) -> None:
    done = ran(command, folder)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("command", MAKE)
def test_a_target_is_one(command: str) -> None:
    """Make says what it would do; the targets themselves are the suite, the demo and the story."""
    done = ran(f"{command.partition('=...')[0]} --dry-run", ROOT)
    assert done.returncode == 0, done.stderr


def test_the_pages_have_commands_and_each_reason_is_needed() -> None:
    assert ".venv/bin/medrelay keys" in RUN
    assert {"make demo", "make test", "make story"} <= set(MAKE)
    unused = [begin for begin in NOT_HERE if not any(one.startswith(begin) for one in COMMANDS)]
    assert unused == []


# ---------------------------------------------------------------- what the command itself tells

ALONE = [[name] for name in TOLD if name != "sandbox"]
SERVERS = [["sandbox", name] for name in ("messenger", "hospital", "staff")]


@pytest.mark.parametrize("words", [[], *ALONE, ["sandbox"], *SERVERS], ids=" ".join)
def test_help_is_given(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    try:
        status = main([*words, "--help"])
    except SystemExit as ended:
        status = ended.code
    told = capsys.readouterr()
    assert (status, told.err) == (0, "")
    assert told.out.strip()
    assert "medrelay" in told.out or "sandbox" in told.out


@pytest.mark.parametrize(
    "words",
    [[], ["dmeo"], ["--port"], ["sandbox"], ["sandbox", "telegram"], *([*one, "--no-such"] for one in ALONE),
     ["demo", "--port", "many"], ["demo", "--port", "99999"],
     ["demo", "--staff", "insurer"], ["story", "nope"], ["story", "nowhere.py"], ["story", "--hospital", "nowhere"],
     ["read"], ["read", "--today", "2026-13-40", "x.jpg"], ["audit", "2026-13-45"],
     ["run", "now"], ["sandbox", "messenger"],
     ["sandbox", "messenger", "--port", "0", "--token", "4242:SANDBOX-x", "--no-such"],
     ["sandbox", "hospital", "--no-such"], ["sandbox", "staff"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_words_are_told_in_one_line(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    told = told_in_one_line(capsys, words)
    assert "--help" in told
    assert "isoformat" not in told
