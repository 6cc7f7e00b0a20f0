"""The order: for whom, the prescription, what is on it, how long the medicine lasts, which doctor, and send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import dosing, rules
from bot.dialog import Ask, Option, Photo, Refused, Start, flow, hours
from bot.dosing import Line
from bot.forms import (
    DraftView,
    DrugTyped,
    DrugView,
    FileView,
    FormAnswers,
    GivenView,
    Paper,
    PaperChecked,
    PaperRead,
    ReadingView,
    TracesView,
)
from bot.intents import formulary, ordering, people
from bot.intents.day import last_answers
from bot.intents.places import place_of
from bot.model.names import named
from bot.phrases import BOXES, NO_RIGHT, ONWARD, ORDERS, doctor_chosen, doctors_there, drug_label, left_words
from bot.repeats import Again, again, last_time, listed, still_left
from bot.views import ActsForView, LastsView, PatientView, RulesView

MORE = ("a", "b", "c", "d", "e")  # up to five drugs that the history does not know


@flow(
    "refill",
    start=Start(command="refill", listed=1, action="need", whose=True, menu=1, link="need", means="order"),
    remind=hours(20),
    consent=True,
    ends=NO_RIGHT,
)
async def refill(ask: Ask, ref: str = "", pages: tuple[Photo, ...] = (), seen: ReadingView | None = None) -> None:
    """The whole form, from whom it is for to [Send]; half-filled, it waits for days.

    ``pages`` and ``seen``: of an album, sorted and read before.
    """
    await _look_again(ask)
    await ask.sub("enrol", "enrol")
    house = await ask.once("rules", people.rules())
    today = house.today
    patient = await _for_whom(ask)
    if patient.mandate:
        ask.leads_on(ONWARD)
    if not patient.own:
        ask.about(patient.known_as)
        await ask.sub("hers", "proxy_needed", patient=patient.brief)
    compound: str = await ask.sub("compound", "compound", known=ref)
    urgent: str = await ask.sub("triage", "hospital_asks", compound=compound)
    since = rules.months_before(today, house.history_months)
    way: str = await ask.sub("way", "by_window", compound=compound)
    file = await ask.call("file", ordering.patient_file(patient.id, today, since))
    patient = await _as_it_stands(ask, patient, file.patient)
    if rules.age(patient.brief.birth_date, today) < rules.CHILD:
        await ask.stop("child")
    if file.cover == "self-pay" and await ask.choice("self_pay", options=["go_on", "stop"]) == "stop":
        await ask.stop("not_covered")
    photos: list[Photo] | str = [*pages]
    same = Again()
    if not photos:
        same = await _same(ask, file, patient, today)
        recorded = ["history"] if any(given.line.code for given in file.history or ()) else []
        photos = await ask.photos(
            "rx",
            max=5,
            at_once=True,
            buttons=[*(["same"] if same.lines else []), *recorded],
            cover=file.cover,
            name=patient.known_as,
            lines=[_line(line) for line in same.lines],
        )
    given = [] if isinstance(photos, str) else photos
    repeats = photos == "same"
    paper = await _paper(ask, given, patient, file.history or (), house, seen, same.lines if repeats else ())
    lines, rx_date, read = paper.lines, paper.rx_date, paper.seen
    no = await ask.once("no", ordering.order_number())
    proof = TracesView(
        tuple(photo.unique for photo in paper.pages),
        read.marks,
        read.pictures,
        () if paper.pages else tuple(sorted({line.proof.dispense for line in lines} - {""})),
    )
    try:
        await ask.once("unused", ordering.unused(no, patient.id, rx_date, [line.code for line in lines], proof))
    except Refused as used:
        await ask.stop("rx_used", record=not paper.pages, buttons=ORDERS, **{"order": "", **used.words})
    own = await _no_first_visit(ask, lines, file.history, each=house.each_illness)
    told = still_left(same.until, (await ask.once("day", people.rules())).today) if repeats else ""
    days = await ask.choice("left", options=["0-2", "3-7", "more"], typed=True, columns=3, usual=told)
    said = (await ask.once(f"said[{days}]", people.rules())).today
    last = await ask.once("last", last_answers(patient.id)) if repeats else None
    answers: FormAnswers = await ask.sub("questions", "questionnaire", last=last)
    young = rules.age(patient.brief.birth_date, today) < rules.OWN_CONSENT  # R7: the children's department
    department, doctor, doctor_name = await _doctor(ask, lines, file.history, young, "first" if repeats else "")
    place = await ask.once("place", place_of(compound))
    await ask.confirm(
        "ok",
        edits=[*(["rx"] if repeats else []), "checked", "as_before", "drugs", "left", "doctor", "compound"],
        place=place.known_as if place else "",
        window=way == "window",
        name=patient.known_as,
        days=left_words(days, days == told),
        lines=[_line(line) for line in lines],
        doctor=doctor_name or ("refill.doctor.first", {}),
        rx_date=rx_date,
    )
    now: LastsView = await ask.sub("now", "still_left", days=days, said=said, until=same.until if days == told else "")
    draft = DraftView(
        no=no,
        patient_brief=patient.brief,
        department=department,
        doctor=doctor,
        compound=compound,
        delivery=way,
        priority="urgent" if now.days == "0-2" or urgent else "routine",
        days_left=now.days,
        recorded=now.recorded,
        condition=rules.condition_of(lines, file.history),
        rx_date=rx_date,
        rx_number=read.number,
        rx_hospital=read.hospital,
        read_by=paper.by,
        reading=read.told() if paper.by == "machine" else {},
        lines=tuple(lines),
        doubts=tuple(paper.doubts),
        cuts=read.shown(lines),
        answers={**own, **answers.given},
        shapes=answers.shapes,
        left_out=answers.left_out,
        questionnaire=answers.url,
    )
    await ask.submit(ordering.submit(no, draft, [photo.file for photo in paper.pages], proof))


async def _paper(
    ask: Ask,
    photos: Sequence[Photo],
    patient: ActsForView,
    history: Sequence[GivenView],
    house: RulesView,
    seen: ReadingView | None,
    same: Sequence[Line] = (),
) -> Paper:
    """Read by machine where there is one, else by hand; without a paper, from the hospital's history."""
    if same:
        return Paper("history", [], "", await _not_early(ask, same, house))
    if not photos:
        return Paper("history", [], "", await _recorded(ask, history, house))
    oldest = house.rx_months
    had = sorted({given.line.code for given in history if given.line.code})
    read: PaperRead = await ask.sub("read", "read_paper", pages=photos, name=patient.beside, history=had, seen=seen)
    if read.by == "machine":
        checked: PaperChecked = await ask.sub(
            "checked", "check_reading", reading=read.reading, name=patient.known_as, oldest=oldest
        )
        return Paper("machine", read.pages, checked.rx_date, checked.lines, read.reading, read.doubts)
    rx_date = await _rx_date(ask, house.today, oldest)
    lines = [rules.SEE_PHOTO] if read.by == "person" else await _lines(ask, history)
    return Paper("hand", read.pages, rx_date, lines, doubts=read.doubts)


