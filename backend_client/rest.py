"""FHIR's interactions as we use them: read, search, conditional create, versioned update, patch, transaction."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlencode, urljoin, urlsplit

from backend_client.answers import log, refuse
from backend_client.auth import Bearer
from backend_client.codes import Codes
from backend_client.errors import Clash, NotFound, OutcomeUnknown, Unauthorised, Unintelligible
from backend_client.patching import applied
from backend_client.retries import Patience, send
from backend_client.shapes import each, own_path, path_of, updated, version, word
from backend_client.transport import Request, Response, Transport
from backend_client.wire import Json, dump, filled, load

FHIR_JSON = "application/fhir+json"
JSON_PATCH = "application/json-patch+json"
PAGE = 200
MOST_PAGES = 500
REMEMBERED = 10_000  # places of what we wrote ourselves
Params = Mapping[str, str] | Sequence[tuple[str, str]]


def request_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Rest:
    """One hospital's FHIR endpoint. Every call raises the errors of errors.py and no other."""

    base: str  # without a slash at the end
    codes: Codes
    transport: Transport
    bearer: Bearer
    now: Callable[[], int]  # civil UTC ms
    patience: Patience = field(default_factory=Patience)
    request_id: Callable[[], str] = request_id
    zone: tzinfo = UTC  # the hospital's: a day without an hour is its day
    places: dict[str, str] = field(default_factory=dict[str, str])  # system|key -> Type/id of what we wrote
    patches: bool = True  # whether the hospital has JSON Patch; without it GET + PUT If-Match serves

    def today(self) -> str:
        """The hospital's ISO day."""
        return datetime.fromtimestamp(self.now() / 1000, self.zone).date().isoformat()

    async def read(self, reference: str) -> Json:
        """``Type/id``; NotFound when it is not there."""
        return load((await self._call("GET", f"{self.base}/{reference}")).body)

    async def search(self, kind: str, params: Params, pages: int | None = None) -> list[Json]:
        """Every match of every page. Stays on the origin, stops on a loop, leaves out OperationOutcomes.

        Only who names ``pages`` is given fewer; pages without an end are Unintelligible, never a part for the whole.
        """
        pairs = list(params.items() if isinstance(params, Mapping) else params)
        counted = pairs if any(name == "_count" for name, _ in pairs) else [*pairs, ("_count", str(PAGE))]
        url: str | None = f"{self.base}/{kind}?{urlencode(counted)}"
        found: list[Json] = []
        seen: set[str] = set()
        while url is not None and url not in seen and len(seen) != pages:
            if len(seen) == MOST_PAGES:
                raise Unintelligible("endless-pages", kind)
            seen.add(url)
            bundle = load((await self._call("GET", url)).body)
            found += [entry["resource"] for entry in each(bundle, "entry") if isinstance(entry.get("resource"), dict)]
            url = self._next(bundle, url)
        return [item for item in found if item.get("resourceType") == kind]

    async def first(self, kind: str, system: str, key: str) -> Json | None:
        """What carries our key: the oldest, should there be several (contract G2).

        What we wrote ourselves is read by id: a search may not know it yet, from a cache or a lagging index.
        """
        place = self.places.get(token(system, key), "")
        if place.startswith(f"{kind}/"):
            try:
                return await self.read(place)
            except NotFound:
                del self.places[token(system, key)]
        found = await self.search(kind, {"identifier": token(system, key)})
        return self._oldest(kind, found) if found else None

    async def the(self, kind: str, system: str, key: str) -> Json:
        """Like first, but NotFound when nothing carries the key."""
        found = await self.first(kind, system, key)
        if found is None:
            raise NotFound("not-found", kind)
        return found

    async def own(self, place: str) -> Json:
        """``Type/id`` that the answer to our own write named; not there yet is OutcomeUnknown, never a refusal."""
        try:
            return await self.read(place)
        except NotFound as error:
            raise OutcomeUnknown("not-seen-yet", place.partition("/")[0]) from error

    def remember(self, system: str, key: str, place: str) -> None:
        while len(self.places) >= REMEMBERED:
            del self.places[next(iter(self.places))]
        self.places[token(system, key)] = place

    async def create(self, resource: Json, system: str, key: str) -> Json:
        """Conditional create: a repeat gives the first resource back (contract G1)."""
        made = await self.create_where(resource, {"identifier": token(system, key)})
        self.remember(system, key, own_path(made))
        return made

    async def create_where(self, resource: Json, match: dict[str, str]) -> Json:
        """Conditional create by any search (a Subscription has no identifier but its ``url``)."""
        kind = str(resource["resourceType"])
        headers = {"If-None-Exist": urlencode(match)}
        try:
            response = await self._call("POST", f"{self.base}/{kind}", resource, headers)
        except Clash:  # several match already, or another wrote it this moment
            found = await self.search(kind, match)
            if not found:
                raise
            return self._oldest(kind, found)
        made = load(response.body) if response.body else {}
        if made.get("resourceType") == kind and made.get("id"):
            return made
        if place := path_of(response.headers.get("location", "")):
            return await self.own(place)
        found = await self.search(kind, match)
        if not found:
            raise OutcomeUnknown("not-seen-yet", kind)
        return self._oldest(kind, found)

    async def put(self, resource: Json) -> None:
        """Write to a fixed id: Provenance and Binary, and seeds (contract G8)."""
        await self._call("PUT", f"{self.base}/{resource['resourceType']}/{resource['id']}", resource)

    async def update(self, resource: Json) -> Json:
        """Versioned update of what was read; Clash when somebody was faster (contract G2)."""
        headers = {"If-Match": f'W/"{version(resource)}"'}
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        return self._written(await self._call("PUT", url, resource, headers)) or await self.read(own_path(resource))

    async def patch(self, resource: Json, operations: list[Json]) -> Json:
        """JSON Patch; ``operations`` begin with a ``test``, so one that landed is refused when repeated."""
        if not self.patches:
            return await self.update(applied(await self.read(own_path(resource)), operations))
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        response = await self._call("PATCH", url, operations, {"Content-Type": JSON_PATCH})
        return self._written(response)

    async def post(self, path: str, resource: Json) -> Json:
        """A POST that is never repeated by itself: a transaction, whose caller looks up before repeating."""
        return load((await self._call("POST", f"{self.base}{path}", resource, repeatable=False)).body)

    async def _call(
        self, method: str, url: str, content: object = None, headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Response:  # fmt: skip
        body = None if content is None else dump(filled(content))
        sent = {"Accept": FHIR_JSON, "X-Request-Id": self.request_id(), "Cache-Control": "no-cache"}
        if body is not None:
            sent |= {"Content-Type": FHIR_JSON, "Prefer": "return=representation"}
        sent |= headers or {}
        for fresh in (False, True):
            token = await self.bearer(fresh)
            request = Request(method, url, sent | ({"Authorization": f"Bearer {token}"} if token else {}), body)
            response = await send(self.transport, request, repeatable, self.patience)
            if 200 <= response.status < 300:
                return response
            if response.status != 401:
                refuse(request, response)
        raise Unauthorised("unauthorised")

    def _next(self, bundle: Json, current: str) -> str | None:
        link = next((word(item, "url") for item in each(bundle, "link") if item.get("relation") == "next"), "")
        if not link:
            return None
        url = urljoin(current, link)
        if urlsplit(url)[:2] != urlsplit(self.base)[:2]:
            raise Unintelligible("foreign-page")
        return url

    def _oldest(self, kind: str, found: list[Json]) -> Json:
        if not found:
            raise NotFound("not-found", kind)
        if len(found) > 1:
            log.warning("%d of %s share one key; the oldest is taken", len(found), kind)
        return min(found, key=updated)

    def _written(self, response: Response) -> Json:
        """What a write answered with, {} where it did not answer with the resource."""
        written = load(response.body) if response.body else {}
        return written if written.get("id") and written.get("resourceType") != "OperationOutcome" else {}


def token(system: str, key: str) -> str:
    """``system|key`` as a search value, with FHIR's own separators escaped (R4 search.html#escaping)."""
    escaped = re.sub(r"([,|$\\])", r"\\\1", key)
    return f"{system}|{escaped}"


def if_none_exist(system: str, key: str) -> str:
    return urlencode({"identifier": token(system, key)})
