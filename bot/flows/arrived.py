"""The parcels are here: ONE notice in the compound's group (nothing personal) and a word to each resident."""

from __future__ import annotations

from typing import Any

from bot.dialog import Ask, Option, Start, flow
from bot.intents import local
from bot.model import Public, Toast, ToChat, ToPerson


@flow("group_notice", start=Start(notice="batch"))
async def group_notice(ask: Ask) -> None:
    """Compound, gate, number of parcels, the ambassador's public name; edited as parcels leave (40 -> 12 -> done)."""
    batch = ask.args["batch"]
    if batch["stage"] not in ("arrived", "with-ambassador"):
        return
    gate = await ask.once("gate", local.do("gate", batch=batch["id"]))
    for notice in await ask.once("groups", local.do("groups", batch=batch["id"])):
        await ask.card(
            notice["key"],
            "arrived.group",
            to=ToChat(notice["chat"]),
            compound=Public(gate["name"]),
            gate=Public(gate["gate"]),
            count=Public(notice["count"]),
            left=Public(notice["left"]),
            helper=Public(notice["helper"]),
            buttons=[Option("is_mine", action=f"is_mine:{notice['batch']}")] if notice["left"] else [],
        )


@flow("is_mine", start=Start(action="is_mine"))
async def is_mine(ask: Ask) -> None:
    """Answers only the person who taps."""
    labels = await ask.once("labels", local.do("is_mine", batch=ask.subject))
    if labels:
        await ask.tell("yes", to=Toast(alert=True), labels=", ".join(labels))
    else:
        await ask.tell("no", to=Toast(alert=True))


@flow("arrived_notice", start=Start(notice="stage:arrived"))
async def arrived_notice(ask: Ask) -> None:
    """To the resident: where, and the code to show. Whoever ordered for her hears it without the code."""
    await _is_here(ask, ask.args["order"])


@flow("collected_notice", start=Start(notice="stage:with-ambassador"))
async def collected_notice(ask: Ask) -> None:
    """The same, where it was collected before anybody heard that it had arrived: the code is needed all the more."""
    if ask.args["before"] != "arrived":
        await _is_here(ask, ask.args["order"])


async def _is_here(ask: Ask, order: dict[str, Any]) -> None:
    told = await ask.once("door", local.do("pickup", order=order["no"]))
    if told["resident"]:
        await ask.tell(
            "resident",
            to=ToPerson(told["resident"]),
            code=told["code"],
            helper=told["helper"],
            gate=told["gate"],
            label=order["label"],
        )
    for person in told["others"]:
        await ask.tell(f"helper[{person}]", to=ToPerson(person), label=order["label"], gate=told["gate"])
