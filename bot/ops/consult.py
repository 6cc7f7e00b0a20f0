"""What a consult needs: its topic, the case on one screen, who watches, the claim, the bill."""

from __future__ import annotations

from typing import Any

import locales
from bot import orders, rules
from bot.dialog import Refused
from bot.forms import HandView, PieceView
from bot.intents import consult as intents
from bot.model import Bill, Order, Origin, Picture, Place, PlaceKind, Priority, Right, Topic
from bot.moves import MOVES
from bot.ops import desks, paying, rights, waiting
from bot.ops.colleagues import asked_in
from bot.ops.groups import watch
from bot.ops.handing import card_of
from bot.ops.orders import actor, check_role, may_hear, order_of, send_move, view
from bot.ops.proxy import helper_reads
from bot.ops.registry import Act, does, helper_name
from bot.views import AnswerView, CaseView, HelperReadsView, PageView, PayerView, ReaderView

REVIEWED = frozenset({*MOVES["pass"].legal_from, *MOVES["price"].legal_from})  # a pharmacist decides about it
_DOTS = {"red": "🔴", "yellow": "🟡", "green": "🟢"}


@does(intents.open_topic)
async def open_topic(act: Act, order: str) -> str:
    """Titled by number, colour and count; the photos follow the card."""
    turn = act.turn
    row = await order_of(turn, order)
    rooms = await turn.find(Place, kind=PlaceKind.DEPARTMENT, ref=row.department)
    new = await turn.get(Topic, row.topic) is None
    if new:
        watch(turn, row)
    if not rooms:
        return ""
    if new:
        number = row.no.rpartition("-")[2]
        name = f"#{number} {_DOTS.get(row.urgency, '⚪')} ×{len(row.snapshot['asked'])}"
        turn.put(Topic(row.topic, rooms[0].chat, row.no, name))
        for n, file in enumerate(row.snapshot.get("photos", ())):
            turn.post(
                f"photo:{row.no}:{n}",
                rooms[0].chat,
                Picture(file),
                priority=Priority.NOTICE,
                topic=row.topic,
                protect=True,
            )
    return row.topic


@does(intents.cut_outs)
async def cut_outs(act: Act, order: str) -> tuple[HandView, ...]:
    """None where the topic stands: they are shown in it once, as the photos are."""
    row = await order_of(act.turn, order)
    rooms = await act.turn.find(Place, kind=PlaceKind.DEPARTMENT, ref=row.department)
    if not rooms or await act.turn.get(Topic, row.topic):
        return ()
    return _cuts(row)


@does(intents.paper)
async def paper(act: Act, order: str) -> tuple[PieceView, ...]:
    row = await order_of(act.turn, order)
    await check_role(act, row, "pharmacist")
    if row.stage not in REVIEWED:
        raise Refused("not-now")
    seen = (await view(act.turn, row)).snapshot
    asked = {(line.proof.page, line.proof.place): line for line in seen.asked}
    pages = [PieceView(f"page-{n}", n, file) for n, file in enumerate(seen.photos, 1)]
    return (*pages, *(PieceView(one.id, one.page, one.cut, asked.get((one.page, one.id))) for one in _cuts(row)))


def _cuts(row: Order) -> tuple[HandView, ...]:
    return tuple(HandView(one["id"], one["page"], one["cut"], one["pen"]) for one in row.snapshot.get("cuts", ()))


@does(intents.case)
async def case(act: Act, order: str) -> CaseView | None:
    row = await order_of(act.turn, order)
    if await act.turn.get(Topic, row.topic) is None:
        return None
    patient = orders.patient_of(row)
    born = patient.get("birth_date", "")
    return CaseView(
        rules.age(born, act.turn.today) if born[:4].isdigit() else "",
        _answers(act, row.snapshot.get("answers", {})),
        await helper_name(act.turn, row.placed_by) if row.mandate else "",
        row.snapshot.get("rx_date", ""),
        tuple(str(one["name"]) for one in asked_in(row)),
        tuple(PageView(one["page"], one["why"]) for one in row.snapshot.get("doubts", ())),
        bool(row.snapshot.get("left_out")),
        await _desk_of(act, row),
        bool(row.snapshot.get("recorded")),
    )


async def _desk_of(act: Act, row: Order) -> str:
    if not (role := desks.placed_by(row)):
        return ""
    right = next((one for one in await act.turn.find(Right, patient=row.patient) if desks.role_in(one) == role), None)
    return desks.name_in(right) if right else role


