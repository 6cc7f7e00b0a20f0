"""Prints the characters that these pictures can show, one line, for cutting the two fonts they are drawn with."""

from __future__ import annotations

import string
import sys
from pathlib import Path

from tests.photo.unseen.paper import to_traditional

_HERE = Path(__file__).parent
_MORE = (_HERE.parent / "contents.py", _HERE.parents[2] / "bot/photo/sample_formulary.csv")


def characters() -> str:
    """Every printable ASCII character, and every other one that is drawn, in its traditional form, too."""
    text = "".join(path.read_text("utf-8") for path in (*sorted(_HERE.glob("*.py")), *_MORE))
    drawn = {letter for letter in text if letter > "\x7f"}
    return "".join(sorted(set(string.printable[:95]) | drawn | {to_traditional(letter) for letter in drawn}))


if __name__ == "__main__":
    sys.stdout.write(characters())
