"""The hospital told how an order, batch or other Task stands now: observe it, let notices follow from the change."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backend_client.models import BatchSnapshot, Changes, OrderSnapshot, TaskSnapshot
from bot import orders
from bot.decoding import jsonable
from bot.handlers.stopped import ask_no_more
from bot.model import Batch, Incident, Observed, Order, Person
from bot.ops import accepting, ladder, waiting
from bot.ops.cautions import look
from bot.ops.elsewhere import elsewhere
from bot.ops.family import read_again
from bot.ops.following import follow
from bot.ops.handing import card_of, custody
from bot.ops.hearing import ended, until_over
from bot.ops.incidents import report, settle
from bot.ops.lent import ambassador_of
from bot.ops.opening import measure
from bot.ops.orders import order_of, release, view
from bot.ops.proxy import know_words
from bot.ops.records import see_record
from bot.ops.registrations import without_doctor
from bot.ops.registry import SEES, TASKS
from bot.ops.reported import PROBLEM
from bot.ops.rights import brief_of, mark
from bot.ops.road import count_anew, end_if_empty, handed_over_before, without_stopped
from bot.ops.urgent import stirred
from bot.ops.wrong import follow as follow_problem
from bot.rules import far_more
from bot.running import notify
from bot.stages import facts_of
from bot.turn import Turn
from bot.wiring import NOTICES

log = logging.getLogger(__name__)


async def observed(turn: Turn, body: Observed) -> None:
    await SEES[type(body.snapshot)](turn, body.snapshot)


async def see_order(turn: Turn, seen: OrderSnapshot) -> None:
    """Command results and the feed alike: an echo changes nothing, a change of stage fires its notices once.

    Who has died or was merged since is seen also where nobody touched the order.
    """
    order = await turn.get(Order, seen.no) or await elsewhere(turn, seen)
    if order is None or orders.is_anothers(order, seen):
        return  # nobody here has a right to its patient; or its number goes back to it with the answer to our submit
    if orders.is_put_away(order):
        await _put_away_before(turn, order, seen)
        return
    await _read_again(turn, seen.no)
    after, change = orders.observe(order, seen)
    known, now = brief_of(orders.patient_of(order)), brief_of(jsonable(seen.patient))
    if after == order and (known == now or seen.updated < order.updated):
        return
    if await see_record(turn, known, now):
        snapshot = {**after.snapshot, "patient": jsonable(seen.patient)}
        after = replace(after, patient=mark(turn, seen.patient.id), snapshot=snapshot)
    else:  # whose it is, a person must settle: until then it stays with whom it was
        after = replace(after, snapshot={**after.snapshot, "patient": orders.patient_of(order)})
    config = turn.services.config
    more = far_more(seen.prescribed, seen.asked, config.more_percent, config.unseen_boxes)
    after = replace(after, snapshot={**after.snapshot, "more": more})
    turn.put(after)
    await know_words(turn, after)
    await waiting.follow(turn, order, await order_of(turn, seen.no))
    await accepting.follow(turn, await order_of(turn, seen.no))
    await ladder.follow(turn, order, await order_of(turn, seen.no))
    has_the_first = await follow_problem(turn, order, await order_of(turn, seen.no))
    stirred(turn, order, after)
    if change is None:
        return
    if change.alarm and order.version:
        log.warning("order moved %s -> %s, which no legal moves explain", change.before, change.after)
    turn.note(after.no, "hospital", f"stage:{change.after}", seen.patient.id, change.before)
    await measure(turn, after, change, order.since)
    await _follow(turn, order, after, change)
    await read_again(turn, seen.patient.id)
    look(turn, after)
    args = {"order": await view(turn, after), "before": change.before}
    await _tell(turn, f"stage:{change.after}", after, args)  # what a look skipped was not seen: nobody is told of it
    if has_the_first:
        await _tell(turn, "sent-again", after, {"label": order.label, "people": has_the_first})


async def _tell(turn: Turn, notice: str, order: Order, args: Mapping[str, Any]) -> None:
    for flow in NOTICES.get(notice, ()):
        await notify(turn, flow, order.no, f"{order.no}:{order.updated}", args)


async def _put_away_before(turn: Turn, order: Order, seen: OrderSnapshot) -> None:
    """Nothing of it is here any more; where the hospital opens it anew, a person must tell those whom it concerns."""
    after = orders.seen_late(order, seen)
    if after == order:
        return
    turn.put(after)
    turn.note(order.no, "hospital", f"stage:{after.stage}", reason=order.stage)
    if not (facts_of(after.stage).ends or facts_of(after.stage).delivered):
        await report(turn, "told", order=order.no, code="put-away")


async def _read_again(turn: Turn, no: str) -> None:
    """An exception says that this order could not be read: now it can."""
    for row in await turn.find(Incident, order=no, done_at=0):
        if row.kind in ("unread", "sum", "told"):
            await settle(turn, row.kind, row.about, "read again")


async def _follow(turn: Turn, was: Order, order: Order, change: orders.Change) -> None:
    """What the house itself does when a stage changes: custody, the count in a batch, freed prescriptions."""
    before, after = facts_of(change.before), facts_of(change.after)
    if after.hands:
        giver, taker, proof = after.hands
        holds = before.hands[1] if before.hands and change.before in after.comes_from else giver
        await custody(turn, order, holds, taker, proof)
    if after.consult == "waiting" and order.doctor:
        turn.put(replace(order, doctor=0))
    await without_doctor(turn, order)
    if after.ends and not after.paid:
        await release(turn, order)
    if after.stopped or change.before == PROBLEM:
        await ask_no_more(turn, order.no)
    if after.delivered:
        until_over(turn, order)
        await follow(turn, await turn.get(Order, order.no) or order)
    elif after.ends:
        await ended(turn, await turn.get(Order, order.no) or order)
    await count_anew(turn, was, order, before, after)


async def see_batch(turn: Turn, seen: BatchSnapshot) -> None:
    """A compound's parcels of one run; the accounts of its courier and ambassador are looked up once they are known."""
    batch = await turn.get(Batch, seen.id)
    if batch is None:
        batch = Batch(seen.id, seen.run, "", 0, seen.compound, 0, 0, 0, 0)
    listed = len(seen.manifest)
    seen = await without_stopped(turn, seen)
    after, change = orders.observe_batch(batch, seen)
    if not batch.stage:
        after = replace(after, left=after.count - await handed_over_before(turn, seen))
    after = await _driven(turn, after, seen.courier)
    if not after.ambassador:
        after = replace(after, ambassador=await ambassador_of(turn, seen.compound))
    if after == batch:
        return
    turn.put(after)
    end_if_empty(turn, after, had=batch.count if batch.stage else listed)
    for line in seen.manifest:
        order = await turn.get(Order, line.order)
        if order is not None and order.batch != seen.id and not orders.is_put_away(order):
            turn.put(replace(order, batch=seen.id, label=line.label))
    if change is not None:
        turn.note("", "hospital", f"batch:{change.after}", reason=seen.id)


async def _driven(turn: Turn, batch: Batch, courier: str) -> Batch:
    """By the account of this registration: the first one, or the hospital put another in."""
    found = await turn.find(Person, role="courier", role_id=courier) if courier else []
    if not found or batch.courier in {one.id for one in found}:
        return batch
    if batch.courier:
        turn.post(await card_of(turn, f"run:{batch.id}", batch.courier), batch.courier, None)
    return replace(batch, courier=found[0].id)


async def see_task(turn: Turn, seen: TaskSnapshot) -> None:
    """A home visit, an application ...: given to whoever follows its kind; a kind that nobody follows yet waits."""
    if follow := TASKS.get(seen.kind):
        await follow(turn, seen)


async def see_orders(turn: Turn, seen: Changes) -> None:
    """All of one patient's, as somebody proves to be her (Edge 8): what the counter entered before is bound now."""
    for order in seen.orders:
        await see_order(turn, order)
    for unread in seen.unreadable:
        await turn.services.store.dead_letter(
            "feed", f"order/{unread.order}" if unread.order else unread.place, unread.code
        )


SEES[OrderSnapshot] = see_order
SEES[Changes] = see_orders
SEES[BatchSnapshot] = see_batch
SEES[TaskSnapshot] = see_task
