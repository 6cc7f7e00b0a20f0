"""What a flow may ask where a patient stopped, moved, is in hospital or died. Carried out by bot/ops/halting.py."""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local
from bot.model import HaltKind
from bot.views import HaltsView, HaltView, SpokenForView, WoundUpView

Decision = Literal["confirm", "lift"]


@local
def spoken_for(ref: str) -> tuple[SpokenForView, ...]:
    """The patients of whom the acting person may say it; with ``ref`` (a mark, or an order's number) that one alone.

    Refused("not-for-you") where that is none of his.
    """
    ...


@local
def halt(ref: str, kind: HaltKind) -> HaltView:
    """From this commit on nothing of her goes on. Said twice it is once.

    Refused("not-for-you"), also where she says of herself that she has died.
    """
    ...


@local
def halt_wrong(halt: str) -> HaltView:
    """That is wrong: taken back by who said it (24 h) or by herself, else an operator decides.

    What an operator has confirmed she may take back for the same 24 h; after that he is asked to call once more.

    Refused("not-for-you" / "halt-over" / "undo-late" / "halt-confirmed").
    """
    ...


@local
def halt_heard(halt: str) -> SpokenForView | None:
    """What holds her, for who came to speak for her after it was said; None = nothing that he is to read.

    Of her death her own phone reads nothing, as when it is said (ADR 38).
    """
    ...


@local
def standing_halts() -> HaltsView:
    """All that holds somebody now, for an operator: what is contested first. Refused("not-for-you")."""
    ...


@local
def look_at_halt(halt: str) -> HaltView:
    """For an operator who is about to call. Refused("not-for-you" / "halt-over")."""
    ...


@local
def decide_halt(halt: str, decision: Decision) -> HaltView:
    """By an operator, after a call. Refused("not-for-you" / "halt-over")."""
    ...


@local
def wind_up(halt: str) -> tuple[WoundUpView, ...]:
    """The day to take it back is over: orders are cancelled and paid back; parcels that are packed come back."""
    ...
