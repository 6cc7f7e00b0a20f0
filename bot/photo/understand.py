"""Words of a page to what it says. Pure: no pixels, no clock; the drug list and the day are passed in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.photo.block import penned
from bot.photo.cells import in_order
from bot.photo.columns import columns_of
from bot.photo.controlled import is_controlled_form
from bot.photo.dates import find_dates
from bot.photo.drugs import Drugs, page_drugs
from bot.photo.fields import Page, fen, page_fields
from bot.photo.formulary import Formulary
from bot.photo.hands import amounts, around, beside, between, box, counted, larger, short, struck
from bot.photo.labels import labelled, menu, ranked
from bot.photo.latin import in_english, same_person
from bot.photo.names import edits
from bot.photo.people import settled, unlabelled
from bot.photo.reading import Box, Field, Reading
from bot.photo.rows import Row, rows
from bot.photo.sheets import cause
from bot.photo.tables import given_now, on_boxes
from bot.photo.verdict import missing
from bot.photo.words import Word

_WEAK: Final = 3  # rank of a label that need not be the patient's
_EARLIER_RE: Final = re.compile("往次|历次")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the picture where a count should stand and no box was found; ``h`` is the height of the line."""

    x: float
    y: float
    h: float
    slope: float


@dataclass(frozen=True, slots=True)
class Area:
    """The right half of the drug lines, in pixels of the picture; ``slope`` is that of the writing."""

    left: float
    top: float
    right: float
    bottom: float
    slope: float


@dataclass(frozen=True, slots=True)
class Understood:
    """The reading as far as words tell it (``reason`` is still open), and what the judging of pixels needs."""

    reading: Reading
    labels: int
    future: bool
    spots: tuple[Spot, ...] = ()  # worth a second look
    area: Area | None = None  # worth one when counts are still lost
    cause: str = ""  # of reasons.STOPS: the reading must not be used
    numbers: tuple[tuple[Box, ...], ...] = ()  # of each drug: where its numbers stand, in pixels of the picture
    counts: tuple[tuple[Box, ...], ...] = ()  # ... and its shortest ones
    boxes: tuple[tuple[Box, ...], ...] = ()  # ... and those that may be its number of boxes, alone
    amounts: tuple[tuple[Box, ...], ...] = ()  # ... and all that stand apart from its name


def understand(
    words: Sequence[Word],
    today: date,
    listed: Formulary,
    *,
    history: Collection[str] = (),
    names: Sequence[str] = (),
) -> Understood:
    """Fields, drugs, what is missing, and which of ``names`` stand on the page."""
    printed, lines, page, drugs = _parsed(words, today, listed, history)
    if by_hand := between(words, lines, drugs.lines, page.feet):  # whatever can be made out of them is no print
        words = [w for w in words if w not in by_hand]
        printed, lines, page, drugs = _parsed(words, today, listed, history)
    written = beside(words, lines, drugs.lines) | larger(lines, drugs.lines)
    placed = [replace(d, line=around(lines, drugs.lines, n, page.feet)) for n, d in enumerate(drugs.drugs)]
    drugs = replace(drugs, drugs=tuple(penned(d) if n in written else d for n, d in enumerate(placed)))
    lacking = missing(page, drugs)
    stopped = cause(printed)
    reading = Reading(
        accepted=not lacking and not stopped,
        reason=stopped,
        date=page.date,
        patient=page.patient,
        hospital=page.hospital,
        department=page.department,
        diagnosis=page.diagnosis,
        doctor=page.doctor,
        pharmacist=page.pharmacist,
        number=page.number,
        amount=page.amount,
        amount_fen=fen(page.amount.value) if page.amount else None,
        sex=page.sex,
        age=page.age,
        drugs=drugs.drugs,
        read_by="machine",
        missing=lacking,
        by_hand=tuple(map(box, by_hand)),
        layout="english" if in_english(row.text for row in lines) else "table" if columns_of(lines)[0] else "list",
        found=tuple(n for n in names if _stands(n, lines, page.patient)),
        controlled_mark=any(is_controlled_form(w.text) for r in lines for w in r.words),
    )
    spots = tuple(_spot(lines[row], x) for row, x in drugs.gaps)
    area = _area(lines, drugs.rows) if drugs.rows and any(d.boxes is None for d in drugs.drugs) else None
    numbers = tuple(struck(lines, rows) for rows in drugs.lines)
    counts = tuple(short(lines, rows) for rows in drugs.lines)
    boxes = tuple(counted(lines, rows) for rows in drugs.lines)
    apart = tuple(amounts(lines, rows) for rows in drugs.lines)
    return Understood(reading, page.labels, page.future, spots, area, stopped, numbers, counts, boxes, apart)


