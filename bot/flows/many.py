"""Many in one go: one screen of names, the same as last for all, only exceptions asked, one [Send]. See ADR 37."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot import repeats, rules
from bot.dialog import Ask, Option, Refused, Start, flow, hours
from bot.dosing import Line
from bot.forms import AnswerShape, DepartmentView, DraftView, EntryView, Paper, QuestionnaireView, TracesView
from bot.intents import alerts, day, formulary, ordering, people, proxy
from bot.intents.places import place_of
from bot.model.names import Names, name_in, named, several
from bot.phrases import ONWARD, drug_label
from bot.views import ActsForView, LastsView, RulesView

MOST = 20  # people on one screen (Bot API: 100 buttons), those first whose medicine ends first
NO_NAMES: Names = {}

Sentence = tuple[str, dict[str, Any]]


@flow("several", start=Start(command="many", action="many", menu=3, role="ambassador"), remind=hours(20), consent=True)
async def many(ask: Ask) -> None:
    """His mandates with who is due, who is due ticked; or the people of one home, all of them ticked."""
    ask.leads_on(ONWARD)
    house = await ask.once("rules", people.rules())
    all_ = [one for one in await ask.once("people", people.patients()) if not one.own]
    acts_for = [one for one in all_ if ask.subject in ("", one.home)]
    if not acts_for:
        await ask.stop("nobody", buttons=[Option("neighbour", action="neighbour")])
    since = rules.months_before(house.today, house.history_months)
    files = await ask.call("files", day.patient_files([one.id for one in acts_for], house.today, since))
    codes = {given.line.code for file in files for given in file.history or ()} - {""}
    drugs = await ask.once("drugs", formulary.drugs(sorted(codes)))
    found: list[_Found] = []
    for person, file in zip(acts_for, files, strict=True):
        born = file.patient.birth_date if file.patient else person.brief.birth_date
        found.append(_Found(person, repeats.again(file, drugs, born, house.today), EntryView(person, file)))
    ready = sorted((one for one in found if not one.again.why), key=lambda one: one.again.until or "9")
    alone = [one for one in found if one.again.why]
    if not ready:
        await ask.stop("none", left_alone=_alone(alone), buttons=_each([one.person for one in alone[:MOST]]))
    due = [one.person.id for one in ready[:MOST] if ask.subject or repeats.is_due(one.again.until, house.today)]
    chosen = await ask.multi(
        "who",
        options=[Option(one.person.id, label=named(one.person, ask.person.lang)) for one in ready[:MOST]],
        ticked=due,
        at_least=1,
        columns=2,
        people=[("several.until", {"name": one.person.known_as, "until": one.again.until}) for one in ready[:MOST]],
        hidden=max(0, len(ready) - MOST),
        left_alone=_alone(alone),
    )
    entries = [replace(one.entry, paper=Paper(lines=one.again.lines)) for one in ready if one.person.id in chosen]
    await ask.sub("all", "send_many", entries=tuple(entries))
    if alone:
        await ask.tell("alone", left_alone=_alone(alone), buttons=_each([one.person for one in alone[:MOST]]))


@dataclass(frozen=True, slots=True)
class _Found:
    person: ActsForView
    again: repeats.Again
    entry: EntryView


REFUSED: Mapping[str, str] = {
    "no-mandate": "several.why.no_mandate",
    "mandate-over": "several.why.no_mandate",
    "consent-taken-back": "several.why.no_consent",
}
WHY: Mapping[str, str] = {
    "unread": "several.why.unread",
    "no_record": "several.why.no_record",
    "controlled": "several.why.controlled",
    "child": "several.why.child",
}


def _alone(found: Sequence[_Found]) -> list[Sentence]:
    return [("several.out", {"name": one.person.known_as, "why": (WHY[one.again.why], {})}) for one in found]


def _each(persons: Sequence[ActsForView]) -> list[Option]:
    return [Option("each", action=f"need:{one.id}", words={"name": one.known_as}) for one in persons]


# ---------------------------------------------------------------- what they rest on is known: the rest, and [Send]


@dataclass(frozen=True, slots=True)
class _Ready:
    """One that is to be sent. ``until``: the days were told by the record, and are worked out again when it is sent."""

    entry: EntryView
    person: ActsForView
    left: str
    until: str
    department: str
    said: str = field(default="", repr=False)  # the day on which it was told how long it lasts, else; ISO
    own: Mapping[str, str] = field(default_factory=dict[str, str])  # R1, as answered


@flow("send_many")
async def send_many(ask: Ask, entries: tuple[EntryView, ...]) -> tuple[str, ...]:
    """Exceptions one by one, each by name; the hospital's questions once for all; then each order is its own.

    Gives the patients whose orders were begun.
    """
    house = await ask.once("rules", people.rules())
    compound: str = await ask.sub("compound", "compound")
    if (await ask.once("asks", alerts.triage_for(compound))).questions:
        await ask.stop("one_by_one", buttons=ONWARD)
    place = await ask.once("place", place_of(compound))
    ids = [one.person.id for one in entries]
    under_way = await ask.once("under_way", day.under_way(ids))
    spent = await ask.once("spent", day.spent({one.person.id: one.proof for one in entries}))
    departments = await ask.once("departments", formulary.departments())
    ready: list[_Ready] = []
    out: list[Sentence] = []
    for entry in entries:
        ask.about(entry.person.known_as)
        if no := spent.get(entry.person.id):
            out.append(_out(entry, ("several.why.spent", {"order": no})))
            continue
        one = await _one(ask, entry, house, departments, under_way.get(entry.person.id, ""))
        if isinstance(one, str):
            out.append(_out(entry, (one, {})))
        else:
            ready.append(one)
    ask.about("")
    if not ready:
        await ask.stop("nobody_left", left_alone=out, buttons=ONWARD)
    asked = await ask.once("asked", formulary.questions())
    given = await _answers(ask, asked, ready)
    sends = await ask.choice(
        "send",
        options=["send", "stop"],
        count=len(ready),
        place=place.known_as if place else NO_NAMES,
        lines=[_line(one) for one in ready],
        left_alone=out,
    )
    if sends == "stop":
        await ask.stop("stopped", buttons=ONWARD)
    today = (await ask.once("now", people.rules())).today  # it may have waited for days
    for one in [await _still(ask, one) for one in ready]:
        draft = _draft(one, compound, asked, given.get(one.person.id, {}), today)
        await ask.begin(
            f"sends[{ask.key(one.person.id)}]",
            "send_one",
            ask.person.id,
            subject=one.person.mark,
            draft=draft,
            proof=one.entry.proof,
            pages=[page.file for page in one.entry.paper.pages],
            name=one.person.known_as,
            place=place.known_as if place else NO_NAMES,
        )
    await ask.tell("sent", count=len(ready), buttons=ONWARD)
    return tuple(one.entry.person.id for one in ready)


async def _still(ask: Ask, one: _Ready) -> _Ready:
    """How long it lasts as it is sent, where that was said on another day."""
    if one.until:
        return one
    ask.about(one.person.known_as)
    now: LastsView = await ask.sub(f"still[{ask.key(one.person.id)}]", "still_left", days=one.left, said=one.said)
    ask.about("")
    return replace(one, left=now.days)


def _out(entry: EntryView, why: Sentence) -> Sentence:
    return ("several.out", {"name": entry.person.known_as, "why": why})


async def _may_order(ask: Ask, mark: str, entry: EntryView) -> ActsForView | str:
    """Him as his record stands now, with his consents; else the key of the sentence why he is left out."""
    person = entry.person
    try:
        if entry.file.patient is not None:
            person = await ask.once(f"record[{mark}]", people.keep_record(person.id, entry.file.patient))
        role = await ask.once(f"needs[{mark}]", proxy.needs_consent(person.id))
    except Refused as no:
        return REFUSED.get(no.code, "several.why.closed")
    if role:
        said: tuple[str, str] = await ask.sub(f"hers[{mark}]", "proxy_consent", patient=person.brief, role=role)
        if not said[0]:
            return "several.why.no_consent"
    return person


async def _one(
    ask: Ask, entry: EntryView, house: RulesView, known: Sequence[DepartmentView], order: str
) -> _Ready | str:
    """What of this one is not as usual; the key of the sentence why he is left out."""
    mark, file, lines = ask.key(entry.person.id), entry.file, entry.paper.lines
    person = await _may_order(ask, mark, entry)
    if isinstance(person, str):
        return person
    if await _left_out(ask, mark, entry, house, order):
        return "several.why.skipped"
    own: dict[str, str] = {}
    asked = [drug_label(line) for line in lines if not rules.illness_of(line, file.history)]
    if asked:  # R1
        said = await ask.choice(f"illness[{mark}]", options=["yes", "no", "not-sure"], drugs=", ".join(asked))
        if said == "no":
            return "several.why.first_visit"
        own = dict.fromkeys(rules.FIRST_VISIT, said)
    until = repeats.lasts(lines, file.history)
    left = repeats.still_left(until, house.today)
    if not left:
        until, left = "", await ask.choice(f"left[{mark}]", options=["0-2", "3-7", "more"], columns=3, typed=True)
    said = (await ask.once(f"said[{mark}-{left}]", people.rules())).today
    department = await _department(ask, mark, known, lines, entry, house)
    return _Ready(entry, person, left, until, department, said, own)


async def _left_out(ask: Ask, mark: str, entry: EntryView, house: RulesView, order: str) -> bool:
    """What the form would ask before it goes on: an order under way, nothing insured, medicine for long."""
    if order and await ask.choice(f"open[{mark}]", options=["skip", "again"], order=order) == "skip":
        return True
    if entry.file.cover == "self-pay" and await ask.choice(f"self_pay[{mark}]", options=["skip", "go_on"]) == "skip":
        return True
    early = "" if entry.paper.pages else rules.lasts_until(entry.paper.lines, house.today, house.early_days)
    return bool(early) and await ask.choice(f"early[{mark}]", options=["skip", "go_on"], until=early) == "skip"


async def _department(
    ask: Ask, mark: str, known: Sequence[DepartmentView], lines: Sequence[Line], entry: EntryView, house: RulesView
) -> str:
    """Which its drugs tell; a child's is the children's (R7); else it is asked."""
    young = rules.age(entry.person.brief.birth_date, house.today) < rules.OWN_CONSENT
    specialty = rules.CHILDRENS if young else rules.specialty_of(lines, entry.file.history)
    found = next((one.id for one in known if one.specialty == specialty), "")
    options = [Option(one.id, label=named(one, ask.person.lang)) for one in known]
    return found or await ask.choice(f"department[{mark}]", options=options, columns=2)


async def _answers(
    ask: Ask, asked: QuestionnaireView | None, ready: Sequence[_Ready]
) -> dict[str, dict[str, tuple[str, AnswerShape]]]:
    """Each of the hospital's questions once for all of them; where somebody differs, one by one and by name."""
    given: dict[str, dict[str, tuple[str, AnswerShape]]] = {one.person.id: {} for one in ready}
    names = several([one.person for one in ready], ask.person.lang)
    for item in asked.questions if asked and not asked.left_out else ():
        question = name_in(item.text, ask.person.lang)
        own = [Option(o.code, label=name_in(o.text, ask.person.lang) or o.code) for o in item.options]
        options = [*(own or ["yes", "no"]), *([] if item.required else ["skip"])]
        more = ["differs"] if len(ready) > 1 else []
        said = await ask.choice(
            f"item[{item.link_id}]", options=[*options, *more], question=question, names=names, count=len(ready)
        )
        for one in ready:
            answer = said
            if said == "differs":
                ask.about(one.person.known_as)
                who = ask.key(one.person.id)
                answer = await ask.choice(f"his[{item.link_id}-{who}]", options=options, question=question)
            if taken := repeats.taken(item, answer):
                given[one.person.id][item.link_id] = taken
        ask.about("")
    return given


