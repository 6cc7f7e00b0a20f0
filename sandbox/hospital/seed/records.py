"""The seeds as FHIR R4 resources with fixed ids, in an order in which every reference points backwards."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.hospital.seed import history, kits, paper
from sandbox.hospital.seed.people import Drug, Resident, city, formulary, guidance, kit, neighbours, residents
from sandbox.hospital.seed.shapes import (
    NS,
    TERMINOLOGY,
    Json,
    both,
    coded,
    extension,
    identifier,
    moment,
    money,
    ref,
)

PILOT = "hosp-1"


def layers(now_ms: int, *, with_kit: bool = False) -> Iterator[list[Json]]:
    """All seeds in layers; a layer refers only to those before it. `now_ms` is civil UTC ms.

    With the kit the same ids are there, the same city, and more: neighbours, districts, staff, relatives.
    """
    extra = kit() if with_kit else {}
    staff, departments = ([*city()[table], *extra.get(table, [])] for table in ("staff", "departments"))
    people = [*residents(), *(neighbours() if with_kit else ())]
    yield [_insurer(), *(_hospital(row) for row in city()["hospitals"]), *(drug(one) for one in formulary().values())]
    yield [questionnaire(), *(_department(row) for row in departments)]
    if with_kit:
        yield from kits.places()
    compounds = [*city()["compounds"], *extra.get("compounds", [])]
    yield [*(_practitioner(row) for row in staff), *(_compound(row, part_of(row, extra)) for row in compounds)]
    yield [_role(row) for row in staff]
    yield from of_people(people, now_ms)
    if with_kit:
        yield [*kits.relatives(now_ms), *kits.allergies(now_ms)]


def of_people(people: Sequence[Resident], now_ms: int) -> Iterator[list[Json]]:
    """Residents with their cover, their history and their paper, in layers."""
    yield [patient(one) for one in people if not one.replaced_by]
    yield [patient(one) for one in people if one.replaced_by]
    yield list(_flat((_coverage(one), *history.requests(one, now_ms)) for one in people))
    yield list(_flat(history.dispenses(one, now_ms) for one in people))
    yield list(_flat(_paper(one, now_ms) for one in people))


def part_of(compound: Json, extra: Mapping[str, Any]) -> str:
    """The id of the compound's sub-district, "" in a city without the kit."""
    return next((row["id"] for row in extra.get("subdistricts", ()) if compound["id"] in row["compounds"]), "")


def drug(one: Drug) -> Json:
    """A formulary line as a Medication; what R4 has no element for are extensions of our own."""
    optional = [("brand", one.brand), ("category", one.category), ("atc", one.atc),
                ("guidance", guidance().get(one.code, ""))]  # fmt: skip
    return {
        "resourceType": "Medication",
        "id": f"med-{one.code.lower()}",
        "extension": [
            extension("strength", "String", one.strength),
            extension("pack", "Quantity", {"value": one.pack, "unit": one.unit}),
            extension("sig", "String", one.sig),
            extension("price", "Money", money(one.price)),
            extension("stock", "Integer", one.stock),
            extension("insurance-class", "Code", one.insurance_class),
            extension("controlled", "Boolean", one.controlled),
            extension("fridge", "Boolean", one.fridge),
            *(extension(name, "String", value) for name, value in optional if value),
        ],
        "identifier": [identifier("drug", one.code)],
        "code": coded("drug", one.code) | both("text", one.zh, one.en),
        "status": "active",
        "form": {"text": one.form},
    }


def patient(one: Resident) -> Json:
    """A resident; the address names building and flat, an extension the compound."""
    compound = next(row for row in [*city()["compounds"], *kit()["compounds"]] if row["id"] == one.compound)
    merged = {"type": "replaced-by", "other": ref(f"Patient/{one.replaced_by}")}
    return {
        "resourceType": "Patient",
        "id": one.id,
        "extension": [extension("compound", "Reference", ref(f"Location/{one.compound}"))],
        "identifier": [identifier("e-credential", one.credential)],
        "active": not one.replaced_by,
        "name": [{"use": "official", **both("text", one.zh, one.en)}],
        "telecom": [{"system": "phone", "value": one.phone, "use": "mobile"}],
        "gender": one.sex,
        "birthDate": one.birth,
        "address": [
            {
                "use": "home",
                "text": f"{compound['zh']}{one.building}{one.flat}",
                "line": [one.building, one.flat],
                "city": "东江市",
            }
        ],
        "managingOrganization": ref(f"Organization/{PILOT}"),
    } | ({"link": [merged]} if one.replaced_by else {})


def questionnaire() -> Json:
    """The hospital's questions before the consult: two choices, Chinese with English beside."""
    return {
        "resourceType": "Questionnaire",
        "id": "pre-consult",
        "url": f"{NS}/Questionnaire/pre-consult",
        "identifier": [identifier("questionnaire", "pre-consult")],
        "version": "1",
        "name": "PreConsult",
        **both("title", "复诊问询", "Before your follow-up"),
        "status": "active",
        "language": "zh-CN",
        "subjectType": ["Patient"],
        "item": [
            _question(
                "condition",
                ("服药以来，您的病情怎么样？", "How has your condition been on this medicine?"),
                {"stable": ("平稳", "Stable"), "better": ("好转", "Better"), "worse": ("不如以前", "Worse")},
            ),
            _question(
                "reaction",
                ("用药后有不舒服吗？", "Has the medicine caused any discomfort?"),
                {"none": ("没有", "None"), "mild": ("有一点", "A little"), "strong": ("比较明显", "A lot")},
            ),
        ],
    }


