"""What the hospital's records and papers say to a person of the story: prescriptions, custody lines."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp

from sandbox import clock as clocks

ORDER = "https://medrelay.example/fhir/id/order"
PARCEL = "https://medrelay.example/fhir/id/parcel"


async def paper(hospital: str, patient: str) -> bytes:
    """The prescription that this resident holds in her hand, as a picture."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{hospital}/_sandbox/prescriptions/{patient}.png") as answer,
    ):
        answer.raise_for_status()
        return await answer.read()


async def issued(hospital: str, patient: str) -> str:
    """The ISO day printed on the paper, as the resident reads it."""
    async with aiohttp.ClientSession() as session, session.get(f"{hospital}/_sandbox/prescriptions") as answer:
        rows = await answer.json()
    return next(str(row["date"])[:10] for row in rows if str(row["patient"]).endswith(patient))


async def asked(hospital: str, order: str) -> tuple[str, list[tuple[str, int, str]]]:
    """For whom the hospital has this order, and what is asked for: (code or name, boxes, how it is taken)."""
    async with aiohttp.ClientSession(hospital + "/") as session:
        (task,) = await _entries(session, f"Task?identifier={ORDER}|{order}")
    drugs = [item for item in task["input"] if item["type"]["coding"][0]["code"] == "asked-drug"]
    return task["for"]["reference"].rpartition("/")[2], [_line(item) for item in drugs]


def _line(item: dict[str, Any]) -> tuple[str, int, str]:
    said = {one["url"].rpartition("/")[2]: next(v for k, v in one.items() if k != "url") for one in item["extension"]}
    return _drug(item["valueCodeableConcept"]), int(said.get("boxes", 0)), str(said.get("sig", ""))


async def prescribed(hospital: str, order: str) -> list[tuple[str, int, str]]:
    """The same of what the doctor signed last."""
    async with aiohttp.ClientSession(hospital + "/") as session:
        (task,) = await _entries(session, f"Task?identifier={ORDER}|{order}")
        places = [one["valueReference"]["reference"] for one in task.get("output", ()) if _is(one, "prescription")]
        requests = [await (await session.get(place)).json() for place in places]
    return [_prescribed(one) for one in requests]


async def said(hospital: str, order: str) -> list[tuple[str, str, str]]:
    """What the record has of an order's consult, as it was said: who, the words as they are now, the status."""
    async with aiohttp.ClientSession(hospital + "/") as session:
        (task,) = await _entries(session, f"Task?identifier={ORDER}|{order}")
        found = await _entries(session, f"Communication?subject={task['for']['reference']}&_count=100")
    mine = [one for one in found if one["about"][0]["reference"] == f"Task/{task['id']}"]
    return [
        (one["sender"]["reference"].partition("/")[0], one["payload"][0].get("contentString", ""), one["status"])
        for one in sorted(mine, key=lambda one: (one["sent"], one["identifier"][0]["value"]))
    ]


async def found_in(hospital: str) -> bool:
    """Whether the hospital's own check has written down what it finds, within half a minute."""
    async with aiohttp.ClientSession(hospital + "/") as session:
        for _ in range(150):
            if await _entries(session, "DetectedIssue"):
                return True
            await asyncio.sleep(0.2)
    return False


def _is(output: dict[str, Any], kind: str) -> bool:
    return any(coding.get("code") == kind for coding in output["type"].get("coding", ()))


def _prescribed(request: dict[str, Any]) -> tuple[str, int, str]:
    how, boxes = request.get("dosageInstruction", []), int(request["dispenseRequest"]["quantity"]["value"])
    return _drug(request["medicationCodeableConcept"]), boxes, "; ".join(one.get("text", "") for one in how)


async def claimed(hospital: str, order: str) -> list[tuple[str, int, int]]:
    """What the insurer is asked to pay for this order: (code or name, fen a box, boxes)."""
    async with aiohttp.ClientSession(hospital + "/") as session:
        (task,) = await _entries(session, f"Task?identifier={ORDER}|{order}")
        claims = await _entries(session, f"Claim?patient={task['for']['reference']}")
    items = [item for claim in claims for item in claim["item"]]
    return [(_drug(one["productOrService"]), round(one["unitPrice"]["value"] * 100), one["quantity"]["value"])
            for one in items]  # fmt: skip


def _drug(concept: dict[str, Any]) -> str:
    return str(concept["coding"][0]["code"] if concept.get("coding") else concept["text"])


async def custody(hospital: str, order: str) -> list[dict[str, str]]:
    """Who held the order's parcel when (R9): {at, what, who}, oldest first."""
    lines: list[dict[str, str]] = []
    async with aiohttp.ClientSession(hospital + "/") as session:
        for parcel in await _entries(session, f"SupplyDelivery?identifier={PARCEL}|{order}"):
            for line in await _entries(session, f"Provenance?target=SupplyDelivery/{parcel['id']}&_count=100"):
                activity = line["activity"]["coding"][0]["code"]
                who = ", ".join(agent["who"]["reference"].rpartition("/")[2] for agent in line["agent"])
                lines.append({"at": clocks.iso(clocks.parse_iso(line["recorded"])), "what": activity, "who": who})
    return sorted(lines, key=lambda line: line["at"])


async def _entries(session: aiohttp.ClientSession, path: str) -> list[dict[str, Any]]:
    async with session.get(path) as answer:
        bundle = await answer.json()
    return [entry["resource"] for entry in bundle.get("entry", [])]
