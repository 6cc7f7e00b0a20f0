"""Pages in English: people, houses and drugs in Latin letters, and which listed drug an English generic name is.

A generic name in English often leaves out the salt and the release that a Chinese one has: where the list knows more
than is printed, the drug is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.photo.formulary import Drug, Formulary
from bot.photo.match import UNKNOWN, Matched
from bot.photo.strength import amounts, find
from bot.photo.vocabulary import LATIN

_FORMS: Final = frozenset(LATIN["forms"])
_RELEASES: Final = frozenset(LATIN["releases"])
_SALTS: Final = {salt: salts[0] for salts in LATIN["salts"] for salt in salts}
# Made for the bowel only, whatever is printed (their monographs in Ph. Eur. and USP know no plain tablet or capsule)
_ENTERIC: Final = re.compile("(?:es)?omeprazole|(?:dex)?lansoprazole|pantoprazole|rabeprazole|mesala[sz]ine|duloxetine")
_SLOW_RE: Final = re.compile(r"缓释|控释|肠溶|双释放")
_WORDS_RE: Final = re.compile(r"[A-Za-z][A-Za-z'-]*|/|\+|\d+[A-Z]?")
_NAME_RE: Final = re.compile(r"[A-Za-z][A-Za-z-]{2,}(?:\s?[/+]\s?[A-Za-z][A-Za-z-]{2,}|\s[A-Za-z][A-Za-z-]+\.?)*")
_INDEX: Final = r"(?:[\[(]?\d{1,2}[\]).:]?\s+|[\[(]?\d{1,2}[\]).]\s*|[-*•]\s*)"
_COUNT: Final = r"\d{1,2}\s?(?:[x×]|(?:box(?:es)?|packs?)(?:\sof)?)\s+"  # 2 x Metformin
_LEAD_RE: Final = re.compile(rf"\s*(?:{_INDEX}?{_COUNT}|{_INDEX})?(?:(?:Tab|Cap|Inj|Syr)s?\.?\s+)?", re.IGNORECASE)
_PERSON_RE: Final = re.compile(r"(?:(?:Mrs?|Ms|Miss|Dr)\.?\s+)?([A-Z][A-Za-z'.-]*(?:,?\s[A-Z][A-Za-z'.-]*){1,3})")
_BEFORE_A_LABEL_RE: Final = re.compile(r"\s[A-Z][A-Za-z'.-]*$")
_GOES_ON_RE: Final = re.compile(r"\s?(?:[A-Za-z]+\.?\s?)?[:/]")
_SHOP_RE: Final = re.compile(r"(?:[A-Z][\w'&.-]*\s){1,4}(?:Pharmacy|Chemists?|Drug\s?[Ss]tore)")
HOUSE_RE: Final = re.compile(
    r"(?<![A-Z])[A-Z][A-Za-z'.&-]*(?:\s(?:[A-Z][A-Za-z'.&-]*|of|the|and|&|for|at|de)){0,7}\s"
    r"(?:Hospital|Clinic|(?:Medical|Health) Cent(?:er|re)|Medical Practice|Surgery|Polyclinic|Infirmary)"
    r"|Hospital of(?:\s[A-Za-z'.&-]+){1,6}"
)
_PLACE_RE: Final = re.compile(  # of a house: Hospital, Suzhou; Hospital Hangzhou at the end of its line
    r",\s?(?:[A-Z][a-z]+)(?:\s[A-Z][a-z]+)?(?=\s*$|\s{2})|\s[A-Z][a-z]+(?=\s*$|\s{2})"
)
_NO_PLACE_RE: Final = re.compile(
    r"Outpatient|Inpatient|Prescription|Department|Pharmacy|Discharge|Medication|Order|Emergency|Form|Tel|Address|Invoice"
    r"|Bill|Receipt|List|Summary|Record|Report|Page|Copy"
)
_PEOPLE: Final = ("patient", "doctor", "pharmacist")
_LATIN: Final = 0.18  # share of Chinese characters below which a page is in English


def in_english(texts: Iterable[str]) -> bool:
    """Whether the letters of a page are Latin ones."""
    letters = [c for text in texts for c in text if c.isalpha()]
    return bool(letters) and sum("\u4e00" <= c <= "\u9fff" for c in letters) < _LATIN * len(letters)


def in_latin(key: str, text: str) -> re.Match[str] | None:
    """The value of a field in Latin letters (the last group, where there is one): a hospital, or a person at the
    beginning, of two words at least, each with a capital."""
    if key == "hospital":
        return house(text)
    m = _PERSON_RE.match(text, len(text) - len(text.lstrip(" :."))) if key in _PEOPLE else None
    last = _BEFORE_A_LABEL_RE.search(m[0]) if m else None
    if m and last and _GOES_ON_RE.match(text, m.end()):  # SHANG HIU TONG Sex/Age:
        return _PERSON_RE.match(text, m.start(), m.start() + last.start())
    return m


def house(text: str) -> re.Match[str] | None:
    """The name of a hospital or a clinic, with the town behind it."""
    m = HOUSE_RE.search(text)
    place = _PLACE_RE.match(text, m.end()) if m else None
    if m is None or place is None or _NO_PLACE_RE.search(place[0]):
        return m
    return re.compile(r".*").match(text, m.start(), place.end())


def shop(text: str) -> re.Match[str] | None:
    """A chemist's that stands by itself in a line."""
    return _SHOP_RE.fullmatch(text)


