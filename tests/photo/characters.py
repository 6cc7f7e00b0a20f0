"""Prints the characters that the drawn prescriptions can show, one line, for cutting the fonts they are drawn with."""

from __future__ import annotations

import string
import sys
from pathlib import Path

_HERE = Path(__file__).parent
_DRAWN = ("contents.py", "drawing*.py", "layouts.py", "test_marks.py", "test_pictures*.py")
_READER = Path(__file__).parents[2] / "bot/photo"


def characters() -> str:
    """Every printable ASCII character, its full-width twin, and every other one in what is drawn, the drugs and the
    words that stand on prescriptions."""
    drawn = (path for name in _DRAWN for path in sorted(_HERE.glob(name)))
    sources = (*drawn, _READER / "sample_formulary.csv", _READER / "vocabulary.toml")
    text = "".join(path.read_text("utf-8") for path in sources)
    narrow = string.printable[:95]
    wide = {chr(ord(letter) + 0xFEE0) for letter in narrow[:94]}
    return "".join(sorted(set(narrow) | wide | {letter for letter in text if letter > "\x7f"}))


if __name__ == "__main__":
    sys.stdout.write(characters())
