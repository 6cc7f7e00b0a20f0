"""Cancel any time until packed: two taps, with refund where it was paid."""

from __future__ import annotations

from bot.dialog import Ask, Start, flow
from bot.intents import local
from bot.model import ToPerson, ToTopic


@flow("cancel", start=Start(action="cancel"))
async def cancel(ask: Ask) -> None:
    """Cancel an order until it is packed: asked once, then the hospital undoes what landed."""
    order = await ask.once("legal", local.do("legal", order=ask.subject, move="cancel"))
    if await ask.choice("sure", options=["yes", "no"], order=order["no"], paid=order["stage"] == "paid") == "no":
        await ask.stop("kept")
    await ask.once("move", local.move(ask.subject, "cancel", reason="by-watcher"))


@flow("cancelled_notice", start=Start(notice="stage:cancelled"))
async def cancelled_notice(ask: Ask) -> None:
    """Everybody who watches the order hears that it is cancelled, and what is paid back."""
    order = ask.args["order"]
    refund = order["snapshot"].get("settlement") if ask.args["before"] == "paid" else None
    for person in await ask.once("watchers", local.do("watchers", order=order["no"])):
        await ask.tell(
            f"hears[{person}]", to=ToPerson(person), order=order["no"], refund=refund["self_pay"] if refund else 0
        )
    if order["topic"]:
        await ask.tell("topic", to=ToTopic(order["topic"]))
