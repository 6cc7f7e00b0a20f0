"""Writing an order down and reading it back: the transaction of submit, and the Task with what it refers to."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar, cast

from backend_client.bundles import Entry, transact, urn
from backend_client.codes import LOINC, PRESCRIPTION_PHOTO, PROVENANCE_PARTICIPANT, Codes
from backend_client.consent import check_mandate
from backend_client.current import name_of
from backend_client.drugs import asked_input, line_of_input, line_of_request
from backend_client.errors import NUMBER_TAKEN, Broken, NotFound, Refusal, Unintelligible, WrongState
from backend_client.guidance import guidance, handed_out
from backend_client.media import stored_photo
from backend_client.models import OrderDraft, OrderSnapshot, Parcel, Photo, Settlement, Stage
from backend_client.moves import business_status, outputs_of, stage_of, why_of
from backend_client.patients import MOST_MERGES, may_order, merged_away, same_record, standing_in
from backend_client.pricing import KIND, pricing_of
from backend_client.provenance import provenance
from backend_client.questions import answers_of
from backend_client.rest import Rest
from backend_client.settlement import settlement_of
from backend_client.shapes import (
    code_of,
    concept,
    each,
    extended,
    fen,
    identified,
    identifier,
    instant,
    ms,
    own_path,
    ref,
    target,
    target_id,
    updated,
    version,
    word,
)
from backend_client.wire import Json

ENDED_WITH_REASON = frozenset({"not-suitable", "returned", "cancelled", "problem", "failed"})
AT_ONCE = 80  # ids in one search
SECOND = 1000  # ms: a server may keep an instant no finer
LAST: Stage = "confirmed"  # then she reads how to take it
T = TypeVar("T")
READING = "read by machine"  # title of the attachment that tells what the reader saw, before a person confirmed it


# writing
async def submit(rest: Rest, draft: OrderDraft, photos: Sequence[Photo]) -> OrderSnapshot:
    """The order's transaction; a repeat with the same number gives the order as it is by now (contract G8).

    WrongState(``number-taken``) where that number is another order's: this one is not at the hospital.
    """
    found = await _own(rest.first("Task", rest.codes.id("order"), draft.no))
    if placed := found is None:
        draft = await _as_it_stands(rest, draft)
        await check_mandate(rest, draft.actor)
        pictures = [await stored_photo(rest, photo, draft.no, draft.patient) for photo in photos]
        places = await transact(rest, list(_entries(rest, draft, pictures)))
        found = await rest.own(places[urn(rest, f"{draft.no}|order")])
    if not await _own(_became(rest, draft, found, placed)):
        raise WrongState(NUMBER_TAKEN)
    return replace(await _own(snapshot(rest, found)), authored=draft.authored)  # by this it is known for ours


async def _became(rest: Rest, draft: OrderDraft, task: Json, placed: bool) -> bool:
    """Of the draft's patient and of its moment. A database that was put back or begun anew gives numbers again. Of what
    was ``placed`` just now, where none was, the moment is not asked: a server may write its own."""
    told = 0 if placed else ms(word(task, "authoredOn"))
    another = told and abs(told - draft.authored) >= SECOND
    return not another and await same_record(rest, target_id(task, "for"), draft.patient)


async def _own(reading: Awaitable[T]) -> T:
    """What may stand already is not taken back by the answer to a reading."""
    try:
        return await reading
    except Refusal as error:
        raise Broken(error.code, error.detail) from error


async def _as_it_stands(rest: Rest, draft: OrderDraft) -> OrderDraft:
    """For the record that its patient's went into, where it was merged meanwhile; Invalid for a closed one."""
    patient = (await may_order(rest, draft.patient)).id
    mine = draft.actor.reference == f"Patient/{draft.patient}"
    actor = replace(draft.actor, reference=f"Patient/{patient}") if mine else draft.actor
    if actor.on_behalf_of == draft.patient:
        actor = replace(actor, on_behalf_of=patient)
    return replace(draft, patient=patient, actor=actor)


