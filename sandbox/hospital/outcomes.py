"""What went wrong, as one exception, and the one place that turns any exception into an OperationOutcome."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.hospital import wire

FHIR_JSON = "application/fhir+json"
JSON_TYPES = (FHIR_JSON, "application/json", "text/json")
_log = logging.getLogger(__name__)


class Refused(Exception):
    """A request answered with an error: HTTP status, FHIR issue type, a text for the reader, where in the body."""

    def __init__(self, status: int, code: str, text: str, where: str = "") -> None:
        super().__init__(text)
        self.status, self.code, self.text, self.where = status, code, text, where

    def inside(self, where: str) -> Refused:
        """The same refusal, told as belonging to one part of a Bundle."""
        return Refused(self.status, self.code, self.text, f"{where}.{self.where}" if self.where else where)


def outcome(code: str, text: str, where: str = "", severity: str = "error") -> dict[str, Any]:
    """An OperationOutcome with one issue (FHIR R4 operationoutcome.html)."""
    issue: dict[str, Any] = {"severity": severity, "code": code, "diagnostics": text}
    if where:
        issue["expression"] = [where]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def refused(status: int, code: str, text: str, where: str = "") -> web.Response:
    """The answer to a refused request."""
    return web.Response(
        status=status, text=wire.dumps(outcome(code, text, where)), content_type=FHIR_JSON, charset="utf-8"
    )


_HTTP_CODES = {404: "not-found", 405: "not-supported", 413: "too-long", 415: "not-supported", 406: "not-supported"}


@web.middleware
async def answer_errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Every exception below this line leaves the house as an OperationOutcome; nothing internal is told."""
    try:
        return await handler(request)
    except Refused as error:
        return refused(error.status, error.code, error.text, error.where)
    except web.HTTPException as error:
        return refused(error.status, _HTTP_CODES.get(error.status, "processing"), error.reason)
    except RecursionError:
        return refused(400, "too-costly", "the body is nested too deep")
    except Exception:
        _log.exception("hospital failed on %s", request.method)
        return refused(500, "exception", "the server failed; nothing was changed")
