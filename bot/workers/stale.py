"""After trouble with the messenger: what waited and is no longer true is not sent any more."""

from __future__ import annotations

from bot.decoding import Unreadable
from bot.model import Bill, Content, Dialog, Order, Picture, Text
from bot.store.port import Standing, Store


async def stale(standing: Standing, store: Store) -> bool:
    """A question that nobody waits for any more, or an invoice of an order that waits for no payment."""
    try:
        return await _stale(standing, store)
    except Unreadable:  # a row that does not open stops nobody's messages
        return False


async def _stale(standing: Standing, store: Store) -> bool:
    content = standing.post.content
    if isinstance(content, Bill):
        return await _not_owed(content.payload, store)
    return _asks(content) and not await _waited_for(standing.post.key, store)


async def _not_owed(payload: str, store: Store) -> bool:
    """``pay:<order>:<sum>``, see bot/ops/consult.py."""
    order = await store.get(Order, payload.split(":")[1]) if payload.startswith("pay:") else None
    return order is not None and (order.stage != "quoted" or bool(order.pending))


def _asks(content: Content | None) -> bool:
    buttons = content.buttons if isinstance(content, Text | Picture) else ()
    return any(button.data.startswith("d:") for row in buttons for button in row)


async def _waited_for(key: str, store: Store) -> bool:
    """``d:<dialog>:<step>:<epoch>``, or a further part of it; whatever else has such buttons stays true."""
    if not key.startswith("d:"):
        return True
    dialog = await store.get(Dialog, key.split(":")[1])
    return dialog is not None and dialog.state != "done" and dialog.prompt == key.partition("~")[0]
