"""The table of routes and their short handlers: HTTP in, one interaction, HTTP out."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.hospital import bundles, interactions, wire
from sandbox.hospital import query as queries
from sandbox.hospital.capability import statement
from sandbox.hospital.checks import good_id, known_type
from sandbox.hospital.hooks import Hooks
from sandbox.hospital.interactions import Answer
from sandbox.hospital.outcomes import FHIR_JSON, JSON_TYPES, Refused
from sandbox.hospital.store import Store, Stored

STORE = web.AppKey("store", Store)
HOOKS = web.AppKey("hooks", Hooks)
MAX_BODY = 20 * 2**20
_PATCH_TYPE = "application/json-patch+json"
_NO_SCRIPTS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def metadata(request: web.Request) -> web.Response:
    """GET /metadata: the CapabilityStatement."""
    return _json(statement(_base(request)))


async def read(request: web.Request) -> web.Response:
    """GET /Type/id; a Binary comes raw unless FHIR JSON is asked for."""
    stored = interactions.read(_store(request), *_place(request))
    if request.headers.get("If-None-Match", "") == _etag(stored):
        return web.Response(status=304, headers=_headers(stored))
    return _shown(request, stored)


async def vread(request: web.Request) -> web.Response:
    """GET /Type/id/_history/version."""
    stored = _store(request).version(*_place(request), good_id(request.match_info["version"]))
    if stored is None:
        raise Refused(404, "not-found", "there is no such version")
    if stored.body is None:
        raise Refused(410, "deleted", "that version is the deletion")
    return _shown(request, stored)


async def history(request: web.Request) -> web.Response:
    """GET /Type/id/_history: versions, newest first, in pages."""
    count = _number(request, "_count", queries.DEFAULT_COUNT)
    before = _number(request, "_before", 2**62)
    return _json(interactions.history(_store(request), *_place(request), before, count, _base(request)))


async def search(request: web.Request) -> web.Response:
    """GET /Type?…"""
    return _found(request, parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))


async def search_form(request: web.Request) -> web.Response:
    """POST /Type/_search with the query as a form."""
    form = (await request.read()).decode("utf-8", "replace")
    return _found(request, parse_qsl(request.rel_url.raw_query_string + "&" + form, keep_blank_values=True))


async def create(request: web.Request) -> web.Response:
    """POST /Type, with If-None-Exist a conditional create."""
    type_ = known_type(request.match_info["type"])
    resource = await _resource(request, type_)
    with writing(request) as store:
        answer = interactions.create(store, type_, resource, request.headers.get("If-None-Exist"))
    return _done(request, answer)


async def update(request: web.Request) -> web.Response:
    """PUT /Type/id, with If-Match a versioned update; the client may choose the id of a new resource."""
    type_, id_ = _place(request)
    resource = await _resource(request, type_, id_)
    with writing(request) as store:
        answer = interactions.update(store, type_, id_, resource, request.headers.get("If-Match"))
    return _done(request, answer)


async def patch(request: web.Request) -> web.Response:
    """PATCH /Type/id with a JSON Patch."""
    if request.content_type != _PATCH_TYPE:
        raise Refused(415, "not-supported", f"PATCH takes {_PATCH_TYPE}")
    operations = _parsed(await request.read())
    with writing(request) as store:
        answer = interactions.patch(store, *_place(request), operations, request.headers.get("If-Match"))
    return _done(request, answer)


async def delete(request: web.Request) -> web.Response:
    """DELETE /Type/id."""
    with writing(request) as store:
        answer = interactions.delete(store, *_place(request), request.headers.get("If-Match"))
    return web.Response(status=204, headers={"ETag": _etag(answer.stored)} if answer else {})


async def transaction(request: web.Request) -> web.Response:
    """POST /: a transaction Bundle."""
    bundle = await _body(request)
    whole = "return=representation" in request.headers.get("Prefer", "")
    with writing(request) as store:
        done = bundles.transact(store, bundle, _base(request), whole=whole)
    return _json(done)


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/metadata", metadata),
    ("POST", "/", transaction),
    ("GET", "/{type}", search),
    ("POST", "/{type}", create),
    ("POST", "/{type}/_search", search_form),
    ("GET", "/{type}/{id}", read),
    ("PUT", "/{type}/{id}", update),
    ("PATCH", "/{type}/{id}", patch),
    ("DELETE", "/{type}/{id}", delete),
    ("GET", "/{type}/{id}/_history", history),
    ("GET", "/{type}/{id}/_history/{version}", vread),
)


@contextmanager
def writing(request: web.Request) -> Iterator[Store]:
    """One store transaction: references are checked before it commits, subscribers hear of it afterwards."""
    store = _store(request)
    with store.transaction() as written:
        yield store
        interactions.check_targets(store, written)
    request.app[HOOKS].announce(written)


def _store(request: web.Request) -> Store:
    return request.app[STORE]


def _base(request: web.Request) -> str:
    return str(request.url.origin())


def _place(request: web.Request) -> tuple[str, str]:
    return known_type(request.match_info["type"]), good_id(request.match_info["id"])


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else default


def _parsed(text: bytes) -> Any:
    try:
        return wire.loads(text)
    except ValueError as error:
        raise Refused(400, "structure", f"not JSON: {error}") from None


async def _body(request: web.Request) -> Any:
    if request.content_type not in JSON_TYPES:
        raise Refused(415, "not-supported", f"the body must be {FHIR_JSON}")
    return _parsed(await request.read())


async def _resource(request: web.Request, type_: str, id_: str = "") -> Any:
    if type_ != "Binary" or request.content_type in JSON_TYPES:
        return await _body(request)
    raw = {"contentType": request.content_type, "data": base64.b64encode(await request.read()).decode()}
    return {"resourceType": "Binary", **raw} | ({"id": id_} if id_ else {})


def _found(request: web.Request, pairs: list[tuple[str, str]]) -> web.Response:
    lenient = "handling=lenient" in request.headers.get("Prefer", "")
    query = queries.read(known_type(request.match_info["type"]), pairs, lenient=lenient)
    return _json(interactions.search(_store(request), query, _base(request), pairs))


def _json(value: Any) -> web.Response:
    return web.Response(text=wire.dumps(value), content_type=FHIR_JSON, charset="utf-8")


def _etag(stored: Stored) -> str:
    return f'W/"{stored.version}"'


def _headers(stored: Stored) -> dict[str, str]:
    return {"ETag": _etag(stored), "Last-Modified": formatdate(stored.updated / 1000, usegmt=True)}


def _shown(request: web.Request, stored: Stored) -> web.Response:
    if stored.type == "Binary" and "json" not in request.headers.get("Accept", ""):
        return raw(stored)
    return web.Response(text=stored.body, content_type=FHIR_JSON, charset="utf-8", headers=_headers(stored))


def raw(stored: Stored) -> web.Response:
    """The content of a Binary as itself."""
    resource = stored.resource
    data = base64.b64decode(resource.get("data", ""))
    return web.Response(body=data, headers=_headers(stored) | _NO_SCRIPTS | {"Content-Type": resource["contentType"]})


def _done(request: web.Request, answer: Answer) -> web.Response:
    stored = answer.stored
    location = f"{_base(request)}/{stored.place}/_history/{stored.version}"
    minimal = "return=minimal" in request.headers.get("Prefer", "")
    text = None if minimal else stored.body
    headers = _headers(stored) | {"Location": location}
    return web.Response(status=answer.status, text=text, content_type=FHIR_JSON, charset="utf-8", headers=headers)
