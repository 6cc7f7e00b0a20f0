"""The road: a batch leaves, arrives, is collected; a parcel is handed over, confirmed. One custody line each (R9)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from backend_client.consent import check_mandate
from backend_client.errors import Clash, Unintelligible, WrongState
from backend_client.guidance import VOID
from backend_client.models import Actor, BatchSnapshot, DoorProof, ManifestLine, Stage
from backend_client.moves import Move, business_status, input_of, made_again, move, outputs_of, stage_of, was_made
from backend_client.orders import AT_ONCE, fetch, task_of
from backend_client.prescribing import requests_of
from backend_client.rest import Rest, token
from backend_client.shapes import (
    concept,
    each,
    extended,
    identified,
    identifier,
    instant,
    own_path,
    ref,
    target,
    target_id,
    updated,
    version,
    word,
)
from backend_client.states import set_status
from backend_client.wire import Json

FOR_HER = "confirmed-for-her"  # by a helper with a mandate: never the same as her own word
ENDED = frozenset({"cancelled", "rejected", "failed", "entered-in-error"})  # Task.status of what came to nothing
ATTEMPTS = 4
SIDE_BY_SIDE = 6  # orders moved at the same time


# batches
async def batch(rest: Rest, id_: str) -> BatchSnapshot:
    return (await batches(rest, [await rest.read(f"Task/{id_}")]))[0]


async def batches(rest: Rest, tasks: Sequence[Json]) -> list[BatchSnapshot]:
    lists = await fetch(rest, {target(task, "focus") for task in tasks})
    parcels = await fetch(rest, {target(entry, "item") for one in lists.values() for entry in each(one, "entry")})
    return [_batch(rest, task, lists.get(target(task, "focus"), {}), parcels) for task in tasks]


def _batch(rest: Rest, task: Json, manifest: Json, parcels: dict[str, Json]) -> BatchSnapshot:
    stage = "cancelled" if word(task, "status") in ENDED else stage_of(rest.codes, task)
    if stage not in ("packed", "on-the-way", "arrived", "with-ambassador", "cancelled"):
        raise Unintelligible("unknown-stage")
    found = (parcels.get(target(entry, "item")) for entry in each(manifest, "entry"))
    return BatchSnapshot(
        id=str(task["id"]),
        run=target_id(task, "partOf", 0),
        version=version(task),
        updated=updated(task),
        stage=stage,
        courier=target_id(task, "owner"),
        compound=target_id(input_of(rest.codes, task, "deliver-to"), "valueReference"),
        manifest=tuple(_line(rest, parcel) for parcel in found if parcel),
    )


def _line(rest: Rest, parcel: Json) -> ManifestLine:
    codes = rest.codes
    return ManifestLine(
        order=identified(parcel, codes.id("parcel")),
        label=str(extended(parcel, codes.extension("parcel-label")) or ""),
        fridge=extended(parcel, codes.extension("fridge")) is True,
        urgent=extended(parcel, codes.extension("urgent")) is True,
    )


async def advance(rest: Rest, id_: str, to: Stage, by: Actor, others: tuple[tuple[str, Actor], ...] = ()) -> Json:
    """Move the batch, which decides who was first, then each of its orders that is not elsewhere already."""
    status = "completed" if to == "with-ambassador" else "in-progress"
    task = await move(rest, await rest.read(f"Task/{id_}"), Move(to, by, others=others, status=status))
    lines = (await batches(rest, [task]))[0].manifest
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def follow(order: Json) -> None:
        if _elsewhere(rest, order, own_path(task)):
            return  # sent again, it lies on another batch by now
        async with gate:
            parcels = tuple(target(item, "valueReference") for item in outputs_of(rest.codes, order, "parcel"))
            try:
                await move(rest, order, Move(to, by, key=id_, others=others, targets=parcels, activity=f"custody-{to}"))
            except WrongState:
                return  # a problem was reported on it, or it was handed over already

    orders = await _orders(rest, [line.order for line in lines])
    done = await asyncio.gather(*(follow(order) for order in orders), return_exceptions=True)
    for failure in filter(None, done):  # the others were not left half-way
        raise failure
    return task


async def end(rest: Rest, id_: str) -> Json:
    """A batch none of whose parcels is on its way any more is over; one that is over, or has one, stays as it is."""
    for _ in range(ATTEMPTS):
        task = await rest.read(f"Task/{id_}")
        if word(task, "status") in (*ENDED, "completed") or await _has_any(rest, task):
            return task
        over = {"status": "cancelled", "businessStatus": business_status(rest.codes, "cancelled")}
        try:
            return await rest.update(task | over)
        except Clash:
            continue
    raise Clash("contended")


async def _has_any(rest: Rest, task: Json) -> bool:
    lines = (await batches(rest, [task]))[0].manifest
    orders = await _orders(rest, [line.order for line in lines])
    return any(word(order, "status") not in ENDED and not _left(rest, order, own_path(task)) for order in orders)


def _left(rest: Rest, order: Json, batch: str) -> bool:
    """Sent again, it lies on another batch by now, or is packed for one."""
    on = outputs_of(rest.codes, order, "batch")
    return _elsewhere(rest, order, batch) or (not on and stage_of(rest.codes, order) == "packed")


def _elsewhere(rest: Rest, order: Json, batch: str) -> bool:
    return any(target(item, "valueReference") != batch for item in outputs_of(rest.codes, order, "batch"))


async def _orders(rest: Rest, numbers: Sequence[str]) -> list[Json]:
    system = rest.codes.id("order")
    found: list[Json] = []
    for start in range(0, len(numbers), AT_ONCE):
        wanted = ",".join(token(system, number) for number in numbers[start : start + AT_ONCE])
        found += await rest.search("Task", {"identifier": wanted})
    return found


# a parcel at the door
async def hand_over(rest: Rest, no: str, ambassador: Actor, proof: DoorProof) -> Json:
    why = concept(rest.codes.system("hand-over-proof"), proof)
    task = await task_of(rest, no)
    parcels = tuple(target(item, "valueReference") for item in outputs_of(rest.codes, task, "parcel"))
    wanted = Move("handed-over", ambassador, targets=parcels, why=why, activity="custody-handed-over")
    return await move(rest, task, made_again(rest.codes, task, wanted))


async def confirm(rest: Rest, no: str, receiver: Actor, proof: DoorProof | Literal[""] = "") -> Json:
    """The resident says it is there: the receipt, the order, then its parcel and dispenses are completed.

    ``proof``: confirmed for her by a helper, after this was seen at her door; receipt and Provenance say so.
    """
    codes = rest.codes
    task = await task_of(rest, no)
    parcels = tuple(target(item, "valueReference") for item in outputs_of(codes, task, "parcel"))
    wanted = Move("confirmed", receiver, targets=parcels)
    if proof:
        why = concept(codes.system("hand-over-proof"), proof)
        wanted = replace(wanted, why=why, activity=FOR_HER)
    if not was_made(codes, task, wanted):
        await check_mandate(rest, receiver)
    task = await move(rest, task, wanted)
    receipt: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id("receipt-confirmation"), no)],
        "partOf": [ref(own_path(task))],
        "status": "completed",
        "intent": "order",
        "code": concept(codes.system("task"), "receipt-confirmation"),
        "businessStatus": business_status(codes, "confirmed"),
        "for": ref(target(task, "for")),
        "requester": ref(receiver.reference),
        "authoredOn": instant(rest.now()),
    }
    if proof:
        receipt["reasonCode"] = concept(codes.system("receipt"), FOR_HER)
    await rest.create(receipt, codes.id("receipt-confirmation"), no)
    for place in parcels:
        await set_status(rest, place, "completed")
    await _used_up(rest, task)
    return task


async def _used_up(rest: Rest, task: Json) -> None:
    """The prescription is used and cannot be used again (R8); what was dispensed is with the resident."""
    requests = [own_path(request) for request in await requests_of(rest, task)]
    if not requests:
        return
    for dispense in await rest.search("MedicationDispense", {"prescription": ",".join(requests)}):
        if word(dispense, "status") not in (*VOID, "completed"):
            await set_status(rest, own_path(dispense), "completed", whenHandedOver=instant(rest.now()))
    for place in requests:
        await set_status(rest, place, "completed")
