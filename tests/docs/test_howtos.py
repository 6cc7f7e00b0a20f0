"""How to add an operation, a notice, a language: the pages are followed in a copy of the house."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.intents._declare import DECLARED
from bot.ops import OPS
from tests.docs.copies import copied, followed, run, written
from tests.docs.pages import ROOT, blocks, codes, table
from tests.handlers.house import House

HOW_TO = ROOT / "docs" / "how-to"
TUTORIAL = ROOT / "docs" / "tutorial" / "add-a-dialog.md"
OPERATION, NOTICE, LANGUAGE = (HOW_TO / f"add-{name}.md" for name in ("an-operation", "a-notice", "a-language"))
PAGES = (OPERATION, NOTICE, LANGUAGE)
NEW = ("bot/intents/readings.py", "bot/ops/readings.py", "bot/ops/__init__.py", "bot/flows/pressure.py",
       "bot/flows/packed.py", "bot/flows/__init__.py", "bot/flows/start.py")  # fmt: skip
IMPORTED = re.compile(r"^from ((?:bot|tests|backend_client)[\w.]*) import ([\w, ]+)$", re.MULTILINE)
HAS = {*dir(House), *House.__annotations__, "core"}
ASKED = re.compile(r'local\.do\("(\w+)"')
OF_HOUSE = re.compile(r"\bhouse\.(\w+)")
REPLACED = re.compile(r"s/([^/]+)/[^/]+/")


@pytest.mark.trial("pages followed to the letter beside the tutorial")
def test_the_pages_can_be_followed_to_the_letter(tmp_path: Path) -> None:
    """One after the other in one house, each with its commands: a copy for each would cost as much again."""
    house = copied(tmp_path / "house")
    written(TUTORIAL, house)
    for page in PAGES:
        followed(page, house)
    run(house, sys.executable, "-m", "ruff", "format", "--check", "--quiet", "bot", "tests")
    run(house, sys.executable, "-m", "ruff", "check", "--quiet", "bot", "tests")
    if find_spec("pyright"):
        run(house, sys.executable, "-m", "pyright", *NEW)


@pytest.mark.parametrize("page", [TUTORIAL, *PAGES], ids=lambda page: page.stem)
def test_what_a_page_builds_on_is_there(page: Path) -> None:
    """Quick, so that who renames something hears it at once."""
    own = {block.file: block.body for each in (TUTORIAL, page) for block in blocks(each) if block.lang == "python"}
    assert [*stale(page, own)] == []


def stale(page: Path, own: Mapping[str, str]) -> Iterator[str]:
    """Changes that fit no more, imports that lead nowhere, operations that are asked for otherwise by now."""
    for block in blocks(page):
        if block.lang == "diff" and block.file:
            old = "\n".join(line[1:] for line in block.body.splitlines() if line.startswith("-"))
            text = own.get(block.file) or (ROOT / block.file).read_text("utf-8")
            if text.count(old) != 1:
                yield f"{block.file} has {old!r} {text.count(old)} times"
        if block.lang == "python" and block.file:
            yield from (f"no {module}.{name}" for module, name in imported(block.body) if lost(module, name, own))
            yield from (f"local.{name}" for name in ASKED.findall(block.body) if f"local.{name}" not in OPS)
            yield from (f"local.{name} is declared" for name in ASKED.findall(block.body) if name in DECLARED)
            yield from (f"no house.{name}" for name in OF_HOUSE.findall(block.body) if name not in HAS)
        if "run" in block.words:
            yield from unfit(block.body)


def unfit(commands: str) -> Iterator[str]:
    """What a sed of the page would not find in the file."""
    for line in (line for line in commands.splitlines() if line.startswith("sed -i ")):
        file = line.split()[-1]
        text = (ROOT / file).read_text("utf-8") if (ROOT / file).exists() else None  # it is made by the page itself
        yield from (f"{file} has no {old!r}" for old in REPLACED.findall(line) if text is not None and old not in text)


def imported(text: str) -> Iterator[tuple[str, str]]:
    for module, names in IMPORTED.findall(text):
        yield from ((module, name.strip()) for name in names.split(","))


def lost(module: str, name: str, own: Mapping[str, str]) -> bool:
    path = module.replace(".", "/")
    if own.keys() & {f"{path}.py", f"{path}/{name}.py"}:
        return False
    return not hasattr(import_module(module), name)


def test_where_two_languages_are_code_is_told() -> None:
    told = {codes(row[0])[0] for row in table(LANGUAGE, "two languages")}
    there = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.py")
        if 'startswith("zh")' in path.read_text("utf-8")
    }
    assert there <= told
