"""What was reported of an order's parcel, as its row keeps it: the exception of each kind, and its Tasks (ADR 42).

Every Task that a report raised at the hospital ends with its exception, however that ends.
"""

from __future__ import annotations

from dataclasses import replace

from bot import ladder, orders
from bot.decoding import decoder
from bot.intents.wrong import end_problem
from bot.model import Command, Incident, Order, Origin
from bot.ops.incidents import ENDED, settle
from bot.ops.waking import unwake
from bot.turn import Turn
from bot.views import WrongView

KEPT = ladder.WRONG
RAISED = "raised"  # in the snapshot: which Tasks of ours stand open at the hospital, each with its exception
AGAIN = "again"  # in the snapshot: the batches whose parcel another one was sent instead of, "" = of none
PROMISE = "promise"  # what is due when somebody should have called
PROBLEM = "problem"
INCIDENTS = {
    "missing": "parcel-missing",
    "damaged": "parcel-damaged",
    "not-mine": "parcel-not-mine",
    "nobody-home": "parcel-nobody",
    "": "parcel-problem",
}
SETTLED = (*(kind for said, kind in INCIDENTS.items() if said != "nobody-home"),)  # exceptions of an order at `problem`
UNSETTLED = ladder.RUNGS[ladder.UNSETTLED].incident
_read = decoder(WrongView)


def wrong_of(order: Order) -> WrongView:
    return _read(order.snapshot.get(KEPT) or {})


def sent_again(order: Order) -> tuple[str, ...]:
    """The batch of each parcel that another one was sent instead of."""
    return tuple(order.snapshot.get(AGAIN) or ())


def _raised(order: Order) -> dict[str, str]:
    """Key of the Task -> kind of its exception. The release before kept the last one only."""
    known = wrong_of(order)
    last = {known.key: INCIDENTS[known.kind]} if known.key and known.kind in INCIDENTS else {}
    return order.snapshot.get(RAISED, last)


def raised(order: Order, key: str, kind: str) -> Order:
    """The hospital gets a Task ``key`` for what was reported (a key of INCIDENTS)."""
    return replace(order, snapshot={**order.snapshot, RAISED: {**_raised(order), key: INCIDENTS[kind]}})


async def ended(turn: Turn, row: Incident) -> None:
    """The exception is over: its Tasks end at the hospital, and nobody is late with it any more."""
    order = await turn.get(Order, row.order) if row.kind in INCIDENTS.values() and row.order else None
    if order is None or orders.is_put_away(order):
        return
    open_ = _raised(order)
    for key in [key for key, kind in open_.items() if kind == row.kind]:
        told = end_problem(order.no, key)
        turn.command(Command(f"ended:{key}", order.no, told.name, told.args, Origin()))
    left = {key: kind for key, kind in open_.items() if kind != row.kind}
    turn.put(replace(order, snapshot={**order.snapshot, RAISED: left}))
    if row.kind in SETTLED and order.stage != PROBLEM:
        unwake(turn, PROMISE, order.no)
        await settle(turn, UNSETTLED, order.no, "its own exception has ended")


ENDED.append(ended)
