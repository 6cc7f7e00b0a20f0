"""What a flow may ask about who is on duty: a doctor is off for a while, and back. Carried out by bot/ops/duty.py."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import DutyView, UrgentCaseView


@local
def duty() -> DutyView:
    """Whether the acting doctor is off, and until when he may say that he is."""
    ...


@local
def goes_off(until: str) -> DutyView:
    """``until``: afternoon, tomorrow, or an ISO day. Refused("not-now") for what has passed."""
    ...


@local
def comes_back() -> None:
    """On duty again, before the time he said. Refused("already-ended")."""
    ...


@local
def duty_again() -> bool:
    """The time is over that he said: whether he is on duty again by that, and has not said so himself."""
    ...


@local
def call_duty(order: str) -> UrgentCaseView:
    """Whom an urgent case that waits is told: the doctors of its department who are on duty now."""
    ...
