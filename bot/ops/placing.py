"""An order on its way to the hospital: placed, not accepted, cancelled behind its submit; when nothing is under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from bot import orders
from bot.decoding import decoder, jsonable
from bot.dialog import Refused, dumps, loads
from bot.forms import TracesView
from bot.intents.desk import read_order
from bot.model import Command, Dialog, Incident, Json, Order, Priority, Right, Text
from bot.model import UsedPrescription as Used
from bot.moves import MoveName, move_named
from bot.ops import desks
from bot.ops.child_consent import taken_back
from bot.ops.halted import held_at_commit
from bot.ops.incidents import end, report
from bot.ops.ladder import clock
from bot.ops.lent import ambassador_of
from bot.ops.mended import count_mended
from bot.ops.orders import (
    HOUR,
    actor,
    never_used,
    next_number,
    release,
    traces,
    view,
)
from bot.ops.people import needs_no_guardian
from bot.ops.registrations import without_doctor
from bot.ops.registry import CARDS, SETTLES, SUBMITS, Act, Changed, Submit
from bot.ops.rights import accounts_of, is_open, mandate_in, patient_for, patient_in, watchers
from bot.ops.unwanted import cancel_behind, on_its_way, unwanted
from bot.stages import SENDING
from bot.turn import Turn

FARTHEST = 6  # how often the step to the next number is doubled
MOST_NUMBERS = 16  # under which an order is sent; a hospital that has an order under each does not take it


async def place(act: Act, args: Mapping[str, Any]) -> tuple[str, Mapping[str, Json]]:
    """Submit's local half: the order's row and its prescription marks stand in the same commit as the command.

    Returns the order's number and the command's arguments with what only the house knows (actor, times). The number is
    the dialog's, or where another order has it meanwhile (``_is_free``) the next.
    """
    turn = act.turn
    draft = dict(args["draft"])
    patient, doubts = draft.pop("patient_brief"), draft.pop("doubts", [])
    left_out, cuts = draft.pop("left_out", False), draft.pop("cuts", [])
    recorded = bool(draft.pop("recorded", False))
    if not args["photos"] and any(map(_needs_photo, draft["lines"])):
        raise Refused("no-proof")  # a draft of an older release may hold a drug that stands nowhere (R2)
    if not _is_free(old := await turn.get(Order, draft["no"]), turn.marked(patient["id"])):
        draft["no"], old = await next_number(turn), None
    by_desk = bool(draft.pop(desks.BY, False))
    acts = desks.only_one(act, patient["id"], draft["no"]) if by_desk else patient_for(turn, act.who, patient["id"])
    right = await acts
    now = patient_in(right)
    await _as_it_stands(turn, right, by_desk)
    if patient["id"] != now.id:  # merged while the form was open
        patient = jsonable(now)
    codes = [line["code"] for line in draft["lines"]]
    proof = _traces(args.get("proof", {}))
    await never_used(turn, draft["no"], now, draft["rx_date"], codes, proof)  # by another phone while the form was open
    used = traces(turn, draft["no"], patient["id"], draft["rx_date"], codes, proof)
    for trace in used:
        if await turn.get(Used, trace.id) is None:
            turn.put(trace)
    deadline = turn.now + turn.services.config.order_hours * HOUR
    order = Order(
        no=draft["no"],
        stage=SENDING,
        since=turn.now,
        updated=0,
        task_version="",
        deadline=deadline,
        department=draft["department"],
        compound=draft["compound"],
        urgency="red" if draft.get("priority") == "urgent" else orders.urgency(draft["days_left"]),
        placed_by=0 if by_desk else act.who,
        patient_account=next(iter(await accounts_of(turn, patient["id"])), 0),
        patient=right.patient,
        ambassador=await ambassador_of(turn, draft["compound"]),
        mandate="" if by_desk else mandate_in(right),
        rx=tuple(trace.id for trace in used),
        pending="submit",
        pending_by=act.who,
        topic=f"consult:{draft['no']}",
        snapshot={
            "patient": patient,
            "asked": draft["lines"],
            "doctor_name": "",
            "days_left": draft["days_left"],
            "delivery": draft["delivery"],
            "condition": draft["condition"],
            "prescribed": [],
            "answers": draft["answers"],
            "photos": list(args["photos"]),
            "cuts": cuts,
            "rx_date": draft["rx_date"],
            "doubts": doubts,
            "left_out": left_out,
            "recorded": recorded,
            **({desks.BY: desks.role_in(right)} if by_desk else {}),
        },
        version=old.version if old else 0,
    )
    turn.put(order)
    await _someone_brings(turn, order)
    await count_mended(turn, draft, old, cuts)
    turn.note(order.no, f"person:{act.who}", "order", "" if right.by == "self" else patient["id"])
    draft |= {
        "patient": patient["id"],
        "actor": await actor(act, order, "watcher"),
        "authored": turn.now,
        "deadline": deadline,
    }
    return order.no, {"draft": draft, "photos": args["photos"]}


def _is_free(old: Order | None, patient: str) -> bool:
    """A row is written over only by an order of its own patient, and only while the hospital does not have it."""
    return old is None or (old.stage == SENDING and old.patient == patient)


async def _as_it_stands(turn: Turn, right: Right, by_desk: bool) -> None:
    """Refused where nothing may be ordered for this patient now, whatever was so when the form was begun."""
    now = patient_in(right)
    if not is_open(now):
        raise Refused("deceased" if now.deceased else "record-closed")
    if right.by == "self":
        needs_no_guardian(turn, now)
    elif not by_desk and await taken_back(turn, now):  # while the form was open
        raise Refused("consent-taken-back")
    if await held_at_commit(turn, now.id):
        raise Refused("on-hold")


async def _someone_brings(turn: Turn, order: Order) -> None:
    """Where nobody serves and she cannot go to the window, somebody must be found."""
    if order.snapshot["delivery"] == "home" and not order.ambassador:
        await report(turn, "uncovered", order=order.no)


_traces = decoder(TracesView)


def _needs_photo(line: Mapping[str, Any]) -> bool:
    """It was typed or read off a page, or it is in no list and in no record."""
    kind = line.get("proof", {}).get("kind", "")
    return kind in ("typed", "page", "photo") or (kind != "record" and not line.get("code"))


async def not_accepted(turn: Turn, command: Command, code: str) -> None:
    """The hospital does not take it: no card may say that it is on its way, and the prescription is unused again."""
    order = await turn.get(Order, command.lane)
    if order is None or order.stage != SENDING:
        return
    await release(turn, order)
    turn.drop(order)
    turn.note(order.no, "hospital", "not-accepted", reason=code)
    await _take_cards(turn, order)
    if said := order.snapshot.get(orders.UNWANTED):
        await _end_form(turn, command.origin.dialog)
        if said["by"] != command.origin.person:  # who sent it hears from his form
            words = {"order": order.no, "reason": "", "refund": 0}
            html = turn.services.words.say(await turn.lang_of(said["by"]), "cancelled_notice.hears", words)
            turn.post(f"unsent:{command.key}", said["by"], Text(html))


async def _end_form(turn: Turn, id: str) -> None:
    """It was cancelled meanwhile: the form that sent it is not shown once more with the hospital's reason."""
    form = await turn.get(Dialog, id)
    if form is not None and form.state == "sent":
        journal = loads(form.journal)
        journal.cancel = True
        turn.put(replace(form, journal=dumps(journal)))


