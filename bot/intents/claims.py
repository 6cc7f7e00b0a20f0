"""A record that another phone has (law 8): whoever has it is asked; until then the one who asks reads nothing of it.

Carried out by bot/ops/claims.py.
"""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local
from bot.views import ClaimView, DecidedView, LaterView, PatientView

Decision = Literal["new_phone", "family", "not_me"]


@local
def count_try(number: str) -> None:
    """One try to open a record, counted on the account and on the number; Refused("tries") where that was the last.

    Only a keyed hash of the number is kept.
    """
    ...


@local
def ask_for(patient: PatientView) -> ClaimView:
    """The acting person gave what fits this patient: free to have, or asked of the phone that has it.

    Where it is free his try does not count.
    """
    ...


@local
def tries_spent() -> bool:
    """Whether the acting account itself has had all its wrong tries of the last day (``wrong_tries``)."""
    ...


@local
def found_well(patient: str = "") -> None:
    """The last try of the acting person opened a record: it does not count. ``patient``: whose number he typed."""
    ...


@local
def answer_later() -> LaterView:
    """By when the acting person hears, whatever becomes of it; set once for all that is tried until then."""
    ...


@local
def opened_meanwhile() -> bool:
    """Whether the acting person has a record to act for by now."""
    ...


@local
def silent_claim(claim: str) -> tuple[int, ...]:
    """The operators, where the phone that has the record did not answer; nobody where it did."""
    ...


@local
def claim_of(claim: str) -> PatientView:
    """Whose record it is, for an operator who calls her. Refused("already-answered", "not-for-you")."""
    ...


@local
def decide_claim(claim: str, what: Decision) -> DecidedView:
    """By whoever has the record, or an operator who called her; by nobody for himself.

    Refused("already-answered", "not-for-you"), or ("not-now") where the one who asked is another patient meanwhile.
    """
    ...