async def _recorded(ask: Ask, history: Sequence[GivenView], house: RulesView) -> Sequence[Line]:
    """What the record shows, about as much as it shows (R2); what should last long still is asked about."""
    return await _not_early(ask, await _lines(ask, history, house), house)


async def _same(ask: Ask, file: FileView, patient: ActsForView, today: str) -> Again:
    """What one tap orders again, as it was."""
    codes = sorted({given.line.code for given in file.history or () if given.line.code})
    if not codes:
        return Again()
    try:
        drugs = await ask.once("listed", formulary.drugs(codes))
    except Refused:  # the hospital's lists are not here yet: it is said where they are needed
        return Again()
    return again(file, drugs, patient.brief.birth_date, today)


async def _not_early(ask: Ask, lines: Sequence[Line], house: RulesView) -> Sequence[Line]:
    until = rules.lasts_until(lines, house.today, house.early_days)
    if until and await ask.choice("early", options=["go_on", "stop"], until=until) == "stop":
        await ask.stop("not_yet", until=until)
    return lines


async def _for_whom(ask: Ask) -> ActsForView:
    """Himself without a question where there is nobody else; an ambassador chooses among those who asked him to act."""
    known = await ask.once("people", people.patients())
    if not known:
        await ask.stop("nobody", buttons=[Option("neighbour", action="neighbour")])
    said = {ask.subject} - {""}  # by the button
    meant = next((person for person in known if said & {person.mark, person.id}), None)
    if meant or len(known) == 1:
        return meant or known[0]
    chosen = await ask.choice(
        "who", options=[Option(person.id, label=named(person, ask.person.lang)) for person in known], typed=True
    )
    return next(person for person in known if person.id == chosen)


