"""A drug's strength as somebody writes it: what is one, and one that stands behind a name. Knows no drug; pure."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final

from bot import dosing
from bot.dialog import Now, Wrong, figures
from bot.dosing import Amount, Line

LONGEST: Final = 40  # letters
_MUCH: Final = r"(?:0\.\d*[1-9]\d*|[1-9]\d*(?:\.\d+)?)"  # never nothing, nor a number that lost its point (025)
_UNIT: Final = r"(?:万?(?:单位|iu|units?|u)|mg|g|[μµu]g|mcg|ml|毫克|克|微克|毫升|%)"
_IN_ONE: Final = rf"{_MUCH} ?{_UNIT}(?![a-z])"
_EACH: Final = rf"(?:{_IN_ONE}|ml|毫升|[片粒丸袋支吸喷滴贴揿枚包])"
_STRENGTH: Final = rf"{_IN_ONE}(?: ?[:/+,、] ?{_EACH})*"
_AMOUNT_RE: Final = re.compile(rf"(?P<much>{_MUCH}) ?(?P<unit>{_UNIT})(?![a-z])", re.IGNORECASE)
_STRENGTH_RE: Final = re.compile(_STRENGTH, re.IGNORECASE)
_NAMED_RE: Final = re.compile(rf"(?P<name>.*?[^\d\W_].*?) ?(?<![A-Za-z\d.,])(?P<strength>{_STRENGTH})", re.IGNORECASE)


def typed(text: str, now: Now) -> str | Wrong:
    """How much is in one, and nothing else: 0.5g, 3ml:300单位, 80mg/12.5mg, 0.1%; Wrong("strength_only") for a dose."""
    words = " ".join(figures.plain(text).split())
    whole = _STRENGTH_RE.fullmatch(words) and not figures.loose(words)
    return words if whole and len(words) <= LONGEST else Wrong("strength_only")


def same(one: str, other: str) -> bool:
    """Whether both say the same of one piece, in whatever units and order: 500mg is 0.5g. Of nothing known: True."""
    return not one or not other or _amounts(one) == _amounts(other)


def _amounts(text: str) -> list[tuple[str, str]] | str:
    """Each amount in milligrams, or as it is counted; the words themselves where there is none."""
    plain = unicodedata.normalize("NFKC", text).lower()
    found = [_amount(m["much"], m["unit"]) for m in _AMOUNT_RE.finditer(plain)]
    return sorted((format(value.normalize(), "f"), unit) for value, unit in found) or "".join(plain.split())


def _amount(much: str, unit: str) -> tuple[Decimal, str]:
    value, counted = dosing.amount_in(Amount(much, unit.removeprefix("万")))
    return value * (10_000 if unit.startswith("万") else 1), counted


def behind(name: str) -> tuple[str, str]:
    """A drug's name without the strength that is written behind it, and that: 二甲双胍 0.5g; "" where there is none."""
    found = _NAMED_RE.fullmatch(unicodedata.normalize("NFKC", name).strip())
    return (found["name"].strip(), found["strength"]) if found else (name, "")


def known(line: Line, doctor: str) -> bool:
    """Whether it is written, or this doctor (role id) says that it has none (R17); nobody else's word counts."""
    return bool(line.strength) or (doctor != "" and line.proof.none_by == doctor)
