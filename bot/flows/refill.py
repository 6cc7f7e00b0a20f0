"""The order: for whom, the prescription, what is on it, how long the medicine lasts, which doctor, and send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot import rules
from bot.dialog import Ask, Now, Option, Photo, Refused, Start, Wrong, flow, hours
from bot.dialog.dates import parse_date
from bot.intents import hospital, local, people
from bot.phrases import BOXES, drug_label, in_words, named
from bot.views import ActsForView, RulesView

TOLD = ("date", "patient", "hospital", "department", "diagnosis", "doctor", "number", "confidence", "drugs")
MORE = ("a", "b", "c", "d", "e")  # up to five drugs that the history does not know


@flow("refill", start=Start(command="refill", action="need", link="need"), remind=hours(20))
async def refill(ask: Ask) -> None:
    """The whole form, from whom it is for to [Send]; half-filled, it waits for days."""
    await ask.sub("enrol", "enrol")
    house = await ask.once("rules", people.rules())
    today = house.today
    patient = await _for_whom(ask)
    compound = await ask.sub("compound", "compound", known=ask.args.get("ref", ""))
    file = await ask.call(
        "file", hospital.patient_file(patient.id, today, rules.months_before(today, house.history_months))
    )
    if rules.age(patient.brief.birth_date, today) < rules.CHILD:
        await ask.stop("child")
    if file["cover"] == "self-pay" and await ask.choice("self_pay", options=["go_on", "stop"]) == "stop":
        await ask.stop("not_covered")
    photos: list[Photo] | str = [Photo.of(page) for page in ask.args.get("pages", ())]  # of an album
    if not photos:
        photos = await ask.photos(
            "rx",
            min=1,
            max=5,
            buttons=["history"] if file["history"] else [],
            cover=file["cover"],
            name=patient.name,
        )
    paper = await _paper(ask, [] if isinstance(photos, str) else photos, patient.name, file["history"], house)
    lines, rx_date, seen = paper.lines, paper.rx_date, paper.seen
    no = await ask.once("no", local.do("order_number"))
    proof = {
        "uniques": [photo.unique for photo in paper.pages],
        "marks": seen.get("marks", []),
        "pictures": seen.get("pictures", []),
    }
    codes = [line["code"] for line in lines]
    try:
        await ask.once(
            "unused", local.do("unused", order=no, patient=patient.id, rx_date=rx_date, codes=codes, **proof)
        )
    except Refused as used:
        await ask.stop("rx_used", order=used.words.get("order", ""))
    left = await ask.choice("left", options=["0-2", "3-7", "more"], columns=3)
    answers = await ask.sub("questions", "questionnaire")
    department, doctor, doctor_name = await _doctor(ask, lines, file["history"])
    await ask.confirm(
        "ok",
        edits=["checked", "as_before", "drugs", "left", "doctor"],
        name=patient.name,
        days=("refill.left." + left, {}),
        lines=[_line(line) for line in lines],
        doctor=doctor_name or ("refill.doctor.first", {}),
        rx_date=rx_date,
    )
    draft = {
        "no": no,
        "patient_brief": patient.brief,
        "department": department,
        "doctor": doctor,
        "compound": compound,
        "delivery": "home",
        "priority": {"0-2": "urgent", "3-7": "routine"}.get(left, "routine"),
        "expedite_reason": "",
        "days_left": left,
        "condition": rules.condition_of(lines, file["history"]),
        "rx_date": rx_date,
        "rx_number": seen.get("number", ""),
        "rx_hospital": seen.get("hospital", ""),
        "read_by": paper.by,
        "reading": {name: seen[name] for name in TOLD if name in seen},
        "lines": lines,
        "answers": answers["answers"],
        "questionnaire": answers["url"],
    }
    await ask.submit(hospital.submit(no, draft, [photo.file for photo in paper.pages], proof))


@dataclass(frozen=True, slots=True)
class Paper:
    """What the order rests on. ``by``: history, hand or machine; ``seen``: what the machine read."""

    by: str
    pages: list[Photo]
    rx_date: str
    lines: list[dict[str, Any]]
    seen: dict[str, Any]


async def _paper(
    ask: Ask, photos: list[Photo], name: str, history: list[dict[str, Any]] | None, house: RulesView
) -> Paper:
    """Read by machine where there is one, else by hand; without a paper, from the hospital's history."""
    if not photos:
        return Paper("history", [], "", await _lines(ask, history), {})
    oldest = house.rx_months
    had = sorted({item["line"]["code"] for item in history or [] if item["line"]["code"]})
    seen = ask.args.get("seen")
    read = await ask.sub("read", "read_paper", pages=photos, name=name, history=had, seen=seen)
    if read["by"] == "machine":
        seen = read["reading"]
        checked = await ask.sub("checked", "check_reading", reading=seen, name=name, oldest=oldest)
        lines = [rules.priced(line, line["boxes"]) for line in checked["lines"]]
        return Paper("machine", read["pages"], checked["rx_date"], lines, seen)
    rx_date = await _rx_date(ask, house.today, oldest)
    lines = [rules.SEE_PHOTO] if read["by"] == "person" else await _lines(ask, history)
    return Paper("hand", read["pages"], rx_date, lines, {})


