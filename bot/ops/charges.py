"""Charges that the messenger told of: each is a row, whatever becomes of it; the hospital's books are its truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.model import BILLS, BY_LINK, PaidInChat, Payment
from bot.turn import Turn

BACK = "back"  # among what is sealed: the hospital sent it back whole, it was too much or too late


def payment_of(body: PaidInChat, at: int, *, order: str = "", aside: bool = False) -> Payment:
    """The row of a charge; ``order``: the one it was booked for, "" = none; put aside, the one its bill names."""
    sealed = {"account": body.spot.person, "payload": body.payload}
    return Payment(
        id_of(body), order_in(body.payload) if aside else order, body.amount, body.currency, at, aside, sealed
    )


def id_of(body: PaidInChat) -> str:
    return body.charge or f"{body.spot.chat}:{body.message}"


def order_in(payload: str) -> str:
    """The order that a bill of ours names, "" = it is none of ours."""
    kind, _, rest = payload.partition(":")
    return rest.partition(":")[0] if kind in BILLS else ""


def words_of(body: PaidInChat, phone: str) -> tuple[str, dict[str, Any]]:
    """What the payer of a charge reads that nobody could handle yet: key and words, from what came alone."""
    words = {"amount": body.amount, "number": id_of(body), "phone": phone}
    order = order_in(body.payload)
    if not order:
        return "settle.stray_payment", words
    hers = "" if body.payload.startswith(f"{BY_LINK}:") else order  # who pays by link reads no number
    return "settle.payment_safe", {**words, "order": hers}


async def of_order(turn: Turn, no: str) -> list[Payment]:
    """What was paid for it and counted, the oldest first."""
    found = [one for one in await turn.find(Payment, order=no) if not one.aside and not one.sealed.get(BACK)]
    return sorted(found, key=lambda one: (one.at, one.id))


def by_link(charge: Payment) -> bool:
    return str(charge.sealed.get("payload", "")).startswith(f"{BY_LINK}:")


def held(charges: Sequence[Payment], kept: int) -> dict[str, int]:
    """How much of each the hospital still has, of ``kept`` fen together: a difference goes back out of the newest."""
    over = max(0, sum(one.amount for one in charges) - kept)
    left: dict[str, int] = {}
    for one in reversed(charges):
        left[one.id] = one.amount - min(over, one.amount)
        over -= min(over, one.amount)
    return left


async def sent_back(turn: Turn, charge: str) -> None:
    row = await turn.get(Payment, charge)
    if row is not None:
        turn.put(replace(row, sealed={**row.sealed, BACK: True}))