async def _take_cards(turn: Turn, order: Order) -> None:
    """Of everybody who has one under this number, the desk that chose it for a caller too."""
    keys = {f"card:{order.no}:{account}": account for account in await watchers(turn, order)}
    if role := desks.placed_by(order):
        desk = await desks.account_of(turn, role)
        keys |= {f"{card}:{order.no}:{desk}": desk for card in desks.CARDS}
    for key, account in keys.items():
        if await turn.standing(key) is not None:
            turn.post(key, account, None, priority=Priority.NOTICE, card=True)


def numbers_of(command: Command) -> int:
    """Under how many numbers its order was sent by now: the key of each but the first says which it is."""
    return int(command.key.partition("~")[2] or 0) + 1


async def numbered_anew(turn: Turn, command: Command) -> Command:
    """Another order has its number at the hospital: ours goes on under the next, and theirs is read.

    Each time twice as far, so that a day's numbers are passed in a few tries. Answers the command that sends it.
    """
    base, again = command.key.partition("~")[0], numbers_of(command)
    no = await next_number(turn, 2 ** min(again - 1, FARTHEST))
    order = await turn.get(Order, command.lane)
    if order is not None and order.stage == SENDING:
        await _moved_to(turn, order, no)
    key = f"taken:{turn.new_id()}"
    turn.command(Command(key, key, read_order.name, {"order": command.lane}))
    args = {**command.args, "draft": {**command.args["draft"], "no": no}}
    return replace(command, key=f"{base}~{again}", lane=no, args=args)


