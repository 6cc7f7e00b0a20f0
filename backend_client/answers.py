"""From an HTTP status to our errors: the one place where an OperationOutcome is read and logged."""

from __future__ import annotations

import logging
from typing import NoReturn

from backend_client.errors import Broken, Clash, HospitalError, Invalid, NotFound, Unauthorised, Unintelligible
from backend_client.shapes import each, word
from backend_client.transport import Request, Response
from backend_client.wire import AT_ONCE, load

log = logging.getLogger("backend_client")

KINDS: dict[int, tuple[type[HospitalError], str]] = {
    401: (Unauthorised, "unauthorised"),
    403: (Unauthorised, "forbidden"),
    404: (NotFound, "not-found"),
    410: (NotFound, "gone"),
    400: (Invalid, "rejected"),
    422: (Invalid, "rejected"),
    409: (Clash, "conflict"),
    412: (Clash, "precondition"),
}


def refuse(request: Request, response: Response) -> NoReturn:
    """Raise what a final answer outside 2xx means; the hospital's own words go to the log only."""
    detail = outcome(response)
    log.info("%s answered %d: %s", request.method, response.status, detail)
    kind, code = KINDS.get(response.status, (Broken, f"http-{response.status}"))
    if response.status == 404 and (request.method == "POST" or "?" in request.url):  # no resource, but a whole kind
        kind, code = Broken, "no-endpoint"
    raise kind(code, detail)


def outcome(response: Response) -> str:
    """The OperationOutcome as one line of at most 300 characters, "" if there is none, or a book."""
    if len(response.body) > AT_ONCE:
        return ""
    try:
        issues = each(load(response.body), "issue")
    except Unintelligible:
        return ""
    words = [
        ": ".join(filter(None, (word(i, "code"), word(i, "diagnostics") or word(i, "details", "text")))) for i in issues
    ]
    return "; ".join(words)[:300]
