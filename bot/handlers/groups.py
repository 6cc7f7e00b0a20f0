"""A group lets the bot in or puts it out, or changes what it may do there (Bot API: my_chat_member)."""

from __future__ import annotations

from bot.model import Place, PlaceKind, Reached
from bot.ops.groups import PUT_OUT, TOPICS, back, lacking
from bot.turn import Turn


async def group_reached(turn: Turn, body: Reached) -> None:
    """The commit wakes the sender: what waited for this goes out."""
    place = await turn.get(Place, body.chat)
    doctors = place is not None and place.kind is PlaceKind.DEPARTMENT
    code = PUT_OUT if not body.reachable else "no-right" if doctors and TOPICS in body.lacks else ""
    if code:
        await lacking(turn, body.chat, code)
    else:
        await back(turn, body.chat)
    if place is not None:
        turn.note("", "messenger", "group", reason=code or "back")
