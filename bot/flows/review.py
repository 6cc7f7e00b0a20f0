"""The pharmacist's pass or return (R5): one card a prescription in the review group, decided by one tap or two."""

from __future__ import annotations

from bot.dialog import Ask, Option, Refused, Start, days, flow
from bot.intents import consult as clinic
from bot.intents.orders import keep_question, legal, passes, returns, who_answers
from bot.intents.places import places
from bot.model import Toast, ToChat
from bot.phrases import proved_words, sex_words
from bot.stages import facts_of
from bot.views import OrderView

REASONS = ("dose", "interaction", "quantity", "wrong-drug", "illegible", "other")
WHY = frozenset({"declined", "expired", "unreachable"})  # why no answer came


@flow("review_card", start=Start(notice="order"))
async def review_card(ask: Ask, order: OrderView) -> None:
    """Age, sex, drugs and directions; after the decision the same card shows it, without buttons."""
    if not order.snapshot.prescribed:
        return
    buttons: list[Option] = []
    if order.stage == "prescribed" and not order.pending:
        buttons = [
            Option("pass", action=f"pass:{order.no}"),
            Option("return", action=f"return:{order.no}"),
            Option("query", action=f"query:{order.no}"),
        ]
    case = await ask.once("case", clinic.case(order.no))
    for place in await ask.once("places", places("review")):
        await ask.card(
            f"review:{order.no}:{place.chat}",
            "review.card",
            to=ToChat(place.chat),
            buttons=buttons,
            protect=True,
            order=order.no,
            age=case.age if case else "",
            sex=sex_words(order.snapshot.patient.sex),
            condition=order.snapshot.condition,
            lines=proved_words(order.snapshot.lines, order.snapshot.asked),
            name=order.snapshot.patient.name,
            doctor=order.snapshot.doctor_name,
            decision=(f"review.{facts_of(order.stage).review}", {}),
        )


@flow("pass", start=Start(action="pass"))
async def pass_(ask: Ask) -> None:
    """The pharmacist lets it take effect (R5)."""
    await ask.once("move", passes(ask.subject))
    await ask.tell("passing", to=Toast())


@flow("return", start=Start(action="return"))
async def return_(ask: Ask) -> None:
    """Back to the doctor, with one of the reasons."""
    await ask.once("legal", legal(ask.subject, "return"))
    reason = await ask.choice("reason", options=REASONS, columns=2)
    await ask.once("move", returns(ask.subject, reason))


@flow("query", start=Start(action="query"))
async def query(ask: Ask) -> None:
    """The pharmacist asks the patient before he decides; her answer comes back under his question."""
    order = await ask.once("legal", legal(ask.subject, "pass"))
    who = await ask.once("who", who_answers(ask.subject))
    if not who:
        await ask.stop("nobody")
    question = await ask.text("question", order=order.no)
    try:
        answer = await ask.other("answer", "query_patient", who, subject=ask.subject, order=order, question=question)
    except Refused as no:
        await ask.stop("no_answer", order=order.no, why=_why(no.code))
    helper = await ask.once("kept", keep_question(ask.subject, question, answer, who))
    await ask.tell("answered", protect=True, order=order.no, question=question, answer=answer, helper=helper)


def _why(code: str) -> tuple[str, dict[str, str]]:
    return (f"query.why.{code}", {}) if code in WHY else ("query.why.declined", {})


@flow("query_patient", remind=days(0.25), expire=days(1))
async def query_patient(ask: Ask, order: OrderView, question: str) -> str:
    """What the pharmacist wants to know, on the phone of the patient or of whoever acts for her."""
    answer = await ask.text("answer", name=order.snapshot.patient.name, order=order.no, question=question)
    await ask.tell("sent")
    return answer
