"""What is imported is declared, what is declared is imported, and the pinned files follow both, with hashes."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.contracts import imported_by_call
from tests.source import every, tree_of

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ALL = ("", *PROJECT["optional-dependencies"])
OWN = {"backend_client", "bot", "locales", "sandbox", "tests", "bench"}
UNSEEN = {  # needed without being imported, and why
    "tzdata": "zoneinfo reads it",
    "rapidocr": "its wheel carries the networks",
    "pytest-cov": "a plugin", "pytest-randomly": "a plugin", "pytest-timeout": "a plugin", "pytest-xdist": "a plugin",
    "pyright": "a program",
    "ruff": "a program", "uv": "a program",
}  # fmt: skip


def declared(*extras: str) -> set[str]:
    """Names of the distributions that pyproject.toml asks for, with these extras and what they include."""
    lines: list[str] = list(PROJECT["dependencies"]) if "" in extras else []
    for extra in filter(None, extras):
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(Requirement(line).name) for line in lines} - {"medrelay"}


distributions = cache(packages_distributions)  # it reads a file of each, which takes a second


def imported(*folders: str) -> Iterator[tuple[str, str]]:
    """(distribution, file) for each import of something that is neither the language's nor ours."""
    for folder in folders:
        yield from _imported(folder)


@cache
def _imported(folder: str) -> list[tuple[str, str]]:
    by_module = distributions()
    found: list[tuple[str, str]] = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        names = set(_names(tree_of(path.read_text("utf-8"))))
        for top in {name.split(".")[0] for name in names} - OWN - set(sys.stdlib_module_names):
            known = by_module.get(top)
            found.append((canonicalize_name(known[0] if known else top), path.relative_to(ROOT).as_posix()))
    return found


def _names(tree: ast.AST) -> Iterator[str]:
    for node in every(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""
    yield from (name for _, name in imported_by_call(tree))


# where an extra may be taken for granted, or is looked for
EXTRAS = {"bot/photo/": "ocr", "bot/store/postgres": "postgres", "bot/__main__": "fast"}


def test_what_ships_imports_only_what_is_declared() -> None:
    stray = {
        f"{name} in {file}"
        for name, file in imported("backend_client", "bot", "locales", "sandbox")
        if name not in declared("", *(extra for place, extra in EXTRAS.items() if file.startswith(place)))
    }
    assert not stray


def test_tests_import_only_what_is_declared() -> None:
    allowed = declared("", "ocr", "postgres", "test") | {"packaging", "grimp"}  # pytest's and import-linter's own
    stray = {f"{name} in {file}" for name, file in imported("tests") if name not in allowed}
    assert stray == {"telebot in tests/foreign_bots/telebot_bot.py"}  # a program of its own, with a lock of its own


def test_benches_import_only_what_is_declared() -> None:
    allowed = declared("", "ocr", "postgres", "test")
    assert not {f"{name} in {file}" for name, file in imported("bench") if name not in allowed}


def test_what_is_declared_is_used() -> None:
    seen = {name for name, _ in imported("backend_client", "bot", "locales", "sandbox", "tests", "bench")}
    assert declared(*ALL) - seen == set(UNSEEN)


def test_what_ships_needs_no_test_to_be_declared() -> None:
    seen = {name for name, _ in imported("backend_client", "bot", "locales", "sandbox")}
    assert declared("", "ocr", "postgres") - seen == {"tzdata", "rapidocr", "aiosqlite"}


PINNED = re.compile(r"([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)")


def pins(file: str) -> dict[str, set[str]]:
    """Name -> versions (more than one where a marker chooses)."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / file).read_text("utf-8").splitlines():
        if match := PINNED.match(line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


FILES = {
    "requirements.txt": [""],
    "requirements-ocr.txt": ["", "ocr"],
    "requirements-test.txt": ["", "ocr", "postgres", "test"],
    "requirements-dev.txt": [*ALL],
}


@pytest.mark.parametrize("file", FILES)
def test_the_pinned_file_follows_the_project(file: str) -> None:
    held = pins(file)
    lines = [*PROJECT["dependencies"]]
    for extra in filter(None, FILES[file]):
        lines += PROJECT["optional-dependencies"][extra]
    wanted = [Requirement(line) for line in lines]
    late = [str(one) for one in wanted if one.name != "medrelay"
            and not any(one.specifier.contains(v) for v in held.get(canonicalize_name(one.name), ()))]  # fmt: skip
    assert not late, "make lock"


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_hashes_and_no_address(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    for block in re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)):
        assert re.match(PINNED, block), block
        assert "--hash=sha256:" in block
    assert not re.search(r"://|file:|--(extra-)?index|--find-links| @ |(^|\s)/\w", text)


def test_the_smaller_files_are_parts_of_the_largest() -> None:
    every = pins("requirements-dev.txt")
    for file in ("requirements.txt", "requirements-ocr.txt", "requirements-test.txt"):
        assert {name: every.get(name) for name in pins(file)} == pins(file)
