"""`medrelay check` says how updates come, and whether they do."""

from __future__ import annotations

import pytest

from bot.checked import updates
from bot.messenger.port import Hook

OURS, THEIRS = "https://clinic.example/hook", "https://wang.example/hook"


@pytest.mark.parametrize(
    ("url", "stands", "mark", "says"),
    [
        ("", Hook("", 0, 0), "ok", "fetched"),
        ("", Hook(THEIRS, 0, 0), "WRONG", "stop whatever else runs with this token"),
        (OURS, Hook(THEIRS, 0, 0), "WRONG", "stop whatever else runs with this token"),
        (OURS, Hook("", 4, 0), "note", "the next start"),
        (OURS, Hook(OURS, 4, 0), "ok", "delivered, 4 wait"),
        (OURS, Hook(OURS, 0, 1_795_000_000), "ok", "delivered, 0 wait"),
        (OURS, Hook(OURS, 4, 1_795_000_000), "WRONG", "4 wait, and a delivery failed"),
    ],
)
def test_the_line_about_updates(url: str, stands: Hook, mark: str, says: str) -> None:
    line = updates(url, stands)
    assert (line.mark, says in line.told) == (mark, True), line
    assert "example" not in str(line)
