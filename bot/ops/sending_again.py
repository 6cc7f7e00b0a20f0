"""The pharmacy sends another parcel: whoever has the first one brings it back, and the second has a road of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.model import Order
from bot.ops.handing import custody
from bot.ops.reported import AGAIN, sent_again, wrong_of
from bot.ops.road import holders
from bot.stages import facts_of
from bot.turn import Turn


def is_sent_again(was: Order, row: Order) -> bool:
    """Out of its problem it is packed, or on another batch already: by the time we look it may be further."""
    if facts_of(row.stage).stopped:
        return False
    return row.stage == "packed" or _on(row) not in ("", was.batch)


async def first_comes_back(turn: Turn, was: Order, row: Order) -> tuple[int, ...]:
    """Who has the first parcel in his hands. The second one is of no batch until the hospital says of which."""
    known = wrong_of(row)
    has = await holders(turn, was, known.stage)
    if has and known.kind != "missing":
        await came_back(turn, row)
    again = (*sent_again(row), was.batch)
    turn.put(replace(row, batch=_on(row), snapshot={**row.snapshot, AGAIN: again}))
    return has


async def came_back(turn: Turn, row: Order) -> None:
    """R9: nobody on the road is to have it any more."""
    hands = facts_of(wrong_of(row).stage).hands
    await custody(turn, row, hands[1] if hands else "", "hospital", "returned")


def _on(row: Order) -> str:
    parcel: Mapping[str, Any] = row.snapshot.get("parcel") or {}
    return str(parcel.get("batch") or "")
