"""A drug in a sentence of English: Propafenone 50mg, 100mg tid, supply 4 boxes of 50 tabs. Where it falls into parts,
and what each of them says; whatever is not known for certain tells how the drug is taken, and counts nothing."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from bot.photo.drugnames import SIG
from bot.photo.strength import AMOUNT, find, pack_in, tidy

_MARK_RE: Final = re.compile(r"(?:(?<!\d)\.|\s?[,;|]|\s-)\s+(?:(?<!\d[,;.]\s)|(?=[A-Za-z]))")
_HAN_RE: Final = re.compile(r"[\u4e00-\u9fff]")
_WORD_RE: Final = re.compile(r"[A-Za-z]{4}")
# A second amount right behind the first is a dose where it says how often, and no drug of two substances is named
_AMOUNT_RE: Final = re.compile(AMOUNT, re.IGNORECASE)
_OFTEN_RE: Final = re.compile(
    r"\s*(?:(?:po|orally|by mouth|once|twice|thrice|three times|at|in the|each|every|a|per)\s+)*"
    rf"(?:{SIG.pattern}|(?:night|morning|evening|day|nightly)(?![a-z]))",
    re.IGNORECASE,
)
_COMBINED_RE: Final = re.compile(r"[a-z]\s?[/+&]\s?[a-z]|(?<![a-z])(?:co-|and\s)", re.IGNORECASE)
_VERB: Final = r"(?:please\s)?(?:supply|supplied|dispensed?|disp|give|qty|quantity|issue)[.:]?\s*(?:of\s)?"
_BOXES: Final = r"(?:box(?:es)?|packs?|cartons?|bottles?)"
_PIECES: Final = r"(?:tablets?|tabs?|capsules?|caps?|pens?|vials?|sachets?|patch(?:es)?)"
_PIECES_RE: Final = re.compile(
    rf"\d{{1,4}}\s?{_PIECES}\.?\s*", re.IGNORECASE
)  # of one box, or of all: gathering.py tells
_COUNT_RE: Final = re.compile(
    rf"(?:{_VERB})?(?P<count>(?:[x×]\s?)?\d{{1,3}}\s?{_BOXES}(?:\s?\(\d{{1,3}}\s?(?:{_PIECES}|['’]?s)(?:\s?(?:/|per)\s?box)?\)|\sof\s\d{{1,3}}(?:\s?{_PIECES})?)?)\.?\s*"
    rf"|{_VERB}(?P<pieces>\d{{1,4}}\s?{_PIECES})\.?\s*",
    re.IGNORECASE,
)


def parts_of(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """The parts of a stretch with the kind of label that each could have; empty where it is no such sentence."""
    if _HAN_RE.search(text, start, end):
        return []
    edges = [(start, start), *_marks(text, start, end), (end, end)]
    parts = [_told(text, a[1], b[0], first=a[1] == start) for a, b in pairwise(edges) if text[a[1] : b[0]].strip()]
    if len(parts) < 2 or not any(kind for *_, kind in parts[1:]):
        return []
    # 50mg, bid: without a name before it an amount is a dose, unless the dose is told behind it
    named = _WORD_RE.search(text, start, parts[0][1]) is not None
    return parts if named or any(_doses(text, a, b) for a, b, _ in parts[1:]) else []


def _marks(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where parts end: not between the amounts of one strength."""
    out: list[tuple[int, int]] = []
    for m in _MARK_RE.finditer(text, start, end):
        amount = _AMOUNT_RE.match(text, m.end())
        last = text[out[-1][1] if out else start : m.start()]
        doubled = amount is not None and _AMOUNT_RE.search(last) is not None
        if not doubled or (_taken(text, amount) and not _COMBINED_RE.search(text, start, m.start())):
            out.append(m.span())
    return out


def _taken(text: str, amount: re.Match[str] | None) -> bool:
    return amount is not None and _OFTEN_RE.match(text, amount.end()) is not None


def _doses(text: str, start: int, end: int) -> bool:
    return any(_taken(text, amount) for amount in _AMOUNT_RE.finditer(text, start, end))


def _told(text: str, start: int, end: int, *, first: bool) -> tuple[int, int, str]:
    said = text[start:end]
    dose = _doses(text, start, end)
    if first:
        return start, end, "strength" if find(said) and not dose else ""
    if m := _COUNT_RE.fullmatch(text, start, end):
        return m.start(m.lastgroup or 0), end, "boxes"
    apart = (find(said) and not dose) or pack_in(tidy(said)) or _PIECES_RE.fullmatch(text, start, end)
    return start, end, "" if apart else "sig"
