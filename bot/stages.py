"""The one table of an order's stages: all that the house knows of a stage stands in its row.

The stages and the ways between them are the hospital contract's ("The order's stages"). What the hospital says wins:
the ways guard only what WE ask for, and a stage that stands in no row is shown as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.model import OrderStage, Stage

SENDING = ""  # committed here, not yet known to the hospital

Consult = Literal["", "waiting", "open", "written", "after"]
Review = Literal["dropped", "waiting", "returned", "passed"]


@dataclass(frozen=True, slots=True)
class StageFacts:
    """``comes_from``: the stages it may be reached from. ``holder``: who has it now, a word of locales.

    ``consult``: waiting for a doctor, open (he can write a prescription), written (he still hears the person),
    after: he answers her questions until some days after delivery (bot/ops/hearing.py).
    ``review``: what the pharmacist's card says; of a stage where nobody can know whether it was passed, "dropped".
    ``hands``: who gave the parcel, who holds it now, and by what it was proved (R9).
    """

    comes_from: tuple[OrderStage, ...]
    holder: str
    ends: bool = False
    cancellable: bool = False
    consult: Consult = ""
    review: Review = "dropped"
    paid: bool = False
    code_shown: bool = False
    hands: tuple[str, str, str] | None = None

    @property
    def delivered(self) -> bool:
        """The parcel has left the hands of whoever carried it."""
        return self.hands is not None and self.hands[1].startswith("resident")

    @property
    def stopped(self) -> bool:
        """It ended, and nobody gets what was on its way."""
        return self.ends and not self.delivered


_BEFORE_PACKING = ("submitted", "received", "in-consult", "prescribed", "returned", "passed", "quoted", "paid")
_ON_THE_ROAD = ("packed", "on-the-way", "arrived", "with-ambassador", "ready-at-window", "handed-over")

STAGES: Mapping[str, StageFacts] = {
    SENDING: StageFacts((), "us"),
    "submitted": StageFacts((SENDING,), "doctors", cancellable=True, consult="waiting"),
    "received": StageFacts(("submitted", "in-consult", "returned"), "doctors", cancellable=True, consult="waiting"),
    "in-consult": StageFacts(("submitted", "received"), "doctor", cancellable=True, consult="open", review="returned"),
    "not-suitable": StageFacts(("in-consult",), "nobody", ends=True),
    "prescribed": StageFacts(
        ("in-consult", "returned"), "pharmacist", cancellable=True, consult="written", review="waiting"
    ),
    "returned": StageFacts(
        ("prescribed", "passed", "quoted", "paid"), "doctor", cancellable=True, consult="open", review="returned"
    ),
    "passed": StageFacts(("prescribed",), "insurer", cancellable=True, consult="after", review="passed"),
    "quoted": StageFacts(("passed",), "payer", cancellable=True, consult="after", review="passed"),
    "paid": StageFacts(("quoted",), "sorter", cancellable=True, consult="after", review="passed", paid=True),
    "packed": StageFacts(
        ("paid", "problem"),
        "sorter",
        consult="after",
        review="passed",
        paid=True,
        code_shown=True,
        hands=("pharmacy", "sorter", "scan"),
    ),
    "on-the-way": StageFacts(
        ("packed",),
        "courier",
        consult="after",
        review="passed",
        paid=True,
        code_shown=True,
        hands=("sorter", "courier", "scan"),
    ),
    "arrived": StageFacts(  # where nobody saw it leave, the courier holds it
        ("on-the-way",),
        "courier",
        consult="after",
        review="passed",
        paid=True,
        code_shown=True,
        hands=("sorter", "courier", "scan"),
    ),
    "with-ambassador": StageFacts(
        ("arrived", "problem"),
        "ambassador",
        consult="after",
        review="passed",
        paid=True,
        code_shown=True,
        hands=("courier", "ambassador", "count+code"),
    ),
    "ready-at-window": StageFacts(
        ("packed",),
        "window",
        consult="after",
        review="passed",
        paid=True,
        code_shown=True,
        hands=("sorter", "window", "scan"),
    ),
    "handed-over": StageFacts(
        ("with-ambassador", "arrived", "ready-at-window", "problem"),
        "resident",
        consult="after",
        review="passed",
        paid=True,
        hands=("ambassador", "resident", "code"),
    ),
    "confirmed": StageFacts(
        ("handed-over",),
        "nobody",
        ends=True,
        consult="after",
        review="passed",
        paid=True,
        hands=("ambassador", "resident-confirmed", "scan"),
    ),
    "cancelled": StageFacts((*_BEFORE_PACKING, "problem"), "nobody", ends=True),
    "problem": StageFacts(_ON_THE_ROAD, "hospital", consult="after"),
    "failed": StageFacts((*_BEFORE_PACKING, *_ON_THE_ROAD, "problem"), "nobody", ends=True),
}

FINAL = frozenset(stage for stage, facts in STAGES.items() if facts.ends)
LIVE = tuple(stage for stage, facts in STAGES.items() if not facts.ends)
HEARD = tuple(stage for stage, facts in STAGES.items() if facts.consult in ("open", "written"))  # a consult lasts
AFTER = tuple(stage for stage, facts in STAGES.items() if facts.consult == "after")
_UNKNOWN = StageFacts((), "hospital")


def facts_of(stage: str) -> StageFacts:
    """Of a stage that we do not know only that the hospital has it."""
    return STAGES.get(stage, _UNKNOWN)


__all__ = ["AFTER", "FINAL", "HEARD", "LIVE", "SENDING", "STAGES", "Review", "Stage", "StageFacts", "facts_of"]
