"""Transports for tests: one answers from a script, one stands before a real hospital, watches and loses answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from backend_client.auth import static_bearer
from backend_client.codes import Codes
from backend_client.errors import OutcomeUnknown
from backend_client.rest import Rest
from backend_client.retries import Patience
from backend_client.server import Server
from backend_client.transport import Request, Response, Transport
from backend_client.wire import dump
from tests.backend_client.valid import check_body
from tests.backend_client.world import NOW

BASE = "http://hospital.test/fhir"


class Naps:
    """Waits that take no time and are written down."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


def patience(naps: Naps, tries: int = 4) -> Patience:
    return Patience(tries=tries, first=1.0, longest=30.0, sleep=naps, random=lambda: 1.0)


class Script:
    """Answers in turn with Responses, or raises what is an exception; keeps the requests."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    async def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def ok(resource: dict[str, Any], status: int = 200) -> Response:
    return Response(status, {}, dump(resource))


def page(*resources: dict[str, Any], following: str = "") -> Response:
    links = [{"relation": "next", "url": following}] if following else []
    return ok({"resourceType": "Bundle", "link": links, "entry": [{"resource": one} for one in resources]})


def rest_over(transport: Transport, tries: int = 4, naps: Naps | None = None, token: str = "") -> Rest:
    """Of a server that is known to find what it is asked for."""
    known = Server(probed={"Patient"})
    waits = patience(naps or Naps(), tries)
    return Rest(BASE, Codes(), transport, static_bearer(token), lambda: NOW, waits, lambda: "q1", server=known)


class Watched:
    """In front of a real hospital: all that we write must be valid R4; ``lose`` picks writes whose answer is lost.

    ``refuse``: number of a write -> the status that it is answered with, and the hospital never sees it.
    """

    def __init__(self, real: Transport) -> None:
        self._real = real
        self.writes = 0
        self.log: list[str] = []
        self.refuse: dict[int, int] = {}
        self.lose: Callable[[int], bool] = lambda number: False
        self.before: Callable[[Request], Any] | None = None

    async def __call__(self, request: Request) -> Response:
        if self.before is not None:
            await self.before(request)
        self.log.append(f"{request.method} {urlsplit(request.url).path}")
        if request.method == "GET":
            return await self._real(request)
        check_body(request.body)
        if self.writes + 1 in self.refuse:
            self.writes += 1
            return Response(self.refuse[self.writes], {}, b"{}")
        answer = await self._real(request)
        if request.method == "PATCH":
            check_body(answer.body)
        self.writes += 1
        if self.lose(self.writes):
            raise OutcomeUnknown("no-answer")
        return answer
