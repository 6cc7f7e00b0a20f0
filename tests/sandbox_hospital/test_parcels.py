"""What is printed at packing: the label outside without the code, the slip with it, and a QR that leads to the bot."""

from __future__ import annotations

import io

import aiohttp
import zxingcpp
from PIL import Image

from sandbox.hospital.server import running

NS = "https://medrelay.example/fhir"
SAID = {"parcel-label": "A-07", "pickup-code": "4711", "label-word": "a" * 24, "slip-word": "b" * 24}
PARCEL = {
    "resourceType": "SupplyDelivery",
    "identifier": [{"system": f"{NS}/id/parcel", "value": "R1123-1"}],
    "extension": [{"url": f"{NS}/StructureDefinition/{name}", "valueString": word} for name, word in SAID.items()],
    "status": "in-progress",
}


async def test_both_are_pictures_and_their_qr_opens_the_step_in_the_bot() -> None:
    async with running() as hospital, aiohttp.ClientSession() as session:
        async with session.post(f"{hospital.url}/SupplyDelivery", json=PARCEL) as made:
            assert made.status == 201, await made.text()
        async with session.get(f"{hospital.url}/_sandbox/parcels") as listed:
            (row,) = await listed.json()
        found: dict[str, str] = {}
        for side in ("outside", "inside"):
            async with session.get(f"{row[side]}?bot=some_bot") as answer:
                picture = Image.open(io.BytesIO(await answer.read()))
            found[side] = zxingcpp.read_barcodes(picture)[0].text
        async with session.get(f"{hospital.url}/_sandbox/parcels/R9/slip.png") as answer:
            assert answer.status == 404
        async with session.get(f"{row['inside']}?bot=evil.example/x") as answer:
            assert answer.status == 400
    assert row["label"] == "A-07"
    assert found == {
        "outside": f"https://t.me/some_bot?start=parcel-{'a' * 24}",
        "inside": f"https://t.me/some_bot?start=slip-{'b' * 24}",
    }
