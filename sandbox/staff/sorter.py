"""The sorter: second check of a paid order, dispenses, the parcel with its label and pick-up code; then batches."""

from __future__ import annotations

from collections.abc import Iterable

from backend_client.bundles import Entry, transact, urn
from backend_client.codes import SUPPLY_ITEM_TYPE
from backend_client.errors import NotFound
from backend_client.models import Actor
from backend_client.moves import Move, already, input_of, move, output, stage_of
from backend_client.prescribing import requests_of
from backend_client.rest import Rest
from backend_client.shapes import (
    code_of,
    concept,
    extended,
    extension,
    identified,
    identifier,
    instant,
    own_path,
    ref,
    target,
    word,
)
from backend_client.wire import Json
from sandbox.staff import shortage
from sandbox.staff.desk import Desk, Round, clear
from sandbox.staff.labels import Labels
from sandbox.staff.loading import Loading

URGENT = frozenset({"urgent", "asap", "stat"})


def rounds(desk: Desk, collect: float) -> tuple[Round, ...]:
    """``collect``: seconds that the oldest packed parcel waits for others before a run is made up."""
    paid = desk.orders("paid")
    labels = Labels(desk.rest, desk.dice)
    loading = Loading(desk, collect)

    async def pack_paid() -> None:
        if desk.habits["sorter"] == "rests":
            return
        await clear(paid, lambda order: pack(desk, labels, order))

    return pack_paid, loading.round


async def pack(desk: Desk, labels: Labels, order: Json) -> None:
    """Each part is keyed by the order, so that a repeat finds what it left; the order's move comes last."""
    rest = desk.rest
    task = await rest.read(own_path(order))
    if stage_of(rest.codes, task) != "paid":
        raise already(stage_of(rest.codes, task))
    sorter = await whoever(desk)
    requests = await requests_of(rest, task)
    if desk.habits["sorter"] == "short" and await shortage.found(rest, task, requests, sorter):
        return
    no = identified(task, rest.codes.id("order"))
    drugs = await _listed(rest, requests)
    parcel = await rest.first("SupplyDelivery", rest.codes.id("parcel"), no)
    if parcel is None:
        fridge = any(extended(drug, rest.codes.extension("fridge")) is True for drug in drugs.values())
        parcel = await _parcel(rest, task, no, labels, fridge)
    place = own_path(parcel)
    await transact(rest, list(_dispenses(rest, task, requests, sorter, drugs)))
    outputs = (output(rest.codes, "parcel", "Reference", ref(place)),)
    await move(rest, task, Move("packed", sorter, outputs=outputs, replacing=("parcel",), targets=(place,)))
    if word(input_of(rest.codes, task, "delivery"), "valueCode") == "window":
        await _to_window(rest, task, sorter, place)


async def whoever(desk: Desk) -> Actor:
    found = await desk.colleagues("sorter")
    if not found:
        raise NotFound("no-sorter")
    return Actor(f"PractitionerRole/{found[0].id}")


async def _listed(rest: Rest, requests: list[Json]) -> dict[str, Json]:
    """Code -> the Medication of the hospital's list, of what is prescribed."""
    system = rest.codes.system("drug")
    codes = {code_of(request.get("medicationCodeableConcept"), system) for request in requests} - {""}
    if not codes:
        return {}
    drugs = await rest.search("Medication", {"code": ",".join(f"{system}|{code}" for code in sorted(codes))})
    return {code_of(drug.get("code"), system): drug for drug in drugs}


def _told(rest: Rest, request: Json, drugs: dict[str, Json]) -> list[Json]:
    """How it is taken, with what the pharmacy tells every patient of this drug."""
    drug = drugs.get(code_of(request.get("medicationCodeableConcept"), rest.codes.system("drug")), {})
    said = extended(drug, rest.codes.extension("guidance"))
    items = request.get("dosageInstruction") or [{}]
    return [item | {"patientInstruction": said} for item in items] if said else request.get("dosageInstruction", [])


def _dispenses(rest: Rest, task: Json, requests: list[Json], sorter: Actor, drugs: dict[str, Json]) -> Iterable[Entry]:
    for request in requests:
        key = identified(request, rest.codes.id("rx"))
        asked = request.get("dispenseRequest", {})
        dispense: Json = {
            "resourceType": "MedicationDispense",
            "identifier": [identifier(rest.codes.id("dispense"), key)],
            "extension": request.get("extension", []),
            "status": "in-progress",
            "medicationCodeableConcept": request["medicationCodeableConcept"],
            "subject": ref(target(task, "for")),
            "performer": [{"actor": ref(sorter.reference)}],
            "authorizingPrescription": [ref(own_path(request))],
            "quantity": asked.get("quantity", {"value": 1, "unit": "box"}),
            "whenPrepared": instant(rest.now()),
            "dosageInstruction": _told(rest, request, drugs),
        }
        if "expectedSupplyDuration" in asked:
            dispense["daysSupply"] = asked["expectedSupplyDuration"]
        yield Entry(urn(rest, f"dispense|{key}"), dispense, rest.codes.id("dispense"), key)


async def _parcel(rest: Rest, task: Json, no: str, labels: Labels, fridge: bool) -> Json:
    codes = rest.codes
    label, code = await labels.next(rest.now())
    outside, inside = labels.words()
    flags = {"fridge": fridge, "urgent": word(task, "priority") in URGENT}
    parcel: Json = {
        "resourceType": "SupplyDelivery",
        "identifier": [identifier(codes.id("parcel"), no)],
        "extension": [
            extension(codes.extension("parcel-label"), "String", label),
            extension(codes.extension("pickup-code"), "String", code),
            extension(codes.extension("label-word"), "String", outside),
            extension(codes.extension("slip-word"), "String", inside),
            *(extension(codes.extension(name), "Boolean", flag) for name, flag in flags.items()),
        ],
        "status": "in-progress",
        "patient": ref(target(task, "for")),
        "type": concept(SUPPLY_ITEM_TYPE, "medication"),
        "occurrenceDateTime": instant(rest.now()),
        "destination": ref(target(input_of(codes, task, "deliver-to"), "valueReference")),
    }
    return await rest.create(parcel, codes.id("parcel"), no)


async def _to_window(rest: Rest, task: Json, sorter: Actor, parcel: str) -> None:
    """A parcel for the hospital's pick-up window is carried down by the sorter: no batch, no courier."""
    await move(rest, await rest.read(own_path(task)), Move("ready-at-window", sorter, targets=(parcel,)))
