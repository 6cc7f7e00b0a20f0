"""The doctor writes the prescription: "renew as before" is a proposal with preview, signed in private (R4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import dosing, rules, strengths
from bot.dialog import Ask, Option, Refused, Start, flow
from bot.dosing import Line, Proof
from bot.forms import DrugTyped, DrugView, LinesWritten
from bot.intents import consult as clinic
from bot.intents import formulary, places
from bot.intents.orders import legal, permitted, prescribes, signed, watched
from bot.linewords import as_asked, proved_words, told_words, written_words
from bot.model import ToPerson, ToTopic
from bot.model.names import named
from bot.moves import BY_PATIENT
from bot.phrases import (
    BOXES,
    TURNS,
    allergy_words,
    drug_label,
    issue_words,
    piece_options,
    reason_words,
    unit_words,
    whom_words,
)
from bot.stages import facts_of
from bot.views import OrderStage, OrderView

TRIES = ("first", "second", "third", "fourth", "fifth")
MORE = ("a", "b", "c", "d", "e", "f", "g", "h")  # drugs a doctor writes down from a photo


@flow("prescribe", start=Start(action="prescribe", stands=("department",), acts="doctor"))
async def prescribe(ask: Ask) -> None:
    """[Prescribe] in the topic: what will be written, and single-use links to sign it, or to change it first.

    After a return that is what was written last.
    """
    order = await ask.once("order", legal(ask.subject, "prescribe"))
    link = await ask.once("link", places.link("sign", ask.subject, ask.person.id))
    change = await ask.once("amend", places.link("amend", ask.subject, ask.person.id))
    returned = order.stage == "returned"
    lines = order.snapshot.lines if returned else order.snapshot.asked
    buttons = [Option("sign", url=f"start:{link}"), Option("amend", url=f"start:{change}")]
    await ask.tell(
        "preview",
        name=order.snapshot.patient.known_as,
        returned=returned,
        lines=proved_words(lines, order.snapshot.asked),
        unread=_unread(lines),
        allergies=allergy_words(order.snapshot),
        issues=issue_words(order.snapshot) if returned else [],
        no_dose=not all(dosing.tells_dose(line) for line in lines),
        no_strength=not all(strengths.known(line, order.snapshot.doctor) for line in lines),
        protect=True,
        buttons=buttons[:1] if _unread(lines) else buttons,
    )


@flow("sign", start=Start(link="sign", secret=True, acts="doctor"))
async def sign(ask: Ask, parameter: str, change: bool = False) -> None:
    """In the doctor's private chat, by his PIN: only the receiving doctor, only once.

    Line by line first where he wishes to ``change`` it, or where it was sent back.
    """
    no = await ask.once("order_no", places.use_link(parameter))
    order = await ask.once("order", legal(no, "prescribe"))
    returned = order.stage == "returned" and not _unread(order.snapshot.lines)
    lines: Sequence[Line]
    if change or returned:
        written: LinesWritten = await ask.sub("lines", "amended", order=order)
        lines, word = written.lines, written.word
    else:
        lines, word = await _lines(ask, order), ""
    lines = [await _strong(ask, f"line-{n}", line, order) for n, line in enumerate(lines, 1)]
    lines = [await _dosed(ask, f"line-{n}", line, order) for n, line in enumerate(lines, 1)]
    await _signed(ask, order, lines, word)


@flow("amend", start=Start(link="amend", secret=True, acts="doctor"))
async def amend(ask: Ask, parameter: str) -> None:
    """The same, line by line first."""
    await ask.sub("sign", "sign", parameter=parameter, change=True)


async def _signed(ask: Ask, order: OrderView, lines: Sequence[Line], word: str) -> None:
    """The PIN under what is written, five tries; then the hospital is asked. Never a drug of R7's list."""
    told: Mapping[str, Any] = {"left": 0}
    no, name = order.no, whom_words(order)
    try:
        await ask.once("permitted", permitted(lines))
    except Refused as r7:
        await ask.stop("controlled", **{"drug": "", **r7.words}, name=name)
    for n in TRIES:
        chain = await ask.pin(f"pin[{n}]", lines=written_words(order, lines), name=name, order=no, word=word, **told)
        try:
            await ask.once(f"right[{n}]", places.check_pin(chain))
            break
        except Refused as no_:
            if no_.code != "wrong-pin":
                await ask.stop("locked")
            told = {"left": 0, **no_.words}
    else:
        await ask.stop("locked")
    await ask.sub("registered", "role_read", role="doctor")
    rx = await ask.once("rx", signed(no, lines, word))
    try:
        await ask.once("move", prescribes(no, rx))
    except Refused as late:
        await ask.stop("too_late", name=name, why=(f"refused.{late.code}", {"name": "", "at": 0, **late.words}))
    await ask.tell("done", order=no, name=name)


