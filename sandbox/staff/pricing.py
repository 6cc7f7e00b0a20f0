"""The pharmacist who prices what the formulary has not: a Task price-line for each such line, answered per box."""

from __future__ import annotations

from backend_client.moves import output
from backend_client.prescribing import requests_of
from backend_client.shapes import code_of, concept, identified, identifier, instant, money, own_path, ref, target, word
from backend_client.states import set_status
from backend_client.wire import Json
from sandbox.staff.changing import claim
from sandbox.staff.desk import Desk, Round, clear

CHEAPEST, DEAREST = 1_000, 9_999  # fen a box


def rounds(desk: Desk) -> tuple[Round, ...]:
    written = desk.orders("prescribed", "passed")
    asked = desk.tasks("price-line", status="requested")

    async def notice() -> None:
        if desk.habits["pharmacist"] == "prices":
            await clear(written, lambda order: open_lines(desk, order))

    async def answer() -> None:
        if desk.habits["pharmacist"] == "prices":
            await clear(asked, lambda task: price(desk, task))

    return notice, answer


async def open_lines(desk: Desk, order: Json) -> None:
    """One Task for each prescribed line without a code; keyed by the line, so that it is opened once."""
    rest = desk.rest
    for request in await requests_of(rest, order):
        drug = request.get("medicationCodeableConcept", {})
        if code_of(drug, rest.codes.system("drug")):
            continue
        key = identified(request, rest.codes.id("rx"))
        task: Json = {
            "resourceType": "Task",
            "identifier": [identifier(rest.codes.id("price-line"), key)],
            "partOf": [ref(own_path(order))],
            "status": "requested",
            "intent": "order",
            "code": concept(rest.codes.system("task"), "price-line"),
            "focus": ref(own_path(request)),
            "for": ref(target(order, "for")),
            "requester": ref((await desk.one_of("pharmacist")).reference),
            "authoredOn": instant(rest.now()),
            "input": [
                {"type": concept(rest.codes.system("task-input"), "asked-drug"), "valueString": word(drug, "text")}
            ],
        }
        await rest.create(task, rest.codes.id("price-line"), key)


async def price(desk: Desk, task: Json) -> None:
    """Claim it by version, then say what a box costs."""
    rest, pharmacist = desk.rest, await desk.one_of("pharmacist")
    await claim(rest, task, pharmacist.reference)
    amount = desk.dice.randrange(CHEAPEST, DEAREST + 1)
    said = [output(rest.codes, "price", "Money", money(amount))]
    await set_status(rest, own_path(task), "completed", output=said)
