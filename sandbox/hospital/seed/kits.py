"""What only the kit has, as FHIR: districts and their opening hours, relatives and guardians, allergies."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.hospital.seed.people import kit
from sandbox.hospital.seed.shapes import TERMINOLOGY, Json, both, coded, extension, identifier, moment, ref

PILOT = "hosp-1"
SNOMED = "http://snomed.info/sct"
YEAR = 365


def places() -> Iterator[list[Json]]:
    """District, sub-districts, then who serves them when; compounds are partOf a sub-district."""
    yield [_area(row, "") for row in kit()["districts"]]
    yield [_area(row, row["district"]) for row in kit()["subdistricts"]]
    yield [*(_service(f"svc-{row['id']}", row, row["id"]) for row in kit()["subdistricts"]), _window(), _consult()]


def _area(row: Json, above: str) -> Json:
    whole: Json = {
        "resourceType": "Location",
        "id": row["id"],
        "identifier": [identifier("area", row["id"])],
        "status": "active",
        **both("name", row["zh"], row["en"]),
        "physicalType": coded(f"{TERMINOLOGY}/location-physical-type", "area"),
    }
    return whole | ({"partOf": ref(f"Location/{above}")} if above else {})


def _service(id_: str, row: Json, area: str, kind: str = "pick-up-window") -> Json:
    hours = [
        {"daysOfWeek": one["days"], "availableStartTime": one["from"], "availableEndTime": one["to"]}
        for one in row["hours"]
    ]
    whole: Json = {
        "resourceType": "HealthcareService",
        "id": id_,
        "identifier": [identifier("service", id_)],
        "active": True,
        "providedBy": ref(f"Organization/{PILOT}"),
        "type": [coded("service", "hand-over" if area else kind)],
        **both("name", row["zh"], row["en"]),
        "availableTime": hours,
    }
    return whole | ({"location": [ref(f"Location/{area}")]} if area else {})


def _window() -> Json:
    row = kit()["window"]
    return _service(row["id"], row, "")


def _consult() -> Json:
    """When doctors and pharmacists work."""
    row = kit()["consult"]
    return _service(row["id"], row, "", "consult")


def relatives(now_ms: int) -> Iterator[Json]:
    """A RelatedPerson for each pair; one person has the same `person` identifier at each of her patients."""
    for row in kit()["related"]:
        relationship = [coded(f"{TERMINOLOGY}/v3-RoleCode", row["relationship"])]
        if row["guardian"]:
            relationship.append(coded(f"{TERMINOLOGY}/v3-RoleCode", "GUARD"))
        yield {
            "resourceType": "RelatedPerson",
            "id": row["id"],
            "identifier": [identifier("person", row["person"])],
            "active": True,
            "patient": ref(f"Patient/{row['patient']}"),
            "relationship": relationship,
            "name": [{"use": "official", **both("text", row["zh"], row["en"])}],
            "telecom": [{"system": "phone", "value": row["phone"], "use": "mobile"}],
            "address": [{"use": "home", "city": row["city"]}],
            "period": {"start": moment(now_ms, YEAR)[:10]},
        }


def allergies(now_ms: int) -> Iterator[Json]:
    """Known; none by an entry that says so; and an entry without a code or a word. No entry at all = not known."""
    for row in kit()["allergies"]:
        whole: Json = {
            "resourceType": "AllergyIntolerance",
            "id": row["id"],
            "identifier": [identifier("allergy", row["id"])],
            "clinicalStatus": coded(f"{TERMINOLOGY}/allergyintolerance-clinical", "active"),
            "patient": ref(f"Patient/{row['patient']}"),
            "recordedDate": moment(now_ms, YEAR)[:10],
        }
        if "snomed" not in row:
            yield whole | {"extension": [extension("scan", "String", "paper file, not transcribed")]}
            continue
        code = coded(SNOMED, row["snomed"]) | both("text", row["zh"], row["en"])
        known: Json = {"verificationStatus": coded(f"{TERMINOLOGY}/allergyintolerance-verification", "confirmed")}
        if "reaction_zh" in row:
            manifestation = [both("text", row["reaction_zh"], row["reaction_en"])]
            known |= {"category": ["medication"], "reaction": [{"manifestation": manifestation}]}
        if "criticality" in row:
            known |= {"criticality": row["criticality"]}
        yield whole | known | {"code": code}
