"""A neighbours' desk and its callers: who may call, what she let it do, where her order is; never what is in it."""

from __future__ import annotations

from dataclasses import replace

from bot import orders, rules
from bot.dialog import Refused
from bot.forms import TracesView
from bot.intents import callers as intents
from bot.model import Mandate, Order, Origin, Person, Right, RoleBinding, Visit
from bot.model.names import Names
from bot.moves import BY_WATCHER
from bot.ops import desk_money, desks
from bot.ops.apart import helpers_for
from bot.ops.halted import REF
from bot.ops.handing import knows_number
from bot.ops.orders import actor, never_used, order_of, send_move
from bot.ops.people import ended
from bot.ops.registry import Act, does, role_of
from bot.ops.rights import account_in, accounts_of, lately, mandate_in, own_patient, patient_in, relatives_of, rights_to
from bot.ops.visits import named_in, open_visit
from bot.stages import FINAL
from bot.turn import Turn
from bot.views import (
    CallerRowView,
    CallersHelperView,
    CallerView,
    DeskEndedView,
    DeskLetGoView,
    DeskReaderView,
    DeskVisitView,
    MandateView,
    PatientView,
)


@does(intents.may_call)
async def may_call(act: Act, patient: PatientView) -> None:
    await knows_number(act, patient.id)
    if not desks.serves(role_of(await act.me(), desks.BY), patient):
        raise Refused("no-such-patient")


@does(intents.caller)
async def caller(act: Act, patient: PatientView) -> CallerView:
    turn, desk = act.turn, role_of(await act.me(), desks.BY)
    right = await desks.right_of(turn, desk, patient.id)
    age = rules.age(patient.birth_date, turn.today) if rules.whole_day(patient.birth_date) else 0
    until = rules.months_before(turn.today, -turn.services.config.mandate_months)
    helpers = await _helpers(turn, patient.id, right) if right else ()
    whose = right.patient[:REF] if right else ""
    cancels = right is not None and await _cancellable(turn, desk, right) is not None
    return CallerView(right is not None, age, desk.id, desk.name, until, helpers, whose, cancels)


async def _helpers(turn: Turn, patient: str, own: Right) -> tuple[CallersHelperView, ...]:
    """Whose right she may end here: her helpers', and this desk's own."""
    found = [one for one in await rights_to(turn, patient) if one.by == "mandate"]
    names = await helpers_for(turn, [account_in(one) for one in found])
    helpers = [CallersHelperView(mandate_in(one), names[account_in(one)][1]) for one in found]
    return (*helpers, CallersHelperView(mandate_in(own), desk=True))


@does(intents.keep_caller)
async def keep_caller(act: Act, granted: MandateView, patient: PatientView, number: str) -> None:
    desk = role_of(await act.me(), desks.BY)
    right = desks.kept(act.turn, desk, patient, granted.id, granted.until, number)
    known = await act.turn.get(Right, right.id)
    act.turn.put(replace(right, version=known.version if known else 0))
    act.turn.note("", f"person:{act.who}", "desk-granted", act.turn.blind("patient", patient.id)[:12])


@does(intents.nothing_open)
async def nothing_open(act: Act, patient: str) -> None:
    await desks.nothing_open(act.turn, await desks.desk_right(act, patient))


@does(intents.unused_record)
async def unused_record(act: Act, order: str, patient: str, proof: TracesView) -> None:
    right = await desks.desk_right(act, patient)
    await never_used(act.turn, order, patient_in(right), "", (), proof)


# ---------------------------------------------------------------- she cancels


async def _cancellable(turn: Turn, desk: RoleBinding, right: Right) -> Order | None:
    """Also one of which something is under way for some seconds: it is offered, and then she is told to wait."""
    followed = [one for one in await lately(turn, patient=right.patient) if desks.follows(one, desk.id)]
    return next((one for one in followed if orders.refused(one, "cancel") in ("", *orders.WAITS)), None)


@does(intents.cancel_for)
async def cancel_for(act: Act, patient: str) -> None:
    turn, right = act.turn, await desks.desk_right(act, patient)
    order = await _cancellable(turn, role_of(await act.me(), desks.BY), right)
    if order is None:
        raise Refused("caller-no-cancel")
    if why := orders.refused(order, "cancel"):
        raise Refused(why)
    args = {"who": await actor(act, order, "watcher"), "reason": BY_WATCHER}
    send_move(turn, order, "cancel", args, Origin(chat=act.chat, person=act.who))
    turn.note(order.no, f"person:{act.who}", "cancel", patient, "by-telephone")


# ---------------------------------------------------------------- a home visit


@does(intents.visit_for)
async def visit_for(act: Act, patient: str) -> None:
    turn, right = act.turn, await desks.desk_right(act, patient)
    if await _phase(turn, right):
        raise Refused("caller-has-visit")
    her = patient_in(right)
    by = f"PractitionerRole/{desks.role_in(right)}"
    visit = await open_visit(turn, her.compound, requester=by, **named_in(her), building=her.building, patient=her.id)
    turn.put(replace(right, sealed={**right.sealed, desks.VISIT: visit.id}))


