"""The flows keep the engine's rules: permanent keys, no clock, no chance, nothing awaited but the flow's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialog.lint import check_files, check_source

FLOWS = sorted((Path(__file__).parents[2] / "bot" / "flows").glob("*.py"))


@pytest.mark.parametrize("file", FLOWS, ids=lambda file: file.stem)
def test_a_flow_keeps_the_rules(file: Path) -> None:
    assert check_files([file]) == []


def test_a_flow_that_breaks_a_rule_is_found() -> None:
    source = FLOWS[0].read_text("utf-8") + "\n\nimport random\n"
    assert [finding.line for finding in check_source(source)] == [len(source.splitlines())]
