"""Photos or a voice note that show who may act for somebody: for the hospital, where it lets them be sent here."""

from __future__ import annotations

from typing import Literal

from bot.dialog import Ask, Photo, Refused, flow
from bot.intents import proofs

MOST = 10  # pictures of one album (Bot API: sendMediaGroup)


@flow("send_proof")
async def send_proof(ask: Ask, patient: str, of: Literal["child", "family", "neighbour"]) -> str:
    """Where the hospital keeps it, of an album each picture, with a space between; "" where it got nothing here.

    Of several she reads what became of them. One that came twice is kept once, and both leave the chat.
    """
    key = await ask.once("here", proofs.proof_here())
    if not key:
        return ""
    sent = await ask.photos("sent", max=MOST, proof=True, buttons=["there"], of=of)
    came = sent if isinstance(sent, list) else []
    pictures = [one for n, one in enumerate(came) if one.unique not in {before.unique for before in came[:n]}]
    kept = [await _kept(ask, f"{key}-{n}" if n else key, patient, one) for n, one in enumerate(pictures)]
    there = {one.unique for one, where in zip(pictures, kept, strict=True) if where}
    twice = [one.message for one in came if one not in pictures and one.unique in there]
    if twice:
        await ask.once("twice", proofs.take_away_too(ask.place.chat, twice))
    if not all(kept):
        await ask.tell("not_kept", some=any(kept))
    elif len(came) > 1:
        await ask.tell("kept", count=len(pictures), twice=bool(twice))
    return " ".join(filter(None, kept))


async def _kept(ask: Ask, key: str, patient: str, one: Photo) -> str:
    """Each by a key of its own: the hospital keeps what has one key once."""
    about = (one.file, one.kind, one.size, ask.place.chat, one.message)
    try:
        return await ask.call(f"kept[{one.unique}]", proofs.keep_proof(key, patient, *about))
    except Refused:
        return ""
