"""The interactions of FHIR REST on the store, without HTTP: what a single request and an entry of a Bundle share."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.hospital import patch as json_patch
from sandbox.hospital import query as queries
from sandbox.hospital.checks import good_id, good_references, well_formed
from sandbox.hospital.dates import instant
from sandbox.hospital.entries import entries
from sandbox.hospital.hooks import good_subscription
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.query import Query
from sandbox.hospital.store import Store, Stored

MAX_INCLUDED = 1000


@dataclass(frozen=True)
class Answer:
    """What an interaction did: an HTTP status and the version it made or found."""

    status: int
    stored: Stored


def read(store: Store, type_: str, id_: str) -> Stored:
    """The current version; Refused(404) if there never was one, Refused(410) if it is deleted."""
    stored = store.current(type_, good_id(id_))
    if stored is None:
        raise Refused(404, "not-found", f"{type_}/{id_} is not here")
    if stored.body is None:
        raise Refused(410, "deleted", f"{type_}/{id_} is deleted")
    return stored


def find_one(store: Store, type_: str, criteria: str) -> Stored | None:
    """The one match of a search text; None for none; Refused(412) for several or an empty search."""
    pairs = parse_qsl(criteria.partition("?")[2] or criteria, keep_blank_values=True)
    query = queries.read(type_, pairs)
    if not query.terms:
        raise Refused(412, "required", "the criteria say nothing")
    rows = store.rows(*queries.page(replace(query, count=1)))
    if len(rows) > 1:
        raise Refused(412, "multiple-matches", f"several {type_} match the criteria")
    return rows[0][0] if rows else None


def create(store: Store, type_: str, resource: Any, if_none_exist: str | None = None, id_: str = "") -> Answer:
    """201 and a new resource, or with criteria that one resource matches already: 200 and that one unchanged."""
    if if_none_exist is not None and (first := find_one(store, type_, if_none_exist)):
        return Answer(200, first)
    return Answer(201, store.write(type_, id_ or str(uuid.uuid4()), _valid(resource, type_), "POST"))


def update(store: Store, type_: str, id_: str, resource: Any, if_match: str | None = None) -> Answer:
    """A new version (200), or the first under the client's id (201); Refused(412) if If-Match names another version."""
    _valid(resource, type_)
    if resource.get("id") != good_id(id_):
        raise Refused(400, "invalid", "the id in the body is not the id in the URL", f"{type_}.id")
    before = store.current(type_, id_)
    _match(before, if_match)
    status = 200 if before and before.body else 201
    return Answer(status, store.write(type_, id_, resource, "PUT"))


def patch(store: Store, type_: str, id_: str, operations: Any, if_match: str | None = None) -> Answer:
    """A patched new version; Refused(409) if a test fails. id, resourceType and meta stay the server's."""
    before = read(store, type_, id_)
    _match(before, if_match)
    after = _valid(json_patch.apply(before.resource, operations), type_)
    if after.get("id") != id_:
        raise Refused(422, "business-rule", "a patch cannot change the id", f"{type_}.id")
    return Answer(200, store.write(type_, id_, after, "PATCH"))


def delete(store: Store, type_: str, id_: str, if_match: str | None = None) -> Answer | None:
    """A deletion (204), None if there was nothing to delete; Refused(409) while others refer to it."""
    before = store.current(type_, good_id(id_))
    _match(before, if_match)
    if before is None or before.body is None:
        return None
    if others := store.referrers(type_, id_):
        raise Refused(409, "conflict", f"{type_}/{id_} is still referred to by {', '.join(others)}")
    return Answer(204, store.remove(type_, id_))


def search(store: Store, query: Query, base: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """One page as a searchset Bundle: total of all pages, link self and next, matches and included resources."""
    body, values = queries.matches(query)
    total = store.scalar(f"SELECT count(*) {body}", values)
    rows = store.rows(*queries.page(query)) if query.count else []
    shown = [stored for stored, _ in rows[: query.count]]
    plain = [pair for pair in pairs if pair[0] != "_after"]
    links = [{"relation": "self", "url": _url(base, query.type, pairs)}]
    if len(rows) > query.count > 0:
        last, key = rows[query.count - 1]
        after = [*plain, ("_after", queries.cursor(key, last.updated))]
        links.append({"relation": "next", "url": _url(base, query.type, after)})
    entries = [_entry(base, stored, "match") for stored in shown]
    entries += [_entry(base, stored, "include") for stored in _included(store, query, shown)]
    return {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links, "entry": entries}


def history(store: Store, type_: str, id_: str, before: int, count: int, base: str) -> dict[str, Any]:
    """Versions as a history Bundle, newest first; Refused(404) if there never was one."""
    if store.current(type_, id_) is None:
        raise Refused(404, "not-found", f"{type_}/{id_} is not here")
    size = max(1, min(count, queries.MAX_COUNT))
    rows = store.history(type_, id_, before, size + 1)
    url = f"{base}/{type_}/{id_}/_history"
    links = [{"relation": "self", "url": url}]
    if len(rows) > size:
        links.append({"relation": "next", "url": f"{url}?_count={size}&_before={rows[size - 1].updated}"})
    entries = [_version_entry(base, stored) for stored in rows[:size]]
    return {"resourceType": "Bundle", "type": "history", "link": links, "entry": entries}


def check_targets(store: Store, written: list[Stored]) -> None:
    """Refused(422) if something written refers to nothing; called at the end of a transaction."""
    for stored in written:
        if stored.body is not None and store.exists(stored.type, stored.id):
            good_references(stored.resource, store.exists)


def _included(store: Store, query: Query, shown: list[Stored]) -> list[Stored]:
    targets: dict[tuple[str, str], None] = {}
    for stored in shown if query.includes else ():
        links = {(e.system, e.value) for e in entries(stored.resource) if e.param in query.includes and e.system}
        targets |= dict.fromkeys(sorted(links))
    places = [place for place in targets if place not in {(s.type, s.id) for s in shown}]
    found = (store.current(*place) for place in places[:MAX_INCLUDED])
    return [stored for stored in found if stored and stored.body is not None]


def _entry(base: str, stored: Stored, mode: str) -> dict[str, Any]:
    return {"fullUrl": f"{base}/{stored.place}", "resource": stored.resource, "search": {"mode": mode}}


def _version_entry(base: str, stored: Stored) -> dict[str, Any]:
    request = {"method": stored.method, "url": stored.type if stored.method == "POST" else stored.place}
    response = {"status": {"POST": "201", "DELETE": "204"}.get(stored.method, "200"), "etag": f'W/"{stored.version}"'}
    response["lastModified"] = instant(stored.updated)
    shown = {"resource": stored.resource} if stored.body is not None else {}
    return {"fullUrl": f"{base}/{stored.place}", "request": request, "response": response} | shown


def _url(base: str, type_: str, pairs: list[tuple[str, str]]) -> str:
    return f"{base}/{type_}" + ("?" + urlencode(pairs) if pairs else "")


def _match(before: Stored | None, if_match: str | None) -> None:
    if if_match is None:
        return
    wanted = if_match.strip().removeprefix("W/").strip('"')
    if before is None or before.version != wanted:
        raise Refused(412, "conflict", "the resource is not at the version that If-Match names")


def _valid(resource: Any, type_: str) -> dict[str, Any]:
    whole = well_formed(resource, type_)
    return good_subscription(whole) if type_ == "Subscription" else whole