def _line(one: _Ready) -> Sentence:
    drugs = [("refill.line", {"drug": drug_label(x), "boxes": x.boxes, "sig": ""}) for x in one.entry.paper.lines]
    return ("several.line", {"name": one.person.known_as, "drugs": drugs, "days": (f"refill.left.{one.left}", {})})


def _draft(
    one: _Ready,
    compound: str,
    asked: QuestionnaireView | None,
    given: Mapping[str, tuple[str, AnswerShape]],
    today: str,
) -> DraftView:
    """As the form for one makes it; how long it lasts by the record is that of the day on which it is sent."""
    paper, left = one.entry.paper, repeats.left(one.until, today) or one.left
    answered = asked is not None and not asked.left_out
    return DraftView(
        patient_brief=one.person.brief,
        department=one.department,
        compound=compound,
        priority="urgent" if left == "0-2" else "routine",
        days_left=left,
        recorded=bool(one.until),
        condition=rules.condition_of(paper.lines, one.entry.file.history),
        rx_date=paper.rx_date,
        rx_number=paper.seen.number,
        rx_hospital=paper.seen.hospital,
        read_by=paper.by,
        reading=paper.seen.told() if paper.by == "machine" else {},
        lines=tuple(paper.lines),
        doubts=tuple(paper.doubts),
        cuts=paper.seen.shown(paper.lines),
        answers={**one.own, **{link: value for link, (value, _) in given.items()}},
        shapes={link: shape for link, (_, shape) in given.items()},
        left_out=asked is not None and asked.left_out,
        questionnaire=f"{asked.url}|{asked.version}" if asked and answered else "",
    )


@flow("send_one", start=Start(action="look_again"), remind=hours(20), consent=True)
async def send_one(
    ask: Ask,
    draft: DraftView | None = None,
    proof: TracesView | None = None,
    pages: tuple[str, ...] = (),
    name: Names = NO_NAMES,
    place: Names = NO_NAMES,
) -> None:
    """One of many, an order of its own. Where it is refused it stays here, by name, and can be sent once more."""
    ask.leads_on(ONWARD)
    if draft is None or proof is None:
        await ask.stop("gone")
    ask.about(name)
    no = await ask.once("no", ordering.order_number())
    draft = replace(draft, no=no)
    codes = [line.code for line in draft.lines]
    try:
        await ask.once("unused", ordering.unused(no, draft.patient_brief.id, draft.rx_date, codes, proof))
    except Refused as used:
        if used.code == "rx-used":
            await ask.stop("used", name=name, **{"order": "", **used.words})
    await ask.confirm(
        "ok",
        assented=True,
        name=name,
        place=place,
        days=(f"refill.left.{draft.days_left}", {}),
        lines=[("refill.line", {"drug": drug_label(x), "boxes": x.boxes, "sig": ""}) for x in draft.lines],
    )
    await ask.submit(ordering.submit(no, draft, pages, proof))
