"""What the formulary has no price for: a Task price-line for each such line, answered by a pharmacist (contract)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend_client.catalogue import prices
from backend_client.codes import Codes
from backend_client.drugs import line_of_request
from backend_client.errors import Invalid, WrongState
from backend_client.lines import Line, Pricing
from backend_client.models import Actor
from backend_client.moves import output, outputs_of
from backend_client.rest import Rest
from backend_client.shapes import (
    code_of,
    concept,
    dig,
    each,
    fen,
    identified,
    identifier,
    instant,
    money,
    ms,
    own_path,
    ref,
    target,
    word,
)
from backend_client.states import set_status
from backend_client.wire import Json

KIND = "price-line"  # the Task's code, its identifier, and the output of the order that names it
WITHIN_MS = 3600 * 1000
STATUS: Mapping[str, str] = {"completed": "priced", "rejected": "refused"}  # any other is open


async def unlisted(rest: Rest, lines: Sequence[Line]) -> list[int]:
    """Numbers, from 1, of the lines that the formulary has no price for: not in it, or without one."""
    known = await prices(rest, [line.code for line in lines])
    return [number for number, line in enumerate(lines, 1) if line.code not in known]


def asked(codes: Codes, key: str, request: str, name: str, order: Json, who: str, now: int, until: int) -> Json:
    """The Task; ``key`` is that of its MedicationRequest ``request``, ``who`` the reference of whoever asks."""
    return {
        "resourceType": "Task",
        "identifier": [identifier(codes.id(KIND), key)],
        "partOf": [ref(own_path(order))],
        "status": "requested",
        "intent": "order",
        "code": concept(codes.system("task"), KIND),
        "focus": ref(request),
        "for": ref(target(order, "for")),
        "requester": ref(who),
        "authoredOn": instant(now),
        "restriction": {"period": {"end": instant(until or now + WITHIN_MS)}},
        "input": [{"type": concept(codes.system("task-input"), "asked-drug"), "valueString": name}],
    }


def named(codes: Codes, place: str) -> Json:
    """The order's output that names it."""
    return output(codes, KIND, "Reference", ref(place))


async def open_lines(rest: Rest, order: Json, requests: Sequence[Json]) -> Json:
    """The order with a Task for each line that has no price, also where whoever wrote the prescription asked nobody."""
    codes = rest.codes
    numbers = await unlisted(rest, [line_of_request(codes, request) for request in requests])
    places = {target(item, "valueReference") for item in outputs_of(codes, order, KIND)}
    added: list[Json] = []
    for request in (requests[number - 1] for number in numbers):
        key, name = identified(request, codes.id("rx")), word(request, "medicationCodeableConcept", "text")
        who = target(request, "requester") or target(order, "requester")
        task = asked(codes, key, own_path(request), name, order, who, rest.now(), 0)
        made = own_path(await rest.create(task, codes.id(KIND), key))
        added += [] if made in places else [named(codes, made)]
    if not added:
        return order
    test: Json = {"op": "test", "path": "/businessStatus", "value": order["businessStatus"]}
    patch: Json = {"op": "add", "path": "/output", "value": [*each(order, "output"), *added]}
    return await rest.patch(order, [test, patch]) or await rest.read(own_path(order))


async def drop_lines(rest: Rest, order: Json) -> None:
    """Nobody needs these prices any more."""
    for place in (target(item, "valueReference") for item in outputs_of(rest.codes, order, KIND)):
        if word(await rest.read(place), "status") in ("requested", "in-progress"):
            await set_status(rest, place, "cancelled")


async def answer(rest: Rest, place: str, pharmacist: Actor, said: Pricing) -> None:
    """WrongState(``already-priced``, ``already-returned``) where another answered it before."""
    task = await rest.read(place)
    if word(task, "status") in STATUS:
        if target(task, "owner") == pharmacist.reference:
            return
        raise WrongState("already-priced" if word(task, "status") == "completed" else "already-returned")
    if said.code and said.code not in await prices(rest, [said.code]):
        raise Invalid("no-price", said.code)
    fields: Json = {"owner": ref(pharmacist.reference)}
    if said.status == "refused":
        await set_status(rest, place, "rejected", statusReason={"text": said.reason}, **fields)
        return
    await set_status(rest, place, "completed", output=entered(rest.codes, said), **fields)


def entered(codes: Codes, said: Pricing) -> list[Json]:
    """As Task.output: the list's drug, or what a box costs and whether the insurance covers it."""
    if said.code:
        return [output(codes, "drug", "CodeableConcept", concept(codes.system("drug"), said.code))]
    cover = "covered" if said.covered else "not-covered"
    return [output(codes, "price", "Money", money(said.price)), output(codes, "cover", "Code", cover)]


# reading
def pricing_of(codes: Codes, order: Json, known: Mapping[str, Json]) -> tuple[Pricing, ...]:
    """In the prescription's order; what is about no line of it is left out."""
    lines = [target(item, "valueReference") for item in outputs_of(codes, order, "prescription")]
    tasks = (known.get(target(item, "valueReference")) for item in outputs_of(codes, order, KIND))
    found = [_read(codes, task, lines.index(target(task, "focus")) + 1) for task in tasks
             if task and target(task, "focus") in lines]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.line))


def _read(codes: Codes, task: Json, line: int) -> Pricing:
    def said(kind: str) -> Any:
        return next(iter(outputs_of(codes, task, kind)), None)

    status = STATUS.get(word(task, "status"), "open")
    code, price = code_of(dig(said("drug"), "valueCodeableConcept"), codes.system("drug")), said("price")
    return Pricing(
        line=line,
        status="open" if status == "priced" and not code and price is None else status,
        code=code,
        price=fen(dig(price, "valueMoney")) if price else 0,
        covered=word(said("cover"), "valueCode") == "covered",
        reason=word(task, "statusReason", "text") if status == "refused" else "",
        until=ms(word(task, "restriction", "period", "end")),
        id=str(task["id"]),
    )
