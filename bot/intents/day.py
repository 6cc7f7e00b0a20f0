"""What an ambassador's day is asked of the house and the hospital: his list, and many orders in one go.

Carried out by bot/ops/day.py, the hospital's by bot/calls.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.forms import FileView, TracesView
from bot.intents._declare import local, remote
from bot.views import TodoView


@remote("hospital")
def patient_files(patients: Sequence[str], day: str, since: str) -> tuple[FileView, ...]:
    """The files of all of them in one wait, in this order; what cannot be had now is unknown."""
    ...


@local
def last_answers(patient: str) -> Mapping[str, str]:
    """What was answered to the hospital's questions in the newest order for him that the house still has.

    Who acts under a mandate reads what he himself wrote down only: her own answers and her family's are none of his.
    """
    ...


@local
def under_way(patients: Sequence[str]) -> Mapping[str, str]:
    """Of each of them who has one: the number of an order that is not at its end."""
    ...


@local
def spent(patients: Mapping[str, TracesView]) -> Mapping[str, str]:
    """Of each of them whose paper or record belongs to another order already (R8): that order's number."""
    ...


@local
def shown_today(buildings: Sequence[str]) -> tuple[str, ...]:
    """He is shown his day by these (keyed hashes); those that stood on his list before, and not any more."""
    ...


@local
def today() -> tuple[TodoView, ...]:
    """What waits for the acting person, by building, the urgent first."""
    ...
