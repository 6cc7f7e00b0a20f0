"""What lies on the page beside the phones: pictures to be photographed, and the guide that says what this is."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from aiohttp import web

from . import files
from .errors import Refused
from .records import Json
from .world import World

TRAY, GUIDE = "tray", "guide"
KEPT = (TRAY, GUIDE)  # with the switches, so that they survive a restart


async def _tray(world: World, _request: web.Request, _body: Json) -> list[Json]:
    """Pictures that lie ready to be photographed: {name, url, for_person}; none until somebody lays them out."""
    return list(world.state.switches.get(TRAY, ()))


async def _lay_out(world: World, _request: web.Request, body: Json) -> Json:
    try:
        picture = base64.b64decode(body["base64"], validate=True)
    except binascii.Error as error:
        raise Refused("Send the picture as base64.") from error
    kept = files.store(world, picture, "photo", "paper.png", body.get("mime", "image/png"))
    row = {"name": str(body["name"]), "url": f"/control/files/{kept.id}", "for_person": body.get("for_person")}
    world.set_switch(TRAY, [*world.state.switches.get(TRAY, ()), row])
    world.changed()
    return row


async def _guide(world: World, _request: web.Request, _body: Json) -> Json:
    """What whoever runs the sandbox says of it; {} where nobody does."""
    return dict(world.state.switches.get(GUIDE, {}))


async def _tell(world: World, request: web.Request, body: Json) -> Json:
    world.set_switch(GUIDE, {**await _guide(world, request, {}), **body})
    world.changed()
    return await _guide(world, request, {})


ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/control/tray", _tray),
    ("POST", "/control/tray", _lay_out),
    ("GET", "/control/guide", _guide),
    ("POST", "/control/guide", _tell),
]
