"""Who serves a compound for some days in place of its ambassador: the Task `stand-in`. It registers nobody."""

from __future__ import annotations

from backend_client.applicants import StandIn
from backend_client.rest import Rest
from backend_client.shapes import concept, identifier, instant, own_path, ref, word
from backend_client.states import set_status
from backend_client.wire import Json

KIND = "stand-in"
OPEN = frozenset({"requested", "received", "accepted", "ready", "in-progress", "on-hold"})  # Task.status


async def stands_in(rest: Rest, draft: StandIn) -> None:
    """Both have said so: it is under way. Without a helper nobody serves there, and it only is asked for."""
    codes = rest.codes
    task: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), draft.key)],
        "status": "in-progress" if draft.helper else "requested",
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "focus": ref(f"PractitionerRole/{draft.giver}"),
        "location": ref(f"Location/{draft.compound}"),
        "authoredOn": instant(rest.now()),
        "restriction": {"period": {"start": instant(draft.since), "end": instant(draft.until)}},
    }
    if draft.helper:
        task["owner"] = ref(f"PractitionerRole/{draft.helper}")
    await rest.create(task, codes.id(KIND), draft.key)


async def is_back(rest: Rest, key: str) -> None:
    """The compound is its own ambassador's again. One that never came, or that the hospital ended, stays so."""
    task = await rest.first("Task", rest.codes.id(KIND), key)
    if task is not None and word(task, "status") in OPEN:
        await set_status(rest, own_path(task), "completed")
