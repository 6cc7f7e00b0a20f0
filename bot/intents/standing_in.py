"""What a flow may ask about an ambassador who stands in for another. Carried out by bot/ops/standing_in.py."""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local
from bot.views import BearerView, CompoundView, PauseView, StandInView

Until = Literal["today", "tomorrow", "week"]


@local
def my_compounds() -> tuple[CompoundView, ...]:
    """The compounds that the acting ambassador serves himself, and has given to nobody."""
    ...


@local
def could_stand_in(compound: str) -> tuple[BearerView, ...]:
    """Who else is ambassador here today, those of the same area first."""
    ...


@local
def ask_stand_in(compound: str, registration: str, until: Until) -> StandInView:
    """Asks him; nothing moves before he says yes. Refused("lent-already" / "nobody-there")."""
    ...


@local
def stand_in(id: str) -> StandInView:
    """He takes it: what is not in the other's hands is his until the day is over. Refused("stand-in-gone")."""
    ...


@local
def refuse_stand_in(id: str) -> StandInView:
    """He cannot; the compound stays whose it is."""
    ...


@local
def pause(until: Until) -> tuple[PauseView, ...]:
    """His compounds have nobody until the day is over; operators hear it. Refused("lent-already") where he has none."""
    ...


@local
def leave() -> None:
    """He is an ambassador no more, from this commit on; an operator ends it at the hospital, too."""
    ...


@local
def over(id: str) -> StandInView:
    """By the hour or by whoever gave it: the compound is served as before. ``id`` "" = it was over already.

    Refused("stand-in-gone" / "not-for-you") where somebody pressed.
    """
    ...
