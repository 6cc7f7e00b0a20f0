"""A hospital that listens, and a caller that speaks to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.clock import Clock, Setting, write
from sandbox.hospital.server import running
from sandbox.hospital.store import Store

NS = "https://medrelay.example/fhir"
START = 1_795_480_200_000  # 2026-11-24T08:30 in Shanghai


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers, text."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as data."""
        return json.loads(self.body)

    @property
    def issue(self) -> Any:
        """The first issue; the body must be an OperationOutcome."""
        assert self.json["resourceType"] == "OperationOutcome"
        return self.json["issue"][0]


@dataclass(frozen=True)
class Caller:
    """Speaks FHIR JSON to one server."""

    session: aiohttp.ClientSession
    url: str
    store: Store

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request; a body that is not bytes goes as FHIR JSON. Header names are written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent = {"Content-Type": "application/fhir+json"} | sent
        url = path if path.startswith("http") else self.url + path
        async with self.session.request(method, url, data=body, headers=sent) as response:
            return Answer(response.status, response.headers, await response.read())

    async def make(self, type_: str, **fields: Any) -> Any:
        """A new resource, as the server has it."""
        answer = await self("POST", f"/{type_}", {"resourceType": type_, **fields})
        assert answer.status == 201, answer.body
        return answer.json

    async def patient(self, credential: str = "1", **fields: Any) -> Any:
        """A new Patient."""
        identifier = [{"system": f"{NS}/id/e-credential", "value": credential}]
        return await self.make("Patient", identifier=identifier, **fields)

    async def task(self, patient: Any, **fields: Any) -> Any:
        """A new Task for a patient."""
        kept = {"status": "requested", "intent": "order", "for": {"reference": f"Patient/{patient['id']}"}}
        return await self.make("Task", **(kept | fields))


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    """A sandbox clock that stands still on a working day."""
    write(tmp_path / "clock.json", Setting(START, 0, 0))
    return Clock(tmp_path / "clock.json")


@pytest.fixture
async def hospital(tmp_path: Path, clock: Clock) -> AsyncIterator[Caller]:
    """An empty hospital in memory, on the standing clock."""
    del clock
    async with running(clock=tmp_path / "clock.json") as server, aiohttp.ClientSession() as session:
        yield Caller(session, server.url, server.store)


@dataclass
class Listener:
    """The bot's side, several ears on one server: keeps what arrives at each, answers `status`."""

    url: str = ""
    status: int = 200
    pings: dict[str, asyncio.Queue[tuple[str, bytes]]] = field(
        default_factory=lambda: {ear: asyncio.Queue() for ear in ("bot", "witness")}
    )

    async def take(self, request: web.Request) -> web.Response:
        """One ping."""
        self.pings[request.match_info["ear"]].put_nowait((request.headers["X-Hook-Secret"], await request.read()))
        return web.Response(status=self.status)

    async def next(self, ear: str = "bot") -> tuple[str, bytes]:
        """The next ping; an error if none comes."""
        async with asyncio.timeout(5):
            return await self.pings[ear].get()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    heard = Listener()
    app = web.Application()
    app.router.add_post("/{ear}", heard.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    heard.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield heard
    await runner.cleanup()


def subscription(listener: Listener, criteria: str, ear: str = "bot") -> dict[str, Any]:
    channel = {"type": "rest-hook", "endpoint": f"{listener.url}/{ear}", "header": ["X-Hook-Secret: s3cret"]}
    plain = {"resourceType": "Subscription", "status": "requested", "reason": "r", "criteria": criteria}
    return plain | {"channel": channel}
