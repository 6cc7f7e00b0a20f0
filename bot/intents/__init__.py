"""What a flow may ask the house and the hospital to do: plain data, no client, no store.

A local intent is executed inside the commit (bot/ops/); a hospital intent leaves with the commit (bot/calls.py).
"""

from __future__ import annotations

from typing import Any

from bot.dialog import Op
from bot.intents import orders
from bot.intents._declare import DECLARED, Intent
from bot.moves import MoveName
from bot.views import OrderView

__all__ = ["Intent", "local"]


class local:
    """What the house itself knows and does, inside the commit of this turn."""

    @staticmethod
    def do(name: str, **args: Any) -> Op[Any]:
        if name in DECLARED:
            raise TypeError(f"local.{name} is declared: ask for it by its function in bot/intents/")
        return Op(f"local.{name}", args)

    @staticmethod
    def move(order: str, move: MoveName, **args: Any) -> Op[OrderView]:
        """Ask the hospital for a legal move of bot/moves.py; refuses with a code that has words."""
        return orders.move(order, move, args)
