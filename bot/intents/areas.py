"""What a flow may ask about areas: who serves where, and what is under way there. Carried out by bot/ops/areas.py."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import AreaPageView, ServedView


@local
def helped(compound: str) -> bool:
    """Whether somebody here hands parcels over in this compound today."""
    ...


@local
def coverage() -> ServedView:
    """Compounds without an ambassador, by their sub-district. For operators, contacts (of his own), supervisors."""
    ...


@local
def area_orders(after: str) -> AreaPageView:
    """A page of the orders under way in the acting contact's areas, the oldest first: never whose, never what (R13).

    ``after``: where the page before it ended, "" = from the first one; so too where nothing comes after it any more.
    """
    ...
