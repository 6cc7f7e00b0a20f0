"""All exceptions on one screen, one handed to a colleague, and what its owner has not touched for hours."""

from __future__ import annotations

from collections import Counter

from bot import rules
from bot.dialog import Refused
from bot.intents import cases as intents
from bot.model import Incident, Person, Place, PlaceKind, RoleBinding
from bot.ops.desk import note, own
from bot.ops.incidents import CASE, FREE, give, on_card, remind_at, view
from bot.ops.opening import hours
from bot.ops.registered import on_the_road
from bot.ops.registry import Act, active_as, does, everyone
from bot.ops.waking import wake
from bot.turn import Turn
from bot.views import CasesView, ColleagueKeyView, ColleaguesView, FreeView, IncidentView

SHOWN = 6  # on one screen


@does(intents.cases)
async def cases(act: Act, which: intents.Which) -> CasesView:
    await on_the_road(act, "operator")
    rows = sorted(await act.turn.find(Incident, done_at=0), key=lambda row: row.since)
    owners = {"mine": {act.who}, "free": {0}, "all": {row.owner for row in rows}}[which]
    cards = [*dict.fromkeys(row.card for row in rows if row.card and row.owner in owners)]
    return CasesView(tuple([await view(act.turn, card) for card in cards[:SHOWN]]), len(cards[SHOWN:]))


async def _others(turn: Turn, me: int) -> dict[str, Person]:
    """The operators who are that today (R18), each by a keyed hash."""
    people = [
        one for one in await turn.find(Person, role="operator") if one.id != me and active_as(turn, one, "operator")
    ]
    return {turn.blind("colleague", str(one.id))[:10]: one for one in people}


@does(intents.other_operators)
async def other_operators(act: Act, card: str) -> ColleaguesView:
    rows = await own(act, card)
    named = [(key, active_as(act.turn, one, "operator")) for key, one in (await _others(act.turn, act.who)).items()]
    known = [(key, role) for key, role in named if role is not None]
    times = Counter(role.name for _, role in known)
    people = [ColleagueKeyView(key, _apart(role, alone=times[role.name] == 1)) for key, role in known]
    return ColleaguesView(tuple(people), rows[0].kind)


def _apart(role: RoleBinding, *, alone: bool) -> str:
    """A colleague's name; two of one name are told apart by their registrations."""
    return role.name if role.name and alone else f"{role.name} {role.id}".strip()


@does(intents.hand_on)
async def hand_on(act: Act, card: str, key: str) -> IncidentView:
    rows, turn = await own(act, card), act.turn
    before = await view(turn, card)
    colleague = (await _others(turn, act.who)).get(key)
    if colleague is None:
        raise Refused("not-for-you")
    for row in rows:
        await give(turn, row, colleague.id)
        note(act, row, "exception-handed-on")
    wake(turn, CASE, f"{card}:{turn.now}", at=remind_at(turn))
    return before


@does(intents.nobody_takes)
async def nobody_takes(act: Act, card: str, told: int) -> FreeView:
    turn, rows = act.turn, await on_card(act.turn, card)
    if not rows or rows[0].owner:
        return FreeView()
    case = await view(turn, card)
    if told:
        return FreeView(case, people=await everyone(turn, "supervisor") or await everyone(turn, "operator"))
    config = turn.services.config
    left = max(0, config.unowned_hours * 60 - config.unowned_minutes) * 60_000
    wake(turn, FREE, f"{card}:1", at=rules.working(turn.now, left, *hours(turn)))
    groups = tuple(place.chat for place in await turn.find(Place, kind=PlaceKind.OPERATORS) if place.bound)
    return FreeView(case, chats=groups, people=() if groups else await everyone(turn, "operator"))


@does(intents.untouched)
async def untouched(act: Act, card: str, taken: int) -> IncidentView | None:
    rows = await on_card(act.turn, card)
    if not rows or not rows[0].owner or rows[0].taken != taken:
        return None
    wake(act.turn, CASE, f"{card}:{taken}", at=remind_at(act.turn))
    return await view(act.turn, card)
