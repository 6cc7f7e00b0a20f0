"""An order that cannot wait: she asks, an operator lets it go first; doctors and pharmacists read who is next."""

from __future__ import annotations

from bot.clockwords import first_words, urgency_words
from bot.dialog import Ask, Option, Start, flow
from bot.intents import people
from bot.intents.urgent import ask_first, lets_first, may_ask_first, queue
from bot.model import Toast, ToChat, ToPerson
from bot.phrases import left_words
from bot.stages import facts_of
from bot.views import OrderView

LONG = 120  # min from which on hours are told
WHY = ("bedridden", "tumour", "child", "other")


@flow("goes_first", start=Start(action="cannot_wait"))
async def goes_first(ask: Ask) -> None:
    """[It cannot wait]: one reason by button; the operators decide."""
    order = await ask.once("may", may_ask_first(ask.subject))
    ask.about(order.whose(ask.person.id))
    why = await ask.choice("why", options=WHY)
    await ask.once("asked", ask_first(ask.subject, why))
    await ask.tell("sent", order=order.no)


@flow("goes_first_card", start=Start(notice="order"))
async def goes_first_card(ask: Ask, order: OrderView) -> None:
    """Asked of each operator in private, with one button; then everybody reads that it goes first, or that it ended."""
    seen = order.snapshot
    if not seen.urgent:
        return
    open_ = facts_of(order.stage).cancellable
    button = Option("expedite", action=f"expedite:{order.no}:{seen.urgent}")
    told = await ask.once("operators", people.operators(order.compound))
    for person in told.people:
        await ask.card(
            f"first:{order.no}:{person}",
            "goes_first.operator",
            to=ToPerson(person),
            buttons=[button] if open_ and not seen.expedite and not order.pending else [],
            order=order.no,
            left=left_words(seen.days_left),
            why=first_words(seen.urgent),
            first=bool(seen.expedite),
            over=not open_,
        )


@flow("expedite", start=Start(action="expedite", acts="operator"))
async def expedite(ask: Ask) -> None:
    """An operator lets it go before the others."""
    no, _, why = ask.subject.partition(":")
    await ask.once("move", lets_first(no, why if why in WHY else "other"))
    await ask.tell("going", to=Toast())


@flow("queue_card", start=Start(due="queue"))
async def queue_card(ask: Ask) -> None:
    """One card in each group: who is next, in words, and how long he has waited."""
    seen = await ask.once("seen", queue(ask.subject))
    for chat in seen.chats:
        await ask.card(
            f"queue:{ask.subject}:{chat}",
            "queue.card",
            to=ToChat(chat),
            pin=True,
            lines=[
                (
                    "queue.line",
                    {
                        "number": one.number,
                        "urgency": urgency_words(one.urgency),
                        "why": first_words(one.why),
                        "minutes": one.minutes,
                        "hours": one.minutes // 60 if one.minutes >= LONG else 0,
                    },
                )
                for one in seen.waiting
            ],
            more=seen.more,
        )
