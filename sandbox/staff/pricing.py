"""The pharmacist who prices what the formulary has not: answers each Task price-line, per box."""

from __future__ import annotations

from backend_client.moves import output
from backend_client.shapes import money, own_path
from backend_client.states import set_status
from backend_client.wire import Json
from sandbox.staff.changing import claim
from sandbox.staff.desk import Desk, Round, clear

CHEAPEST, DEAREST = 1_000, 9_999  # fen a box


def rounds(desk: Desk) -> tuple[Round, ...]:
    asked = desk.tasks("price-line", status="requested")

    async def answer() -> None:
        if desk.habits["pharmacist"] == "prices":
            await clear(asked, lambda task: price(desk, task))

    return (answer,)


async def price(desk: Desk, task: Json) -> None:
    """Claim it by version, then say what a box costs; the insurance does not cover it."""
    rest, pharmacist = desk.rest, await desk.one_of("pharmacist")
    await claim(rest, task, pharmacist.reference)
    amount = desk.dice.randrange(CHEAPEST, DEAREST + 1)
    said = [output(rest.codes, "price", "Money", money(amount)), output(rest.codes, "cover", "Code", "not-covered")]
    await set_status(rest, own_path(task), "completed", output=said)
