"""Words that several flows share: drug lines, the order card's contents, the menu. Flows do not import each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import dosing
from bot.dialog import FLOWS, Option
from bot.dosing import Line, Pricing
from bot.forms import StaffView
from bot.model.names import named
from bot.moves import BATCH_STAGES, BY_PATIENT, BY_WATCHER, HELD, MOVES
from bot.roles import ROLES
from bot.stages import SENDING, STAGES
from bot.views import OrderView, PageView, SnapshotView

#: Codes of the hospital that have words of ours; any other one is shown as it came and never looked up.
BATCHES = frozenset({*BATCH_STAGES, "cancelled"})
REASONS = frozenset(
    {"first-visit", "needs-examination", "acute", "wrong-department", "other"}
    | {"missing", "damaged", "not-mine", "not-delivered"}
    | {"dose", "interaction", "quantity", "wrong-drug", "illegible", "given-back", BY_WATCHER, BY_PATIENT, HELD}
)
SEXES = frozenset({"male", "female", "unknown"})
CRITICAL = frozenset({"low", "high", "unable-to-assess"})
SEVERE = frozenset({"low", "moderate", "high"})
DOUBTS = frozenset({"other", "unnamed", "said", "typed"})
LEFT = frozenset({"0-2", "3-7", "more"})

Told = str | tuple[str, dict[str, Any]]  # a value of a sentence: a sentence of ours, or somebody else's words
Sentences = list[tuple[str, dict[str, Any]]]

#: Kinds of exceptions that have words; any other is told as "something".
INCIDENTS = frozenset(
    {"arrival", "told", "result", "timer", "command", "post", "unread", "kept", "record", "sum", "unanswered", "other"}
    | {"claim", "door", "floor", "guess", "guesses", "link", "list", "payment"}
    | {"price", "refused", "rights", "role", "role-ended", "settling", "unaccepted"}
    | {"applies", "joins", "nobody", "unseen", "visit", "halt", "return"}
    | {"call", "denied", "unconfirmed", "uncovered", "unsettled"}
    | {"parcel-missing", "parcel-damaged", "parcel-not-mine", "parcel-nobody", "parcel-problem"}
    | {"untaken", "idle", "unreviewed", "unpacked", "unleft", "unreceived", "late"}
)
#: Why an order waits longer than it should (bot/ops/waiting.py).
TROUBLES = frozenset({"late", "sum", "insurer", "claim", "hospital"})
PRICED_AT = MOVES["price"].legal_from
ACCEPTED_AT = MOVES["send-back"].legal_from  # where a new line may still be accepted, or asked about

COUNTS = {"0.5": "½", "1": "1", "1.5": "1½", "2": "2", "3": "3"}  # pieces in one dose -> what stands on the button
#: The turns of a question that may come again, each a part of its step's key for good; a flow takes as many as it needs
TURNS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip
BOXES = ("1", "2", "3", "4", "6")  # how many boxes are offered at one tap
UNITS = {"片": "tablet", "粒": "capsule", "丸": "pill", "袋": "sachet", "支": "vial", "吸": "puff", "喷": "spray",
         "滴": "drop", "贴": "patch"}  # fmt: skip


#: What an ambassador is offered where something of his ends: what waits for him now, each with its button.
ONWARD = (Option("today", action="today"),)
#: Whoever has ordered before looks it up, or orders anew.
ORDERS = (Option("where", action="where"), Option("need", action="need"))
#: Refused for want of a right to her: it was never given, has run out, or was taken back, here or at the hospital.
NO_RIGHT = ("no-mandate", "mandate-over", "mandate-ended")


def work(roles: Sequence[str]) -> Sentences:
    """What each of these roles adds to what everybody can do, for the help: the role, then its commands in order."""
    starts = [flow.start for flow in FLOWS.values() if flow.start is not None and flow.start.menu]
    found: Sentences = []
    for role in roles:
        own = sorted((one for one in starts if one.role == role and one.command), key=lambda one: one.menu)
        lines: Sentences = [
            ("help.line", {"command": one.command, "what": (f"action.{one.action}", {})}) for one in own
        ]
        found += [("help.as", {"role": role_words(role)}), *lines] if lines else []
    return found


def menu(roles: Sequence[str]) -> list[Option]:
    """What flows declare for it, in their order; staff see their own work before the resident's."""
    starts = [flow.start for flow in FLOWS.values() if flow.start is not None and flow.start.menu]
    entries = sorted(starts, key=lambda start: start.menu)
    return [
        Option(start.action, action=start.action) for role in (*roles, "") for start in entries if start.role == role
    ]


