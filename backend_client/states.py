"""Setting the status of a resource that is not an order, by versioned update; done twice it is done once."""

from __future__ import annotations

from backend_client.errors import Clash
from backend_client.rest import Rest
from backend_client.wire import Json

ATTEMPTS = 4


async def set_status(rest: Rest, reference: str, status: str, **fields: object) -> Json:
    """``fields`` are set with it. Reads again when somebody was faster; Clash after four such losses."""
    for _ in range(ATTEMPTS):
        resource = await rest.read(reference)
        wanted = {**resource, "status": status, **fields}
        if wanted == resource:
            return resource
        try:
            return await rest.update(wanted)
        except Clash:
            continue
    raise Clash("contended")
