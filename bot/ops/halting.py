"""Somebody says of a patient: stopped, moved, in hospital, died. Who may, who hears, how it ends (ADR 38).

Her orders, reminders and check-ins are held at once and may be set free again for a day; then what can be is cancelled
and paid back, and what is packed comes back. Only an operator who called her home silences her phone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import orders
from bot.decoding import jsonable
from bot.dialog import Refused
from bot.intents import halting as intents
from bot.model import Halt, HaltKind, Order, Origin, Person, Right
from bot.moves import HELD
from bot.ops import desks, waiting
from bot.ops.apart import name_for
from bot.ops.closing import clinic_reads, forget_forms
from bot.ops.halted import REF, halt_of, next_id
from bot.ops.incidents import ask_operators, report, settle
from bot.ops.orders import HOUR, send_move
from bot.ops.registry import Act, active_as, bound_as, does, helper_name, role_of
from bot.ops.rights import (
    UNDER_WAY,
    account_in,
    brief_of,
    lasting_rights,
    mark,
    patient_for,
    patient_in,
    records_of,
    rights_of,
    rights_to,
)
from bot.ops.road import holders
from bot.ops.waking import unwake, wake
from bot.stages import facts_of
from bot.turn import Turn
from bot.views import HaltView, HearerView, PatientView, SpokenForView, WoundUpView

OVER = "halt-over"  # what is due: see bot/flows/halting.py
UNDO, AGAIN = 24 * HOUR, HOUR // 6  # so long it may be taken back; so long until a move under way is looked at again
ROLES = {"doctor": "doctor", "operator": "operator", "mandate": "ambassador", "desk": "desk"}  # by what, as whom


# ---------------------------------------------------------------- who may say it


async def _speaks(turn: Turn, who: int, ref: str) -> tuple[PatientView, str]:
    """Of whom, and by what: an own right, the consult that is open, or an operator's registration."""
    order = await turn.get(Order, ref) if ref else None
    if order is None or orders.is_put_away(order):
        held = [*await rights_of(turn, who), *await _callers(turn, who)]
        mine = [right for right in held if ref and right.patient.startswith(ref)]
        if not mine:
            raise Refused("not-for-you")
        return patient_in(mine[0]), mine[0].by
    patient = brief_of(orders.patient_of(order))
    try:
        return patient, (await patient_for(turn, who, patient.id)).by
    except Refused:
        me = await turn.person(who)
        if order.doctor == who and facts_of(order.stage).consult == "open" and bound_as(me, "doctor"):
            return patient, "doctor"
        if active_as(turn, me, "operator"):
            return patient, "operator"
        raise Refused("not-for-you") from None


async def _callers(turn: Turn, who: int) -> list[Right]:
    """Of a neighbours' desk: whoever let it act for her."""
    desk = bound_as(await turn.person(who), desks.BY)
    return await desks.callers_of(turn, desk) if desk else []


@does(intents.spoken_for)
async def spoken_for(act: Act, ref: str) -> tuple[SpokenForView, ...]:
    turn = act.turn
    if ref:
        patient, by = await _speaks(turn, act.who, ref)
        found = {ref: (patient, by)}
    else:
        found = {one.patient[:REF]: (patient_in(one), one.by) for one in reversed(await rights_of(turn, act.who))}
    rows: list[SpokenForView] = []
    for key, (patient, by) in found.items():
        stands = await halt_of(turn, mark(turn, patient.id))
        halt = await view(turn, stands) if stands else HaltView()
        rows.append(SpokenForView(key, await name_for(turn, act.who, patient), by == "self", halt))
    return tuple(reversed(rows))


# ---------------------------------------------------------------- it is said


@does(intents.halt)
async def halt_(act: Act, ref: str, kind: HaltKind) -> HaltView:
    turn = act.turn
    patient, by = await _speaks(turn, act.who, ref)
    if by == "self" and kind == "died":
        raise Refused("not-for-you")
    said = await turn.find(Halt, patient=mark(turn, patient.id))
    stand = [one for one in said if not one.undone]
    if any(one.confirmed for one in stand):
        raise Refused("halt-confirmed")
    if same := next((one for one in stand if one.kind == kind), None):
        return await view(turn, same)
    sealed = {"account": act.who, "patient": jsonable(patient), "actor": await _actor(act, patient, by)}
    row = Halt(
        next_id(turn, mark(turn, patient.id), said),
        mark(turn, patient.id),
        kind,
        _known(by),
        turn.now,
        turn.now if stand else 0,
        sealed=sealed,
    )
    turn.put(row)
    for other in stand:
        turn.put(replace(other, wrong=other.wrong or turn.now))  # two say two things: an operator asks
    await _hold(turn, row)
    wake(turn, OVER, row.id, after=UNDO)
    if kind == "died" or stand:
        await _ask(turn, row, "two-words" if stand else kind)
    await clinic_reads(turn, row.patient, "halted.clinic")
    turn.note("", f"person:{act.who}", f"halt-{kind}", patient.id, by)
    return replace(await view(turn, row), new=True)


