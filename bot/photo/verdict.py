"""Is everything needed there? Says what is missing; why it is missing is asked of why.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.photo.drugs import Drugs
from bot.photo.fields import Page
from bot.photo.formulary import Formulary
from bot.photo.reading import Field, ReadDrug, Reading

# The least confidence of a character with which a needed field counts as read; measured in bench/photo.py.
SURE_PATIENT: Final = 0.75
SURE_DATE: Final = 0.5
SURE_HOSPITAL: Final = 0.4
SURE_NAME: Final = 0.65  # of a drug that matched nothing; a known name needs no more proof
SURE_GUESS: Final = 0.2  # of a drug that the person will be asked about
SURE_STRENGTH: Final = 0.5
SURE_OF_POOR: Final = 0.95  # of everything in a picture that is too dark, too small, blurred or burnt out
SURE_KNOWN: Final = 0.4  # of a strength that the listed drug has


def missing(page: Page, drugs: Drugs) -> tuple[str, ...]:
    """The needed things (reasons.NEEDED) that cannot be read, in the order of the page."""
    out: list[str] = []
    if not _sure(page.hospital, SURE_HOSPITAL):
        out.append("hospital")
    if not _sure(page.patient, SURE_PATIENT):
        out.append("patient")
    if not _sure(page.date, SURE_DATE) and not page.ask_day:
        out.append("date")
    if not drugs.drugs or drugs.stray or any(not _named(d) for d in drugs.drugs):
        out.append("drug")
    if drugs.short:
        out.append("lines")
    if not all(map(_strong, drugs.drugs)):
        out.append("strength")
    if not page.foot and not drugs.ended:
        out.append("foot")
    return tuple(out)


_SAID: Final = frozenset(("hospital", "patient", "date", "foot"))  # of a leaflet none is there, and no count


def asked(reading: Reading, listed: Formulary) -> Reading:
    """The reading of a good picture, accepted with less. Whose the paper is, of which day, and who wrote it, a person
    can say; nobody need sign a paper whose lower edge is in the picture: one of these may lack, or house and person of
    a paper that counts its boxes. A strength that is not printed beside a count is asked, where the list has the drug
    in one only. The same reading where more is missing, or something else.
    """
    lacks = set(reading.missing) - {"strength"}
    few = len(lacks) < 2 or (lacks == {"hospital", "patient"} and any(d.boxes for d in reading.drugs))
    if not reading.missing or lacks - _SAID or not few:
        return reading
    if not all(_strong(d) or (d.strength.box is None and _one_strength(d, listed)) for d in reading.drugs):
        return reading
    nobody = dict.fromkeys(lacks - {"foot"})
    return replace(reading, accepted=True, reason="", missing=(), **nobody)


def _strong(drug: ReadDrug) -> bool:
    return _sure(drug.strength, SURE_KNOWN if drug.match == "exact" else SURE_STRENGTH)


def _one_strength(drug: ReadDrug, listed: Formulary) -> bool:
    """Where neither strength nor count is read, something may lie on both."""
    if drug.boxes is None:
        return False
    known = listed.by_code(drug.code) if drug.code else None
    return known is not None and len({d.amounts for d in listed.drugs if d.folded == known.folded}) == 1


def _sure(field: Field | None, least: float) -> bool:
    return field is not None and bool(field.value) and field.confidence >= least


def _named(drug: ReadDrug) -> bool:
    return drug.match == "exact" or _sure(drug.name, SURE_NAME if drug.match == "unknown" else SURE_GUESS)


def doubtful(reading: Reading) -> tuple[str, ...]:
    """What is in the least doubt, of a reading that is otherwise complete: asked when the picture itself is poor."""
    out = [n for n in ("hospital", "patient", "date") if not _sure(getattr(reading, n), SURE_OF_POOR)]
    if any(d.match == "ask" or not _sure(d.name, SURE_OF_POOR - 0.3 * (d.match == "exact")) for d in reading.drugs):
        out.append("drug")
    if any(not _sure(d.strength, SURE_OF_POOR) for d in reading.drugs):
        out.append("strength")
    return tuple(out)
