"""A payer by link: somebody outside who pays one order. He sees stage and sum, never whose it is before he pays.

What is out stands in the snapshot of the order; the link is a Link like any other. The money: bot/handlers/payments.py.
"""

from __future__ import annotations

from dataclasses import replace

from bot import orders
from bot.decoding import decoder, jsonable
from bot.dialog import Refused
from bot.intents import paying as intents
from bot.model import BY_LINK, Bill, Link, Order, Origin, Priority
from bot.model.names import Called
from bot.ops import charges as charged
from bot.ops import rights
from bot.ops.cautions import is_flagged
from bot.ops.orders import HOUR, may_hear, order_of, send_move
from bot.ops.places import new_link, open_link, url_of
from bot.ops.records import see_record
from bot.ops.registry import Act, does
from bot.ops.waking import unwake, wake
from bot.stages import FINAL, facts_of
from bot.turn import Turn
from bot.views import FamilyView, ForPayerView, PaidView, PatientView, SharedView

LEAST_BILL = 800  # fen: Telegram takes no invoice below about one US dollar (Bot API: payments, supported currencies)
LINK, OVER = BY_LINK, "family-over"  # the link's purpose; what is due when its time is over
_read = decoder(FamilyView)


def family_of(order: Order) -> FamilyView:
    return _read(order.snapshot.get("family") or {})


def _with(order: Order, family: FamilyView | None) -> Order:
    rest = {name: value for name, value in order.snapshot.items() if name != "family"}
    return replace(order, snapshot=rest if family is None else {**rest, "family": jsonable(family)})


async def shown_to(turn: Turn, order: Order) -> tuple[int, bool]:
    """Who reads what it costs (0 = nobody), and whether he is the one who pays in chat."""
    pays = await rights.payer(turn, order)
    told = await may_hear(turn, order)
    return pays or (order.placed_by if order.placed_by in told else 0), pays != 0


async def payers(turn: Turn, order: Order) -> set[int]:
    """Whom a bill of this order is taken from: who pays in chat, and who said by link that he does."""
    family = family_of(order)
    by_link = family.payer if family.until > turn.now and not await _helps(turn, order, family.payer) else 0
    return {await rights.payer(turn, order), by_link} - {0}


def paid_by(turn: Turn, order: Order, account: int) -> Order:
    """A charge has come: of her family it is remembered."""
    family = family_of(order)
    return _with(order, replace(family, paid=True, free=False)) if family.payer == account else order


async def _helps(turn: Turn, order: Order, account: int) -> bool:
    """R14: who acts for her, carries it or ordered it under a mandate never pays for her."""
    if not account or account == order.ambassador or (order.mandate and account == order.placed_by):
        return True
    mine = await rights.rights_to(turn, orders.patient_of(order).get("id", ""))
    return any(right.by == "mandate" and rights.account_in(right) == account for right in mine)


# ---------------------------------------------------------------- she lets somebody pay


@does(intents.may_share)
async def may_share(act: Act, order: str) -> None:
    await _sharable(act, order)


async def _sharable(act: Act, no: str) -> Order:
    row = await order_of(act.turn, no)
    if act.who not in await _sharers(act.turn, row):
        raise Refused("not-for-you")
    if why := await why_not(act.turn, row):
        raise Refused(why, at=row.since, name="")
    if standing(act.turn, row):
        raise Refused("link-out")
    return row


async def _sharers(turn: Turn, order: Order) -> set[int]:
    return {(await shown_to(turn, order))[0], *await rights.residents(turn, order)} - {0}


def standing(turn: Turn, order: Order) -> bool:
    """A link is out, and its time is not over."""
    return family_of(order).until > turn.now


async def why_not(turn: Turn, order: Order) -> str:
    """Why nobody can settle it now by a link, "" = somebody can: pay it, or confirm a share of nothing.

    That one only where nobody here may: its patient has no phone, and her helper may not explain a flagged drug (R8).
    """
    why = _why_not(order)
    if why == "no-sum" and is_flagged(turn, order) and not await rights.payer(turn, order):
        return ""
    return "too-little" if why == "no-sum" else why


def _why_not(order: Order) -> str:
    if why := orders.refused(order, "pay"):
        return why
    if orders.unaccepted(order):
        return "not-accepted"
    due = orders.due_of(order)
    if due is None:
        return "not-settled"
    return "no-sum" if due == 0 else "too-little" if due < LEAST_BILL else ""


@does(intents.share)
async def share(act: Act, order: str, who: str) -> SharedView:
    row, turn = await _sharable(act, order), act.turn
    hours = turn.services.config.family_link_hours
    parameter = await new_link(turn, LINK, order, hours=hours)
    until = turn.now + hours * HOUR
    free = orders.due_of(row) == 0
    turn.put(_with(row, FamilyView(_id(turn, parameter), who, act.who, 0, until, free=free)))
    wake(turn, OVER, order, at=until)
    turn.note(order, f"person:{act.who}", "pay-link-made")
    return SharedView(url_of(turn, parameter), until)


