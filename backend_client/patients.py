"""Patients: found by e-credential and birth date, how a Patient reads, and where a merged record went."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from backend_client.codes import Codes
from backend_client.current import address_of, name_of, other_names, phone_tail
from backend_client.errors import Invalid, NotFound, Unintelligible
from backend_client.models import Patient
from backend_client.rest import Rest, token
from backend_client.shapes import each, extended, own_path, path_of, target, word
from backend_client.wire import Json

MOST_MERGES = 5  # records in a row, each merged into the next: more than these are a mistake


async def find_patient(rest: Rest, credential: str, birth_date: str) -> Patient:
    """Exactly one with this credential, and the birth date equal; NotFound never says which part was wrong.

    A record with a year or month alone fits a day in it; ``birth_date`` of the answer tells.
    Several records that were merged into one are one; who has died proves nothing any more.
    """
    found = await rest.search("Patient", {"identifier": token(rest.codes.id("e-credential"), credential)})
    standing = {known.id: known for known in [await _followed(rest, one) for one in found]}
    fitting = list(standing.values())
    if len(fitting) != 1 or not _born(fitting[0], birth_date) or not fitting[0].active or fitting[0].deceased:
        raise NotFound("no-such-patient")
    return fitting[0]


def _born(known: Patient, day: str) -> bool:
    """At the precision that the record has (FHIR date: YYYY, YYYY-MM or YYYY-MM-DD): less than a day proves nothing by
    itself, so whoever takes it asks a person.
    """
    born = known.birth_date
    return bool(re.fullmatch(r"\d{4}(-\d{2}){0,2}", born)) and f"{day}-".startswith(f"{born}-")


async def patient(rest: Rest, id_: str) -> Patient:
    """The record as it stands now; of one that was merged the one it went into, which names it in ``formerly``."""
    return await _followed(rest, await rest.read(f"Patient/{id_}"))


async def may_order(rest: Rest, id_: str) -> Patient:
    """The record that an order is for; Invalid where it is closed, or the hospital knows of a death."""
    known = await patient(rest, id_)
    if known.deceased:
        raise Invalid("deceased")
    if not known.active:
        raise Invalid("record-closed")
    return known


async def _followed(rest: Rest, resource: Json) -> Patient:
    known, start = {own_path(resource): resource}, own_path(resource)
    for _ in range(MOST_MERGES):
        wanted = merged_away(known)
        if not wanted:
            break
        known |= {path: await rest.read(path) for path in wanted}
    return standing_in(known, start, rest.codes)


def merged_away(known: Mapping[str, Json]) -> Sequence[str]:
    """``Patient/<id>`` of the records that known ones were merged into, and that are not known yet."""
    return sorted({into for one in known.values() if (into := _into(one))} - known.keys())


def standing_in(known: Mapping[str, Json], path: str, codes: Codes) -> Patient:
    """Who ``Patient/<id>`` is now, by what was read; Unintelligible for a chain in a circle or without an end."""
    walked: list[str] = []
    while into := _into(known[path]):
        walked.append(str(known[path]["id"]))
        if into not in known or into.rpartition("/")[2] in walked or len(walked) > MOST_MERGES:
            raise Unintelligible("merged-without-end")
        path = into
    found = patient_of(known[path], codes)
    return replace(found, formerly=tuple(dict.fromkeys((*walked, *found.formerly))))


def _into(resource: Json) -> str:
    """Patient.link of type replaced-by (FHIR R4): ``Patient/<id>``, or ""."""
    return next(iter(_linked(resource, "replaced-by")), "")


def _linked(resource: Json, kind: str) -> list[str]:
    if resource.get("resourceType") != "Patient":
        return []
    found = [target(link, "other") for link in each(resource, "link") if link.get("type") == kind]
    return [path for path in found if path_of(path).startswith("Patient/")]


def patient_of(resource: Json, codes: Codes) -> Patient:
    address = address_of(resource)
    lines = [line for line in address.get("line", []) if isinstance(line, str)]
    return Patient(
        id=str(resource["id"]),
        name=name_of(resource),
        birth_date=word(resource, "birthDate"),
        sex=_sex(word(resource, "gender")),
        address="".join(lines) or word(address, "text"),  # without the compound where the hospital tells lines
        building=next(iter(lines), ""),
        phone_tail=phone_tail(resource),
        number_tail=_number(resource, codes)[-2:],
        active=resource.get("active") is not False,
        deceased=resource.get("deceasedBoolean") is True or bool(word(resource, "deceasedDateTime")),
        formerly=tuple(path.rpartition("/")[2] for path in _linked(resource, "replaces")),
        compound=path_of(word(extended(resource, codes.extension("compound")), "reference")).rpartition("/")[2],
        names=other_names(resource),
    )


def _number(resource: Json, codes: Codes) -> str:
    """The e-credential's; "" where the record has none or several."""
    own = codes.id("e-credential")
    found = [word(one, "value") for one in each(resource, "identifier") if word(one, "system") == own]
    return found[0] if len(found) == 1 else ""


def _sex(gender: str) -> Literal["male", "female", "unknown"]:
    if gender == "male":
        return "male"
    return "female" if gender == "female" else "unknown"


async def same_record(rest: Rest, one: str, other: str) -> bool:
    """Whether two ids are of one patient: the same, or merged into one record."""
    return one == other or (await patient(rest, one)).id == (await patient(rest, other)).id