def _unread(asked: Sequence[Line]) -> bool:
    """Nobody could read the paper: the doctor sees its photo."""
    return any(line.name == rules.SEE_PHOTO.name for line in asked)


async def _lines(ask: Ask, order: OrderView) -> Sequence[Line]:
    """As asked for; where nobody could read the paper, the doctor writes down what its photo shows.

    How a drug is taken stands there, or he enters it: never a list's proposal (R17).
    """
    asked, name = order.snapshot.asked, whom_words(order)
    if not _unread(asked):
        return asked
    written: list[Line] = []
    for n in MORE:
        typed: DrugTyped | None = await ask.sub(f"drug[{n}]", "medicine", optional=bool(written), order=order)
        if typed is None:
            break
        if typed.controlled:
            await ask.stop("controlled", drug=typed.line.name, name=name)
        drug = typed.line
        boxes = await ask.choice(
            f"boxes[{n}]", options=BOXES, check=rules.box_count(), columns=5, drug=drug_label(drug), name=name
        )
        written.append(replace(drug, boxes=int(boxes), proof=Proof("photo", boxes=int(boxes))))
    return written


async def _strong(ask: Ask, place: str, line: Line, order: OrderView) -> Line:
    """The line with its strength: where none was read the doctor says which drug of the list it is, or types it (R17).

    What the hospital's list has without a strength, such as a device, needs none; of what is in no list the doctor may
    say that it has none.
    """
    doctor = order.snapshot.doctor
    for turn in TURNS:
        if line.strength:
            return line
        bare, told = strengths.behind(line.name)
        own = (await ask.once(f"own[{place}-{turn}]", formulary.drugs([line.code]))).get(line.code)
        if own and not own.strength:
            return line
        hits = await ask.once(f"hits[{place}-{turn}]", formulary.search_drugs(bare))
        none = [] if told or own or hits else ["none"]
        if none and strengths.known(line, doctor):
            return line
        listed = [drug for drug in hits if not drug.controlled]
        found = [Option(d.code, label=f"{named(d, ask.person.lang)} {d.strength}×{d.pack}") for d in listed]
        said = await ask.choice(
            f"strength[{place}-{turn}]",
            options=[*([Option("as_typed", label=told)] if told else []), *found, "other", *none],
            check=strengths.typed,
            drug=drug_label(line),
            name=whom_words(order),
            record=line.proof.kind in ("record", "doctor"),
        )
        if said == "other":
            typed: DrugTyped | None = await ask.sub(f"which[{place}-{turn}]", "medicine", order=order)
            line = await _read_off(ask, line, typed, order)
            continue
        if said == "none":
            return replace(line, code="", proof=replace(line.proof, none_by=doctor))
        strength = told if said == "as_typed" else said
        drug = next((d for d in listed if d.code == said or _is_it(d, line.code, strength)), None)
        to = drug.line() if drug else replace(line, code="", name=bare, strength=strength)
        proof = replace(line.proof, none_by="")
        same = replace(line, code=to.code, name=to.name, strength=to.strength, pack=to.pack, proof=proof)
        line = rules.supplied(same, line.boxes)
    return line


def _is_it(drug: DrugView, code: str, strength: str) -> bool:
    """Whether that code of the list is this strength; of another one it is another product."""
    return drug.code == code and strengths.same(drug.strength, strength)


