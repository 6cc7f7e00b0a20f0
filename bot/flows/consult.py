"""A consult: the case card in the department's topic, [Take], [Not suitable]. The relay is handlers/topics.py."""

from __future__ import annotations

from bot.cards import case_key
from bot.clockwords import first_words
from bot.dialog import Ask, Option, Photo, Start, flow
from bot.intents import consult as clinic
from bot.intents import hearing, people
from bot.intents.orders import gives_back, legal, not_suitable, takes
from bot.linewords import proved_words
from bot.model import Toast, ToPerson, ToTopic
from bot.phrases import (
    allergy_words,
    drug_label,
    left_words,
    page_words,
    reason_words,
    sex_words,
    stage_words,
    whom_words,
)
from bot.stages import facts_of
from bot.views import ConsultView, OrderStage, OrderView

REASONS = ("first-visit", "needs-examination", "acute", "wrong-department", "other")


@flow("open_topic", start=Start(notice="order"))
async def open_topic(ask: Ask, order: OrderView) -> None:
    """A topic titled by number, triage colour and count of drugs (never a person), with the prescription's photos.

    Below them each line that she typed, that has no strength or that a pen wrote on, cut out of its photo, to be
    compared. Once for an order that needs a doctor, at whatever stage it is seen first.
    """
    facts = facts_of(order.stage)
    if not facts.consult or facts.ends:
        return
    cuts = await ask.once("cuts", clinic.cut_outs(ask.subject))
    topic = await ask.once("topic", clinic.open_topic(ask.subject))
    asked = {(line.proof.page, line.proof.place): line for line in order.snapshot.asked}
    for one in cuts:
        line = asked.get((one.page, one.id))
        if line and (one.pen or line.proof.kind == "typed" or not line.strength):
            await ask.tell(
                f"line[{one.id}]",
                to=ToTopic(topic),
                photo=Photo(one.cut, one.cut),
                protect=True,
                page=one.page,
                drug=drug_label(line),
                boxes=line.boxes,
                pen=one.pen and line.proof.kind == "page",
                typed=line.proof.kind == "typed",
            )


@flow("unseen", start=Start(due="unseen"))
async def unseen(ask: Ask) -> None:
    """Some minutes on, and its card does not stand in the doctors' group: the operators know, she reads the truth."""
    told = await ask.once("unseen", clinic.unseen(ask.subject))
    for person in told.people:
        await ask.tell(f"hears[{person}]", to=ToPerson(person), order=ask.subject, number=told.number)


@flow("case_card", start=Start(notice="order"))
async def case_card(ask: Ask, order: OrderView) -> None:
    """One screen for the doctor, kept up to date; its buttons are what can be done now."""
    case = await ask.once("case", clinic.case(order.no))
    if case is None:
        return
    buttons: list[Option] = []
    consult = facts_of(order.stage).consult
    if consult == "waiting":
        buttons = [Option("take", action=f"take:{order.no}")]
    elif consult == "open" and not order.pending:
        buttons = [
            Option("prescribe", action=f"prescribe:{order.no}"),
            Option("not_suitable", action=f"unfit:{order.no}"),
            Option("ask_in", action=f"ask_in:{order.no}"),
            Option("another_photo", action=f"another_photo:{order.no}"),
            Option("changed", action=f"changed:{order.no}"),
            Option("give_back", action=f"give_back:{order.no}"),
        ]
    snapshot = order.snapshot
    await ask.card(
        case_key(order.no),
        "consult.case",
        to=ToTopic(order.topic),
        buttons=buttons,
        pin=True,
        protect=True,
        name=snapshot.patient.known_as,
        sex=sex_words(snapshot.patient.sex),
        age=case.age,
        condition=snapshot.condition,
        lines=proved_words(snapshot.lines, snapshot.asked),
        left=left_words(snapshot.days_left, case.recorded),
        answers=[("consult.answer", {"question": a.question, "answer": a.answer}) for a in case.answers],
        stage=stage_words(order.stage),
        typed_by=case.typed_by,
        desk=case.desk,
        left_out=case.left_out,
        doctor=snapshot.doctor_name,
        reason=reason_words(snapshot.reason),
        rx_date=case.rx_date,
        doubts=page_words(case.doubts),
        alarm=snapshot.alarm,
        why=first_words(snapshot.expedite),
        allergies=allergy_words(snapshot),
        colleagues=", ".join(case.colleagues),
    )


