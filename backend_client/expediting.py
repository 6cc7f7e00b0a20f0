"""Before the others: Task.priority, and why, as an operator of the hospital decided (the person's situation)."""

from __future__ import annotations

from backend_client.errors import Clash
from backend_client.models import Actor, OrderSnapshot
from backend_client.orders import snapshot, task_of
from backend_client.provenance import provenance
from backend_client.rest import Rest
from backend_client.shapes import each, own_path, word
from backend_client.states import ATTEMPTS
from backend_client.wire import Json

URGENT = "urgent"  # FHIR R4, request-priority
REASON = "expedite-reason"  # NS/StructureDefinition/expedite-reason, on the Task


async def expedite(rest: Rest, order: str, operator: Actor, reason: str) -> OrderSnapshot:
    """``reason``: bedridden, tumour, child, other. Asked again it stands already."""
    url = rest.codes.extension(REASON)
    for _ in range(ATTEMPTS):
        task = await task_of(rest, order)
        others = [one for one in each(task, "extension") if word(one, "url") != url]
        wanted: Json = {**task, "priority": URGENT, "extension": [*others, {"url": url, "valueCode": reason}]}
        try:
            task = task if wanted == task else await rest.update(wanted)
        except Clash:
            continue
        key = f"{order}|expedite|{operator.reference}|{reason}"
        record = provenance(rest.codes, key, [own_path(task)], "expedite", [("performer", operator)], rest.now())
        await rest.put(record)
        return await snapshot(rest, task)
    raise Clash("contended")
