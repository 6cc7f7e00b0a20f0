"""An order as the bot sees it: whether a move may be asked for now, and observe(), the only writer of a stage.

The moves stand in bot/moves.py; they guard only what WE ask for. What the hospital says wins (G10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend_client.lines import Pricing
from backend_client.models import BatchSnapshot, OrderSnapshot
from bot.decoding import decoder, jsonable
from bot.model import Batch, Order, OrderStage
from bot.moves import AFTER_DEATH, HELD, MOVES, WHILE_HELD, MoveName
from bot.stages import FINAL, HEARD, facts_of

UNWANTED = "unwanted"  # in an order's snapshot: who cancelled it on its way to the hospital
#: What the resident gave, what was sent back, and what the house adds: the hospital's snapshot does not repeat it.
KEPT = (
    "answers",
    "photos",
    "cuts",
    "rx_date",
    "doubts",
    "left_out",
    "recorded",
    "alarm",
    "before",
    "rewritten",
    "accepted",
    "door_tries",
    "cautions",
    "unanswered",
    "over",
    "notes",
    "family",
    "received_by",
    HELD,
    "proxy",
    "desk",
    "late",
    "urgent",
    "wrong",
    "raised",
    "again",
    "priced",
    UNWANTED,
)
#: What the board measures by, in the order of the road: the stage that fills each, and the stages that begin anew.
TIMES = {"taken": "in-consult", "written": "prescribed", "passed": "passed", "quoted": "quoted"}
_ANEW = {"submitted": "taken", "received": "taken", "returned": "written"}
SECOND = 1000  # ms: the hospital may keep an instant no finer
BEING_CANCELLED = "being-cancelled"  # somebody asked for that already, and the hospital has not answered
UNDER_WAY = "under-way"  # a move of it is at the hospital: it can be asked for again in some seconds
WAITS = (UNDER_WAY, BEING_CANCELLED)  # neither ends anything: it is known in a moment
OF_CONSULT = ("colleagues", "photo_wanted")  # what the house adds while a doctor hears her


def refused(order: Order, name: MoveName) -> str:
    """Why this move cannot be asked for now: a code for ``refused.<code>``, or "" when it is legal."""
    move = MOVES[name]
    if order.pending:
        return BEING_CANCELLED if name == order.pending == "cancel" else UNDER_WAY
    if move.to and order.stage == move.to:
        return "already-agreed" if name == "pay" and share_of(order) == 0 else move.late
    if order.stage in FINAL:
        return f"already-{order.stage}"
    if patient_of(order).get("deceased") and name not in AFTER_DEATH:
        return "deceased"
    if order.snapshot.get(HELD) and name not in WHILE_HELD:
        return "on-hold"
    if order.stage in move.legal_from:
        return _unpriced(order, name)
    return "too-late-packed" if name == "cancel" and order.stage != "problem" else "not-now"


def _unpriced(order: Order, name: MoveName) -> str:
    """Nothing passes without a price for each line; there is nothing to price where each has one."""
    stand = {one.status for one in pricing_of(order)}
    if name == "pass" and stand - {"priced"}:
        return "unpriced"
    return "already-priced" if name in ("price", "no-supply") and "open" not in stand else ""


def written_anew(order: Order, read: int = -1, task: str = "") -> bool:
    """Whether what was decided was decided on another prescription: see bot/intents/orders.py, ``move``."""
    asked = {one.id for one in pricing_of(order) if one.status == "open"}
    return read not in (-1, order.snapshot.get("rewritten", 0)) or bool(task and task not in asked)


def pricing_of(order: Order) -> tuple[Pricing, ...]:
    """How it stands with each line that the hospital's list has no price for."""
    return _pricings(order.snapshot.get("pricing", ()))


_pricings = decoder(tuple[Pricing, ...])


@dataclass(frozen=True, slots=True)
class Change:
    """A projection changed: what notices fire on. ``alarm`` = the stage was not reachable from the one we knew."""

    before: OrderStage
    after: OrderStage
    alarm: bool = False


