"""What waits in a store and may be tried, whole: as a sender that reads on to the end finds it."""

from __future__ import annotations

from bot.model import Priority
from bot.store.port import Standing, Store

ALL = 1_000_000


async def posts_due(store: Store, now: int) -> list[Standing]:
    """By priority, and within it in the order of becoming ready; ``now``: civil ms."""
    found = [one for priority in Priority for one in await store.waiting(priority, 0, now, ALL)]
    whole = [await store.due(one.key, now) for one in found if not one.stopped]
    return [one for one in whole if one is not None]
