"""The search parameters of the contract, their kinds, prefixes and modifiers, order and includes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from sandbox.clock import Clock
from sandbox.hospital.params import KINDS, PARAMS
from tests.sandbox_hospital.conftest import NS, START, Caller

SECOND = 1000


async def found(hospital: Caller, path: str) -> list[str]:
    """The ids of the matches."""
    answer = await hospital("GET", path)
    assert answer.status == 200, answer.body
    return [entry["resource"]["id"] for entry in answer.json["entry"] if entry["search"]["mode"] == "match"]


def code(system: str, value: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{NS}/CodeSystem/{system}", "code": value}]}


async def test_tokens_match_with_and_without_system(hospital: Caller) -> None:
    patient = await hospital.patient()
    a = (await hospital.task(patient, code=code("task", "refill-order"), businessStatus=code("order-status", "paid")))[
        "id"
    ]
    b = (await hospital.task(patient, code=code("task", "pharmacist-review"), status="completed"))["id"]
    system = quote(f"{NS}/CodeSystem/task")
    assert await found(hospital, f"/Task?code={system}%7Crefill-order") == [a]
    assert await found(hospital, "/Task?code=refill-order") == [a]
    assert await found(hospital, f"/Task?code={system}%7C") == [a, b]
    assert await found(hospital, "/Task?code=urn:other%7Crefill-order") == []
    assert await found(hospital, "/Task?code=refill-order,pharmacist-review") == [a, b]
    assert await found(hospital, "/Task?status=requested&business-status=paid") == [a]
    assert await found(hospital, "/Task?status:not=completed") == [a]
    assert await found(hospital, "/Task?business-status:missing=true") == [b]
    assert await found(hospital, "/Task?business-status:missing=false") == [a]


async def test_identifiers_with_special_characters(hospital: Caller) -> None:
    patient = await hospital.patient("a,b|c$")
    assert await found(hospital, "/Patient?identifier=a%5C,b%5C%7Cc%5C$") == [patient["id"]]


async def test_references_match_by_place_or_by_bare_id(hospital: Caller) -> None:
    one, other = await hospital.patient("1"), await hospital.patient("2")
    task = (await hospital.task(one))["id"]
    child = (await hospital.task(other, partOf=[{"reference": f"Task/{task}"}]))["id"]
    assert await found(hospital, f"/Task?patient=Patient/{one['id']}") == [task]
    assert await found(hospital, f"/Task?patient={one['id']}") == [task]
    assert await found(hospital, f"/Task?subject:Patient={one['id']}") == [task]
    assert await found(hospital, f"/Task?part-of=Task/{task}") == [child]
    assert await found(hospital, f"/Task?patient=Patient/{one['id']},Patient/{other['id']}") == [task, child]
    assert await found(hospital, f"/Task?patient=Practitioner/{one['id']}") == []


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("2026-10-12", ["12"]),
        ("eq2026-10-12", ["12"]),
        ("ne2026-10-12", ["11", "13"]),
        ("ge2026-10-12", ["12", "13"]),
        ("gt2026-10-12", ["13"]),
        ("le2026-10-12", ["11", "12"]),
        ("lt2026-10-12", ["11"]),
        ("sa2026-10-12", ["13"]),
        ("eb2026-10-12", ["11"]),
        ("2026-10", ["11", "12", "13"]),
        ("2026", ["11", "12", "13"]),
        ("ge2026-10-13T00:00:00%2B08:00", ["13"]),
        ("lt2026-10-11T16:00:00Z", ["11"]),
        ("gt2026-10-11T16:00:00.000Z", ["12", "13"]),
    ],
)
async def test_dates_are_ranges_in_the_citys_time(hospital: Caller, query: str, days: list[str]) -> None:
    subject = {"reference": f"Patient/{(await hospital.patient())['id']}"}
    drug = {"text": "amlodipine"}
    for day in ("11", "12", "13"):
        body = {"resourceType": "MedicationDispense", "id": day, "status": "completed", "subject": subject}
        body |= {"medicationCodeableConcept": drug, "whenHandedOver": f"2026-10-{day}T00:00:01+08:00"}
        assert (await hospital("PUT", f"/MedicationDispense/{day}", body)).status == 201
    assert await found(hospital, f"/MedicationDispense?whenhandedover={query}") == days


async def test_periods_without_an_end_reach_into_the_future(hospital: Caller) -> None:
    made = await hospital.make(
        "Encounter", status="in-progress", **{"class": {"code": "VR"}}, period={"start": "2026-01-01"}
    )
    assert await found(hospital, "/Encounter?date=ge2030") == [made["id"]]
    assert await found(hospital, "/Encounter?date=lt2025") == []


async def test_strings_match_from_the_start_in_any_case(hospital: Caller) -> None:
    made = (await hospital.patient(name=[{"text": "王桂兰"}, {"family": "Wang", "given": ["Guilan"]}]))["id"]
    assert await found(hospital, f"/Patient?name={quote('王桂')}") == [made]
    assert await found(hospital, "/Patient?name=wang") == [made]
    assert await found(hospital, "/Patient?given=GUI") == [made]
    assert await found(hospital, "/Patient?name=lan") == []
    assert await found(hospital, "/Patient?name:contains=LAN") == [made]
    assert await found(hospital, "/Patient?name:exact=guilan") == [made]
    assert await found(hospital, "/Patient?name:exact=gui") == []
    assert await found(hospital, "/Patient?name=%25") == []


async def test_last_updated_finds_what_changed_since(hospital: Caller, clock: Clock) -> None:
    a = await hospital.patient("1")
    clock.move(to_ms=START + 60 * SECOND)
    b = await hospital.patient("2")
    clock.move(to_ms=START + 120 * SECOND)
    c = (await hospital("PUT", f"/Patient/{a['id']}", a)).json
    mark = b["meta"]["lastUpdated"]
    assert await found(hospital, f"/Patient?_lastUpdated=ge{mark}&_sort=_lastUpdated") == [b["id"], a["id"]]
    assert await found(hospital, f"/Patient?_lastUpdated=gt{mark}") == [c["id"]]
    assert await found(hospital, f"/Patient?_lastUpdated=le{mark}") == [b["id"]]
    assert await found(hospital, f"/Patient?_lastUpdated=lt{mark}") == []
    assert await found(hospital, "/Patient?_lastUpdated=ge2026-11-24&_sort=-_lastUpdated") == [a["id"], b["id"]]


async def test_an_update_moves_the_index_along(hospital: Caller) -> None:
    task = await hospital.task(await hospital.patient())
    await hospital("PUT", f"/Task/{task['id']}", task | {"status": "accepted"})
    assert await found(hospital, "/Task?status=requested") == []
    assert await found(hospital, "/Task?status=accepted") == [task["id"]]


async def test_by_id_several_at_once(hospital: Caller) -> None:
    ids = [(await hospital.patient(str(n)))["id"] for n in range(3)]
    assert await found(hospital, f"/Patient?_id={ids[2]},{ids[0]}") == [ids[0], ids[2]]


async def test_sorting_by_a_date_both_ways(hospital: Caller) -> None:
    born = {
        day: (await hospital.patient(day, birthDate=day))["id"] for day in ("1951-03-08", "1940-08-19", "2018-06-01")
    }
    oldest_first = [born[day] for day in sorted(born)]
    assert await found(hospital, "/Patient?_sort=birthdate") == oldest_first
    assert await found(hospital, "/Patient?_sort=-birthdate") == oldest_first[::-1]


async def test_one_hop_include(hospital: Caller) -> None:
    patient = await hospital.patient()
    first, second = await hospital.task(patient), await hospital.task(patient)
    bundle = (await hospital("GET", "/Task?_include=Task:patient")).json
    modes = [(entry["resource"]["id"], entry["search"]["mode"]) for entry in bundle["entry"]]
    assert modes == [(first["id"], "match"), (second["id"], "match"), (patient["id"], "include")]
    assert bundle["total"] == 2


async def test_post_search_takes_a_form(hospital: Caller) -> None:
    patient = await hospital.patient()
    form = f"identifier={quote(NS)}/id/e-credential%7C1".encode()
    answer = await hospital("POST", "/Patient/_search", form, Content_Type="application/x-www-form-urlencoded")
    assert [entry["resource"]["id"] for entry in answer.json["entry"]] == [patient["id"]]


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "_sort=colour",
        "_sort=status,authored-on",
        "_include=Task:status",
        "_include=Patient:organization",
        "_count=-1",
        "_count=x",
        "_after=x",
        "_lastUpdated=yesterday",
        "status=",
        "subject.name=x",
        "status:contains=a",
        "_has:Task:patient:status=x",
        "_revinclude=Task:patient",
        "authored-on=ge",
    ],
)
async def test_what_is_not_supported_is_refused_not_ignored(hospital: Caller, query: str) -> None:
    answer = await hospital("GET", f"/Task?{query}")
    assert answer.status == 400
    assert answer.issue["severity"] == "error"


async def test_lenient_handling_ignores_unknown_parameters(hospital: Caller) -> None:
    await hospital.patient()
    answer = await hospital("GET", "/Patient?colour=red", Prefer="handling=lenient")
    assert answer.json["total"] == 1


async def test_too_many_values_are_refused(hospital: Caller) -> None:
    answer = await hospital("GET", "/Task?status=" + ",".join("x" * 101))
    assert (answer.status, answer.issue["code"]) == (400, "too-costly")


def test_the_table_is_well_formed() -> None:
    assert len(PARAMS) == 38
    for params in PARAMS.values():
        assert {param.kind for param in params.values()} <= set(KINDS)
        assert {"_id", "_lastUpdated"} <= params.keys()


async def test_the_capability_statement_tells_the_same_table(hospital: Caller) -> None:
    statement = (await hospital("GET", "/metadata")).json
    assert statement["fhirVersion"] == "4.0.1"
    told = {one["type"]: {param["name"] for param in one["searchParam"]} for one in statement["rest"][0]["resource"]}
    assert told == {type_: set(params) for type_, params in PARAMS.items()}
