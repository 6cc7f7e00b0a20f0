"""What a flow may ask about telling many groups at once. Carried out by bot/ops/announcing.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.intents._declare import local
from bot.views import AnnouncedView, OwnView, PlanView, TargetsView


@local
def targets(typed: str, but: Sequence[str]) -> TargetsView:
    """Areas, the larger first, then compounds, as far as groups are bound there: the first of those with these letters
    in their names (``typed`` "" = of all), ``but`` these. For an operator. Refused("no-such-place").
    """
    ...


@local
def own_of_hospital() -> OwnView:
    """Which numbers and links the hospital's texts may name."""
    ...


@local
def names_somebody(where: Sequence[str], words: Mapping[str, str]) -> bool:
    """Whether the words hold the name of somebody who has an order there; never whose. It is written down (R11)."""
    ...


@local
def plan(where: Sequence[str], words: Mapping[str, str]) -> PlanView:
    """What people will read, how many groups, and until when. Nothing is sent. Refused("no-group-there")."""
    ...


@local
def send_words(where: Sequence[str], words: Mapping[str, str]) -> str:
    """It goes out; its id. ``words`` {} = the usual ones. Refused("no-group-there" / "not-for-you" / "role-ended")."""
    ...


@local
def tell_on(id: str) -> AnnouncedView:
    """Some groups more, or some copies that are to say something else; how far it has come."""
    ...


@local
def take_words_back(id: str) -> AnnouncedView:
    """What has not left never does, and what has left goes. Refused("announced-long-ago" / "announcement-gone")."""
    ...


@local
def words_of_announcement(id: str) -> AnnouncedView:
    """Whether its words may be changed. Refused("announcement-gone")."""
    ...


@local
def change_words(id: str, words: Mapping[str, str]) -> AnnouncedView:
    """All copies say this from now on. Refused("announcement-gone")."""
    ...
