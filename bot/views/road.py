"""What flows see of parcels on the road and of places; kept like every view (see the package)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from bot.decoding import OPEN
from bot.model import kinds
from bot.model.names import Called, Names, known_as


@dataclass(frozen=True, slots=True)
class BoxView:
    """One line of a batch's manifest: what the courier sees of a parcel, never a name or a drug."""

    order: str = ""
    label: str = ""
    fridge: bool = False
    urgent: bool = False


BatchStage = Annotated[kinds.BatchStage, OPEN]


@dataclass(frozen=True, slots=True)
class BatchView:
    """One compound's parcels of one run, without the code of its hand-over. Accounts 0 = nobody.

    ``count``: parcels without those whose orders were stopped; ``left``: of them not yet handed over.
    ``loaded``: the courier has them on board.
    """

    id: str = ""
    run: str = ""
    stage: BatchStage = ""
    updated: int = 0
    compound: str = ""
    courier: int = 0
    ambassador: int = 0
    count: int = 0
    left: int = 0
    loaded: bool = False
    pending: str = ""
    manifest: tuple[BoxView, ...] = ()


@dataclass(frozen=True, slots=True)
class DoorView:
    """Whose door it is, for the ambassador who holds the parcel. ``phone``: she has an account of her own."""

    name: Called = field(default="", repr=False)
    address: str = field(default="", repr=False)
    tail: str = field(default="", repr=False)
    phone: bool = False


@dataclass(frozen=True, slots=True)
class HeldView:
    """One parcel on the ambassador's list; ``door`` from [Taken] until it is handed over.

    ``waits``: something is wrong with it, and it is not handed over before the hospital has seen to it.
    """

    no: str = ""
    label: str = ""
    door: DoorView | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class GateView:
    """Where a batch goes, and to whom, for its courier; of ``helper`` a group reads NoticeView's."""

    helper: str = ""
    name: Mapping[str, str] = field(default_factory=dict[str, str])
    gate: str = ""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """The notice that tells a group of a batch; what it counts includes the batches that joined it.

    ``helper``: the name that the ambassador chose for neighbours, "" = none; ``led``: there is one, named or not.
    """

    chat: int = 0
    key: str = ""
    batch: str = ""
    count: int = 0
    left: int = 0
    helper: str = ""
    led: bool = False


@dataclass(frozen=True, slots=True)
class PickupView:
    """Who is told that a parcel is here: ``resident`` with the code, ``others`` without it."""

    resident: int = 0
    others: tuple[int, ...] = ()
    code: str = field(default="", repr=False)
    helper: str = ""
    gate: str = ""


# ---------------------------------------------------------------- places, staff


@dataclass(frozen=True, slots=True)
class GroupView:
    """Whether a group has topics, and which rights of a doctors' forum the bot lacks there (Bot API names)."""

    forum: bool = False
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRowView:
    """A group as operators see it. ``id``: its keyed hash; ``names``: of the compound or department it belongs to."""

    id: str = ""
    kind: str = ""
    names: Names = field(default_factory=dict[str, str])
    title: str = field(default="", repr=False)
    bound: bool = True


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A bound group; ``ref``: the compound or department it belongs to."""

    chat: int = 0
    ref: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class CompoundView:
    """A compound of the hospital's list."""

    id: str = ""
    names: Names = field(default_factory=dict[str, str])
    gate: str = ""
    name_zh: str = ""  # for the release before, and in its journals
    name_en: str = ""

    @property
    def known_as(self) -> Names:
        return known_as(self.names, self.id, zh=self.name_zh, en=self.name_en)


@dataclass(frozen=True, slots=True)
class HoursView:
    """How many of some groups hear a notice only later, when the last of them does (civil ms), and today's day."""

    held: int = 0
    until: int = 0
    today: str = ""


@dataclass(frozen=True, slots=True)
class InviteView:
    """A single-use link for one member of staff."""

    name: str = ""
    link: str = field(default="", repr=False)
    id: str = ""  # the registration


@dataclass(frozen=True, slots=True)
class BearerView:
    """Who is bound to a registration: the account, the PractitionerRole's id, his public name.

    ``serves``: the names of the compounds of an ambassador.
    """

    account: int = 0
    id: str = ""
    name: str = ""
    serves: tuple[Names, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinedView:
    """The registration an account asks for. ``key``: what the operators decide, "" = nothing is to be decided.

    ``known``: as the messenger shows the person.
    """

    role: str = ""
    name: str = ""
    key: str = ""
    known: str = field(default="", repr=False)
    operators: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LetInView:
    """Whom an operator decided about, as what; ``operators``: whoever was asked."""

    account: int = 0
    role: str = ""
    name: str = ""
    operators: tuple[int, ...] = ()