def menu_key(chat: int) -> str:
    """The one menu of a private chat."""
    return f"menu:{chat}"


def stage_words(stage: str) -> Told:
    return (f"stage.{stage or 'sending'}", {}) if stage in STAGES else stage


def batch_words(stage: str) -> Told:
    return (f"batch.{stage}", {}) if stage in BATCHES else stage


def reason_words(reason: str) -> Told:
    """Why an order was stopped or returned: in our words where we have some, else in the hospital's own."""
    return (f"reason.{reason}", {}) if reason in REASONS else written_words(reason)


def written_words(text: str) -> Told:
    """Somebody's own words at the hospital, in whatever language: said to be that; "" = there are none."""
    return ("reason.written", {"words": text}) if text else ""


def sex_words(sex: str) -> Told:
    return (f"sex.{sex or 'unknown'}", {}) if (sex or "unknown") in SEXES else sex


def left_words(days_left: str, recorded: bool = False) -> Told:
    """How long it lasts; ``recorded``: that was worked out from the hospital's record, and nobody was asked."""
    words: Told = (f"refill.left.{days_left}", {}) if days_left in LEFT else days_left
    return ("refill.recorded", {"days": words}) if recorded else words


def incident_words(kind: str) -> Told:
    return (f"incident.kind.{kind}", {}) if kind in INCIDENTS else ("incident.kind.other", {})


def incident_todo(kind: str, *, settles: bool) -> tuple[str, dict[str, Any]]:
    """What an operator does about it; ``settles``: what he presses then is [Settle it], not [Done]."""
    known = kind if kind in INCIDENTS else "other"
    return f"incident.todo.{known}", {"settles": settles}


LISTS = frozenset({"departments", "compounds", "areas", "drugs", "staff"})


def list_words(name: str) -> Told:
    return (f"list.{name}", {}) if name in LISTS else name


def role_words(role: str) -> Told:
    return (f"role.{role}", {}) if role in ROLES else role


def allergy_words(seen: SnapshotView) -> Told:
    """What the hospital knows of allergies; "not known" wherever no entry says anything."""
    found = seen.cautions.allergies
    if not found:
        return ("allergy.unknown" if found is None else "allergy.none", {})
    entries: Sentences = [
        ("allergy.entry", {"substance": one.substance, "criticality": _criticality(one.criticality)}) for one in found
    ]
    return ("allergy.some", {"entries": entries})


def whom_words(order: OrderView) -> tuple[str, dict[str, Any]]:
    """Of whom, and allergic to what: on each screen of an act about drugs."""
    seen = order.snapshot
    known = [one.substance for one in seen.cautions.allergies or ()]
    some = {"names": "; ".join(filter(None, known)), "unread": not all(known)}
    told = ("allergy.brief", some) if known else allergy_words(seen)
    return ("whom.said", {"name": seen.patient.known_as, "allergies": told})


def issue_words(seen: SnapshotView) -> Sentences:
    """What the hospital found in the prescription."""
    return [("issue.entry", {"text": one.words, "severity": _severity(one.severity)}) for one in seen.issues]


def _criticality(code: str) -> Told:
    return (f"criticality.{code}", {}) if code in CRITICAL else code


