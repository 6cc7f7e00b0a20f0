"""What flows see of the house's rows: small frozen views, each field with a default, so that any journal can be read.

A field's name is its name in the journals of released flows: a name is never given another meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from backend_client.lines import Line, Pricing
from backend_client.models import Issue
from bot.decoding import OPEN
from bot.model import Stage
from bot.model.names import Names, known_as
from bot.views.clinic import (
    AnswerView,
    CaseView,
    CautionsView,
    ColleagueView,
    Invited,
    LateView,
    OverdueView,
    PayerView,
    ReaderView,
    UnansweredView,
)
from bot.views.road import (
    BatchView,
    BoxView,
    CompoundView,
    DoorView,
    GateView,
    HeldView,
    HoursView,
    InviteView,
    JoinedView,
    NoticeView,
    PickupView,
    PlaceView,
)

OrderStage = Annotated[Stage | Literal[""], OPEN]  # "" = committed here, not yet known to the hospital
Urgency = Literal["red", "yellow", "green"]


@dataclass(frozen=True, slots=True)
class PatientView:
    """A person the hospital has proved (R3); addresses and telephones for the private chats of the entitled only."""

    id: str = ""
    name: str = ""
    birth_date: str = ""
    sex: str = "unknown"
    address: str = field(default="", repr=False)
    building: str = ""
    phone_tail: str = field(default="", repr=False)
    active: bool = True
    deceased: bool = False
    formerly: tuple[str, ...] = ()  # records that were merged into this one


@dataclass(frozen=True, slots=True)
class MeView:
    """The acting person. ``self``: the patient he proved to be; ``serves``: his compounds; ``roles``: his others."""

    self: PatientView | None = None
    consent: bool = False
    compound: str = ""
    serves: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    acts: bool = False  # for somebody, himself or others


@dataclass(frozen=True, slots=True)
class ActsForView:
    """A patient the person may order for; ``mandate``: the Consent by which, "" = for himself."""

    id: str = ""
    name: str = ""
    mandate: str = ""
    brief: PatientView = PatientView()
    called: Names = field(default_factory=dict[str, str])  # told apart from the others of his list

    @property
    def known_as(self) -> Names:
        return known_as(self.called, self.id, zh=self.name)


@dataclass(frozen=True, slots=True)
class RoleView:
    """A registration: the PractitionerRole's id, the public name, the department's id."""

    id: str = ""
    name: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class HelperView:
    """A compound's ambassador: account and public name."""

    account: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class OperatorsView:
    """Their accounts, and the name of the compound it is about, by language."""

    people: tuple[int, ...] = ()
    compound: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class MandateView:
    """The Consent as the hospital recorded it; ``until`` is its last day."""

    id: str = ""
    until: str = ""
    active: bool = False


@dataclass(frozen=True, slots=True)
class MandateAskedView:
    """What an ambassador asked of a resident: his account, his PractitionerRole, his public name."""

    ambassador: int = 0
    role: str = ""
    helper: str = ""
    until: str = ""
    patient: PatientView = PatientView()


@dataclass(frozen=True, slots=True)
class EndedMandateView:
    """Whom it concerns: both accounts (0 = the resident has none here), her name and his."""

    ambassador: int = 0
    account: int = 0
    name: str = ""
    helper: str = ""
    called: Names = field(default_factory=dict[str, str])  # as he calls her
    others: tuple[str, ...] = ()  # the same right under another mandate: ended with it

    @property
    def known_as(self) -> Names:
        return known_as(self.called, zh=self.name)


@dataclass(frozen=True, slots=True)
class MandateRowView:
    """``mine``: he acts for me, ``name`` is his; else I act for her. ``until`` is the last day."""

    id: str = ""
    mine: bool = False
    name: str = ""
    until: str = ""
    called: Names = field(default_factory=dict[str, str])  # told apart from the others of the list

    @property
    def known_as(self) -> Names:
        return known_as(self.called, self.id, zh=self.name)


