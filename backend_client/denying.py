"""Confirmed for her, and it is not so: a Task `parcel-problem` of the order, for the hospital to look into."""

from __future__ import annotations

from backend_client.feed import seen_as
from backend_client.models import DENIED_KEY, TaskSnapshot
from backend_client.orders import task_of
from backend_client.rest import Rest
from backend_client.shapes import concept, identifier, instant, own_path, ref, target
from backend_client.wire import Json

KIND = "parcel-problem"


async def deny_receipt(rest: Rest, order: str, who: str, until: int) -> TaskSnapshot:
    """``who`` (a reference) says that what was confirmed for its patient is not so; the order stays as it is.

    One for each order. ``until``: by when somebody should have looked into it, civil ms.
    """
    codes, key = rest.codes, f"{order}{DENIED_KEY}"
    task = await task_of(rest, order)
    receipt = await rest.first("Task", codes.id("receipt-confirmation"), order)
    problem: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), key)],
        "partOf": [ref(own_path(task))],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "reasonCode": concept(codes.system(KIND), "confirmation-denied"),
        "focus": ref(own_path(receipt or task)),
        "for": ref(target(task, "for")),
        "requester": ref(who),
        "authoredOn": instant(rest.now()),
        "restriction": {"period": {"end": instant(until)}},
    }
    return seen_as(rest, KIND, await rest.create(problem, codes.id(KIND), key))
