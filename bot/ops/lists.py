"""The hospital's lists as a form asks for them: drugs, doctors, questions; and whether photos are read here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend_client.models import Drug
from bot.decoding import decoder, jsonable
from bot.dialog import Refused
from bot.forms import DepartmentView, DrugView, QuestionnaireView, StaffView
from bot.intents import formulary, photo
from bot.intents import staff as staff_intents
from bot.model import LIST, Measured, Timer
from bot.model.names import two_names
from bot.ops.duty import off_now
from bot.ops.incidents import ask_operators, report, settle
from bot.ops.places import lists
from bot.ops.registry import Act, does, role_of
from bot.phrases import LISTS, list_words
from bot.turn import Turn


def _drug(drug: Drug) -> DrugView:
    """Without the list's proposal how to take it: a dose is never the list's (R17)."""
    return DrugView(drug.code, drug.names, drug.strength, drug.pack, drug.controlled, *two_names(drug.names))


@does(formulary.drugs)
async def drugs(act: Act, codes: Sequence[str]) -> Mapping[str, DrugView]:
    found = (lists(act.turn, "drugs").drug(code) for code in codes)
    return {drug.code: _drug(drug) for drug in found if drug}


@does(formulary.search_drugs)
async def search_drugs(act: Act, words: str) -> tuple[DrugView, ...]:
    lists(act.turn, "drugs")
    return tuple(map(_drug, act.turn.services.search(words)))


@does(formulary.departments)
async def departments(act: Act) -> tuple[DepartmentView, ...]:
    known = lists(act.turn, "departments").departments
    return tuple(DepartmentView(d.id, d.specialty, d.names, *two_names(d.names)) for d in known)


@does(formulary.staff)
async def staff(act: Act) -> tuple[StaffView, ...]:
    away = await off_now(act.turn)
    known = [one for one in lists(act.turn, "staff").staff if one.id not in away]
    return tuple(StaffView(s.id, s.role, s.department, s.name, s.names, two_names(s.names)[1]) for s in known)


@does(formulary.questions)
async def questions(act: Act) -> QuestionnaireView | None:
    known = lists(act.turn, "departments")
    asked = known.questionnaire
    if known.left_out:
        return QuestionnaireView(left_out=True)
    return _QUESTIONS(jsonable(asked)) if asked else None


_QUESTIONS = decoder(QuestionnaireView)


@does(photo.reads_photos)
async def reads_photos(act: Act) -> bool:
    return act.turn.services.reads_photos


# ---------------------------------------------------------------- a list that cannot be used as it came


async def see_list(turn: Turn, timer: Timer) -> None:
    """One is left out, or has so few that an operator must say whether that is right; or it came right again."""
    name, why = timer.ref, timer.step
    if not why:
        await settle(turn, "list", name, "it came right again")
        return
    await report(turn, "list", about=name, code=why)
    had, _, came = why.partition("/")
    if not (had.isdecimal() and came.isdecimal()):
        return
    words = {"list": list_words(name), "had": int(had), "count": int(came)}
    action = f"take_list:{name}/{came}"
    await ask_operators(turn, f"list:{name}:{came}", "take_list.asked", words, "action.take_list", action)


@does(staff_intents.take_list)
async def take_list(act: Act, name: str, count: int) -> None:
    role_of(await act.me(), "operator")
    if name not in LISTS:
        raise Refused("not-now")
    row = await act.turn.get(Measured, f"{LIST}:{name}") or Measured(f"{LIST}:{name}")
    act.turn.put(replace(row, values=(count,)))
    act.turn.note("", f"person:{act.who}", "list-taken", reason=f"{name}/{count}")
