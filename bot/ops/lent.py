"""Who serves a compound now: whoever stands in there until a day is over, else its own ambassador.

What is lent is a Link of purpose ``stands-in``: ``ref`` the compound, ``person`` who stands in, until ``expires``; a
pause is one of purpose ``pauses``: ``person`` its own ambassador, and nobody serves it meanwhile.
"""

from __future__ import annotations

from bot.model import Link, Person
from bot.ops.registry import bound_as
from bot.turn import Turn

LENT, PAUSED = "stands-in", "pauses"


async def lent(turn: Turn, compound: str) -> Link | None:
    """Not one that is over, nor one to somebody who is an ambassador no more (R18)."""
    for link in await turn.find(Link, purpose=LENT, ref=compound):
        if not link.used_at and link.expires > turn.now and bound_as(await turn.person(link.person), "ambassador"):
            return link
    return None


async def ambassador_of(turn: Turn, compound: str) -> int:
    """The account that collects and hands over in this compound today, 0 = nobody."""
    link = await lent(turn, compound)
    if link is not None:
        return link.person
    return 0 if await paused(turn, compound) else await own_ambassador(turn, compound)


async def paused(turn: Turn, compound: str) -> bool:
    """Whether its own ambassador said that he serves it not today."""
    own = await own_ambassador(turn, compound)
    found = await turn.find(Link, purpose=PAUSED, ref=compound, person=own) if own else []
    return any(not link.used_at and link.expires > turn.now for link in found)


async def own_ambassador(turn: Turn, compound: str) -> int:
    """Whose compound it is, whoever stands in."""
    found = await turn.find(
        Person, role="serves", role_id=compound
    )  # as the store has it: this turn may have ended one
    serving = [one for one in found if any((b.role, b.id) == ("serves", compound) for b in one.roles)]
    return serving[-1].id if serving else 0
