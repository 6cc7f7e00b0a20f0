"""Prints the characters that the seeds can show, one line, for cutting the fonts of the paper prescriptions."""

from __future__ import annotations

import string
import sys
from pathlib import Path

_SOURCES = ("city.toml", "residents.toml", "neighbours.toml", "formulary.csv", "people.py", "paper.py")


def characters() -> str:
    """Every printable ASCII character and every other one in the data and on the form."""
    here = Path(__file__).parent
    text = "".join((here / name).read_text("utf-8") for name in _SOURCES)
    return "".join(sorted(set(string.printable[:95]) | {letter for letter in text if letter > "\x7f"}))


if __name__ == "__main__":
    sys.stdout.write(characters())
