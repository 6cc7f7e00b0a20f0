"""What an operator may ask about exceptions: take one, try again, end it. Carried out by bot/ops/desk.py."""

from __future__ import annotations

from bot.intents._declare import local, remote
from bot.views import ConcernedView, IncidentView


@local
def take_incident(card: str) -> IncidentView:
    """The acting operator has it from now on (R18: his registration as it was read within a day).

    Refused("incident-over" / "incident-taken", name / "incident-yours").
    """
    ...


@local
def own_incident(card: str) -> IncidentView:
    """What the acting operator has taken. Refused("incident-over" / "incident-not-yours")."""
    ...


@local
def hand_back(card: str) -> IncidentView:
    """Anybody may take it again."""
    ...


@local
def try_again(card: str) -> int:
    """Whatever was put aside and is still kept is tried now; answers how many, 0 = nothing can be tried again."""
    ...


@local
def end_incident(card: str, word: str) -> None:
    """It is done; ``word`` is kept sealed and shown to nobody."""
    ...


@local
def concerned(card: str) -> tuple[ConcernedView, ...]:
    """Whose orders it is about, the first ten, for whoever has taken it."""
    ...


@remote("hospital")
def read_order(order: str) -> None:
    """The order as it stands now: the house has taken it in when this is answered. Refused("still-unread")."""
    ...
