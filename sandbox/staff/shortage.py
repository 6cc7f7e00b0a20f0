"""The sorter finds that a box is missing: a Task shortage, the stock put right, and the paid order given back once."""

from __future__ import annotations

from collections.abc import Sequence

from backend_client.errors import NotFound
from backend_client.models import Actor
from backend_client.moves import Move, key_of, marked, operations, record
from backend_client.rest import Rest
from backend_client.shapes import (
    code_of,
    concept,
    dig,
    each,
    identified,
    identifier,
    instant,
    own_path,
    ref,
    target,
    word,
)
from backend_client.wire import Json
from sandbox.staff.changing import change

REASON = "缺货：{drug}。请医生换药或改数量"


async def found(rest: Rest, order: Json, requests: Sequence[Json], sorter: Actor) -> bool:
    """Whether this order is given back now. Once an order: what comes again is packed."""
    no = identified(order, rest.codes.id("order"))
    drug = next(iter(requests), None)
    if drug is None:
        raise NotFound("no-prescription")
    name = word(drug, "medicationCodeableConcept", "text")
    back = Move("returned", sorter, key=f"shortage|{no}", reason=REASON.format(drug=name))
    mark = key_of(order, back)
    if marked(rest.codes, order, mark):
        return False
    await rest.create(_task(rest, order, no, drug, sorter), rest.codes.id("shortage"), no)
    await run_out(rest, code_of(drug.get("medicationCodeableConcept"), rest.codes.system("drug")))
    await rest.patch(order, operations(rest.codes, order, back, mark))
    await rest.put(record(rest, order, back, mark))
    return True


def _task(rest: Rest, order: Json, no: str, drug: Json, sorter: Actor) -> Json:
    kind = concept(rest.codes.system("task-input"), "missing")
    boxes = dig(drug, "dispenseRequest", "quantity") or {"value": 1, "unit": "box"}
    return {
        "resourceType": "Task",
        "identifier": [identifier(rest.codes.id("shortage"), no)],
        "partOf": [ref(own_path(order))],
        "status": "requested",
        "intent": "order",
        "code": concept(rest.codes.system("task"), "shortage"),
        "focus": ref(own_path(drug)),
        "for": ref(target(order, "for")),
        "requester": ref(sorter.reference),
        "authoredOn": instant(rest.now()),
        "input": [{"type": kind, "valueQuantity": boxes}],
    }


async def run_out(rest: Rest, code: str) -> None:
    """The books say 0 boxes of this drug from now on."""
    stock = rest.codes.extension("stock")
    for drug in await rest.search("Medication", {"code": f"{rest.codes.system('drug')}|{code}"}) if code else ():
        kept = [one for one in each(drug, "extension") if one.get("url") != stock]
        await change(rest, own_path(drug), {"extension": [*kept, {"url": stock, "valueInteger": 0}]})