async def _no_first_visit(
    ask: Ask, lines: Sequence[Line], history: Sequence[GivenView] | None, *, each: bool
) -> Mapping[str, str]:
    """R1, two questions of ours asked as one: diagnosed before by a doctor, and is it the same illness?

    Only of drugs for which the hospital's record has no diagnosis. "Not sure" goes on; the doctor sees it.
    """
    asked = [drug_label(line) for line in lines if not rules.illness_of(line, history)]
    if not asked or (not each and len(asked) < len(lines)):
        return {}
    some = ", ".join(asked) if len(asked) < len(lines) else ""
    said = await ask.choice("illness", options=["yes", "no", "not-sure"], typed=True, drugs=some)
    if said == "no":
        await ask.stop("first_visit")
    return dict.fromkeys(rules.FIRST_VISIT, said)


async def _look_again(ask: Ask) -> None:
    """A record that was closed may have been corrected: it is read before anybody is left out."""
    for id in await ask.once("closed", people.closed_records()):
        try:
            seen = await ask.call(f"again[{ask.key(id)}]", people.read_record(id))
            await ask.once(f"reopened[{ask.key(id)}]", people.keep_record(id, seen))
        except Refused:
            continue


async def _as_it_stands(ask: Ask, patient: ActsForView, seen: PatientView | None) -> ActsForView:
    """The record may have been merged or closed since it was read last; without an answer the hospital looks itself."""
    if seen is None:
        return patient
    try:
        return await ask.once("record", people.keep_record(patient.id, seen))
    except Refused as no:
        if patient.mandate and no.code == "deceased":
            await ask.stop("deceased", name=patient.known_as)
        if no.code == "on-hold":
            await ask.stop("held", buttons=[Option("changed", action="changed")])
        return await ask.stop("closed")


async def _rx_date(ask: Ask, today: str, oldest: int) -> str:
    """The day on the paper, by buttons or typed whole: not older than ``oldest`` months, not of tomorrow."""
    months = rules.months_back(today, oldest + 1)
    month = await ask.text(
        "rx_month", check=rules.paper_day(oldest), buttons=[Option(m, label=m[:4] + "-" + m[5:]) for m in months]
    )
    if len(month) > 7:
        return month
    days = [f"{month}-{n:02d}" for n in range(1, 32)]
    allowed = [day for day in days if isinstance(rules.prescription_day(day, today, oldest), str) and rules.is_day(day)]
    if not allowed:
        await ask.stop("rx_old", months=oldest)
    return await ask.choice(
        "rx_day", options=[Option(day, label=str(int(day[8:]))) for day in allowed], typed=True, columns=7
    )