def _known(by: str) -> Any:
    return by


async def _actor(act: Act, patient: PatientView, by: str) -> dict[str, str]:
    """Who stands in the hospital's record for what is cancelled in the end; his mandate may be over by then."""
    if by in ROLES:
        return _reference(f"PractitionerRole/{role_of(await act.me(), ROLES[by]).id}")
    found = [one for one in await lasting_rights(act.turn, act.who) if one.patient == mark(act.turn, patient.id)]
    related = next((str(one.sealed.get("related", "")) for one in found if one.by == by), "")
    return _reference(f"RelatedPerson/{related}", patient.id) if related else _reference(f"Patient/{patient.id}")


def _reference(reference: str, on_behalf_of: str = "") -> dict[str, str]:
    return {"reference": reference, "on_behalf_of": on_behalf_of, "mandate": ""}


async def live(turn: Turn, patient: str) -> list[Order]:
    """Orders of this patient (her mark) that go on."""
    found = await turn.find(Order, patient=patient, stage=UNDER_WAY)
    return [one for one in found if not orders.is_put_away(one)]


async def _hold(turn: Turn, row: Halt) -> None:
    for order in await live(turn, row.patient):
        turn.put(replace(order, snapshot={**order.snapshot, HELD: row.kind}))


async def _ask(turn: Turn, row: Halt, code: str) -> None:
    """Operators hear that somebody must call; whose home it is stands in the chat of whoever looks."""
    await report(turn, "halt", about=row.patient[:12], code=code)
    words: dict[str, Any] = {"why": (f"halt.why.{row.kind}", {}), "wrong": row.wrong > 0}
    await ask_operators(
        turn, f"halt:{row.id}:{code}", "halt_look.asked", words, "action.halt_look", f"halt_look:{row.id}"
    )


async def view(turn: Turn, row: Halt) -> HaltView:
    patient, said_by = brief_of(row.sealed["patient"]), int(row.sealed.get("account", 0))
    rights = [one for one in await rights_to(turn, patient.id) if account_in(one)]  # a desk's is nobody's account
    own = {account_in(one) for one in rights if one.by == "self"}
    hears = {account_in(one): account_in(one) in own for one in rights if row.kind != "died" or one.by != "self"}
    called = {account: await name_for(turn, account, patient) for account in [*hears, said_by] if account}
    return HaltView(
        row.id,
        row.kind,
        row.by,
        said_by,
        await helper_name(turn, said_by) if row.by == "mandate" else "",
        row.since,
        row.wrong > 0,
        row.confirmed > 0,
        row.undone > 0,
        hears=tuple(HearerView(one, called[one], is_own) for one, is_own in hears.items() if one != said_by),
        called=called.get(said_by, {}),
        own=row.by == "self",
        tail=patient.phone_tail,
    )


@does(intents.halt_heard)
async def halt_heard(act: Act, halt: str) -> SpokenForView | None:
    turn, row = act.turn, await act.turn.get(Halt, halt)
    if row is None or row.undone:
        return None
    mine = [one for one in await lasting_rights(turn, act.who) if one.patient == row.patient]
    own = any(one.by == "self" for one in mine)
    if not mine or (own and row.kind == "died"):
        return None
    called = await name_for(turn, act.who, patient_in(mine[0]))
    return SpokenForView(row.id, called, own, await view(turn, row))


# ---------------------------------------------------------------- that is wrong


async def standing(turn: Turn, id: str) -> Halt:
    row = await turn.get(Halt, id)
    if row is None or row.undone:
        raise Refused("halt-over")
    return row


@does(intents.halt_wrong)
async def halt_wrong(act: Act, halt: str) -> HaltView:
    turn, row = act.turn, await standing(act.turn, halt)
    mine = [one for one in await lasting_rights(turn, act.who) if one.patient == row.patient]
    said = act.who == int(row.sealed.get("account", 0))
    if not mine and not said:
        raise Refused("not-for-you")
    herself, in_time = any(one.by == "self" for one in mine) and row.kind != "died", turn.now < row.since + UNDO
    if row.confirmed and not herself:
        raise Refused("halt-confirmed")
    if said and not herself and not in_time:
        raise Refused("undo-late")
    if in_time if row.confirmed else (said or herself):
        return await lift(turn, row, f"person:{act.who}")
    if not row.wrong:  # of what was confirmed and wound up an operator asks her once more
        row = replace(row, wrong=turn.now, sealed={**row.sealed, "contested": act.who})
        turn.put(row)
        await _ask(turn, row, "contested-again" if row.confirmed else "contested")
        turn.note("", f"person:{act.who}", "halt-contested", brief_of(row.sealed["patient"]).id)
        return replace(await view(turn, row), new=True)
    return await view(turn, row)


