"""What the hospital's records and papers say to a person of the story: prescriptions, custody lines. Plain reads."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp

from sandbox import clock as clocks
from sandbox.processes import Hospital

NS = "https://medrelay.example/fhir"
ORDER = f"{NS}/id/order"
PARCEL = f"{NS}/id/parcel"
PAPER = f"{NS}/CodeSystem/document|paper-prescription"
PAGES = 50


class NoPaper(LookupError):
    """Nobody has printed a prescription for this patient."""


async def paper(hospital: Hospital, patient: str) -> bytes:
    """The prescription that this resident holds in her hand, as a picture."""
    document = await _document(hospital, patient)
    attachment = document["content"][0]["attachment"]
    if attachment.get("data"):
        return base64.b64decode(attachment["data"])
    async with _speaking(hospital) as records, records.session.get(records.url_of(attachment["url"])) as answer:
        answer.raise_for_status()
        if "json" not in answer.content_type:
            return await answer.read()
        return base64.b64decode((await answer.json(content_type=None))["data"])


async def issued(hospital: Hospital, patient: str) -> str:
    """The ISO day printed on the paper, as the resident reads it."""
    return str((await _document(hospital, patient))["date"])[:10]


async def _document(hospital: Hospital, patient: str) -> dict[str, Any]:
    """The newest printed prescription of this patient. Raises NoPaper."""
    whose = hospital.at(f"Patient/{patient}")
    async with _speaking(hospital) as records:
        found = await records.find("DocumentReference", subject=whose, category=PAPER)
    mine = [one for one in found if _place(one["subject"]) == whose and _is_paper(one)]
    if not mine:
        raise NoPaper(f"{patient} has no printed prescription at {hospital.url}")
    return max(mine, key=lambda one: str(one["date"]))


def _is_paper(document: dict[str, Any]) -> bool:
    codes = [
        f"{c.get('system')}|{c.get('code')}" for one in document.get("category", ()) for c in one.get("coding", ())
    ]
    return PAPER in codes


async def asked(hospital: Hospital, order: str) -> tuple[str, list[tuple[str, int, str]]]:
    """For whom the hospital has this order, and what is asked for: (code or name, boxes, how it is taken)."""
    async with _speaking(hospital) as records:
        task = await records.order(order)
    drugs = [item for item in task["input"] if item["type"]["coding"][0]["code"] == "asked-drug"]
    return _seed(hospital, _place(task["for"])), [_line(item) for item in drugs]


def _line(item: dict[str, Any]) -> tuple[str, int, str]:
    said = {one["url"].rpartition("/")[2]: next(v for k, v in one.items() if k != "url") for one in item["extension"]}
    return _drug(item["valueCodeableConcept"]), int(said.get("boxes", 0)), str(said.get("sig", ""))


async def prescribed(hospital: Hospital, order: str) -> list[tuple[str, int, str]]:
    """The same of what the doctor signed last."""
    async with _speaking(hospital) as records:
        task = await records.order(order)
        places = [_place(one["valueReference"]) for one in task.get("output", ()) if _is(one, "prescription")]
        requests = [await records.read(place) for place in places]
    return [_prescribed(one) for one in requests]


async def slip(hospital: Hospital, order: str) -> tuple[str, str, str]:
    """What lies in the order's sealed bag and stands on it: the code, and the start parameters of slip and label."""
    async with _speaking(hospital) as records:
        found = await records.find("SupplyDelivery", identifier=f"{PARCEL}|{order}")
    said = {one["url"].rpartition("/")[2]: str(one.get("valueString", "")) for one in found[0]["extension"]}
    return said["pickup-code"], f"slip-{said['slip-word']}", f"parcel-{said['label-word']}"


async def said(hospital: Hospital, order: str) -> list[tuple[str, str, str]]:
    """What the record has of an order's consult, as it was said: who, the words as they are now, the status."""
    async with _speaking(hospital) as records:
        task = await records.order(order)
        found = await records.find("Communication", subject=_place(task["for"]))
    mine = [one for one in found if _place(one["about"][0]) == f"Task/{task['id']}"]
    return [
        (_place(one["sender"]).partition("/")[0], one["payload"][0].get("contentString", ""), one["status"])
        for one in sorted(mine, key=lambda one: (one["sent"], one["identifier"][0]["value"]))
    ]


async def found_in(hospital: Hospital) -> bool:
    """Whether the hospital's own check has written down what it finds, within half a minute."""
    async with _speaking(hospital) as records:
        for _ in range(150):
            if await records.find("DetectedIssue"):
                return True
            await asyncio.sleep(0.2)
    return False


def _is(output: dict[str, Any], kind: str) -> bool:
    return any(coding.get("code") == kind for coding in output["type"].get("coding", ()))


def _prescribed(request: dict[str, Any]) -> tuple[str, int, str]:
    how, boxes = request.get("dosageInstruction", []), int(request["dispenseRequest"]["quantity"]["value"])
    return _drug(request["medicationCodeableConcept"]), boxes, "; ".join(one.get("text", "") for one in how)


async def claimed(hospital: Hospital, order: str) -> list[tuple[str, int, int]]:
    """What the insurer is asked to pay for this order: (code or name, fen a box, boxes)."""
    async with _speaking(hospital) as records:
        task = await records.order(order)
        claims = await records.find("Claim", patient=_place(task["for"]))
    items = [item for claim in claims for item in claim["item"]]
    return [(_drug(one["productOrService"]), round(one["unitPrice"]["value"] * 100), one["quantity"]["value"])
            for one in items]  # fmt: skip


