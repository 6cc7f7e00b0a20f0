"""What the other side does, by hand: the insurer's answer and the sorter's packing, as plain writes to the hospital."""

from __future__ import annotations

from typing import Any

from backend_client import FhirHospital
from backend_client.models import OrderSnapshot
from backend_client.moves import Move, business_status, move, output
from backend_client.orders import task_of
from backend_client.shapes import concept, extension, identifier, instant, money, own_path, ref
from tests.backend_client.world import (
    CODES,
    COURIER,
    DOCTOR,
    INSURER,
    NOW,
    PHARMACIST,
    RESIDENT,
    charge,
    draft,
    rx,
)


async def passed(client: FhirHospital, no: str = "R1", **changes: Any) -> OrderSnapshot:
    await client.submit(draft(no, **changes), ())
    await client.take(no, DOCTOR)
    await client.prescribe(rx(no))
    return await client.review(no, PHARMACIST, "pass", "")


async def quoted(client: FhirHospital, no: str = "R1", self_pay: int = 560, **changes: Any) -> OrderSnapshot:
    await passed(client, no, **changes)
    return await _settled(client, no, self_pay, 1)


async def _settled(client: FhirHospital, no: str, self_pay: int, attempt: int) -> OrderSnapshot:
    await client.claim(no)
    return await settled_by_insurer(client, no, self_pay, attempt)


async def settled_by_insurer(client: FhirHospital, no: str, self_pay: int, attempt: int = 1) -> OrderSnapshot:
    rest = client.rest
    claim = await rest.the("Claim", CODES.id("claim"), f"{no}-{attempt}")
    key = f"{no}-{attempt}"
    written = claim_response(key, own_path(claim), 2040, 1000, self_pay)
    answer = await rest.create(written, CODES.id("claim-answer"), key)
    invoice = await rest.create(invoice_of(key, self_pay), CODES.id("invoice"), key)
    outputs = (
        output(CODES, "settlement", "Reference", ref(own_path(answer))),
        output(CODES, "invoice", "Reference", ref(own_path(invoice))),
    )
    replacing = ("settlement", "invoice")
    await move(rest, await task_of(rest, no), Move("quoted", INSURER, key, outputs=outputs, replacing=replacing))
    return await client.order(no)


async def quoted_anew(client: FhirHospital, self_pay: int, attempt: int = 2, no: str = "R1") -> OrderSnapshot:
    """The sorter sends it back for a shortage; written, passed and settled again."""
    back = Move("returned", PHARMACIST, key=f"shortage-{attempt}", reason="缺货")
    await move(client.rest, await task_of(client.rest, no), back)
    await client.prescribe(rx(no, attempt))
    await client.review(no, PHARMACIST, "pass", "")
    return await _settled(client, no, self_pay, attempt)


def claim_response(no: str, claim: str, pooled: int, personal: int, self_pay: int) -> dict[str, Any]:
    own = CODES.system("adjudication")
    amounts = {"pooled-fund": pooled, "personal-account": personal, "self-pay": self_pay}
    submitted = concept("http://terminology.hl7.org/CodeSystem/adjudication", "submitted")
    return {
        "resourceType": "ClaimResponse",
        "identifier": [identifier(CODES.id("claim-answer"), no)],
        "status": "active",
        "type": concept("http://terminology.hl7.org/CodeSystem/claim-type", "pharmacy"),
        "use": "claim",
        "patient": ref("Patient/pat-1"),
        "created": instant(NOW),
        "insurer": ref("Organization/payer"),
        "request": ref(claim),
        "outcome": "complete",
        "total": [
            {"category": submitted, "amount": money(sum(amounts.values()))},
            *({"category": concept(own, name), "amount": money(fen)} for name, fen in amounts.items()),
        ],
    }


def invoice_of(no: str, self_pay: int) -> dict[str, Any]:
    return {
        "resourceType": "Invoice",
        "identifier": [identifier(CODES.id("invoice"), no)],
        "status": "issued",
        "subject": ref("Patient/pat-1"),
        "totalNet": money(self_pay),
    }


async def packed(client: FhirHospital, no: str = "R1", **changes: Any) -> OrderSnapshot:
    await quoted(client, no, **changes)
    await client.pay(charge(560, f"ch-{no}", no), RESIDENT)
    return await parcelled(client, no)


async def parcelled(client: FhirHospital, no: str) -> OrderSnapshot:
    parcel = {
        "resourceType": "SupplyDelivery",
        "identifier": [identifier(CODES.id("parcel"), no)],
        "extension": [
            extension(CODES.extension("parcel-label"), "String", f"A-{no}"),
            extension(CODES.extension("pickup-code"), "String", "4711"),
            extension(CODES.extension("fridge"), "Boolean", True),
        ],
        "status": "in-progress",
        "patient": ref("Patient/pat-1"),
    }
    rest = client.rest
    made = await rest.create(parcel, CODES.id("parcel"), no)
    task = await task_of(rest, no)
    for item in [one for one in task["output"] if one["type"]["coding"][0]["code"] == "prescription"]:
        await rest.create(dispense(item["valueReference"]["reference"]), CODES.id("dispense"), str(item))
    outputs = (output(CODES, "parcel", "Reference", ref(own_path(made))),)
    await move(rest, task, Move("packed", PHARMACIST, outputs=outputs))
    return await client.order(no)


def dispense(request: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationDispense",
        "status": "in-progress",
        "medicationCodeableConcept": concept(CODES.system("drug"), "MR0001"),
        "subject": ref("Patient/pat-1"),
        "authorizingPrescription": [ref(request)],
    }


async def loaded(client: FhirHospital, *numbers: str) -> str:
    """A batch with these packed orders; its Task id."""
    rest = client.rest
    parcels = [own_path(await rest.the("SupplyDelivery", CODES.id("parcel"), no)) for no in numbers]
    manifest = {
        "resourceType": "List",
        "identifier": [identifier(CODES.id("manifest"), numbers[0])],
        "status": "current",
        "mode": "snapshot",
        "entry": [{"item": ref(parcel)} for parcel in parcels],
    }
    run = await rest.create(task("deliver-run", "run", numbers[0]), CODES.id("run"), numbers[0])
    listed = await rest.create(manifest, CODES.id("manifest"), numbers[0])
    place = {"type": concept(CODES.system("task-input"), "deliver-to"), "valueReference": ref("Location/loc-1")}
    batch = task("deliver-batch", "batch", numbers[0]) | {
        "businessStatus": business_status(CODES, "packed"),
        "partOf": [ref(own_path(run))],
        "focus": ref(own_path(listed)),
        "owner": ref(COURIER.reference),
        "input": [place],
    }
    return str((await rest.create(batch, CODES.id("batch"), numbers[0]))["id"])


def task(code: str, kind: str, key: str) -> dict[str, Any]:
    return {
        "resourceType": "Task",
        "identifier": [identifier(CODES.id(kind), key)],
        "status": "requested",
        "intent": "order",
        "code": concept(CODES.system("task"), code),
    }
