"""What flows see of home visits; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Called, Names


@dataclass(frozen=True, slots=True)
class VisitView:
    """``readers``: the accounts that may go, while nobody does; ``others``: who may not any more, and has a card.

    ``helper``: who goes, ``helper_name`` his public name; ``serves``: he is the compound's own. ``called``, ``address``
    (of who is a patient), ``building`` and ``phone``: for whoever goes, until it is over. ``changed``: how often the
    hospital sent somebody else.
    """

    id: str = ""
    phase: str = ""
    person: int = 0
    helper: int = 0
    helper_name: str = ""
    compound: Names = field(default_factory=dict[str, str])
    building: str = ""
    called: Called = field(default="", repr=False)
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    readers: tuple[int, ...] = ()
    serves: bool = False
    others: tuple[int, ...] = ()
    changed: int = 0
