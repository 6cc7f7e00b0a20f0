"""Allergies, and what the hospital found in a prescription: AllergyIntolerance and DetectedIssue, read only.

What cannot be read is not known: an empty list says nothing (contract, "Allergies").
"""

from __future__ import annotations

from backend_client.cautions import Allergy, Cautions, Issue
from backend_client.errors import Broken, Refusal
from backend_client.orders import task_of
from backend_client.patients import patient
from backend_client.prescribing import requests_of
from backend_client.rest import Rest
from backend_client.shapes import each, one, own_path, target, word
from backend_client.wire import Json

NONE_KNOWN = frozenset({"716186003", "409137002"})  # SNOMED CT: no known allergy, no known drug allergy
_NO_ENTRY = frozenset({"entered-in-error", "refuted"})


async def cautions(rest: Rest, no: str) -> Cautions:
    """NotFound for an order that is not there."""
    task = await task_of(rest, no)
    requests = await requests_of(rest, task)
    rx = next((word(request, "groupIdentifier", "value") for request in requests), "")
    issues = await _issues(rest, [own_path(request) for request in requests])
    return Cautions(no, await _allergies(rest, target(task, "for")), rx, issues)


async def _records(rest: Rest, path: str) -> list[str]:
    """``Patient/<id>`` of the record, and of those that were merged into it: what stood there stands for her still."""
    try:
        known = await patient(rest, path.rpartition("/")[2])
    except (Refusal, Broken):
        return [path]
    return list(dict.fromkeys([path, *(f"Patient/{id}" for id in (known.id, *known.formerly))]))


async def _allergies(rest: Rest, path: str) -> tuple[Allergy, ...] | None:
    found = [item for record in await _records(rest, path)
             for item in await _search(rest, "AllergyIntolerance", "patient", record)
             if target(item, "patient") == record and not _codes(item, "verificationStatus") & _NO_ENTRY]  # fmt: skip
    none = [item for item in found if _codes(item, "code") & NONE_KNOWN]
    entries = [_allergy(item) for item in found if item not in none]
    if any(one.substance for one in entries):
        return tuple(entries)
    return () if none and not entries else None


def _allergy(item: Json) -> Allergy:
    reacted = next((_words(each_, "substance") for each_ in each(item, "reaction")), "")
    return Allergy(_words(item, "code") or reacted, word(item, "criticality"))


async def _issues(rest: Rest, places: list[str]) -> tuple[Issue, ...]:
    found = await _search(rest, "DetectedIssue", "implicated", ",".join(places)) if places else []
    wanted = [item for item in found if {target(one) for one in each(item, "implicated")} & {*places}]
    live = [item for item in wanted if word(item, "status") not in ("cancelled", "entered-in-error")]
    return tuple(Issue(word(item, "detail") or _words(item, "code"), word(item, "severity")) for item in live)


async def _search(rest: Rest, kind: str, name: str, value: str) -> list[Json]:
    try:
        return await rest.search(kind, {name: value})
    except (Refusal, Broken):  # this hospital does not serve it, or not to us: not known
        return []


def _codes(item: Json, name: str) -> set[str]:
    return {word(coding, "code") for coding in each(item, name, "coding")}


def _words(item: Json, name: str) -> str:
    """A concept as the hospital words it; without words its code, as it came."""
    coding = one(item, name, "coding")
    return word(item, name, "text") or word(coding, "display") or word(coding, "code")