def _severity(code: str) -> Told:
    return (f"severity.{code}", {}) if code in SEVERE else code


def unit_words(unit: str) -> Told:
    """What a drug is counted in; "" where that is not known."""
    return (f"unit.{UNITS[unit]}", {}) if unit in UNITS else unit


def piece_options(line: Line) -> list[Option]:
    """How many pieces at a time: halves only of what can be halved; nothing where it is not counted in pieces."""
    unit = dosing.piece_of(line)
    halves = unit == "片" and dosing.splits(line)
    return [Option(f"n-{n}", label=shown) for n, shown in COUNTS.items() if unit and (halves or "." not in n)]


def page_words(pages: Sequence[PageView]) -> Sentences:
    """For the doctor: which pages did not name the patient, and what became of them."""
    return [(f"consult.page.{one.why}", {"page": one.page}) for one in pages if one.why in DOUBTS]


def drug_label(line: Line) -> str:
    """Name and strength, as on a box."""
    return f"{line.name} {line.strength}".strip()


def stands_words(order: OrderView) -> Told:
    """Where it stands: its stage, or what it waits for within the stage, said as it is."""
    if order.snapshot.held:
        return ("halted.stands", {})
    if being_cancelled(order):
        return ("waiting.cancel", {})
    if order.snapshot.trouble in TROUBLES:
        return (f"waiting.{order.snapshot.trouble}", {})
    asked = order.snapshot.unpriced
    if asked and order.stage in PRICED_AT:
        return ("waiting.price", {"until": max(one.until for one in asked)})
    if order.stage == "paid":
        return ("waiting.confirmed" if was_free(order) else "waiting.paid", {})
    return ("waiting.nothing_to_pay", {}) if nothing_to_pay(order) else stage_words(order.stage)


def was_free(order: OrderView) -> bool:
    """Settled with no share of her own: whoever says how it stands says that nothing was paid."""
    return order.snapshot.settlement is not None and order.snapshot.settlement.self_pay == 0


def being_cancelled(order: OrderView) -> bool:
    """Somebody asked for it: on its way there it waits for the hospital to have it, else for the hospital's answer."""
    return order.pending == "cancel" or (order.stage == SENDING and bool(order.snapshot.unwanted))


def nothing_to_pay(order: OrderView) -> bool:
    """Settled, and nothing is left for her to pay: she only confirms."""
    return order.stage == "quoted" and order.snapshot.settlement is not None and order.snapshot.due == 0


def price_words(order: OrderView) -> list[tuple[str, dict[str, Any]]]:
    """For the pharmacist: what of the prescription is not in the list, and how it stands with its price."""
    asked = order.snapshot.pricing
    return [("review.price", {**_price(one), "drug": drug_label(order.snapshot.drug(one))}) for one in asked]


def _price(one: Pricing) -> dict[str, Any]:
    return {"open": one.status == "open", "refused": one.status == "refused", "coded": bool(one.code),
            "amount": one.price, "covered": one.covered, "until": one.until}  # fmt: skip


def priced_words(order: OrderView, one: Pricing) -> dict[str, Any]:
    """The same for her: where nobody has answered in time, no hour is promised any more."""
    late = order.snapshot.trouble == "late"
    return {**_price(one), "drug": drug_label(order.snapshot.drug(one)), "until": 0 if late else one.until}


def doctors_there(staff: Sequence[StaffView], department: str, lang: str, *, other: bool) -> list[str | Option]:
    """Whom a form offers in a department: the first free one, each by name, and where wanted another department."""
    here = [s for s in staff if s.role == "doctor" and s.department == department]
    names = [Option(s.id, label=named(s, lang)) for s in here]
    return ["first", *names, *(["other"] if other else [])]


def doctor_chosen(staff: Sequence[StaffView], doctor: str) -> tuple[str, str]:
    """The registration and its name; "" for whoever is free first."""
    return ("", "") if doctor == "first" else (doctor, next(s.name for s in staff if s.id == doctor))
