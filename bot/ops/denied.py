"""Confirmed for her, and it is not so: family, operator or desk say it for a day, the hospital looks into it."""

from __future__ import annotations

from dataclasses import replace

from backend_client.models import DENIED_KEY, TaskSnapshot
from bot import orders
from bot.dialog import Refused
from bot.intents import proxy as intents
from bot.intents.wrong import end_problem
from bot.model import Command, Incident, Order, Origin
from bot.ops import desks, rights
from bot.ops.incidents import ENDED, report, settle
from bot.ops.orders import HOUR, order_of
from bot.ops.proxy import CALL, DENY_HOURS, for_her, proxy_of, with_proxy
from bot.ops.registry import TASKS, Act, bound_as, does
from bot.turn import Turn
from bot.views import ForHerView

KIND, DENIED = "parcel-problem", "denied"  # the Task that asks the hospital; the exception
OVER = ("completed", "rejected", "failed", "cancelled")


@does(intents.to_deny)
async def to_deny(act: Act, order: str) -> ForHerView:
    row, me = await order_of(act.turn, order), await act.me()
    desk = bound_as(me, "operator") is None and await _in_office(act, row)
    return _named(ForHerView(row.no), row) if desk else ForHerView(row.no)


def _named(one: ForHerView, row: Order) -> ForHerView:
    """As a desk reads it: whose it is, and no number."""
    her = rights.brief_of(orders.patient_of(row))
    return replace(one, name=her.known_as if her.name else "")


@does(intents.deny)
async def deny(act: Act, order: str) -> None:
    row, turn = await order_of(act.turn, order), act.turn
    known, done = await for_her(turn, row), proxy_of(row)
    if act.who not in known.people and not await _in_office(act, row):
        raise Refused("not-for-you")
    if row.stage != "confirmed" or not done.confirmed or turn.now > known.until:
        raise Refused("deny-late")
    if done.objected:
        raise Refused("denied-already")
    turn.put(with_proxy(row, objected=turn.now))
    told = intents.deny_receipt(order, await _denier(act, row), turn.now + DENY_HOURS * HOUR)
    turn.command(Command(f"denied:{order}", order, told.name, told.args, Origin()))
    await report(turn, DENIED, order=order)
    await settle(turn, CALL, order, "denied")
    turn.note(order, f"person:{act.who}", "denied-confirmation", orders.patient_of(row).get("id", ""))


async def _in_office(act: Act, order: Order) -> bool:
    """An operator, or the neighbours' desk whose caller she is."""
    me = await act.me()
    desk = bound_as(me, desks.BY)
    if bound_as(me, "operator") is not None or desk is None:
        return bound_as(me, "operator") is not None
    return await desks.right_of(act.turn, desk, orders.patient_of(order).get("id", "")) is not None


@does(intents.confirmed_lately)
async def confirmed_lately(act: Act) -> tuple[ForHerView, ...]:
    turn, me = act.turn, await act.me()
    if not any(bound_as(me, role) for role in ("operator", desks.BY)):
        raise Refused("not-for-you")
    named = bound_as(me, "operator") is None
    rows = [row for row in await turn.find(Order, stage="confirmed") if proxy_of(row).confirmed]
    mine = [row for row in rows if not proxy_of(row).objected and turn.now <= proxy_of(row).at + DENY_HOURS * HOUR]
    known = [(await for_her(turn, row), row) for row in mine if await _in_office(act, row)]
    found = [_named(one, row) if named else one for one, row in known]
    return tuple(sorted(found, key=lambda one: (not one.call, one.until)))


async def _denier(act: Act, row: Order) -> str:
    """As whom the hospital knows him who denies it."""
    me, patient = await act.me(), orders.patient_of(row).get("id", "")
    mine = [one for one in await rights.rights_to(act.turn, patient) if rights.account_in(one) == act.who]
    related = next((str(one.sealed.get("related", "")) for one in mine if one.by in rights.FAMILY), "")
    office = bound_as(me, "operator") or bound_as(me, desks.BY)
    if not related and office is not None:
        return f"PractitionerRole/{office.id}"
    return f"RelatedPerson/{related}" if related else f"Patient/{patient}"


async def follow(turn: Turn, seen: TaskSnapshot) -> None:
    """What the hospital found out; any other problem of a parcel is its own to tell by the order's stage."""
    order = seen.key.removesuffix(DENIED_KEY)
    if seen.key != order and seen.status in OVER:
        await settle(turn, DENIED, order, "the hospital looked into it")


TASKS[KIND] = follow


async def ended(turn: Turn, row: Incident) -> None:
    """An operator said that it is done: the hospital need not look into it any more."""
    if row.kind == DENIED and row.done_by:
        told = end_problem(row.order, f"{row.order}{DENIED_KEY}")
        turn.command(Command(f"denied-over:{row.order}", row.order, told.name, told.args, Origin()))


ENDED.append(ended)