def _entries(rest: Rest, draft: OrderDraft, pictures: Sequence[tuple[str, Photo]]) -> Iterable[Entry]:
    codes, no = rest.codes, draft.no
    photo, answers, order = (urn(rest, f"{no}|{part}") for part in ("photo", "answers", "order"))
    if pictures:
        yield Entry(photo, _document(rest, draft, pictures), codes.id("rx-photo"), no)
    if draft.answers or draft.questionnaire:
        yield Entry(answers, answers_of(rest, draft), codes.id("pre-consult"), no)
    inputs = [("rx-photo", "Reference", ref(photo))] if pictures else []
    inputs += [("pre-consult", "Reference", ref(answers))] if draft.answers or draft.questionnaire else []
    yield Entry(order, _task(rest, draft, [_input(rest, *item) for item in inputs]), codes.id("order"), no)
    record = provenance(codes, f"order|{no}", [order], "order", [("enterer", draft.actor)], draft.authored)
    yield Entry(urn(rest, f"{no}|provenance"), record)
    if pictures and draft.reading:
        yield Entry(urn(rest, f"{no}|reading"), _read_by(rest, draft, photo))


def _read_by(rest: Rest, draft: OrderDraft, photo: str) -> Json:
    """A machine read the photo, this person confirmed it (contract G9)."""
    agents = [("verifier", draft.actor)]
    record = provenance(rest.codes, f"reading|{draft.no}", [photo], "reading", agents, draft.authored)
    machine = {"type": "Device", "display": "MedRelay photo reader"}
    record["agent"].append({"type": concept(PROVENANCE_PARTICIPANT, "assembler"), "who": machine})
    return record


def _input(rest: Rest, kind: str, name: str, value: object) -> Json:
    return {"type": concept(rest.codes.system("task-input"), kind), f"value{name}": value}


def _task(rest: Rest, draft: OrderDraft, references: list[Json]) -> Json:
    codes = rest.codes
    words = {
        "delivery": ("Code", draft.delivery),
        "days-left": ("Code", draft.days_left),
        "expedite-reason": ("String", draft.expedite_reason),
        "rx-date": ("Date", draft.rx_date),
        "rx-number": ("String", draft.rx_number),
        "rx-hospital": ("String", draft.rx_hospital),
        "read-by": ("Code", draft.read_by),
    }
    places = {"deliver-to": f"Location/{draft.compound}", "department": f"Organization/{draft.department}"}
    task: Json = {
        "resourceType": "Task",
        "identifier": [identifier(codes.id("order"), draft.no)],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), "refill-order"),
        "businessStatus": business_status(codes, "submitted"),
        "priority": draft.priority,
        "for": ref(f"Patient/{draft.patient}"),
        "requester": ref(draft.actor.reference),
        "authoredOn": instant(draft.authored),
        "restriction": {"period": {"end": instant(draft.deadline)}},
        "input": [
            *references,
            *(_input(rest, kind, "Reference", ref(place)) for kind, place in places.items()),
            *(_input(rest, kind, name, value) for kind, (name, value) in words.items() if value),
            *(asked_input(codes, line) for line in draft.lines),
        ],
    }
    if draft.condition:
        task["reasonCode"] = {"text": draft.condition}
    if draft.doctor:
        task["owner"] = ref(f"PractitionerRole/{draft.doctor}")
    return task


def _document(rest: Rest, draft: OrderDraft, pictures: Sequence[tuple[str, Photo]]) -> Json:
    document: Json = {
        "resourceType": "DocumentReference",
        "identifier": [identifier(rest.codes.id("rx-photo"), draft.no)],
        "status": "current",
        "type": concept(LOINC, PRESCRIPTION_PHOTO),
        "subject": ref(f"Patient/{draft.patient}"),
        "date": instant(draft.authored),
        "description": "; ".join(f"{line.name} {line.strength} x{line.boxes}" for line in draft.lines),
        "content": [
            {"attachment": {"contentType": photo.mime, "url": where, "title": f"sha256:{photo.sha256}"}}
            for where, photo in pictures
        ],
    }
    if draft.reading:
        body = base64.b64encode(json.dumps(draft.reading, ensure_ascii=False).encode()).decode("ascii")
        attachment = {"contentType": "application/json", "data": body, "title": READING}
        document["content"].append({"attachment": attachment})
    if draft.rx_date:
        document["context"] = {"period": {"start": draft.rx_date}}
    return document


