"""What is said under a card: where that stands, and how a word about one order names it among many."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import case_key, review_key
from bot.model import Order, PlaceKind, Text
from bot.render.messages import ready
from bot.turn import Turn


async def of_order(turn: Turn, text: Text, chat: int, no: str) -> tuple[Text, int | None]:
    """What is said of one order in a group of those who treat many: it names it, as its card does, and replies to that.

    Elsewhere, or where ``no`` names none: as it is, to nothing.
    """
    if await _treated_in(turn, chat, no) is None:
        return text, None
    named = {"order": no, "why": ready(text.html)}
    html = turn.services.words.say(await turn.lang_of(chat), "engine.of_order", named)
    return replace(text, html=html), await card_in(turn, chat, no)


async def card_in(turn: Turn, chat: int, no: str) -> int | None:
    """The message that shows this order's card in a group of those who treat it, None elsewhere."""
    order, kind = await _treated_in(turn, chat, no), await turn.place_kind(chat)
    if order is None:
        return None
    written = int(order.snapshot.get("rewritten", 0))
    card = case_key(no) if kind is PlaceKind.DEPARTMENT else review_key(no, chat, written)
    return await standing_in(turn, card, chat)


async def _treated_in(turn: Turn, chat: int, no: str) -> Order | None:
    kind = await turn.place_kind(chat)
    return await turn.get(Order, no) if no and kind in (PlaceKind.DEPARTMENT, PlaceKind.REVIEW) else None


async def standing_in(turn: Turn, key: str, chat: int) -> int | None:
    """The message in this chat that shows the post, None where there is none."""
    standing = await turn.standing(key) if key else None
    return standing.message if standing is not None and standing.post.chat == chat else None
