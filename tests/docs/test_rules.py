"""Every rule cited by number is defined, the glossary names what there is, and nothing points outside the repo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, codes, table
from tests.docs.test_links import defined, written_by_tutorials

RULES = ROOT / "docs" / "reference" / "rules.md"
GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
PARTS = ("bot", "backend_client", "locales", "sandbox", "bench", "tests", "docs", "changes")
CITED = re.compile(r"(?<![\"'])\b[RG][1-9]\d?\b(?![.\d])")  # in quotes it is an order or a code
NAMED = re.compile(r"\b(?:(?:bot|backend_client|locales|sandbox|bench|tests|docs)/)?[\w/.-]*\w\.md\b")
PATH = re.compile(r"\b(?:bot|backend_client|locales|sandbox|bench|tests|docs)/[\w/-]+\.(?:py|toml|md)\b")
DEFINED = {row[0] for mark in ("rules", "habits") for row in table(RULES, mark)}


def texts() -> Iterator[tuple[Path, str]]:
    """All that we write: code, tests and pages."""
    yield ROOT / "README.md", (ROOT / "README.md").read_text("utf-8")
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*")):
            if path.suffix in (".py", ".md", ".toml") and path != Path(__file__):
                yield path, path.read_text("utf-8")


def undefined(text: str) -> set[str]:
    """Numbers that are cited and stand in no table."""
    return set(CITED.findall(text)) - DEFINED


def strangers(text: str) -> set[str]:
    """Pages and files that are named and are not in the repo."""
    pages = {name for name in NAMED.findall(text) if not any(ROOT.glob(name)) and not known(Path(name).name)}
    files = {name for name in PATH.findall(text) if not (ROOT / name).exists() and name not in written()}
    return pages | files


def written() -> set[str]:
    """Files that a page or a test makes in a copy of the house."""
    return written_by_tutorials() | {
        "bot/flows/new_one.py", "bot/helpers.py", "sandbox/helpers.py", "locales/ko.toml",
        "locales/xx/red-flags.toml", "locales/xx/specialties.toml",
    }  # fmt: skip


def known(name: str) -> bool:
    return name in NAMES


NAMES = {path.name for part in PARTS for path in (ROOT / part).rglob("*.md")} | {"README.md", "CHANGELOG.md"}


def test_no_rule_is_cited_that_is_not_defined() -> None:
    found = {str(path.relative_to(ROOT)): lost for path, text in texts() if (lost := undefined(text))}
    assert found == {}


def test_nothing_points_outside_the_repo() -> None:
    found = {str(path.relative_to(ROOT)): lost for path, text in texts() if (lost := strangers(text))}
    assert found == {}


@pytest.mark.parametrize("said", ["(R19)", "see G11 and R4", "R99: no such"])
def test_an_undefined_number_is_found(said: str) -> None:
    assert undefined(said)


@pytest.mark.parametrize("said", ["as in other-design.md", "bot/nowhere.py says so", "docs/reference/laws.md"])
def test_a_page_that_is_not_here_is_found(said: str) -> None:
    assert strangers(said)


def test_each_rule_stands_once_and_in_order() -> None:
    for mark, letter in (("rules", "R"), ("habits", "G")):
        told = [row[0] for row in table(RULES, mark)]
        assert told == [f"{letter}{number}" for number in range(1, len(told) + 1)]


WORDS = table(GLOSSARY, "words")


def test_the_glossary_has_about_twenty_words_each_once() -> None:
    told = [row[0] for row in WORDS]
    assert len(told) == len(set(told))
    assert 20 <= len(told) <= 26


@pytest.mark.parametrize("row", WORDS, ids=lambda row: row[0])
def test_a_word_is_short_and_its_name_is_in_that_file(row: list[str]) -> None:
    assert 1 <= len(re.findall(r"[.!?](?:\s|$)", row[1])) <= 3, "one or two sentences"
    name, file = codes(row[2])
    assert name in defined(ROOT / file)
