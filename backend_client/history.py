"""What a patient was given before: MedicationDispense, or MedicationRequest where no dispense is recorded."""

from __future__ import annotations

from backend_client.drugs import stands_in_record
from backend_client.models import Dispensed
from backend_client.orders import fetch
from backend_client.rest import Rest
from backend_client.shapes import extended, target, word
from backend_client.wire import Json

NEVER_GIVEN = frozenset({"cancelled", "entered-in-error", "stopped", "declined", "draft", "preparation"})


async def history(rest: Rest, patient: str, since: str) -> tuple[Dispensed, ...]:
    """On or after the ISO day ``since``, newest first."""
    who = f"Patient/{patient}"
    found = await rest.search("MedicationDispense", {"patient": who, "whenhandedover": f"ge{since}"})
    moment = "whenHandedOver"
    if not found:
        found = await rest.search("MedicationRequest", {"patient": who, "authoredon": f"ge{since}", "intent": "order"})
        moment = "authoredOn"
    given = [item for item in found if word(item, "status") not in NEVER_GIVEN]
    requests = await fetch(rest, {target(item, "authorizingPrescription", 0) for item in given})
    lines = [
        _dispensed(rest, item, requests.get(target(item, "authorizingPrescription", 0), item), moment) for item in given
    ]
    return tuple(sorted(lines, key=lambda line: line.day, reverse=True))


def _dispensed(rest: Rest, item: Json, request: Json, moment: str) -> Dispensed:
    codes = rest.codes
    day = word(item, moment)[:10]
    return Dispensed(
        line=stands_in_record(codes, item, day),
        day=day,
        condition=word(request, "reasonCode", 0, "text") or str(extended(item, codes.extension("condition")) or ""),
        hospital=word(item, "performer", 0, "actor", "display")
        or str(extended(item, codes.extension("hospital")) or ""),
    )