def _question(link_id: str, words: tuple[str, str], options: dict[str, tuple[str, str]]) -> Json:
    system = f"{NS}/CodeSystem/pre-consult"
    codings = [{"system": system, "code": code, **both("display", *text)} for code, text in options.items()]
    answers = [{"valueCoding": coding} for coding in codings]
    return {"linkId": link_id, **both("text", *words), "type": "choice", "required": True, "answerOption": answers}


def _insurer() -> Json:
    row = city()["insurer"]
    return _organization(row["id"], row, [coded(f"{TERMINOLOGY}/organization-type", "pay")])


def _hospital(row: Json) -> Json:
    return _organization(row["id"], row, [coded(f"{TERMINOLOGY}/organization-type", "prov")])


def _department(row: Json) -> Json:
    kinds = [coded(f"{TERMINOLOGY}/organization-type", "dept"), coded("specialty", row["specialty"])]
    return _organization(f"dept-{row['specialty']}", row, kinds) | {"partOf": ref(f"Organization/{PILOT}")}


def _organization(id_: str, row: Json, kinds: list[Json]) -> Json:
    whole: Json = {"resourceType": "Organization", "id": id_, "identifier": [identifier("org", id_)], "active": True}
    return whole | {"type": kinds} | both("name", row["zh"], row["en"])


def _practitioner(row: Json) -> Json:
    return {
        "resourceType": "Practitioner",
        "id": row["id"],
        "identifier": [identifier("staff", row["id"])],
        "active": True,
        "name": [{"use": "official", **both("text", row["zh"], row["en"])}],
    }


def _role(row: Json) -> Json:
    department = row.get("department")
    whole: Json = {
        "resourceType": "PractitionerRole",
        "id": f"pr-{row['id']}",
        "identifier": [identifier("role", row["id"])],
        "active": True,
        "practitioner": ref(f"Practitioner/{row['id']}") | {"display": row["zh"]},
        "organization": ref(f"Organization/dept-{department}" if department else f"Organization/{row['hospital']}"),
        "code": [coded("role", row["role"])],
    }
    if department:
        whole["specialty"] = [coded("specialty", department)]
    if compounds := row.get("compounds"):
        whole["location"] = [ref(f"Location/{id_}") for id_ in compounds]
    return whole


def _compound(row: Json, district: str = "") -> Json:
    gate = extension("gate", "String", row["gate_zh"]) | {
        "_valueString": both("x", row["gate_zh"], row["gate_en"])["_x"]
    }
    return {
        "resourceType": "Location",
        "id": row["id"],
        "extension": [gate],
        "identifier": [identifier("compound", row["id"])],
        "status": "active",
        **both("name", row["zh"], row["en"]),
        "physicalType": coded(f"{TERMINOLOGY}/location-physical-type", "si"),
        "managingOrganization": ref(f"Organization/{PILOT}"),
    } | ({"partOf": ref(f"Location/{district}")} if district else {})


def _coverage(one: Resident) -> Json | None:
    if one.coverage is None:
        return None
    return {
        "resourceType": "Coverage",
        "id": f"cov-{one.id}",
        "extension": [
            extension("pooled-percent", "Integer", one.coverage.pooled),
            extension("personal-account", "Money", money(one.coverage.account)),
        ],
        "identifier": [identifier("coverage", one.credential)],
        "status": "active",
        "type": coded("coverage-type", one.coverage.type),
        "beneficiary": ref(f"Patient/{one.id}"),
        "payor": [ref(f"Organization/{city()['insurer']['id']}")],
    }


def _paper(one: Resident, now_ms: int) -> list[Json]:
    """The picture of the paper prescription, and the document that tells whose it is."""
    drawn = paper.draw(paper.slip(one, now_ms))
    binary: Json = {"resourceType": "Binary", "id": f"paper-{one.id}", "contentType": "image/png"}
    document: Json = {
        "resourceType": "DocumentReference",
        "id": f"paper-{one.id}",
        "identifier": [identifier("paper", one.id)],
        "status": "current",
        "type": coded("http://loinc.org", "57833-6"),
        "category": [coded("document", "paper-prescription")],
        "subject": ref(f"Patient/{one.id}") | {"display": one.zh},
        "date": moment(now_ms, one.paper.days_ago),
        "content": [{"attachment": {"contentType": "image/png", "url": f"Binary/paper-{one.id}"}}],
    }
    return [binary | {"data": base64.b64encode(drawn).decode()}, document]


def _flat(groups: Iterable[Iterable[Any]]) -> Iterator[Json]:
    return (item for group in groups for item in group if item is not None)
