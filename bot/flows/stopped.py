"""An order that the hospital stopped, or that was cancelled: who hears it, and the hospital's reason as it gave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.cards import case_key
from bot.clockwords import wrong_words
from bot.dialog import Ask, Start, flow
from bot.intents import consult as clinic
from bot.intents import people
from bot.intents.batches import holders, own_card
from bot.model import ToPerson, ToTopic
from bot.moves import BY_WATCHER
from bot.phrases import reason_words
from bot.views import OrderStage, OrderView


@flow("cancelled_notice", start=Start(notice="stage:cancelled"))
async def cancelled_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """Everybody who watches the order hears that it is cancelled, why, and what is paid back."""
    money = order.snapshot.settlement
    paid = money.self_pay if money and (before == "paid" or order.snapshot.payment) else 0
    refund = order.snapshot.kept or paid
    await _hear(ask, order, refund)
    await _topic(ask, order)
    await ask.sub("parcel", "goes_back", order=order, before=before)


@flow("failed_notice", start=Start(notice="stage:failed"))
async def failed_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """Everybody who watches the order hears that it came to nothing, and why; so do its doctors and the operator."""
    await _hear(ask, order)
    await _topic(ask, order)
    await ask.sub("parcel", "goes_back", order=order, before=before)


@flow("goes_back")
async def goes_back(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """Whoever has its parcel in his hands hears that nobody gets it, and what to do with it (R9, R14)."""
    stage = order.snapshot.wrong.stage if before == "problem" else before
    for person in await ask.once("holders", holders(order.no, stage)):
        await ask.tell(f"hears[{person}]", to=ToPerson(person), label=order.label)


@flow("sent_again", start=Start(notice="sent-again"))
async def sent_again(ask: Ask, label: str, people: Sequence[int]) -> None:
    """Whoever has the first parcel in his hands hears that another one comes, and what to do with his (R9, R14)."""
    for person in people:
        await ask.tell(f"hears[{person}]", to=ToPerson(person), label=label)


@flow("problem_notice", start=Start(notice="stage:problem", holds=("problem",)))
async def problem_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """Everybody who watches the order hears what is wrong, who calls and by when; whoever reported it knows already.

    Whether she has it is asked no more before it is handed over again.
    """
    said, no = order.snapshot.wrong, order.no
    for person in (order.residents or order.family)[:1] if before == "handed-over" else ():
        card = await ask.once(f"card[{person}]", own_card(f"received:{no}", person))
        await ask.card(card, "", to=ToPerson(person))
    for reader in await ask.once("readers", clinic.readers(no)):
        person = reader.person
        if not reader.why:
            await ask.tell(f"stopped[{person}]", to=ToPerson(person), order=no)
        elif person != said.by:
            why, until = wrong_words(said.kind) or _why(order), said.until
            await ask.tell(f"hears[{person}]", to=ToPerson(person), order=no, reason=why, until=until)
    if not said.kind:
        await _operators(ask, order)


@flow("solved_notice", start=Start(notice="stage:packed", holds=("packed", "on-the-way")))
async def solved_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """The problem she was told of is solved: packed again. Of the other ways out their own stages tell."""
    if before != "problem":
        return
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        await ask.tell(f"hears[{person}]", to=ToPerson(person), order=order.no)


async def _hear(ask: Ask, order: OrderView, refund: int = 0) -> None:
    """The reason is health information: a helper whose mandate has ended only hears that it was stopped."""
    reason, no = _why(order), order.no
    by_hospital = order.snapshot.reason != BY_WATCHER
    for reader in await ask.once("readers", clinic.readers(no)):
        person = reader.person
        if by_hospital and not reader.why:
            await ask.tell(f"stopped[{person}]", to=ToPerson(person), order=no)
        else:
            back = refund if reader.why else 0
            await ask.tell(f"hears[{person}]", to=ToPerson(person), order=no, reason=reason, refund=back)
    if by_hospital:
        await _operators(ask, order)


async def _topic(ask: Ask, order: OrderView) -> None:
    """Under its card: doctors read of many orders, in a topic's title or without one."""
    if order.topic:
        to, card = ToTopic(order.topic), case_key(order.no)
        await ask.tell("topic", to=to, under=card, order=order.no, reason=_why(order))


async def _operators(ask: Ask, order: OrderView) -> None:
    told = await ask.once("operators", people.operators(order.compound))
    for person in told.people:
        await ask.tell(
            f"operator[{person}]",
            to=ToPerson(person),
            order=order.no,
            compound=told.compound,
            reason=_why(order),
        )


def _why(order: OrderView) -> Any:
    """ "" where there is nothing to explain: none was given, or the person did it herself."""
    reason = order.snapshot.reason
    return "" if reason == BY_WATCHER else reason_words(reason)
