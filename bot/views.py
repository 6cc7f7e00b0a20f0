"""What flows see of the house's rows: small frozen views, each field with a default, so that any journal can be read.

A field's name is its name in the journals of released flows: a name is never given another meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from bot.decoding import OPEN
from bot.model import Stage

OrderStage = Annotated[Stage | Literal[""], OPEN]  # "" = committed here, not yet known to the hospital
Urgency = Literal["red", "yellow", "green"]


@dataclass(frozen=True, slots=True)
class LineView:
    """One drug of an order: asked for, or prescribed. ``days``: expected supply duration."""

    code: str = ""
    name: str = ""
    strength: str = ""
    boxes: int = 0
    sig: str = ""
    days: int = 0


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
    """The order as the hospital told it last, with what the resident gave. ``payment``: the charge that paid it."""

    patient: PatientView = PatientView()
    doctor: str = ""
    doctor_name: str = ""
    days_left: str = ""
    condition: str = ""
    asked: tuple[LineView, ...] = ()
    prescribed: tuple[LineView, ...] = ()
    settlement: MoneyView | None = None
    parcel: ParcelView | None = None
    reason: str = ""
    payment: str = ""

    @property
    def lines(self) -> tuple[LineView, ...]:
        """What was prescribed, before that what was asked for."""
        return self.prescribed or self.asked


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order for whoever may see it. Times in civil UTC ms, accounts 0 = nobody; ``holder``: who has it now.

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
    patient_account: int = 0
    ambassador: int = 0
    doctor: int = 0
    batch: str = ""
    label: str = ""
    mandate: str = ""
    topic: str = ""
    pending: str = ""
    holder: str = "nobody"
    snapshot: SnapshotView = SnapshotView()


@dataclass(frozen=True, slots=True)
class ConsultView:
    """An open consult, to choose among several: its number and the patient's name."""

    no: str = ""
    name: str = ""
