"""What is over goes (R10): an order that was closed some days ago, and a person of whom nothing is left (ADR 32).

The hospital has the records; what it has not confirmed yet is kept until it has. The rows that go without a look at
others are forgotten by bot/store/housekeeping.py.
"""

from __future__ import annotations

from dataclasses import replace

from bot.dialog import FLOWS
from bot.model import Counted, Dialog, Incident, Link, Mandate, Order, Payment, Person, Relayed, Right, Timer, Topic
from bot.ops.hearing import ends_at, heard
from bot.ops.rights import mark
from bot.ops.waking import unwake
from bot.orders import is_put_away
from bot.stages import facts_of
from bot.turn import Turn

DAY = 86_400_000  # ms
ORDER, PERSON = "put-away", "forget-person"  # the kinds of timers by which the retention worker asks


async def put_order_away(turn: Turn, timer: Timer) -> None:
    """Nothing happens where it is not closed, or not long enough: it is asked again the next day."""
    order = await turn.get(Order, timer.ref)
    if order is None or is_put_away(order) or not await _is_closed(turn, order):
        return
    await _drop_what_is_its_own(turn, order.no)
    for payment in await turn.find(Payment, order=order.no):
        turn.put(replace(payment, sealed={}))
    for topic in await turn.find(Topic, order=order.no):
        if topic.thread is not None:
            turn.put(replace(topic, gone=True))  # the sender deletes it
        else:
            turn.drop(topic)
    for what in {flow.start.due for flow in FLOWS.values() if flow.start and flow.start.due}:
        unwake(turn, what, order.no)
    turn.put(_emptied(turn, order))
    turn.note(order.no, "house", ORDER)


async def _drop_what_is_its_own(turn: Turn, order: str) -> None:
    counted = [await turn.get(Counted, f"{series}:{order}") for series in ("up", "down")]
    dialogs, incidents = await turn.find(Dialog, subject=order), await turn.find(Incident, order=order)
    for row in [*await turn.find(Relayed, order=order), *dialogs, *incidents, *counted]:
        if row is not None:
            turn.drop(row)


def _emptied(turn: Turn, order: Order) -> Order:
    """Number, stage, since when, the times that the board measures by, and the version seen last, so that it is not
    taken for news.
    """
    return Order(
        order.no,
        order.stage,
        order.since,
        order.updated,
        order.task_version,
        order.deadline,
        department="",
        compound="",
        urgency="",
        placed_by=0,
        version=order.version,
        patient=mark(turn, ""),  # not "": the release before looks for those at each start
        taken=order.taken,
        written=order.written,
        passed=order.passed,
        quoted=order.quoted,
        delivered=order.delivered,
    )


async def _is_closed(turn: Turn, order: Order) -> bool:
    """Ended for so many days, the days of her words included; nothing is owed, and nobody is asked about it."""
    facts = facts_of(order.stage)
    if not (facts.ends or facts.delivered) or order.pending or heard(turn, order):
        return False
    ended = ends_at(turn, order) if facts.delivered else order.since
    if turn.now < ended + turn.services.config.keep_days * DAY:
        return False
    if await turn.find(Incident, order=order.no, done_at=0):
        return False
    if any(dialog.state != "done" for dialog in await turn.find(Dialog, subject=order.no)):
        return False
    return not await turn.services.store.owed(order.no, order.topic)


async def forget_person(turn: Turn, timer: Timer) -> None:
    """The store found no role, dialog or order of his; nor may he have a right, a mandate, a link or an open case."""
    person = await turn.get(Person, int(timer.ref))
    if person is None or person.roles:
        return
    account = person.id
    kept = [
        await turn.find(Right, account=turn.blind("account", str(account))),
        await turn.find(Mandate, ambassador=account),
        await turn.find(Link, person=account),
        await turn.find(Dialog, person=account),
        await turn.find(Order, placed_by=account),
    ]
    if not any(kept) and not person.facts.get("self"):
        turn.drop(person)
