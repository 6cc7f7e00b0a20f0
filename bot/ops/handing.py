"""A parcel at the end of its road: who is told of it, who holds it, and what proves at the door whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot import orders
from bot.dialog import Refused
from bot.intents import batches as intents
from bot.model import Custody, Order
from bot.ops.incidents import report
from bot.ops.orders import may_hear, order_of
from bot.ops.registry import Act, does, helper_name
from bot.ops.rights import placer, relatives, residents, silent
from bot.ops.road import GUESSES, batch_of
from bot.turn import Turn
from bot.views import DoorView, HeldView, PickupView


@does(intents.door_code)
async def door_code(act: Act, order: str, code: str) -> None:
    row = await order_of(act.turn, order)
    if act.who != row.ambassador:
        raise Refused("not-for-you")
    if not orders.code_of(row):
        raise Refused("no-code-known")
    counted: Mapping[str, int] = row.snapshot.get("door_tries") or {}
    tried = counted.get(orders.code_of(row), 0)
    if tried >= GUESSES:
        raise Refused("code-spent")
    if not code or code != orders.code_of(row):
        act.turn.put(replace(row, snapshot={**row.snapshot, "door_tries": {orders.code_of(row): tried + 1}}))
        if tried + 1 == GUESSES:
            await report(act.turn, "door", order=order)
        raise Refused("wrong-code")


async def card_of(turn: Turn, card: str, reader: int) -> str:
    """A card's key on this reader's phone: where a post stands is fixed, so on another phone it is another one."""
    standing = await turn.standing(card)
    return card if standing is None or standing.post.chat == reader else f"{card}:{reader}"


@does(intents.own_card)
async def own_card(act: Act, card: str, reader: int) -> str:
    return await card_of(act.turn, card, reader)


async def custody(turn: Turn, order: Order, giver: str, taker: str, proof: str) -> None:
    """R9: one line of who holds the parcel since when. Repeats of the same hand-over add nothing.

    A giver whom nobody saw holding it is left out: the line says what was seen.
    """
    id = f"{order.no}:{taker}"
    if await turn.get(Custody, id) is None:
        seen = giver == "pharmacy" or await turn.get(Custody, f"{order.no}:{giver}") is not None
        turn.put(Custody(id, order.no, turn.now, giver if seen else "", taker, proof))


@does(intents.parcels)
async def parcels(act: Act, batch: str) -> tuple[HeldView, ...]:
    row = await batch_of(act.turn, batch)
    rows = sorted(await act.turn.find(Order, batch=batch), key=lambda o: (o.urgency != "red", o.label))
    with_him = row.stage == "with-ambassador"
    return tuple(
        [
            HeldView(
                one.no, one.label, await _door(act.turn, one) if with_him and one.stage == "with-ambassador" else None
            )
            for one in rows
        ]
    )


async def _door(turn: Turn, order: Order) -> DoorView:
    patient = orders.patient_of(order)
    name, address, tail = patient.get("name", ""), patient.get("address", ""), patient.get("phone_tail", "")
    return DoorView(name, address, tail, phone=bool(await residents(turn, order)))


@does(intents.pickup)
async def pickup(act: Act, order: str) -> PickupView:
    row = await order_of(act.turn, order)
    if orders.patient_of(row).get("deceased"):
        return PickupView()
    own = await residents(act.turn, row) or await relatives(act.turn, row)
    dead = await silent(act.turn, row)
    others = {*await may_hear(act.turn, row)} - {*own, row.ambassador}
    resident = own[0] if own else 0 if row.mandate or row.placed_by in dead else await placer(act.turn, row)
    return PickupView(
        resident,
        tuple(sorted(others - {resident})),
        orders.code_of(row),
        await helper_name(act.turn, row.ambassador),
        act.turn.services.catalogue().compound(row.compound).gate,
    )