# reading
async def task_of(rest: Rest, no: str) -> Json:
    """The order's Task, or NotFound(``no-such-order``)."""
    found = await rest.first("Task", rest.codes.id("order"), no)
    if found is None:
        raise NotFound("no-such-order")
    return found


async def order(rest: Rest, no: str) -> OrderSnapshot:
    return await snapshot(rest, await task_of(rest, no))


async def snapshot(rest: Rest, task: Json) -> OrderSnapshot:
    return build(rest, task, await context(rest, [task]))


async def context(rest: Rest, tasks: Sequence[Json]) -> dict[str, Json]:
    """Everything that the orders refer to, by ``Type/id``, in one search a type however many orders there are."""
    wanted = {reference for task in tasks for reference in _references(rest, task)}
    found = await fetch(rest, wanted)
    people = {target(role, "practitioner") for role in found.values() if role["resourceType"] == "PractitionerRole"}
    found |= await fetch(rest, people)
    found |= await fetch(rest, {target(one, "medicationReference") for one in found.values()})
    for _ in range(MOST_MERGES):
        if not (more := await fetch(rest, merged_away(found))):
            break
        found |= more
    ended = [task for task in tasks if code_of(task.get("businessStatus"), rest.codes.system("order-status")) == LAST]
    with_her = [place for task in ended for place in _prescribed(rest, task)]
    return found | {own_path(one): one for one in await handed_out(rest, with_her)}


def _prescribed(rest: Rest, task: Json) -> list[str]:
    return [target(item, "valueReference") for item in outputs_of(rest.codes, task, "prescription")]


def _references(rest: Rest, task: Json) -> Iterable[str]:
    yield target(task, "for")
    yield target(task, "owner")
    for kind in ("prescription", "settlement", "parcel", "payment", KIND):
        for item in outputs_of(rest.codes, task, kind):
            yield target(item, "valueReference")


async def fetch(rest: Rest, references: Iterable[str]) -> dict[str, Json]:
    """What is there of ``Type/id`` references; what is not there is left out.

    What a search does not give is read by id: it may have been written this moment.
    """
    kinds: dict[str, list[str]] = {}
    for reference in sorted(filter(None, references)):
        kind, _, id_ = reference.partition("/")
        kinds.setdefault(kind, []).append(id_)
    found: dict[str, Json] = {}
    for kind, ids in kinds.items():
        for start in range(0, len(ids), AT_ONCE):
            some = await rest.search(kind, {"_id": ",".join(ids[start : start + AT_ONCE])})
            found |= {own_path(resource): resource for resource in some}
        for place in (f"{kind}/{id_}" for id_ in ids if f"{kind}/{id_}" not in found):
            with suppress(NotFound):
                found[place] = await rest.read(place)
    return found


