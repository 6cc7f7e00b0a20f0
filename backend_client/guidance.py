"""What the hospital tells a patient of each medicine she was given: Dosage.patientInstruction, read only (ADR 31)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backend_client.dosage import PATIENT
from backend_client.errors import Broken, Refusal
from backend_client.rest import Rest
from backend_client.shapes import each, own_path, target, word
from backend_client.wire import Json

AT_ONCE = 80  # prescribed lines in one search
VOID = frozenset({"cancelled", "entered-in-error", "stopped", "declined"})


async def handed_out(rest: Rest, requests: Sequence[str]) -> list[Json]:
    """The MedicationDispenses of these ``MedicationRequest/<id>``; none where this hospital does not serve them."""
    found: list[Json] = []
    try:
        for start in range(0, len(requests), AT_ONCE):
            wanted = ",".join(requests[start : start + AT_ONCE])
            found += await rest.search("MedicationDispense", {"prescription": wanted})
    except (Refusal, Broken):
        return []
    return [item for item in found if word(item, "status") not in VOID and {*_authorizing(item)} & {*requests}]


def guidance(request: Json, dispenses: Iterable[Json]) -> str:
    """As it stands, whole: of what was handed out for this prescribed line, else of the line itself; "" = none."""
    given = [one for one in dispenses if own_path(request) in _authorizing(one)]
    return _told(given) or _told([request])


def _told(resources: Iterable[Json]) -> str:
    said = [word(item, PATIENT).strip() for one in resources for item in each(one, "dosageInstruction")]
    return "\n".join(dict.fromkeys(filter(None, said)))


def _authorizing(dispense: Json) -> list[str]:
    return [target(one) for one in each(dispense, "authorizingPrescription")]
