"""What waited and is no longer so is not sent: a post names what it depends on (``Post.holds``), joined by spaces.

``order:<no>:<stages>``, ``batch:<id>:<stages>``: it stands at one of these stages (joined by commas), and of a batch
something is left. ``asked:<dialog>``: the dialog waits for the question that this is. ``owed:<order>``: it waits to be
paid. ``announced:<id>``: it was not taken back. ``neighbours:<compound>``: the group is bound there.
``before:<civil ms>``. What a person wrote names nothing: words are never stale.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.decoding import Unreadable
from bot.model import Announcement, Batch, Order, Place, Post
from bot.store.port import Standing, Store


async def stale(standing: Standing, store: Store, now: int) -> bool:
    """Whether something that it names is no longer so. ``now``: civil ms."""
    try:
        for said in standing.post.holds.split():
            kind, _, of = said.partition(":")
            if kind == "before":
                if now >= int(of):
                    return True
            elif (holds := HOLDS.get(kind)) and not await holds(store, of, standing.post):
                return True  # a kind that only a later release knows stops nothing (ADR 23)
    except Unreadable:  # a row that does not open stops nobody's messages
        pass
    return False


async def _order(store: Store, of: str, post: Post) -> bool:
    no, _, stages = of.rpartition(":")
    order = await store.get(Order, no)
    return order is None or order.stage in stages.split(",")


async def _batch(store: Store, of: str, post: Post) -> bool:
    id, _, stages = of.rpartition(":")
    batch = await store.get(Batch, id)
    return batch is None or (batch.stage in stages.split(",") and batch.left > 0)


async def _asked(store: Store, of: str, post: Post) -> bool:
    """A further part of a long question is part of it."""
    state, prompt = await store.asks(of) or ("done", "")
    return state != "done" and prompt == post.key.partition("~")[0]


async def _owed(store: Store, of: str, post: Post) -> bool:
    order = await store.get(Order, of)
    return order is None or (order.stage == "quoted" and not order.pending)


async def _announced(store: Store, of: str, post: Post) -> bool:
    row = await store.get(Announcement, of)
    return row is None or not row.back


async def _neighbours(store: Store, of: str, post: Post) -> bool:
    """Meanwhile it may have been let go, or become another compound's; it keeps being bound when it moves."""
    place = await store.get(Place, post.chat)
    return place is not None and place.ref == of


HOLDS: Mapping[str, Callable[[Store, str, Post], Awaitable[bool]]] = {
    "order": _order,
    "batch": _batch,
    "asked": _asked,
    "owed": _owed,
    "announced": _announced,
    "neighbours": _neighbours,
}