async def _for_whom(ask: Ask) -> ActsForView:
    """Himself without a question where there is nobody else; an ambassador chooses among those who asked him to act."""
    known = await ask.once("people", people.patients())
    if not known:
        await ask.stop("nobody", buttons=[Option("neighbour", action="neighbour")])
    meant = next((person for person in known if person.id == ask.subject), None)  # the button said for whom
    if meant or len(known) == 1:
        return meant or known[0]
    chosen = await ask.choice("who", options=[Option(person.id, label=person.name) for person in known])
    return next(person for person in known if person.id == chosen)


async def _rx_date(ask: Ask, today: str, oldest: int) -> str:
    """The day on the paper, by buttons or typed whole: not older than ``oldest`` months, not of tomorrow."""

    def check(text: str, now: Now) -> str | Wrong:
        day = parse_date(text, now.today)
        return Wrong("date") if day is None else rules.prescription_day(day, now.today, oldest)

    months = rules.months_back(today, oldest + 1)
    month = await ask.text("rx_month", check=check, buttons=[Option(m, label=m[:4] + "-" + m[5:]) for m in months])
    if len(month) > 7:
        return month
    days = [f"{month}-{n:02d}" for n in range(1, 32)]
    allowed = [day for day in days if isinstance(rules.prescription_day(day, today, oldest), str) and rules.is_day(day)]
    if not allowed:
        await ask.stop("rx_old", months=oldest)
    return await ask.choice("rx_day", options=[Option(day, label=str(int(day[8:]))) for day in allowed], columns=7)


