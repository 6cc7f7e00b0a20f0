"""The ladder: the one table of how long each part of an order may take, and who is told when it takes longer.

What is said then stands in locales under ``rung``; bot/ops/ladder.py climbs it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot import rules
from bot.limits import Limits
from bot.model import Order, OrderStage
from bot.stages import FINAL, SENDING, facts_of

MINUTE, HOUR = 60_000, 3_600_000  # ms
OPEN_BELOW = 12 * HOUR  # a limit below this is counted in opening hours
WRONG = "wrong"  # in an order's snapshot: what was reported of its parcel (bot/ops/wrong.py)
KEPT = "late"  # in an order's snapshot: the rungs that were reached, each with since when it counted

Whom = Literal["person", "doctors", "pharmacists", "operators", "contact", "supervisor"]
PRICED = "priced"  # in an order's snapshot: when the last of its lines got a price
PROBLEM: OrderStage = "problem"
UNSETTLED = "unsettled"  # the rung at which somebody should have called about a parcel
WAITING = ("submitted", "received")
CONSULT = ("in-consult", "returned")


@dataclass(frozen=True, slots=True)
class Rung:
    """``limit``: the setting, in minutes or hours as its name ends. ``stages``: while it counts, () = until delivery.

    ``since``: the stage, the last word of the consult, or the order. ``incident``: of which kind operators get one.
    ``red``: of an order with 0-2 days left its limit is divided ("share"), or only such an order has it ("only").
    ``closing``: when the hospital closes it is reached, too. ``late``: her card says that it is late.
    ``gives_back``: the case goes back to the queue, where its doctor has said nothing, and answers in no form.
    """

    name: str
    limit: str
    told: frozenset[Whom]
    stages: tuple[OrderStage, ...] = ()
    since: Literal["stage", "word", "order"] = "stage"
    incident: str = ""
    red: Literal["share", "only"] = "share"
    closing: bool = False
    late: bool = True
    gives_back: bool = False
    after: str = ""  # in the snapshot: an instant before which it does not count


def _told(*whom: Whom) -> frozenset[Whom]:
    return frozenset({"person", *whom})


#: Of those that are reached at once she reads the last one.
LADDER: tuple[Rung, ...] = (
    Rung("unpaid", "unpaid_hours", _told(), ("quoted",), late=False),
    Rung("unconfirmed", "unconfirmed_hours", _told("operators"), ("handed-over",), incident="unreceived", late=False),
    Rung("untaken", "untaken_minutes", _told("doctors", "operators"), WAITING, incident="untaken"),
    Rung("silent", "silent_minutes", _told(), ("in-consult",), late=False, gives_back=True),
    Rung("idle", "idle_minutes", _told("doctors", "operators"), CONSULT, "word", "idle"),
    Rung(
        "unreviewed",
        "unreviewed_minutes",
        _told("pharmacists", "operators"),
        ("prescribed",),
        incident="unreviewed",
        after=PRICED,
    ),
    Rung("unpacked", "unpacked_hours", _told("operators"), ("paid",), incident="unpacked"),
    Rung("unleft", "unleft_hours", _told("operators"), ("packed",), incident="unleft"),
    Rung(UNSETTLED, "problem_hours", _told("operators"), (PROBLEM,), incident="unsettled"),
    Rung("unsolved", "unsolved_hours", _told("supervisor"), (PROBLEM,)),
    Rung("day", "operators_hours", _told("operators"), since="order", incident="late", late=False),
    Rung("contact", "contact_hours", _told("contact"), since="order", late=False),
    Rung("supervisor", "supervisor_hours", _told("supervisor"), since="order", late=False),
    Rung("bridge", "bridge_hours", _told(), (SENDING, *WAITING), "order", red="only", closing=True, late=False),
    Rung("number", "order_hours", _told("operators"), since="order", incident="late"),
)
RUNGS: Mapping[str, Rung] = {rung.name: rung for rung in LADDER}
INCIDENTS = frozenset(rung.incident for rung in LADDER if rung.incident)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works there, and in which minutes of the day nobody is woken."""

    zone: ZoneInfo
    hours: rules.Hours
    quiet_from: int
    quiet_until: int


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of an order: ``of`` = since when it counts, ``at`` = when it is reached, ``rings`` = when that is told."""

    rung: Rung
    of: int
    at: int
    rings: int


def ordered(order: Order, limits: Limits) -> int:
    """When it was ordered: so long before what was promised; 0 = nothing was."""
    return order.deadline - limits.order_hours * HOUR if order.deadline else 0


@dataclass(frozen=True, slots=True)
class Words:
    """When somebody wrote last in the consult, 0 = nobody did: its doctor, anybody.

    ``form``: when its doctor answered last in a form about it that is open, 0 = none is: he writes the prescription.
    """

    doctor: int = 0
    anybody: int = 0
    form: int = 0


NOTHING = Words()


def steps(order: Order, limits: Limits, calendar: Calendar, words: Words = NOTHING, now: int = 0) -> Iterator[Step]:
    """What is still to be reached by this order as it stands now; what was missed wakes nobody, either."""
    for rung in LADDER:
        of = _counted_from(rung, order, limits, words)
        if of and not is_reached(order, rung, of):
            at = reached_at(rung, of, is_red(order), limits, calendar)
            at = min(at, promised_call(order) or at) if rung.name == UNSETTLED else at
            awake = rules.groups_open(max(at, now), calendar.zone, calendar.quiet_from, calendar.quiet_until)
            yield Step(rung, of, at, at if rung.closing else awake)


def _counted_from(rung: Rung, order: Order, limits: Limits, words: Words) -> int:
    """Since when, 0 = it does not count at all."""
    ended = order.stage in FINAL or (not rung.stages and _is_with_her(order))
    if ended or (rung.stages and order.stage not in rung.stages) or (rung.red == "only" and order.urgency != "red"):
        return 0
    if rung.since == "order":
        return ordered(order, limits)
    if rung.gives_back and (
        not order.doctor or words.doctor >= order.since
    ):  # in the hospital's own system he may speak
        return 0
    since = max(order.since, int(order.snapshot.get(rung.after) or 0)) if rung.after else order.since
    if rung.gives_back:
        return max(since, words.form)
    return max(since, words.anybody, words.form) if rung.since == "word" else since


def _is_with_her(order: Order) -> bool:
    """It was handed over; what she reports of it then has a clock of its own, and the promise was kept."""
    before: Mapping[str, Any] = order.snapshot.get(WRONG) or {}
    stage = str(before.get("stage", "")) if order.stage == PROBLEM else order.stage
    return facts_of(stage).delivered


def promised_call(order: Order) -> int:
    """By when somebody calls about her parcel, as she was told; 0 = nothing was, or its end is told."""
    said: Mapping[str, Any] = order.snapshot.get(WRONG) or {}
    return int(said.get("until") or 0)


def call_missed(order: Order) -> Order:
    """Nobody says any more until when somebody calls."""
    said: Mapping[str, Any] | None = order.snapshot.get(WRONG)
    return replace(order, snapshot={**order.snapshot, WRONG: {**said, "until": 0}}) if said else order


def is_red(order: Order) -> bool:
    """0-2 days of medicine left, or an operator lets it go before others."""
    return order.urgency == "red" or bool(order.snapshot.get("expedite"))


def reached_at(rung: Rung, of: int, red: bool, limits: Limits, calendar: Calendar) -> int:
    """The instant at which it is reached, counted from ``of``."""
    plain: int = getattr(limits, rung.limit) * (MINUTE if rung.limit.endswith("_minutes") else HOUR)
    limit = plain // limits.red_share if red and rung.red == "share" else plain
    at = rules.working(of, limit, calendar.zone, calendar.hours) if plain < OPEN_BELOW else of + limit
    return min(at, rules.closes(of, calendar.zone, calendar.hours)) if rung.closing else at


def _kept(order: Order) -> Mapping[str, Any]:
    return order.snapshot.get(KEPT) or {}


def is_reached(order: Order, rung: Rung, of: int) -> bool:
    """Once since then; of a promise that was moved the clock goes on."""
    known = _kept(order).get(rung.name)
    return known is not None and (rung.since == "order" or known["of"] == of)


def reached(order: Order) -> Iterable[tuple[Rung, int]]:
    """The rungs that stand, and when each was reached: what ended with its stage does not."""
    found = [(RUNGS[name], one) for name, one in _kept(order).items() if name in RUNGS]
    return [(rung, one["at"]) for rung, one in found if _stands(order, rung, one["of"])]


def _stands(order: Order, rung: Rung, of: int) -> bool:
    if not rung.stages:
        return order.stage not in FINAL and not _is_with_her(order)
    later = rung.since == "word" or bool(rung.after) or rung.gives_back
    return order.stage in rung.stages and (of >= order.since if later else of == order.since)


def late_since(order: Order) -> int:
    """Since when her card says that it is late, 0 = it does not."""
    return min((at for rung, at in reached(order) if rung.late), default=0)


def told_last(order: Order) -> str:
    """The rung by which somebody was told last, "" = nobody was."""
    found = [(at, rung.name) for rung, at in reached(order) if rung.told - {"person"}]
    return max(found, default=(0, ""))[1]


def promised(order: Order, now: int) -> int:
    """Until when she has it, as far as that may still be said; 0 = it may not."""
    over = any(rung.name == "number" for rung, _ in reached(order))
    return 0 if over or order.deadline <= now or _is_with_her(order) else order.deadline
