"""What a flow may ask about a child's own consent to health data (R13). Carried out by bot/ops/child_consent.py."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import ChildView, HearerView


@local
def children() -> tuple[ChildView, ...]:
    """The children under 14 whose guardian the acting person is, and whose consent stands; from 14 it is their own."""
    ...


@local
def child_consents(patient: str, given: bool) -> tuple[HearerView, ...]:
    """Given or taken back for this child, for all its guardians: answers the others. Refused("not-for-you")."""
    ...
