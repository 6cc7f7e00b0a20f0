"""What a flow may ask about what comes after a hand-over: check-ins, and the reminder before the medicine runs out.

Carried out by bot/ops/following.py, the hospital's by bot/calls.py. ``about`` is the id of the row, for a check-in with
its number behind it.
"""

from __future__ import annotations

from typing import Literal

from bot.intents._declare import local, remote
from bot.views import FollowedView

Felt = Literal["better", "same", "worse"]


@local
def check_in(about: str) -> FollowedView:
    """The next check-in is due: who is asked. Nobody where it is over; in quiet hours it is put off."""
    ...


@local
def reminder(about: str) -> FollowedView:
    """The same for the reminder; ``until`` "" = how long the medicine lasts is asked."""
    ...


@local
def felt(about: str, how: Felt) -> FollowedView:
    """The answer to a check-in; "worse" goes to the doctor's topic while somebody hears it there (``topic``).

    Refused("not-for-you" / "order-gone").
    """
    ...


@local
def look_at_reminder(about: str) -> None:
    """The hospital's own reminder is read once more, and again tomorrow, until a week after it was told."""
    ...


@local
def taken_back(about: str) -> FollowedView:
    """The hospital revoked its reminder: who still has it on his screen."""
    ...


@local
def not_now(about: str) -> FollowedView:
    """The reminder comes once more, some days later. Refused like ``felt``."""
    ...


@local
def no_more(about: str, on: bool = False) -> FollowedView:
    """The acting person is not asked or reminded about this patient any more, or (``on``) is again."""
    ...


@local
def supply_of(about: str) -> FollowedView:
    """Whom it is asked about, before it is asked. Refused like ``felt``."""
    ...


@local
def lasts(about: str, days: int) -> FollowedView:
    """How many days of supply were handed over, as the person says."""
    ...


@remote("hospital")
def read_reminder(about: str, patient: str, since: int) -> None:
    """The hospital's own CommunicationRequest about a refill, since the hand-over (civil ms); it takes ours' place."""
    ...
