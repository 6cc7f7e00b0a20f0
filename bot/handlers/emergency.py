"""Stroke signs, chest pain, ... in what a person writes: the card comes at once, whatever the words were meant for."""

from __future__ import annotations

from bot import red_flags
from bot.model import Priority, Spot, Text
from bot.ops.alarm import alarm
from bot.turn import Turn


async def emergency(turn: Turn, spot: Spot, message: int, text: str) -> bool:
    """Whether a text, caption or edit brought the card: then nothing that asks or offers may push it up.

    Once for each wording of a message, however often that is delivered.
    """
    if not red_flags.signs(text):
        return False
    lang = await turn.lang_of(spot.chat)
    turn.post(
        f"emergency:{spot.chat}:{turn.blind('emergency', text)}:{message}",
        spot.chat,
        Text(turn.services.words.say(lang, "emergency.card", {})),
        priority=Priority.URGENT,
    )
    await alarm(turn, spot.person)
    return True
