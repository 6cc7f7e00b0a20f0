"""The doctor's signed prescription and the pharmacist's review of it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from typing import Literal

from backend_client.bundles import Entry, transact, urn
from backend_client.codes import AUTHOR_SIGNATURE, SIGNATURE_TYPE
from backend_client.consent import check_mandate
from backend_client.consult import end_encounter, require_owner
from backend_client.dosage import dosage
from backend_client.drugs import dispense_request, drug_concept, line_extensions
from backend_client.errors import Clash, Invalid, NotFound, WrongState
from backend_client.models import Actor, Line, Prescription, Pricing
from backend_client.moves import Move, already, key_of, marked, move, output, outputs_of, stage_of, was_made, why
from backend_client.orders import fetch, snapshot, task_of
from backend_client.pricing import KIND, answer, asked, drop_lines, named, open_lines, unlisted
from backend_client.provenance import provenance
from backend_client.rest import Rest
from backend_client.shapes import (
    concept,
    identifier,
    instant,
    own_path,
    ref,
    target,
    word,
)
from backend_client.stages import FROM
from backend_client.states import set_status
from backend_client.wire import Json

VALID_MS = 72 * 3600 * 1000  # a prescription is dispensed within the order's 72 h


# writing it
async def prescribe(rest: Rest, rx: Prescription) -> Json:
    """Draft requests, the signature and the review Task first, the order's move last; more than eight go in steps."""
    if not rx.lines:
        raise Invalid("nothing-prescribed")
    doctor = Actor(f"PractitionerRole/{rx.doctor}")
    task = await task_of(rest, rx.order)
    require_owner(task, doctor.reference)
    wanted = Move("prescribed", doctor, key=rx.key)
    if not marked(rest.codes, task, key_of(task, wanted)):
        stage = stage_of(rest.codes, task)
        if stage not in FROM["prescribed"]:
            raise already(stage)
        bare = await unlisted(rest, rx.lines)
        places = await transact(rest, [*_entries(rest, rx, task, doctor), *_price_lines(rest, rx, task, bare)])
        written = [output(rest.codes, "prescription", "Reference", ref(places[name])) for name in _names(rest, rx)]
        to_price = [named(rest.codes, places[_price_line(rest, rx, number)]) for number in bare]
        outputs = (*written, *to_price)
        wanted = Move("prescribed", doctor, key=rx.key, outputs=outputs, replacing=("prescription", KIND))
    return await move(rest, task, wanted)


def _names(rest: Rest, rx: Prescription) -> list[str]:
    return [urn(rest, f"{rx.key}|line|{number}") for number, _ in enumerate(rx.lines, 1)]


def _entries(rest: Rest, rx: Prescription, task: Json, doctor: Actor) -> Iterable[Entry]:
    codes, names = rest.codes, _names(rest, rx)
    for number, (name, line) in enumerate(zip(names, rx.lines, strict=True), 1):
        yield Entry(name, _request(rest, rx, task, number, line), codes.id("rx"), f"{rx.key}-{number}")
    record = provenance(codes, f"signature|{rx.key}", names, "sign", [("author", doctor)], rx.signed)
    record["signature"] = [
        {
            "type": [{"system": SIGNATURE_TYPE, "code": AUTHOR_SIGNATURE}],
            "when": instant(rx.signed),
            "who": ref(doctor.reference),
            "sigFormat": "application/jose",
            "data": base64.b64encode(rx.signature.encode()).decode("ascii"),
        }
    ]
    yield Entry(urn(rest, f"{rx.key}|signature"), record)
    review: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id("review"), rx.key)],
        "partOf": [ref(own_path(task))],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), "pharmacist-review"),
        "focus": ref(names[0]),
        "for": ref(target(task, "for")),
        "priority": word(task, "priority") or "routine",
        "requester": ref(doctor.reference),
        "authoredOn": instant(rx.signed),
    }
    yield Entry(urn(rest, f"{rx.key}|review"), review, codes.id("review"), rx.key)


def _price_line(rest: Rest, rx: Prescription, number: int) -> str:
    return urn(rest, f"{rx.key}|price|{number}")


def _price_lines(rest: Rest, rx: Prescription, task: Json, numbers: Iterable[int]) -> Iterable[Entry]:
    """What the formulary has no price for is asked of a pharmacist."""
    names = _names(rest, rx)
    for number in numbers:
        key, line = f"{rx.key}-{number}", rx.lines[number - 1]
        who = f"PractitionerRole/{rx.doctor}"
        wanted = asked(rest.codes, key, names[number - 1], line.name, task, who, rx.signed, rx.price_by)
        yield Entry(_price_line(rest, rx, number), wanted, rest.codes.id(KIND), key)


def _request(rest: Rest, rx: Prescription, task: Json, number: int, line: Line) -> Json:
    codes = rest.codes
    request: Json = {
        "resourceType": "MedicationRequest",
        "identifier": [identifier(codes.id("rx"), f"{rx.key}-{number}")],
        "groupIdentifier": identifier(codes.id("rx-group"), rx.key),
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": drug_concept(codes, line),
        "subject": ref(target(task, "for")),
        "requester": ref(f"PractitionerRole/{rx.doctor}"),
        "authoredOn": instant(rx.signed),
        "dispenseRequest": dispense_request(line, instant(rx.signed + VALID_MS)),
    }
    if more := line_extensions(codes, line):
        request["extension"] = more
    if taken := dosage(line):
        request["dosageInstruction"] = [taken]
    if rx.note:
        request["note"] = [{"text": rx.note, "time": instant(rx.signed)}]
    if word(task, "reasonCode", "text"):
        request["reasonCode"] = [{"text": word(task, "reasonCode", "text")}]
    return request


