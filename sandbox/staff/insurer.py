"""The insurer: answers whether a coverage is in force, and Claims with three lines that add up; balances Invoices."""

from __future__ import annotations

from backend_client.codes import ADJUDICATION, CLAIM_TYPE
from backend_client.errors import NotFound
from backend_client.models import Actor, Settlement
from backend_client.moves import Move, already, move, output, stage_of
from backend_client.orders import payments_of, snapshot
from backend_client.rest import Rest
from backend_client.shapes import (
    code_of,
    concept,
    day,
    each,
    extended,
    fen,
    identified,
    identifier,
    instant,
    money,
    own_path,
    ref,
    target,
    word,
)
from backend_client.states import set_status
from backend_client.wire import Json
from sandbox.staff.changing import change
from sandbox.staff.desk import Desk, Round, clear

NO_COVERAGE = "没有有效的医保。本单全部自费"
NOT_COVERED = "本次购药不在医保支付范围。全部自费"
LIVE_THINK = 0.3  # eligibility is asked while a person waits


def rounds(desk: Desk) -> tuple[Round, ...]:
    rest = desk.rest
    asked = desk.inbox("CoverageEligibilityRequest", {"status": "active"}, min(desk.think, LIVE_THINK))
    claims = desk.inbox("Claim", {"status": "active"})
    dropped = desk.inbox("Claim", {"status": "cancelled"}, 0)
    answered = desk.inbox("ClaimResponse", {"status": "active"})
    paid = desk.inbox("PaymentNotice", {"status": "active"})

    async def eligibility() -> None:
        await clear(asked, lambda request: answer_eligibility(rest, request))

    async def decided(claim: Json) -> None:
        await answer_claim(rest, claim, desk.refuses(own_path(claim)), desk.habits["insurer"])

    async def settle() -> None:
        if desk.habits["insurer"] != "silent":
            await clear(claims, decided)

    async def correct() -> None:
        await clear(answered, lambda answer: put_right(rest, answer), lambda _: desk.habits["insurer"] != "fen-off")

    async def drop() -> None:
        await clear(dropped, lambda claim: drop_claim(rest, claim))

    async def balance() -> None:
        await clear(paid, lambda notice: balance_invoice(rest, notice))

    return eligibility, settle, correct, drop, balance


# in force?
async def answer_eligibility(rest: Rest, request: Json) -> None:
    key = identified(request, rest.codes.id("eligibility"))
    coverage = await rest.read(target(request, "insurance", 0, "coverage"))
    inforce = in_force(coverage, rest.now())
    balance = max(0, account(rest, coverage) - await spent(rest, target(request, "patient")))
    benefit = {
        "type": concept(rest.codes.system("fund"), "personal-account"),
        "allowedMoney": money(balance),
    }
    pharmacy = concept("http://terminology.hl7.org/CodeSystem/ex-benefitcategory", "pharmacy")
    answer: Json = {
        "resourceType": "CoverageEligibilityResponse",
        "identifier": [identifier(rest.codes.id("eligibility-answer"), key)],
        "status": "active",
        "purpose": ["validation", "benefits"],
        "patient": ref(target(request, "patient")),
        "created": instant(rest.now()),
        "request": ref(own_path(request)),
        "outcome": "complete",
        "disposition": "医保有效" if inforce else NO_COVERAGE,
        "insurer": ref(target(coverage, "payor", 0)),
        "insurance": [
            {
                "coverage": ref(own_path(coverage)),
                "inforce": inforce,
                "item": [{"category": pharmacy, "benefit": [benefit]}],
            }
        ],
    }
    await rest.create(answer, rest.codes.id("eligibility-answer"), key)


def in_force(coverage: Json, now: int) -> bool:
    start, end = word(coverage, "period", "start")[:10], word(coverage, "period", "end")[:10]
    return word(coverage, "status") == "active" and (start or day(now)) <= day(now) <= (end or day(now))


def account(rest: Rest, coverage: Json) -> int:
    found = extended(coverage, rest.codes.extension("personal-account"))
    return fen(found) if found else 0


