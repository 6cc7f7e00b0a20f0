"""What a flow may ask of the hospital's lists: drugs, doctors, questions. Carried out by bot/ops/lists.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.forms import DepartmentView, DrugView, QuestionnaireView, StaffView
from bot.intents._declare import local


@local
def drugs(codes: Sequence[str]) -> Mapping[str, DrugView]:
    """The drugs of these codes; an unknown code is left out (never guessed)."""
    ...


@local
def search_drugs(words: str) -> tuple[DrugView, ...]:
    """Drugs by name, brand or pinyin initials, best first."""
    ...


@local
def departments() -> tuple[DepartmentView, ...]:
    """Refused("no-lists") while the list was never read."""
    ...


@local
def staff() -> tuple[StaffView, ...]:
    """Refused("no-lists") while the list was never read."""
    ...


@local
def questions() -> QuestionnaireView | None:
    """None: this hospital asks nothing."""
    ...
