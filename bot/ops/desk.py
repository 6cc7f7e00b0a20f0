"""What an operator does with an exception: takes it, hands it back, tries again, ends it with a word."""

from __future__ import annotations

from bot import orders
from bot.dialog import Refused
from bot.intents import desk as intents
from bot.model import Incident, Order
from bot.ops.incidents import CASE, end, give, on_card, remind_at, view
from bot.ops.registered import on_the_road
from bot.ops.registry import Act, does, helper_name, role_of
from bot.ops.retrying import try_again
from bot.ops.rights import brief_of
from bot.ops.waking import wake
from bot.turn import Turn
from bot.views import ConcernedView, IncidentView

MOST = 10  # people who are named at once


@does(intents.take_incident)
async def take_incident(act: Act, card: str) -> IncidentView:
    await on_the_road(act, "operator")
    rows = await _open(act.turn, card)
    owner = rows[0].owner
    if owner == act.who:
        raise Refused("incident-yours")
    if owner:
        raise Refused("incident-taken", name=(await view(act.turn, card)).name)
    for row in rows:
        await give(act.turn, row, act.who)
        note(act, row, "exception-taken")
    wake(act.turn, CASE, f"{card}:{act.turn.now}", at=remind_at(act.turn))
    return await view(act.turn, card)


async def _open(turn: Turn, card: str) -> list[Incident]:
    rows = await on_card(turn, card)
    if not rows:
        raise Refused("incident-over")
    return rows


async def own(act: Act, card: str) -> list[Incident]:
    role_of(await act.me(), "operator")
    rows = await _open(act.turn, card)
    if rows[0].owner != act.who:
        raise Refused("incident-not-yours")
    return rows


def note(act: Act, row: Incident, what: str) -> None:
    act.turn.note(row.order, f"person:{act.who}", what, reason=row.kind)


@does(intents.own_incident)
async def own_incident(act: Act, card: str) -> IncidentView:
    await own(act, card)
    return await view(act.turn, card)


@does(intents.hand_back)
async def hand_back(act: Act, card: str) -> IncidentView:
    rows = await own(act, card)
    before = await view(act.turn, card)
    for row in rows:
        await give(act.turn, row, 0)
        note(act, row, "exception-handed-back")
    return before


@does(intents.try_again)
async def again(act: Act, card: str) -> int:
    tried = [row for row in await own(act, card) if await try_again(act, row)]
    for row in tried:
        note(act, row, "exception-tried-again")
    return len(tried)


@does(intents.end_incident)
async def end_incident(act: Act, card: str, word: str) -> None:
    for row in await own(act, card):
        await end(act.turn, row, word, act.who)
        note(act, row, "exception-done")


@does(intents.concerned)
async def concerned(act: Act, card: str) -> tuple[ConcernedView, ...]:
    turn = act.turn
    numbers = dict.fromkeys(row.order for row in await own(act, card) if row.order)
    found = [await turn.get(Order, no) for no in [*numbers][:MOST]]
    return tuple([await _whose(turn, order) for order in found if order is not None])


async def _whose(turn: Turn, order: Order) -> ConcernedView:
    her, place = brief_of(orders.patient_of(order)), turn.services.catalogue().compound(order.compound)
    helper = await helper_name(turn, order.ambassador)
    return ConcernedView(order.no, her.known_as, her.phone_tail, order.stage, place.names, helper)
