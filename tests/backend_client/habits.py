"""Habits of real servers, one each, put before the sandbox hospital: what the client must do a whole order behind."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from backend_client.transport import Request, Response, Transport
from backend_client.wire import dump, load

Habit = Callable[[Request, Transport], Awaitable[Response]]
LAG = 8  # requests after a write during which no search knows of it: about 1.5 s
NO_IDENTIFIER = ("QuestionnaireResponse", "PaymentReconciliation", "PaymentNotice", "SupplyDelivery", "List")


def behind(real: Transport, habit: Habit) -> Transport:
    async def transport(request: Request) -> Response:
        return await habit(request, real)

    return transport


def _search(request: Request) -> bool:
    return request.method == "GET" and bool(urlsplit(request.url).query)


def _entries(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", bundle.get("entry", []))


async def no_bodies(request: Request, real: Transport) -> Response:
    """Location and ETag, whatever Prefer asks for."""
    answer = await real(request)
    if request.method == "GET" or answer.status >= 300:
        return answer
    if "transaction" in (request.body or b"").decode()[:80]:
        bundle = load(answer.body)
        return replace(
            answer, body=dump({**bundle, "entry": [{"response": one["response"]} for one in _entries(bundle)]})
        )
    return replace(answer, body=b"")


async def outcomes_as_bodies(request: Request, real: Transport) -> Response:
    """An OperationOutcome "it is done" in place of what was written."""
    answer = await no_bodies(request, real)
    done = {
        "resourceType": "OperationOutcome",
        "id": "x",
        "issue": [{"severity": "information", "code": "informational"}],
    }
    return answer if answer.body or answer.status >= 300 else replace(answer, body=dump(done))


class OpaquePages:
    """Two a page, with links that say nothing, in capitals and with the port."""

    def __init__(self) -> None:
        self.links: dict[str, str] = {}

    async def __call__(self, request: Request, real: Transport) -> Response:
        if not _search(request):
            return await real(request)
        parts = urlsplit(request.url)
        asked = dict(parse_qsl(parts.query))
        url = self.links.get(asked.get("_getpages", ""), "") or re.sub(r"_count=\d+", "_count=2", request.url)
        answer = await real(replace(request, url=url))
        if answer.status != 200:
            return answer
        bundle = load(answer.body)
        for link in bundle.get("link", []):
            if link["relation"] == "next":
                name = str(len(self.links))
                self.links[name] = link["url"]
                base = f"{parts.scheme.upper()}://{parts.netloc}"
                link["url"] = f"{base}/fhir?_getpages={name}"
        return replace(answer, body=dump(bundle))


async def whole_seconds(request: Request, real: Transport) -> Response:
    answer = await real(request)
    stamped = re.sub(rb'("lastUpdated":\s*"[^".]+)\.\d+', rb"\1", answer.body)
    return replace(answer, body=stamped)


class Cached:
    """The same search gives the same answer for a minute, unless the request says no-cache."""

    def __init__(self) -> None:
        self.kept: dict[str, Response] = {}

    async def __call__(self, request: Request, real: Transport) -> Response:
        if not _search(request) or request.headers.get("Cache-Control") == "no-cache":
            return await real(request)
        if request.url not in self.kept:
            self.kept[request.url] = await real(request)
        return self.kept[request.url]


class Lagging:
    """A search does not know yet what was written a moment ago."""

    def __init__(self) -> None:
        self.written: dict[str, int] = {}
        self.count = 0

    async def __call__(self, request: Request, real: Transport) -> Response:
        self.count += 1
        answer = await real(request)
        if request.method != "GET" and answer.status < 300 and answer.body:
            body = load(answer.body)
            for one in (body, *(entry.get("resource", {}) for entry in _entries(body))):
                self.written.setdefault(f"{one.get('resourceType')}/{one.get('id')}", self.count)
        if not _search(request) or answer.status != 200:
            return answer
        bundle = load(answer.body)
        known = [one for one in _entries(bundle) if self._known(one["resource"])]
        return replace(answer, body=dump({**bundle, "entry": known}))

    def _known(self, one: dict[str, Any]) -> bool:
        return self.count - self.written.get(f"{one['resourceType']}/{one['id']}", -LAG) >= LAG


async def lenient(request: Request, real: Transport) -> Response:
    """No such parameter there: it is left out, everything comes back, and ``self`` says so."""
    parts = urlsplit(request.url)
    kind = parts.path.rpartition("/")[2]
    if request.method == "POST":
        return await real(_unconditional(request))
    if not _search(request) or kind not in NO_IDENTIFIER:
        return await real(request)
    left = [(name, value) for name, value in parse_qsl(parts.query) if name != "identifier"]
    return await real(replace(request, url=parts._replace(query=urlencode(left)).geturl()))


def _unconditional(request: Request) -> Request:
    """What it does not know is no condition either: it creates."""
    kind = urlsplit(request.url).path.rpartition("/")[2]
    if kind in NO_IDENTIFIER:
        return replace(request, headers={k: v for k, v in request.headers.items() if k.lower() != "if-none-exist"})
    body = json.loads(request.body or b"{}")
    for entry in _entries(body):
        if entry["request"]["url"] in NO_IDENTIFIER:
            entry["request"].pop("ifNoneExist", None)
    return replace(request, body=dump(body))


async def strict(request: Request, real: Transport) -> Response:
    """No such parameter there: it is refused, in a search, in a conditional create and inside a transaction."""
    parts = urlsplit(request.url)
    kind = parts.path.rpartition("/")[2]
    conditional = any(name.lower() == "if-none-exist" for name in request.headers)
    inside = {
        str(entry["request"]["url"])
        for entry in _entries(json.loads(request.body or b"{}") if request.method == "POST" else {})
        if "ifNoneExist" in entry.get("request", {})
    }
    asked = any(name == "identifier" for name, _ in parse_qsl(parts.query))
    if (kind in NO_IDENTIFIER and (asked or conditional)) or inside & set(NO_IDENTIFIER):
        issue = {"severity": "error", "code": "not-supported", "diagnostics": "unknown search parameter identifier"}
        return Response(400, {}, dump({"resourceType": "OperationOutcome", "issue": [issue]}))
    return await real(request)


def never(status: int, method: str, path: str = "") -> Habit:
    async def habit(request: Request, real: Transport) -> Response:
        if request.method == method and re.search(path, urlsplit(request.url).path):
            return Response(status, {}, b"")
        return await real(request)

    return habit


class NoIdsOfClients:
    """PUT is an update: an id that is not there yet is refused, inside a transaction too."""

    async def __call__(self, request: Request, real: Transport) -> Response:
        if request.method == "PUT" and (await real(Request("GET", request.url, request.headers))).status == 404:
            return Response(405, {}, b"")
        if request.method == "POST" and b'"transaction"' in (request.body or b"")[:80]:
            wanted = [one["request"] for one in _entries(json.loads(request.body or b"{}"))]
            if any(one["method"] == "PUT" for one in wanted):
                return Response(405, {}, b"")
        return await real(request)


HABITS: dict[str, Callable[[], Habit]] = {
    "no bodies": lambda: no_bodies,
    "outcomes as bodies": lambda: outcomes_as_bodies,
    "opaque pages": OpaquePages,
    "whole seconds": lambda: whole_seconds,
    "a cache": Cached,
    "a lag": Lagging,
    "lenient": lambda: lenient,
    "strict": lambda: strict,
    "no PATCH 405": lambda: never(405, "PATCH"),
    "no PATCH 501": lambda: never(501, "PATCH"),
    "no ids of clients": NoIdsOfClients,
}
