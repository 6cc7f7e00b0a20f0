"""FHIR's interactions as we use them: read, search, conditional create, versioned update, patch, transaction."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlencode, urljoin, urlsplit

from backend_client.answers import log, refuse
from backend_client.auth import Bearer
from backend_client.codes import Codes
from backend_client.errors import (
    Broken,
    Clash,
    HospitalError,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Unauthorised,
    Unintelligible,
)
from backend_client.matching import fits
from backend_client.paging import origin, resources, taken, told
from backend_client.patching import applied
from backend_client.retries import Patience, send
from backend_client.server import UNABLE, Server, cannot, no_ids, wider
from backend_client.shapes import each, extended, extension, own_path, path_of, updated, version, word
from backend_client.transport import Request, Response, Transport
from backend_client.wire import Json, dump, filled, loaded

FHIR_JSON = "application/fhir+json"
JSON_PATCH = "application/json-patch+json"
PAGE = 200
MOST_PAGES = 500
WHOLE = -1  # of ``pages``: a list that replaces another
WIDE_PAGES = 20  # where a server does not know what we look for by
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
    server: Server = field(default_factory=Server)

    def today(self) -> str:
        """The hospital's ISO day."""
        return datetime.fromtimestamp(self.now() / 1000, self.zone).date().isoformat()

    async def read(self, reference: str) -> Json:
        """``Type/id``; NotFound when it is not there."""
        found = await loaded((await self._call("GET", f"{self.base}/{reference}")).body)
        if found.get("resourceType") != reference.partition("/")[0] or not word(found, "id"):
            raise Unintelligible("not-what-was-asked", reference.partition("/")[0])
        return found

    async def look(self, what: str) -> Json:
        """What stands below the base, as it came, e.g. ``metadata`` (R4 http.html#capabilities); nothing is learnt."""
        return await loaded((await self._call("GET", f"{self.base}/{what}")).body)

    async def search(self, kind: str, params: Params, pages: int | None = None) -> list[Json]:
        """Every match of every page. Stays on the origin, stops on a loop, leaves out OperationOutcomes.

        What a server does not know it is not asked again; what it gives in spite of what was asked is left out here.
        Only who names ``pages`` is given fewer; WHOLE: all that there are. Endless ones are Unintelligible.
        """
        pairs = list(params.items() if isinstance(params, Mapping) else params)
        asked = [pair for pair in pairs if pair[0] == "identifier" or self.server.hears(kind, pair[0])]
        found = await self._asked(kind, asked, pages)
        matches = [item for item in found if fits(item, pairs)]
        if len(matches) < len(found) and any(name == "identifier" for name, _ in pairs):
            self.server.is_deaf(kind, ["identifier"])
        return matches

    async def _asked(self, kind: str, asked: list[tuple[str, str]], pages: int | None, most: int = 0) -> list[Json]:
        try:
            return await self._pages(kind, asked, pages, most)
        except HospitalError as error:
            less = wider(asked, error.detail)
            if not cannot(error) or less == asked:
                raise
            refused = {name for name, _ in asked} - {name for name, _ in less}
            if "identifier" in refused and isinstance(error, Invalid) and "identifier" not in error.detail:
                raise  # an answer that speaks of something else is no habit of the server
            if "identifier" in refused:  # one thing is looked for: not among all that there are
                self.server.is_deaf(kind, ["identifier"])
                raise Broken("no-search", f"{kind} by identifier") from error
            found = await self._asked(kind, less, pages, WIDE_PAGES)
            self.server.is_deaf(kind, refused)
            return found

    async def _pages(self, kind: str, pairs: list[tuple[str, str]], pages: int | None, most: int) -> list[Json]:
        counted = pairs if any(name == "_count" for name, _ in pairs) else [*pairs, ("_count", str(PAGE))]
        url: str | None = f"{self.base}/{kind}?{urlencode(counted)}"
        found, total = list[Json](), 0
        seen: set[str] = set()
        while url is not None and len(seen) != pages:
            if url in seen or len(seen) == (most or MOST_PAGES):
                raise Unintelligible("endless-pages", kind)
            seen.add(url)
            bundle = await loaded((await self._call("GET", url)).body)
            self._listened(kind, bundle, pairs)
            found += resources(bundle, kind, unnamed=pages == WHOLE)
            total = told(kind, bundle, pairs) if pages == WHOLE and len(seen) == 1 else total
            url = self._next(bundle, url)
        if len({word(one, "id") or id(one) for one in found}) < total:
            raise Unintelligible("a-part", kind)
        return found

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
        self.server.probed.add(kind)
        found: list[Json] = []
        if self.server.hears(kind, "identifier"):
            try:
                found = await self.search(kind, {"identifier": token(system, key)})
            except Broken:
                if self.server.hears(kind, "identifier"):
                    raise
        if not found and not self.server.conditional(kind):
            with suppress(NotFound):
                found = [await self.read(f"{kind}/{self.own_id(system, key)}")]
        return self._oldest(kind, found) if found else None

    async def knows(self, kind: str, system: str, key: str) -> bool:
        """Whether the server finds this kind by identifier, so that a create can be conditional on it."""
        if kind not in self.server.probed:
            await self.first(kind, system, key)
        return self.server.conditional(kind)

    def own_id(self, system: str, key: str) -> str:
        """The id under which we write what cannot be created conditionally."""
        return self.codes.uuid(f"own|{token(system, key)}")

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
        kind = str(resource["resourceType"])
        if await self.knows(kind, system, key):
            made = await self.create_where(resource, {"identifier": token(system, key)})
        else:
            made = await self.first(kind, system, key) or await self._put_own(resource, system, key)
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
        made = await loaded(response.body) if response.body else {}
        if made.get("resourceType") == kind and made.get("id"):
            return made
        if place := path_of(response.headers.get("location", "")):
            return await self.own(place)
        found = await self.search(kind, match)
        if not found:
            raise OutcomeUnknown("not-seen-yet", kind)
        return self._oldest(kind, found)

    async def put(self, resource: Json) -> str:
        """Write to a fixed id: Provenance and Binary, and seeds (contract G8). ``Type/id`` of where it went."""
        if not self.server.ids:
            return await self._post(resource)
        try:
            await self._call("PUT", f"{self.base}/{own_path(resource)}", resource)
        except HospitalError as error:
            if not no_ids(error):
                raise
            try:
                place = await self._post(resource)
            except HospitalError:
                raise error from None
            self.server.ids = False
            return place
        return own_path(resource)

    async def _put_own(self, resource: Json, system: str, key: str) -> Json:
        if not self.server.ids:
            raise Broken("no-key", str(resource["resourceType"]))
        place = await self.put({**resource, "id": self.own_id(system, key)})
        return await self.own(place)

    async def _post(self, resource: Json) -> str:
        """Where a client may not choose ids: once, as far as it can be found again."""
        kind, key = str(resource["resourceType"]), str(resource["id"])
        if place := self.places.get(f"id|{key}"):
            return place
        if kind == "Provenance":
            about = word(resource, "target", 0, "reference")
            found = [
                one for one in await self.search(kind, {"target": about}) if key in (one.get("id"), self._key(one))
            ]
            if found:
                return own_path(found[0])
        response = await self._call("POST", f"{self.base}/{kind}", self.keyed(resource), repeatable=False)
        made = await self._written(response)
        place = own_path(made) if made.get("resourceType") == kind else path_of(response.headers.get("location", ""))
        if not place:
            raise Unintelligible("nowhere", kind)
        self.remember("id", key, place)
        return place

    def keyed(self, resource: Json) -> Json:
        """Without its id, which becomes an extension where the kind may have one."""
        bare = {name: value for name, value in resource.items() if name != "id"}
        if resource["resourceType"] == "Binary":
            return bare
        mark = extension(self.codes.extension("key"), "String", str(resource["id"]))
        return {**bare, "extension": [*each(resource, "extension"), mark]}

    def _key(self, resource: Json) -> object:
        return extended(resource, self.codes.extension("key"))

    async def update(self, resource: Json) -> Json:
        """Versioned update of what was read; Clash when somebody was faster (contract G2)."""
        headers = {"If-Match": f'W/"{version(resource)}"'}
        url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
        return await self._written(await self._call("PUT", url, resource, headers)) or await self.read(
            own_path(resource)
        )

    async def patch(self, resource: Json, operations: list[Json]) -> Json:
        """JSON Patch; ``operations`` begin with a ``test``, so one that landed is refused when repeated."""
        if self.server.patches:
            url = f"{self.base}/{resource['resourceType']}/{resource['id']}"
            try:
                return await self._written(await self._call("PATCH", url, operations, {"Content-Type": JSON_PATCH}))
            except Broken as error:
                if error.code not in UNABLE:
                    raise
                self.server.patches = False
        return await self.update(applied(await self.read(own_path(resource)), operations))

    async def post(self, path: str, resource: Json) -> Json:
        """A POST that is never repeated by itself: a transaction, whose caller looks up before repeating."""
        return await loaded((await self._call("POST", f"{self.base}{path}", resource, repeatable=False)).body)

    async def _call(
        self, method: str, url: str, content: object = None, headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Response:  # fmt: skip
        body = None if content is None else dump(filled(content))
        sent = {"Accept": FHIR_JSON, "X-Request-Id": self.request_id(), "Cache-Control": "no-cache"}
        if method == "GET" and urlsplit(url).query:
            sent["Prefer"] = "handling=strict"
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

    def _listened(self, kind: str, bundle: Json, pairs: list[tuple[str, str]]) -> None:
        """``self`` names what the server took into account."""
        names = taken(bundle)
        if names and "identifier" not in names and any(name == "identifier" for name, _ in pairs):
            self.server.is_deaf(kind, ["identifier"])

    def _next(self, bundle: Json, current: str) -> str | None:
        link = next((word(item, "url") for item in each(bundle, "link") if item.get("relation") == "next"), "")
        if not link:
            return None
        url = urljoin(current, link)
        if origin(url) != origin(self.base):
            raise Unintelligible("foreign-page")
        return url

    def _oldest(self, kind: str, found: list[Json]) -> Json:
        if not found:
            raise NotFound("not-found", kind)
        if len(found) > 1:
            log.warning("%d of %s share one key; the oldest is taken", len(found), kind)
        return min(found, key=updated)

    async def _written(self, response: Response) -> Json:
        """What a write answered with, {} where it did not answer with the resource."""
        written = await loaded(response.body) if response.body else {}
        return written if written.get("id") and written.get("resourceType") != "OperationOutcome" else {}


def token(system: str, key: str) -> str:
    """``system|key`` as a search value, with FHIR's own separators escaped (R4 search.html#escaping)."""
    escaped = re.sub(r"([,|$\\])", r"\\\1", key)
    return f"{system}|{escaped}"


def if_none_exist(system: str, key: str) -> str:
    return urlencode({"identifier": token(system, key)})
