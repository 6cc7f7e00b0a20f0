"""What each resident was prescribed and given in the last months, as MedicationRequest and MedicationDispense."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sandbox.hospital.seed.people import Drug, Resident, city, drug_called, unlisted
from sandbox.hospital.seed.shapes import CITY_TIME, ICD10, Json, coded, extension, identifier, moment, ref

_CREDENTIAL_TAIL = 4


def rx_number(one: Resident, now_ms: int, days_ago: int) -> str:
    """The number that the issuing hospital prints: the day and the credential's last digits."""
    day = datetime.fromtimestamp(now_ms / 1000, CITY_TIME) - timedelta(days=days_ago)
    return f"{day:%Y%m%d}{one.credential[-_CREDENTIAL_TAIL:]}"


def requests(one: Resident, now_ms: int) -> Iterator[Json]:
    """One MedicationRequest for each drug of each visit."""
    for days_ago in one.dispensed:
        for code, boxes in one.drugs:
            yield _request(one, drug_called(code), boxes, days_ago, now_ms)


def dispenses(one: Resident, now_ms: int) -> Iterator[Json]:
    """One MedicationDispense for each of those, on the same day."""
    for days_ago in one.dispensed:
        for code, boxes in one.drugs:
            yield _dispense(one, drug_called(code), boxes, days_ago, now_ms)


def medicine(drug: Drug) -> Json:
    """Coded as the formulary has it; what is unlisted has words only."""
    return {"text": drug.zh} if drug.code in unlisted() else coded("drug", drug.code, drug.zh)


def _request(one: Resident, drug: Drug, boxes: int, days_ago: int, now_ms: int) -> Json:
    number = rx_number(one, now_ms, days_ago)
    supply = {"value": one.supply, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
    return {
        "resourceType": "MedicationRequest",
        "id": _id("mr", one, drug, days_ago),
        "extension": [extension("strength", "String", drug.strength)],
        "identifier": [identifier("past-rx", f"{number}-{drug.code}")],
        "groupIdentifier": identifier("past-rx-group", number),
        "status": "completed",
        "intent": "order",
        "medicationCodeableConcept": medicine(drug),
        "subject": ref(f"Patient/{one.id}"),
        "authoredOn": moment(now_ms, days_ago, hour=9),
        "requester": {"display": f"{one.paper.doctor} {one.paper.hospital}"},
        "reasonCode": [coded(ICD10, one.condition["icd10"], one.condition["zh"])],
        "dosageInstruction": [{"text": one.takes(drug)}],
        "dispenseRequest": {"quantity": {"value": boxes, "unit": "box"}, "expectedSupplyDuration": supply},
    }


def _dispense(one: Resident, drug: Drug, boxes: int, days_ago: int, now_ms: int) -> Json:
    number = rx_number(one, now_ms, days_ago)
    return {
        "resourceType": "MedicationDispense",
        "id": _id("md", one, drug, days_ago),
        "extension": [extension("strength", "String", drug.strength)],
        "identifier": [identifier("past-dispense", f"{number}-{drug.code}")],
        "status": "completed",
        "medicationCodeableConcept": medicine(drug),
        "subject": ref(f"Patient/{one.id}"),
        "performer": [{"actor": _hospital(one.paper.hospital)}],
        "authorizingPrescription": [ref(f"MedicationRequest/{_id('mr', one, drug, days_ago)}")],
        "quantity": {"value": boxes, "unit": "box"},
        "daysSupply": {"value": one.supply, "unit": "d"},
        "whenHandedOver": moment(now_ms, days_ago, hour=11),
        "dosageInstruction": [{"text": one.takes(drug)}],
    }


def _hospital(name: str) -> Json:
    ours = next((row["id"] for row in city()["hospitals"] if row["zh"] == name), None)
    return {"display": name} | (ref(f"Organization/{ours}") if ours else {})


def _id(kind: str, one: Resident, drug: Drug, days_ago: int) -> str:
    visit = sorted(one.dispensed).index(days_ago)
    return f"{kind}-{one.id}-{drug.code.lower()}-{visit}"
