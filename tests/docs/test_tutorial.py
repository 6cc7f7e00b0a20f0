"""The tutorial's code runs as it stands: in a copy of the house, under its tests, its lint, and on a phone."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks

pytestmark = pytest.mark.slow
PAGE = ROOT / "docs" / "tutorial" / "add-a-dialog.md"
COPIED = ("bot", "backend_client", "locales", "sandbox", "pyproject.toml", "tests/__init__.py", "tests/conftest.py")
LIKE = shutil.ignore_patterns("__pycache__")

WORDS = """
from bot.model import PlaceKind
from bot.render.messages import Words
from bot.wiring import COMMANDS
from locales import sentences, tags

assert COMMANDS["pressure"] == "pressure"
for tag in tags():
    own = {key for key in sentences(tag) if key.startswith("pressure.")}
    assert len(own) == 8, (tag, own)
    for key in own:
        assert Words().say(tag, key, {"upper": "135", "lower": "85", "low": 60, "high": 260})
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house as a reader has it after steps 1 to 4."""
    house = tmp_path_factory.mktemp("house")
    for name in COPIED:
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, house / name, ignore=LIKE)
        else:
            shutil.copy(ROOT / name, house / name)
    for block in blocks(PAGE):
        if block.file:
            follow(block, house / block.file)
    return house


def follow(block: Block, file: Path) -> None:
    """Do what a block of the page says: python = a new file, toml = lines at the end, diff = a change."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if block.lang == "python":
        assert not file.exists(), f"{block.file} is there already: choose another name in the tutorial"
        file.write_text(block.body, "utf-8")
    elif block.lang == "toml":
        with file.open("a", encoding="utf-8") as end:
            end.write("\n" + block.body)
    else:
        lines = block.body.splitlines()
        old = "\n".join(line[1:] for line in lines if line.startswith("-"))
        new = "\n".join(line[1:] for line in lines if line.startswith("+"))
        text = file.read_text("utf-8")
        assert text.count(old) == 1, f"{block.file} has {old!r} {text.count(old)} times: the tutorial is stale"
        file.write_text(text.replace(old, new), "utf-8")


def run(house: Path, *words: str) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV", "MEDRELAY"))
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *words], cwd=house, env={**environment, "PYTHONPATH": str(house)},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stdout}\n{done.stderr}"


COMMANDS = [line for block in blocks(PAGE) if "run" in block.words for line in block.body.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_page_succeeds(copy: Path, command: str) -> None:
    word, *words = shlex.split(command)
    assert word == ".venv/bin/python"
    run(copy, *words)


def test_the_page_has_commands() -> None:
    assert any("pytest" in command for command in COMMANDS)
    assert any("lint" in command for command in COMMANDS)


def test_the_command_is_known_and_every_sentence_can_be_said(copy: Path) -> None:
    run(copy, "-c", WORDS)


def test_the_new_file_has_the_houses_format(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", "--quiet", "bot/flows/pressure.py", "bot/flows/__init__.py")


def test_on_a_phone_it_goes_on_after_the_bot_was_killed(copy: Path) -> None:
    """Step 5, against the real processes."""
    shutil.copy(Path(__file__).with_name("on_a_phone.py"), copy)
    run(copy, "on_a_phone.py")
