"""A transaction Bundle: resolve its references, do all entries or none, and answer with a transaction-response."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from sandbox.hospital import interactions, wire
from sandbox.hospital import query as queries
from sandbox.hospital.checks import known_type
from sandbox.hospital.dates import instant
from sandbox.hospital.interactions import Answer
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.store import Store

MAX_ENTRIES = 200
_CONDITIONAL = re.compile(r"[A-Za-z]+\?")
_ORDER = {"DELETE": 0, "POST": 1, "PUT": 2, "PATCH": 3, "GET": 4}


@dataclass(frozen=True)
class _Step:
    """One entry: what to do, on which type and id ('' = to be made), with what; `known` is what ifNoneExist found."""

    number: int
    method: str
    type: str
    id: str
    criteria: str
    if_match: str | None
    resource: Any
    full_url: str
    known: Answer | None = None


def transact(store: Store, bundle: Any, base: str, *, whole: bool) -> dict[str, Any]:
    """Do a transaction inside the caller's store transaction (FHIR R4 http.html#transaction).

    `whole` answers with the resources. Order: DELETE, POST, PUT, PATCH, GET. A Refused names Bundle.entry[n].
    """
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        raise Refused(400, "invalid", "the body is not a Bundle of type transaction")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or len(entries) > MAX_ENTRIES:
        raise Refused(400, "too-costly", f"a transaction has at most {MAX_ENTRIES} entries")
    steps = [_guarded(n, _step, store, n, entry) for n, entry in enumerate(entries)]
    _refuse_twins(steps)
    places = {step.full_url: f"{step.type}/{step.id}" for step in steps if step.full_url and step.id}
    answers: dict[int, dict[str, Any]] = {}
    for step in sorted(steps, key=lambda step: _ORDER[step.method]):
        answers[step.number] = _guarded(step.number, _perform, store, step, places, base, whole)
    return {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [answers[number] for number in range(len(steps))],
    }


def _guarded(number: int, do: Any, *arguments: Any) -> Any:
    try:
        return do(*arguments)
    except Refused as error:
        raise error.inside(f"Bundle.entry[{number}]") from None


def _step(store: Store, number: int, entry: Any) -> _Step:
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict) or not isinstance(url := request.get("url"), str):
        raise Refused(400, "required", "an entry needs request.method and request.url")
    method = request.get("method")
    if method not in _ORDER:
        raise Refused(400, "not-supported", f"method {str(method)[:20]!r} in a transaction")
    path, _, criteria = url.partition("?")
    type_, _, id_ = path.partition("/")
    known_type(type_)
    if (method in ("PUT", "PATCH", "DELETE") and not id_) or (method == "POST" and (id_ or criteria)):
        raise Refused(400, "not-supported", f"{method} {url[:100]!r} in a transaction")
    known = None
    if method == "POST":
        criteria = request.get("ifNoneExist", "")
        first = interactions.find_one(store, type_, criteria) if "ifNoneExist" in request else None
        known = Answer(200, first) if first else None
        id_ = first.id if first else str(uuid.uuid4())
    full_url = str(entry.get("fullUrl", ""))
    if_match = request.get("ifMatch")
    return _Step(number, method, type_, id_, criteria, if_match, entry.get("resource"), full_url, known)


def _refuse_twins(steps: list[_Step]) -> None:
    seen: set[tuple[str, str]] = set()
    for step in steps:
        if step.method == "GET" or step.known:
            continue
        keys = {(step.type, step.id), (step.type, f"?{step.criteria or step.number}")}
        if keys & seen:
            raise Refused(400, "invalid", "two entries are about the same resource", f"Bundle.entry[{step.number}]")
        seen |= keys


def _perform(store: Store, step: _Step, places: Mapping[str, str], base: str, whole: bool) -> dict[str, Any]:
    if step.method == "GET":
        return _get(store, step, base)
    answer = _write(store, step, places)
    if answer is None:
        return {"response": {"status": "204 No Content"}}
    response = {
        "status": f"{answer.status} {HTTPStatus(answer.status).phrase}",
        "location": f"{base}/{answer.stored.place}/_history/{answer.stored.version}",
        "etag": f'W/"{answer.stored.version}"',
        "lastModified": instant(answer.stored.updated),
    }
    shown = {"resource": answer.stored.resource} if whole and answer.stored.body is not None else {}
    return shown | {"response": response}


def _write(store: Store, step: _Step, places: Mapping[str, str]) -> Answer | None:
    if step.known:
        return step.known
    if step.method == "DELETE":
        return interactions.delete(store, step.type, step.id, step.if_match)
    if step.method == "PATCH":
        return interactions.patch(store, step.type, step.id, _operations(step.resource), step.if_match)
    resource = _resolved(store, step.resource, places)
    if step.method == "PUT":
        return interactions.update(store, step.type, step.id, resource, step.if_match)
    return interactions.create(store, step.type, resource, id_=step.id)


def _get(store: Store, step: _Step, base: str) -> dict[str, Any]:
    if step.id:
        stored = interactions.read(store, step.type, step.id)
        return {"resource": stored.resource, "response": {"status": "200 OK", "etag": f'W/"{stored.version}"'}}
    pairs = parse_qsl(step.criteria, keep_blank_values=True)
    found = interactions.search(store, queries.read(step.type, pairs), base, pairs)
    return {"resource": found, "response": {"status": "200 OK"}}


def _operations(resource: Any) -> Any:
    try:
        return wire.loads(base64.b64decode(resource["data"], validate=True))
    except (TypeError, KeyError, ValueError, binascii.Error):
        raise Refused(400, "structure", "a PATCH entry is a Binary with base64 JSON Patch in data") from None


def _resolved(store: Store, node: Any, places: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_resolved(store, item, places) for item in node]
    if isinstance(node, dict):
        whole = {name: _resolved(store, item, places) for name, item in node.items()}
        if isinstance(text := whole.get("reference"), str) and _CONDITIONAL.match(text):
            whole["reference"] = _conditional(store, text)
        return whole
    return places.get(node, node) if isinstance(node, str) else node


def _conditional(store: Store, text: str) -> str:
    type_, _, criteria = text.partition("?")
    first = interactions.find_one(store, known_type(type_), criteria)
    if first is None:
        raise Refused(412, "not-found", f"no {type_} matches the conditional reference")
    return first.place
