"""Home visits: a Task `home-visit`, by which somebody asks that a helper comes to her."""

from __future__ import annotations

from backend_client.models import VisitDraft
from backend_client.rest import Rest
from backend_client.shapes import concept, identifier, instant, ref
from backend_client.wire import Json

KIND = "home-visit"


async def ask_visit(rest: Rest, draft: VisitDraft) -> str:
    """The Task's id; asked twice by one key it is one. The feed tells what becomes of it."""
    codes = rest.codes
    task: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), draft.key)],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "authoredOn": instant(rest.now()),
        "location": ref(f"Location/{draft.compound}"),
        "restriction": {"period": {"end": instant(draft.until)}},
    }
    if draft.patient:
        task["for"] = ref(f"Patient/{draft.patient}")
    if draft.requester:
        task["requester"] = ref(draft.requester)
    return str((await rest.create(task, codes.id(KIND), draft.key))["id"])
