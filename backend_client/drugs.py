"""A drug line as the hospital writes it: asked for (Task.input) and prescribed (MedicationRequest)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from backend_client.codes import UCUM, Codes
from backend_client.dosage import amount, dosage, taken
from backend_client.lines import Amount, Line, Proof
from backend_client.shapes import code_of, concept, dig, each, extended, extension, own_path, ref, target, word
from backend_client.wire import Json

BOXES = frozenset({"box", "boxes", "{box}", "盒", "瓶"})
DAYS = {"d": 1, "day": 1, "days": 1, "天": 1, "日": 1, "wk": 7, "week": 7, "weeks": 7, "周": 7, "星期": 7}
_PROOF = (("kind", "Code"), ("page", "PositiveInt"), ("place", "String"), ("day", "Date"), ("boxes", "PositiveInt"),
          ("dose_by", "String"), ("typed_by", "String"), ("pack", "PositiveInt"), ("none_by", "String"))  # fmt: skip


def drug_concept(codes: Codes, line: Line) -> Json:
    """A drug outside the formulary has words but no code."""
    return concept(codes.system("drug"), line.code, line.name) if line.code else {"text": line.name}


# asked for
def asked_input(codes: Codes, line: Line) -> Json:
    details = [("boxes", "PositiveInt", line.boxes), ("sig", "String", line.sig), ("days", "PositiveInt", line.days),
               ("dosage", "Dosage", dosage(line))]  # fmt: skip
    told = [extension(codes.extension(name), kind, value) for name, kind, value in details if value]
    return {
        "extension": [*line_extensions(codes, line), *told],
        "type": concept(codes.system("task-input"), "asked-drug"),
        "valueCodeableConcept": drug_concept(codes, line),
    }


def line_of_input(codes: Codes, item: Json) -> Line:
    said: Any = extended(item, codes.extension("dosage"))
    sig, dose, schedule, route = taken([said] if isinstance(said, dict) else [])
    drug = item.get("valueCodeableConcept")
    pack = amount(extended(item, codes.extension("pack")))
    return Line(
        code=code_of(drug, codes.system("drug")),
        name=word(drug, "text"),
        strength=str(extended(item, codes.extension("strength")) or ""),
        boxes=_count(extended(item, codes.extension("boxes"))),
        sig=str(extended(item, codes.extension("sig")) or "") or sig,
        days=_count(extended(item, codes.extension("days"))),
        pack=_whole(pack),
        unit=pack.unit,
        dose=dose,
        schedule=schedule,
        route=route,
        proof=proof_of(codes, item),
    )


# what R4 has no element for
def line_extensions(codes: Codes, line: Line) -> list[Json]:
    found = [extension(codes.extension("strength"), "String", line.strength)] if line.strength else []
    if line.pack:
        found.append(extension(codes.extension("pack"), "Quantity", {"value": line.pack, "unit": line.unit}))
    if line.proof.kind:
        parts = [(name, kind, getattr(line.proof, name)) for name, kind in _PROOF]
        told = [extension(name, kind, value) for name, kind, value in parts if value]
        if line.proof.dispense:
            told.append(extension("dispense", "Reference", ref(line.proof.dispense)))
        found.append({"url": codes.extension("proof"), "extension": told})
    return found


def proof_of(codes: Codes, resource: Json) -> Proof:
    """Where the line stands, as it was sent along."""
    url = codes.extension("proof")
    held = next((one for one in each(resource, "extension") if one.get("url") == url), None)
    if held is None:
        return Proof()
    found = {name: extended(held, name) for name, _ in _PROOF}
    words = {name: str(value) for name, value in found.items() if isinstance(value, str)}
    return Proof(
        **words,
        page=_count(found["page"]),
        boxes=_count(found["boxes"]),
        pack=_count(found["pack"]),
        dispense=target({"x": extended(held, "dispense")}, "x"),
    )


# prescribed
def dispense_request(line: Line, valid_until: str) -> Json:
    request: Json = {"validityPeriod": {"end": valid_until}, "quantity": {"value": line.boxes, "unit": "box"}}
    if line.days:
        request["expectedSupplyDuration"] = {"value": line.days, "unit": "d", "system": UCUM, "code": "d"}
    return request


def medicine(resource: Json, known: Mapping[str, Json] | None = None) -> Json:
    """The drug as a concept with words: named here, contained, or by reference (looked up in ``known``)."""
    place = word(resource, "medicationReference", "reference")
    inside = next((one for one in each(resource, "contained") if place == f"#{word(one, 'id')}"), None)
    there = inside or dig(known, target(resource, "medicationReference")) or {}
    concept: Any = resource.get("medicationCodeableConcept") or dig(there, "code")
    found = cast("Json", concept) if isinstance(concept, dict) else {}
    displayed = next(filter(None, (word(one, "display") for one in each(found, "coding"))), "")
    return {**found, "text": word(found, "text") or displayed or word(resource, "medicationReference", "display")}


def line_of_request(codes: Codes, request: Json, known: Mapping[str, Json] | None = None) -> Line:
    """Of a MedicationRequest or, with fewer details, of a MedicationDispense."""
    drug = medicine(request, known)
    sig, dose, schedule, route = taken(each(request, "dosageInstruction"))
    count = amount(dig(request, "dispenseRequest", "quantity") or dig(request, "quantity"))
    boxes = _whole(count) if count.unit.lower() in BOXES else 0
    pack = amount(extended(request, codes.extension("pack")))
    return Line(
        code=code_of(drug, codes.system("drug")),
        name=word(drug, "text"),
        strength=str(extended(request, codes.extension("strength")) or ""),
        boxes=boxes,
        sig=sig,
        days=_days(dig(request, "dispenseRequest", "expectedSupplyDuration"), "")
        or _days(dig(request, "daysSupply"), "d"),
        pack=_whole(pack),
        unit=pack.unit,
        dose=dose,
        schedule=schedule,
        route=route,
        given=Amount() if boxes else count,
        proof=proof_of(codes, request),
    )


def stands_in_record(codes: Codes, resource: Json, day: str, known: Mapping[str, Json]) -> Line:
    """The line of what was given or prescribed before, with the record as its proof."""
    line = line_of_request(codes, resource, known)
    return replace(line, proof=Proof("record", dispense=own_path(resource), day=day, boxes=line.boxes))


def _days(quantity: Any, usual: str) -> int:
    """Whole days of a duration: four weeks are 28. Without a unit it is the ``usual`` one, "" = not known."""
    value, unit = dig(quantity, "value"), word(quantity, "code") or word(quantity, "unit") or usual
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return 0
    return int(value * DAYS.get(unit.lower(), 0))


def _whole(count: Amount) -> int:
    """A whole number of something; 0 for a part of one: it is asked, never cut."""
    return int(count.value) if count.value.isdecimal() else 0


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
