"""Promises and threats are held against the tests: each line has one, and each named test is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, codes, links, table

PAGES = {"promises": (ROOT / "docs" / "promises.md", 4, 2), "threats": (ROOT / "THREATS.md", 3, 2)}


def there(name: str) -> bool:
    file, _, test = name.partition("::")
    path: Path = ROOT / file
    return path.is_file() and bool(re.search(rf"^(async )?def {test}\(", path.read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("mark", PAGES)
def test_each_line_has_a_test_and_each_test_is_there(mark: str) -> None:
    page, cells, tests = PAGES[mark]
    rows = table(page, mark)
    assert len(rows) > 20
    for row in rows:
        assert len(row) == cells, row
        assert all(row), row
        named = [code for code in codes(row[tests]) if "::" in code]
        assert named, row[0]
        assert [name for name in named if not there(name)] == [], row[0]


def test_the_readme_leads_to_both() -> None:
    assert {"docs/promises.md", "THREATS.md"} <= set(links(ROOT / "README.md"))


def test_each_kind_of_trial_has_its_line() -> None:
    page = ROOT / "docs" / "promises.md"
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py")) if path != Path(__file__)]
    kinds = {kind for text in texts for kind in re.findall(r"pytest\.mark\.trial\(\s*\"([^\"]+)\"", text)}
    rows = table(page, "trials")
    assert {row[0] for row in rows} == kinds
    assert [code for row in rows for code in codes(row[2]) if not (ROOT / code).exists()] == []
