"""What flows see of an order, and of the house's settings. Frozen, as all views are (bot/views/__init__.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from backend_client.cautions import Issue
from backend_client.lines import Line, Pricing
from bot.decoding import OPEN
from bot.model import Json, kinds
from bot.model.names import Names
from bot.views.clinic import CautionsView, SentBackView, UnansweredView
from bot.views.money import FamilyView
from bot.views.people import PatientView
from bot.views.proxy import ProxyView
from bot.views.wrong import WrongView

OrderStage = Annotated[kinds.OrderStage, OPEN]
Urgency = Literal["red", "yellow", "green"]


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
class SnapshotView:
    """The order as the hospital told it last, with what the resident gave.

    ``payment``: the charge that paid it. ``kept``: fen paid for it, less differences paid back.
    ``taken``: when this doctor took the case (civil ms). ``unanswered``: her words that nobody has answered.
    ``alarm``: when somebody who speaks for the patient wrote of a sign of an emergency, 0 = nobody did.
    ``words``: the pharmacist's own beside the reason. ``note``: the doctor's word to him.
    ``before``: what was sent back last, None = nothing was;
    ``rewritten``: how often a prescription was written anew after that; ``accepted``: which of them she accepted.
    ``more``: prescribed lines, from 1, of which there is far more than stands where they stand (R2).
    ``trouble``: why it waits longer than it should, where that was told (bot/ops/waiting.py); "" = it does not.
    ``guidance``: what the hospital tells her of each prescribed line, "" = nothing. ``family``: who pays it by link.
    ``held``: why nothing of the patient goes on now (bot/ops/halting.py), "" = it does.
    ``proxy``: what others did for her who has no phone. ``urgent``: why it was asked to go before others; ``expedite``:
    why it does. ``wrong``: what was reported of its parcel. ``unwanted``: who cancelled it while it was on its way to
    the hospital; empty = nobody did.
    """

    patient: PatientView = field(default_factory=PatientView)
    photos: tuple[str, ...] = field(default=(), repr=False)  # file ids
    doctor: str = ""
    doctor_name: str = ""
    days_left: str = ""
    condition: str = field(default="", repr=False)
    asked: tuple[Line, ...] = ()
    prescribed: tuple[Line, ...] = ()
    settlement: MoneyView | None = None
    parcel: ParcelView | None = None
    reason: str = field(default="", repr=False)
    payment: str = ""
    kept: int = 0
    alarm: int = 0
    words: str = field(default="", repr=False)
    note: str = field(default="", repr=False)
    before: SentBackView | None = None
    rewritten: int = 0
    taken: int = 0
    unanswered: UnansweredView | None = None
    accepted: int = -1
    rx: str = ""
    cautions: CautionsView = field(default_factory=CautionsView)
    pricing: tuple[Pricing, ...] = ()
    trouble: str = ""
    more: tuple[int, ...] = ()
    guidance: tuple[str, ...] = field(default=(), repr=False)
    family: FamilyView = field(default_factory=FamilyView)
    received_by: int = 0
    urgent: str = ""
    expedite: str = ""
    held: str = ""
    proxy: ProxyView = field(default_factory=ProxyView)
    wrong: WrongView = field(default_factory=WrongView)
    unwanted: Mapping[str, Json] = field(default_factory=dict[str, Json])

    @property
    def unpriced(self) -> tuple[Pricing, ...]:
        """Prescribed lines that nobody has given a price yet."""
        return tuple(one for one in self.pricing if one.status == "open")

    @property
    def refused(self) -> tuple[Pricing, ...]:
        """Prescribed lines that cannot be had."""
        return tuple(one for one in self.pricing if one.status == "refused")

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
        """What only the doctor wrote, or far more of it, and she has not accepted yet (R2)."""
        lines = enumerate(self.prescribed, 1) if self.accepted != self.rewritten else ()
        return tuple(line for n, line in lines if line.new or n in self.more)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What was prescribed, before that what was asked for."""
        return self.prescribed or self.asked


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order for whoever may see it. Times in civil UTC ms, accounts 0 = nobody; ``holder``: who has it now.

    ``deadline``: until when she has it, 0 = that cannot be said any more. ``late``: since when it is late;
    ``told``: the rung of the ladder by which somebody was told last, "" = nobody was.

    ``residents``: the accounts that are its patient; ``family``: those of her family who may see all of it.
    ``pending``: a move that is on its way to the hospital.
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
    family: tuple[int, ...] = ()
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
    late: int = 0
    told: str = ""
    duty: int = 0  # while it waits and no doctor is on duty: when one is next, 0 = one is

    def whose(self, reader: int) -> Names | str:
        """The patient's name, "" where that is the reader himself."""
        return "" if reader in self.residents else self.snapshot.patient.known_as


@dataclass(frozen=True, slots=True)
class LastsView:
    """How long the medicine lasts, as a form tells it; ``recorded``: by the hospital's record, nobody was asked."""

    days: str = ""
    recorded: bool = False


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
    early_days: int = 14
    more_percent: int = 50
    unseen_boxes: int = 3
    each_illness: bool = False  # asked about by drug (R1); a form of the release before goes on as it began
