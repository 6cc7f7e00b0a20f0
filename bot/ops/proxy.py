"""Somebody without a phone: what a helper reads to her and confirms for her, and how it may be denied (ADR 35).

Who helps is read when he acts: a mandate that ended meanwhile confirms nothing, and then a person must.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot import orders, rules
from bot.decoding import decoder, jsonable
from bot.dialog import FLOWS, Refused, Start
from bot.intents import proxy as intents
from bot.model import Command, Dialog, Link, Order, Origin, Right
from bot.ops import paying, rights
from bot.ops.cautions import is_flagged
from bot.ops.child_consent import WITHDRAWN, taken_back
from bot.ops.handing import wrong
from bot.ops.incidents import report, settle
from bot.ops.orders import HOUR, check_role, order_of, send_move, view
from bot.ops.records import see_record
from bot.ops.registered import on_the_road
from bot.ops.registry import REFUSED, Act, does, role_of
from bot.ops.waking import wake
from bot.turn import Turn
from bot.views import ForHerView, HelperReadsView, OrderView, PatientView, ProxyView, ScanView

DENY_HOURS = 24  # h in which family or desk may say that it is not so (bot/ops/denied.py)
LINKS_DAYS = 30  # days after an order's deadline that the words of its parcel's QR are known
UNCONFIRMED, CALL = "unconfirmed", "call"  # exceptions
LABEL, SLIP = "parcel", "slip"  # what begins the start parameter of a QR
_read = decoder(ProxyView)


def proxy_of(order: Order) -> ProxyView:
    return _read(order.snapshot.get("proxy") or {})


def with_proxy(order: Order, **more: Any) -> Order:
    return replace(order, snapshot={**order.snapshot, "proxy": jsonable(replace(proxy_of(order), **more))})


async def _mandate(turn: Turn, order: Order, account: int) -> Right | None:
    """The mandate by which this account acts for its patient today."""
    mine = await rights.rights_to(turn, orders.patient_of(order).get("id", ""))
    return next((one for one in mine if one.by == "mandate" and rights.account_in(one) == account), None)


async def _may_act(act: Act, order: Order) -> Right:
    """Refused("her-own-phone"), or as for anybody who may not act for her any more."""
    if await rights.residents(act.turn, order):
        raise Refused("her-own-phone")
    if act.who not in (order.ambassador, order.placed_by):
        raise Refused("not-for-you")
    found = await _mandate(act.turn, order, act.who)
    if found is None:
        await rights.patient_for(act.turn, act.who, orders.patient_of(order).get("id", ""))  # says which way it ended
        raise Refused("no-mandate")
    return found


def _acts(helper: str, order: Order, right: Right) -> Mapping[str, str]:
    patient = str(orders.patient_of(order).get("id", ""))
    return {"reference": f"PractitionerRole/{helper}", "on_behalf_of": patient, "mandate": rights.mandate_in(right)}


# ---------------------------------------------------------------- her consent to health data


@does(intents.needs_consent)
async def needs_consent(act: Act, patient: str) -> str:
    me = await act.me()
    whose = await rights.patient_for(act.turn, act.who, patient)
    child = rules.under_age(rights.patient_in(whose).birth_date, act.turn.today)
    if child and whose.by == "guardian" and whose.sealed.get(WITHDRAWN):
        return intents.GUARDIAN
    if whose.by != "self" and await taken_back(act.turn, rights.patient_in(whose)):
        raise Refused("consent-taken-back")
    if whose.by != "mandate" or await rights.accounts_of(act.turn, patient):
        return ""  # she gives it on her own phone
    known = {rights.mark(act.turn, one) for one in rights.records_of(rights.patient_in(whose))}
    return "" if known & {*me.facts.get("consents", ())} else role_of(me, "ambassador").id


@does(intents.keep_consent)
async def keep_consent(act: Act, patient: str) -> None:
    me = await act.me()
    kept = {*me.facts.get("consents", ()), rights.mark(act.turn, patient)}
    act.turn.put(replace(me, facts={**me.facts, "consents": sorted(kept)}))
    act.turn.note("", f"person:{act.who}", "consent-read-to-her", patient)


# ---------------------------------------------------------------- a share of 0.00, read to her


async def helper_reads(turn: Turn, order: Order, shown: int) -> HelperReadsView:
    """Whether the one who is shown what it costs reads the warning to her; her family with a phone does it itself."""
    none_to_pay = order.stage == "quoted" and orders.due_of(order) == 0 and not orders.unaccepted(order)
    if not none_to_pay or await rights.residents(turn, order) or await rights.payer(turn, order):
        return HelperReadsView()
    if await _mandate(turn, order, shown) is None:
        return HelperReadsView()
    flagged = is_flagged(turn, order)
    return HelperReadsView(not flagged, flagged)


async def _reads(act: Act, no: str) -> tuple[Order, Right]:
    row = await order_of(act.turn, no)
    await check_role(act, row, "watcher")
    right = await _may_act(act, row)
    if why := orders.refused(row, "pay"):
        raise Refused(why, at=row.since, name="")
    if orders.unaccepted(row):
        raise Refused("not-accepted")
    if orders.due_of(row) is None:
        raise Refused("not-settled")
    if orders.due_of(row):
        raise Refused("not-yours-to-pay")
    if await rights.payer(act.turn, row):
        raise Refused("her-family-confirms")
    if is_flagged(act.turn, row):
        raise Refused("flagged")
    return row, right


@does(intents.reads_to_her)
async def reads_to_her(act: Act, order: str) -> OrderView:
    row, _ = await _reads(act, order)
    return await view(act.turn, row)


@does(intents.confirm_zero_for)
async def confirm_zero_for(act: Act, order: str, seen: PatientView) -> None:
    before = rights.brief_of(orders.patient_of(await order_of(act.turn, order)))
    if not await see_record(act.turn, before, seen) or not rights.is_open(seen):
        raise Refused("not-now")
    row, right = await _reads(act, order)
    helper = await on_the_road(act, "ambassador")
    charge = {"id": f"zero-{order}-{row.since}", "order": order, "amount": 0, "currency": "CNY", "paid": act.turn.now}
    payer = _acts(helper.id, row, right)
    read = with_proxy(row, read=helper.name)
    send_move(act.turn, read, "pay", {"charge": charge, "payer": payer}, Origin(chat=act.chat, person=act.who))
    act.turn.note(order, f"person:{act.who}", "confirmed-zero-for-her", payer["on_behalf_of"], "read-aloud")


# ---------------------------------------------------------------- confirmed for her


@does(intents.helper_for)
async def helper_for(act: Act, order: str) -> int:
    row, turn = await order_of(act.turn, order), act.turn
    if row.stage != "handed-over" or await rights.residents(turn, row):
        return 0
    wake(turn, UNCONFIRMED, order, after=DENY_HOURS * HOUR)
    for account in (row.ambassador, row.placed_by):
        if account and await _mandate(turn, row, account) is not None:
            return account
    if not await rights.relatives(turn, row):
        await report(turn, UNCONFIRMED, order=order)
    return 0


@does(intents.confirm_for)
async def confirm_for(act: Act, order: str) -> None:
    row, turn = await order_of(act.turn, order), act.turn
    if why := orders.refused(row, "confirm"):
        raise Refused(why, at=row.since, name="")
    try:
        right = await _may_act(act, row)
    except Refused as no:
        if no.code in ("no-mandate", "mandate-over"):
            await report(turn, UNCONFIRMED, order=order)  # she has it, and nobody may say so for her
        raise
    helper = await on_the_road(act, "ambassador")
    who = _acts(helper.id, row, right)
    done = with_proxy(row, confirmed=helper.name, by=act.who, at=turn.now)
    snapshot = {name: value for name, value in done.snapshot.items() if name != "received_by"}
    args = {"receiver": who, "proof": proxy_of(row).door or "two-identifiers"}
    send_move(turn, replace(done, snapshot=snapshot), "confirm", args, Origin(chat=act.chat, person=act.who))
    turn.note(order, f"person:{act.who}", "confirmed-for-her", who["on_behalf_of"], proxy_of(row).door)


@does(intents.unconfirmed)
async def unconfirmed(act: Act, order: str) -> None:
    row = await act.turn.get(Order, order)
    if row is not None and row.stage == "handed-over" and not row.pending:
        await report(act.turn, UNCONFIRMED, order=order)


@does(intents.confirmed_for)
async def confirmed_for(act: Act, order: str) -> ForHerView:
    row, turn = await order_of(act.turn, order), act.turn
    await settle(turn, UNCONFIRMED, order, "confirmed")
    done = proxy_of(row)
    if row.stage != "confirmed" or not done.confirmed:
        return ForHerView()
    if to_be_called(turn, row):
        await report(turn, CALL, order=order)
    return await for_her(turn, row)


def to_be_called(turn: Turn, order: Order) -> bool:
    """One in ``config.call_one_in``, by a keyed hash of the order: nobody can foresee which, and it stays the same."""
    share = turn.services.config.call_one_in
    return share > 0 and int.from_bytes(turn.blind("call", order.no).encode()) % share == 0


async def for_her(turn: Turn, row: Order) -> ForHerView:
    family = {*await rights.relatives(turn, row), *await rights.relatives(turn, row, "stage")} - {proxy_of(row).by}
    until, call = proxy_of(row).at + DENY_HOURS * HOUR, to_be_called(turn, row)
    return ForHerView(row.no, row.label, proxy_of(row).confirmed, tuple(sorted(family)), until, call)


async def _not_taken(turn: Turn, command: Command) -> None:
    """The hospital does not have it from this helper: nothing was done for her, and a person must close it."""
    row = await turn.get(Order, str(command.args.get("order", "")))
    if row is not None and command.args.get("proof"):
        turn.put(with_proxy(row, confirmed="", by=0, at=0))
        await report(turn, UNCONFIRMED, order=row.no)


async def _not_read(turn: Turn, command: Command) -> None:
    charge = command.args.get("charge", {})
    row = await turn.get(Order, str(charge.get("order", "")))
    if row is None or row.stage != "quoted":
        return
    if command.args.get("payer", {}).get("mandate"):
        turn.put(with_proxy(row, read=""))
    elif charge.get("family"):
        turn.put(paying.not_agreed(row))


REFUSED["hospital.confirm"], REFUSED["hospital.pay"] = _not_taken, _not_read


# ---------------------------------------------------------------- the QR of label and slip


async def know_words(turn: Turn, order: Order) -> None:
    """The opaque words that the hospital printed on this parcel lead to it from now on; only keyed hashes are kept."""
    parcel: Mapping[str, Any] = order.snapshot.get("parcel") or {}
    for purpose, word in ((LABEL, parcel.get("outside")), (SLIP, parcel.get("inside"))):
        id = turn.blind("token", str(word))
        if word and await turn.get(Link, id) is None:
            turn.put(Link(id, purpose, order.no, expires=order.deadline + LINKS_DAYS * 24 * HOUR))


@does(intents.scanned)
async def scanned(act: Act, parameter: str) -> ScanView:
    turn, (purpose, _, word) = act.turn, parameter.partition("-")
    link = await turn.get(Link, turn.blind("token", word))
    row = await turn.get(Order, link.ref) if link is not None and link.purpose == purpose else None
    nothing = ScanView(phone=turn.services.config.hospital_phone)
    if row is None or orders.is_put_away(row):
        return nothing
    family = {*await rights.relatives(turn, row), *await rights.relatives(turn, row, "stage")}
    if act.who in {*await rights.residents(turn, row), *family} and act.who != row.ambassador:
        return ScanView("received" if row.stage == "handed-over" else "card", row.no, row.label)
    helps = act.who == row.ambassador or (act.who == row.placed_by and await _mandate(turn, row, act.who) is not None)
    if not helps:
        return nothing
    if act.who == row.ambassador and not orders.refused(row, "hand-over"):
        await _no_other_door(act, row, purpose)
        return ScanView("door", row.no, row.label)
    if row.stage == "handed-over" and not await rights.residents(turn, row):
        return ScanView("confirm", row.no, row.label)
    return ScanView("card", row.no, row.label)


async def _no_other_door(act: Act, row: Order, purpose: str) -> None:
    """A slip that comes out of another bag than the one he asks a code for: it counts as a wrong code of that one."""
    doors = await act.turn.find(Dialog, person=act.who, state="open") if purpose == SLIP else []
    asking = [
        one.subject for one in doors if one.flow in FLOWS and (start := FLOWS[one.flow].start) and _at_door(start)
    ]
    other = next((subject for subject in asking if subject not in ("", row.no)), "")
    asked = await act.turn.get(Order, other) if other else None
    if asked is not None:
        await wrong(act.turn, asked)
        raise Refused("slip-of-another", label=asked.label)


def _at_door(start: Start) -> bool:
    return start.action == "door"
