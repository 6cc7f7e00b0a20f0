"""The Claim that asks the insurer, and the three lines that come back (ClaimResponse.total)."""

from __future__ import annotations

from backend_client.catalogue import prices
from backend_client.codes import ADJUDICATION, CLAIM_TYPE, PROCESS_PRIORITY, Codes
from backend_client.errors import Invalid, Unintelligible
from backend_client.models import Line, Settlement
from backend_client.moves import already, input_of, outputs_of, stage_of
from backend_client.rest import Rest
from backend_client.shapes import (
    code_of,
    concept,
    each,
    fen,
    identifier,
    instant,
    money,
    own_path,
    ref,
    target,
    word,
)
from backend_client.stages import FROM
from backend_client.states import set_status
from backend_client.wire import Json


async def submit_claim(rest: Rest, task: Json, key: str, lines: tuple[Line, ...]) -> None:
    """One Claim for each prescription; ``key`` is the prescription's. The insurer moves the order to quoted."""
    if await rest.first("Claim", rest.codes.id("claim"), key) is not None:
        return
    stage = stage_of(rest.codes, task)
    if stage not in FROM["quoted"]:
        raise already(stage)
    coverage = await coverage_of(rest, target(task, "for"))
    claim = await _claim(rest, task, key, lines, coverage)
    if before := await _claim_before(rest, task):
        claim["related"] = [
            {"claim": ref(before), "relationship": concept(rest.codes.system("claim-relation"), "replaces")}
        ]
        await set_status(rest, before, "cancelled")
    await rest.create(claim, rest.codes.id("claim"), key)


async def _claim_before(rest: Rest, task: Json) -> str:
    """``Claim/<id>`` of the quote that this order had before its prescription was returned, "" = none."""
    answer = next((target(item, "valueReference") for item in outputs_of(rest.codes, task, "settlement")), "")
    return target(await rest.read(answer), "request") if answer else ""


async def coverage_of(rest: Rest, patient: str) -> Json | None:
    found = await rest.search("Coverage", {"beneficiary": patient, "status": "active"})
    return next(iter(found), None)


async def _claim(rest: Rest, task: Json, key: str, lines: tuple[Line, ...], coverage: Json | None) -> Json:
    codes = rest.codes
    price = await prices(rest, [line.code for line in lines])
    missing = [line.code for line in lines if line.code not in price]
    if missing:
        raise Invalid("no-price", " ".join(missing))
    items = [_item(codes, number, line, price[line.code]) for number, line in enumerate(lines, 1)]
    requests = outputs_of(codes, task, "prescription")
    claim: Json = {
        "resourceType": "Claim",
        "identifier": [identifier(codes.id("claim"), key)],
        "status": "active",
        "type": concept(CLAIM_TYPE, "pharmacy"),
        "use": "claim",
        "patient": ref(target(task, "for")),
        "created": instant(rest.now()),
        "provider": ref(target(input_of(codes, task, "department"), "valueReference")),
        "priority": concept(PROCESS_PRIORITY, "normal"),
        "prescription": ref(target(requests[0], "valueReference")),
        "supportingInfo": [
            {
                "sequence": 1,
                "category": concept(codes.system("claim-info"), "order"),
                "valueReference": ref(own_path(task)),
            }
        ],
        "insurance": [{"sequence": 1, "focal": True, "coverage": _coverage(coverage)}],
        "item": items,
        "total": money(sum(fen(item["net"]) for item in items)),
    }
    if word(task, "reasonCode", "text"):
        claim["diagnosis"] = [{"sequence": 1, "diagnosisCodeableConcept": {"text": word(task, "reasonCode", "text")}}]
    if coverage is not None and each(coverage, "payor"):
        claim["insurer"] = ref(target(coverage, "payor", 0))
    return claim


def _coverage(coverage: Json | None) -> Json:
    """R4 demands a coverage on every Claim: without one it says so in words."""
    return ref(own_path(coverage)) if coverage else {"display": "none: self-pay"}


def _item(codes: Codes, number: int, line: Line, price: int) -> Json:
    return {
        "sequence": number,
        "productOrService": concept(codes.system("drug"), line.code),
        "quantity": {"value": line.boxes, "unit": "box"},
        "unitPrice": money(price),
        "net": money(price * line.boxes),
    }


def settlement_of(codes: Codes, answer: Json) -> Settlement:
    """Unintelligible(``sum-differs``) unless pooled + personal + self-pay == submitted."""
    own = codes.system("adjudication")
    lines: dict[str, int] = {}
    for item in each(answer, "total"):
        category = item.get("category")
        lines[code_of(category, own) or code_of(category, ADJUDICATION)] = fen(item.get("amount"))
    pooled, personal, self_pay = (lines.get(name, 0) for name in ("pooled-fund", "personal-account", "self-pay"))
    total = lines.get("submitted", -1)
    if pooled + personal + self_pay != total or min(pooled, personal, self_pay) < 0:
        raise Unintelligible("sum-differs")
    insured = word(answer, "outcome") in ("complete", "partial")
    return Settlement(total, pooled, personal, self_pay, insured, "" if insured else word(answer, "disposition"))
