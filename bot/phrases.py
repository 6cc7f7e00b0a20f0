"""Words that several flows share: drug lines, the order card's contents, the menu. Flows do not import each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot import dosing
from bot.dialog import FLOWS, Option
from bot.dosing import Line
from bot.moves import BATCH_STAGES, BY_WATCHER
from bot.roles import ROLES
from bot.stages import STAGES, facts_of
from bot.views import OrderView

#: Codes of the hospital that have words of ours; any other one is shown as it came and never looked up.
BATCHES = frozenset(BATCH_STAGES)
REASONS = frozenset(
    {"first-visit", "needs-examination", "acute", "wrong-department", "other"}
    | {"dose", "interaction", "quantity", "wrong-drug", "illegible", "given-back", BY_WATCHER}
)
SEXES = frozenset({"male", "female", "unknown"})
PROOFS = frozenset({"page", "record", "typed", "doctor", "photo", "nowhere"})
LEFT = frozenset({"0-2", "3-7", "more"})

Told = str | tuple[str, dict[str, Any]]  # a value of a sentence: a sentence of ours, or somebody else's words

#: Kinds of exceptions that have words; any other is told as "something".
INCIDENTS = frozenset({"arrival", "told", "result", "timer", "command", "post", "unread", "kept", "sum", "other"})

BOXES = ("1", "2", "3", "4", "6")  # how many boxes are offered at one tap


def menu(roles: Sequence[str]) -> list[Option]:
    """What flows declare for it, in their order; staff see their own work before the resident's."""
    starts = [flow.start for flow in FLOWS.values() if flow.start is not None and flow.start.menu]
    entries = sorted(starts, key=lambda start: start.menu)
    return [
        Option(start.action, action=start.action) for role in (*roles, "") for start in entries if start.role == role
    ]


def stage_words(stage: str) -> Told:
    return (f"stage.{stage or 'sending'}", {}) if stage in STAGES else stage


def batch_words(stage: str) -> Told:
    return (f"batch.{stage}", {}) if stage in BATCHES else stage


def reason_words(reason: str) -> Told:
    """Why an order was stopped or returned: in our words where we have some, else in the hospital's own."""
    return (f"reason.{reason}", {}) if reason in REASONS else reason


def sex_words(sex: str) -> Told:
    return (f"sex.{sex or 'unknown'}", {}) if (sex or "unknown") in SEXES else sex


def left_words(days_left: str) -> Told:
    return (f"refill.left.{days_left}", {}) if days_left in LEFT else days_left


def incident_words(kind: str) -> Told:
    return (f"incident.kind.{kind}", {}) if kind in INCIDENTS else ("incident.kind.other", {})


def role_words(role: str) -> Told:
    return (f"role.{role}", {}) if role in ROLES else role


def drug_label(line: Line) -> str:
    """Name and strength, as on a box."""
    return f"{line.name} {line.strength}".strip()


def line_words(lines: Sequence[Line]) -> list[tuple[str, dict[str, Any]]]:
    """Drug lines as sentences: name, strength, boxes, how to take."""
    return [("drug.line", _line_words(line)) for line in lines]


def proved_words(lines: Sequence[Line], asked: Sequence[Line] = ()) -> list[tuple[str, dict[str, Any]]]:
    """The same for doctor and pharmacist: where each line stands, what of it does not, and what the doctor changed."""
    return [("drug.proved", {**_line_words(line), "mark": _mark(line), "was": _was(line, asked)}) for line in lines]


def _line_words(line: Line) -> dict[str, Any]:
    return {"name": line.name, "strength": line.strength, "boxes": line.boxes, "sig": dosing.taken(line)}


def _mark(line: Line) -> Told:
    stands = line.proof.boxes if line.proof.boxes != line.boxes else 0
    no_dose = not dosing.tells_dose(line)
    return (f"drug.mark.{_proof(line)}", {"stands": stands, "unread": not line.proof.boxes, "no_dose": no_dose})


def _proof(line: Line) -> str:
    return line.proof.kind if line.proof.kind in PROOFS else "nowhere"


def _was(line: Line, asked: Sequence[Line]) -> Told:
    """What the doctor changed: "" where nothing, or where he alone wrote the line."""
    before = next((old for old in asked if replace(old.proof, dose_by="") == replace(line.proof, dose_by="")), None)
    if before is None or line.proof.kind in ("", "doctor", "photo"):
        return ""
    same = (before.code, before.name, before.strength, before.boxes, before.sig)
    if same == (line.code, line.name, line.strength, line.boxes, line.sig):
        return ""
    return ("drug.was", _line_words(before))


def card_words(order: OrderView, *, own: bool) -> dict[str, Any]:
    """What an order card says. The pick-up code only to the resident; no drugs: it may be read over a shoulder."""
    parcel = order.snapshot.parcel
    code = parcel.code if parcel and own and facts_of(order.stage).code_shown else ""
    return {
        "order": order.no,
        "stage": stage_words(order.stage),
        "holder": (f"holder.{order.holder}", {}),
        "deadline": order.deadline,
        "since": order.since,
        "name": order.snapshot.patient.name,
        "code": code,
        "label": order.label if code else "",
        "pending": bool(order.pending),
        "live": order.holder != "nobody",
    }


def card_buttons(order: OrderView, *, own: bool) -> list[Option]:
    if order.stage == "handed-over" and own:
        return [Option("received", action=f"received:{order.no}")]
    return [Option("cancel", action=f"cancel:{order.no}")] if facts_of(order.stage).cancellable else []
