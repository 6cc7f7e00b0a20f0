"""After the signature: what she asks has a clock, a pharmacist may answer, and one day it is over."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import consult as clinic
from bot.intents import hearing, people
from bot.intents.places import places
from bot.model import ToChat, ToPerson
from bot.views import OrderView


@flow("taken_card", start=Start(notice="order"))
async def taken_card(ask: Ask, order: OrderView) -> None:
    """Who took it, and until when writing here reaches the doctor; where that is over, the same message says so."""
    taken = order.snapshot.taken
    if not taken:
        return
    settings = await ask.once("settings", people.rules())
    heard = await ask.once("heard", hearing.heard(order.no))
    for reader in await ask.once("readers", clinic.readers(order.no)):
        key, to = f"taken:{order.no}:{taken}:{reader.person}", ToPerson(reader.person)
        if heard and reader.why:
            await ask.card(key, "taken_card.hears", to=to, doctor=order.snapshot.doctor_name, days=settings.after_days)
        else:
            await ask.card(key, "taken_card.over", to=to, order=order.no, phone=settings.phone)


@flow("unanswered", start=Start(due="unanswered"))
async def unanswered(ask: Ask) -> None:
    """Nobody has answered in time: the pharmacists are asked, and after them she reads whom to call."""
    late = await ask.once("late", hearing.next_reader(ask.subject))
    for person in late.readers:
        await ask.tell(f"call[{person}]", to=ToPerson(person), phone=late.phone)


@flow("late_card", start=Start(notice="order"))
async def late_card(ask: Ask, order: OrderView) -> None:
    """Under her words in the review group: a pharmacist answers by a reply or the button; then who did, or its end."""
    waits = order.snapshot.unanswered
    if waits is None or not waits.step:
        return
    for place in await ask.once("places", places("review")):
        key, to = f"late:{order.no}:{waits.since}:{place.chat}", ToChat(place.chat)
        if waits.by:
            await ask.card(key, "late_card.done", to=to, order=order.no, by=waits.by)
        elif waits.over:
            await ask.card(key, "late_card.over", to=to, order=order.no)
        else:
            button = Option("answer", action=f"answer:{order.no}")
            await ask.card(key, "late_card.asks", to=to, buttons=[button], order=order.no, at=waits.since)


@flow("answer", start=Start(action="answer", stands=("review",)))
async def answer(ask: Ask) -> None:
    """A pharmacist answers in the doctor's place."""
    await ask.once("may", hearing.may_answer(ask.subject))
    words = await ask.text("words", order=ask.subject)
    became = await ask.once("said", hearing.answer(ask.subject, words))
    if became == "kept":
        await ask.stop("kept")
    if became == "unreachable":
        await ask.stop("unreachable")
    await ask.tell("sent")


@flow("consult_over", start=Start(due="consult-over"))
async def consult_over(ask: Ask) -> None:
    """Some days after the delivery: the topic is closed."""
    await ask.once("over", hearing.end_relay(ask.subject))
