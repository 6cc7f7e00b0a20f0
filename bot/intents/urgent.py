"""What a flow may ask about orders that go before others, and about the queue. Carried out by bot/ops/urgent.py."""

from __future__ import annotations

from bot.dialog import Op
from bot.intents._declare import local
from bot.intents.orders import move
from bot.views import OrderView, QueueView


@local
def may_ask_first(order: str) -> OrderView:
    """The order for whoever watches it. Refused: not-now (too late), asked-first, goes-first."""
    ...


@local
def ask_first(order: str, why: str) -> None:
    """The operators are asked to let it go before others; ``why``: bedridden, tumour, child, other."""
    ...


def lets_first(order: str, why: str) -> Op[OrderView]:
    """An operator lets it go before others."""
    return move(order, "expedite", {"reason": why})


@local
def queue(where: str) -> QueueView:
    """What waits in a department (its id), or for the pharmacists ("review"): the one that is next comes first."""
    ...
