"""Local operations, joined: importing this package registers them all."""

from bot.ops import consult, orders, people, places, relay, road, signing
from bot.ops.registry import OPS

__all__ = ["OPS", "consult", "orders", "people", "places", "relay", "road", "signing"]
