"""A parcel at the end of its road: who is told of it, who holds it, and what proves at the door whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot import orders
from bot.dialog import Refused, figures
from bot.intents import batches as intents
from bot.intents import proxy
from bot.model import Custody, Mandate, Order, Right
from bot.ops.incidents import report
from bot.ops.orders import check_role, may_hear, order_of
from bot.ops.registry import Act, does, helper_name, role_of
from bot.ops.reported import PROBLEM, sent_again
from bot.ops.rights import brief_of, mark, placer, records_of, relatives, residents, silent
from bot.ops.road import GUESSES, batch_of
from bot.stages import facts_of
from bot.turn import Turn
from bot.views import DoorView, HeldView, PickupView


@does(intents.door_code)
async def door_code(act: Act, order: str, code: str) -> None:
    row = await _at_the_door(act, order)
    known = orders.code_of(row)
    if not known:
        raise Refused("no-code-known")
    if _tried(row, known) >= GUESSES:
        raise Refused("code-spent")
    if not code or figures.code(code) != figures.code(known):
        await wrong(act.turn, row, known)
        raise Refused("wrong-code")


async def _at_the_door(act: Act, order: str) -> Order:
    """The order, for whoever gives its parcel away: the ambassador, or at the hospital's window its clerk."""
    row = await order_of(act.turn, order)
    if row.stage == "ready-at-window":
        await check_role(act, row, "window-clerk")
    elif act.who != row.ambassador:
        raise Refused("not-for-you")
    return row


@does(intents.at_window)
async def at_window(act: Act) -> tuple[HeldView, ...]:
    role_of(await act.me(), "window-clerk")
    waiting = await act.turn.find(Order, stage="ready-at-window")
    return tuple(HeldView(row.no, row.label) for row in sorted(waiting, key=lambda one: (one.label, one.no)))


def _tried(row: Order, what: str) -> int:
    counted: Mapping[str, int] = row.snapshot.get("door_tries") or {}
    return counted.get(what, 0)


async def wrong(turn: Turn, row: Order, what: str = "") -> None:
    """One more that did not fit; ``what`` "" = the parcel's code. The last one is seen by the operators."""
    what = what or orders.code_of(row)
    tried = _tried(row, what) + 1
    before: Mapping[str, int] = row.snapshot.get("door_tries") or {}
    turn.put(replace(row, snapshot={**row.snapshot, "door_tries": {**before, what: tried}}))
    if tried == GUESSES:
        await report(turn, "door", order=row.no)


# ---------------------------------------------------------------- two identifiers

TWO = "two"  # as they are counted beside the codes: a code has digits only


async def knows_number(act: Act, patient: str) -> None:
    """He typed her number and birthday: at her door they prove nothing to him."""
    me = await act.me()
    typed = {*me.facts.get("typed", ()), mark(act.turn, patient)}
    act.turn.put(replace(me, facts={**me.facts, "typed": sorted(typed)}))


async def _typed_it(act: Act, row: Order) -> bool:
    """Also by what an older release kept: whoever was ever let act for her had typed them."""
    turn, known = act.turn, brief_of(orders.patient_of(row))
    if {mark(turn, one) for one in records_of(known)} & {*(await act.me()).facts.get("typed", ())}:
        return True
    hers = [turn.marked(one) for one in records_of(known)]
    rights = await turn.find(Right, account=turn.blind("account", str(act.who)))
    return bool(await turn.find(Mandate, ambassador=act.who, patient=[*hers, *records_of(known)])) or any(
        right.patient == mark(turn, one) for right in rights for one in records_of(known)
    )


async def _identifiable(act: Act, order: str) -> Order:
    row = await _at_the_door(act, order)
    if await _typed_it(act, row):
        raise Refused("enrolled-by-you")
    if not orders.patient_of(row).get("number_tail") or not orders.patient_of(row).get("birth_date"):
        raise Refused("no-number-known")
    if _tried(row, TWO) >= GUESSES:
        raise Refused("identifiers-spent")
    return row


