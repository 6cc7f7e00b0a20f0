"""People on my phone: a relative's right waits for the hospital's approval; either side ends it at once.

A right of these kinds has in ``sealed``: related and task (the hospital's ids), scope, the name of who acts, and what
became of the application. Its id follows from the Task, so that the feed finds it.
"""

from __future__ import annotations

from dataclasses import replace

from backend_client.models import Related, TaskSnapshot
from bot import orders, rules
from bot.decoding import jsonable
from bot.dialog import Refused
from bot.intents import family as intents
from bot.intents import people
from bot.model import Command, Order, Origin, Right, Text
from bot.model.names import Called, Names
from bot.ops.alone import see_to
from bot.ops.apart import name_for, names_for
from bot.ops.child_consent import WITHDRAWN
from bot.ops.halted import inherits
from bot.ops.handing import card_of
from bot.ops.orders import order_of
from bot.ops.registry import SEES, TASKS, Act, does, send
from bot.ops.rights import (
    FAMILY,
    UNDER_WAY,
    account_in,
    accounts_of,
    brief_of,
    every_right,
    lasting_rights,
    mark,
    own_patient,
    patient_in,
    records_of,
    rights_to,
    scope_of,
)
from bot.ops.waking import wake
from bot.stages import FINAL
from bot.turn import Turn
from bot.views import AddedView, AskedView, DecidedFamilyView, FamilyRowView, PatientView

DECIDED = "family-decided"  # what is due: see bot/flows/family.py
DAYS, DAY = 14, 86_400_000  # so long an application is asked for; ms
NAMED = "name"


def id_of(turn: Turn, task: str) -> str:
    return turn.blind("application", task)[:20]


def _waits(right: Right) -> bool:
    return right.by in FAMILY and not right.approved and bool(right.sealed.get("task")) and not _over(right)


def _over(right: Right) -> bool:
    return bool(right.sealed.get("over"))


@does(intents.may_add)
async def may_add(act: Act, patient: PatientView) -> AddedView:
    turn = act.turn
    own = await own_patient(turn, act.who)
    if own is not None and {*records_of(own)} & {*records_of(patient)}:
        raise Refused("own-record")
    mine = [one for one in await every_right(turn, act.who) if one.patient == mark(turn, patient.id)]
    if any(_waits(one) for one in mine):
        raise Refused("asked-already")
    if any(one.by in FAMILY and one.approved and not _over(one) for one in mine):
        raise Refused("added-already")
    account = next(iter(await accounts_of(turn, patient.id)), 0)
    age = rules.age(patient.birth_date, turn.today) if patient.birth_date[:4].isdigit() else 0
    phone = turn.services.config.hospital_phone
    return AddedView(age, account, own.name if own else "", phone=phone, called=own.known_as if own else "")


@does(intents.about_to_ask)
async def about_to_ask(act: Act) -> AddedView:
    whose = act.turn.blind("account", str(act.who))
    return AddedView(key=act.turn.new_id(), whose=whose, until=act.turn.now + DAYS * DAY)


@does(intents.keep_asked)
async def keep_asked(
    act: Act,
    asked: AskedView,
    patient: PatientView,
    kind: intents.Kind,
    scope: intents.Scope,
    name: str,
    proof: intents.Proof,
    relation: intents.Relation,
) -> None:
    turn, id = act.turn, id_of(act.turn, asked.task)
    known = await turn.get(Right, id)
    if known is not None and known.approved:
        return  # told of the approval before its own answer
    sealed = {"account": act.who, "patient": jsonable(patient), "related": asked.related, "task": asked.task}
    sealed |= {"scope": scope, NAMED: name, "proof": proof, "relation": relation}
    whose = turn.blind("account", str(act.who))
    right = Right(id, whose, mark(turn, patient.id), kind, turn.now, sealed=sealed)
    turn.put(replace(right, version=known.version if known else 0))
    turn.note("", f"person:{act.who}", "family-asked", turn.blind("patient", patient.id)[:12])
    await _decide(turn, id, asked.status, asked.reason)  # the feed may have told it before we knew whose it is


# ---------------------------------------------------------------- what the hospital decides


async def follow(turn: Turn, seen: TaskSnapshot) -> None:
    """An application of ours was decided. One that was taken back meanwhile stays so: the hospital hears it again."""
    await _decide(turn, id_of(turn, seen.id), seen.status, seen.reason)


async def _decide(turn: Turn, id: str, status: str, reason: str) -> None:
    right = await turn.get(Right, id)
    if right is None or right.approved or status not in ("completed", "rejected", "failed", "cancelled"):
        return
    yes = status == "completed"
    if _over(right):
        if yes:
            await send(Act(turn, account_in(right), account_in(right)), *_ends(right))
        return
    if yes:
        turn.put(replace(right, approved=turn.now))
        await inherits(turn, account_in(right), right.patient)
        for order in await turn.find(Order, patient=right.patient, stage=UNDER_WAY):  # it shows itself to him now
            turn.put(_shown_anew(turn, order))
        asked = people.orders_of(patient_in(right).id)  # what the hospital's counter entered before
        turn.command(Command(f"theirs:{turn.new_id()}", f"theirs:{right.id}", asked.name, asked.args, Origin()))
    else:
        turn.put(replace(right, sealed={**right.sealed, "over": turn.now, "reason": reason}))
    wake(turn, DECIDED, right.id, at=turn.now)
    turn.note("", "hospital", f"family-{status}", right.patient[:12])


# ---------------------------------------------------------------- and what it ends