@flow("take", start=Start(action="take", stands=("department",), acts="doctor"))
async def take(ask: Ask) -> None:
    """A doctor of the department takes the case; the first one wins."""
    await ask.once("legal", legal(ask.subject, "take"))
    await ask.tell("taking", to=Toast())  # at once: the hospital may be slow
    await ask.sub("registered", "role_read", role="doctor")
    await ask.once("move", takes(ask.subject))


@flow("give_back", start=Start(action="give_back", stands=("department",), acts="doctor"))
async def give_back(ask: Ask) -> None:
    """The doctor who took it cannot go on: the case goes to the queue again."""
    await ask.once("legal", legal(ask.subject, "give-back"))
    if await ask.choice("sure", options=["yes", "no"]) == "no":
        await ask.stop("kept")
    await ask.once("move", gives_back(ask.subject))


@flow("given_back_notice", start=Start(notice="stage:received", holds=("received",)))
async def given_back_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """Another doctor is being sought: the department reads it in the topic, whoever watches the order in private."""
    if facts_of(before).consult != "open":
        return
    await ask.tell("department", to=ToTopic(order.topic))
    phone = (await ask.once("rules", people.rules())).phone
    stop = [Option("cancel", action=f"cancel:{order.no}")]
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        await ask.tell(f"hears[{person}]", to=ToPerson(person), buttons=stop, order=order.no, phone=phone)


@flow("ask_in", start=Start(action="ask_in", stands=("department",)))
async def ask_in(ask: Ask) -> None:
    """The receiving doctor asks a colleague in: one button in the topic, for whoever comes."""
    asked = await ask.once("asked", clinic.ask_in(ask.subject))
    button = Option("come_in", action=f"come_in:{ask.subject}")
    await ask.tell("come", to=ToTopic(asked.topic), buttons=[button], doctor=asked.doctor)


@flow("another_photo", start=Start(action="another_photo", stands=("department",)))
async def another_photo(ask: Ask) -> None:
    """The doctor cannot read the photo: her side is asked for another one, which comes into the topic."""
    topic = await ask.once("asked", hearing.ask_photo(ask.subject))
    await ask.tell("wanted", to=ToTopic(topic))


@flow("come_in", start=Start(action="come_in", stands=("department",)))
async def come_in(ask: Ask) -> None:
    """A colleague comes in: the topic and the patient read who is there now."""
    one = await ask.once("one", clinic.come_in(ask.subject))
    await ask.tell("here", to=ToTopic(one.topic), doctor=one.name)
    for person in one.readers:
        await ask.tell(f"hears[{person}]", to=ToPerson(person), doctor=one.name, name=one.patient)


@flow("unfit", start=Start(action="unfit", stands=("department",), acts="doctor"))
async def unfit(ask: Ask) -> None:
    """[Not suitable]: a reason by button, then the order ends (R1) and is refunded where it was paid."""
    order = await ask.once("legal", legal(ask.subject, "not-suitable"))
    reason = await ask.choice("reason", options=REASONS, name=whom_words(order))
    await ask.sub("registered", "role_read", role="doctor")
    await ask.once("move", not_suitable(ask.subject, reason))


@flow("unfit_notice", start=Start(notice="stage:not-suitable"))
async def unfit_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """A refusal says why and what to do next."""
    reason = reason_words(order.snapshot.reason or "other")
    for reader in await ask.once("readers", clinic.readers(order.no)):
        to = ToPerson(reader.person)
        if reader.why:
            await ask.tell(f"hears[{reader.person}]", to=to, reason=reason, order=order.no, refund=order.snapshot.kept)
        else:
            await ask.tell(f"stopped[{reader.person}]", to=to, order=order.no)
    await ask.sub("parcel", "goes_back", order=order, before=before)


@flow("which_consult", start=Start(when="several-consults"))
async def which_consult(
    ask: Ask,
    orders: tuple[ConsultView, ...],
    message: int,
    text: str,
    photo: str,
    kind: str = "photo",
    size: int = 0,
    title: str = "",
    mime: str = "",
) -> None:
    """Several doctors could be meant: the person says which, medical text is never guessed at."""
    several = len({order.name for order in orders}) > 1
    labels = [f"{order.name} {order.doctor}" if several else order.doctor for order in orders]
    if len({*labels}) < len(labels) or not all(labels):
        labels = [f"{label or order.name} {order.no}" for label, order in zip(labels, orders, strict=True)]
    options = [Option(one.no, label=label) for one, label in zip(orders, labels, strict=True)]
    no = await ask.choice("which", options=options)
    await ask.once("relayed", hearing.relay(no, message, text, photo, kind, size, title, mime))
    await ask.tell("sent")