def build(rest: Rest, task: Json, known: dict[str, Json]) -> OrderSnapshot:
    """The snapshot of one order. Unintelligible for an unknown stage, a lost patient, or money that does not add up."""
    codes = rest.codes
    stage = stage_of(codes, task)
    if target(task, "for") not in known:
        raise Unintelligible("order-without-patient")
    inputs = {code_of(item.get("type"), codes.system("task-input")): item for item in each(task, "input")}
    owner = known.get(target(task, "owner"), {})
    requests = [known[place] for place in _prescribed(rest, task) if place in known]
    dispenses = [one for one in known.values() if one["resourceType"] == "MedicationDispense"]
    answers = [known.get(target(item, "valueReference")) for item in outputs_of(codes, task, "settlement")]
    reason, words = why_of(codes, task) if stage in ENDED_WITH_REASON else ("", "")
    asked = [
        item for item in each(task, "input") if code_of(item.get("type"), codes.system("task-input")) == "asked-drug"
    ]
    steps = [known.get(target(item, "valueReference")) for item in outputs_of(codes, task, KIND)]
    parts = [task, *(step for step in steps if step)]  # it is another order where one of its price-lines is
    return OrderSnapshot(
        no=identified(task, codes.id("order")),
        task=str(task["id"]),
        version="+".join(map(version, parts)),
        updated=max(map(updated, parts)),
        stage=stage,
        patient=standing_in(known, target(task, "for"), rest.codes),
        requester=target(task, "requester"),
        department=target_id(inputs, "department", "valueReference"),
        doctor=target_id(task, "owner") if target(task, "owner").startswith("PractitionerRole/") else "",
        doctor_name=_name(owner, known),
        compound=target_id(inputs, "deliver-to", "valueReference"),
        delivery=word(inputs, "delivery", "valueCode"),
        priority=word(task, "priority"),
        expedite=str(extended(task, codes.extension("expedite-reason")) or ""),
        days_left=word(inputs, "days-left", "valueCode"),
        condition=word(task, "reasonCode", "text"),
        deadline=ms(word(task, "restriction", "period", "end")),
        asked=tuple(line_of_input(codes, item) for item in asked),
        prescribed=tuple(line_of_request(codes, request, known) for request in requests),
        guidance=tuple(guidance(request, dispenses) for request in requests),
        settlement=next((_settled(codes, answer, stage) for answer in answers if answer), None),
        parcel=_parcel(rest, task, known),
        reason=reason,
        words=words,
        rx=next((word(request, "groupIdentifier", "value") for request in requests), ""),
        note=next((word(request, "note", 0, "text") for request in requests), ""),
        payment=next(
            (word(i, "valueReference", "identifier", "value") for i in outputs_of(codes, task, "payment")), ""
        ),
        kept=sum(amount_of(known[place]) for place in payments_of(codes, task) if place in known),
        pricing=pricing_of(codes, task, known),
        authored=ms(word(task, "authoredOn")),
    )


def _settled(codes: Codes, answer: Json, stage: Stage) -> Settlement | None:
    """What does not add up says nothing of an order that has ended or waits for another quote."""
    try:
        return settlement_of(codes, answer)
    except Unintelligible:
        if stage in ENDED_WITH_REASON:
            return None
        raise


def payments_of(codes: Codes, task: Json) -> list[str]:
    """``PaymentReconciliation/<id>`` of what was paid for it and of what was paid back as a difference, in order."""
    return [target(item, "valueReference") for item in outputs_of(codes, task, "payment")]


def amount_of(payment: Json) -> int:
    """Fen; below zero where it was paid back."""
    return fen(payment.get("paymentAmount"), word(payment, "paymentAmount", "currency"))


def _name(role: Json, known: dict[str, Json]) -> str:
    practitioner = known.get(target(role, "practitioner"), cast("Json", {}))
    return name_of(practitioner) or word(role, "practitioner", "display")


def _parcel(rest: Rest, task: Json, known: dict[str, Json]) -> Parcel | None:
    codes = rest.codes
    place = next((target(item, "valueReference") for item in outputs_of(codes, task, "parcel")), "")
    parcel = known.get(place)
    if parcel is None:
        return None
    batch = next((target_id(item, "valueReference") for item in outputs_of(codes, task, "batch")), "")
    return Parcel(
        id=str(parcel["id"]),
        label=str(extended(parcel, codes.extension("parcel-label")) or ""),
        code=str(extended(parcel, codes.extension("pickup-code")) or ""),
        fridge=extended(parcel, codes.extension("fridge")) is True,
        urgent=extended(parcel, codes.extension("urgent")) is True,
        batch=batch,
        outside=str(extended(parcel, codes.extension("label-word")) or ""),
        inside=str(extended(parcel, codes.extension("slip-word")) or ""),
    )
