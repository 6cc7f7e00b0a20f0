"""The resident's [Received], and how to take each medicine in plain words."""

from __future__ import annotations

from bot.dialog import Ask, Start, flow
from bot.intents import consult as clinic
from bot.intents.batches import own_card
from bot.intents.orders import confirms
from bot.linewords import guided_words
from bot.model import ToPerson
from bot.views import OrderView


@flow("received", start=Start(action="received"))
async def received(ask: Ask) -> None:
    """The resident has it in her hands; then she reads how to take each medicine."""
    await ask.once("move", confirms(ask.subject))


@flow("guidance", start=Start(notice="stage:confirmed"))
async def guidance(ask: Ask, order: OrderView) -> None:
    """After delivery: each item as the doctor wrote it, the hospital's guidance as it stands, whom to ask."""
    for person in (order.residents or order.family)[:1]:
        card = await ask.once(f"card[{person}]", own_card(f"received:{order.no}", person))
        await ask.card(card, "hand_over.has_it", to=ToPerson(person), label=order.label)
    reader = next(iter(order.residents), order.placed_by) or next(iter(order.family), 0)
    if reader not in await ask.once("watchers", clinic.watchers(order.no)):
        return
    await ask.tell("how_to_take", to=ToPerson(reader), lines=guided_words(order.snapshot), protect=True)
