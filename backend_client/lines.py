"""A drug of an order, from the paper or the record to the signature and the slip: one type all the way (ADR 29).

What is not known is empty, never a default of any list (R17). No FHIR here, and nothing but the language: flows see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Amount:
    """So much of a unit: ``value`` is a decimal as text ("0.5", never a float), ``unit`` as it is written."""

    value: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """``times`` doses in ``every`` units of ``unit`` (h, d, wk; FHIR Timing.repeat). 0 times: not said.

    ``when``: FHIR event codes (MORN, NOON, EVE, NIGHT, HS, AC, C, PC), or FAST: on an empty stomach.
    ``as_needed``: only when it is needed.
    """

    times: int = 0
    every: int = 1
    unit: str = "d"
    when: tuple[str, ...] = ()
    as_needed: bool = False


#: A prescription's short hand.
SHORT: Mapping[str, Schedule] = {
    "qd": Schedule(1),
    "bid": Schedule(2),
    "tid": Schedule(3),
    "qid": Schedule(4),
    "qn": Schedule(1, when=("NIGHT",)),
    "qod": Schedule(1, 2),
    "qw": Schedule(1, 1, "wk"),
    "biw": Schedule(2, 1, "wk"),
    "tiw": Schedule(3, 1, "wk"),
    "q4h": Schedule(1, 4, "h"),
    "q6h": Schedule(1, 6, "h"),
    "q8h": Schedule(1, 8, "h"),
    "q12h": Schedule(1, 12, "h"),
    "prn": Schedule(as_needed=True),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a line stands, so that nothing reaches a doctor or a signature that stands nowhere (R2, R17).

    ``kind``: "page" of the photos, "record" of the hospital, "typed" by the person beside a photo, "doctor" (only he
    wrote it), "photo" (to be read there), "" = nowhere. ``boxes``: what stands there, 0 = not read.
    """

    kind: str = ""
    page: int = 0  # from 1; 0 = not known on which
    place: str = ""  # the drug on that page, as the reader numbers them
    dispense: str = ""  # MedicationDispense/<id> or MedicationRequest/<id>
    day: str = ""  # of that
    boxes: int = 0
    dose_by: str = ""  # who entered how it is taken: the doctor's role id; "" = it stands where the line stands
    typed_by: str = field(default="", repr=False)  # "person", where she typed name and strength herself
    pack: int = 0  # units in a box there, where the listed box holds another number; 0 = the same, or not read
    none_by: str = ""  # who says that it has no strength: the doctor's role id; "" = nobody does

    @property
    def there(self) -> Proof:
        """Where it stands, without the doctor's word of dose and strength."""
        return replace(self, dose_by="", none_by="")


@dataclass(frozen=True, slots=True)
class Line:
    """A drug asked for, given or prescribed. ``code`` is empty where it is not in the formulary.

    ``sig`` is how it is taken, as it stands there; ``dose``, ``schedule`` and ``route`` say the same in parts, and are
    empty where the words were not understood as a whole. ``pack``: units in a box, ``unit``: what these are.
    """

    code: str = ""
    name: str = field(default="", repr=False)  # as on the prescription
    strength: str = field(default="", repr=False)
    boxes: int = 0  # 0 = not known
    sig: str = field(default="", repr=False)
    days: int = 0  # expected supply duration; 0 = not known
    pack: int = 0
    unit: str = ""
    dose: Amount = Amount()
    schedule: Schedule = Schedule()
    route: str = ""  # oral, subcutaneous, inhaled, sublingual, buccal, nasal, topical, or the hospital's word
    given: Amount = Amount()  # what was handed out, where that is not counted in boxes
    proof: Proof = Proof()

    @property
    def new(self) -> bool:
        """Only the doctor wrote it, it stands on no paper and in no record: for her to accept (R2)."""
        return self.proof.kind == "doctor"


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the pharmacist says of a prescribed line that the hospital's list has no price for (Task price-line).

    ``status``: open, priced or refused. With a ``code`` it stands in the list after all, at the list's price.
    """

    line: int = 0  # of the prescription, from 1
    status: str = "open"
    code: str = ""
    price: int = 0  # fen a box; 0 = the list's
    covered: bool = False  # whether the insurance covers it, as entered
    reason: str = field(default="", repr=False)  # why it cannot be had, in the pharmacist's words
    until: int = 0  # UTC ms by which it is to be answered
    id: str = ""  # of the Task