async def _lines(ask: Ask, history: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """The drugs and how many boxes: as last time in one tap, else known ones by tap and others by typing.

    A controlled drug stops here, before a doctor is troubled (R7).
    """
    last = _last_time(history or [])
    drugs = await ask.once("known", local.do("drugs", codes=[item["line"]["code"] for item in history or []]))
    if last and await ask.choice("as_before", options=["all", "choose"], lines=[_line(line) for line in last]) == "all":
        lines = [{**line, **_from_formulary(drugs.get(line["code"]))} for line in last]
        await _stop_controlled(ask, lines)
        return [rules.priced(line, line["boxes"]) for line in lines]
    known = {item["line"]["code"]: item["line"] for item in history or [] if item["line"]["code"]}
    chosen: list[str] = []
    if known:
        options = [Option(code, label=f"{line['name']} {line['strength']}") for code, line in known.items()]
        chosen = await ask.multi("drugs", options=[*options, "other"], at_least=1)
    codes = [code for code in chosen if code != "other"]
    extra = await _other_drugs(ask) if not known or "other" in chosen else []
    lines = [{**known[code], **_from_formulary(drugs.get(code))} for code in codes] + extra
    await _stop_controlled(ask, lines)
    return [await _with_boxes(ask, line) for line in lines]


def _last_time(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was handed out on the newest day, if the hospital knows each drug and how many boxes."""
    newest = max((item["day"] for item in history), default="")
    lines = [item["line"] for item in history if item["day"] == newest]
    return lines if all(line["code"] and line["boxes"] for line in lines) else []


async def _stop_controlled(ask: Ask, lines: list[dict[str, Any]]) -> None:
    controlled = next((line for line in lines if line.get("controlled")), None)
    if controlled:
        await ask.stop("controlled", drug=controlled["name"])


def _line(line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return ("refill.line", {"drug": drug_label(line), "boxes": line["boxes"]})


def _from_formulary(drug: dict[str, Any] | None) -> dict[str, Any]:
    return {"pack": drug["pack"], "sig": drug["sig"], "controlled": drug["controlled"]} if drug else {}


async def _with_boxes(ask: Ask, line: dict[str, Any]) -> dict[str, Any]:
    key = line["code"] or rules.slug(line["name"])
    return rules.priced(line, int(await ask.choice(f"boxes[{key}]", options=BOXES, columns=5, drug=drug_label(line))))


async def _other_drugs(ask: Ask) -> list[dict[str, Any]]:
    """Typed by name, chosen from the hospital's list; what is not in it goes by the photo, never by a guess."""
    found: list[dict[str, Any]] = []
    for n in MORE:
        drug = await ask.sub(f"other[{n}]", "medicine", optional=bool(found))
        if drug is None:
            break
        found.append(drug)
        if n == MORE[-1] or await ask.choice(f"more[{n}]", options=["no", "yes"]) == "no":
            break
    return found


async def _doctor(ask: Ask, lines: list[dict[str, Any]], history: list[dict[str, Any]] | None) -> tuple[str, str, str]:
    """Department, doctor ("" = first free) and his name: one tap where the drugs say which department."""
    departments = await ask.once("departments", local.do("catalogue", part="departments"))
    staff = await ask.once("staff", local.do("catalogue", part="staff"))
    specialty = rules.specialty_of(lines, history)
    department = next((d["id"] for d in departments if d["specialty"] == specialty), "")
    names = {d["id"]: named(d, ask.person.lang) for d in departments}
    if department:
        doctor = await ask.choice(
            "doctor", options=_doctors(staff, department, ask.person.lang, other=True), department=names[department]
        )
        if doctor != "other":
            return department, *_chosen(staff, doctor)
    department = await ask.choice(
        "department", options=[Option(id, label=name) for id, name in names.items()], columns=2
    )
    doctor = await ask.choice(
        "doctor_there", options=_doctors(staff, department, ask.person.lang, other=False), department=names[department]
    )
    return department, *_chosen(staff, doctor)


def _doctors(staff: list[dict[str, Any]], department: str, lang: str, *, other: bool) -> list[str | Option]:
    here = [s for s in staff if s["role"] == "doctor" and s["department"] == department]
    named = [Option(s["id"], label=s["name"] if lang.startswith("zh") else s["name_en"] or s["name"]) for s in here]
    return ["first", *named, *(["other"] if other else [])]


def _chosen(staff: list[dict[str, Any]], doctor: str) -> tuple[str, str]:
    return ("", "") if doctor == "first" else (doctor, next(s["name"] for s in staff if s["id"] == doctor))


@flow("questionnaire")
async def questionnaire(ask: Ask) -> dict[str, Any]:
    """The hospital's own questions, in chat: choice and boolean items."""
    asked: dict[str, Any] | None = await ask.once("asked", local.do("questions"))
    items: list[dict[str, Any]] = asked["questions"] if asked else []
    answers: dict[str, str] = {}
    for item in items:
        options = [Option(o["code"], label=in_words(o["text"], ask.person.lang) or o["code"]) for o in item["options"]]
        answers[item["link_id"]] = await ask.choice(
            f"item[{item['link_id']}]",
            options=options or ["yes", "no"],
            question=in_words(item["text"], ask.person.lang),
        )
    return {"answers": answers, "url": f"{asked['url']}|{asked['version']}" if asked else ""}
