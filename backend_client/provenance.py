"""Who did it and for whom: the Provenance beside every act (contract G9), under a fixed id (G8)."""

from __future__ import annotations

from collections.abc import Sequence

from backend_client.codes import PROVENANCE_PARTICIPANT, Codes
from backend_client.models import Actor
from backend_client.shapes import concept, instant, ref
from backend_client.wire import Json


def provenance(
    codes: Codes, key: str, targets: Sequence[str], activity: str, agents: Sequence[tuple[str, Actor]], recorded: int
) -> Json:
    """``agents`` are (kind of participation, who); ``recorded`` in UTC ms; the id is fixed by ``key``."""
    record: Json = {
        "resourceType": "Provenance",
        "id": codes.uuid(key),
        "target": [ref(target) for target in targets],
        "recorded": instant(recorded),
        "activity": concept(codes.system("activity"), activity),
        "agent": [_agent(kind, actor) for kind, actor in agents],
    }
    mandates = [actor.mandate for _, actor in agents if actor.mandate]
    if mandates:
        record["entity"] = [{"role": "source", "what": ref(f"Consent/{mandate}")} for mandate in mandates]
    return record


def _agent(kind: str, actor: Actor) -> Json:
    agent: Json = {"type": concept(PROVENANCE_PARTICIPANT, kind), "who": ref(actor.reference)}
    if actor.on_behalf_of:
        agent["onBehalfOf"] = ref(f"Patient/{actor.on_behalf_of}")
    return agent
