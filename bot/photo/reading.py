"""What a prescription photo says. The hand-filled form and the machine reader fill the same fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Match = Literal["exact", "ask", "unknown"]


@dataclass(frozen=True, slots=True)
class Box:
    """Where a field stands in the upright picture, in pixels from the top left corner."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Field:
    """One value as read; ``confidence`` is 0..1, 1.0 where a person typed it."""

    value: str
    confidence: float = 1.0
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class ReadDrug:
    """One drug line. ``code`` is the formulary code for ``exact`` and ``ask``, empty for ``unknown``: never a guess.

    ``name`` is what is printed; ``known`` is the formulary's name of ``code``, to be shown as "is it X?".
    """

    name: Field
    strength: Field
    pack: int | None  # units in a box
    boxes: int | None
    match: Match
    code: str = ""
    sig: str = ""
    brand: str = ""
    known: str = ""
    line: Box | None = None  # all of its print; in pixels of the clean picture
    pen: bool = False  # a pen wrote on it or beside it, or struck a part of it out
    controlled: bool = False  # R7: narcotic or psychotropic, by the formulary or by the catalogue of names


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole photo. ``accepted`` = everything needed was read; ``missing`` names what was not.

    ``reason`` is empty when accepted, else one of bot.photo.reasons: why it could not be read.
    Readable is not orderable: age and controlled drugs are separate findings (bot.photo.findings).
    """

    accepted: bool
    reason: str = ""
    date: Field | None = None  # ISO day
    patient: Field | None = None
    hospital: Field | None = None
    department: Field | None = None
    diagnosis: Field | None = None
    doctor: Field | None = None
    pharmacist: Field | None = None
    number: Field | None = None
    amount_fen: int | None = None
    drugs: tuple[ReadDrug, ...] = ()
    read_by: Literal["hand", "machine"] = "hand"
    missing: tuple[str, ...] = ()  # of reasons.NEEDED; boxes where the page is cut off beside them
    amount: Field | None = None  # yuan as printed, the field of amount_fen
    sex: Field | None = None
    age: Field | None = None
    found: tuple[str, ...] = ()  # which of the asked-for names stand in the picture
    by_hand: tuple[Box, ...] = ()  # lines that a hand wrote among the drugs; in pixels of the clean picture
    layout: str = ""  # table, list or english: by which it is counted how often a person corrects it
    unseen: int = 0  # pages of a PDF that were not looked at
    controlled_mark: bool = False  # the form itself is of the controlled kind (R7)
