"""What can be ordered again just as last time, by the hospital's record, and for how long that lasts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot import rules
from bot.dosing import Line
from bot.forms import AnswerShape, DrugView, FileView, GivenView, QuestionView

DUE = 7  # days before it runs out that it is time to order
BOOLEAN = {"yes": "true", "no": "false"}  # as the hospital writes it


@dataclass(frozen=True, slots=True)
class Again:
    """``lines``: as last time. ``until``: the ISO day on which the first of it runs out, "" = not known.

    ``why``: unread, no_record, controlled or child, where it cannot be repeated as it was.
    """

    lines: tuple[Line, ...] = ()
    until: str = ""
    why: str = ""


def again(file: FileView, drugs: Mapping[str, DrugView], birth_date: str, today: str) -> Again:
    """What this record bears once more, as it was (R2); a controlled drug is never repeated here (R7)."""
    if file.history is None:
        return Again(why="unread")
    if rules.age(birth_date, today) < rules.CHILD:
        return Again(why="child")
    lines = last_time(file.history, listed(file.history, drugs))
    if not lines:
        return Again(why="no_record")
    if any(line.code in drugs and drugs[line.code].controlled for line in lines):
        return Again(why="controlled")
    lines = [rules.supplied(line, line.boxes) for line in lines]
    return Again(tuple(lines), runs_out(lines))


def listed(history: Sequence[GivenView], drugs: Mapping[str, DrugView]) -> dict[str, Line]:
    """The newest of each drug of the record, with what the hospital's list knows of its box."""
    known = {given.line.code: given for given in reversed(history) if given.line.code}
    return {code: rules.in_the_list(given.line, drugs.get(code)) for code, given in known.items()}


def last_time(history: Sequence[GivenView], shown: Mapping[str, Line]) -> list[Line]:
    """What was handed out on the newest day, if the hospital knows each drug and how many boxes."""
    newest = max((given.day for given in history), default="")
    codes = [given.line.code for given in history if given.day == newest]
    lines = [shown[code] for code in codes if code]
    return lines if all(codes) and all(line.boxes for line in lines) else []


def runs_out(lines: Iterable[Line]) -> str:
    """The ISO day on which the first of them runs out, by the record; "" where it does not tell of each."""
    ends = [_end(line) for line in lines]
    return min(ends, default="") if all(ends) else ""


def lasts(lines: Sequence[Line], history: Sequence[GivenView] | None) -> str:
    """The same of what stands on a paper: when the newest of each in the record runs out."""
    newest = {given.line.code: given.line for given in sorted(history or (), key=lambda one: one.day)}
    known = [line if rules.is_day(line.proof.day) else newest.get(line.code, line) for line in lines]
    return runs_out(rules.supplied(line, line.boxes) for line in known)


def _end(line: Line) -> str:
    if not line.days or not rules.is_day(line.proof.day):
        return ""
    return (date.fromisoformat(line.proof.day) + timedelta(days=line.days)).isoformat()


def left(until: str, today: str) -> str:
    """How long it lasts by the record, as the form asks it; "" where the record does not tell."""
    if not until:
        return ""
    days = (date.fromisoformat(until) - date.fromisoformat(today)).days
    return "0-2" if days <= 2 else "3-7" if days <= 7 else "more"


def still_left(until: str, today: str) -> str:
    """The same, where nobody need be asked: "" where it may run out now, too."""
    found = left(until, today)
    return "" if found == "0-2" else found


def is_due(until: str, today: str) -> bool:
    """Time to order: ``DUE`` days before it runs out, or later."""
    return bool(until) and until <= (date.fromisoformat(today) + timedelta(days=DUE)).isoformat()


def taken(item: QuestionView, said: str) -> tuple[str, AnswerShape] | None:
    """What the hospital is told where a person chose ``said``; None where he skipped the question."""
    chosen = next((one for one in item.options if one.code == said), None)
    if said == "skip" and chosen is None:
        return None
    shape = AnswerShape(item.within, *((chosen.system, chosen.display) if chosen else ()))
    return said if item.options else BOOLEAN[said], shape


def as_before(questions: Sequence[QuestionView], given: Mapping[str, str]) -> dict[str, str]:
    """What was chosen last time, where all that must be answered still can be answered so; else nothing."""
    spoken = {written: said for said, written in BOOLEAN.items()}
    found: dict[str, str] = {}
    for item in questions:
        value = given.get(item.link_id, "")
        said = value if item.options else spoken.get(value, "")
        offered = said in {one.code for one in item.options} if item.options else bool(said)
        if (value and not offered) or (item.required and not value):
            return {}
        found |= {item.link_id: said} if value else {}
    return found
