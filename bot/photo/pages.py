"""Several photos of one prescription read as one: the head on one page, the foot on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.photo import reasons
from bot.photo.reading import Field, Reading


def together(pages: Sequence[Reading]) -> Reading:
    """One reading of all pages, drugs in the order of the pages. Raises ValueError without a page.

    A page that must not be used stops all, and so does one with a head that names another patient, or none.

    Fields are the first page's that has them, unless two pages name two patients or two days: then neither is taken.
    """
    if not pages:
        raise ValueError("no page to read: give at least one reading")
    first = pages[0]
    if len(pages) == 1:
        return first
    stopped = next((p.reason for p in pages if p.reason in reasons.STOPS), "")
    if strangers(pages):
        stopped = stopped or reasons.TWO_PEOPLE
    drugs = tuple(d for p in pages for d in p.drugs)
    missing = _missing(pages)
    reason = "" if not missing else next((p.reason for p in pages if set(p.missing) & set(missing) and p.reason), "")
    return replace(
        first,
        accepted=not missing and not stopped,
        reason=stopped or reason,
        missing=missing,
        drugs=drugs,
        date=_one([p.date for p in pages], strict=True),
        patient=None if strangers(pages) else _one([p.patient for p in pages], strict=True),
        hospital=_one([p.hospital for p in pages]),
        department=_one([p.department for p in pages]),
        diagnosis=_one([p.diagnosis for p in pages]),
        doctor=_one([p.doctor for p in pages]),
        pharmacist=_one([p.pharmacist for p in pages]),
        number=_one([p.number for p in pages]),
        amount=_one([p.amount for p in pages]),
        amount_fen=next((p.amount_fen for p in pages if p.amount_fen is not None), None),
        sex=_one([p.sex for p in pages]),
        age=_one([p.age for p in pages]),
        by_hand=tuple(b for p in pages for b in p.by_hand),
        found=tuple(dict.fromkeys(n for p in pages for n in p.found)),
        controlled_mark=any(p.controlled_mark for p in pages),
    )


def strangers(pages: Sequence[Reading]) -> tuple[int, ...]:
    """Which pages are not of the patient of the others: each page that has a head must name the same person.

    Who was looked for and found is the patient; else whom the first page names.
    """
    headed = [n for n, p in enumerate(pages) if p.patient or (p.hospital and p.date)]
    owner = next((pages[n].found for n in headed if pages[n].found), ())
    if owner:
        return tuple(n for n in headed if not set(pages[n].found) & set(owner))
    names = [(n, named.value) for n in headed if (named := pages[n].patient)]
    return tuple(n for n, name in names if name != names[0][1])


def _one(fields: Sequence[Field | None], *, strict: bool = False) -> Field | None:
    there = [f for f in fields if f is not None]
    if strict and len({f.value for f in there}) > 1:
        return None
    return there[0] if there else None


def _missing(pages: Sequence[Reading]) -> tuple[str, ...]:
    """What no page has; of the drugs, what any page with drugs lacks."""
    on_all = set(pages[0].missing).intersection(*(p.missing for p in pages))
    lacking = {m for p in pages if p.drugs for m in p.missing if m in ("drug", "strength", "boxes")}
    if not any(p.drugs for p in pages):
        lacking.add("drug")
    if strangers(pages):
        lacking.add("patient")
    for name, fields in (("patient", [p.patient for p in pages]), ("date", [p.date for p in pages])):
        if len({f.value for f in fields if f}) > 1:
            lacking.add(name)
    order = ("hospital", "patient", "date", "drug", "lines", "strength", "boxes", "foot")
    return tuple(m for m in order if m in lacking or (m in on_all and m not in ("drug", "strength", "boxes")))
