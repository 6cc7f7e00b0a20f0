"""One live card per order for whoever watches it: stage, who holds it now, the latest time, and what can be done."""

from __future__ import annotations

from bot.cards import card_buttons, card_words, own_code
from bot.dialog import Ask, Option, Start, flow
from bot.intents import consult as clinic
from bot.intents import people
from bot.intents.family import received_by
from bot.intents.orders import my_orders
from bot.model import ToPerson
from bot.views import OrderView, ReaderView


@flow("order_card", start=Start(notice="order"))
async def order_card(ask: Ask, order: OrderView) -> None:
    """The live card of an order, for the resident and for whoever ordered for her, until she lets him no more."""
    for reader in await ask.once("readers", clinic.readers(order.no)):
        await _show(ask, order, reader)


async def _show(ask: Ask, order: OrderView, reader: ReaderView, *, anew: bool = False) -> None:
    """``anew``: he asked where it is, and his card comes back as his newest message."""
    person, key = reader.person, f"{order.no}-{reader.person}"
    if not (reader.why or reader.only):
        await ask.card(f"card:{order.no}:{person}", "order_card.over", to=ToPerson(person), anew=anew, order=order.no)
        return
    own = not reader.helps and own_code(order, person, only=reader.only)
    name = await ask.once(f"name[{key}]", people.called(order.snapshot.patient, person))
    await ask.card(
        f"card:{order.no}:{person}",
        "order_card.card",
        to=ToPerson(person),
        buttons=[] if reader.only else card_buttons(order, own=own, person=person),
        anew=anew,
        by=await ask.once(f"by[{key}]", received_by(order.no, person)),
        **card_words(order, name, own=own),
    )


@flow("where", start=Start(command="orders", listed=2, action="where", menu=2, means="where"))
async def where(ask: Ask) -> None:
    """ "Where is it?": one tap, each order as its live card, as the newest message and the only one."""
    orders = await ask.once("orders", my_orders())
    if not orders:
        await ask.stop("none", buttons=[Option("need", action="need")])
    for order in orders:
        readers = await ask.once(f"readers[{order.no}]", clinic.readers(order.no))
        for reader in readers:
            if reader.person == ask.person.id:
                await _show(ask, order, reader, anew=True)
