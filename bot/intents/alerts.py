"""What a flow may ask about a slow service and an emergency. Carried out by bot/ops/alerts.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.intents._declare import local
from bot.views import AlertView, EmergencyView, TriageView


@local
def ago(ms: int) -> int:
    """So long ago, as civil ms; of a negative number, so long from now."""
    ...


@local
def seen_since(subject: str) -> int:
    """When what is due says that it began, civil ms."""
    ...


@local
def slow_now() -> AlertView:
    """Whether people are told that the service is slow. For an operator."""
    ...


@local
def begin_slow(since: int, by_itself: bool) -> AlertView:
    """From now on people read it, once each; where it stands already it stays as it is. ``since``: civil ms."""
    ...


@local
def end_slow(id: str) -> AlertView:
    """It is over. ``id`` "": the one that began by itself, if any. Refused("alert-over")."""
    ...


@local
def slow_stands(id: str) -> AlertView:
    """Operators are asked whether it is over, again and again while it stands."""
    ...


@local
def tell_alert(id: str) -> AlertView:
    """Some more of those who wait read that it began, or of those who read it that it is over."""
    ...


@local
def emergency_may() -> EmergencyView:
    """What an operator can set up, and what stands already."""
    ...


@local
def begin_emergency(where: Sequence[str], words: Mapping[str, str], phone: str, triage: bool, until: int) -> AlertView:
    """People of these compounds read the words on what they open, until then (civil ms); their groups are told."""
    ...


@local
def longer(id: str) -> AlertView:
    """A day more, once for each time that it was asked. Refused("alert-over")."""
    ...


@local
def end_emergency(id: str) -> AlertView:
    """It is over, and the groups are told. Refused("alert-over")."""
    ...


@local
def emergency_due(id: str) -> AlertView:
    """An hour before its end the operators are asked; at its end it ends by itself."""
    ...


@local
def triage_for(compound: str) -> TriageView:
    """The hospital's questions for somebody who orders there now; none where no emergency asks for them."""
    ...
