"""What an operator may ask about all exceptions, and about handing one on. Carried out by bot/ops/cases.py."""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local
from bot.views import CasesView, ColleaguesView, FreeView, IncidentView

Which = Literal["mine", "all", "free"]


@local
def cases(which: Which) -> CasesView:
    """The open exceptions, the oldest first, as the acting operator may see them: kind, numbers, since, owner."""
    ...


@local
def other_operators(card: str) -> ColleaguesView:
    """To whom the acting operator may hand what he has taken. Refused: incident-over, incident-not-yours."""
    ...


@local
def hand_on(card: str, key: str) -> IncidentView:
    """A colleague of ``other_operators`` has it from now on; answers how it stood before. Refused: gone."""
    ...


@local
def nobody_takes(card: str, told: int) -> FreeView:
    """What no operator has taken yet, and who hears so: their groups, at the second time (``told``) the supervisors."""
    ...


@local
def untouched(card: str, taken: int) -> IncidentView | None:
    """What its owner has not touched since he took it, to be reminded of; None where there is nothing to say."""
    ...
