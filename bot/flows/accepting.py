"""A line that only the doctor wrote: she reads it and agrees, or asks the doctor, before she pays (R2)."""

from __future__ import annotations

from bot import rules
from bot.dialog import Ask, Option, Start, days, flow, hours
from bot.intents.consult import look_again
from bot.intents.orders import accepts, asks_again, sends_back, shows_new, unaccepted, who_accepts
from bot.linewords import new_kinds, new_words
from bot.model import ToPerson
from bot.phrases import ACCEPTED_AT
from bot.views import OrderView


@flow("new_line_notice", start=Start(notice="stage:prescribed"))
async def new_line_notice(ask: Ask, order: OrderView) -> None:
    """Asked on her own phone as soon as it is signed; the pharmacist looks at it meanwhile."""
    person = await ask.once("who", who_accepts(order.no))
    if person:
        await ask.begin("asks", "new_line", person, subject=order.no)


@flow("accept_card", start=Start(notice="order"))
async def accept_card(ask: Ask, order: OrderView) -> None:
    """Asked from the row, where no question stands: a look skipped the signature, or the question has run out."""
    await _card(ask, order)


async def _card(ask: Ask, order: OrderView) -> None:
    person = await ask.once("whom", shows_new(order.no))
    if not person:
        return
    lines = new_words(order)
    kinds = new_kinds(lines)
    waits = bool(order.snapshot.unaccepted) and order.stage in ACCEPTED_AT
    await ask.card(
        f"accept:{order.no}:{order.snapshot.rewritten}:{person}",
        "accept_card.card",
        to=ToPerson(person),
        buttons=[Option("accept", action=f"accept:{order.no}")] if waits else [],
        protect=True,
        order=order.no,
        name=order.snapshot.patient.known_as,
        doctor=order.snapshot.doctor_name,
        lines=lines,
        new=kinds.new,
        changed=kinds.changed,
        waits=waits,
    )


@flow("accept_late", start=Start(due="accept"))
async def accept_late(ask: Ask) -> None:
    """Her question may have run out by now: the card takes its place."""
    await _card(ask, await ask.once("again", asks_again(ask.subject)))


@flow("cautions", start=Start(due="cautions"))
async def cautions(ask: Ask) -> None:
    """While a prescription waits for the pharmacist the hospital may still find something in it."""
    await ask.once("look", look_again(ask.subject))


@flow("new_line", start=Start(action="accept"), remind=hours(3), expire=days(3))
async def new_line(ask: Ask) -> None:
    """[I agree], or [Ask the doctor]: then it goes back with her words, and nothing is paid."""
    order = await ask.once("order", unaccepted(ask.subject))
    ask.about(order.whose(ask.person.id))
    seen = order.snapshot
    name, doctor = seen.patient.known_as, seen.doctor_name
    lines = new_words(order)
    kinds = new_kinds(lines)
    said = await ask.choice(
        "agrees",
        options=["agree", "ask"],
        name=name,
        doctor=doctor,
        lines=lines,
        new=kinds.new,
        changed=kinds.changed,
    )
    if said == "agree":
        await ask.once("accepted", accepts(order.no, seen.rewritten))
        await ask.tell("agreed", order=order.no)
        return
    words = await ask.text("question", check=rules.own_words, name=name, doctor=doctor)
    await ask.once("still", unaccepted(order.no, seen.rewritten))
    await ask.once("move", sends_back(order.no, words, seen.rewritten))
