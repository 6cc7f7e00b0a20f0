"""Edge 2, 3: what the server says of itself is read, asked after where it says nothing, and held against the floor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from backend_client import FhirHospital
from backend_client.errors import Unintelligible
from backend_client.floor import FLOOR, USED, Found
from backend_client.transport import AiohttpTransport, Request, Response, Transport
from backend_client.wire import dump, load
from tests.backend_client.habits import behind
from tests.backend_client.wire_fakes import Naps, Script, Watched, ok, patience
from tests.backend_client.world import NOW, draft, settle


def saying(change: Any) -> Any:
    """The real server, but for what it says of itself."""

    async def habit(request: Request, real: Transport) -> Response:
        answer = await real(request)
        if not request.url.endswith("/metadata"):
            return answer
        said = load(answer.body)
        change(said, {one["type"]: one for one in said["rest"][0]["resource"]})
        return replace(answer, body=dump(said))

    return habit


async def found(url: str, habit: Any) -> dict[str, Found]:
    real = AiohttpTransport()
    ours = FhirHospital(url, now=lambda: NOW, patience=patience(Naps(), tries=1), transport=behind(real, habit))
    try:
        return {one.need.what: one for one in await ours.compared() if one.unlisted or one.refused}
    finally:
        await real.close()


def unlisted(kind: str) -> Any:
    def change(said: Any, kinds: Any) -> None:
        said["rest"][0]["resource"] = [one for one in said["rest"][0]["resource"] if one["type"] != kind]

    return change


async def test_the_sandbox_hospital_has_all_of_it(url: str) -> None:
    assert await found(url, saying(lambda said, kinds: None)) == {}


async def test_what_is_not_listed_is_asked_for_and_not_taken_as_absent(url: str) -> None:
    """One server lists 53 of 146 types and serves more."""
    assert await found(url, saying(unlisted("Coverage"))) == {}

    def change(said: Any, kinds: Any) -> None:
        kinds["Patient"]["searchParam"] = []

    assert await found(url, saying(change)) == {}


async def test_what_is_needed_and_not_there_is_told(url: str) -> None:
    async def habit(request: Request, real: Transport) -> Response:
        if urlsplit(request.url).path == "/Coverage":
            return Response(404, {}, b"")
        if urlsplit(request.url).path == "/Patient":
            return Response(400, {}, b"")
        return await saying(both)(request, real)

    def both(said: Any, kinds: Any) -> None:
        unlisted("Coverage")(said, kinds)
        kinds["Patient"]["searchParam"] = []
        said["rest"][0]["interaction"] = []

    told = await found(url, habit)
    refused = {name for one in told.values() for name in one.refused}
    assert refused == {"Coverage", "Patient.identifier"}
    assert {name for one in told.values() if one.need.needed for name in one.unlisted} == {"transaction"}


async def test_what_has_another_way_is_told_with_it(url: str) -> None:
    def change(said: Any, kinds: Any) -> None:
        kinds["Task"]["interaction"] = [one for one in kinds["Task"]["interaction"] if one["code"] != "patch"]
        kinds["Binary"]["updateCreate"] = False
        kinds["List"]["searchParam"] = []

    told = await found(url, saying(change))
    assert {name: one.unlisted for name, one in told.items()} == {
        "`PUT` to an id that the client chose": ("Binary",),
        "`PATCH` with JSON Patch and `test`": ("Task",),
    }
    assert not any(one.need.needed for one in told.values())


@pytest.mark.parametrize(("version", "formats"), [("3.0.2", ["json"]), ("5.0.0", []), ("", []), ("4.0.1", ["xml"])])
async def test_another_fhir_is_told(url: str, version: str, formats: list[str]) -> None:
    def change(said: Any, kinds: Any) -> None:
        said |= {"fhirVersion": version, "format": formats}

    ((need, told),) = (await found(url, saying(change))).items()
    assert need == FLOOR[0].what
    assert told.unlisted


async def test_a_page_that_is_no_statement_is_none() -> None:
    client = FhirHospital("http://h.test", patience=patience(Naps(), 1), transport=Script(ok({"resourceType": "Task"})))
    with pytest.raises(Unintelligible, match="no-statement"):
        await client.compared()


async def test_where_if_none_exist_does_nothing_an_order_is_written_once_all_the_same(url: str) -> None:
    """A server that says so ignores the header: twice the same order, found by nobody until a parcel is missing."""

    async def deaf(request: Request, real: Transport) -> Response:
        if request.method == "POST":
            body = load(request.body or b"{}")
            for entry in body.get("entry", []):
                entry["request"].pop("ifNoneExist", None)
            kept = {name: value for name, value in request.headers.items() if name.lower() != "if-none-exist"}
            request = replace(request, headers=kept, body=dump(body))
        return await saying(never_conditional)(request, real)

    def never_conditional(said: Any, kinds: Any) -> None:
        for one in kinds.values():
            one["conditionalCreate"] = False

    real = AiohttpTransport()
    theirs = FhirHospital(url, now=lambda: NOW, transport=real)
    try:
        await settle(theirs.rest)
        for _ in range(2):
            ours = FhirHospital(url, now=lambda: NOW, transport=behind(real, deaf))
            await ours.compared()
            await ours.record_consent("k", "pat-1", given=True)
            await ours.submit(draft(), ())
        assert len(await theirs.rest.search("Consent", {})) == 1
        assert len(await theirs.rest.search("Task", {})) == 1
    finally:
        await real.close()


async def test_the_table_names_what_the_client_uses(hospital: FhirHospital, watched: Watched) -> None:
    """Read off the requests of a whole order (test_habits plays it)."""
    from tests.backend_client.test_habits import whole

    asked: set[tuple[str, str, str]] = set()

    async def seen(request: Request) -> None:
        parts = urlsplit(request.url)
        kind, _, id_ = parts.path.strip("/").partition("/")
        way = {"GET": "read" if id_ else "search-type", "POST": "create", "PUT": "update", "PATCH": "patch"}
        asked.add((kind, way[request.method], ""))
        asked.update((kind, "", name.partition("=")[0]) for name in filter(None, parts.query.split("&")))
        body = load(request.body or b"{}") if request.method == "POST" else {}
        for entry in body.get("entry", []):
            kind = entry["request"]["url"].partition("/")[0]
            asked.add((kind, "create" if entry["request"]["method"] == "POST" else "update", ""))

    theirs = FhirHospital(hospital.rest.base, now=lambda: NOW)
    watched.before = seen
    try:
        await whole(hospital, theirs)
    finally:
        await theirs.close()
    assert len(asked) > 40
    for kind, way, name in sorted(asked - {("", "create", "")}):
        assert not way or way in USED[kind][0].split(), (kind, way)
        assert not name or name in ("_count", "_sort", *USED[kind][1].split()), (kind, name)
