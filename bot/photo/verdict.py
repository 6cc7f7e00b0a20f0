"""Is everything needed there? Says what is missing; why it is missing is asked of why.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.photo.block import nothing_of
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
    if not drugs.drugs or any(not _named(d) for d in drugs.drugs):
        out.append("drug")
    if drugs.short or drugs.lost:
        out.append("lines")
    if any(d.name.value and not _strong(d) for d in drugs.drugs):
        out.append("strength")
    if not page.foot and not drugs.ended:
        out.append("foot")
    return tuple(out)


_OF_THE_PAPER: Final = frozenset(("hospital", "patient", "date", "foot"))  # a leaflet has none of them, and no count
_OF_LINES: Final = frozenset(("drug", "strength"))


def asked(reading: Reading, listed: Formulary) -> Reading:
    """The reading of a good picture, accepted with less. Whose the paper is, of which day, and who wrote it, a person
    can say; nobody need sign a paper whose lower edge is in the picture: one of these may lack, or house and person of
    a paper that counts its boxes. Of a line that was not read whole she says what it is, where at least as many others
    name a listed drug. The same reading where more is missing, or a line is lost.
    """
    lacks = set(reading.missing)
    said = lacks & _OF_THE_PAPER
    few = len(said) < 2 or (said == {"hospital", "patient"} and any(d.boxes for d in reading.drugs))
    if not lacks or lacks - _OF_THE_PAPER - _OF_LINES or not few or not (lacks == said or _mostly_listed(reading)):
        return reading
    drugs = tuple(_as_far_as_sure(d, listed) for d in reading.drugs)
    nobody = dict.fromkeys(said - {"foot"})
    return replace(reading, accepted=True, reason="", missing=(), drugs=drugs, **nobody)


def _mostly_listed(reading: Reading) -> bool:
    known = sum(bool(d.code) for d in reading.drugs)
    return 0 < len(reading.drugs) <= 2 * known


def _as_far_as_sure(drug: ReadDrug, listed: Formulary) -> ReadDrug:
    """Without a name that may be another, or a strength that may be; where none is printed, the list may have only
    one."""
    if not _named(drug):
        return nothing_of(drug)
    if _strong(drug) or (drug.strength.box is None and _one_strength(drug, listed)):
        return drug
    return replace(drug, match="unknown", code="", known="", strength=Field("", 0.0, drug.strength.box))


def _strong(drug: ReadDrug) -> bool:
    return _sure(drug.strength, SURE_KNOWN if drug.match == "exact" else SURE_STRENGTH)


def _one_strength(drug: ReadDrug, listed: Formulary) -> bool:
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
