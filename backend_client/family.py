"""Relatives: a RelatedPerson that waits for the hospital's approval, and the Task `application` that asks for it."""

from __future__ import annotations

from backend_client.bundles import Entry, transact, urn
from backend_client.errors import NotFound
from backend_client.models import FamilyAsked, FamilyDraft, Related
from backend_client.rest import Rest
from backend_client.shapes import concept, day, each, identifier, instant, own_path, ref, target_id, word
from backend_client.states import set_status
from backend_client.wire import Json

ROLE_CODE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
RELATION = {"child": "PRN", "parent": "CHILD", "other": "FAMMEMB"}  # what he is to the patient, by what the patient is
KIND = "application"


async def ask_family(rest: Rest, draft: FamilyDraft) -> FamilyAsked:
    """Both in one transaction; nothing takes effect before a registrar has approved it (RelatedPerson.active)."""
    codes = rest.codes
    relation = [concept(ROLE_CODE, RELATION.get(draft.relation, "FAMMEMB"))]
    related: Json = {
        "resourceType": "RelatedPerson",
        "identifier": [identifier(codes.id("related"), draft.key), identifier(codes.id("account"), draft.account)],
        "active": False,
        "patient": ref(f"Patient/{draft.patient}"),
        "relationship": [*relation, concept(ROLE_CODE, "GUARD")] if draft.kind == "guardian" else relation,
        "name": [{"use": "official", "text": draft.name}],
        "period": {"start": day(rest.now())},
    }
    task: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), draft.key)],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "reasonCode": concept(codes.system(KIND), draft.kind),
        "focus": ref(urn(rest, f"{draft.key}|related")),
        "for": ref(f"Patient/{draft.patient}"),
        "authoredOn": instant(rest.now()),
        "restriction": {"period": {"end": instant(draft.until)}},
        "input": [
            {"type": concept(codes.system("task-input"), "proof"), "valueString": draft.proof},
            {"type": concept(codes.system("task-input"), "scope"), "valueString": draft.scope},
        ],
    }
    seen = concept(codes.system("task-input"), "proof")
    task["input"] += [{"type": seen, "valueAttachment": {"url": one}} for one in draft.shown]
    entries = [
        Entry(urn(rest, f"{draft.key}|related"), related, codes.id("related"), draft.key),
        Entry(urn(rest, f"{draft.key}|task"), task, codes.id(KIND), draft.key),
    ]
    made = await transact(rest, entries)
    places = [made[entry.urn].rpartition("/")[2] for entry in entries]
    asked = places[1]
    stands = await rest.read(f"Task/{asked}")  # where its answer was lost it may have been decided since
    return FamilyAsked(places[0], asked, word(stands, "status"), word(stands, "statusReason", "text"))


async def end_family(rest: Rest, id_: str) -> None:
    """Taken back by either side: not active, and over today. What was still asked for is cancelled."""
    found = await rest.read(f"RelatedPerson/{id_}")
    period: Json = {**(found.get("period") or {}), "end": day(rest.now())}
    if found.get("active") is not False or "end" not in (found.get("period") or {}):
        await rest.update({**found, "active": False, "period": period})
    for one in each(found, "identifier"):
        if one.get("system") == rest.codes.id("related"):
            task = await rest.first("Task", rest.codes.id(KIND), word(one, "value"))
            if task is not None and word(task, "status") in ("requested", "received"):
                await set_status(rest, own_path(task), "cancelled")


async def related(rest: Rest, id_: str) -> Related:
    """As it stands now: approved, and its period holds today. One that is gone has ended."""
    try:
        found = await rest.read(f"RelatedPerson/{id_}")
    except NotFound:
        return Related(id_)
    until, today = word(found, "period", "end")[:10], day(rest.now())
    begun = word(found, "period", "start")[:10] <= today
    holds = found.get("active") is True and begun and (not until or today <= until)
    return Related(id_, target_id(found, "patient"), holds, until)