def drug_in(text: str, listed: Formulary, until: int) -> tuple[int, int] | None:
    """Where the name of a drug stands in the first ``until`` characters of a row's rest: of a listed one, or words that
    an amount follows, in the next column too."""
    lead = _LEAD_RE.match(text, 0, until)
    m = _NAME_RE.match(text, lead.end() if lead else 0, until)
    if m is None or not _substance(m[0]):
        return None
    known = any(_substance(m[0]) == _substance(d.english) for d in listed.drugs if d.english)
    amount = next(iter(find(text[m.end() :])), None)
    followed = amount is not None and not text[m.end() : m.end() + amount.run].strip(" ,(:-")
    return m.span() if known or (followed and not _is_direction(m[0])) else None


def match_english(printed: str, strength: str, listed: Formulary, pack: int | None) -> Matched:
    """The one drug of this substance and strength; exact only where neither salt nor release is left open."""
    want = amounts(strength)
    salt, slow = _salt(printed), _slow(printed)
    same = [d for d in listed.drugs if d.english and _substance(d.english) == _substance(printed)]
    open_salt = not salt and len({_salt(d.english) for d in same}) > 1  # metoprolol is one product or the other
    some = [d for d in same if d.amounts == want]
    some = [d for d in some if not slow or _is_slow(d)]
    some = [d for d in some if not salt or not _salt(d.english) or _salt(d.english) == salt]
    if not want or not some or len({d.folded for d in some}) > 1:
        return UNKNOWN
    packed = [d for d in some if d.pack == pack]
    one = (packed or some)[0]
    settled = (
        (_is_slow(one) == slow or _only_enteric(one))
        and not open_salt
        and salt in ("", _salt(one.english))
        and (len(some) == 1 or len(packed) == 1)
    )
    return Matched("exact" if settled else "ask", one.code, one.name, 100.0, 100.0)


def _words(name: str) -> list[str]:
    return [w.casefold().rstrip(".") for w in _WORDS_RE.findall(name.replace("extended release", "extended-release"))]


def _substance(name: str) -> frozenset[str]:
    """The words of a name that are neither salt, form nor release."""
    return frozenset(w for w in _words(name) if w not in _FORMS | _RELEASES | {"/", "+", "and"} and w not in _SALTS)


def _salt(name: str) -> str:
    return next((_SALTS[w] for w in _words(name) if w in _SALTS), "")


def _slow(name: str) -> bool:
    return any(w in _RELEASES for w in _words(name))


def _is_slow(drug: Drug) -> bool:
    return _SLOW_RE.search(drug.name) is not None


def _only_enteric(drug: Drug) -> bool:
    return "肠溶" in drug.name and any(map(_ENTERIC.fullmatch, _substance(drug.english)))


def _is_direction(name: str) -> bool:
    return any(w in LATIN["directions"] for w in _words(name))


def same_person(wanted: str, printed: str) -> bool:
    """One name in Latin letters, whichever of its words stands first."""
    return _parts(wanted) == _parts(printed) != []


def _parts(name: str) -> Sequence[str]:
    return sorted(re.findall(r"[a-z]+", name.casefold()))
