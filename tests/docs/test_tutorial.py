"""The tutorial to the letter leaves `make check` green: in a copy of the house, under its checks, and on a phone."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.architecture.house import length, read
from tests.docs.copies import copied, followed, run
from tests.docs.pages import ROOT, blocks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
PAGE = ROOT / "docs" / "tutorial" / "add-a-dialog.md"
COMMANDS = [line for block in blocks(PAGE) if "run" in block.words for line in block.body.splitlines()]
NEW = ["bot/flows/pressure.py", "bot/flows/__init__.py", "bot/render/samples.py"]
#: All tests that read a file which the page writes; every other test is the same with and without them. Left out by
#: ``-k``: how the tests of sentences find what was broken on purpose.
READ_THEM = [
    "tests/flows/test_pressure.py", "tests/locales", "tests/architecture/test_lookups.py",
    "tests/architecture/test_flows.py", "tests/architecture/test_contracts.py", "tests/docs/test_reference.py",
]  # fmt: skip

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
    """The house as a reader has it after steps 1 to 4; every command of the page has succeeded."""
    house = copied(tmp_path_factory.mktemp("house"))
    followed(PAGE, house)
    return house


def test_the_page_has_commands() -> None:
    assert any("pytest" in command for command in COMMANDS)
    assert any("lint" in command for command in COMMANDS)
    assert any("reference" in command for command in COMMANDS)


def test_the_command_is_known_and_every_sentence_can_be_said(copy: Path) -> None:
    run(copy, sys.executable, "-c", WORDS)


def test_format_and_lint_are_green(copy: Path) -> None:
    run(copy, sys.executable, "-m", "ruff", "format", "--check", "--quiet", "bot", "tests")
    run(copy, sys.executable, "-m", "ruff", "check", "--quiet", "bot", "tests")


@pytest.mark.skipif(find_spec("pyright") is None, reason="comes with `make check`")
def test_the_types_are_green(copy: Path) -> None:
    """Of the files that the page writes; nobody imports from them."""
    run(copy, sys.executable, "-m", "pyright", *NEW)


def test_the_tests_are_green(copy: Path) -> None:
    some = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-m", "not slow and not trial"]
    run(copy, sys.executable, "-m", "pytest", *some, "-k", "not breaks_it and not never_markup", *READ_THEM)
    assert not [*length(read((copy / NEW[0]).read_text("utf-8")))]


def test_on_a_phone_it_goes_on_after_the_bot_was_killed(copy: Path) -> None:
    """Step 5, against the real processes."""
    shutil.copy(Path(__file__).with_name("on_a_phone.py"), copy)
    run(copy, sys.executable, "on_a_phone.py")
