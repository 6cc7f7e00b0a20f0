"""What a flow may ask about an ambassador who stands in for another. Carried out by bot/ops/standing_in.py."""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local, remote
from bot.views import (
    BearerView,
    CompoundView,
    HandsView,
    LeftView,
    LetsView,
    MandateView,
    PatientView,
    PauseView,
    StandInView,
)

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
def in_hands() -> HandsView:
    """What the acting ambassador has in his hands: parcels, visits, and for how many people he may act."""
    ...


@local
def leave() -> LeftView:
    """He is an ambassador no more, from this commit on; the hospital is told, operators see what he held."""
    ...


@local
def lets_stand_in(id: str) -> LetsView:
    """Whoever let the giver act for her lets his stand-in, too, while he stands in.

    Refused("stand-in-gone" / "not-for-you" / "no-mandate" / "added-already").
    """
    ...


@local
def keep_lent(id: str, mandate: MandateView, patient: PatientView) -> None:
    """It ends with the day on which the compound is its own ambassador's again."""
    ...


@local
def over(id: str) -> StandInView:
    """By the hour or by whoever gave it: the compound is served as before. ``id`` "" = it was over already.

    Refused("stand-in-gone" / "not-for-you") where somebody pressed.
    """
    ...


@remote("hospital", lane="key")
def stands_in(key: str, compound: str, giver: str, helper: str, since: int, until: int) -> None:
    """The compound is lent, or rests (``helper`` ""), until then: the hospital knows who serves it. Registrations."""
    ...


@remote("hospital", lane="key")
def is_back(key: str) -> None:
    """What was told under ``key`` is over."""
    ...