def reachable(before: str, after: str) -> bool:
    """Whether legal moves lead from ``before`` to ``after`` in any number of steps (polling may skip stages).

    That they may have been taken is no proof that they were: nobody is told of a stage that was not seen.
    """
    seen: set[str] = set()
    front = {after}
    while front:
        stage = front.pop()
        if stage == before:
            return True
        seen.add(stage)
        front |= {*facts_of(stage).comes_from} - seen
    return False


def is_anothers(order: Order, seen: OrderSnapshot) -> bool:
    """The hospital has not got ours yet, and tells of another order by its number: one that was given before this
    database was put back, or begun anew.
    """
    if order.stage or order.pending != "submit":
        return False
    if seen.authored:
        return abs(seen.authored - order.since) >= SECOND
    return patient_of(order).get("id") not in (seen.patient.id, *seen.patient.formerly)


def observe(order: Order, seen: OrderSnapshot) -> tuple[Order, Change | None]:
    """The order after the hospital's snapshot, and the change if its stage moved.

    An echo (same version) or an older snapshot changes nothing (G10: order by lastUpdated); command results and the
    feed alike come through here, so each stage gives one notice however often it is told.
    """
    echo = seen.version == order.task_version and not _priced_anew(order, seen)
    if echo or seen.updated < order.updated:
        return order, None
    moved = seen.stage != order.stage
    begun = moved or _taken_anew(order, seen)
    after = replace(
        order,
        stage=seen.stage,
        since=seen.updated if begun else order.since,
        updated=seen.updated,
        task_version=seen.version,
        deadline=seen.deadline or order.deadline,
        label=seen.parcel.label if seen.parcel else order.label,
        batch=seen.parcel.batch if seen.parcel and seen.parcel.batch else order.batch,
        pending="" if moved else order.pending,
        pending_by=0 if moved else order.pending_by,
        snapshot={**_kept(order, seen), **_sent_back(order, seen), **jsonable(seen)},
        delivered=(order.delivered or seen.updated) if facts_of(seen.stage).delivered else 0,
        **(_times(seen) if begun else {}),
    )
    change = Change(order.stage, seen.stage, not reachable(order.stage, seen.stage)) if moved else None
    return after, change


def _taken_anew(order: Order, seen: OrderSnapshot) -> bool:
    """Given back and taken by another doctor between two looks: the stage is the same, its clock is not."""
    was = str(order.snapshot.get("doctor") or "")
    return seen.stage == "in-consult" and bool(was and seen.doctor) and seen.doctor != was


def _times(seen: OrderSnapshot) -> dict[str, int]:
    """When it came to this stage; what was measured behind it is void: the last go counts. A stage that nobody saw
    (polling may skip one) leaves its own at 0, and nothing is measured by it.
    """
    known, fills = [*TIMES], {stage: name for name, stage in TIMES.items()}.get(seen.stage, "")
    first = fills or _ANEW.get(seen.stage, "")
    behind = known[known.index(first) :] if first else []
    return {name: seen.updated if name == fills else 0 for name in behind}


def _priced_anew(order: Order, seen: OrderSnapshot) -> bool:
    """The insurer's answer was changed where it stands: the Task says nothing of it."""
    if seen.settlement is None:
        return False
    return (order.snapshot.get("settlement"), order.snapshot.get("kept", 0)) != (jsonable(seen.settlement), seen.kept)


def _kept(order: Order, seen: OrderSnapshot) -> dict[str, Any]:
    """With when this doctor took it, and when it was delivered."""
    lasts = (*KEPT, *(OF_CONSULT if seen.stage in HEARD else ()), *(("trouble",) if seen.stage == order.stage else ()))
    kept = {name: order.snapshot[name] for name in lasts if name in order.snapshot}
    taken = seen.updated if seen.stage == "in-consult" and order.stage not in HEARD else order.snapshot.get("taken", 0)
    delivered = (order.snapshot.get("delivered") or seen.updated) if facts_of(seen.stage).delivered else 0
    return {**kept, "taken": taken, "delivered": delivered}


