"""What flows see of what comes after a hand-over; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import BASE, Names, known_as


@dataclass(frozen=True, slots=True)
class HolderView:
    """Who is asked or reminded; ``own``: he is the patient himself."""

    person: int = 0
    own: bool = True
    called: Names = field(default_factory=dict[str, str], repr=False)
    patient: str = ""

    @property
    def known_as(self) -> Names | str:
        return "" if self.own else known_as(self.called, zh=self.called.get(BASE, ""))


@dataclass(frozen=True, slots=True)
class FollowedView:
    """Whom it concerns now, nobody = it is over. ``days``: since the hand-over; ``until``: the last ISO day of supply.

    ``words``: the hospital's own in place of ours; ``step``: which check-in; ``topic``: the doctor hears of it.
    """

    holders: tuple[HolderView, ...] = ()
    days: int = 0
    step: int = 0
    until: str = ""
    words: str = field(default="", repr=False)
    topic: bool = False
    phone: str = ""
