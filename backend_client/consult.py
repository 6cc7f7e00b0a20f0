"""The consult: a doctor takes an order, both sides speak, the Encounter ends."""

from __future__ import annotations

from backend_client.codes import ACT_CODE
from backend_client.errors import WrongState
from backend_client.media import stored_photo
from backend_client.models import Actor, Attachment, MessageDraft
from backend_client.moves import Move, already, key_of, made_again, marked, move, stage_of
from backend_client.orders import task_of
from backend_client.rest import Rest
from backend_client.shapes import concept, identified, identifier, instant, own_path, ref, target, word
from backend_client.states import set_status
from backend_client.wire import Json

WITHDRAWN = "entered-in-error"


async def take(rest: Rest, no: str, doctor: Actor) -> Json:
    """The order's Task, now the doctor's; WrongState(``already-taken``) when it is another's."""
    task = await task_of(rest, no)
    before = stage_of(rest.codes, task)
    wanted = made_again(rest.codes, task, Move("in-consult", doctor, owner=doctor.reference))
    try:
        task = await move(rest, task, wanted)
    except WrongState as error:
        gone = before not in ("submitted", "received", "cancelled", "failed")
        raise (WrongState("already-taken") if gone else error) from error
    key, found = await _encounter(rest, no)
    if found is None and (key == no or stage_of(rest.codes, task) == "in-consult"):
        await rest.create(await _opened(rest, task, key, doctor), rest.codes.id("encounter"), key)
    return task


async def _encounter(rest: Rest, no: str) -> tuple[str, Json | None]:
    """The consult that is open, or the key of the next one: each doctor who takes the order has his own."""
    key, n = no, 1
    found = await rest.first("Encounter", rest.codes.id("encounter"), key)
    while found is not None and word(found, "status") == "finished":
        key, n = f"{no}-{n + 1}", n + 1
        found = await rest.first("Encounter", rest.codes.id("encounter"), key)
    return key, found


async def _opened(rest: Rest, task: Json, key: str, doctor: Actor) -> Json:
    return {
        "resourceType": "Encounter",
        "identifier": [identifier(rest.codes.id("encounter"), key)],
        "status": "in-progress",
        "class": {"system": ACT_CODE, "code": "VR"},
        "subject": ref(target(task, "for")),
        "participant": await _participants(rest, doctor),
        "period": {"start": instant(rest.now())},
    }


async def give_back(rest: Rest, no: str, doctor: Actor, reason: str) -> Json:
    """To the queue again: nobody's, its consult ended. WrongState for whoever does not have it."""
    task = await task_of(rest, no)
    wanted = made_again(rest.codes, task, Move("received", doctor, reason=reason, nobodys=True))
    if not marked(rest.codes, task, key_of(task, wanted)):
        if stage_of(rest.codes, task) not in ("in-consult", "returned"):
            raise already(stage_of(rest.codes, task))
        require_owner(task, doctor.reference)
    task = await move(rest, task, wanted)
    await end_encounter(rest, no)
    return task


async def _participants(rest: Rest, doctor: Actor) -> list[Json]:
    """R4's Encounter takes a Practitioner, not a PractitionerRole."""
    person = doctor.reference
    if person.startswith("PractitionerRole/"):
        person = target(await rest.read(person), "practitioner")
    return [{"individual": ref(person)}] if person else []


async def not_suitable(rest: Rest, no: str, doctor: Actor, reason: str) -> Json:
    task = await task_of(rest, no)
    require_owner(task, doctor.reference)
    task = await move(rest, task, Move("not-suitable", doctor, reason=reason))
    await end_encounter(rest, no)
    return task


def require_owner(task: Json, reference: str) -> None:
    """WrongState(``already-taken``) for a doctor who is not the one that took the order (R3, R4)."""
    if target(task, "owner") != reference:
        raise WrongState("already-taken")


async def end_encounter(rest: Rest, no: str) -> None:
    _, encounter = await _encounter(rest, no)
    if encounter is None:
        return
    period = {**encounter.get("period", {}), "end": instant(rest.now())}
    await set_status(rest, own_path(encounter), "finished", period=period)


async def _attachment(rest: Rest, sent: Attachment, key: str, patient: str) -> Json:
    """Attachment (R4): what was too big has a title and a size, and no url."""
    told: Json = {"title": sent.title or "-", "size": sent.size}
    if sent.mime:
        told["contentType"] = sent.mime
    if sent.body is not None:
        where, kept = await stored_photo(rest, sent.body, key, patient)
        told |= {"contentType": kept.mime, "url": where}
    return told


async def say(rest: Rest, message: MessageDraft) -> None:
    """Record one message; the same key with other words is an edit, a new version of the same Communication.

    One that was taken back is entered-in-error, with the words it had; nothing makes it count again.
    """
    codes = rest.codes
    task = await task_of(rest, message.order)
    _, encounter = await _encounter(rest, message.order)
    encounter = encounter or await rest.first("Encounter", codes.id("encounter"), message.order)
    payload: list[Json] = [{"contentString": message.text}] if message.text else []
    if message.photo is not None:
        where, photo = await stored_photo(rest, message.photo, message.key, target(task, "for").rpartition("/")[2])
        payload.append({"contentAttachment": {"contentType": photo.mime, "url": where}})
    if message.attached is not None:
        patient = target(task, "for").rpartition("/")[2]
        payload.append({"contentAttachment": await _attachment(rest, message.attached, message.key, patient)})
    communication: Json = {
        "resourceType": "Communication",
        "identifier": [identifier(codes.id("chat-message"), message.key)],
        "status": "completed",
        "category": [concept(codes.system("communication"), "consult")],
        "subject": ref(target(task, "for")),
        "about": [ref(own_path(task))],
        "sender": ref(message.sender),
        "recipient": [ref(message.recipient)],
        "sent": instant(message.sent),
        "payload": payload,
    }
    if encounter is not None:
        communication["encounter"] = ref(own_path(encounter))
    kept = await rest.create(communication, codes.id("chat-message"), message.key)
    if identified(kept, codes.id("chat-message")) != message.key or word(kept, "status") == WITHDRAWN:
        return
    status = WITHDRAWN if message.withdrawn else "completed"
    if kept.get("payload") != payload or status != "completed":
        await set_status(rest, own_path(kept), status, payload=payload)
