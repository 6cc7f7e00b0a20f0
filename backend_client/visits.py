"""Home visits: the Task `home-visit` that is asked for, accepted by whoever goes, and ended with what came of it."""

from __future__ import annotations

from backend_client.errors import Clash, NotFound
from backend_client.feed import seen_as
from backend_client.models import TaskSnapshot, VisitDraft
from backend_client.rest import Rest
from backend_client.shapes import concept, identifier, instant, ref, target_id, word
from backend_client.states import ATTEMPTS
from backend_client.wire import Json

KIND = "home-visit"
#: How it stands (NS/CodeSystem/home-visit-status), and the coarse Task.status beside it.
STATUS = {
    "requested": "requested",
    "accepted": "accepted",
    "done": "completed",
    "nobody-home": "failed",
    "cancelled": "cancelled",
}
OVER = frozenset({"completed", "failed", "cancelled", "rejected", "entered-in-error"})


async def ask_visit(rest: Rest, draft: VisitDraft) -> TaskSnapshot:
    """Where and by when, as far as it is known; whoever is a patient here by the record."""
    codes = rest.codes
    task: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), draft.key)],
        "status": "requested",
        "businessStatus": concept(codes.system(f"{KIND}-status"), "requested"),
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "authoredOn": instant(rest.now()),
        "restriction": {"period": {"end": instant(draft.until)}},
    }
    if draft.compound:
        task["location"] = ref(f"Location/{draft.compound}")
    if draft.patient:
        task["for"] = ref(f"Patient/{draft.patient}")
    if draft.requester:
        task["requester"] = ref(draft.requester)
    if draft.building:
        task["input"] = [{"type": concept(codes.system("task-input"), "building"), "valueString": draft.building}]
    return seen_as(rest, KIND, await rest.create(task, codes.id(KIND), draft.key))


async def move_visit(rest: Rest, key: str, stage: str, owner: str = "", was: str = "") -> TaskSnapshot:
    """``owner``: the PractitionerRole that goes there, ``was``: who went before it, as we know it.

    One that is over, or that the hospital has given to somebody else meanwhile, stays as the hospital has it.
    """
    for _ in range(ATTEMPTS):
        task = await rest.first("Task", rest.codes.id(KIND), key)
        if task is None:
            raise NotFound("no-visit")
        wanted: Json = {
            **task,
            "status": STATUS[stage],
            "businessStatus": concept(rest.codes.system(f"{KIND}-status"), stage),
        }
        if owner:
            wanted["owner"] = ref(f"PractitionerRole/{owner}")
        elsewhere = owner != "" and target_id(task, "owner") not in ("", owner, was)
        if word(task, "status") in OVER or elsewhere or wanted == task:
            return seen_as(rest, KIND, task)
        try:
            return seen_as(rest, KIND, await rest.update(wanted))
        except Clash:
            continue
    raise Clash("contended")
