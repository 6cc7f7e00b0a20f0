"""Where a compound lies, and who is asked about it: the contacts of its sub-district (Location.partOf)."""

from __future__ import annotations

from bot.model import Person, RoleBinding
from bot.turn import Turn


async def contacts_of(turn: Turn, compound: str) -> tuple[int, ...]:
    """The accounts of whoever is the contact of a compound's sub-district today; without one, of its district.

    () where the hospital says of no area that it lies there, or has nobody for it. Whoever left is not among them: by
    the account, and by the hospital's list of staff (R18). They may hear number, stage, compound and since
    (bot/roles.py), never a person or a drug.
    """
    for place in (compound, *(one.id for one in turn.services.catalogue().around(compound))):
        if found := await _contacts_at(turn, place):
            return found
    return ()


async def _contacts_at(turn: Turn, place: str) -> tuple[int, ...]:
    staff = turn.services.catalogue().staff
    hold = {one.id for one in staff if one.role == "contact"}

    def is_it(one: RoleBinding) -> bool:
        return one.role == "contact" and place in one.locations and (one.id in hold or not staff)

    people = await turn.find(Person, role="contact")
    return tuple(sorted(person.id for person in people if any(map(is_it, person.roles))))
