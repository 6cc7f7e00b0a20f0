"""Binary: bytes in and out, or as FHIR JSON."""

from __future__ import annotations

import base64

from tests.sandbox_hospital.conftest import Caller

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


async def test_raw_in_and_raw_out(hospital: Caller) -> None:
    made = await hospital("POST", "/Binary", PNG, Content_Type="image/png")
    shown = await hospital("GET", f"/Binary/{made.json['id']}", Accept="image/*")
    assert (made.status, shown.status) == (201, 200)
    assert shown.body == PNG
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["ETag"] == made.headers["ETag"]


async def test_raw_in_and_json_out(hospital: Caller) -> None:
    await hospital("PUT", "/Binary/b-1", PNG, Content_Type="image/png")
    shown = (await hospital("GET", "/Binary/b-1", Accept="application/fhir+json")).json
    assert shown["contentType"] == "image/png"
    assert base64.b64decode(shown["data"]) == PNG


async def test_json_in_and_raw_out(hospital: Caller) -> None:
    data = base64.b64encode(PNG).decode()
    body = {"resourceType": "Binary", "id": "b-2", "contentType": "image/png", "data": data}
    assert (await hospital("PUT", "/Binary/b-2", body)).status == 201
    assert (await hospital("GET", "/Binary/b-2")).body == PNG


async def test_what_could_run_in_a_browser_cannot(hospital: Caller) -> None:
    made = await hospital("POST", "/Binary", b"<script>alert(1)</script>", Content_Type="text/html")
    shown = await hospital("GET", f"/Binary/{made.json['id']}")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")


async def test_broken_base64_and_content_types_are_refused(hospital: Caller) -> None:
    for content_type, data in (("image/png", "%%%"), ("image/png\r\nX-Evil: 1", "AAAA"), (5, "AAAA"), ("image/png", 5)):
        body = {"resourceType": "Binary", "contentType": content_type, "data": data}
        answer = await hospital("POST", "/Binary", body)
        assert (answer.status, answer.issue["severity"]) == (422, "error")
    assert (await hospital("POST", "/Binary", {"resourceType": "Binary"})).status == 422
