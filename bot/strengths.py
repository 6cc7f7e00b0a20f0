"""A drug's strength as somebody writes it: what is one, and one that stands behind a name. Knows no drug; pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from bot.dialog import Now, Wrong, figures

LONGEST: Final = 40  # letters
_MUCH: Final = r"(?:0\.\d*[1-9]\d*|[1-9]\d*(?:\.\d+)?)"  # never nothing, nor a number that lost its point (025)
_IN_ONE: Final = rf"{_MUCH} ?(?:万?(?:单位|iu|units?|u)|mg|g|[μµu]g|mcg|ml|毫克|克|微克|毫升|%)(?![a-z])"
_EACH: Final = rf"(?:{_IN_ONE}|ml|毫升|[片粒丸袋支吸喷滴贴揿枚包])"
_STRENGTH: Final = rf"{_IN_ONE}(?: ?[:/+,、] ?{_EACH})*"
_STRENGTH_RE: Final = re.compile(_STRENGTH, re.IGNORECASE)
_NAMED_RE: Final = re.compile(rf"(?P<name>.*?[^\d\W_].*?) ?(?<![A-Za-z\d.,])(?P<strength>{_STRENGTH})", re.IGNORECASE)


def typed(text: str, now: Now) -> str | Wrong:
    """How much is in one, and nothing else: 0.5g, 3ml:300单位, 80mg/12.5mg, 0.1%; Wrong("strength_only") for a dose."""
    words = " ".join(figures.plain(text).split())
    whole = _STRENGTH_RE.fullmatch(words) and not figures.loose(words)
    return words if whole and len(words) <= LONGEST else Wrong("strength_only")


def behind(name: str) -> tuple[str, str]:
    """A drug's name without the strength that is written behind it, and that: 二甲双胍 0.5g; "" where there is none."""
    found = _NAMED_RE.fullmatch(unicodedata.normalize("NFKC", name).strip())
    return (found["name"].strip(), found["strength"]) if found else (name, "")
