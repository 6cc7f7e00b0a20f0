"""The control interface under /_sandbox: the hospital plays being down, slow, or losing an answer. Nothing of FHIR."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

from sandbox.hospital.outcomes import FHIR_JSON, JSON_TYPES, Refused, refused

PREFIX = "/_sandbox"
KINDS = ("lost-response", "slow", "empty", "401", "408", "409", "412", "422", "429", "500", "502", "503", "504")


@dataclass
class Fault:
    """The next `times` requests with this method and a path like this pattern go wrong in this way."""

    kind: str
    times: int = 1
    method: str = "*"
    path: str = "*"
    seconds: float = 1.0

    def takes(self, request: web.Request) -> bool:
        """Whether this fault befalls the request; counts down."""
        if self.times < 1 or self.method not in ("*", request.method) or not fnmatchcase(request.path, self.path):
            return False
        if self.kind == "empty" and not _searches(request):
            return False
        self.times -= 1
        return True


@dataclass
class Trouble:
    """What is wrong with the hospital just now."""

    down: bool = False
    faults: list[Fault] = field(default_factory=list[Fault])

    def next(self, request: web.Request) -> Fault | None:
        """The fault that befalls this request, if any."""
        fault = next((fault for fault in self.faults if fault.takes(request)), None)
        self.faults = [fault for fault in self.faults if fault.times > 0]
        return fault


TROUBLE = web.AppKey("trouble", Trouble)


@web.middleware
async def suffer(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Let the trouble that is switched on befall a request; the control interface itself is spared."""
    if request.path.startswith(f"{PREFIX}/"):
        return await handler(request)
    trouble = request.app[TROUBLE]
    if trouble.down:
        return refused(503, "transient", "the hospital is down")
    fault = trouble.next(request)
    if fault is None:
        return await handler(request)
    if fault.kind == "empty":
        return _nothing_found(request)
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    elif fault.kind != "lost-response":
        return _failed(fault)
    response = await handler(request)
    if fault.kind == "lost-response" and request.transport:
        request.transport.abort()
    return response


async def health(request: web.Request) -> web.Response:
    """GET /_sandbox/health."""
    trouble = request.app[TROUBLE]
    return web.json_response({"down": trouble.down, "faults": [asdict(fault) for fault in trouble.faults]})


async def set_down(request: web.Request) -> web.Response:
    """POST /_sandbox/down {"down": true or false}."""
    wanted = (await _object(request)).get("down")
    if not isinstance(wanted, bool):
        raise Refused(400, "value", "down is true or false")
    request.app[TROUBLE].down = wanted
    return await health(request)


async def add_fault(request: web.Request) -> web.Response:
    """POST /_sandbox/faults {kind, times=1, method="*", path="*" (shell pattern), seconds=1}."""
    wanted = await _object(request)
    try:
        fault = Fault(**wanted)
        good = fault.kind in KINDS and 0 < fault.times <= 10_000 and 0 <= fault.seconds <= 60
    except TypeError as error:
        raise Refused(400, "value", str(error)) from None
    if not good or not isinstance(fault.method, str) or not isinstance(fault.path, str):
        raise Refused(400, "value", f"kind is one of {', '.join(KINDS)}; times 1-10000; seconds 0-60")
    request.app[TROUBLE].faults.append(fault)
    return await health(request)


async def clear_faults(request: web.Request) -> web.Response:
    """DELETE /_sandbox/faults: nothing goes wrong any more."""
    request.app[TROUBLE].faults.clear()
    return await health(request)


ROUTES = (
    ("GET", f"{PREFIX}/health", health),
    ("POST", f"{PREFIX}/down", set_down),
    ("GET", f"{PREFIX}/faults", health),
    ("POST", f"{PREFIX}/faults", add_fault),
    ("DELETE", f"{PREFIX}/faults", clear_faults),
)


def _searches(request: web.Request) -> bool:
    """GET /Type or POST /Type/_search."""
    one = request.path.strip("/")
    return "/" not in one if request.method == "GET" else one.endswith("/_search")


def _nothing_found(request: web.Request) -> web.Response:
    """A list that has come back empty, as a hospital's server does when its index is being built."""
    link = [{"relation": "self", "url": str(request.url)}]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": 0, "link": link}
    return web.json_response(bundle, content_type=FHIR_JSON)


def _failed(fault: Fault) -> web.Response:
    code = "business-rule" if fault.kind == "422" else "transient"
    response = refused(int(fault.kind), code, "a fault was ordered")
    if fault.kind == "429":
        response.headers["Retry-After"] = f"{fault.seconds:.0f}"
    return response


async def _object(request: web.Request) -> dict[str, Any]:
    if request.content_type not in JSON_TYPES:  # which a web page of a stranger cannot send unasked
        raise Refused(415, "not-supported", "the body must be application/json")
    try:
        wanted = json.loads(await request.read())
    except ValueError:
        wanted = None
    if not isinstance(wanted, dict):
        raise Refused(400, "structure", "the body is a JSON object")
    return wanted
