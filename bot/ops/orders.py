"""Orders: placing, looking at and moving them. The stage itself is only ever written by orders.observe()."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from bot import orders
from bot.decoding import decoder
from bot.dialog import Refused
from bot.forms import TracesView
from bot.intents import ordering
from bot.intents import orders as intents
from bot.ladder import late_since, promised, told_last
from bot.model import Command, Json, Order, Origin, Priority, Timer
from bot.model import UsedPrescription as Used
from bot.moves import MOVES, MoveName
from bot.ops import desks
from bot.ops.duty import next_duty
from bot.ops.opening import usual_wait
from bot.ops.registered import is_fresh, on_the_road
from bot.ops.registry import SLOW, Act, bound_as, does, role_of, same_person
from bot.ops.rights import (
    FAMILY,
    familys_lately,
    lately,
    mandate_in,
    own_lately,
    patient_for,
    patient_in,
    records_of,
    relatives,
    residents,
    silent,
    watchers,
)
from bot.photo.seal import same_picture
from bot.roles import CLINICAL, facts_of_role
from bot.stages import FINAL, facts_of
from bot.turn import Turn
from bot.views import OrderView, PatientView, SnapshotView

HOUR = 3_600_000
SHOWN = 3  # orders that have ended, beside those under way


async def view(turn: Turn, order: Order) -> OrderView:
    """The order as flows see it."""
    own = {name: getattr(order, name) for name in _VIEWED}
    holder, snapshot = facts_of(order.stage).holder, _snapshot(order.snapshot)
    waits = facts_of(order.stage).consult == "waiting"
    duty = await next_duty(turn, order.department) if waits else 0
    usual = await usual_wait(turn, order)
    her, family = await residents(turn, order), await relatives(turn, order)
    clock: dict[str, Any] = {"deadline": promised(order, turn.now), "late": late_since(order), "told": told_last(order)}
    return OrderView(
        **own, **clock, residents=her, family=family, holder=holder, snapshot=snapshot, usual=usual, duty=duty
    )


_WORKED_OUT = frozenset({"residents", "family", "holder", "snapshot", "usual", "deadline", "late", "told", "duty"})
_VIEWED = tuple(item.name for item in fields(OrderView) if item.name not in _WORKED_OUT)
_snapshot = decoder(SnapshotView)


async def order_of(turn: Turn, no: str) -> Order:
    order = await turn.get(Order, no)
    if order is None:
        raise Refused("order-gone")
    if orders.is_put_away(order):
        raise Refused("put-away")
    return order


async def check_role(act: Act, order: Order, role: str) -> None:
    """Refused unless the acting person has this role for this very order: the one gate for every move."""
    await GATES[role](act, order)


async def _no_own_order(act: Act, order: Order) -> None:
    """Nobody is doctor or pharmacist of an order that is his own, or that he sent for somebody."""
    if act.who in await watchers(act.turn, order):
        raise Refused("own-order")


async def _is_doctor(act: Act, order: Order) -> None:
    binding = role_of(await act.me(), "doctor")
    await _no_own_order(act, order)
    taken_by = order.snapshot.get("doctor", "") if facts_of(order.stage).consult != "waiting" else ""
    if order.department != binding.department:
        raise Refused("other-department")
    if taken_by and taken_by != binding.id:
        raise Refused("other-doctor", name=order.snapshot.get("doctor_name", ""))


async def _is_pharmacist(act: Act, order: Order) -> None:
    """R5: never whoever wrote it: not by the account, not by the registration, not by the person behind both."""
    binding = role_of(await act.me(), "pharmacist")
    await _no_own_order(act, order)
    wrote = str(order.snapshot.get("doctor", ""))
    mine = [role for role in (await act.me()).roles if role.role in CLINICAL]
    if act.who == order.doctor or any(same_person(act.turn, role, wrote) for role in (binding, *mine)):
        raise Refused("own-prescription")


async def _is_ambassador(act: Act, order: Order) -> None:
    if act.who != order.ambassador:
        raise Refused("not-for-you")
    role_of(await act.me(), "ambassador")


async def _is_clerk(act: Act, order: Order) -> None:
    role_of(await act.me(), "window-clerk")
    await _no_own_order(act, order)


async def _may_confirm(act: Act, order: Order) -> None:
    """Handed over and confirmed are two people's words: whoever hands a parcel over does not confirm it for her."""
    await _is_watcher(act, order)
    if act.who == order.ambassador and act.who not in await residents(act.turn, order):
        raise Refused("both-sides")


async def _is_watcher(act: Act, order: Order) -> None:
    """The resident, or whoever ordered for her while his mandate lasts."""
    if act.who not in await watchers(act.turn, order):
        raise Refused("not-for-you")
    if order.mandate or act.who not in await residents(act.turn, order):
        await patient_for(act.turn, act.who, orders.patient_of(order)["id"])


