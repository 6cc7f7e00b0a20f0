"""Payments in chat: a lease at pre-checkout so that two cannot both pay, and the charge that is never refused."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace

from backend_client.models import OrderSnapshot
from bot import orders
from bot.dialog import Refused
from bot.model import BY_LINK, Command, Order, Origin, PaidInChat, Payment, PreCheckout, Priority, Returned, Text
from bot.ops import desk_money
from bot.ops.charges import id_of, order_in, payment_of, sent_back, words_of
from bot.ops.incidents import settle
from bot.ops.orders import actor, send_move
from bot.ops.paying import paid_by, payers
from bot.ops.registry import SEES, Act
from bot.ops.rights import watchers
from bot.ops.strays import fits_none
from bot.stages import facts_of
from bot.turn import Answer, Turn

PAY = "hospital.pay"
log = logging.getLogger(__name__)


async def pre_checkout(turn: Turn, body: PreCheckout) -> None:
    """Yes only for the right person, the right amount and an order that waits for exactly this (R6).

    As the hospital has order, price and record at this moment (R18): the bill may be days old.
    """
    order = await _order(turn, body.payload)
    if order is not None and _fresh(order, body):
        await SEES[OrderSnapshot](turn, body.seen)
        order = await _order(turn, body.payload)
    why = await _why_not(turn, body, order)
    lang = (await turn.person(body.person)).lang
    if why or order is None:
        if body.payload.startswith(f"{BY_LINK}:") and why in ("not-now", "not-yours"):
            why = "over"  # whoever pays by link has no order to look at
        turn.answer = Answer(reason=turn.services.words.label(lang, f"settle.checkout.{why}"))
        return
    until = turn.now + turn.services.config.pay_lease_minutes * 60_000
    turn.put(replace(order, lease_by=body.person, lease_until=until))
    turn.answer = Answer(ok=True)


async def _why_not(turn: Turn, body: PreCheckout, order: Order | None) -> str:
    if order is None:
        return "not-yours"
    if orders.patient_of(order).get("deceased"):
        return "not-now"
    if body.person not in await payers(turn, order):
        return "not-yours"
    return await _waits(turn, body, order) or _amiss(turn, body, order)


async def _waits(turn: Turn, body: PreCheckout, order: Order) -> str:
    """Whether it waits to be paid, as the hospital says now."""
    if not _fresh(order, body):
        return "unread"
    if body.seen.patient.id != orders.patient_of(order).get("id"):
        return "not-now"  # whose it is, a person must settle first
    if order.stage != "quoted" or order.pending:
        return "paid" if facts_of(order.stage).paid or order.pending == "pay" else "not-now"
    if any(one.aside for one in await turn.find(Payment, order=order.no)):
        return "paid"  # a charge came that nobody could handle yet: never a second one for the same
    return ""


def _amiss(turn: Turn, body: PreCheckout, order: Order) -> str:
    wanted = orders.due_of(order)
    if wanted is None or orders.unaccepted(order) or orders.refused(order, "pay"):
        return "not-now"
    if body.amount != wanted or _amount(body.payload) != wanted or body.currency != "CNY":
        return "amount"
    ends = turn.now + turn.services.config.pay_lease_minutes * 60_000  # what ends later was given by another clock
    leased = turn.now < order.lease_until <= ends and order.lease_by != body.person
    return "leased" if leased else ""


def _fresh(order: Order, body: PreCheckout) -> bool:
    """What the hospital said is about this order and its patient, and not older than what is known."""
    seen = body.seen
    return isinstance(seen, OrderSnapshot) and seen.no == order.no and seen.updated >= order.updated


async def paid(turn: Turn, body: PaidInChat) -> None:
    """Only this is proof of a payment. Whatever the stage, the hospital hears of it; a surplus is refunded there."""
    known = await turn.get(Payment, id_of(body))
    if known is not None and not known.aside:
        return  # told again, long after
    order = await _order(turn, body.payload)
    person = body.spot.person
    lang = (await turn.person(person)).lang
    row = payment_of(body, known.at if known else turn.now, order=order.no if order else "")
    turn.put(replace(row, version=known.version if known else 0))
    if known is not None:  # it had been put aside
        await settle(turn, "payment", turn.blind("telegram", f"charge/{row.id}")[:12], "it was booked after all")
    if order is None:
        log.error("a payment came whose order is not known")
        turn.note("", f"person:{person}", "stray-payment", reason=row.id)
        await fits_none(turn, row)
        _, words = words_of(body, turn.services.config.hospital_phone)
        turn.post(f"paid:{row.id}", person, Text(turn.services.words.say(lang, "settle.stray_payment", words)))
        return
    charge = {"id": body.charge, "order": order.no, "amount": body.amount, "currency": body.currency, "paid": turn.now}
    act = Act(turn, person, person)
    args = {"charge": charge, "payer": await _payer(act, order)}
    seen = "settle.payment_seen"
    if orders.refused(order, "pay") not in ("", "on-hold"):  # held: it is paid now, and goes back if the order ends
        seen = "settle.payment_surplus"
        await sent_back(turn, row.id)
        origin = Origin(chat=person, person=person)
        turn.command(Command(f"pay:{body.charge}", order.no, PAY, args, origin, Priority.URGENT))
    else:
        send_move(turn, paid_by(turn, order, person), "pay", args, Origin(chat=person, person=person))
    turn.note(order.no, f"person:{person}", "paid", reason=body.charge)
    turn.post(
        f"paid:{body.charge}",
        person,
        Text(turn.services.words.say(lang, seen, {"amount": body.amount})),
        priority=Priority.URGENT,
    )


async def not_booked(turn: Turn, command: Command) -> None:
    """The hospital's books do not take it, for no fault of the payer: she reads that it is safe, and who is at it."""
    charge = command.args["charge"]
    if charge["amount"]:
        await _say(turn, command, "safe", "settle.payment_safe", phone=turn.services.config.hospital_phone)