def _sent_back(order: Order, seen: OrderSnapshot) -> Mapping[str, Any]:
    """What was written and sent back, kept beside what is written next; and how often that was.

    A return that nobody saw (polling may skip it) is told by the prescription's key.
    """
    was, lines = order.snapshot, [jsonable(line) for line in seen.prescribed]
    if seen.stage == "returned":
        told = {"lines": lines or was.get("prescribed", ()), "reason": seen.reason, "words": seen.words}
        return {"before": told}
    anew = was.get("rx", "") != seen.rx if was.get("rx") and seen.rx else order.stage == "returned" and lines
    if not anew:
        return {}
    unseen = {} if order.stage == "returned" else {"before": {"lines": was.get("prescribed", ())}}
    return {"rewritten": was.get("rewritten", 0) + 1, **unseen}


def observe_batch(batch: Batch, seen: BatchSnapshot) -> tuple[Batch, Change | None]:
    """The same for a compound's batch of one run."""
    if seen.updated < batch.updated:
        return batch, None
    moved = seen.stage != batch.stage
    after = replace(
        batch,
        stage=seen.stage,
        updated=seen.updated,
        run=seen.run,
        compound=seen.compound,
        count=len(seen.manifest),
        left=batch.left if batch.stage else len(seen.manifest),
        pending="" if moved else batch.pending,
        manifest=tuple(jsonable(line) for line in seen.manifest),
    )
    if len(seen.manifest) != batch.count and batch.stage:
        after = replace(after, left=max(0, batch.left + len(seen.manifest) - batch.count))
    return after, Change(batch.stage, seen.stage) if moved else None


def urgency(days_left: str) -> str:
    """Days of medicine left -> triage colour (0-2 / 3-7 / more)."""
    return {"0-2": "red", "3-7": "yellow"}.get(days_left, "green")


def code_of(order: Order) -> str:
    """The pick-up code minted at packing, "" before. Only for the resident and for comparing at the door."""
    parcel: Mapping[str, Any] = order.snapshot.get("parcel") or {}
    return parcel.get("code", "")


def due_of(order: Order) -> int | None:
    """Fen still to be paid in chat, what was paid for an earlier quote counted; None before it is settled."""
    wanted = share_of(order)
    return None if wanted is None else max(0, wanted - order.snapshot.get("kept", 0))


def share_of(order: Order) -> int | None:
    """Fen of her own by the settlement; None before it is settled."""
    money: Mapping[str, Any] = order.snapshot.get("settlement") or {}
    return money.get("self_pay")


def asks_for_assent(order: Order) -> bool:
    """Whether a line that only the doctor wrote, or far more of one, stands there: she is asked for her word (R2)."""
    lines: Sequence[Mapping[str, Any]] = order.snapshot.get("prescribed") or ()
    proofs: list[Mapping[str, Any]] = [line.get("proof") or {} for line in lines]
    return any(proof.get("kind") == "doctor" for proof in proofs) or bool(order.snapshot.get("more"))


def unaccepted(order: Order) -> bool:
    """Whether she is still to give it."""
    return asks_for_assent(order) and order.snapshot.get("accepted", -1) != order.snapshot.get("rewritten", 0)


def is_put_away(order: Order) -> bool:
    """Whether only its number and stages are left here (R10, bot/ops/putting_away.py)."""
    return not order.snapshot and not order.department


def seen_late(order: Order, seen: OrderSnapshot) -> Order:
    """What the hospital says of an order that was put away: how it stands, and nothing of what is in it."""
    if seen.version == order.task_version or seen.updated < order.updated:
        return order
    since = order.since if seen.stage == order.stage else seen.updated
    return replace(order, stage=seen.stage, since=since, updated=seen.updated, task_version=seen.version)


def patient_of(order: Order) -> Mapping[str, Any]:
    return order.snapshot.get("patient", {})
