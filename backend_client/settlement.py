"""The Claim that asks the insurer, and the three lines that come back (ClaimResponse.total)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from backend_client.catalogue import prices
from backend_client.codes import ADJUDICATION, CLAIM_TYPE, PROCESS_PRIORITY, Codes
from backend_client.drugs import drug_concept
from backend_client.errors import Invalid, Unintelligible
from backend_client.models import Line, Pricing, Settlement
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


async def submit_claim(
    rest: Rest, task: Json, key: str, lines: tuple[Line, ...], pricing: tuple[Pricing, ...] = ()
) -> None:
    """One Claim for each prescription; ``key`` is the prescription's. The insurer moves the order to quoted.

    ``pricing``: what the pharmacist entered of lines that the formulary has not.
    """
    if await rest.first("Claim", rest.codes.id("claim"), key) is not None:
        return
    stage = stage_of(rest.codes, task)
    if stage not in FROM["quoted"]:
        raise already(stage)
    coverage = await coverage_of(rest, target(task, "for"))
    items = await _items(rest, lines, {one.line: one for one in pricing})
    claim = await _claim(rest, task, key, items, coverage)
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


async def _claim(rest: Rest, task: Json, key: str, items: list[Json], coverage: Json | None) -> Json:
    codes = rest.codes
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


async def _items(rest: Rest, lines: tuple[Line, ...], entered: Mapping[int, Pricing]) -> list[Json]:
    """Invalid(``no-price``) where neither the formulary nor the pharmacist says what a line costs."""
    coded = [replace(line, code=_code(line, entered.get(n))) for n, line in enumerate(lines, 1)]
    known = await prices(rest, [line.code for line in coded])
    items: list[Json] = []
    for number, line in enumerate(coded, 1):
        said = entered.get(number)
        price = said.price if said and said.price else known.get(line.code)
        if price is None:
            raise Invalid("no-price", line.code)
        items.append(_item(rest.codes, number, line, price, said))
    return items


def _code(line: Line, said: Pricing | None) -> str:
    """The pharmacist's, where she found the drug in the list."""
    return said.code or line.code if said else line.code


def _item(codes: Codes, number: int, line: Line, price: int, said: Pricing | None) -> Json:
    item: Json = {
        "sequence": number,
        "productOrService": drug_concept(codes, line),
        "quantity": {"value": line.boxes, "unit": "box"},
        "unitPrice": money(price),
        "net": money(price * line.boxes),
    }
    if said and not said.code:
        item["category"] = concept(codes.system("item-cover"), "covered" if said.covered else "not-covered")
    return item


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
