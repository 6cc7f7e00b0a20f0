"""A neighbours' desk's right to act for a caller: its registration's, not an account's, and all that it shows.

Kept under the registration (R18): no account finds it among its own rights, so whatever the house does for those who
may act for a patient does not know it. It is read here and in bot/ops/callers.py, which show name and stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from bot import orders
from bot.decoding import jsonable
from bot.dialog import Refused
from bot.model import Order, Person, Right, RoleBinding, VisitPhase
from bot.ops.registry import Act, role_of
from bot.ops.rights import UNDER_WAY, is_open, lasts, mandate_in, mark, patient_in, rights_to
from bot.turn import Turn
from bot.views import PatientView

BY = "desk"
VISIT = "visit"  # where its right keeps the home visit that it asked for
CARDS = ("desk", "desk-money", "desk-over")  # of an order: bot/flows/callers.py


def whose(turn: Turn, role: str) -> str:
    return turn.blind("desk", role)


def role_in(right: Right) -> str:
    """The desk's PractitionerRole."""
    return str(right.sealed.get("role", ""))


def name_in(right: Right) -> str:
    """Its public name."""
    return str(right.sealed.get("name", ""))


def number_in(right: Right) -> str:
    """By which the call is found again, as the desk typed it."""
    return str(right.sealed.get("number", ""))


def kept(turn: Turn, desk: RoleBinding, patient: PatientView, consent: str, until: str, number: str) -> Right:
    sealed = {"account": 0, "patient": jsonable(patient), "mandate": consent}
    sealed |= {"role": desk.id, "name": desk.name, "number": number}
    id = turn.blind("desk-right", desk.id, patient.id)[:20]
    return Right(id, whose(turn, desk.id), mark(turn, patient.id), BY, turn.now, until, turn.now, sealed)


async def callers_of(turn: Turn, desk: RoleBinding) -> list[Right]:
    """Whoever let this desk act for her, and lives where it works today."""
    found = await turn.find(Right, account=whose(turn, desk.id))
    return [one for one in found if lasts(turn, one) and serves(desk, patient_in(one))]


def serves(desk: RoleBinding, patient: PatientView) -> bool:
    """Where the hospital does not say where she lives, nobody's desk does."""
    return is_open(patient) and patient.compound != "" and patient.compound in desk.locations


async def right_of(turn: Turn, desk: RoleBinding, patient: str) -> Right | None:
    found = await callers_of(turn, desk)
    return next((one for one in found if patient in (patient_in(one).id, *patient_in(one).formerly)), None)


async def desk_right(act: Act, patient: str) -> Right:
    """The right by which the acting desk may act for this caller today. Refused("caller-gone")."""
    right = await right_of(act.turn, role_of(await act.me(), "desk"), patient)
    if right is None:
        raise Refused("caller-gone")
    return right


async def rights_of_desks(turn: Turn, patient: str) -> Sequence[Right]:
    """Of every desk that she let act for her."""
    return [one for one in await rights_to(turn, patient) if one.by == BY]


def end(turn: Turn, right: Right, by: str) -> None:
    """She lets it no more: from this commit on. The hospital is told by whoever asks for it."""
    turn.put(replace(right, approved=0, sealed={**right.sealed, "over": turn.now}))
    turn.note("", by, "desk-ended", right.patient[:12])


async def of_consent(turn: Turn, patient: str, consent: str) -> Right | None:
    """The one that rests on this Consent."""
    return next((one for one in await rights_of_desks(turn, patient) if mandate_in(one) == consent), None)


async def account_of(turn: Turn, role: str) -> int:
    """The account that is this desk now, 0 = none."""
    found = await turn.find(Person, role=BY, role_id=role)
    return next((one.id for one in found if any((b.role, b.id) == (BY, role) for b in one.roles)), 0)


async def nothing_open(turn: Turn, right: Right, but: str = "") -> None:
    """Refused("caller-has-order") while another order of hers is on its way, whoever placed it."""
    found = await turn.find(Order, patient=right.patient, stage=UNDER_WAY)
    if any(one.no != but for one in found):
        raise Refused("caller-has-order")


async def only_one(act: Act, patient: str, no: str) -> Right:
    """The right by which this order is sent. Every desk's right to her is written anew: of two at once, one is late."""
    right = await desk_right(act, patient)
    await nothing_open(act.turn, right, no)
    for one in await act.turn.find(Right, patient=right.patient):
        if one.by == BY:
            act.turn.put(replace(one, sealed={**one.sealed, "order": no}))
    return right


async def cards_go(turn: Turn, desk: RoleBinding, account: int) -> None:
    """This account is that desk no more: what it was shown of callers goes; whoever is it now is shown it anew."""
    for right in await turn.find(Right, account=whose(turn, desk.id)):
        visit = str(right.sealed.get(VISIT, ""))
        keys = [f"desk-visit:{visit}:{phase}" for phase in get_args(VisitPhase) if visit]
        for order in await turn.find(Order, patient=right.patient):
            keys += [f"{card}:{order.no}:{account}" for card in CARDS]
            if follows(order, desk.id) and not orders.is_put_away(order):
                turn.put(replace(order, snapshot={**order.snapshot, "shown": turn.now}))
        for key in keys:
            if (stands := await turn.standing(key)) is not None and stands.post.chat == account:
                turn.post(key, account, None, card=True)


# ---------------------------------------------------------------- which orders a desk may follow


def placed_by(order: Order) -> str:
    """The desk (PractitionerRole) that chose it for a caller, "" = it was nobody's desk."""
    return str(order.snapshot.get(BY, ""))


def follows(order: Order, role: str) -> bool:
    """What it chose itself, and what the hospital's own counter entered: never what she or her helper sent."""
    return placed_by(order) == role or not (order.placed_by or placed_by(order))


async def may_follow(act: Act, order: Order) -> tuple[RoleBinding, Right]:
    """The acting desk, where this is its caller's order. Refused("not-for-you" / "caller-gone")."""
    desk = role_of(await act.me(), BY)
    if not follows(order, desk.id):
        raise Refused("not-for-you")
    return desk, await desk_right(act, orders.patient_of(order).get("id", ""))
