"""The pharmacist on autopilot: reviews what nobody has claimed, passes it or returns it with a reason."""

from __future__ import annotations

from backend_client.errors import NotFound
from backend_client.models import Actor
from backend_client.shapes import identified, own_path, target
from backend_client.wire import Json
from sandbox.staff.desk import Desk, Round, clear

RETURNED = "剂量与疗程不符。请医生核对"


def rounds(desk: Desk) -> tuple[Round, ...]:
    asked = desk.tasks("pharmacist-review", status="requested")

    async def review() -> None:
        ready = await prescribed(desk) - await unpriced(desk)
        await clear(asked, lambda task: decide(desk, task), lambda task: target(task, "partOf", 0) in ready)

    return (review,)


async def prescribed(desk: Desk) -> set[str]:
    """The orders that lie there for review. A review may be asked for a moment before its order says so."""
    system = desk.rest.codes.system
    wanted = {"code": f"{system('task')}|refill-order", "business-status": f"{system('order-status')}|prescribed"}
    return {own_path(order) for order in await desk.rest.search("Task", wanted)}


async def unpriced(desk: Desk) -> set[str]:
    """The orders with a drug that nobody has priced: they are not passed before."""
    code = f"{desk.rest.codes.system('task')}|price-line"
    found = await desk.rest.search("Task", {"code": code, "status": "requested,in-progress"})
    return {target(task, "partOf", 0) for task in found}


async def decide(desk: Desk, review: Json) -> None:
    found = await desk.colleagues("pharmacist")
    if not found:
        raise NotFound("no-pharmacist")
    order = await desk.rest.read(target(review, "partOf", 0))
    no, who = identified(order, desk.rest.codes.id("order")), Actor(f"PractitionerRole/{found[0].id}")
    if desk.refuses(own_path(review)):
        await desk.hospital.review(no, who, "return", RETURNED)
    else:
        await desk.hospital.review(no, who, "pass", "")
