"""Money at a neighbours' desk: one that the hospital entitled, for its own caller, against a receipt (R14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from backend_client.models import OrderSnapshot
from bot import orders
from bot.dialog import Refused
from bot.intents import callers as intents
from bot.model import Command, Order, Origin, Payment, Returned, RoleBinding, Text
from bot.model.names import Names
from bot.ops import charges, desks, rights
from bot.ops.cautions import is_flagged
from bot.ops.incidents import report
from bot.ops.orders import actor, order_of, send_move
from bot.ops.registered import is_fresh
from bot.ops.registry import Act, bound_as, does
from bot.stages import facts_of
from bot.turn import Turn
from bot.views import DeskBillView, DeskReaderView

RECEIPT = "receipt"


def entitled(turn: Turn, desk: RoleBinding) -> bool:
    return desk.id in turn.services.config.cash_desks


async def shown(turn: Turn, order: Order, desk: RoleBinding, reader: DeskReaderView) -> DeskReaderView:
    """What of the money this desk is told: that it waits, and only where it is entitled how much.

    Of an order that ended before it was delivered: what this desk took for it, to be given back by hand.
    """
    if facts_of(order.stage).stopped:
        taken = [one for one in await charges.of_order(turn, order.no) if one.sealed.get("desk") == desk.id]
        receipts = ", ".join(str(one.sealed["receipt"]) for one in taken)
        return replace(reader, cash=sum(one.amount for one in taken), receipts=receipts)
    if order.stage != "quoted" or (due := orders.due_of(order)) is None:
        return reader
    waits = await rights.payer(turn, order) == 0
    unread, flagged = waits and orders.unaccepted(order), waits and is_flagged(turn, order)
    hers = waits and not (order.pending or unread)
    known = due if entitled(turn, desk) else -1
    takes, free = hers and entitled(turn, desk) and due > 0, hers and due == 0
    return replace(reader, takes=takes, free=free, due=known, waits=waits, unread=unread, flagged=flagged)


async def _payable(act: Act, no: str) -> tuple[Order, RoleBinding, Names, int]:
    """The order, the acting desk, its caller's name and what is due now; Refused where it may not settle it."""
    row = await order_of(act.turn, no)
    desk, right = await desks.may_follow(act, row)
    me = await act.me()
    if bound_as(me, "ambassador") is not None:
        raise Refused("not-yours-to-pay")
    if not is_fresh(act.turn, me, desk):
        raise Refused("role-unread")
    if why := orders.refused(row, "pay"):
        raise Refused(why, at=row.since, name="")
    if orders.unaccepted(row):
        raise Refused("desk-not-accepted")
    due = orders.due_of(row)
    if due is None:
        raise Refused("not-settled")
    await _nobody_else(act.turn, row)
    return row, desk, rights.patient_in(right).known_as, due


async def _nobody_else(turn: Turn, row: Order) -> None:
    """Refused where somebody pays it in chat, or may."""
    if turn.now < row.lease_until and row.lease_by:
        raise Refused("desk-someone-pays")
    if await rights.payer(turn, row):
        raise Refused("her-family-confirms")


@does(intents.desk_bill)
async def desk_bill(act: Act, order: str) -> DeskBillView:
    row, desk, name, due = await _payable(act, order)
    if not entitled(act.turn, desk):
        raise Refused("desk-no-money")
    if due == 0:
        raise Refused("desk-sum")
    return DeskBillView(name, due, is_flagged(act.turn, row))


def _id(turn: Turn, desk: str, receipt: str) -> str:
    return f"desk-{turn.blind(RECEIPT, desk, receipt)[:24]}"


@does(intents.desk_paid)
async def desk_paid(act: Act, order: str, amount: int, receipt: str) -> None:
    turn = act.turn
    row, desk, _, due = await _payable(act, order)
    if not entitled(turn, desk):
        raise Refused("desk-no-money")
    if amount != due:
        raise Refused("desk-sum")
    id = _id(turn, desk.id, receipt)
    if await turn.get(Payment, id) is not None:
        raise Refused("receipt-used")
    sealed = {"account": act.who, "receipt": receipt, "desk": desk.id}
    turn.put(Payment(id, row.no, amount, "CNY", turn.now, sealed=sealed))
    charge = {"id": f"{desk.id}-{receipt}", "order": row.no, "amount": amount, "currency": "CNY", "paid": turn.now,
              "desk": desk.id, "receipt": receipt}  # fmt: skip
    await _pays(act, row, charge, "paid-at-desk")


@does(intents.desk_reads)
async def desk_reads(act: Act, order: str) -> DeskBillView:
    row, _, name = await _free(act, order)
    return DeskBillView(name, 0, is_flagged(act.turn, row))


async def _free(act: Act, no: str) -> tuple[Order, RoleBinding, Names]:
    row, desk, name, due = await _payable(act, no)
    if due != 0:
        raise Refused("not-free")
    return row, desk, name


@does(intents.desk_agrees)
async def desk_agrees(act: Act, order: str) -> None:
    row, _, _ = await _free(act, order)
    charge = {"id": f"zero-{order}-{row.since}", "order": order, "amount": 0, "currency": "CNY", "paid": act.turn.now}
    await _pays(act, row, charge, "confirmed-zero")


async def _pays(act: Act, row: Order, charge: dict[str, Any], what: str) -> None:
    args = {"charge": charge, "payer": await actor(act, row, "watcher")}
    send_move(act.turn, row, "pay", args, Origin(person=act.who))  # a refusal is told by ``booked``, in a desk's words
    act.turn.note(row.no, f"person:{act.who}", what, orders.patient_of(row).get("id", ""))


async def booked(turn: Turn, command: Command, body: Returned) -> None:
    """The hospital's books did not take it, or it came too late: the money is to be given back by hand."""
    charge, seen = command.args["charge"], body.value
    if isinstance(seen, OrderSnapshot) and (facts_of(seen.stage).paid or seen.kept):
        return
    await charges.sent_back(turn, _id(turn, charge["desk"], charge["receipt"]))
    row = await turn.get(Order, charge["order"])
    await report(turn, "payment", order=charge["order"], code="desk")
    name = rights.brief_of(orders.patient_of(row)).known_as if row else ""
    words = {"amount": charge["amount"], "number": charge["receipt"], "name": name}
    text = turn.services.words.say(await turn.lang_of(command.origin.person), "desk_paid.back", words)
    turn.post(f"desk-back:{turn.blind(RECEIPT, charge['id'])[:12]}", command.origin.person, Text(text))
