"""The hospital told (or answered) how an order or batch stands now: observe it, let notices follow from the change."""

from __future__ import annotations

import logging
from dataclasses import replace

from backend_client.models import BatchSnapshot, OrderSnapshot
from bot import orders
from bot.draft import Turn
from bot.model import Batch, Observed, Order, Person, Topic
from bot.ops.orders import ambassador_of, facts, release
from bot.ops.road import custody
from bot.running import notify
from bot.wiring import NOTICES

log = logging.getLogger(__name__)

#: stage -> (who gave the parcel, who holds it now): R9.
HANDS = {
    "packed": ("pharmacy", "sorter"),
    "on-the-way": ("sorter", "courier"),
    "with-ambassador": ("courier", "ambassador"),
    "handed-over": ("ambassador", "resident"),
    "confirmed": ("ambassador", "resident-confirmed"),
}
ROAD = ("paid", "packed", "on-the-way", "arrived", "with-ambassador", "handed-over", "confirmed")


async def observed(turn: Turn, body: Observed) -> None:
    if isinstance(body.snapshot, OrderSnapshot):
        await see_order(turn, body.snapshot)
    elif isinstance(body.snapshot, BatchSnapshot):
        await see_batch(turn, body.snapshot)


async def see_order(turn: Turn, seen: OrderSnapshot) -> None:
    """Command results and the feed alike: an echo changes nothing, a change of stage fires its notices once."""
    order = await turn.get(Order, seen.no)
    if order is None:
        return  # entered elsewhere: nobody in the messenger watches it
    after, change = orders.observe(order, seen)
    if after == order:
        return
    turn.put(after)
    if change is None:
        return
    if change.alarm:
        log.warning("order moved %s -> %s, which no legal moves explain", change.before, change.after)
    turn.note(after.no, "hospital", f"stage:{change.after}", seen.patient.id, change.before)
    await _follow(turn, after, change)
    before = change.before
    for stage in orders.way(change.before, change.after):  # one notice a stage, also where a look skipped some
        args = {"order": facts(after), "before": before, "after": stage}
        for flow in NOTICES[f"stage:{stage}"]:
            await notify(turn, flow, after.no, f"{after.no}:{after.updated}", args)
        before = stage


async def _follow(turn: Turn, order: Order, change: orders.Change) -> None:
    """What the house itself does when a stage changes: custody lines, the count in a batch, freed prescriptions."""
    passed = [stage for stage in HANDS if _between(change, stage)]
    for stage in passed:
        giver, taker = HANDS[stage]
        proof = {"handed-over": "code", "with-ambassador": "count+code"}.get(stage, "scan")
        await custody(turn, order, giver, taker, proof)
    if order.stage in ("cancelled", "not-suitable", "failed"):
        await release(turn, order)
    topic = await turn.get(Topic, order.topic) if order.stage in orders.FINAL else None
    if topic is not None and not topic.closed:
        turn.put(replace(topic, closed=True))
    if "handed-over" in passed and order.batch:
        batch = await turn.get(Batch, order.batch)
        if batch is not None and batch.left > 0:
            turn.put(replace(batch, left=batch.left - 1))


def _between(change: orders.Change, stage: str) -> bool:
    """Whether the way from before to after leads over ``stage`` (a look may skip stages)."""
    if change.after not in ROAD:
        return False
    start = ROAD.index(change.before) if change.before in ROAD else 0
    return start < ROAD.index(stage) <= ROAD.index(change.after)


async def see_batch(turn: Turn, seen: BatchSnapshot) -> None:
    """A compound's parcels of one run; the accounts of its courier and ambassador are looked up once they are known."""
    batch = await turn.get(Batch, seen.id)
    if batch is None:
        batch = Batch(seen.id, seen.run, "", 0, seen.compound, 0, 0, 0, 0)
    after, change = orders.observe_batch(batch, seen)
    if not after.courier:
        found = await turn.find(Person, role="courier", role_id=seen.courier)
        after = replace(after, courier=found[0].id if found else 0)
    if not after.ambassador:
        after = replace(after, ambassador=await ambassador_of(turn, seen.compound))
    if after == batch:
        return
    turn.put(after)
    for line in seen.manifest:
        order = await turn.get(Order, line.order)
        if order is not None and order.batch != seen.id:
            turn.put(replace(order, batch=seen.id, label=line.label))
    if change is not None:
        turn.note("", "hospital", f"batch:{change.after}", reason=seen.id)