def _id(turn: Turn, parameter: str) -> str:
    return turn.blind("token", parameter.partition("-")[2])


@does(intents.end_share)
async def end_share(act: Act, order: str) -> FamilyView:
    row = await order_of(act.turn, order)
    family = family_of(row)
    if act.who not in {family.by, *await _sharers(act.turn, row)}:
        raise Refused("not-for-you")
    if not standing(act.turn, row) or (family.paid and await why_not(act.turn, row)):
        raise Refused("link-gone")
    if _paying(act.turn, row, family):
        raise Refused("link-paying")
    act.turn.note(order, f"person:{act.who}", "pay-link-ended")
    return await _end(act.turn, row)


def _paying(turn: Turn, order: Order, family: FamilyView) -> bool:
    """The messenger was told yes: his charge may come at any moment."""
    return family.payer != 0 and order.lease_by == family.payer and turn.now < order.lease_until


async def _end(turn: Turn, order: Order) -> FamilyView:
    turn.put(_with(order, None))
    unwake(turn, OVER, order.no)
    return await _told(turn, order)


async def _told(turn: Turn, order: Order) -> FamilyView:
    """``by`` only while he may hear of the order: his right may have ended, or her record gone to another phone."""
    family = family_of(order)
    return family if family.by in await may_hear(turn, order) else replace(family, by=0)


@does(intents.share_ran_out)
async def share_ran_out(act: Act, order: str) -> FamilyView:
    row = await act.turn.get(Order, order)
    if row is None or not (family := family_of(row)).link or standing(act.turn, row):
        return FamilyView()
    if family.paid or facts_of(row.stage).paid or row.stage in FINAL:
        return FamilyView()  # it was paid, or needs it no more: his card says so
    if _paying(act.turn, row, family):
        wake(act.turn, OVER, order, at=row.lease_until)
        return FamilyView()
    return await _end(act.turn, row)


# ---------------------------------------------------------------- whoever opened it


async def _opened(act: Act, parameter: str) -> tuple[Order, FamilyView]:
    link = await act.turn.get(Link, _id(act.turn, parameter))
    row = await act.turn.get(Order, link.ref) if link is not None else None
    if link is None or row is None or (family := family_of(row)).link != link.id or not standing(act.turn, row):
        raise Refused("pay-link-over")
    if family.payer not in (0, act.who):
        raise Refused("pay-link-used")
    if act.who in await rights.residents(act.turn, row) or act.who == await rights.payer(act.turn, row):
        raise Refused("pay-link-own")
    if await _helps(act.turn, row, act.who):
        raise Refused("not-yours-to-pay")
    if (await why_not(act.turn, row) and not family.paid) or not (family.payer or (await _told(act.turn, row)).by):
        raise Refused("pay-link-over")
    return row, family


@does(intents.look_at_share)
async def look_at_share(act: Act, parameter: str) -> ForPayerView:
    row, family = await _opened(act, parameter)
    seen = await _seen(act.turn, row, family)
    return seen if family.payer else replace(seen, no="", patient="", initial="")


@does(intents.take_share)
async def take_share(act: Act, parameter: str) -> ForPayerView:
    row, family = await _opened(act, parameter)
    if not family.payer:
        await open_link(act.turn, parameter, act.who)
        family = replace(family, payer=act.who)
        row = _with(row, family)
        act.turn.put(row)
        act.turn.note(row.no, f"person:{act.who}", "pay-link-taken")
    return await _seen(act.turn, row, family)


@does(intents.pays_by_link)
async def pays_by_link(act: Act, order: str) -> ForPayerView:
    row = await order_of(act.turn, order)
    family = family_of(row)
    seen = await _seen(act.turn, row, family) if family.payer else ForPayerView()
    follows = seen.mine or (standing(act.turn, row) and not seen.paid)
    return seen if follows else replace(seen, stage="")  # he paid nothing: how it goes on is not his to know


@does(intents.shared_by)
async def shared_by(act: Act, order: str) -> FamilyView:
    return await _told(act.turn, await order_of(act.turn, order))


def _initial(patient: PatientView) -> Called:
    """The first letter of her name in the payer's script, "" where no name is kept any more."""
    return {tag: name[:1] for tag, name in patient.alone.items()} if patient.name else ""