@does(intents.visit_readers)
async def visit_readers(act: Act, visit: str) -> tuple[DeskVisitView, ...]:
    turn = act.turn  # once a visit is over nothing of whose it was is left in its own row
    desks_here = [(one.id, role) for one in await turn.find(Person, role=desks.BY) for role in one.roles]
    rights = [(a, one) for a, role in desks_here if role.role == desks.BY for one in await desks.callers_of(turn, role)]
    return tuple(
        DeskVisitView(a, patient_in(one).known_as) for a, one in rights if one.sealed.get(desks.VISIT) == visit
    )


# ---------------------------------------------------------------- what it sees of them


@does(intents.my_callers)
async def my_callers(act: Act) -> tuple[CallerRowView, ...]:
    turn, desk = act.turn, role_of(await act.me(), desks.BY)
    rights = await desks.callers_of(turn, desk)
    rows = [await _row(turn, desk, right, rights) for right in rights]
    return tuple(sorted(rows, key=lambda row: (row.stage in ("", *FINAL), -row.since)))


async def _row(turn: Turn, desk: RoleBinding, right: Right, among: list[Right]) -> CallerRowView:
    followed = [one for one in await lately(turn, patient=right.patient) if desks.follows(one, desk.id)]
    newest = max(followed, key=lambda one: one.deadline, default=None)
    row = CallerRowView(_called(right, among), visit=await _phase(turn, right))
    return replace(row, stage=newest.stage or "sending", since=newest.since) if newest else row


async def _phase(turn: Turn, right: Right) -> str:
    """Of the home visit that this desk asked for, while it goes on."""
    visit = await turn.get(Visit, str(right.sealed.get(desks.VISIT, "")))
    return visit.phase if visit is not None and not visit.ended else ""


def _called(right: Right, among: list[Right]) -> Names:
    """By name; of two of one name each by its call's number too, which is the desk's own."""
    her = patient_in(right)
    if sum(patient_in(one).name == her.name for one in among) < 2:
        return her.known_as
    return {tag: f"{name} ({desks.number_in(right)})" for tag, name in her.known_as.items()}


@does(intents.desk_readers)
async def desk_readers(act: Act, order: str) -> tuple[DeskReaderView, ...]:
    turn, row = act.turn, await order_of(act.turn, order)
    rights = {desks.role_in(one): one for one in await desks.rights_of_desks(turn, orders.patient_of(row)["id"])}
    roles = {*rights, desks.placed_by(row)} - {""}
    found = [await _reader(turn, row, role, rights.get(role)) for role in sorted(roles)]
    return tuple(one for one in found if one.account)


async def _reader(turn: Turn, order: Order, role: str, right: Right | None) -> DeskReaderView:
    account = await desks.account_of(turn, role) if desks.follows(order, role) else 0
    if not account:
        return DeskReaderView()
    desk = next(one for one in (await turn.person(account)).roles if one.id == role)
    if right is None or not desks.serves(desk, patient_in(right)):
        return DeskReaderView(account, over=True)
    name = _called(right, await desks.callers_of(turn, desk))
    return await desk_money.shown(turn, order, desk, DeskReaderView(account, name))


# ---------------------------------------------------------------- she ends a right


@does(intents.end_for_caller)
async def end_for_caller(act: Act, patient: str, mandate: str) -> DeskEndedView:
    turn, right = act.turn, await desks.desk_right(act, patient)
    hers = tuple(dict.fromkeys((*await accounts_of(turn, patient), *await relatives_of(turn, patient))))
    if mandate == mandate_in(right):
        desks.end(turn, right, f"person:{act.who}")
        return DeskEndedView(hers=hers, consents=(mandate,), desk=True)
    row = await turn.get(Mandate, mandate)
    if row is None or not row.active:
        raise Refused("already-ended")
    if turn.marked(row.patient) not in {turn.marked(one) for one in (patient, *patient_in(right).formerly)}:
        raise Refused("not-for-you")
    over = await ended(act, row)
    names = (await helpers_for(turn, [over.ambassador]))[over.ambassador][1]
    return DeskEndedView(over.ambassador, over.known_as, hers, names, (mandate, *over.others))


@does(intents.desks_let_go)
async def desks_let_go(act: Act) -> tuple[DeskLetGoView, ...]:
    own = await own_patient(act.turn, act.who)
    rights = await desks.rights_of_desks(act.turn, own.id) if own else ()
    for right in rights:
        desks.end(act.turn, right, f"person:{act.who}")
    return tuple([await _let_go(act.turn, right) for right in rights])


async def _let_go(turn: Turn, right: Right) -> DeskLetGoView:
    account = await desks.account_of(turn, desks.role_in(right))
    return DeskLetGoView(mandate_in(right), account, patient_in(right).known_as)
