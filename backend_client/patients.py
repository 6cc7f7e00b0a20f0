"""Patients: found by e-credential and birth date, and how a Patient reads."""

from __future__ import annotations

from typing import Literal

from backend_client.errors import NotFound
from backend_client.models import Patient
from backend_client.rest import Rest, token
from backend_client.shapes import each, one, word
from backend_client.wire import Json


async def find_patient(rest: Rest, credential: str, birth_date: str) -> Patient:
    """Exactly one with this credential, and the birth date equal; NotFound never says which part was wrong."""
    found = await rest.search("Patient", {"identifier": token(rest.codes.id("e-credential"), credential)})
    if len(found) != 1 or word(found[0], "birthDate") != birth_date or found[0].get("active") is False:
        raise NotFound("no-such-patient")
    return patient_of(found[0])


async def patient(rest: Rest, id_: str) -> Patient:
    return patient_of(await rest.read(f"Patient/{id_}"))


def patient_of(resource: Json) -> Patient:
    address = one(resource, "address")
    lines = [line for line in address.get("line", []) if isinstance(line, str)]
    return Patient(
        id=str(resource["id"]),
        name=word(resource, "name", 0, "text"),
        birth_date=word(resource, "birthDate"),
        sex=_sex(word(resource, "gender")),
        address="".join(lines) or word(address, "text"),  # without the compound where the hospital tells lines
        building=next(iter(lines), ""),
        phone_tail=_tail(resource),
    )


def _sex(gender: str) -> Literal["male", "female", "unknown"]:
    if gender == "male":
        return "male"
    return "female" if gender == "female" else "unknown"


def _tail(resource: Json) -> str:
    phones = [word(item, "value") for item in each(resource, "telecom") if item.get("system") == "phone"]
    return next((phone[-4:] for phone in phones), "")
