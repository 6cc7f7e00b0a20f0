"""Insurance checked live before the consult: CoverageEligibilityRequest, then the insurer's answer if it has come."""

from __future__ import annotations

from backend_client.models import Eligibility
from backend_client.rest import Rest
from backend_client.settlement import coverage_of
from backend_client.shapes import each, identifier, instant, own_path, ref, target, updated, word
from backend_client.wire import Json

LOOKS = 12
PAUSE = 0.5  # seconds between two looks: six seconds in all, then it is "unknown"


async def eligibility(rest: Rest, patient: str, day: str) -> Eligibility:
    """Asked once for a patient and day; a later call only looks whether the answer has come."""
    coverage = await coverage_of(rest, f"Patient/{patient}")
    if coverage is None:
        return Eligibility("self-pay", "no-coverage")
    key = f"{patient}-{day}"
    request: Json = {
        "resourceType": "CoverageEligibilityRequest",
        "identifier": [identifier(rest.codes.id("eligibility"), key)],
        "status": "active",
        "purpose": ["validation", "benefits"],
        "patient": ref(f"Patient/{patient}"),
        "created": instant(rest.now()),
        "insurer": ref(target(coverage, "payor", 0)),
        "insurance": [{"coverage": ref(own_path(coverage))}],
    }
    made = await rest.create(request, rest.codes.id("eligibility"), key)
    for look in range(LOOKS):
        answer = await _answer(rest, own_path(made))
        if answer is not None:
            return _eligibility(answer)
        if look + 1 < LOOKS:
            await rest.patience.sleep(PAUSE)
    return Eligibility("unknown", "no-answer-yet")


async def _answer(rest: Rest, request: str) -> Json | None:
    found = await rest.search("CoverageEligibilityResponse", {"request": request})
    return max((one for one in found if word(one, "outcome") != "queued"), key=updated, default=None)


def _eligibility(answer: Json) -> Eligibility:
    if any(item.get("inforce") is True for item in each(answer, "insurance")):
        return Eligibility("covered")
    return Eligibility("self-pay", word(answer, "disposition") or "not-in-force")