async def _is_operator(act: Act, order: Order) -> None:
    """Nobody lets his own order go before those of others."""
    role_of(await act.me(), "operator")
    await _no_own_order(act, order)


GATES = {
    "operator": _is_operator,
    "doctor": _is_doctor,
    "pharmacist": _is_pharmacist,
    "ambassador": _is_ambassador,
    "window-clerk": _is_clerk,
    "watcher": _is_watcher,
    "receiver": _may_confirm,
}


NOBODY: Mapping[str, str] = {"reference": "", "on_behalf_of": "", "mandate": ""}


async def actor(act: Act, order: Order, role: str) -> dict[str, str]:
    """Who is named in the hospital's Provenance (G9)."""
    me = await act.me()
    patient = orders.patient_of(order).get("id", "")
    if facts_of_role(role).registered:
        return {"reference": f"PractitionerRole/{role_of(me, role).id}", "on_behalf_of": "", "mandate": ""}
    if act.who in await residents(act.turn, order):
        return {"reference": f"Patient/{patient}", "on_behalf_of": "", "mandate": ""}
    related = await _as_relative(act, patient)
    if related:
        return {"reference": f"RelatedPerson/{related}", "on_behalf_of": patient, "mandate": ""}
    if (desk := bound_as(me, desks.BY)) and desks.follows(order, desk.id):
        held = mandate_in(await desks.desk_right(act, patient))
        return {"reference": f"PractitionerRole/{desk.id}", "on_behalf_of": patient, "mandate": held}
    helper = role_of(me, "ambassador")
    return {"reference": f"PractitionerRole/{helper.id}", "on_behalf_of": patient, "mandate": order.mandate}


async def _as_relative(act: Act, patient: str) -> str:
    """The RelatedPerson by which he acts for her, "" where it is by something else."""
    try:
        right = await patient_for(act.turn, act.who, patient)
    except Refused:
        return ""
    return str(right.sealed.get("related", "")) if right.by in FAMILY else ""


def send_move(turn: Turn, order: Order, name: MoveName, args: Mapping[str, Json], origin: Origin) -> Order:
    """Mark the move as under way and commit its command; the order's row decides a race."""
    move = MOVES[name]
    key = f"o:{order.no}:{name}:{turn.new_id()}"
    pending = replace(
        order, pending=name, pending_by=origin.person, doctor=origin.person if move.takes else order.doctor
    )
    turn.put(pending)
    given = {"order": order.no, **args}
    turn.command(Command(key, order.no, move.call, given, origin, Priority.URGENT if move.urgent else Priority.DIALOG))
    turn.timer(Timer(f"slow:{key}", turn.now + turn.services.soon(SLOW), "slow", key))
    return pending


async def _may(act: Act, order: str, name: MoveName, read: int = -1, task: str = "") -> Order:
    """The order, where this person may ask for the move now, on what he read; Refused in words otherwise."""
    row = await order_of(act.turn, order)
    await check_role(act, row, MOVES[name].asker)
    if why := orders.refused(row, name):
        raise Refused(why, at=row.since, name=row.snapshot.get("doctor_name") or "")
    if orders.written_anew(row, read, task):
        raise Refused("rewritten")
    return row


def _proxy(row: Order) -> Mapping[str, Json]:
    return row.snapshot.get("proxy") or {}


@does(intents.move)
async def move_(
    act: Act, order: str, move: MoveName, args: Mapping[str, Json], read: int = -1, task: str = ""
) -> OrderView:
    row = await _may(act, order, move, read, task)
    facts = MOVES[move]
    me = await act.me()
    if facts.read == "now" and not is_fresh(act.turn, me, role_of(me, facts.asker)):
        raise Refused("role-unread")
    if facts.read == "lately":
        await on_the_road(act, facts.asker)
    who = await actor(act, row, facts.asker) if facts.actor else NOBODY
    origin = Origin(chat=act.chat, thread=act.thread, person=act.who)
    if move == "confirm":
        own = {**_proxy(row), "confirmed": "", "by": 0, "at": 0}  # her own word, or her family's
        row = replace(row, snapshot={**row.snapshot, "received_by": act.who, "proxy": own})
    if move in ("hand-over", "hand-out"):
        row = replace(row, snapshot={**row.snapshot, "proxy": {**_proxy(row), "door": args["proof"]}})
    send_move(act.turn, row, move, {**({facts.actor: who} if facts.actor else {}), **args}, origin)
    act.turn.note(order, f"person:{act.who}", move, who["on_behalf_of"], str(args.get("reason", "")))
    return await view(act.turn, row)