async def _seen(turn: Turn, order: Order, family: FamilyView) -> ForPayerView:
    patient = rights.brief_of(orders.patient_of(order))
    charges = [one for one in await charged.of_order(turn, order.no) if one.sealed.get("account") == family.payer]
    why = await why_not(turn, order)
    more = bool(order.snapshot.get("kept")) and not why  # he paid an earlier quote, and this one asks more
    mine = family.payer != 0 and bool(family.paid or charges) and not more
    ended = order.stage in FINAL and not facts_of(order.stage).paid
    return ForPayerView(
        family.payer,
        order.no,
        order.stage,
        orders.due_of(order) or 0,
        family.until,
        _initial(patient),
        not why and standing(turn, order),
        facts_of(order.stage).paid,
        mine,
        (await _still_held(turn, order)).get(family.payer, 0) if mine and ended else 0,
        patient.id,
        orders.due_of(order) == 0 if order.stage == "quoted" else family.free,
    )


async def _still_held(turn: Turn, order: Order) -> dict[int, int]:
    """By account: fen that were paid by link and that the hospital has until they go back."""
    found = await charged.of_order(turn, order.no)
    left, theirs = charged.held(found, int(order.snapshot.get("kept", 0))), dict[int, int]()
    for one in found:
        account = int(one.sealed.get("account", 0))
        if charged.by_link(one) and left[one.id]:
            theirs[account] = theirs.get(account, 0) + left[one.id]
    return theirs


@does(intents.link_payers)
async def link_payers(act: Act, order: str) -> tuple[ForPayerView, ...]:
    row = await order_of(act.turn, order)
    theirs, family = await _still_held(act.turn, row), family_of(row)
    accounts = [*theirs, *([family.payer] if family.payer and family.payer not in theirs else [])]
    return tuple(ForPayerView(one, back=theirs.get(one, 0), free=family.free) for one in accounts)


@does(intents.paid_how)
async def paid_how(act: Act, order: str) -> PaidView:
    row = await order_of(act.turn, order)
    found, family, kept = await charged.of_order(act.turn, order), family_of(row), int(row.snapshot.get("kept", 0))
    left = charged.held(found, kept) if kept else {one.id: one.amount for one in found}
    by_family = sum(left[one.id] for one in found if charged.by_link(one))
    return PaidView(by_family, sum(left.values()) - by_family, family.who, family.free and family.paid)


async def _mine(act: Act, no: str) -> Order:
    row = await order_of(act.turn, no)
    if act.who != family_of(row).payer or not standing(act.turn, row):
        raise Refused("pay-link-over")
    if await _helps(act.turn, row, act.who):
        raise Refused("not-yours-to-pay")
    if why := await why_not(act.turn, row):
        if why == "already-agreed":  # nothing was to be paid
            raise Refused(why, at=row.since)
        raise Refused("already-paid" if why in ("already-paid", orders.UNDER_WAY) else "pay-link-over", at=0, name="")
    return row


@does(intents.payable_by_link)
async def payable_by_link(act: Act, order: str) -> ForPayerView:
    row = await _mine(act, order)
    return await _seen(act.turn, row, family_of(row))


async def _as_it_stands(act: Act, no: str, seen: PatientView, free: bool) -> Order:
    """The same, with her record as it was read just now; its sum came or went meanwhile: he looks at it anew."""
    before = rights.brief_of(orders.patient_of(await _mine(act, no)))
    if not await see_record(act.turn, before, seen) or not rights.is_open(seen):
        raise Refused("pay-link-over")
    row = await _mine(act, no)
    if (orders.due_of(row) == 0) != free:
        raise Refused("sum-changed")
    return row


@does(intents.agrees_by_link)
async def agrees_by_link(act: Act, order: str, seen: PatientView) -> None:
    row, turn = await _as_it_stands(act, order, seen, free=True), act.turn
    charge = {"id": f"zero-{order}-{row.since}", "order": order, "amount": 0, "currency": "CNY", "paid": turn.now}
    payer = {"reference": f"Patient/{seen.id}", "on_behalf_of": "", "mandate": ""}
    agreed = _with(row, replace(family_of(row), paid=True, free=True))
    send_move(turn, agreed, "pay", {"charge": {**charge, "family": True}, "payer": payer}, Origin(person=act.who))
    turn.note(order, f"person:{act.who}", "confirmed-zero-by-link")


def not_agreed(order: Order) -> Order:
    """The hospital does not have it that somebody confirmed it by link."""
    return _with(order, replace(family_of(order), paid=False))


@does(intents.bill_by_link)
async def bill_by_link(act: Act, order: str, seen: PatientView) -> None:
    row, turn = await _as_it_stands(act, order, seen, free=False), act.turn
    amount = orders.due_of(row) or 0
    words, lang = turn.services.words, (await act.me()).lang
    text = words.label(lang, "settle.family_text", {"initial": _initial(seen)})
    bill = Bill(words.label(lang, "settle.bill_title"), text, f"{LINK}:{order}:{amount}", amount)
    key, holds = f"bill:{order}:{row.version}:{act.who}", f"owed:{order}"
    turn.post(key, act.chat, bill, priority=Priority.URGENT, protect=True, holds=holds)
