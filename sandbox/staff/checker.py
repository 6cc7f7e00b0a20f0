"""The hospital's own check of signed prescriptions: what it finds in one it writes down (DetectedIssue), no more."""

from __future__ import annotations

from backend_client.prescribing import requests_of
from backend_client.shapes import identified, instant, own_path, ref, target, word
from backend_client.wire import Json
from sandbox.staff.desk import Desk, Round, clear

FOUND = "系统提示：{drug} 与患者在用的另一种药可能相互作用，请核对"


def rounds(desk: Desk) -> tuple[Round, ...]:
    signed = desk.orders("prescribed")

    async def check_all() -> None:
        if desk.habits["checker"] == "finds":
            await clear(signed, lambda task: check(desk, task))

    return (check_all,)


async def check(desk: Desk, order: Json) -> None:
    """Once an order: what is written after a return is found in order."""
    rest = desk.rest
    for request in (await requests_of(rest, order))[:1]:
        no = identified(order, rest.codes.id("order"))
        found: Json = {
            "resourceType": "DetectedIssue",
            "identifier": [{"system": rest.codes.id("detected-issue"), "value": no}],
            "status": "final",
            "severity": "high",
            "patient": ref(target(order, "for")),
            "identifiedDateTime": instant(rest.now()),
            "implicated": [ref(own_path(request))],
            "detail": FOUND.format(drug=word(request, "medicationCodeableConcept", "text")),
        }
        await rest.create(found, rest.codes.id("detected-issue"), no)
