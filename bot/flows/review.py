"""The pharmacist's pass or return (R5): one card a prescription in the review group, decided by one tap or two."""

from __future__ import annotations

from bot.dialog import Ask, Option, Start, flow
from bot.intents import local
from bot.model import Toast, ToChat
from bot.phrases import line_words, sex_words
from bot.stages import facts_of

REASONS = ("dose", "interaction", "quantity", "wrong-drug", "illegible", "other")


@flow("review_card", start=Start(notice="order"))
async def review_card(ask: Ask) -> None:
    """Age, sex, drugs and directions; after the decision the same card shows it, without buttons."""
    order = ask.args["order"]
    snapshot = order["snapshot"]
    if not snapshot["prescribed"]:
        return
    buttons = []
    if order["stage"] == "prescribed" and not order["pending"]:
        buttons = [Option("pass", action=f"pass:{order['no']}"), Option("return", action=f"return:{order['no']}")]
    case = await ask.once("case", local.do("case", order=order["no"]))
    for place in await ask.once("places", local.do("places", kind="review")):
        await ask.card(
            f"review:{order['no']}:{place['chat']}",
            "review.card",
            to=ToChat(place["chat"]),
            buttons=buttons,
            protect=True,
            order=order["no"],
            age=case["age"] if case else "",
            sex=sex_words(snapshot["patient"]["sex"]),
            condition=snapshot.get("condition", ""),
            lines=line_words(snapshot["prescribed"] or snapshot["asked"]),
            doctor=snapshot["doctor_name"],
            decision=(f"review.{facts_of(order['stage']).review}", {}),
        )


@flow("pass", start=Start(action="pass"))
async def pass_(ask: Ask) -> None:
    """The pharmacist lets it take effect (R5)."""
    await ask.once("move", local.move(ask.subject, "pass", decision="pass", reason=""))
    await ask.tell("passing", to=Toast())


@flow("return", start=Start(action="return"))
async def return_(ask: Ask) -> None:
    """Back to the doctor, with one of the reasons."""
    await ask.once("legal", local.do("legal", order=ask.subject, move="return"))
    reason = await ask.choice("reason", options=REASONS, columns=2)
    await ask.once("move", local.move(ask.subject, "return", decision="return", reason=reason))
