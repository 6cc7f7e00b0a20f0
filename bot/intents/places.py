"""What a flow may ask about groups and the hospital's places. Carried out by bot/ops/places.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.intents._declare import local
from bot.views import CompoundView, HoursView, PlaceView


@local
def places(kind: Literal["compound", "department", "review", "operators"]) -> tuple[PlaceView, ...]:
    """Bound groups of a kind."""
    ...


@local
def compounds() -> tuple[CompoundView, ...]:
    """The compounds of the hospital's list; Refused("no-lists") while it was never read."""
    ...


@local
def group_hours(chats: Sequence[int]) -> HoursView:
    """When these groups may hear a notice."""
    ...


@local
def unannounce(day: str) -> int:
    """Takes back what was announced on this day and still waits; answers for how many groups."""
    ...
