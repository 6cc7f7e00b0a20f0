"""A small hospital for the client's tests: one of each, put with fixed ids, independent of the demo's city."""

from __future__ import annotations

from typing import Any

from backend_client.codes import Codes
from backend_client.models import Actor, Charge, Line, OrderDraft, Photo, Prescription
from backend_client.rest import Rest
from backend_client.shapes import concept, extension, identifier, money, ref

CODES = Codes()
KINDS = "http://terminology.hl7.org/CodeSystem/organization-type"
DOCTOR = Actor("PractitionerRole/doc-1")
OTHER_DOCTOR = Actor("PractitionerRole/doc-2")
PHARMACIST = Actor("PractitionerRole/pharm-1")
OTHER_PHARMACIST = Actor("PractitionerRole/pharm-2")
COURIER = Actor("PractitionerRole/courier-1")
AMBASSADOR = Actor("PractitionerRole/amb-1")
RESIDENT = Actor("Patient/pat-1")
INSURER = Actor("Organization/payer")
NOW = 1_795_000_000_000
PHOTO = Photo("ab" * 32, "image/jpeg", b"\xff\xd8picture")
AMLODIPINE = Line("MR0001", "苯磺酸氨氯地平片", "5mg", 4, "5mg qd", 28)
SORGHUM = Line("MR0002", "左旋氨氯地平片", "2.5mg", 1, "2.5mg qd", 14)


def role(id_: str, code: str, **more: Any) -> list[dict[str, Any]]:
    person = {"resourceType": "Practitioner", "id": f"{id_}-person", "name": [{"text": f"医{id_}"}]}
    works = {
        "resourceType": "PractitionerRole",
        "id": id_,
        "identifier": [identifier(CODES.id("role"), id_)],
        "active": True,
        "practitioner": ref(f"Practitioner/{id_}-person"),
        "organization": ref("Organization/dept-1"),
        "code": [concept(CODES.system("role"), code)],
        **more,
    }
    return [person, works]


def medication(code: str, name: str, fen: int, **more: tuple[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Medication",
        "id": code.lower(),
        "status": "active",
        "code": concept(CODES.system("drug"), code, name),
        "extension": [
            extension(CODES.extension("price"), "Money", money(fen)),
            *(extension(CODES.extension(name.replace("_", "-")), kind, value) for name, (kind, value) in more.items()),
        ],
    }


def resources() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"resourceType": "Organization", "id": "payer", "name": "医保", "type": [concept(KINDS, "pay")]},
        {"resourceType": "Organization", "id": "hosp", "name": "第一医院"},
        {"resourceType": "Organization", "id": "dept-1", "name": "心内科", "partOf": ref("Organization/hosp")},
        {
            "resourceType": "Location",
            "id": "loc-1",
            "status": "active",
            "name": "幸福里",
            "identifier": [identifier(CODES.id("compound"), "XF")],
        },
        *role("doc-1", "doctor"),
        *role("doc-2", "doctor"),
        *role("pharm-1", "pharmacist"),
        *role("pharm-2", "pharmacist"),
        *role("courier-1", "courier"),
        *role("amb-1", "ambassador", location=[ref("Location/loc-1")]),
        *role("desk-1", "desk", location=[ref("Location/loc-1")]),
    ]
    for number, credential in ((1, "11"), (2, "22")):
        found.append(
            {
                "resourceType": "Patient",
                "id": f"pat-{number}",
                "identifier": [identifier(CODES.id("e-credential"), credential)],
                "name": [{"text": "张三"}],
                "gender": "female",
                "birthDate": "1950-01-02",
                "telecom": [{"system": "phone", "value": "000-0000-0101"}],
                "address": [{"text": "5号楼301室", "line": ["5号楼", "301室"]}],
                "extension": [extension(CODES.extension("compound"), "Reference", ref("Location/loc-1"))],
            }
        )
    found.append(
        {
            "resourceType": "Coverage",
            "id": "cov-1",
            "status": "active",
            "beneficiary": ref("Patient/pat-1"),
            "payor": [ref("Organization/payer")],
            "extension": [
                extension(CODES.extension("pooled-percent"), "Integer", 75),
                extension(CODES.extension("personal-account"), "Money", money(10_000)),
            ],
        }
    )
    insured = {"insurance_class": ("Code", "A")}
    drugs = [("MR0001", "苯磺酸氨氯地平片", 8484), ("MR0002", "左旋氨氯地平片", 1290)]
    return [*found, *(medication(*drug, **insured) for drug in drugs)]


async def settle(rest: Rest) -> None:
    for resource in resources():
        await rest.put(resource)


def draft(no: str = "R1", **changes: Any) -> OrderDraft:
    fields: dict[str, Any] = {
        "no": no, "patient": "pat-1", "actor": RESIDENT, "department": "dept-1", "doctor": "", "compound": "loc-1",
        "delivery": "home", "priority": "urgent", "expedite_reason": "bedridden", "days_left": "0-2",
        "condition": "高血压", "rx_date": "2026-11-01", "rx_number": "RX-7", "rx_hospital": "市一", "read_by": "hand",
        "lines": (AMLODIPINE, SORGHUM), "answers": {"1": "true", "2": "none"},
        "questionnaire": f"{CODES.ns}/Questionnaire/pre-consult|1", "authored": NOW, "deadline": NOW + 72 * 3600_000,
    }  # fmt: skip
    return OrderDraft(**{**fields, **changes})


def rx(no: str = "R1", attempt: int = 1, **changes: Any) -> Prescription:
    fields: dict[str, Any] = {
        "key": f"{no}-{attempt}", "order": no, "doctor": "doc-1", "lines": (AMLODIPINE, SORGHUM),
        "signature": "eyJ.x.y", "signed": NOW,
    }  # fmt: skip
    return Prescription(**{**fields, **changes})


def charge(amount: int, id_: str = "ch-1", no: str = "R1") -> Charge:
    return Charge(id_, no, amount, "CNY", NOW)
