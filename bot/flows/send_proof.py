"""A photo or a voice note that shows who may act for somebody: for the hospital, where it lets it be sent here."""

from __future__ import annotations

from typing import Literal

from bot.dialog import Ask, Refused, flow
from bot.intents import proofs


@flow("send_proof")
async def send_proof(ask: Ask, patient: str, of: Literal["child", "family", "neighbour"]) -> str:
    """Where the hospital keeps it; "" where it is not to be sent here, or was not: then it is shown there."""
    key = await ask.once("here", proofs.proof_here())
    if not key:
        return ""
    sent = await ask.photos("sent", max=1, proof=True, buttons=["there"], of=of)
    if isinstance(sent, str):
        return ""
    one, chat = sent[0], ask.place.chat
    try:
        return await ask.call("kept", proofs.keep_proof(key, patient, one.file, one.kind, one.size, chat, one.message))
    except Refused:
        await ask.tell("not_kept")
        return ""
