"""What flows see of an ambassador who stands in for another; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Names


@dataclass(frozen=True, slots=True)
class PauseView:
    """A compound that its ambassador does not serve until the end of ``until``; ``held``: parcels in his hands."""

    id: str = ""
    compound: Names = field(default_factory=dict[str, str])
    until: str = ""
    held: int = 0


@dataclass(frozen=True, slots=True)
class StandInView:
    """``giver`` lends ``compound`` to ``helper`` until the end of ``until`` (ISO day); accounts, 0 = nobody.

    ``told``: the accounts of whoever waits for something there. ``held``: parcels that the giver has in his hands and
    hands over himself. ``parcels``: those that are the helper's now.
    """

    id: str = ""
    compound: Names = field(default_factory=dict[str, str])
    until: str = ""
    giver: int = 0
    giver_name: str = ""
    helper: int = 0
    name: str = ""
    told: tuple[int, ...] = ()
    held: int = 0
    parcels: int = 0
