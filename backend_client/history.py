"""What a patient was given before: MedicationDispense, or MedicationRequest where no dispense is recorded."""

from __future__ import annotations

from collections.abc import Mapping

from backend_client.drugs import stands_in_record
from backend_client.models import Dispensed
from backend_client.orders import fetch
from backend_client.rest import Rest
from backend_client.shapes import extended, local_day, target, word
from backend_client.wire import Json

PRESCRIBED = ("authorizingPrescription", 0)
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
    places = {target(item, *where) for item in given for where in (PRESCRIBED, ("medicationReference",))}
    known = await fetch(rest, places)
    lines = [_dispensed(rest, item, known, moment) for item in given]
    return tuple(sorted(lines, key=lambda line: line.day, reverse=True))


def _dispensed(rest: Rest, item: Json, known: Mapping[str, Json], moment: str) -> Dispensed:
    codes, request = rest.codes, known.get(target(item, *PRESCRIBED), item)
    day = local_day(word(item, moment), rest.zone)
    return Dispensed(
        line=stands_in_record(codes, item, day, known),
        day=day,
        condition=word(request, "reasonCode", 0, "text") or str(extended(item, codes.extension("condition")) or ""),
        hospital=word(item, "performer", 0, "actor", "display")
        or str(extended(item, codes.extension("hospital")) or ""),
    )
