"""What flows see of an ambassador who stands in for another; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Names
from bot.views.people import PatientView


@dataclass(frozen=True, slots=True)
class PauseView:
    """A compound that its ambassador does not serve until the end of ``until``; ``held``: parcels in his hands.

    ``helper``: who collects there meanwhile (account, 0 = nobody) and his public ``name``; ``moved``: the same account
    where it is his only from now on. ``parcels`` wait for him, and ``told`` read that he comes.
    """

    id: str = ""
    compound: Names = field(default_factory=dict[str, str])
    until: str = ""
    held: int = 0
    helper: int = 0
    name: str = ""
    moved: int = 0
    parcels: int = 0
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StandInView:
    """``giver`` lends ``compound`` to ``helper`` until the end of ``until`` (ISO day); accounts, 0 = nobody.

    ``told``: the accounts of whoever waits for something there; ``lets``: those of them who let the giver act for them.
    ``held``: parcels that the giver has in his hands and hands over himself. ``parcels``: the helper's now. ``ready``:
    who rests no more where ``name`` collects.
    """

    id: str = ""
    compound: Names = field(default_factory=dict[str, str])
    until: str = ""
    giver: int = 0
    giver_name: str = ""
    helper: int = 0
    name: str = ""
    told: tuple[int, ...] = ()
    lets: tuple[int, ...] = ()
    held: int = 0
    parcels: int = 0
    ready: int = 0


@dataclass(frozen=True, slots=True)
class HandsView:
    """What an ambassador has in his hands: labels of parcels, how many visits, for how many people he may act."""

    labels: tuple[str, ...] = ()
    visits: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class LeftView:
    """``labels``: of parcels that he still holds."""

    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetsView:
    """``role``: the stand-in's registration, ``name`` his public name; ``until``: the last ISO day."""

    key: str = ""
    patient: PatientView = field(default_factory=PatientView)
    role: str = ""
    name: str = ""
    helper: int = 0
    until: str = ""
