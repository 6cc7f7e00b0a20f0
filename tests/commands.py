"""Commands of ``medrelay`` as their user meets them."""

from __future__ import annotations

import pytest

from bot.__main__ import main


def told_in_one_line(capsys: pytest.CaptureFixture[str], words: list[str]) -> str:
    """The one sentence of a command that could not do its work."""
    try:
        status = main(words)
    except SystemExit as ended:
        status = ended.code
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert said.err.count("\n") == 1, said.err
    return said.err
