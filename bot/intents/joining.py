"""What a flow may ask about staff who join by a link. Carried out by bot/ops/joining.py."""

from __future__ import annotations

from bot.intents._declare import local
from bot.views import JoinedView, LetInView


@local
def join(parameter: str) -> JoinedView:
    """The account asks for the registration the link was made for (R3); it has nothing of it before ``let_in``.

    Not so where it is this account's already: no ``key``. Refused where the link is not good, or ("joins-waits") where
    that was asked already.
    """
    ...


@local
def let_in(key: str) -> LetInView:
    """An operator says that it is them: the registration is this account's alone. Refused("joins-decided")."""
    ...


@local
def turn_away(key: str) -> LetInView:
    """An operator says that it is somebody else: the link is spent, the account has nothing."""
    ...


@local
def joins_late(key: str) -> None:
    """Nobody has looked for a while: an exception."""
    ...