def _drug(concept: dict[str, Any]) -> str:
    return str(concept["coding"][0]["code"] if concept.get("coding") else concept["text"])


async def custody(hospital: Hospital, order: str) -> list[dict[str, str]]:
    """Who held the order's parcel when (R9): {at, what, who}, oldest first."""
    lines: list[dict[str, str]] = []
    async with _speaking(hospital) as records:
        for place in [_place(one["valueReference"]) for one in (await records.order(order)).get("output", ())
                      if _is(one, "parcel")]:  # fmt: skip
            for line in await records.find("Provenance", target=place):
                activity = line["activity"]["coding"][0]["code"]
                who = ", ".join(_seed(hospital, _place(agent["who"])) for agent in line["agent"])
                lines.append({"at": clocks.iso(clocks.parse_iso(line["recorded"])), "what": activity, "who": who})
    return sorted(lines, key=lambda line: line["at"])


async def problems(hospital: Hospital, order: str) -> dict[str, str]:
    """What was reported of the order's parcel (Task parcel-problem) -> Task.status; as soon as none waits, or late."""
    found: dict[str, str] = {}
    async with _speaking(hospital) as records:
        for _ in range(60):
            steps = await records.find("Task", **{"part-of": f"Task/{(await records.order(order))['id']}"})
            found = {
                one["reasonCode"]["coding"][0]["code"]: one["status"] for one in steps if _coded(one, "parcel-problem")
            }
            if "requested" not in found.values():
                break
            await asyncio.sleep(0.5)
    return found


async def ended_batches(hospital: Hospital) -> int:
    """How many batches came to nothing (Task deliver-batch, cancelled); asked for at most half a minute."""
    async with _speaking(hospital) as records:
        for _ in range(60):
            if tasks := [one for one in await records.find("Task", status="cancelled") if _coded(one, "deliver-batch")]:
                return len(tasks)
            await asyncio.sleep(0.5)
    return 0


def _coded(task: dict[str, Any], code: str) -> bool:
    return any(coding.get("code") == code for coding in task.get("code", {}).get("coding", ()))


async def stands_in(hospital: Hospital, status: str) -> list[str]:
    """Who stands in somewhere, by the Tasks stand-in with this status; asked for at most half a minute."""
    async with _speaking(hospital) as records:
        for _ in range(60):
            tasks = [one for one in await records.find("Task", status=status) if _coded(one, "stand-in")]
            if tasks:
                return [_seed(hospital, _place(one["owner"])) for one in tasks]
            await asyncio.sleep(0.5)
    return []


async def confirmed_for(hospital: Hospital, order: str) -> bool:
    """Whether the parcel was confirmed for its patient by whoever read to her; asked for at most half a minute."""
    for _ in range(60):
        if "confirmed-for-her" in {line["what"] for line in await custody(hospital, order)}:
            return True
        await asyncio.sleep(0.5)
    return False


def _identifiers(resource: dict[str, Any]) -> set[tuple[str | None, str | None]]:
    return {(one.get("system"), one.get("value")) for one in resource["identifier"]}


def _place(reference: dict[str, Any]) -> str:
    """``Type/id`` of a reference, also of an absolute or a versioned one."""
    parts = str(reference["reference"]).partition("/_history/")[0].split("/")
    return "/".join(parts[-2:])


def _seed(hospital: Hospital, place: str) -> str:
    """The id by which a story knows it."""
    known = next((own for own, there in hospital.places.items() if there == place), place)
    return known.partition("/")[2]


class _Records:
    """Reads like any FHIR client: whole searches, whatever the size of a page; what was not asked for is left out."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self.base, self.session = base.rstrip("/"), session

    def url_of(self, reference: str) -> str:
        return reference if "://" in reference else f"{self.base}/{reference}"

    async def read(self, place: str) -> dict[str, Any]:
        async with self.session.get(f"{self.base}/{place}") as answer:
            answer.raise_for_status()
            return await answer.json(content_type=None)

    async def find(self, kind: str, **params: str) -> list[dict[str, Any]]:
        url: str | None = f"{self.base}/{kind}?{urlencode({**params, '_count': '100'})}"
        found: list[dict[str, Any]] = []
        for _ in range(PAGES):
            if url is None:
                break
            async with self.session.get(url) as answer:
                answer.raise_for_status()
                bundle = await answer.json(content_type=None)
            found += [one["resource"] for one in bundle.get("entry", ()) if one["resource"]["resourceType"] == kind]
            following = next((one["url"] for one in bundle.get("link", ()) if one["relation"] == "next"), "")
            url = urljoin(url, following) if following else None
        return found

    async def order(self, no: str) -> dict[str, Any]:
        """What was just sent may still be on its way: asked for at most half a minute. Raises ValueError."""
        tasks: list[dict[str, Any]] = []
        for _ in range(60):
            found = await self.find("Task", identifier=f"{ORDER}|{no}")
            tasks = [
                one
                for one in found
                if any(i.get("value") == no and i.get("system") == ORDER for i in one["identifier"])
            ]
            if tasks:
                break
            await asyncio.sleep(0.5)
        (task,) = tasks
        return task


@asynccontextmanager
async def _speaking(hospital: Hospital) -> AsyncIterator[_Records]:
    async with aiohttp.ClientSession(headers=hospital.headers) as session:
        yield _Records(hospital.url, session)
