"""What flows see of areas: who serves a compound, and what is under way there; kept like every view."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Names, known_as


@dataclass(frozen=True, slots=True)
class CoverageView:
    """A compound. ``area``: the names of the area that it lies in, {} = not said; ``within``: its id. ``helpers``: how
    many serve it here.

    ``listed``: the hospital has somebody for it who has not joined here.
    """

    id: str = ""
    names: Names = field(default_factory=dict[str, str])
    area: Names = field(default_factory=dict[str, str])
    helpers: int = 0
    listed: bool = False
    within: str = ""

    @property
    def known_as(self) -> Names:
        return known_as(self.names, self.id)

    @property
    def lies_in(self) -> Names | str:
        return known_as(self.area) if self.area else ""


@dataclass(frozen=True, slots=True)
class ServedView:
    """How many compounds there are, and those of them that nobody serves."""

    count: int = 0
    bare: tuple[CoverageView, ...] = ()


@dataclass(frozen=True, slots=True)
class UnderWayView:
    """What a contact may know of an order (bot/roles.py): number, stage, compound, since (civil ms)."""

    order: str = ""
    stage: str = ""
    compound: Names = field(default_factory=dict[str, str])
    since: int = 0


@dataclass(frozen=True, slots=True)
class AreaPageView:
    """Some of the ``count`` orders under way in somebody's areas: those after the first ``before``.

    ``more``: after which one the next page begins (bot/ops/areas.py), "" = this is the last.
    """

    orders: tuple[UnderWayView, ...] = ()
    count: int = 0
    before: int = 0
    more: str = ""