async def booked(turn: Turn, command: Command, body: Returned) -> None:
    """What became of a charge: in the books; or it came too late for an order that ended, and goes back."""
    charge, seen = command.args.get("charge", {}), body.value
    if command.op != PAY or not charge.get("amount"):
        return
    if charge.get("desk"):
        await desk_money.booked(turn, command, body)
        return
    troubled = (await turn.standing(f"safe:{charge['id']}")) is not None
    if body.refusal or not isinstance(seen, OrderSnapshot):
        if troubled:
            turn.post(f"safe:{charge['id']}", command.origin.person, None)
    elif _goes_back(command, seen):
        await sent_back(turn, str(charge["id"]))
        await _say(turn, command, "back", "settle.payment_surplus")
    elif troubled:
        await _say(turn, command, "safe", "settle.payment_booked")


def _goes_back(command: Command, seen: OrderSnapshot) -> bool:
    """The order neither is paid nor keeps anything for a later quote; of a surplus she was told when it came."""
    told = command.key.startswith("pay:")
    return not told and not facts_of(seen.stage).paid and seen.stage != "problem" and not seen.kept


async def _say(turn: Turn, command: Command, kind: str, key: str, **more: str) -> None:
    charge, person = command.args["charge"], command.origin.person
    if not person:  # asked for by a release that named nobody
        return
    order = await turn.get(Order, charge["order"])
    hers = order is not None and person in await watchers(turn, order)  # who pays by link reads no number
    words = {"amount": charge["amount"], "order": charge["order"] if hers else "", "number": charge["id"][-8:], **more}
    text = Text(turn.services.words.say((await turn.person(person)).lang, key, words))
    turn.post(f"{kind}:{charge['id']}", person, text, priority=Priority.URGENT)


async def _payer(act: Act, order: Order) -> dict[str, str]:
    """A payer by link is nobody that the hospital knows: it stands there under the patient."""
    if act.who in await watchers(act.turn, order):
        with suppress(Refused):
            return await actor(act, order, "watcher")
    return {"reference": f"Patient/{orders.patient_of(order)['id']}", "on_behalf_of": "", "mandate": ""}


async def _order(turn: Turn, payload: str) -> Order | None:
    parts = payload.split(":")
    return await turn.get(Order, order_in(payload)) if len(parts) == 3 and order_in(payload) else None


def _amount(payload: str) -> int:
    tail = payload.rpartition(":")[2]
    return int(tail) if tail.isascii() and tail.isdigit() else -1