async def read_again(turn: Turn, patient: str) -> None:
    """An order of hers goes on: whoever acts for her is read once a day, as the hospital has him now."""
    for right in await rights_to(turn, patient):
        related, at = str(right.sealed.get("related", "")), int(right.sealed.get("read", 0))
        if right.by in FAMILY and related and turn.now - at > DAY:
            turn.put(replace(right, sealed={**right.sealed, "read": turn.now}))
            read = intents.read_related(related, patient)
            turn.command(Command(f"related:{turn.new_id()}", f"related:{related}", read.name, read.args, Origin()))


async def see_related(turn: Turn, seen: Related) -> None:
    for right in await turn.find(Right, patient=mark(turn, seen.patient)):
        if right.by not in FAMILY or right.sealed.get("related") != seen.id or not right.approved:
            continue
        if seen.holds:
            turn.put(replace(right, until=seen.until))
            continue
        account = account_in(right)
        await _ends_here(turn, right, "hospital")
        text = Text(turn.services.words.say(await turn.lang_of(account), "refused.family-ended", {}))
        turn.post(f"family-ended:{right.id}", account, text)


SEES[Related] = see_related


def _shown_anew(turn: Turn, order: Order) -> Order:
    """The same order, so that its cards are drawn again for whoever sees it by now."""
    return replace(order, snapshot={**order.snapshot, "shown": turn.now})


def _ends(right: Right) -> tuple[str, dict[str, str]]:
    ended = intents.end_related(str(right.sealed["related"]))
    return ended.name, {name: str(value) for name, value in ended.args.items() if name != "key"}


@does(intents.decided)
async def decided(act: Act, right: str) -> DecidedFamilyView:
    row = await act.turn.get(Right, right)
    if row is None or (_over(row) and "reason" not in row.sealed):
        return DecidedFamilyView()
    seen = await _seen(act.turn, row)
    if _over(row):
        act.turn.drop(row)  # refused, and he hears it now
    child = row.by == "guardian" and rules.under_age(seen.patient.birth_date, act.turn.today)
    return replace(seen, consents=child and not row.sealed.get(WITHDRAWN))


async def _seen(turn: Turn, right: Right) -> DecidedFamilyView:
    patient, account = patient_in(right), account_in(right)
    called = await names_for(turn, account, [patient])
    others = tuple(one for one in await accounts_of(turn, patient.id) if one != account)
    reason = str(right.sealed.get("reason", ""))
    return DecidedFamilyView(
        account,
        right.approved > 0,
        patient,
        called[patient.id],
        await _asker(turn, right),
        reason,
        others,
        scope_of(right),
        str(right.sealed.get("related", "")),
        right.id,
    )


async def _asker(turn: Turn, right: Right) -> Called:
    """Who acts, as he said when he asked; in other scripts, too, where that is the record of his own."""
    said, own = str(right.sealed.get(NAMED, "")), await own_patient(turn, account_in(right))
    return own.known_as if own is not None and own.name == said else said


# ---------------------------------------------------------------- looked at, and ended


@does(intents.family_rows)
async def family_rows(act: Act) -> tuple[FamilyRowView, ...]:
    turn = act.turn
    own = await own_patient(turn, act.who)
    mine = [one for one in await rights_to(turn, own.id) if one.by in FAMILY] if own else []
    theirs = [one for one in await lasting_rights(turn, act.who) if one.by in FAMILY]
    theirs += [one for one in await every_right(turn, act.who) if _waits(one)]
    called = await names_for(turn, act.who, [patient_in(one) for one in theirs])
    rows = [FamilyRowView(one.id, True, False, scope_of(one), await _asker(turn, one)) for one in mine]
    for one in theirs:
        waits, patient = _waits(one), patient_in(one)
        names: Names = {} if waits else called[patient.id]  # nothing of the record before it is approved
        rows.append(FamilyRowView(one.id, False, waits, scope_of(one), "" if waits else patient.name, names))
    return tuple(rows)


@does(intents.received_by)
async def received_by(act: Act, order: str, reader: int) -> Called:
    row = await order_of(act.turn, order)
    by = int(row.snapshot.get("received_by", 0))
    if not by or by == reader or row.stage != "confirmed":
        return ""
    patient = brief_of(orders.patient_of(row))
    if by in await accounts_of(act.turn, patient.id):
        return await name_for(act.turn, reader, patient)
    mine = [one for one in await rights_to(act.turn, patient.id) if account_in(one) == by and one.by in FAMILY]
    return await _asker(act.turn, mine[0]) if mine else ""


@does(intents.end_family)
async def end_family(act: Act, right: str) -> DecidedFamilyView:
    turn = act.turn
    row = await turn.get(Right, right)
    if row is None or row.by not in FAMILY or _over(row):
        raise Refused("already-ended")
    if act.who != account_in(row) and act.who not in await accounts_of(turn, patient_in(row).id):
        raise Refused("not-for-you")
    seen = await _seen(turn, row)
    await _ends_here(turn, row, f"person:{act.who}")
    return seen


async def _ends_here(turn: Turn, row: Right, by: str) -> None:
    """His cards go, and what he was to pay is somebody else's."""
    account = account_in(row)
    turn.put(replace(row, approved=0, sealed={**row.sealed, "over": turn.now}))
    for order in await turn.find(Order, patient=row.patient):
        own = [await card_of(turn, f"{card}:{order.no}", account) for card in ("pay", "received")]
        for key in (*own, *([] if order.placed_by == account else [f"card:{order.no}:{account}"])):
            if (stands := await turn.standing(key)) is not None and stands.post.chat == account:
                turn.post(key, account, None, card=True)
        if order.placed_by == account or order.stage not in FINAL:
            turn.put(_shown_anew(turn, order))  # his card says that he sees no more of it; another one may have to pay
    await see_to(turn, row.patient)
    turn.note("", by, "family-ended", row.patient[:12])


TASKS["application"] = follow
