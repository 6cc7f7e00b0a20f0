"""What is printed at packing: the label outside a parcel and the slip in its sealed bag, drawn as pictures with a QR.

The label names the parcel and nothing else; the code stands on the slip only. A QR is a link to the bot with an opaque
word of the parcel's (extensions label-word and slip-word).
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import segno
from aiohttp import web
from PIL import Image, ImageDraw, ImageFont

from sandbox.hospital import interactions
from sandbox.hospital import query as queries
from sandbox.hospital.faults import PREFIX
from sandbox.hospital.outcomes import Refused
from sandbox.hospital.routes import STORE
from sandbox.hospital.store import Store

NS = "https://medrelay.example/fhir"
BOT = "MedRelayDemoBot"
SIZE = (720, 440)
MOST = 5  # lines on a slip
_FONTS = Path(__file__).parent / "seed" / "fonts"
_INK, _GREY = (24, 24, 28), (90, 90, 90)


async def listing(request: web.Request) -> web.Response:
    """GET /_sandbox/parcels: label and the addresses of both pictures of each parcel."""
    base = f"{request.url.origin()}{PREFIX}/parcels"
    query = queries.read("SupplyDelivery", [("_count", "200")])
    found = [stored.resource for stored, _ in request.app[STORE].rows(*queries.page(query))]
    numbers = [(_number(one), _said(one, "parcel-label")) for one in found]
    rows = [{"label": label, "outside": f"{base}/{no}/label.png", "inside": f"{base}/{no}/slip.png"}
            for no, label in numbers if no]  # fmt: skip
    return web.json_response(rows)


async def label(request: web.Request) -> web.Response:
    """GET /_sandbox/parcels/<order>/label.png?bot=NAME: what stands outside."""
    parcel = _parcel(request)
    image, pen = _sheet()
    pen.text((40, 150), _said(parcel, "parcel-label"), _INK, _font(120, "bold"), anchor="lm")
    pen.text((40, 300), "药  Medicine", _INK, _font(44), anchor="lm")
    _qr(image, f"parcel-{_said(parcel, 'label-word')}", request)
    return _png(image)


async def slip(request: web.Request) -> web.Response:
    """GET /_sandbox/parcels/<order>/slip.png?bot=NAME: what lies in the sealed bag: code, QR, how to take it."""
    parcel = _parcel(request)
    image, pen = _sheet()
    pen.text((40, 60), f"{_said(parcel, 'parcel-label')}  药单  Slip", _INK, _font(32), anchor="lm")
    pen.text((40, 140), _said(parcel, "pickup-code"), _INK, _font(96, "bold"), anchor="lm")
    for n, (name, sig) in enumerate(_lines(request.app[STORE], _number(parcel))[:MOST]):
        pen.text((40, 230 + 42 * n), f"{name}  {sig}", _INK, _font(24), anchor="lm")
    _qr(image, f"slip-{_said(parcel, 'slip-word')}", request)
    return _png(image)


ROUTES = (
    ("GET", f"{PREFIX}/parcels", listing),
    ("GET", PREFIX + r"/parcels/{order:[A-Za-z0-9\-.]{1,64}}/label.png", label),
    ("GET", PREFIX + r"/parcels/{order:[A-Za-z0-9\-.]{1,64}}/slip.png", slip),
)


def _parcel(request: web.Request) -> dict[str, Any]:
    found = _found(request.app[STORE], "SupplyDelivery", "parcel", request.match_info["order"])
    if found is None:
        raise Refused(404, "not-found", "no parcel of this order was packed")
    return found


def _found(store: Store, kind: str, system: str, value: str) -> dict[str, Any] | None:
    query = queries.read(kind, [("_count", "200")])
    for stored, _ in store.rows(*queries.page(query)):
        named = stored.resource.get("identifier", [])
        if any((one.get("system"), one.get("value")) == (f"{NS}/id/{system}", value) for one in named):
            return stored.resource
    return None


def _number(parcel: dict[str, Any]) -> str:
    return next((one["value"] for one in parcel.get("identifier", []) if one.get("system") == f"{NS}/id/parcel"), "")


def _said(resource: dict[str, Any], name: str) -> str:
    url = f"{NS}/StructureDefinition/{name}"
    return next((str(one.get("valueString", "")) for one in resource.get("extension", []) if one["url"] == url), "")


def _lines(store: Store, order: str) -> list[tuple[str, str]]:
    """Name and how to take it of what was prescribed."""
    task = _found(store, "Task", "order", order) or {}
    places = [one.get("valueReference", {}).get("reference", "") for one in task.get("output", [])]
    wanted = [place.partition("/")[2] for place in places if place.startswith("MedicationRequest/")]
    requests = [interactions.read(store, "MedicationRequest", id).resource for id in wanted]
    return [
        (one["medicationCodeableConcept"].get("text", ""), "; ".join(
            item.get("text", "") for item in one.get("dosageInstruction", [])))
        for one in requests
    ]  # fmt: skip


def _sheet() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(image)
    pen.text((40, SIZE[1] - 24), "Sample data, not for clinical use", _GREY, _font(18), anchor="lm")
    return image, pen


def _qr(image: Image.Image, word: str, request: web.Request) -> None:
    bot = request.query.get("bot", BOT)
    if not re.fullmatch(r"[A-Za-z0-9_]{3,40}", bot):
        raise Refused(400, "value", "bot is the name of an account of the messenger")
    drawn = io.BytesIO()
    segno.make(f"https://t.me/{bot}?start={word}", micro=False, error="m").save(drawn, kind="png", scale=5, border=2)
    code = Image.open(drawn).convert("RGB")
    image.paste(code, (SIZE[0] - code.width - 20, 20))


def _png(image: Image.Image) -> web.Response:
    out = io.BytesIO()
    image.save(out, "PNG")
    return web.Response(body=out.getvalue(), content_type="image/png")


def _font(size: int, weight: str = "regular") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"paper-{weight}.otf", size)
