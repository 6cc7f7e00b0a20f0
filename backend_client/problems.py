"""Something is wrong with a parcel: a Task `parcel-problem`, the order at `problem`, and the ways out of it."""

from __future__ import annotations

from backend_client.errors import NotFound, WrongState
from backend_client.guidance import VOID
from backend_client.media import stored_photo
from backend_client.models import Actor, Photo, Stage
from backend_client.moves import Move, made_again, move, outputs_of, stage_of, was_made
from backend_client.orders import task_of
from backend_client.payment import undo
from backend_client.prescribing import requests_of
from backend_client.rest import Rest
from backend_client.shapes import concept, each, identifier, instant, own_path, ref, target, target_id, word
from backend_client.stages import FROM
from backend_client.states import set_status
from backend_client.wire import Json

KIND = "parcel-problem"
OPEN = frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold"})  # Task.status
STAYS = frozenset({"nobody-home"})  # whoever carries it comes again: the order stays where it is
UNDELIVERED = "not-delivered"  # Task.statusReason of an order that ended with its problem


async def report(rest: Rest, no: str, by: Actor, kind: str, key: str, until: int) -> Json:
    """The order's Task as it is afterwards; of one that is confirmed, or ended meanwhile, the report alone is kept.

    ``kind``: missing, damaged, not-mine, nobody-home. ``until``: by when somebody sees to it, civil ms.
    """
    codes, task = rest.codes, await task_of(rest, no)
    parcels = _parcels(rest, task)
    problem: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), key)],
        "partOf": [ref(own_path(task))],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "reasonCode": concept(codes.system(KIND), kind),
        "focus": ref(parcels[0] if parcels else own_path(task)),
        "for": ref(target(task, "for")),
        "requester": ref(by.reference),
        "authoredOn": instant(rest.now()),
        "restriction": {"period": {"end": instant(until)}},
    }
    await rest.create(problem, codes.id(KIND), key)
    wanted = Move("problem", by, key=key, reason=kind, targets=parcels)
    moves = kind not in STAYS and stage_of(codes, task) in FROM["problem"]
    if not (moves or was_made(codes, task, wanted)):
        return task
    try:
        return await move(rest, task, wanted)
    except WrongState:  # somebody was faster: his report stands, and this one beside it
        return await task_of(rest, no)


async def settle(rest: Rest, no: str, by: Actor, to: Stage, key: str) -> Json:
    """Out of the problem ``key`` ("" = the hospital's own), onto its road again or, cancelled, to its end.

    Sent again it belongs to no batch; ended its parcel and what was dispensed come back, and what was paid is refunded.
    The report ends with its exception, see ``end``.
    """
    codes, task = rest.codes, await task_of(rest, no)
    parcels = _parcels(rest, task)
    wanted = Move(to, by, key=key, targets=parcels, activity=f"custody-{to}")
    if to == "packed":
        wanted = Move(
            to,
            by,
            key=key,
            targets=parcels,
            outputs=(*outputs_of(codes, task, "parcel"),),
            replacing=("parcel", "batch"),
        )
    elif to == "cancelled":
        wanted = Move(to, by, key=key, reason=UNDELIVERED, targets=parcels, activity="custody-returned")
    task = await move(rest, task, made_again(codes, task, wanted))
    if to == "cancelled":
        await _comes_back(rest, task, parcels)
    return task


async def end(rest: Rest, key: str) -> None:
    """Somebody saw to what was reported under ``key``. What the hospital ended, or never took, stays as it is."""
    problem = await rest.first("Task", rest.codes.id(KIND), key)
    if problem is not None and word(problem, "status") in OPEN:
        await set_status(rest, own_path(problem), "completed")


async def _comes_back(rest: Rest, task: Json, parcels: tuple[str, ...]) -> None:
    requests = [own_path(request) for request in await requests_of(rest, task)]
    await undo(rest, task)
    for place in parcels:
        await set_status(rest, place, "abandoned")
    found = await rest.search("MedicationDispense", {"prescription": ",".join(requests)}) if requests else []
    for dispense in found:
        if word(dispense, "status") not in VOID:
            await set_status(rest, own_path(dispense), "cancelled")


async def more(rest: Rest, key: str, words: str, photo: Photo | None) -> None:
    """What whoever reported it adds: a word, a picture. Told again nothing is there twice."""
    codes = rest.codes
    task = await rest.first("Task", codes.id(KIND), key)
    if task is None:
        raise NotFound("no-such-problem")
    added: dict[str, object] = {"note": [{"text": words}]} if words else {}
    if photo is not None:
        place, kept = await stored_photo(rest, photo, key, target_id(task, "for"))
        shown = {"contentType": kept.mime, "url": place}
        seen = {"type": concept(codes.system("task-input"), "photo"), "valueAttachment": shown}
        others = [one for one in each(task, "input") if one != seen]
        added["input"] = [*others, seen]
    await set_status(rest, own_path(task), word(task, "status"), **added)


def _parcels(rest: Rest, task: Json) -> tuple[str, ...]:
    return tuple(target(item, "valueReference") for item in outputs_of(rest.codes, task, "parcel"))
