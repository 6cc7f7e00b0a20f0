"""Who serves a compound now: whoever stands in there until a day is over, else its own ambassador.

Of several who serve a compound one collects and hands over: who has served it longest and does not rest. The others
stand ready: it is theirs where he rests or goes, and any of them may go on a visit.

What is lent is a Link of purpose ``stands-in``: ``ref`` the compound, ``person`` who stands in, until ``expires``; a
pause is one of purpose ``pauses``: ``person`` does not serve it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from bot.model import Link, Person
from bot.ops.registry import bound_as
from bot.turn import Turn

LENT, PAUSED = "stands-in", "pauses"
ASKED = "stand-in-asked"  # its ref: compound, last day, who lends it
SINCE = "serves_since"  # an ambassador's fact: compound -> civil ms; one that is not there: longer than is known


async def lent(turn: Turn, compound: str) -> Link | None:
    """Not one that is over, nor one to somebody who is an ambassador no more (R18)."""
    for link in await turn.find(Link, purpose=LENT, ref=compound):
        if not link.used_at and link.expires > turn.now and bound_as(await turn.person(link.person), "ambassador"):
            return link
    return None


async def ambassador_of(turn: Turn, compound: str) -> int:
    """The account that collects and hands over in this compound today, 0 = nobody."""
    return next(iter(await helpers_of(turn, compound)), 0)


async def helpers_of(turn: Turn, compound: str) -> tuple[int, ...]:
    """Who serves it today: first whoever collects and hands over, then those who stand ready."""
    own = [one for one in await own_ambassadors(turn, compound) if not await paused(turn, compound, one)]
    link = await lent(turn, compound)
    if link is None:
        return tuple(own)
    away = (link.person, await giver_of(turn, link, own))
    return (link.person, *(one for one in own if one not in away))


async def giver_of(turn: Turn, link: Link, own: Sequence[int]) -> int:
    """Who lent it; where nobody is known to have asked, the first of ``own``. 0 = nobody."""
    for one in await turn.find(Link, purpose=ASKED, person=link.person):
        if lent_id(turn, one.id) == link.id:
            return int(one.ref.rpartition(" ")[2])
    return next(iter(own), 0)


async def is_away(turn: Turn, compound: str, account: int) -> bool:
    """He rests there already, has lent it, or stands in there."""
    free = [one for one in await own_ambassadors(turn, compound) if not await paused(turn, compound, one)]
    link = await lent(turn, compound)
    return account not in free or (link is not None and account in (link.person, await giver_of(turn, link, free)))


def lent_id(turn: Turn, asked: str) -> str:
    """The id of what is lent, from the id of how it was asked for."""
    return turn.blind(LENT, asked)[:20]


async def paused(turn: Turn, compound: str, account: int) -> bool:
    """Whether he said that he serves it not today."""
    found = await turn.find(Link, purpose=PAUSED, ref=compound, person=account)
    return any(not link.used_at and link.expires > turn.now for link in found)


async def own_ambassadors(turn: Turn, compound: str) -> list[int]:
    """Whose compound it is, whoever stands in: who has served it longest first."""
    stored = await turn.find(Person, role="serves", role_id=compound)
    found = {one.id: one for one in (*turn.changed(Person), *stored)}  # this turn may have ended one, or made one
    serving = [one for one in found.values() if compound in served_by(one)]
    return [one.id for one in sorted(reversed(serving), key=lambda one: serves_since(one).get(compound, 0))]


def served_by(person: Person) -> set[str]:
    """The compounds that he serves, by whatever registration."""
    return {one.id for one in person.roles if one.role == "serves"}


def serves_since(person: Person) -> Mapping[str, int]:
    return cast("Mapping[str, int]", person.facts.get(SINCE) or {})
