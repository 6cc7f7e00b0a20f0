"""A drug line as the hospital writes it: asked for (Task.input) and prescribed (MedicationRequest)."""

from __future__ import annotations

from backend_client.codes import UCUM, Codes
from backend_client.models import DrugLine
from backend_client.shapes import code_of, concept, each, extended, extension, whole, word
from backend_client.wire import Json


def drug_concept(codes: Codes, line: DrugLine) -> Json:
    """A drug outside the formulary has words but no code."""
    return concept(codes.system("drug"), line.code, line.name) if line.code else {"text": line.name}


def asked_input(codes: Codes, line: DrugLine) -> Json:
    details = [("strength", "String", line.strength), ("boxes", "PositiveInt", line.boxes),
               ("sig", "String", line.sig), ("days", "PositiveInt", line.days)]  # fmt: skip
    return {
        "extension": [extension(codes.extension(name), kind, value) for name, kind, value in details if value],
        "type": concept(codes.system("task-input"), "asked-drug"),
        "valueCodeableConcept": drug_concept(codes, line),
    }


def line_of_input(codes: Codes, item: Json) -> DrugLine:
    drug = item.get("valueCodeableConcept")
    return DrugLine(
        code=code_of(drug, codes.system("drug")),
        name=word(drug, "text"),
        strength=str(extended(item, codes.extension("strength")) or ""),
        boxes=_count(extended(item, codes.extension("boxes"))),
        sig=str(extended(item, codes.extension("sig")) or ""),
        days=_count(extended(item, codes.extension("days"))),
    )


def dispense_request(line: DrugLine, valid_until: str) -> Json:
    request: Json = {"validityPeriod": {"end": valid_until}, "quantity": {"value": line.boxes, "unit": "box"}}
    if line.days:
        request["expectedSupplyDuration"] = {"value": line.days, "unit": "d", "system": UCUM, "code": "d"}
    return request


def line_of_request(codes: Codes, request: Json) -> DrugLine:
    """Of a MedicationRequest or, with fewer details, of a MedicationDispense."""
    drug = request.get("medicationCodeableConcept")
    dosage = each(request, "dosageInstruction")
    return DrugLine(
        code=code_of(drug, codes.system("drug")),
        name=word(drug, "text"),
        strength=str(extended(request, codes.extension("strength")) or ""),
        boxes=whole(request, "dispenseRequest", "quantity", "value") or whole(request, "quantity", "value"),
        sig="; ".join(filter(None, (word(item, "text") for item in dosage))),
        days=whole(request, "dispenseRequest", "expectedSupplyDuration", "value")
        or whole(request, "daysSupply", "value"),
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
