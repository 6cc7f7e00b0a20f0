"""Payments reported to the hospital, refunds, and what a cancelled order leaves to undo."""

from __future__ import annotations

from dataclasses import replace

from backend_client.bundles import Entry, transact, urn
from backend_client.codes import PAYMENT_STATUS, PAYMENT_TYPE
from backend_client.consent import check_mandate
from backend_client.errors import Invalid, OutcomeUnknown, WrongState
from backend_client.models import Actor, Charge
from backend_client.moves import Move, input_of, move, output, outputs_of, stage_of, was_made
from backend_client.orders import amount_of, fetch, payments_of, snapshot, task_of
from backend_client.prescribing import requests_of
from backend_client.pricing import drop_lines
from backend_client.rest import Rest
from backend_client.shapes import (
    concept,
    day,
    each,
    identified,
    identifier,
    instant,
    money,
    own_path,
    ref,
    target,
    word,
)
from backend_client.states import set_status
from backend_client.wire import Json


# paying
async def pay(rest: Rest, charge: Charge, payer: Actor) -> Json:
    """Record the charge, then move quoted -> paid. A charge that cannot pay the order any more is refunded.

    What was paid for an earlier quote counts: only the difference is due, and one in the payer's favour is paid back.
    Invalid(``amount-differs``) when it is not what is due: recorded and refunded, the order stays quoted. A refund
    follows from what was read by id, never from a status alone, and never from what a search gave.
    A share of 0 that a helper with a mandate confirms: he read the risk warning to her, and the Provenance says so;
    so it does of somebody whom a link reached.
    """
    task = await rest.read(own_path(await task_of(rest, charge.order)))
    wanted = Move("paid", payer, key=charge.id)
    done = was_made(rest.codes, task, wanted)
    due = None if done or stage_of(rest.codes, task) != "quoted" else await _due(rest, task)
    if charge.amount == 0:
        if due and due > 0:
            raise Invalid("not-free")
        if payer.mandate:
            if not done:
                await check_mandate(rest, payer)
            wanted = replace(wanted, why=concept(rest.codes.system("risk-warning"), "read-aloud"))
        elif charge.family:
            wanted = replace(wanted, why=concept(rest.codes.system("risk-warning"), "read-by-family"))
        return await _pay_difference_back(rest, await move(rest, task, wanted))
    place = await _report(rest, task, charge)
    if due is not None and due != charge.amount:
        await refund(rest, place)
        raise Invalid("amount-differs")
    named = ref(place) | {"identifier": identifier(rest.codes.id("payment"), charge.id)}
    paid = Move("paid", payer, key=charge.id, outputs=(output(rest.codes, "payment", "Reference", named),))
    try:
        return await move(rest, task, paid)
    except WrongState:
        await refund(rest, place)
        return await rest.read(own_path(task))


async def _due(rest: Rest, task: Json) -> int:
    """Below zero where more was paid for an earlier quote than this one asks."""
    found = await snapshot(rest, task)
    if found.settlement is None:
        raise Invalid("not-settled")
    return found.settlement.self_pay - found.kept


async def _pay_difference_back(rest: Rest, task: Json) -> Json:
    """What was paid beyond the share, out of the newest charges; each refund stands on the Task beside its payment."""
    found = await snapshot(rest, task)
    settled = next(iter(outputs_of(rest.codes, task, "settlement")), None)
    if found.stage != "paid" or found.settlement is None or settled is None or found.kept <= found.settlement.self_pay:
        return task
    over = found.kept - found.settlement.self_pay
    key = target(settled, "valueReference").rpartition("/")[2]  # one difference for each quote
    backs: list[Json] = []
    for place, left in reversed(await _still_held(rest, task)):
        if over > 0:
            backs.append(await refund(rest, place, min(over, left), f"difference-{key}"))
            over -= min(over, left)
    named = [output(rest.codes, "payment", "Reference", ref(own_path(back))) for back in backs]
    patch: Json = {"op": "add", "path": "/output", "value": [*each(task, "output"), *named]}
    test: Json = {"op": "test", "path": "/businessStatus", "value": task["businessStatus"]}
    return await rest.patch(task, [test, patch]) or await rest.read(own_path(task))


async def _still_held(rest: Rest, task: Json) -> list[tuple[str, int]]:
    """Each payment for this order and how much of it was not paid back, oldest first."""
    places = payments_of(rest.codes, task)
    known = await fetch(rest, places)
    if missing := next((place for place in places if place and place not in known), ""):
        raise OutcomeUnknown("not-seen-yet", missing.partition("/")[0])
    back = -sum(min(0, amount_of(one)) for one in known.values())
    held: list[tuple[str, int]] = []
    for place in reversed([place for place in places if place in known and amount_of(known[place]) > 0]):
        taken = min(back, amount_of(known[place]))
        back -= taken
        held.append((place, amount_of(known[place]) - taken))
    return held[::-1]


