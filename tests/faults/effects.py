"""What a day left at the hospital, counted over HTTP: every effect of the story must be there exactly once."""

from __future__ import annotations

from collections import Counter
from typing import Any

import aiohttp

TYPES = (
    *(
        "Task",
        "Encounter",
        "Claim",
        "ClaimResponse",
        "Invoice",
        "PaymentReconciliation",
        "PaymentNotice",
        "SupplyDelivery",
    ),
    *(
        "MedicationRequest",
        "MedicationDispense",
        "Communication",
        "QuestionnaireResponse",
        "DocumentReference",
        "Binary",
    ),
    *("Consent", "CoverageEligibilityRequest", "List", "Provenance"),
)
ORDERS = 3  # hers, the neighbour's, and the one he takes back

#: What the acceptance day adds to the seeds: two orders as far as T5, one of them to T6, and one that is cancelled.
DAY = Counter(
    {
        "Task refill-order": ORDERS,
        "Task home-visit": 1,
        "Task pharmacist-review": 2,
        "Task deliver-run": 1,
        "Task deliver-batch": 1,
        "Task receipt-confirmation": 1,
        "Encounter": 2,
        "Claim": 2,
        "ClaimResponse": 2,
        "Invoice": 2,
        "PaymentReconciliation": 1,  # the neighbour's share is 0: a confirmation, no charge
        "PaymentNotice": 1,
        "SupplyDelivery": 2,
        "MedicationRequest": 4,
        "MedicationDispense": 4,
        "Communication": 2,
        "QuestionnaireResponse": ORDERS,
        "DocumentReference": 2,
        "Binary": 2,
        "Consent": 3,
        "CoverageEligibilityRequest": 2,
        "List": 1,
        "Provenance order": ORDERS,
        "Provenance in-consult": 2,
        "Provenance sign": 2,
        "Provenance prescribed": 2,
        "Provenance passed": 2,
        "Provenance quoted": 2,
        "Provenance paid": 2,
        "Provenance packed": 2,
        "Provenance on-the-way": 1,
        "Provenance custody-on-the-way": 2,
        "Provenance arrived": 1,
        "Provenance custody-arrived": 2,
        "Provenance with-ambassador": 1,
        "Provenance custody-with-ambassador": 2,
        "Provenance custody-handed-over": 1,
        "Provenance confirmed": 1,
        "Provenance cancelled": 1,
    }
)
READ = DAY + Counter({"Provenance reading": 2})  # where a reader reads the two photos
CUSTODY = [
    "packed",
    "custody-on-the-way",
    "custody-arrived",
    "custody-with-ambassador",
    "custody-handed-over",
    "confirmed",
]
ROAD = frozenset(CUSTODY) - {"confirmed"} | {"problem"}


async def resources(url: str) -> dict[str, dict[str, Any]]:
    """Every resource of these types by its place."""
    found: dict[str, dict[str, Any]] = {}
    async with aiohttp.ClientSession() as session:
        for type_ in TYPES:
            page: str | None = f"{url}/{type_}?_count=200"
            while page:
                async with session.get(page) as answer:
                    bundle = await answer.json(content_type=None)
                for entry in bundle.get("entry", []):
                    resource = entry["resource"]
                    found[f"{type_}/{resource['id']}"] = resource
                page = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "next"), None)
    return found


def added(before: dict[str, Any], after: dict[str, dict[str, Any]]) -> Counter[str]:
    """How many of each kind came since ``before``; Tasks by their code, Provenances by their activity."""
    return Counter(_kind(resource) for place, resource in after.items() if place not in before)


def repeated(before: dict[str, Any], after: dict[str, dict[str, Any]]) -> list[str]:
    """Acts that are recorded twice of the same thing.

    What is wrong with a parcel may send it on its road once more, a case that came back is another doctor's, and what a
    pharmacist or a patient sent back is written once more.
    """
    acts = Counter(
        (_kind(resource), target["reference"], _who(resource) if _kind(resource) == "Provenance in-consult" else "")
        for place, resource in after.items()
        if place not in before and resource["resourceType"] == "Provenance"
        for target in resource["target"]
    )
    found = Counter(_kind(resource) for place, resource in after.items() if place not in before)

    def may(kind: str, target: str) -> int:
        what = kind.removeprefix("Provenance ")
        if what == "prescribed":
            return 1 + acts["Provenance returned", target, ""]
        if what == "returned":
            return max(1, acts["Provenance prescribed", target, ""] - 1)
        return 1 + (found["Task parcel-problem"] if what in ROAD else 0)

    return [f"{kind} of {target}" for (kind, target, _), count in acts.items() if count > may(kind, target)]


def difference(found: Counter[str], wanted: Counter[str] = DAY) -> dict[str, tuple[int, int]]:
    """Kind -> (found, wanted), where they differ."""
    return {kind: (found[kind], wanted[kind]) for kind in found | wanted if found[kind] != wanted[kind]}


def _who(resource: dict[str, Any]) -> str:
    return str([agent["who"] for agent in resource["agent"]])


def _kind(resource: dict[str, Any]) -> str:
    kind = str(resource["resourceType"])
    concept = {"Task": resource.get("code"), "Provenance": resource.get("activity")}.get(kind)
    return f"{kind} {concept['coding'][0]['code']}" if concept else kind
