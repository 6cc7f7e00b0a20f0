"""Changing and claiming what is not an order: read, change, write by version; done twice it is done once."""

from __future__ import annotations

from backend_client.errors import Clash, WrongState
from backend_client.rest import Rest
from backend_client.shapes import own_path, ref, target, word
from backend_client.wire import Json

ATTEMPTS = 4


async def change(rest: Rest, reference: str, fields: Json, without: tuple[str, ...] = ()) -> Json:
    """Set these elements, take those of ``without`` away; read again when somebody was faster."""
    for _ in range(ATTEMPTS):
        resource = await rest.read(reference)
        wanted = {name: value for name, value in {**resource, **fields}.items() if name not in without}
        if wanted == resource:
            return resource
        try:
            return await rest.update(wanted)
        except Clash:
            continue
    raise Clash("contended")


async def claim(rest: Rest, task: Json, who: str) -> Json:
    """The Task, now this person's; also where he claimed it before and could not finish. WrongState: another's."""
    fresh = await rest.read(own_path(task))
    if target(fresh, "owner") == who and word(fresh, "status") == "in-progress":
        return fresh
    if word(fresh, "status") != "requested":
        raise WrongState("already-claimed")
    return await rest.update({**fresh, "status": "in-progress", "owner": ref(who)})
