"""Cancel any time until packed: two taps, with refund where it was paid."""

from __future__ import annotations

from bot.dialog import Ask, Option, Refused, Start, flow
from bot.intents import people
from bot.intents.orders import cancels, may_cancel
from bot.phrases import was_free
from bot.stages import SENDING


@flow("cancel", start=Start(action="cancel"))
async def cancel(ask: Ask) -> None:
    """Cancel an order until it is packed: asked once, then the hospital undoes what landed."""
    order = await ask.once("legal", may_cancel(ask.subject))
    ask.about(order.whose(ask.person.id))
    if (
        await ask.choice(
            "sure",
            options=["yes", "no"],
            order=order.no,
            paid=order.snapshot.kept > 0 or (order.stage == "paid" and not was_free(order)),
        )
        == "no"
    ):
        await ask.stop("kept")
    try:
        now = await ask.once("move", cancels(ask.subject))
    except Refused as no:  # it went on while she read the question: it is not asked again
        phone = (await ask.once("rules", people.rules())).phone
        why = (f"refused.{no.code}", {"name": "", "at": 0, "phone": phone, **no.words})
        await ask.stop("too_late", why=why, buttons=[Option("where", action="where")])
    if now.stage == SENDING:
        await ask.tell("queued", order=now.no)