async def lift(turn: Turn, row: Halt, by: str) -> HaltView:
    """It goes on: orders that are still there, and what waits for a move of ours."""
    over = replace(row, undone=turn.now)
    turn.put(over)
    unwake(turn, OVER, row.id)
    others = [one for one in await turn.find(Halt, patient=row.patient) if not one.undone and one.id != row.id]
    if not others:
        await settle(turn, "halt", row.patient[:12], "it goes on")
        for order in await live(turn, row.patient):
            free = {name: value for name, value in order.snapshot.items() if name != HELD}
            turn.put(freed := replace(order, snapshot=free))
            if order.stage == waiting.SETTLING:
                await waiting.claim(turn, freed)
        await clinic_reads(turn, row.patient, "record.resumed")
    turn.note("", by, "halt-lifted", brief_of(row.sealed["patient"]).id)
    return replace(await view(turn, over), new=True)


async def shows_up(turn: Turn, person: Person) -> None:
    """Somebody of whom it was said that she has died writes or presses: an operator asks again, whatever was said."""
    own: Any = person.facts.get("self")
    row = await halt_of(turn, mark(turn, own["id"])) if own else None
    if row is not None and row.kind == "died" and row.by != "hospital" and not row.wrong:
        turn.put(row := replace(row, wrong=turn.now))
        await _ask(turn, row, "alive")


# ---------------------------------------------------------------- it is so: an operator has called, or the record says


async def confirm(turn: Turn, row: Halt) -> None:
    """What else was said of her meanwhile does not count beside it."""
    patient = brief_of(row.sealed["patient"])
    for other in await turn.find(Halt, patient=row.patient):
        if not other.undone and other.id != row.id:
            turn.put(replace(other, undone=turn.now))
            unwake(turn, OVER, other.id)
    turn.put(replace(row, confirmed=turn.now, wrong=0))
    await _hold(turn, row)
    await settle(turn, "halt", row.patient[:12], "confirmed")
    if not row.wound_up:
        wake(turn, OVER, row.id, at=max(turn.now, row.since + UNDO))
    if row.kind == "died":
        for right in await rights_to(turn, patient.id):
            if right.by == "self":
                await forget_forms(turn, account_in(right), records_of(patient))


async def record_says(turn: Turn, seen: PatientView) -> None:
    """The hospital's own record has it that she died, or has it no more: it is said and confirmed in one."""
    said = await turn.find(Halt, patient=mark(turn, seen.id))
    stand = [one for one in said if not one.undone]
    if not seen.deceased:
        for row in stand:
            if row.kind == "died" and row.confirmed:
                await lift(turn, row, "hospital")
        return
    row = next((one for one in stand if one.kind == "died"), None)
    if row is None:
        sealed = {"patient": jsonable(seen), "actor": _reference(f"Patient/{seen.id}")}
        row = Halt(
            next_id(turn, mark(turn, seen.id), said), mark(turn, seen.id), "died", "hospital", turn.now, sealed=sealed
        )
    await confirm(turn, row)


# ---------------------------------------------------------------- the day is over


@does(intents.wind_up)
async def wind_up(act: Act, halt: str) -> tuple[WoundUpView, ...]:
    turn, row = act.turn, await act.turn.get(Halt, halt)
    if row is None or row.undone or row.wound_up or row.wrong:  # confirmed, and she wrote since: called again first
        return ()
    back: list[WoundUpView] = []
    told: list[str] = list(row.sealed.get("back") or ())  # of an earlier round
    under_way = False
    for order in await live(turn, row.patient):
        why = orders.refused(order, "cancel")
        if not why:
            send_move(turn, order, "cancel", {"who": row.sealed["actor"], "reason": HELD}, Origin())
        elif why in orders.WAITS:
            under_way = True
        elif not facts_of(order.stage).delivered and order.no not in told:
            await report(turn, "return", order=order.no, code=row.kind)
            back.append(WoundUpView(order.no, order.label, await holders(turn, order, order.stage)))
    if under_way:  # what is being paid or packed just now decides itself first
        turn.put(replace(row, sealed={**row.sealed, "back": [*told, *(one.order for one in back)]}))
        wake(turn, OVER, row.id, after=AGAIN)
    else:
        turn.put(replace(row, wound_up=turn.now))
    turn.note("", "house", "halt-wound-up", brief_of(row.sealed["patient"]).id)
    return tuple(back)