async def _report(rest: Rest, task: Json, charge: Charge) -> str:
    """``PaymentReconciliation/<id>``: looked up first, because its transaction may have landed already."""
    codes = rest.codes
    found = await rest.first("PaymentReconciliation", codes.id("payment"), charge.id)
    if found is not None:
        return own_path(found)
    amount = money(charge.amount, charge.currency)
    detail: Json = {"type": concept(PAYMENT_TYPE, "payment"), "date": day(charge.paid), "amount": amount}
    notice: Json = {
        "resourceType": "PaymentNotice",
        "identifier": [identifier(codes.id("payment-notice"), charge.id)],
        "status": "active",
        "created": instant(charge.paid),
        "payment": ref(urn(rest, f"{charge.id}|payment")),
        "recipient": ref(target(input_of(codes, task, "department"), "valueReference")),
        "amount": amount,
        "paymentStatus": concept(PAYMENT_STATUS, "paid"),
    }
    for kind, name in (("invoice", "request"), ("settlement", "response")):
        place = next((target(item, "valueReference") for item in outputs_of(codes, task, kind)), "")
        if place:
            notice[name] = ref(place)
    if "request" in notice:
        detail["request"] = notice["request"]
    reconciliation: Json = {
        "resourceType": "PaymentReconciliation",
        "identifier": [identifier(codes.id("payment"), charge.id)],
        "status": "active",
        "created": instant(charge.paid),
        "paymentDate": day(charge.paid),
        "paymentAmount": amount,
        "paymentIdentifier": identifier(codes.id("telegram-charge"), charge.id),
        "detail": [detail],
    }
    if charge.desk:
        kind = concept(codes.system("payment-type"), "desk")
        reconciliation |= {"paymentIdentifier": identifier(codes.id("desk-receipt"), charge.receipt), "formCode": kind}
        reconciliation["requestor"] = ref(f"PractitionerRole/{charge.desk}")
    entries = [
        Entry(urn(rest, f"{charge.id}|payment"), reconciliation, codes.id("payment"), charge.id),
        Entry(urn(rest, f"{charge.id}|notice"), notice, codes.id("payment-notice"), charge.id),
    ]
    return (await transact(rest, entries))[entries[0].urn]


async def refund(rest: Rest, payment: str, part: int | None = None, why: str = "refund") -> Json:
    """A second PaymentReconciliation, amount below zero; ``detail.predecessor`` names the charge it takes back.

    ``part``: so many fen of it, else all.
    """
    codes = rest.codes
    paid = await rest.read(payment)
    charge = identified(paid, codes.id("payment"))
    currency = word(paid, "paymentAmount", "currency")
    amount = money(-(amount_of(paid) if part is None else part), currency)
    detail: Json = {
        "type": concept(codes.system("payment-type"), "refund"),
        "predecessor": identifier(codes.id("payment"), charge),
        "date": day(rest.now()),
        "amount": amount,
    }
    request = target(paid, "detail", 0, "request")
    if request:
        detail["request"] = ref(request)
    back: Json = {
        "resourceType": "PaymentReconciliation",
        "identifier": [identifier(codes.id("payment"), f"{charge}-{why}")],
        "status": "active",
        "created": instant(rest.now()),
        "paymentDate": day(rest.now()),
        "paymentAmount": amount,
        "paymentIdentifier": paid.get("paymentIdentifier") or identifier(codes.id("telegram-charge"), charge),
        "detail": [detail],
    }
    return await rest.create(back, codes.id("payment"), f"{charge}-{why}")


# cancelling
async def cancel(rest: Rest, no: str, who: Actor, reason: str) -> Json:
    """The move first, for it decides the race with packing; then the Claim, the prescription, the review, the money."""
    task, wanted = await task_of(rest, no), Move("cancelled", who, reason=reason)
    if not was_made(rest.codes, task, wanted):
        await check_mandate(rest, who)
    task = await move(rest, task, wanted)
    await undo(rest, task)
    return task


async def undo(rest: Rest, task: Json) -> None:
    """Of an order that has ended unsent: the Claim, the prescription and the review cancelled, the money paid back."""
    requests = await requests_of(rest, task)
    for request in requests:
        await set_status(rest, own_path(request), "cancelled")
    if requests:
        await _cancel_followers(rest, word(requests[0], "groupIdentifier", "value"))
    await drop_lines(rest, task)
    for place, held in await _still_held(rest, task):
        if held:
            await refund(rest, place, held)


async def _cancel_followers(rest: Rest, key: str) -> None:
    claim = await rest.first("Claim", rest.codes.id("claim"), key)
    if claim is not None:
        await set_status(rest, own_path(claim), "cancelled")
    review = await rest.first("Task", rest.codes.id("review"), key)
    if review is not None and word(review, "status") in ("requested", "in-progress"):
        await set_status(rest, own_path(review), "cancelled")
