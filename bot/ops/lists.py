"""The hospital's lists as a form asks for them: drugs, doctors, questions; and whether photos are read here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backend_client.models import Drug
from bot.decoding import decoder, jsonable
from bot.forms import DepartmentView, DrugView, QuestionnaireView, StaffView
from bot.intents import formulary, photo
from bot.model.names import two_names
from bot.ops.places import lists
from bot.ops.registry import Act, does


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
    known = lists(act.turn, "staff").staff
    return tuple(StaffView(s.id, s.role, s.department, s.name, s.names, two_names(s.names)[1]) for s in known)


@does(formulary.questions)
async def questions(act: Act) -> QuestionnaireView | None:
    asked = lists(act.turn, "departments").questionnaire
    return _QUESTIONS(jsonable(asked)) if asked else None


_QUESTIONS = decoder(QuestionnaireView)


@does(photo.reads_photos)
async def reads_photos(act: Act) -> bool:
    return act.turn.services.reads_photos