async def spent(rest: Rest, patient: str) -> int:
    """Fen that this person's settlements took from the personal account so far: nothing is stored twice."""
    answers = await rest.search("ClaimResponse", {"patient": patient, "status": "active"})
    return sum(amount(rest, answer, "personal-account") for answer in answers)


def amount(rest: Rest, answer: Json, category: str) -> int:
    """Fen of one line of our own answer, also where its lines do not add up."""
    system = rest.codes.system("adjudication")
    found = (item.get("amount") for item in each(answer, "total") if code_of(item.get("category"), system) == category)
    return sum(fen(one) for one in found)


# the three lines
async def answer_claim(rest: Rest, claim: Json, refuses: bool, habit: str = "pays") -> None:
    """ClaimResponse, Invoice, then the order quoted; each step finds itself done when repeated.

    With the habit ``fen-off`` the answer's lines add up to a fen more than what was submitted.
    """
    codes, key = rest.codes, identified(claim, rest.codes.id("claim"))
    task = await rest.read(order_of(claim))
    payer = target(claim, "insurer") or await insurer(rest)
    if stage_of(codes, task) == "cancelled":
        raise already("cancelled")
    answer = await rest.first("ClaimResponse", codes.id("claim-answer"), key)
    if answer is None:
        lines = await share(rest, claim, refuses or habit == "refuses")
        written = _answer(rest, claim, key, payer, lines, off=int(habit == "fen-off"))
        answer = await rest.create(written, codes.id("claim-answer"), key)
    self_pay = amount(rest, answer, "self-pay")
    kept = (await snapshot(rest, task)).kept if payments_of(codes, task) else 0  # paid for a quote that was returned
    invoice = await rest.create(_invoice(rest, claim, key, max(0, self_pay - kept)), codes.id("invoice"), key)
    outputs = (
        output(codes, "settlement", "Reference", ref(own_path(answer))),
        output(codes, "invoice", "Reference", ref(own_path(invoice))),
    )
    quoted = Move("quoted", Actor(payer), key=key, outputs=outputs, replacing=("settlement", "invoice"))
    await move(rest, task, quoted)


async def put_right(rest: Rest, answer: Json) -> None:
    """An answer of ours whose lines add up to more than what was submitted: her own share is corrected."""
    submitted = next(fen(one.get("amount")) for one in each(answer, "total"))
    off = sum(amount(rest, answer, name) for name in ("pooled-fund", "personal-account", "self-pay")) - submitted
    if not off:
        return
    right = money(amount(rest, answer, "self-pay") - off)
    system = rest.codes.system("adjudication")
    totals = [one | {"amount": right} if code_of(one.get("category"), system) == "self-pay" else one
              for one in each(answer, "total")]  # fmt: skip
    await change(rest, own_path(answer), {"total": totals})


def order_of(claim: Json) -> str:
    """``Task/<id>`` that the Claim is for."""
    found = [target(info, "valueReference") for info in each(claim, "supportingInfo")]
    return next(filter(None, found), "")


async def insurer(rest: Rest) -> str:
    """``Organization/<id>`` of the payer, for a person without a coverage."""
    system = "http://terminology.hl7.org/CodeSystem/organization-type"
    found = await rest.search("Organization", {"type": f"{system}|pay"})
    if not found:
        raise NotFound("no-insurer")
    return own_path(found[0])


async def share(rest: Rest, claim: Json, refuses: bool) -> Settlement:
    """Pooled fund's per cent of what is insured, then the personal account, then the person; all in fen."""
    total = fen(claim["total"])
    place = target(claim, "insurance", 0, "coverage")
    coverage = await rest.read(place) if place else {}
    if not place or not in_force(coverage, rest.now()):
        return Settlement(total, 0, 0, total, insured=False, reason=NO_COVERAGE)
    insured = await _insured(rest, claim)
    if refuses or not insured:
        return Settlement(total, 0, 0, total, insured=False, reason=NOT_COVERED)
    percent = extended(coverage, rest.codes.extension("pooled-percent"))
    pooled = insured * (percent if isinstance(percent, int) else 0) // 100
    left = account(rest, coverage) - await spent(rest, target(claim, "patient"))
    personal = max(0, min(total - pooled, left))
    return Settlement(total, pooled, personal, total - pooled - personal, insured=True)