async def _moved_to(turn: Turn, order: Order, no: str) -> None:
    """The same order under this number, with its marks, its card and what was said of it to the operators."""
    turn.drop(order)
    turn.put(replace(order, no=no, topic=f"consult:{no}", version=0))
    for id in order.rx:
        trace = await turn.get(Used, id)
        if trace is not None and trace.order == order.no:
            turn.put(replace(trace, order=no))
    for raised in await turn.find(Incident, order=order.no, done_at=0):
        if raised.about == order.no:
            await end(turn, raised, f"now {no}")
            await report(turn, raised.kind, order=no, code=raised.code)
    turn.note(no, "hospital", "numbered-anew", reason=order.no)
    await _take_cards(turn, order)


async def unwant(turn: Turn, form: Dialog) -> None:
    """/cancel to the form that sent it: its card says so, too. Asked for by ``cancel_behind``, once it is there."""
    order = await _sent_by(turn, form)
    if order is None or not on_its_way(order) or order.snapshot.get(orders.UNWANTED):
        return
    turn.put(replace(order, snapshot={**order.snapshot, orders.UNWANTED: {"by": form.person, "who": {}}}))
    turn.note(order.no, f"person:{form.person}", "cancel", reason="on-its-way")


async def _sent_by(turn: Turn, form: Dialog) -> Order | None:
    """The order that this form sent, whichever number it has by now."""
    key = f"{form.id}:submit:{form.epoch}"
    for sent in (key, *(f"{key}~{n}" for n in range(1, MOST_NUMBERS))):
        if (claimed := await turn.services.store.command(sent)) is not None:
            return await turn.get(Order, claimed.command.lane)
    return None


async def settled(turn: Turn, command: Command) -> None:
    """Nothing is under way any more; a message of the consult that comes back meanwhile settles nothing."""
    order = await turn.get(Order, str(command.args.get("order") or command.lane))
    if order is not None and order.pending and command.op == _op_of(order.pending):
        turn.put(settled := replace(order, pending="", pending_by=0))
        if order.pending != "give-back":  # what he asked for before he left was refused
            await without_doctor(turn, settled)


def _op_of(move: MoveName | Literal["submit"]) -> str:
    """What carries a move out."""
    if move == "submit":
        return "hospital.submit"
    known = move_named(move)
    return known.call if known else ""


async def changed(turn: Turn) -> list[Changed]:
    rows = [row for row in turn.changed(Order) if not orders.is_put_away(row)]
    for row in rows:
        clock(turn, row)
    return [Changed(row.no, row.version, {"order": await view(turn, row)}) for row in rows]


SUBMITS["hospital.submit"] = Submit(place, not_accepted, cancel_behind)
SETTLES.extend((settled, unwanted))
CARDS["order"] = changed