@dataclass(frozen=True, slots=True)
class MoneyView:
    """The settlement in fen: total == pooled + personal + self_pay."""

    total: int = 0
    pooled: int = 0
    personal: int = 0
    self_pay: int = 0
    insured: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ParcelView:
    """``code``: the pick-up code, for the resident's own eyes."""

    id: str = ""
    label: str = ""
    code: str = field(default="", repr=False)
    fridge: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SentBackView:
    """A prescription that was sent back: what was written, the reason, and the own words of whoever did it."""

    lines: tuple[Line, ...] = ()
    reason: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """The order as the hospital told it last, with what the resident gave.

    ``payment``: the charge that paid it. ``kept``: fen paid for it, less differences paid back.
    ``taken``: when this doctor took the case (civil ms). ``unanswered``: her words that nobody has answered.
    ``alarm``: when somebody who speaks for the patient wrote of a sign of an emergency, 0 = nobody did.
    ``words``: the pharmacist's own beside the reason. ``note``: the doctor's word to him.
    ``before``: what was sent back last, None = nothing was;
    ``rewritten``: how often a prescription was written anew after that; ``accepted``: which of them she accepted.
    ``trouble``: why it waits longer than it should, where that was told (bot/ops/waiting.py); "" = it does not.
    """

    patient: PatientView = PatientView()
    doctor: str = ""
    doctor_name: str = ""
    days_left: str = ""
    condition: str = ""
    asked: tuple[Line, ...] = ()
    prescribed: tuple[Line, ...] = ()
    settlement: MoneyView | None = None
    parcel: ParcelView | None = None
    reason: str = ""
    payment: str = ""
    kept: int = 0
    alarm: int = 0
    words: str = ""
    note: str = ""
    before: SentBackView | None = None
    rewritten: int = 0
    taken: int = 0
    unanswered: UnansweredView | None = None
    accepted: int = -1
    rx: str = ""
    cautions: CautionsView = field(default_factory=CautionsView)
    pricing: tuple[Pricing, ...] = ()
    trouble: str = ""

    @property
    def unpriced(self) -> tuple[Pricing, ...]:
        """Prescribed lines that nobody has given a price yet."""
        return tuple(one for one in self.pricing if one.status == "open")

    def drug(self, priced: Pricing) -> Line:
        """The prescribed line that it is about."""
        return self.prescribed[priced.line - 1] if 0 < priced.line <= len(self.prescribed) else Line()

    @property
    def due(self) -> int:
        """Fen still to be paid; 0 where what was paid for an earlier quote covers it."""
        return max(0, self.settlement.self_pay - self.kept) if self.settlement else 0

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What the hospital found in this very prescription."""
        return self.cautions.issues if self.cautions.rx == self.rx else ()

    @property
    def unaccepted(self) -> tuple[Line, ...]:
        """What only the doctor wrote and she has not accepted yet (R2)."""
        return tuple(line for line in self.prescribed if line.new and self.accepted != self.rewritten)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What was prescribed, before that what was asked for."""
        return self.prescribed or self.asked


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order for whoever may see it. Times in civil UTC ms, accounts 0 = nobody; ``holder``: who has it now.

    ``residents``: the accounts that are its patient. ``pending``: a move that is on its way to the hospital.
    """

    no: str = ""
    stage: OrderStage = ""
    since: int = 0
    deadline: int = 0
    department: str = ""
    compound: str = ""
    urgency: str = ""
    placed_by: int = 0
    residents: tuple[int, ...] = ()
    ambassador: int = 0
    doctor: int = 0
    batch: str = ""
    label: str = ""
    mandate: str = ""
    topic: str = ""
    pending: str = ""
    holder: str = "nobody"
    snapshot: SnapshotView = SnapshotView()
    usual: int = 0  # minutes after which a doctor usually takes it, 0 = nothing is known


@dataclass(frozen=True, slots=True)
class RulesView:
    """The house's settings when it was asked: ``today`` is ISO in the hospital's zone, ``now`` civil UTC ms."""

    rx_months: int = 2
    history_months: int = 3
    hours: int = 72
    mandate_months: int = 6
    today: str = ""
    now: int = 0
    after_days: int = 7
    phone: str = ""  # whom to call, "" = not known


@dataclass(frozen=True, slots=True)
class ConsultView:
    """An open consult, to choose among several: its number and the patient's name."""

    no: str = ""
    name: str = ""


__all__ = [
    "ActsForView",
    "AnswerView",
    "BatchView",
    "BoxView",
    "CaseView",
    "CautionsView",
    "ColleagueView",
    "CompoundView",
    "ConsultView",
    "DoorView",
    "EndedMandateView",
    "GateView",
    "HeldView",
    "HelperView",
    "HoursView",
    "InviteView",
    "Invited",
    "JoinedView",
    "LateView",
    "Line",
    "MandateAskedView",
    "MandateRowView",
    "MandateView",
    "MeView",
    "MoneyView",
    "NoticeView",
    "OperatorsView",
    "OrderStage",
    "OrderView",
    "OverdueView",
    "ParcelView",
    "PatientView",
    "PayerView",
    "PickupView",
    "PlaceView",
    "ReaderView",
    "RoleView",
    "RulesView",
    "SentBackView",
    "SnapshotView",
    "UnansweredView",
    "Urgency",
]
