"""The parcels are here: ONE notice in the compound's group (nothing personal) and a word to each resident."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents.batches import gate, groups, pickup, take_down
from bot.intents.batches import is_mine as labels_of_mine
from bot.model import Public, Toast, ToChat, ToPerson
from bot.views import BatchView, OrderStage, OrderView


@flow("group_notice", start=Start(notice="batch", holds=("arrived", "with-ambassador")))
async def group_notice(ask: Ask, batch: BatchView) -> None:
    """Compound, gate, number of parcels, the ambassador's public name; edited as parcels leave (40 -> 12 -> done).

    Of a batch whose parcels were all stopped there is nothing to tell: it goes.
    """
    if batch.stage not in ("arrived", "with-ambassador"):
        return
    place = await ask.once("gate", gate(batch.id))
    for notice in await ask.once("groups", groups(batch.id)):
        await ask.card(
            notice.key,
            "arrived.group" if notice.count else "",
            to=ToChat(notice.chat),
            compound=Public(place.name),
            gate=Public(place.gate),
            count=Public(notice.count),
            left=Public(notice.left),
            helper=Public(notice.helper),
            led=Public(notice.led),
            buttons=[Option("is_mine", action=f"is_mine:{notice.batch}")] if notice.left else [],
        )


@flow("notice_over", start=Start(due="notice-over"))
async def notice_over(ask: Ask) -> None:
    """A group's notice has had its day: it goes, and does not come back."""
    await ask.once("gone", take_down(ask.subject))


@flow("is_mine", start=Start(action="is_mine", stands=("compound",)))
async def is_mine(ask: Ask) -> None:
    """Answers only the person who taps."""
    labels = await ask.once("labels", labels_of_mine(ask.subject))
    if labels:
        await ask.tell("yes", to=Toast(alert=True), labels=", ".join(labels))
    else:
        await ask.tell("no", to=Toast(alert=True))


@flow("arrived_notice", start=Start(notice="stage:arrived", holds=("arrived", "with-ambassador", "problem")))
async def arrived_notice(ask: Ask, order: OrderView) -> None:
    """To the resident: where, and the code to show. Whoever ordered for her hears it without the code."""
    await _is_here(ask, order)


@flow("collected_notice", start=Start(notice="stage:with-ambassador", holds=("with-ambassador", "problem")))
async def collected_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """The same, where it was collected before anybody heard that it had arrived: the code is needed all the more."""
    if before != "arrived":
        await _is_here(ask, order)


@flow("at_the_window", start=Start(notice="stage:ready-at-window", holds=("ready-at-window", "problem")))
async def at_the_window(ask: Ask, order: OrderView) -> None:
    """It lies at the hospital's window: no courier, no word to a group. The code only to the resident."""
    told = await ask.once("door", pickup(order.no))
    if told.resident:
        await ask.tell("resident", to=ToPerson(told.resident), code=told.code, label=order.label)
    for person in told.others:
        await ask.tell(f"helper[{person}]", to=ToPerson(person), label=order.label)


async def _is_here(ask: Ask, order: OrderView) -> None:
    told = await ask.once("door", pickup(order.no))
    if told.resident:
        await ask.tell(
            "resident",
            to=ToPerson(told.resident),
            code=told.code,
            helper=told.helper,
            gate=told.gate,
            label=order.label,
        )
    for person in told.others:
        await ask.tell(f"helper[{person}]", to=ToPerson(person), label=order.label, gate=told.gate)