@does(proxy.may_identify)
async def may_identify(act: Act, order: str) -> None:
    await _identifiable(act, order)


@does(proxy.same_identifiers)
async def same_identifiers(act: Act, order: str, year: str, tail: str) -> None:
    row = await _identifiable(act, order)
    her = orders.patient_of(row)
    if (year, tail.upper()) != (her["birth_date"][:4], str(her["number_tail"]).upper()):
        await wrong(act.turn, row, TWO)
        raise Refused("wrong-identifiers")


async def card_of(turn: Turn, card: str, reader: int) -> str:
    """A card's key on this reader's phone: where a post stands is fixed, so on another phone it is another one."""
    standing = await turn.standing(card)
    return card if standing is None or standing.post.chat == reader else f"{card}:{reader}"


@does(intents.own_card)
async def own_card(act: Act, card: str, reader: int) -> str:
    return await card_of(act.turn, card, reader)


@does(intents.card_stands)
async def card_stands(act: Act, card: str) -> bool:
    return await act.turn.standing(card) is not None


async def custody(turn: Turn, order: Order, giver: str, taker: str, proof: str) -> None:
    """R9: one line of who holds the parcel since when. Repeats of the same hand-over add nothing.

    A giver whom nobody saw holding it is left out: the line says what was seen. A parcel that is sent instead of
    another has lines of its own.
    """
    nth = len(sent_again(await turn.get(Order, order.no) or order))
    of = f":{nth}" if nth else ""
    id = f"{order.no}:{taker}{of}"
    if await turn.get(Custody, id) is None:
        seen = giver == "pharmacy" or await turn.get(Custody, f"{order.no}:{giver}{of}") is not None
        turn.put(Custody(id, order.no, turn.now, giver if seen else "", taker, proof))


@does(intents.parcels)
async def parcels(act: Act, batch: str) -> tuple[HeldView, ...]:
    row = await batch_of(act.turn, batch)
    found = [one for one in await act.turn.find(Order, batch=batch) if not facts_of(one.stage).stopped]
    rows = sorted(found, key=lambda o: (o.urgency != "red", o.label))
    with_him = row.stage == "with-ambassador"
    return tuple(
        [
            HeldView(
                one.no,
                one.label,
                await _door(act.turn, one) if with_him and one.stage == "with-ambassador" else None,
                waits=one.stage == PROBLEM,
            )
            for one in rows
        ]
    )


@does(intents.next_parcel)
async def next_parcel(act: Act, order: str) -> HeldView:
    held = await act.turn.find(Order, ambassador=act.who, stage="with-ambassador")
    left = [one for one in held if one.no != order and not one.pending]
    first = min(left, key=lambda one: (one.urgency != "red", one.label), default=None)
    return HeldView(first.no, first.label) if first is not None else HeldView()


async def _door(turn: Turn, order: Order) -> DoorView:
    her = brief_of(orders.patient_of(order))
    return DoorView(her.known_as, her.address, her.phone_tail, phone=bool(await residents(turn, order)))


@does(intents.pickup)
async def pickup(act: Act, order: str) -> PickupView:
    row = await order_of(act.turn, order)
    if orders.patient_of(row).get("deceased"):
        return PickupView()
    family = [
        one for one in await relatives(act.turn, row) if one != row.ambassador
    ]  # who carries it asks for the code
    own = await residents(act.turn, row) or family
    dead = await silent(act.turn, row)
    others = {*await may_hear(act.turn, row)} - {*own, row.ambassador}
    nobody = row.mandate or row.placed_by in (row.ambassador, *dead)
    resident = own[0] if own else 0 if nobody else await placer(act.turn, row)
    return PickupView(
        resident,
        tuple(sorted(others - {resident})),
        orders.code_of(row),
        await helper_name(act.turn, row.ambassador),
        act.turn.services.catalogue().compound(row.compound).gate,
    )
