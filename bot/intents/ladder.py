"""What a flow may ask about an order's clock. Carried out by bot/ops/ladder.py."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import RungView


@local
def climb(order: str) -> tuple[RungView, ...]:
    """The rungs of the ladder that this order has reached now, each once; what the house does about them is done."""
    ...
