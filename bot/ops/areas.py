"""Where a compound lies, who serves it, and who is asked about it: the contacts of its sub-district."""

from __future__ import annotations

from collections.abc import Sequence

from backend_client.models import Compound
from bot.dialog import Refused
from bot.intents import areas as intents
from bot.model import Order, Person, RoleBinding
from bot.model.names import Names
from bot.ops.lent import ambassador_of
from bot.ops.people import compound_names
from bot.ops.places import lists
from bot.ops.registry import Act, bound_as, does
from bot.stages import LIVE
from bot.turn import Turn
from bot.views import AreaPageView, CoverageView, ServedView, UnderWayView

AT_ONCE = 30  # orders on one screen


async def contacts_of(turn: Turn, compound: str) -> tuple[int, ...]:
    """The accounts of whoever is the contact of a compound's sub-district today; without one, of its district.

    () where the hospital says of no area that it lies there, or has nobody for it. Whoever left is not among them: by
    the account, and by the hospital's list of staff (R18). They may hear number, stage, compound and since
    (bot/roles.py), never a person or a drug.
    """
    people = await turn.find(Person, role="contact")
    for place in (compound, *(one.id for one in turn.services.catalogue().around(compound))):
        if found := sorted(person.id for person in people if _places(turn, person) & {place}):
            return tuple(found)
    return ()


def _places(turn: Turn, person: Person) -> set[str]:
    """The areas and compounds whose contact he is today; where no list of staff ever came, what he was bound to."""
    staff = turn.services.catalogue().staff
    hold = {one.id for one in staff if one.role == "contact"}

    def stands(one: RoleBinding) -> bool:
        return one.role == "contact" and (one.id in hold or not staff)

    return {place for one in person.roles if stands(one) for place in one.locations}


@does(intents.helped)
async def helped(act: Act, compound: str) -> bool:
    return await ambassador_of(act.turn, compound) != 0


@does(intents.coverage)
async def coverage(act: Act) -> ServedView:
    me = await act.me()
    if not any(bound_as(me, role) for role in ("operator", "contact", "supervisor")):
        raise Refused("not-for-you")
    everywhere = bound_as(me, "operator") or bound_as(me, "supervisor")
    mine = _compounds_of(act.turn, None if everywhere else me)
    return ServedView(len(mine), await _bare(act.turn, mine))


async def _bare(turn: Turn, mine: Sequence[Compound]) -> tuple[CoverageView, ...]:
    """Those of them that nobody serves: first those for which the hospital has nobody either, by area and name."""
    known, served = turn.services.catalogue(), await turn.services.store.served()
    listed = {place for one in known.staff if one.role == "ambassador" for place in one.locations}
    found: list[CoverageView] = []
    for one in (one for one in mine if one.id not in served):
        around = known.around(one.id)
        area: Names = around[0].names if around else {}
        within = around[0].id if around else ""
        found.append(CoverageView(one.id, one.names, area, 0, one.id in listed, within))
    return tuple(sorted(found, key=lambda one: (one.listed, sorted(one.area.items()), one.id)))


def _compounds_of(turn: Turn, contact: Person | None) -> list[Compound]:
    """All that the hospital has or, of a contact, those of his areas."""
    known = lists(turn, "compounds")
    if contact is None:
        return [*known.compounds]
    places = _places(turn, contact)
    return [one for one in known.compounds if places & {one.id, *(area.id for area in known.around(one.id))}]


@does(intents.area_orders)
async def area_orders(act: Act, after: str) -> AreaPageView:
    turn, me = act.turn, await act.me()
    if not bound_as(me, "contact"):
        raise Refused("not-for-you")
    mine = [one.id for one in _compounds_of(turn, me)]
    found = await turn.find(Order, compound=mine, stage=LIVE)
    oldest = sorted(found, key=lambda one: (one.since, one.no))
    left = [one for one in oldest if (one.since, one.no) > _place(after)] or oldest
    rows = [UnderWayView(one.no, one.stage, compound_names(turn, one.compound), one.since) for one in left[:AT_ONCE]]
    more = f"{rows[-1].since}-{rows[-1].order}" if left[AT_ONCE:] else ""
    return AreaPageView(tuple(rows), len(oldest), len(oldest) - len(left), more)


def _place(after: str) -> tuple[int, str]:
    """By since and number, so that no page leaves out an order because others before it have moved on."""
    since, _, no = after.partition("-")
    return (int(since), no) if since.isdecimal() else (-1, "")
