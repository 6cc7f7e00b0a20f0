"""What flows see of exceptions: one card a case, or one for all that have the same cause."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Called, Names


@dataclass(frozen=True, slots=True)
class IncidentView:
    """``orders``: the first numbers, ``more``: how many others. ``chats``: where the card stands for all operators.

    ``again``: something of it can be tried again. ``by``: who said it is done, "" = it ended by itself.
    ``settles``: an order of it stands at its problem.
    """

    card: str = ""
    kind: str = ""
    code: str = ""
    orders: tuple[str, ...] = ()
    more: int = 0
    count: int = 1
    since: int = 0
    times: int = 1
    owner: int = 0
    name: str = ""  # the owner's, as the hospital's list has it
    taken: int = 0
    over: bool = False
    by: str = ""
    again: bool = False
    chats: tuple[int, ...] = ()
    settles: bool = False


@dataclass(frozen=True, slots=True)
class ConcernedView:
    """Whose order an exception is about; for the private chat of the operator who took it."""

    order: str = ""
    name: Called = field(default="", repr=False)
    phone_tail: str = field(default="", repr=False)
    stage: str = ""
    compound: Names = field(default_factory=dict[str, str])
    helper: str = ""
