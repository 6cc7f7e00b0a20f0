"""Traditional characters as the simplified ones that printed prescriptions and our lists of words are written in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PAIRS: Final = tuple(Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").split())
SIMPLIFIED: Final = {ord(pair[0]): pair[1] for pair in PAIRS}