def _answers(act: Act, given: dict[str, str]) -> tuple[AnswerView, ...]:
    asked = act.turn.services.catalogue().questionnaire
    found: list[AnswerView] = []
    if (sure := given.get(rules.FIRST_VISIT[-1], "")) in rules.SURE:
        words = act.turn.services.words
        question = {tag: words.label(tag, "consult.illness") for tag in locales.tags()}
        found.append(AnswerView(question, (f"consult.illness.{sure}", {})))
    for item in asked.questions if asked else ():
        code = given.get(item.link_id, "")
        option: Any = next((o for o in item.options if o.code == code), None)
        if option:
            found.append(AnswerView({"zh-CN": "", **item.text}, {"zh-CN": option.code, **option.text}))
        elif code:  # a question of yes or no, or an option that the hospital has taken back since
            said = {"true": "yes", "false": "no"}.get(code, code)  # an older release kept yes and no
            answer: Any = (f"questionnaire.item.{said}", {}) if said in ("yes", "no") else code
            found.append(AnswerView({"zh-CN": "", **item.text}, answer))
    return tuple(found)


@does(intents.watchers)
async def watchers(act: Act, order: str) -> tuple[int, ...]:
    row = await order_of(act.turn, order)
    return () if orders.patient_of(row).get("deceased") else tuple(await may_hear(act.turn, row))


@does(intents.readers)
async def readers(act: Act, order: str) -> tuple[ReaderView, ...]:
    row = await order_of(act.turn, order)
    hear = await may_hear(act.turn, row)
    watch = await rights.watchers(act.turn, row)
    near = {*await rights.relatives(act.turn, row, "stage")}
    only = sorted({*near, *await rights.helpers_of(act.turn, row)} - {*watch})
    known = [ReaderView(account, account in hear) for account in watch]
    return (*known, *(ReaderView(account, only=True, helps=account not in near) for account in only))


@does(intents.claim)
async def claim(act: Act, order: str) -> None:
    await waiting.claim(act.turn, await order_of(act.turn, order))


@does(intents.payer)
async def payer(act: Act, order: str) -> PayerView:
    row = await order_of(act.turn, order)
    shown, pays = await paying.shown_to(act.turn, row)
    stands = await act.turn.standing(await card_of(act.turn, f"pay:{order}", shown)) is not None
    out = paying.standing(act.turn, row)
    helper = HelperReadsView() if pays else await helper_reads(act.turn, row, shown)
    shares = not out and not await paying.why_not(act.turn, row)
    return PayerView(shown, pays, stands, shares, out, helper.reads, helper.flagged)


async def _to_be_paid(act: Act, order: str) -> Order:
    """The order, where this person is the one who pays it."""
    row = await order_of(act.turn, order)
    await check_role(act, row, "watcher")
    if act.who != await rights.payer(act.turn, row):
        raise Refused("not-yours-to-pay")
    if orders.unaccepted(row):
        raise Refused("not-accepted")
    return row


def _due(row: Order) -> int:
    due = orders.due_of(row)
    if due is None:
        raise Refused("not-settled")
    return due


@does(intents.bill)
async def bill(act: Act, order: str) -> None:
    row = await _to_be_paid(act, order)
    amount = _due(row)
    if amount < paying.LEAST_BILL:  # a bill of nothing is none either
        raise Refused("too-little")
    lang = (await act.me()).lang
    words = act.turn.services.words
    act.turn.post(
        f"bill:{order}:{row.version}",
        act.chat,
        Bill(
            words.label(lang, "settle.bill_title"),
            words.label(lang, "settle.bill_text", {"order": order}),
            f"pay:{order}:{amount}",
            amount,
        ),
        priority=Priority.URGENT,
        protect=True,
        holds=f"owed:{order}",
    )


@does(intents.payable)
async def payable(act: Act, order: str) -> None:
    if 0 < _due(await _to_be_paid(act, order)) < paying.LEAST_BILL:
        raise Refused("too-little")


@does(intents.confirm_zero)
async def confirm_zero(act: Act, order: str) -> None:
    row = await _to_be_paid(act, order)
    why = orders.refused(row, "pay")
    if why:
        raise Refused(why, at=row.since, name="")
    if _due(row) != 0:
        raise Refused("not-free")
    charge = {"id": f"zero-{order}-{row.since}", "order": order, "amount": 0, "currency": "CNY", "paid": act.turn.now}
    send_move(
        act.turn,
        row,
        "pay",
        {"charge": charge, "payer": await actor(act, row, "watcher")},
        Origin(chat=act.chat, person=act.who),
    )
    act.turn.note(order, f"person:{act.who}", "confirmed-zero")
