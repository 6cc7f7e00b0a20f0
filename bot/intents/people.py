"""What a flow may ask about the person who speaks, and the settings of the house. Carried out by bot/ops/."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import RulesView


@local
def rules() -> RulesView:
    """The settings a flow's sentences and checks need (months, hours), and today."""
    ...
