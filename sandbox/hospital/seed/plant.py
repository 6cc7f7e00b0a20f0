"""Writes the seeds to a FHIR server, layer by layer, over one session: by PUT with fixed ids or, where a client may not
choose ids, by POST with identifiers. Works on any R4 server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

import aiohttp

from sandbox.hospital import wire
from sandbox.hospital.seed.people import Resident
from sandbox.hospital.seed.records import PILOT, layers, of_people
from sandbox.hospital.seed.shapes import Json, identifier

AT_ONCE = 8
NO_IDS = (400, 403, 404, 405, 412, 422, 501)  # what a server says that lets no client choose an id
NAMELESS = ("Binary",)  # kinds without an identifier


class NotPlanted(RuntimeError):
    """The server refused a seed; the text holds its answer."""


@dataclass
class Garden:
    """Where the seeds stand: their own ``Type/id`` -> the server's, for those that it gave another id."""

    session: aiohttp.ClientSession
    url: str
    ids: bool = True  # whether the server lets a client choose them, as far as is known
    places: dict[str, str] = field(default_factory=dict[str, str])

    async def put(self, seed: Json) -> None:
        place = f"{seed['resourceType']}/{seed['id']}"
        resource = self._here(seed)
        if self.ids:
            async with self.session.put(f"{self.url}/{place}", data=wire.dumps(resource).encode()) as answer:
                if answer.status in (200, 201):
                    return
                if answer.status not in NO_IDS or self.places:
                    raise NotPlanted(f"{place}: {answer.status} {await answer.text()}")
        self.places[place] = await self._post(place, resource)
        self.ids = False

    async def _post(self, place: str, resource: Json) -> str:
        """Once, as far as the server finds it again by its identifier."""
        kind, name = resource["resourceType"], identifier("seed", place.partition("/")[2])
        bare = {key: value for key, value in resource.items() if key != "id"}
        once = {"If-None-Exist": urlencode({"identifier": f"{name['system']}|{name['value']}"})}
        headers = {} if kind in NAMELESS else once
        if headers:
            bare["identifier"] = [*bare.get("identifier", []), name]
        body, said = wire.dumps(bare).encode(), ""
        for more in (headers, {}):
            more = {**more, "Prefer": "return=representation"}
            async with self.session.post(f"{self.url}/{kind}", data=body, headers=more) as answer:
                if answer.status in (200, 201):
                    return f"{kind}/{await _id(answer, kind)}"
                said = f"{place}: {answer.status} {await answer.text()}"
        raise NotPlanted(said)

    def _here(self, value: Any) -> Any:
        """The seed with its references as the server has them."""
        if isinstance(value, dict):
            return {key: self._here(item) for key, item in cast("Json", value).items()}
        if isinstance(value, list):
            return [self._here(item) for item in cast("list[Any]", value)]
        return self.places.get(value, value) if isinstance(value, str) else value


async def _id(answer: aiohttp.ClientResponse, kind: str) -> str:
    located = answer.headers.get("Location", "").partition(f"{kind}/")[2].partition("/")[0]
    return located or str(wire.loads(await answer.read())["id"])


async def plant(
    url: str,
    now_ms: int,
    token: str = "",
    *,
    once: bool = False,
    with_kit: bool = False,
    places: dict[str, str] | None = None,
) -> int:
    """Write all seeds as of civil `now_ms` (UTC ms) and say how many; 0 with `once` where they are already.

    ``with_kit``: also the people and places for stories. ``places`` is filled: see Garden.
    """
    headers = {"Content-Type": "application/fhir+json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        if once and await _there(session, url):
            return 0
        planted, garden = 0, Garden(session, url.rstrip("/"), places={} if places is None else places)
        for layer in await asyncio.to_thread(lambda: list(layers(now_ms, with_kit=with_kit))):
            for first in layer[:1]:  # tells whether ids may be chosen
                await garden.put(first)
            await asyncio.gather(*(garden.put(resource) for resource in layer[1:] if not _leans(resource)))
            await asyncio.gather(*(garden.put(resource) for resource in layer[1:] if _leans(resource)))
            planted += len(layer)
    return planted


def _leans(resource: Json) -> bool:
    return resource["resourceType"] == "DocumentReference"


async def _there(session: aiohttp.ClientSession, url: str) -> bool:
    async with session.get(f"{url}/Organization/{PILOT}") as response:
        return response.status == 200


async def plant_people(url: str, people: Sequence[Resident], now_ms: int) -> None:
    """More residents beside those of the seeds, as of civil ``now_ms`` (UTC ms)."""
    async with aiohttp.ClientSession(headers={"Content-Type": "application/fhir+json"}) as session:
        garden = Garden(session, url)
        for layer in await asyncio.to_thread(lambda: list(of_people(people, now_ms))):
            for resource in layer:
                await garden.put(resource)