async def _read_off(ask: Ask, line: Line, typed: DrugTyped | None, order: OrderView) -> Line:
    """The drug that he reads on this line: where it is another than was read its dose is the doctor's, too (R17).

    Of a line of the record there is no photo to read: another drug than it names is his, and new (R2).
    """
    if typed is None:  # "no more" was not offered here
        return line
    if typed.controlled:
        await ask.stop("controlled", drug=typed.line.name, name=whom_words(order))
    proof = replace(line.proof, none_by="")
    if proof.kind == "record" and (typed.line.code, typed.line.name) != (line.code, line.name):
        proof = replace(proof.there, kind="doctor", boxes=line.boxes, typed_by="")
    return replace(typed.line, boxes=line.boxes, proof=proof)


async def _dosed(ask: Ask, place: str, line: Line, order: OrderView) -> Line:
    """The line with its dose: where it was not read the doctor enters it, in parts by button or in words."""
    if dosing.tells_dose(line):
        return line
    told = await ask.text(
        f"taken[{place}]",
        check=rules.dose_words,
        buttons=[*(["as_now"] if line.dose.value else []), *piece_options(line)],
        columns=3,
        drug=drug_label(line),
        name=whom_words(order),
        sig=line.sig,
        unit=unit_words(dosing.piece_of(line)),
    )
    if told == "as_now" or told.startswith("n-"):
        parts: LinesWritten = await ask.sub(f"often[{place}]", "amended", order=order, only=line, much=told)
        return parts.lines[0]
    return rules.taken_so(line, told, order.snapshot.doctor)


@flow("prescribed_notice", start=Start(notice="stage:prescribed"))
async def prescribed_notice(ask: Ask, order: OrderView) -> None:
    """Written and signed, also anew after a return: the resident hears that the pharmacist is checking it."""
    seen = order.snapshot
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        await ask.tell(
            f"hears[{person}]",
            to=ToPerson(person),
            buttons=[Option("show_rx", action=f"show_rx:{order.no}")],
            doctor=seen.doctor_name,
            order=order.no,
            again=seen.rewritten > 0,
            changed=not as_asked(seen.prescribed, seen.asked),
        )


@flow("show_rx", start=Start(action="show_rx"))
async def show_rx(ask: Ask) -> None:
    """What was written, for whoever watches the order: what she asked for stands beside what the doctor changed."""
    order = await ask.once("order", watched(ask.subject))
    seen = order.snapshot
    if not seen.prescribed:
        await ask.stop("none", order=order.no)
    await ask.tell(
        "shown",
        protect=True,
        order=order.no,
        name=seen.patient.known_as,
        doctor=seen.doctor_name,
        returned=order.stage == "returned",
        lines=told_words(seen.prescribed, seen.asked),
    )


@flow("returned_notice", start=Start(notice="stage:returned"))
async def returned_notice(ask: Ask, order: OrderView, before: OrderStage) -> None:
    """It was sent back: the doctor reads why in the topic, where [Prescribe] stands again.

    Whoever watches the order hears it too, in the pharmacist's words; after the pass it is the pharmacy's word (a
    shortage, a price), and money may have been paid.
    """
    seen = order.snapshot
    reason = reason_words(seen.reason or "other")
    by_her = seen.reason == BY_PATIENT
    name, topic = seen.patient.known_as, ToTopic(order.topic)
    if by_her:
        await ask.tell("question", to=topic, name=name, said=seen.words)
    else:
        await ask.tell("doctor", to=topic, name=name, reason=reason, said=seen.words, issues=issue_words(seen))
    if seen.refused:  # her side reads which drug cannot be had, and what that means (pricing.py)
        return
    for person in await ask.once("watchers", clinic.watchers(order.no)):
        to, doctor = ToPerson(person), seen.doctor_name
        if by_her:
            await ask.tell(f"asked[{person}]", to=to, order=order.no, doctor=doctor)
        elif facts_of(before).review == "passed":
            await ask.tell(f"hears[{person}]", to=to, order=order.no, kept=seen.kept)
        else:
            await ask.tell(f"asks[{person}]", to=to, order=order.no, doctor=doctor, reason=reason, said=seen.words)
