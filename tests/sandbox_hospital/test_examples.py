"""One valid resource of each type of the contract is taken, kept and found again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.hospital.entries import elements
from sandbox.hospital.params import PARAMS
from tests.sandbox_hospital.conftest import Caller

EXAMPLES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in (Path(__file__).parent / "examples").glob("*.json")
}
INSURER = "c47c7fe0-2eff-4a5d-826d-339d37c61389"
AMBASSADOR = "34e2999d-c2f8-4ae4-9d7d-6c593bf667fd"


async def planted(hospital: Caller) -> None:
    """All examples in one transaction, with the two resources that they refer to and that are not among them."""
    extra = [
        {"resourceType": "Organization", "id": INSURER, "name": "Insurer"},
        {"resourceType": "PractitionerRole", "id": AMBASSADOR},
    ]
    entries = [
        {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
        for one in (*extra, *EXAMPLES.values())
    ]
    answer = await hospital("POST", "/", {"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status == 200, answer.body


def without_meta(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if name != "meta"}


async def test_all_are_kept_as_they_came(hospital: Caller) -> None:
    await planted(hospital)
    for type_, example in EXAMPLES.items():
        kept = (await hospital("GET", f"/{type_}/{example['id']}", Accept="application/fhir+json")).json
        wanted = example | ({"status": "active"} if type_ == "Subscription" else {})
        assert without_meta(kept) == without_meta(wanted)


async def test_every_reference_parameter_finds_its_example(hospital: Caller) -> None:
    await planted(hospital)
    looked = 0
    for type_, example in EXAMPLES.items():
        for name, param in PARAMS[type_].items():
            held = [one for path in param.paths for one in elements(example, path.split("."))]
            for text in [one["reference"] for one in held] if param.kind == "reference" else []:
                if not param.only or text.startswith(f"{param.only}/"):
                    found = (await hospital("GET", f"/{type_}?{name}={text}")).json
                    assert example["id"] in [entry["resource"]["id"] for entry in found["entry"]], (type_, name)
                    looked += 1
    assert looked > 50


async def test_each_is_found_by_what_it_says(hospital: Caller) -> None:
    await planted(hospital)
    for type_, example in EXAMPLES.items():
        queries = [f"_id={example['id']}"]
        if "status" in PARAMS[type_] and "status" in example and type_ != "Subscription":
            queries.append(f"status={example['status']}")
        if "identifier" in PARAMS[type_]:
            one = example["identifier"] if isinstance(example["identifier"], dict) else example["identifier"][0]
            queries.append(f"identifier={one['system']}%7C{one['value']}")
        for query in queries:
            found = (await hospital("GET", f"/{type_}?{query}")).json
            assert example["id"] in [entry["resource"]["id"] for entry in found["entry"]], (type_, query)
