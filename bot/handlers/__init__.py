"""Who handles which arrival: the one table that Core routes by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.handlers import aside, hospital, payments, reach, results, telegram, timers, unheeded
from bot.model import (
    Due,
    Migrated,
    Observed,
    PaidInChat,
    Photographed,
    PreCheckout,
    Pressed,
    PutAside,
    Reached,
    Returned,
    Said,
    SentOther,
    Several,
    Unnamed,
)
from bot.turn import Turn

HANDLERS: Mapping[type, Callable[[Turn, Any], Awaitable[None]]] = {
    Said: telegram.said,
    Pressed: telegram.pressed,
    Photographed: telegram.photographed,
    SentOther: telegram.sent_other,
    Several: telegram.several,
    Unnamed: unheeded.unnamed,
    Reached: reach.reached,
    Migrated: reach.migrated,
    PreCheckout: payments.pre_checkout,
    PaidInChat: payments.paid,
    Observed: hospital.observed,
    Returned: results.returned,
    Due: timers.due,
    PutAside: aside.put_aside,
}


async def route(turn: Turn) -> None:
    """Give the arrival to its handler."""
    await HANDLERS[type(turn.arrival.body)](turn, turn.arrival.body)
