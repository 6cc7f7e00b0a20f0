"""Chinese characters: which they are, and traditional ones as the simplified ones of prescriptions and our lists."""

from __future__ import annotations

from pathlib import Path
from typing import Final

HAN: Final = r"\u3400-\u4dbf\u4e00-\u9fff"  # all of them, within the brackets of a pattern
PAIRS: Final = tuple(Path(__file__).with_name("traditional.txt").read_text(encoding="utf-8").split())
SIMPLIFIED: Final = {ord(pair[0]): pair[1] for pair in PAIRS}