# what an order has now
async def requests_of(rest: Rest, task: Json) -> list[Json]:
    """The MedicationRequests of the current prescription, in its order."""
    places = [target(item, "valueReference") for item in outputs_of(rest.codes, task, "prescription")]
    known = await fetch(rest, places)
    return [known[place] for place in places if place in known]


async def rx_key(rest: Rest, task: Json) -> str:
    """The key of the current prescription; NotFound(``no-prescription``) before the doctor wrote one."""
    found = await requests_of(rest, task)
    if not found:
        raise NotFound("no-prescription")
    return word(found[0], "groupIdentifier", "value")


# what the formulary has not
async def priced(rest: Rest, task: Json) -> Json:
    """The order's Task, with a price-line for each line that has no price."""
    return await open_lines(rest, task, await requests_of(rest, task))


async def price(rest: Rest, no: str, pharmacist: Actor, answers: Sequence[Pricing]) -> Json:
    """Answer the price-lines; one that is refused sends the order back to the doctor, with the pharmacist's words."""
    task = await task_of(rest, no)
    refused = next((one for one in answers if one.status == "refused"), None)
    back = Move("returned", pharmacist, key=await rx_key(rest, task), reason=refused.reason if refused else "")
    if refused and marked(rest.codes, task, key_of(task, back)):
        return await move(rest, task, back)
    stage = stage_of(rest.codes, task)
    if stage not in ("prescribed", "passed"):
        raise already(stage)
    task = await priced(rest, task)
    known = {one.line: f"Task/{one.id}" for one in (await snapshot(rest, task)).pricing}
    for said in answers:
        if said.line in known:
            await answer(rest, known[said.line], pharmacist, said)
    if not refused:
        return task
    if stage == "prescribed":
        return await review(rest, no, pharmacist, "return", refused.reason)
    return await move(rest, task, back)


# reviewing it
async def review(
    rest: Rest, no: str, pharmacist: Actor, decision: Literal["pass", "return"], reason: str, words: str = ""
) -> Json:
    """Claim the review by If-Match, complete or reject it, then move the order."""
    task = await task_of(rest, no)
    key = await rx_key(rest, task)
    found = await rest.the("Task", rest.codes.id("review"), key)
    found = await _claimed(rest, found, pharmacist)
    await _decide(rest, found, decision, why(rest.codes, reason, words) if reason else {})
    for request in await requests_of(rest, task):
        if word(request, "status") == "draft":
            await set_status(rest, own_path(request), "active" if decision == "pass" else "cancelled")
    if decision == "return":
        await drop_lines(rest, task)
        return await move(rest, task, Move("returned", pharmacist, key=key, reason=reason, words=words))
    task = await move(rest, task, Move("passed", pharmacist, key=key))
    await end_encounter(rest, no)
    return task


async def _claimed(rest: Rest, found: Json, pharmacist: Actor) -> Json:
    if target(found, "owner") == pharmacist.reference:
        return found
    if word(found, "status") == "requested":
        claimed = {**found, "status": "in-progress", "owner": ref(pharmacist.reference)}
        try:
            return await rest.update(claimed)
        except Clash:
            found = await rest.read(own_path(found))
            if target(found, "owner") == pharmacist.reference:
                return found
            if word(found, "status") == "requested":  # nobody was faster
                raise
    raise _lost(word(found, "status"))


def _lost(status: str) -> WrongState:
    words = {"completed": "already-passed", "rejected": "already-returned", "cancelled": "already-cancelled"}
    return WrongState(words.get(status, "already-in-review"))


async def _decide(rest: Rest, found: Json, decision: str, reason: Json) -> None:
    wanted = "completed" if decision == "pass" else "rejected"
    status = word(found, "status")
    if status == wanted:
        return
    if status != "in-progress":
        raise _lost(status)
    result = [output(rest.codes, "decision", "Code", decision)]
    fields: Json = {"statusReason": reason} if reason else {}
    await set_status(rest, own_path(found), wanted, output=result, **fields)


# what she says to it
async def accept(rest: Rest, no: str, who: Actor, key: str) -> None:
    """Beside the prescription; done twice it is done once, for the id follows from ``key``."""
    await check_mandate(rest, who)
    requests = await requests_of(rest, await task_of(rest, no))
    if not requests:
        raise NotFound("no-prescription")
    places = [own_path(request) for request in requests]
    await rest.put(provenance(rest.codes, key, places, "accepted", [("verifier", who)], rest.now()))


async def send_back(rest: Rest, no: str, who: Actor, reason: str, words: str) -> Json:
    """The move first, for it decides the race with payment; then the review and the prescription are nobody's."""
    task = await task_of(rest, no)
    key = await rx_key(rest, task)
    wanted = Move("returned", who, key=key, reason=reason, words=words)
    if not was_made(rest.codes, task, wanted):
        await check_mandate(rest, who)
    task = await move(rest, task, wanted)
    found = await rest.the("Task", rest.codes.id("review"), key)
    if word(found, "status") in ("requested", "in-progress"):
        await set_status(rest, own_path(found), "cancelled")
    for request in await requests_of(rest, task):
        await set_status(rest, own_path(request), "cancelled")
    await drop_lines(rest, task)
    return task