async def _insured(rest: Rest, claim: Json) -> int:
    """Fen of the items whose drug is of insurance class A or B, or is covered by what the pharmacist entered."""
    system, entered = rest.codes.system("drug"), rest.codes.system("item-cover")
    items = [(code_of(item.get("productOrService"), system), fen(item["net"])) for item in each(claim, "item")]
    codes = ",".join(sorted({f"{system}|{code}" for code, _ in items if code}))
    drugs = await rest.search("Medication", {"code": codes}) if codes else []
    classes = {
        code_of(drug.get("code"), system): extended(drug, rest.codes.extension("insurance-class")) for drug in drugs
    }
    told = sum(fen(item["net"]) for item in each(claim, "item") if code_of(item.get("category"), entered) == "covered")
    return told + sum(net for code, net in items if classes.get(code) in ("A", "B"))


def _answer(rest: Rest, claim: Json, key: str, payer: str, lines: Settlement, off: int = 0) -> Json:
    own = rest.codes.system("adjudication")
    totals = [
        {"category": concept(ADJUDICATION, "submitted"), "amount": money(lines.total)},
        {"category": concept(ADJUDICATION, "eligible"), "amount": money(lines.total if lines.insured else 0)},
        {"category": concept(ADJUDICATION, "benefit"), "amount": money(lines.pooled + lines.personal)},
        {"category": concept(ADJUDICATION, "copay"), "amount": money(lines.self_pay)},
        {"category": concept(own, "pooled-fund"), "amount": money(lines.pooled)},
        {"category": concept(own, "personal-account"), "amount": money(lines.personal)},
        {"category": concept(own, "self-pay"), "amount": money(lines.self_pay + off)},
    ]
    answer: Json = {
        "resourceType": "ClaimResponse",
        "identifier": [identifier(rest.codes.id("claim-answer"), key)],
        "status": "active",
        "type": concept(CLAIM_TYPE, "pharmacy"),
        "use": "claim",
        "patient": ref(target(claim, "patient")),
        "created": instant(rest.now()),
        "insurer": ref(payer),
        "request": ref(own_path(claim)),
        "outcome": "complete" if lines.insured else "error",
        "disposition": lines.reason or "医保结算完成",
        "preAuthRef": f"S-{key}",
        "total": totals,
    }
    return answer if lines.insured else answer | {"error": [{"code": {"text": lines.reason}}]}


def _invoice(rest: Rest, claim: Json, key: str, self_pay: int) -> Json:
    owed = money(self_pay)
    return {
        "resourceType": "Invoice",
        "identifier": [identifier(rest.codes.id("invoice"), key)],
        "status": "issued" if self_pay else "balanced",
        "type": concept(rest.codes.system("invoice"), "drug-self-pay"),
        "subject": ref(target(claim, "patient")),
        "recipient": ref(target(claim, "patient")),
        "date": instant(rest.now()),
        "issuer": ref(target(claim, "provider")),
        "totalGross": owed,
        "totalNet": owed,
    }


# after payment, after a cancellation
async def balance_invoice(rest: Rest, notice: Json) -> None:
    place = target(notice, "request")
    if not place:
        return
    invoice = await rest.read(place)
    if word(invoice, "status") == "issued" and fen(invoice["totalNet"]) == fen(notice.get("amount")):
        await set_status(rest, place, "balanced")


async def drop_claim(rest: Rest, claim: Json) -> None:
    """The settlement no longer counts, so the personal account has its money back; what was unpaid is void."""
    key = identified(claim, rest.codes.id("claim"))
    for kind, system in (("ClaimResponse", "claim-answer"), ("Invoice", "invoice")):
        found = await rest.first(kind, rest.codes.id(system), key)
        if found is not None and word(found, "status") != "cancelled":
            await set_status(rest, own_path(found), "cancelled")
