"""A pharmacist replies in the review group to what a patient asked and no doctor answered."""

from __future__ import annotations

from bot.dialog import Refused
from bot.handlers.attachments import cannot_carry
from bot.handlers.topics import Written, album_of, hint, replied, under, words_of
from bot.model import Dialog, Order, PlaceKind, Relayed, Said
from bot.ops.colleagues import stays
from bot.ops.hearing import answers_for, speak_down
from bot.ops.orders import may_hear
from bot.turn import Turn


async def from_reviewer(turn: Turn, body: Written) -> bool:
    """Whether this answers a patient: a reply to her words there, or to the card below them."""
    if body.reply_to is None or await turn.place_kind(body.spot.chat) is not PlaceKind.REVIEW:
        return False
    order = await _asked_about(turn, body)
    if order is None:
        return False
    words = words_of(body)
    if stays(turn, order, words.text, album_of(body)) or await turn.get(Relayed, words.id) is not None:
        return True
    try:
        binding = await answers_for(turn, order, words.person)
    except Refused as no:
        await hint(turn, body, order, "relay.closed" if no.code == "consult-over" else "relay.kept")
        return True
    if why := cannot_carry(body):
        await hint(turn, body, order, why)
        return True
    if lost := await speak_down(turn, order, words, binding, dict.fromkeys(await may_hear(turn, order))):
        await hint(turn, body, order, lost)
    return True


async def reply_over(turn: Turn, body: Said) -> bool:
    """A reply to what was asked of, or told to, this very person, where nothing waits for it: nobody gets it."""
    if body.reply_to is None or await turn.place_kind(body.spot.chat) is not PlaceKind.REVIEW:
        return False
    kind, _, rest = (await replied(turn, body, "d:")).partition(":")
    dialog = await turn.get(Dialog, rest.partition(":")[0]) if kind == "d" else None
    if dialog is None or dialog.person != body.spot.person:
        return False
    await under(turn, body, "", "engine.reply_over")
    return True


async def _asked_about(turn: Turn, body: Written) -> Order | None:
    kind, *of = (await replied(turn, body, "r:")).split(":")
    if kind == "late":
        return await turn.get(Order, of[0])
    original = await turn.get(Relayed, ":".join(of[:2])) if kind == "r" else None
    return await turn.get(Order, original.order) if original else None
