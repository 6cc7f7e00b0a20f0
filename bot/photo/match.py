"""Which drug of the formulary a printed line is: exact, to be asked, or unknown. Never a silent substitution.

Wrong is worse than unknown: a name one character away from a listed drug may be another drug that is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from bot.photo.formulary import Drug, Formulary
from bot.photo.names import Parts, edits, fold, narrow, stem_of, take_apart
from bot.photo.reading import Match
from bot.photo.strength import amounts

MARGIN: Final = 10.0  # points of 100 that the best must be ahead of the runner-up
MIN_CORE: Final = 4  # shorter names are too near to each other to be guessed at
SURE: Final = 0.80  # confidence a character must have where a sibling drug differs only there


@dataclass(frozen=True, slots=True)
class Matched:
    """``code`` and ``known`` are empty for ``unknown``; ``score`` and ``margin`` are points of 100."""

    match: Match
    code: str = ""
    known: str = ""
    score: float = 0.0
    margin: float = 0.0


UNKNOWN: Final = Matched("unknown")
NO_BRANDS: Final = "工皿川丨"  # how Ⅰ and Ⅲ are misread: a mark, and nobody knows which
_BRACKET = re.compile(rf"\(((?![{NO_BRANDS}]\))[^()]*)\)")


def split_brand(text: str) -> tuple[str, str]:
    """苯磺酸氨氯地平片(络活喜) -> (name, brand); a mark such as (Ⅱ) or (30R) stays with the name."""
    text = narrow(text).strip()
    brand = ""
    if m := re.fullmatch(r"([^()]+)\(([^()]+\([^()]*\))\)", text):
        return m[2].strip(), m[1].strip()  # 伲福达(硝苯地平缓释片(Ⅱ))
    for inner in _BRACKET.findall(text):
        if not re.fullmatch(r"[IVX]{1,4}|\d{1,2}R?|.{1,3}型", inner.strip()) and re.search(r"[\u4e00-\u9fff]", inner):
            text, brand = text.replace(f"({inner})", ""), brand or inner.strip()
    return text.strip(), brand


def match(
    name: str,
    strength: str,
    listed: Formulary,
    *,
    brand: str = "",
    pack: int | None = None,
    history: Collection[str] = (),
    sure: float = 1.0,
) -> Matched:
    """Find the drug. ``sure`` is the lowest confidence of a character of the name, ``history`` the codes had before."""
    plain, inner = split_brand(name)
    brand = fold(brand or inner)
    folded = fold(plain)
    want = amounts(strength)
    candidates = _by_name(folded, listed)
    if candidates and brand and _contradicts(brand, candidates, listed):
        return UNKNOWN
    by_brand = [d for d in listed.drugs if d.folded_brand and d.folded_brand in (folded, brand)]
    if not candidates and not _looks_generic(folded):
        candidates = by_brand
    if candidates:
        return _chosen(candidates, want, pack, sure, listed)
    if len(folded) < 2 or not want:
        return UNKNOWN
    return _fuzzy(folded, want, listed, {d.code for d in by_brand}, history)


def _by_name(folded: str, listed: Formulary) -> list[Drug]:
    full = [d for d in listed.drugs if d.folded == folded]
    if full:
        return full
    printed = take_apart(folded)
    return [d for d in listed.drugs if _same_core(printed, d.parts)]


def _same_core(printed: Parts, known: Parts) -> bool:
    """Equal core and form; a salt or Roman mark may be left out in print, never differ."""
    if printed.core != known.core:
        return False
    for left, right in ((printed.salt, known.salt), (printed.cation, known.cation)):
        if left and right and left != right:
            return False
    if printed.form and printed.form != known.form:
        return False
    return printed.mark == known.mark or (not printed.mark and not re.search(r"\d", known.mark))


def _looks_generic(folded: str) -> bool:
    return bool(take_apart(folded).form)


def _contradicts(brand: str, candidates: list[Drug], listed: Formulary) -> bool:
    """The brand in print is the brand of another drug of the list, or its name."""
    owners = [d for d in listed.drugs if brand in (d.folded_brand, d.folded, d.parts.core)]
    return bool(owners) and not any(o.parts.core == c.parts.core for o in owners for c in candidates)


def _chosen(
    candidates: list[Drug], want: tuple[object, ...], pack: int | None, sure: float, listed: Formulary
) -> Matched:
    fitting = [d for d in candidates if d.amounts == want] if want else candidates
    if not fitting or len({d.folded for d in fitting}) > 1:
        return UNKNOWN  # another strength is another product; two drugs of one name cannot be told apart
    packed = [d for d in fitting if d.pack == pack]
    one = (packed or fitting)[0]
    settled = bool(want) and (len(fitting) == 1 or len(packed) == 1)
    if sure < SURE and _has_sibling(one, listed):
        settled = False
    return Matched("exact" if settled else "ask", one.code, one.name, 100.0, 100.0)


def _has_sibling(drug: Drug, listed: Formulary) -> bool:
    """Another drug of the same strength whose name differs in one character only."""
    return any(
        d.parts.core != drug.parts.core and d.amounts == drug.amounts and edits(d.parts.core, drug.parts.core, 1) == 1
        for d in listed.drugs
    )


def _fuzzy(
    folded: str, want: tuple[object, ...], listed: Formulary, branded: set[str], history: Collection[str]
) -> Matched:
    scored = sorted(((_score(folded, d), i, d) for i, d in enumerate(listed.drugs)), key=lambda s: (-s[0], s[1]))
    if not scored:
        return UNKNOWN
    best, _, drug = scored[0]
    second = next((s for s, _, d in scored[1:] if d.folded != drug.folded), 0.0)
    if best - second < MARGIN or drug.amounts != want:
        return UNKNOWN
    if branded and drug.code not in branded:
        return UNKNOWN
    short_ok = drug.code in history or drug.code in branded
    if not _near(folded, drug, listed, MIN_CORE - 1 if short_ok else MIN_CORE):
        return UNKNOWN
    return Matched("ask", drug.code, drug.name, best, best - second)


def _score(folded: str, drug: Drug) -> float:
    """The likeness of the nearest way to print the drug; 0 for less than half, which never counts."""
    best = 0.0
    printed = frozenset(folded)
    if len(printed & drug.letters) < 0.4 * len(printed):
        return best
    for v in drug.variants:
        longest = max(len(v), len(folded))
        alike = min(sum(c in printed for c in v), len(folded))
        if alike * 2 > longest and 100.0 * alike / longest > best:
            best = max(best, 100.0 * (1 - edits(folded, v, longest // 2) / longest))
    return best


def _near(folded: str, drug: Drug, listed: Formulary, shortest: int) -> bool:
    """One character apart, and not where the drug is told from its family, nor in a digit, nor at a boundary."""
    if len(drug.parts.core) < shortest or re.findall(r"\d+", folded) != re.findall(r"\d+", drug.folded):
        return False
    if _another_product(take_apart(folded), drug.parts):
        return False
    return any(_harmless(folded, v, drug.parts, listed) for v in drug.variants)


def _another_product(printed: Parts, known: Parts) -> bool:
    """The printed name is whole in itself: another known salt, or another known form, is not a misreading."""
    if printed.form and printed.form != known.form and printed.core == known.core:
        return True
    return bool(printed.salt and printed.salt != known.salt and printed.core == known.core)


def _harmless(folded: str, variant: str, parts: Parts, listed: Formulary) -> bool:
    at = _only_difference(folded, variant)
    if at is None:
        return False
    start = variant.find(parts.core)
    end = start + len(parts.core)
    same_length = len(folded) == len(variant)
    if at < start:
        return same_length  # within the salt
    if at >= end:
        release = re.match(r"缓释|控释|肠溶|软|分散|吸入", parts.form)
        told = end + len(parts.cation)  # a release word's first character tells one product from another
        return same_length and at > told and not (release and at < told + 1)
    stem = stem_of(parts.core, listed.stems)
    told_apart = len(parts.core) - len(stem) if stem else 1
    return same_length and at - start >= max(told_apart, 1)


def _only_difference(a: str, b: str) -> int | None:
    """The place in ``b`` of the one substituted, missing or added character; None when there are more."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return None
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if len(a) == len(b):
        return at if a[at + 1 :] == b[at + 1 :] else None
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return min(at, len(b) - 1) if longer[at + 1 :] == shorter[at:] else None
