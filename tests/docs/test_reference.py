"""The pages that are made of the code are what the code says now."""

from __future__ import annotations

import pytest

from tests.docs import reference


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_made_of_the_code_is_fresh(name: str) -> None:
    assert (reference.DOCS / name).read_text("utf-8") == reference.PAGES[name](), (
        f"docs/{name} is stale: run `python -m tests.docs.reference` and commit what it wrote"
    )


def test_a_changed_page_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(reference.PAGES, "reference/errors.md", lambda: "something else\n")
    assert "reference/errors.md" in [*reference.stale()]
