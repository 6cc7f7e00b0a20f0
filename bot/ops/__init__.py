"""Local operations, joined: importing this package registers them all."""

from bot.ops import (
    accepting,
    apart,
    cautions,
    colleagues,
    consult,
    drafts,
    hearing,
    lists,
    orders,
    people,
    places,
    placing,
    records,
    relay,
    road,
    signing,
    waking,
)
from bot.ops.registry import OPS

__all__ = [
    "OPS",
    "accepting",
    "apart",
    "cautions",
    "colleagues",
    "consult",
    "drafts",
    "hearing",
    "lists",
    "orders",
    "people",
    "places",
    "placing",
    "records",
    "relay",
    "road",
    "signing",
    "waking",
]