@does(intents.legal)
async def legal(act: Act, order: str, move: MoveName, read: int = -1) -> OrderView:
    return await view(act.turn, await _may(act, order, move, read))


@does(intents.may_ask)
async def may_ask(act: Act, order: str, read: int) -> OrderView:
    try:
        return await legal(act, order, "pass", read)
    except Refused as no:
        if no.code != "unpriced":
            raise
    return await view(act.turn, await order_of(act.turn, order))


@does(intents.watched)
async def watched(act: Act, order: str) -> OrderView:
    row = await order_of(act.turn, order)
    await check_role(act, row, "watcher")
    return await view(act.turn, row)


@does(intents.my_orders)
async def my_orders(act: Act) -> tuple[OrderView, ...]:
    placed = await lately(act.turn, placed_by=act.who)
    mine = {o.no: o for o in placed if act.who in await may_hear(act.turn, o)}
    mine |= {o.no: o for o in await own_lately(act.turn, act.who)}
    mine |= {o.no: o for o in await familys_lately(act.turn, act.who)}
    live = sorted((o for o in mine.values() if o.stage not in FINAL), key=lambda o: o.deadline)
    ended = sorted((o for o in mine.values() if o.stage in FINAL), key=lambda o: -o.since)[:SHOWN]
    return tuple([await view(act.turn, order) for order in (*live, *ended)])


@does(ordering.order_number)
async def order_number(act: Act) -> str:
    return await next_number(act.turn)


async def next_number(turn: Turn, by: int = 1) -> str:
    """One that no order here has, whoever gave it; ``by``: how far above the last one is looked first."""
    day = f"{turn.services.config.order_prefix}{turn.today[5:7]}{turn.today[8:10]}"
    no = f"{day}-{await turn.services.store.mint('order', by)}"
    while await turn.get(Order, no) is not None:
        no = f"{day}-{await turn.services.store.mint('order')}"
    return no


def traces(turn: Turn, order: str, patient: str, rx_date: str, codes: Sequence[str], proof: TracesView) -> list[Used]:
    """R8: what makes a prescription the same one: patient + date + drugs, each photo, its number, its looks; and the
    record of each dispense that an order without paper rests on (R2).

    Keyed hashes only: nothing of it can be read back.
    """
    paper = [turn.blind("rx", patient, rx_date, *sorted(codes))] if rx_date else []
    photos = [turn.blind("photo", unique) for unique in proof.uniques]
    marks = [turn.blind("mark", mark) for mark in proof.marks]
    records = [turn.blind("record", record) for record in proof.records]
    whose = turn.blind("patient", patient)
    looks = [Used(turn.blind("looks", whose, hash), order, whose, hash) for hash in proof.pictures]
    return [*(Used(id, order) for id in (*paper, *photos, *marks, *records)), *looks]


@does(ordering.unused)
async def unused(act: Act, order: str, patient: str, rx_date: str, codes: Sequence[str], proof: TracesView) -> None:
    right = await patient_for(act.turn, act.who, patient)
    await never_used(act.turn, order, patient_in(right), rx_date, codes, proof)


async def never_used(
    turn: Turn, order: str, patient: PatientView, rx_date: str, codes: Sequence[str], proof: TracesView
) -> None:
    records = records_of(patient)
    found = [one for record in records for one in traces(turn, order, record, rx_date, codes, proof)]
    known = [await turn.get(Used, trace.id) for trace in found]
    if any(trace.picture for trace in found):  # compressed anew or cropped, its hash is near, not the same
        before = await turn.find(Used, patient=[turn.blind("patient", record) for record in records])
        known += [old for old in before for new in found if new.picture and same_picture(old.picture, new.picture)]
    used = next((one for one in known if one is not None and one.order != order), None)
    if used is not None:
        raise Refused("rx-used", order=used.order)


async def release(turn: Turn, order: Order) -> None:
    """A dead order gives its prescription back (it was never dispensed)."""
    for trace in order.rx:
        used = await turn.get(Used, trace)
        if used is not None and used.order == order.no:
            turn.drop(used)


async def may_hear(turn: Turn, order: Order) -> list[int]:
    """The resident, her family, and whoever ordered for her while she lets him: a right that has ended ends that."""
    own, family = await residents(turn, order), await relatives(turn, order)
    placed_by = order.placed_by if order.placed_by in (0, *own) or await _still(turn, order) else 0
    return sorted({placed_by, *own, *family} - {0, *await silent(turn, order)})


async def _still(turn: Turn, order: Order) -> bool:
    """Whether he who placed it may still act for its patient."""
    try:
        await patient_for(turn, order.placed_by, orders.patient_of(order).get("id", ""))
    except Refused:
        return False
    return True
