"""The pharmacist's pass or return (R5): one card a prescription in the review group; written anew it is a new one."""

from __future__ import annotations

from bot import rules
from bot.cards import review_key
from bot.dialog import Ask, Option, Photo, Refused, Start, days, flow
from bot.intents import consult as clinic
from bot.intents.orders import keep_question, legal, may_ask, passes, returns, who_answers
from bot.intents.places import places
from bot.linewords import proved_words, same_lines, to_be_seen
from bot.model import Toast, ToChat, ToPerson
from bot.phrases import (
    PRICED_AT,
    allergy_words,
    drug_label,
    issue_words,
    price_words,
    reason_words,
    sex_words,
    whom_words,
)
from bot.stages import facts_of
from bot.views import CaseView, OrderView, SentBackView

REASONS = ("dose", "interaction", "quantity", "wrong-drug", "illegible", "other")
WHY = frozenset({"declined", "expired", "unreachable"})  # why no answer came


@flow("review_card", start=Start(notice="order"))
async def review_card(ask: Ask, order: OrderView) -> None:
    """Age, sex, drugs and directions; after the decision the same card shows it, without buttons.

    What was written after a return is a card of its own: old stands beside new, and the card before has no buttons.
    """
    if not order.snapshot.prescribed:
        return
    case = await ask.once("case", clinic.case(order.no))
    for place in await ask.once("places", places("review")):
        if order.snapshot.rewritten and order.stage != "returned":
            await _shown(ask, order, case, place.chat, last=True)
        await _shown(ask, order, case, place.chat)


async def _shown(ask: Ask, order: OrderView, case: CaseView | None, chat: int, *, last: bool = False) -> None:
    """One prescription's card; the ``last`` one was sent back."""
    seen, before = order.snapshot, order.snapshot.before or SentBackView()
    now = seen.rewritten - last
    again = not last and seen.rewritten > 0 and order.stage != "returned"
    told = again or last or order.stage == "returned"
    lines = before.lines if last else seen.lines
    buttons: list[Option] = []
    if seen.unpriced and order.stage in PRICED_AT and not order.pending and not last:
        buttons = [Option("price", action=f"price:{order.no}")]
    if order.stage == "prescribed" and not order.pending and not last:
        buttons = [
            *(buttons or [Option("pass", action=f"pass:{order.no}:{now}")]),
            Option("return", action=f"return:{order.no}:{now}"),
            Option("query", action=f"query:{order.no}:{now}"),
        ]
    if buttons and seen.photos and any(to_be_seen(line, seen.asked) for line in seen.lines):
        buttons = [*buttons, Option("paper", action=f"paper:{order.no}:{now}")]
    await ask.card(
        review_key(order.no, chat, now),
        "review.card",
        to=ToChat(chat),
        buttons=buttons,
        protect=True,
        order=order.no,
        age=case.age if case else "",
        sex=sex_words(seen.patient.sex),
        condition=seen.condition,
        lines=proved_words(lines, seen.asked, before if again else None, not last and seen.accepted == seen.rewritten),
        prices=[] if last else price_words(order),
        name=seen.patient.known_as,
        doctor=seen.doctor_name,
        decision=("review.returned", {}) if last else (f"review.{facts_of(order.stage).review}", {}),
        reason=reason_words(before.reason) if told else "",
        said=before.words if told else "",
        again=again,
        note="" if last else seen.note,
        allergies=allergy_words(seen),
        issues=[] if last else issue_words(seen),
        same=again and same_lines(lines, before.lines),
    )


@flow("paper", start=Start(action="paper", stands=("review",), acts="pharmacist"))
async def paper(ask: Ask) -> None:
    """What the doctor sees of the paper, in the private chat: a photo names her, and shows more than the card.

    The pages, then each line of them that is in doubt, cut out.
    """
    no, _ = _read(ask)
    await ask.tell("coming", to=Toast())  # at once: the hospital may be slow
    await ask.sub("registered", "role_read", role="pharmacist")
    for one in await ask.once("pieces", clinic.paper(no)):
        await ask.tell(
            f"shows[{one.id}]",
            to=ToPerson(ask.person.id),
            photo=Photo(one.file, one.file),
            protect=True,
            order=no,
            page=one.page,
            drug=drug_label(one.line) if one.line else "",
            boxes=one.line.boxes if one.line else 0,
        )


@flow("pass", start=Start(action="pass", stands=("review",), acts="pharmacist"))
async def pass_(ask: Ask) -> None:
    """The pharmacist lets it take effect (R5)."""
    no, read = _read(ask)
    await ask.once("legal", legal(no, "pass", read))
    await ask.tell("passing", to=Toast())  # at once: the hospital may be slow
    await ask.sub("registered", "role_read", role="pharmacist")
    await ask.once("move", passes(no, read))


@flow("return", start=Start(action="return", stands=("review",), acts="pharmacist"))
async def return_(ask: Ask) -> None:
    """Back to the doctor, with one of the reasons and the pharmacist's own words."""
    no, read = _read(ask)
    order = await ask.once("legal", legal(no, "return", read))
    name = whom_words(order)
    reason = await ask.choice("reason", options=REASONS, columns=2, name=name)
    said = await ask.text("said", check=rules.own_words, buttons=["nothing"], order=order.no, name=name)
    await ask.sub("registered", "role_read", role="pharmacist")
    await ask.once("move", returns(no, reason, "" if said == "nothing" else said, read))


@flow("query", start=Start(action="query", stands=("review",), acts="pharmacist"))
async def query(ask: Ask) -> None:
    """The pharmacist asks the patient before he decides; her answer comes back under his question."""
    no, read = _read(ask)
    order = await ask.once("legal", may_ask(no, read))
    who = await ask.once("who", who_answers(no))
    if not who:
        await ask.stop("nobody")
    question = await ask.text("question", order=no, name=whom_words(order))
    await ask.once("still", may_ask(no, read))
    try:
        answer = await ask.other("answer", "query_patient", who, subject=no, order=order, question=question)
    except Refused as left:
        if left.code == "not-needed":  # the order was stopped meanwhile
            await ask.stop("not_needed", order=no)
        await ask.stop("no_answer", order=order.no, why=_why(left.code))
    helper = await ask.once("kept", keep_question(no, question, answer, who))
    await ask.tell("answered", protect=True, order=order.no, question=question, answer=answer, helper=helper)


def _read(ask: Ask) -> tuple[str, int]:
    """The order, and which of its prescriptions the card showed; a button of an older release means the first one."""
    no, _, read = ask.subject.partition(":")
    return (no, int(read or 0)) if (read or "0").isdecimal() else (ask.subject, 0)


def _why(code: str) -> tuple[str, dict[str, str]]:
    return (f"query.why.{code}", {}) if code in WHY else ("query.why.declined", {})


@flow("query_patient", remind=days(0.25), expire=days(1))
async def query_patient(ask: Ask, order: OrderView, question: str) -> str:
    """What the pharmacist wants to know, on the phone of the patient or of whoever acts for her."""
    answer = await ask.text("answer", name=order.snapshot.patient.known_as, order=order.no, question=question)
    await ask.tell("sent")
    return answer
