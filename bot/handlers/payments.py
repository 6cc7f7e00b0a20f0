"""Payments in chat: a lease at pre-checkout so that two cannot both pay, and the charge that is never refused."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot import orders
from bot.dialog import Refused
from bot.model import Command, Order, Origin, PaidInChat, PreCheckout, Priority, Text
from bot.ops.orders import actor, send_move
from bot.ops.registry import Act
from bot.ops.rights import payer
from bot.turn import Answer, Turn

log = logging.getLogger(__name__)


async def pre_checkout(turn: Turn, body: PreCheckout) -> None:
    """Yes only for the right person, the right amount and an order that waits for exactly this (R6)."""
    order = await _order(turn, body.payload)
    why = await _why_not(turn, body, order)
    lang = (await turn.person(body.person)).lang
    if why or order is None:
        turn.answer = Answer(reason=turn.services.words.label(lang, f"settle.checkout.{why}"))
        return
    until = turn.now + turn.services.config.pay_lease_minutes * 60_000
    turn.put(replace(order, lease_by=body.person, lease_until=until))
    turn.answer = Answer(ok=True)


async def _why_not(turn: Turn, body: PreCheckout, order: Order | None) -> str:
    if order is None or body.person != await payer(turn, order):
        return "not-yours"
    if order.stage != "quoted" or order.pending:
        return "paid" if order.stage == "paid" or order.pending == "pay" else "not-now"
    wanted = orders.due_of(order)
    if wanted is None or orders.unaccepted(order) or orders.refused(order, "pay"):
        return "not-now"
    if body.amount != wanted or _amount(body.payload) != wanted or body.currency != "CNY":
        return "amount"
    return "leased" if order.lease_until > turn.now and order.lease_by != body.person else ""


async def paid(turn: Turn, body: PaidInChat) -> None:
    """Only this is proof of a payment. Whatever the stage, the hospital hears of it; a surplus is refunded there."""
    order = await _order(turn, body.payload)
    person = body.spot.person
    lang = (await turn.person(person)).lang
    if order is None:
        log.error("a payment came whose order is not known")
        turn.note("", f"person:{person}", "stray-payment", reason=body.charge)
        turn.post(f"paid:{body.charge}", person, Text(turn.services.words.say(lang, "settle.stray_payment", {})))
        return
    charge = {"id": body.charge, "order": order.no, "amount": body.amount, "currency": body.currency, "paid": turn.now}
    act = Act(turn, person, person)
    args = {"charge": charge, "payer": await _payer(act, order)}
    seen = "settle.payment_seen"
    if orders.refused(order, "pay"):
        seen = "settle.payment_surplus"
        turn.command(Command(f"pay:{body.charge}", order.no, "hospital.pay", args, priority=Priority.URGENT))
    else:
        send_move(turn, order, "pay", args, Origin(chat=person, person=person))
    turn.note(order.no, f"person:{person}", "paid", reason=body.charge)
    turn.post(
        f"paid:{body.charge}",
        person,
        Text(turn.services.words.say(lang, seen, {"amount": body.amount})),
        priority=Priority.URGENT,
    )


async def _payer(act: Act, order: Order) -> dict[str, str]:
    try:
        return await actor(act, order, "watcher")
    except Refused:
        return {"reference": f"Patient/{orders.patient_of(order)['id']}", "on_behalf_of": "", "mandate": ""}


async def _order(turn: Turn, payload: str) -> Order | None:
    parts = payload.split(":")
    return await turn.get(Order, parts[1]) if len(parts) == 3 and parts[0] == "pay" else None


def _amount(payload: str) -> int:
    tail = payload.rpartition(":")[2]
    return int(tail) if tail.isascii() and tail.isdigit() else -1
