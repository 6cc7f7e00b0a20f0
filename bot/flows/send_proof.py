"""Photos or a voice note that show who may act for somebody: for the hospital, where it lets them be sent here."""

from __future__ import annotations

from typing import Literal

from bot.dialog import Ask, Photo, Refused, flow
from bot.intents import proofs

MOST = 10  # pictures of one album (Bot API: sendMediaGroup)


@flow("send_proof")
async def send_proof(ask: Ask, patient: str, of: Literal["child", "family", "neighbour"]) -> str:
    """Where the hospital keeps it, of an album each picture, with a space between; "" where it got nothing here."""
    key = await ask.once("here", proofs.proof_here())
    if not key:
        return ""
    sent = await ask.photos("sent", max=MOST, proof=True, buttons=["there"], of=of)
    pictures = sent if isinstance(sent, list) else []
    kept = [await _kept(ask, f"{key}-{n}" if n else key, patient, one) for n, one in enumerate(pictures)]
    if not all(kept):
        await ask.tell("not_kept", some=any(kept))
    return " ".join(filter(None, kept))


async def _kept(ask: Ask, key: str, patient: str, one: Photo) -> str:
    """Each by a key of its own: the hospital keeps what has one key once."""
    about = (one.file, one.kind, one.size, ask.place.chat, one.message)
    try:
        return await ask.call(f"kept[{one.unique}]", proofs.keep_proof(key, patient, *about))
    except Refused:
        return ""