def _parsed(
    words: Sequence[Word], today: date, listed: Formulary, history: Collection[str]
) -> tuple[list[Row], list[Row], Page, Drugs]:
    """The rows as they stand, in the order they are read in, and what they say."""
    aside = menu(words) | on_boxes(words, listed)
    printed = given_now(rows([w for w in words if w.conf >= 0.3 and w not in aside]))
    lines = in_order(printed, listed)
    page = page_fields(lines, today)
    page.patient = settled(page.patient, weak=page.ranks.get("patient") == _WEAK, rows=lines)
    if page.patient and page.pharmacist and page.pharmacist.value == page.patient.value:
        page.foot = False  # 配药人 of a register is no signature
    drugs = page_drugs(lines, page, listed, history)
    each = 1 < len(drugs.drugs) == len(unlabelled(lines))  # the label of a box names its patient, and nobody signs it
    lost = drugs.lost or _of_visits(lines, drugs.rows, page.ask_day)
    return printed, lines, page, replace(drugs, lost=lost, ended=drugs.ended or each)


def _of_visits(lines: Sequence[Row], held: Sequence[int], ask_day: bool) -> bool:
    """Whether the drugs are those of several visits, each with its day, as in a booklet: not all of them are meant."""
    among = [row.text for row in lines[min(held, default=0) : max(held, default=-1) + 2]]
    days = {day for text in among for *_, day in find_dates(text, labelled=False)}
    return (ask_day and len(days) > 1) or any(map(_EARLIER_RE.search, among))


def _spot(row: Row, x: float) -> Spot:
    near = min(row.words, key=lambda w: abs(w.x - x))
    return Spot(x, near.y + (x - near.x) * near.slope, near.h, near.slope)


def _area(lines: Sequence[Row], held: Sequence[int]) -> Area:
    """The right half of the page at the height of the drug lines, as far as any line reaches."""
    words = [w for i in held for w in lines[i].words]
    slope = sum(w.slope * w.w for w in words) / sum(w.w for w in words)
    right = max(w.right for line in lines for w in line.words)
    left = (min(w.left for w in words) + right) / 2
    ends = [(w.y + (x - w.x) * slope, w.h) for w in words for x in (left, right)]
    pad = 1.5 * max(h for _, h in ends)
    return Area(left, min(y for y, _ in ends) - pad, right + pad, max(y for y, _ in ends) + pad, slope)


def _stands(name: str, lines: Sequence[Row], patient: Field | None) -> bool:
    """Whether a person's name is on the page: looked for, not read.

    One misread character is forgiven in the patient's place, if it is unsure and the name has three or more.
    """
    wanted = re.sub(r"\s+", "", name)
    if len(wanted) < 2:
        return False
    if patient is not None:
        if wanted.isascii():
            return same_person(name, patient.value)
        forgiven = len(wanted) >= 3 and patient.confidence < 0.9 and edits(patient.value, wanted, 1) <= 1
        return patient.value == wanted or forgiven
    return any(_unclaimed(wanted, line) for line in lines)


def _unclaimed(wanted: str, line: Row) -> bool:
    """Whether the name stands in a line, and not after a label of somebody else."""
    m = re.search(r"\s*".join(map(re.escape, wanted)), line.text)
    if m is None:
        return False
    before = [mark.kind for mark in labelled(line) if mark.at < m.start()]
    return not before or ranked(before[-1])[0] == "patient"


_BOXED: Final = (
    "date", "patient", "hospital", "department", "diagnosis", "doctor", "pharmacist", "number", "amount", "sex", "age",
)  # fmt: skip


def scaled(reading: Reading, scale: float) -> Reading:
    """The same reading with its boxes in original pixels."""
    return _moved(reading, lambda b: Box(*(round(n * scale) for n in (b.x, b.y, b.w, b.h))))


def lowered(reading: Reading, top: int) -> Reading:
    """The same reading of a page that begins at ``top`` of a longer picture."""
    if not top:
        return reading

    def lower(b: Box) -> Box:
        return replace(b, y=b.y + top)

    drugs = tuple(replace(d, line=lower(d.line)) if d.line else d for d in reading.drugs)
    return replace(_moved(replace(reading, drugs=drugs), lower), by_hand=tuple(map(lower, reading.by_hand)))


def _moved(reading: Reading, to: Callable[[Box], Box]) -> Reading:
    def field(f: Field | None) -> Field | None:
        return replace(f, box=to(f.box)) if f and f.box else f

    drugs = tuple(
        replace(d, name=field(d.name) or d.name, strength=field(d.strength) or d.strength) for d in reading.drugs
    )
    return replace(reading, drugs=drugs, **{n: field(getattr(reading, n)) for n in _BOXED})
