"""Words that several flows share: drug lines, the order card's contents, the menu. Flows do not import each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialog import Option
from bot.moves import BATCH_STAGES
from bot.roles import ROLES, facts_of_role
from bot.stages import STAGES, facts_of
from bot.views import LineView, OrderView

#: Codes of the hospital that have words of ours; any other one is shown as it came and never looked up.
BATCHES = frozenset(BATCH_STAGES)
BY_WATCHER = "by-watcher"
REASONS = frozenset(
    {"first-visit", "needs-examination", "acute", "wrong-department", "other"}
    | {"dose", "interaction", "quantity", "wrong-drug", "illegible", "given-back", BY_WATCHER}
)
SEXES = frozenset({"male", "female", "unknown"})
LEFT = frozenset({"0-2", "3-7", "more"})

Told = str | tuple[str, dict[str, Any]]  # a value of a sentence: a sentence of ours, or somebody else's words

BOXES = ("1", "2", "3", "4", "6")  # how many boxes are offered at one tap


def menu(roles: Sequence[str]) -> list[Option]:
    """The usual answer first; staff see their own work before the resident's."""
    staff = [Option(action, action=action) for role in roles for action in facts_of_role(role).menu]
    return [
        *staff,
        Option("need", action="need"),
        Option("where", action="where"),
        Option("visit", action="visit"),
        Option("helpers", action="helpers"),
        Option("language", action="language"),
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


def role_words(role: str) -> Told:
    return (f"role.{role}", {}) if role in ROLES else role


def in_words(texts: Mapping[str, str], lang: str) -> str:
    """What stands there in this language, in its sister's, in any; "" where there is nothing."""
    return texts.get(lang) or texts.get(lang.split("-")[0]) or next(iter(texts.values()), "")


def named(thing: Mapping[str, Any], lang: str) -> str:
    """A name of the hospital's lists in this language; in the other one, or its number, where there is none."""
    ours, other = ("name_zh", "name_en") if lang.startswith("zh") else ("name_en", "name_zh")
    return thing[ours] or thing[other] or thing.get("id") or thing.get("code", "")


def drug_label(line: dict[str, Any]) -> str:
    """Name and strength, as on a box."""
    return f"{line['name']} {line['strength']}".strip()


def line_words(lines: Sequence[LineView]) -> list[tuple[str, dict[str, Any]]]:
    """Drug lines as sentences: name, strength, boxes, how to take."""
    return [("drug.line", {"name": x.name, "strength": x.strength, "boxes": x.boxes, "sig": x.sig}) for x in lines]


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
