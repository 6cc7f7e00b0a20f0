"""Who can be reached: a person blocks or unblocks the bot, a group lets it in or puts it out, or changes its rights."""

from __future__ import annotations

from dataclasses import replace

from bot.handlers import topics
from bot.model import Migrated, Person, Place, PlaceKind, Reached
from bot.ops.groups import PUT_OUT, TOPICS, back, lacking
from bot.running import unreachable
from bot.turn import Turn


async def reached(turn: Turn, body: Reached) -> None:
    """Blocked or unblocked: the flag stands in the person's row; who acts for him is told by the notices.

    The sender tells it too: by then the store has marked the person, unless he came back meanwhile.
    """
    if body.chat <= 0:
        await _group(turn, body)
        return
    person = await turn.get(Person, body.person)
    by_sender = turn.arrival.id.startswith("unreachable/")
    if person is None or (person.reachable == body.reachable) != by_sender:
        return
    turn.put(replace(person, reachable=body.reachable))
    if not body.reachable:
        await unreachable(turn, person.id)
        await topics.tell_unreachable(turn, person)


async def migrated(turn: Turn, body: Migrated) -> None:
    """The group became a supergroup: everything bound to the old id is bound to the new one."""
    await turn.services.store.moved(body.chat, body.to)


async def _group(turn: Turn, body: Reached) -> None:
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
