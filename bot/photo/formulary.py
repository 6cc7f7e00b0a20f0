"""The hospital's drug list as plain rows, prepared once for matching. Knows nothing of prices or stock."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.photo.names import Parts, fold, stems_of, take_apart
from bot.photo.strength import Amounts, amounts


@dataclass(frozen=True, slots=True)
class Drug:
    """One row of the list. ``controlled`` = narcotic or psychotropic (R7)."""

    code: str
    name: str
    strength: str
    pack: int
    brand: str
    english: str
    controlled: bool
    parts: Parts
    amounts: Amounts
    folded: str
    folded_brand: str
    variants: tuple[str, ...]  # how it may be printed: with and without its salt, with and without its mark
    letters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Formulary:
    """The drugs in the hospital's order, and the endings that whole families of names share."""

    drugs: tuple[Drug, ...]
    stems: frozenset[str]

    def by_code(self, code: str) -> Drug | None:
        return next((d for d in self.drugs if d.code == code), None)


def formulary(rows: Iterable[Mapping[str, Any]]) -> Formulary:
    """Rows with code, name_zh, strength, and if known name_en, pack, brand, controlled (yes/no).

    Raises ValueError naming the row when code or name_zh is empty.
    """
    drugs = tuple(_drug(i, row) for i, row in enumerate(rows, start=1))
    return Formulary(drugs, stems_of(d.parts.core for d in drugs))


def read_csv(path: Path) -> Formulary:
    """A formulary from a UTF-8 CSV file with a header line."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return formulary(list(csv.DictReader(file)))


def _drug(number: int, row: Mapping[str, Any]) -> Drug:
    def text(key: str) -> str:
        return str(row.get(key) or "").strip()

    code, name = text("code"), text("name_zh")
    if not code or not name:
        raise ValueError(f"formulary row {number} has no code or no name_zh: give both")
    return _taken_apart(
        code,
        name,
        text("strength"),
        text("pack"),
        text("brand"),
        text("name_en"),
        text("controlled").lower() in ("yes", "true", "1", "y", "是"),
    )


@lru_cache(10_000)
def _taken_apart(code: str, name: str, strength: str, pack: str, brand: str, english: str, controlled: bool) -> Drug:
    """Most drugs of a new list stood in the last one."""
    parts, folded = take_apart(name), fold(name)
    bare, plain = parts.core + parts.cation + parts.form, parts.core + parts.form
    variants = (folded, parts.salt + bare, bare, parts.salt + plain, plain)
    return Drug(
        code=code,
        name=name,
        strength=strength,
        pack=int(pack) if pack.isdigit() else 0,
        brand=brand,
        english=english,
        controlled=controlled,
        parts=parts,
        amounts=amounts(strength),
        folded=folded,
        folded_brand=fold(brand),
        variants=tuple(dict.fromkeys(variants)),
        letters=frozenset(folded),
    )