async def _lines(ask: Ask, history: Sequence[GivenView], record: RulesView | None = None) -> Sequence[Line]:
    """The drugs and how many boxes: as last time in one tap, else known ones by tap; beside a paper others by typing.

    ``record``: there is no paper, the record bears it within these settings. A controlled drug stops here (R7).
    """
    paper = record is None
    codes = [given.line.code for given in history]
    drugs = await ask.once("known", formulary.drugs(codes))
    shown = listed(history, drugs)
    last = last_time(history, shown)
    told = [_line(line) for line in last]
    if told and await ask.choice("as_before", options=["all", "choose"], typed=True, paper=paper, lines=told) == "all":
        await _stop_controlled(ask, last, drugs)
        return [rules.supplied(line, line.boxes) for line in last]
    chosen: list[str] = []
    if shown:
        options = [Option(code, label=drug_label(line), listed=True) for code, line in shown.items()]
        chosen = await ask.multi("drugs", options=[*options, *(["other"] if paper else [])], at_least=1, paper=paper)
    extra = await _other_drugs(ask) if paper and (not shown or "other" in chosen) else []
    lines = [shown[code] for code in chosen if code != "other"] + extra
    await _stop_controlled(ask, lines, drugs)
    return [await _with_boxes(ask, line, record) for line in lines]


async def _stop_controlled(ask: Ask, lines: Sequence[Line], drugs: Mapping[str, DrugView]) -> None:
    controlled = next((line for line in lines if line.code in drugs and drugs[line.code].controlled), None)
    if controlled:
        await ask.stop("controlled", drug=controlled.name)


def _line(line: Line) -> tuple[str, dict[str, Any]]:
    return ("refill.line", {"drug": drug_label(line), "boxes": line.boxes, "sig": dosing.taken(line)})


async def _with_boxes(ask: Ask, line: Line, record: RulesView | None) -> Line:
    """Without a paper no more than the record bears (R2)."""
    key = line.code or ask.key(line.name)
    most = rules.about(line.proof.boxes, record.more_percent, record.unseen_boxes) if record else rules.MOST_BOXES
    options = [count for count in BOXES if int(count) <= most]
    drug = drug_label(line)
    boxes = await ask.choice(f"boxes[{key}]", options=options, check=rules.box_count(most), columns=5, drug=drug)
    count: int = await ask.sub(f"many[{key}]", "many_boxes", drug=drug, boxes=int(boxes), most=most)
    return rules.supplied(line, count)


async def _other_drugs(ask: Ask) -> list[Line]:
    """Typed by name, chosen from the hospital's list; what is not in it goes by the photo, never by a guess."""
    found: list[Line] = []
    for n in MORE:
        drug: DrugTyped | None = await ask.sub(f"other[{n}]", "medicine", optional=bool(found))
        if drug is None:
            break
        if drug.controlled:
            await ask.stop("controlled", drug=drug.line.name)
        found.append(replace(drug.line, proof=replace(drug.line.proof, place=f"typed-{n}")))
        if n == MORE[-1] or await ask.choice(f"more[{n}]", options=["no", "yes"], typed=True) == "no":
            break
    return found


async def _doctor(
    ask: Ask, lines: Sequence[Line], history: Sequence[GivenView] | None, young: bool, usual: str = ""
) -> tuple[str, str, str]:
    """Department, doctor ("" = first free) and his name: one tap where the drugs say which department."""
    departments = await ask.once("departments", formulary.departments())
    staff = await ask.once("staff", formulary.staff())
    specialty = rules.CHILDRENS if young else rules.specialty_of(lines, history)
    department = next((d.id for d in departments if d.specialty == specialty), "")
    names = {d.id: named(d, ask.person.lang) for d in departments}
    if young and not department:
        await ask.stop("no_childrens")
    if department:
        there = doctors_there(staff, department, ask.person.lang, other=not young)
        doctor = await ask.choice("doctor", options=there, typed=True, usual=usual, department=names[department])
        if doctor != "other":
            return department, *doctor_chosen(staff, doctor)
    department = await ask.choice(
        "department", options=[Option(id, label=name) for id, name in names.items()], typed=True, columns=2
    )
    there = doctors_there(staff, department, ask.person.lang, other=False)
    doctor = await ask.choice("doctor_there", options=there, typed=True, department=names[department])
    return department, *doctor_chosen(staff, doctor)
