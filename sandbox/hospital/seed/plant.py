"""Writes the seeds to a FHIR server: PUT with fixed ids, layer by layer, over one session. Works on any R4 server."""

from __future__ import annotations

import asyncio

import aiohttp

from sandbox.hospital import wire
from sandbox.hospital.seed.records import PILOT, layers
from sandbox.hospital.seed.shapes import Json

AT_ONCE = 8


class NotPlanted(RuntimeError):
    """The server refused a seed; the text holds its answer."""


async def plant(url: str, now_ms: int, token: str = "", *, once: bool = False, with_kit: bool = False) -> int:
    """Write all seeds as of civil `now_ms` (UTC ms) and say how many; 0 with `once` where they are already.

    ``with_kit``: also the people and places for stories.
    """
    headers = {"Content-Type": "application/fhir+json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        if once and await _there(session, url):
            return 0
        planted = 0
        for layer in await asyncio.to_thread(lambda: list(layers(now_ms, with_kit=with_kit))):
            await asyncio.gather(*(_put(session, url, resource) for resource in layer if not _leans(resource)))
            await asyncio.gather(*(_put(session, url, resource) for resource in layer if _leans(resource)))
            planted += len(layer)
    return planted


def _leans(resource: Json) -> bool:
    return resource["resourceType"] == "DocumentReference"


async def _there(session: aiohttp.ClientSession, url: str) -> bool:
    async with session.get(f"{url}/Organization/{PILOT}") as response:
        return response.status == 200


async def _put(session: aiohttp.ClientSession, url: str, resource: Json) -> None:
    place = f"{resource['resourceType']}/{resource['id']}"
    async with session.put(f"{url}/{place}", data=wire.dumps(resource).encode()) as response:
        if response.status not in (200, 201):
            raise NotPlanted(f"{place}: {response.status} {await response.text()}")
