"""The Subscription that pings us when a Task changed; it carries no payload, only 'read now'."""

from __future__ import annotations

from backend_client.rest import Rest
from backend_client.shapes import own_path, word
from backend_client.states import set_status
from backend_client.wire import Json


async def watch(rest: Rest, endpoint: str, secret: str) -> str:
    """``Subscription/<id>``, (re)created at start: the same endpoint is the same Subscription, switched on again."""
    codes = rest.codes
    header = [f"X-Hook-Secret: {secret}"]
    wanted: Json = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "MedRelay",
        "criteria": f"Task?code={codes.system('task')}|",
        "channel": {"type": "rest-hook", "endpoint": endpoint, "header": header},
    }
    found = await rest.search("Subscription", {"url": endpoint})
    if not found:
        return own_path(await rest.create_where(wanted, {"url": endpoint}))
    kept = found[0]
    same = kept.get("criteria") == wanted["criteria"] and kept.get("channel") == wanted["channel"]
    if not same or word(kept, "status") not in ("requested", "active"):
        await set_status(rest, own_path(kept), "requested", criteria=wanted["criteria"], channel=wanted["channel"])
    return own_path(kept)
