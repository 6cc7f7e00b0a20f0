"""The printed prescriptions that the store holds as documents, listed and shown for whoever wants to photograph one."""

from __future__ import annotations

from aiohttp import web

from sandbox.hospital import interactions
from sandbox.hospital import query as queries
from sandbox.hospital.faults import PREFIX
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.routes import STORE, raw
from sandbox.hospital.store import Store, Stored

CATEGORY = "https://medrelay.example/fhir/CodeSystem/document|paper-prescription"


async def listing(request: web.Request) -> web.Response:
    """GET /_sandbox/prescriptions: name, patient id, date and address of each picture."""
    return web.json_response([_row(request, stored) for stored in _documents(request.app[STORE], [])])


async def picture(request: web.Request) -> web.Response:
    """GET /_sandbox/prescriptions/<patient>.png: the newest picture of that patient."""
    patient = request.match_info["patient"]
    found = _documents(request.app[STORE], [("subject", f"Patient/{patient}")])
    if not found:
        raise Refused(404, "not-found", "this patient has no printed prescription")
    type_, _, id_ = str(found[-1].resource["content"][0]["attachment"]["url"]).partition("/")
    return raw(interactions.read(request.app[STORE], type_, id_))


ROUTES = (
    ("GET", f"{PREFIX}/prescriptions", listing),
    ("GET", PREFIX + r"/prescriptions/{patient:[A-Za-z0-9\-.]{1,64}}.png", picture),
)


def _documents(store: Store, more: list[tuple[str, str]]) -> list[Stored]:
    query = queries.read("DocumentReference", [("category", CATEGORY), ("_count", "200"), *more])
    return [stored for stored, _ in store.rows(*queries.page(query))]


def _row(request: web.Request, stored: Stored) -> dict[str, str]:
    document = stored.resource
    patient = str(document["subject"]["reference"]).removeprefix("Patient/")
    url = f"{request.url.origin()}{PREFIX}/prescriptions/{patient}.png"
    return {"name": document["subject"].get("display", ""), "patient": patient, "date": document["date"], "url": url}
