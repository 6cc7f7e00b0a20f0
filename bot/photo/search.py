"""Finding a drug by typing: its name, its brand, its English name, or its pinyin initials."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from bot.photo.formulary import Drug, Formulary
from bot.photo.names import fold


def search(typed: str, listed: Formulary, limit: int = 8) -> tuple[Drug, ...]:
    """The drugs that ``typed`` may mean, best first, at most ``limit``; empty for an empty or unknown text."""
    query = fold(typed)
    if not query:
        return ()
    ranked = [(rank, i, d) for i, d in enumerate(listed.drugs) if (rank := _rank(query, d)) is not None]
    return tuple(d for _, _, d in sorted(ranked, key=lambda r: r[:2])[:limit])


def prepare(listed: Formulary) -> None:
    """Spell every name once, at the start: the first search would otherwise take a second."""
    for drug in listed.drugs:
        for name in (drug.folded, drug.parts.core, drug.folded_brand):
            initials(name)


def _rank(query: str, drug: Drug) -> int | None:
    names = (drug.folded, drug.parts.core, drug.folded_brand)
    if query in names:
        return 0
    if any(n.startswith(query) for n in names if n):
        return 1
    if any(query in n for n in names if n):
        return 2
    if not query.isascii():
        return None
    letters = query.upper()
    if any(letters in initials(n) for n in names if n):
        return 1
    if any(i.startswith(letters) for n in names if n for i in initials(n)):
        return 2
    english = fold(drug.english)
    if english.startswith(letters):
        return 1
    long_enough = len(letters) >= 3
    inside = any(letters in i for n in names if n for i in initials(n)) or letters in english
    return 3 if long_enough and inside else None


@lru_cache(maxsize=20_000)
def initials(name: str) -> frozenset[str]:
    """All spellings of a name by the first letters of its pinyin (a character may have several readings)."""
    from pypinyin import Style, pinyin  # a table of 2 MB, loaded with the first search

    letters: list[set[str]] = []
    for char in name:
        if "\u4e00" <= char <= "\u9fff":
            readings = pinyin(char, style=Style.FIRST_LETTER, heteronym=True)[0]
            letters.append({r[0].upper() for r in readings if r and r[0].isascii()})
        elif char.isalnum():
            letters.append({char.upper()})
    return frozenset("".join(p) for p in _capped(letters))


def _capped(letters: list[set[str]]) -> list[tuple[str, ...]]:
    """Every combination, unless there would be too many: then each character's first reading only."""
    total = 1
    for some in letters:
        total *= max(len(some), 1)
    if total > 64:
        letters = [{min(some)} if some else set() for some in letters]
    return list(product(*(sorted(s) for s in letters if s)))
