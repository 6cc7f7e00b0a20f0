"""What a flow may ask about a proof that is sent here: a photo or voice note for the hospital, and gone from the chat.

Carried out by bot/ops/proofs.py, the hospital's and the messenger's by bot/calls.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.intents._declare import local, remote


@local
def proof_here() -> str:
    """The key under which a proof may be sent here; "" where it is shown at the hospital only (``proof_in_chat``)."""
    ...


@remote("hospital")
def keep_proof(key: str, patient: str, file: str, kind: str, size: int, chat: int, message: int) -> str:
    """The hospital keeps it (``Binary/x``), and then the message goes. Refused("photo-gone", "file-too-big")."""
    ...


@local
def take_away_too(chat: int, messages: Sequence[int]) -> None:
    """These say the same as one that the hospital has: they are deleted, too; what cannot be is told there."""
    ...


@remote("messenger")
def take_away(chat: int, message: int) -> None:
    """A message that somebody sent is deleted, or is gone already. Refused("not-taken-away"): 48 h are over."""
    ...
