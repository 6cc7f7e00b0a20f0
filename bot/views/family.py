"""What flows see of people on one phone; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Called, Names
from bot.views.people import PatientView


@dataclass(frozen=True, slots=True)
class AddedView:
    """What is needed to add somebody. ``age``: completed years; ``account``: her own phone, 0 = none here.

    ``key``, ``whose`` and ``until`` (civil ms): of the application. ``name``: of who asks, "" = he has not proved it;
    ``called``: as she reads it.
    """

    age: int = 0
    account: int = 0
    name: str = field(default="", repr=False)
    key: str = ""
    whose: str = ""
    until: int = 0
    phone: str = ""
    called: Called = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AskedView:
    """What the hospital made of it: ids of RelatedPerson and Task, and how the Task stands by now."""

    related: str = ""
    task: str = ""
    status: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DecidedFamilyView:
    """An application that was decided, or a right that ended: whose, for whom, and who else hears.

    ``account``: who asked; ``others``: the patient's own phones; ``reason``: of a refusal, in the hospital's words.
    ``consents``: as a guardian, to the child's health data, and nobody took that back meanwhile.
    """

    account: int = 0
    approved: bool = False
    patient: PatientView = field(default_factory=PatientView)
    called: Names = field(default_factory=dict[str, str], repr=False)
    name: Called = field(default="", repr=False)
    reason: str = field(default="", repr=False)
    others: tuple[int, ...] = ()
    scope: str = "all"
    related: str = ""
    right: str = ""
    consents: bool = False


@dataclass(frozen=True, slots=True)
class FamilyRowView:
    """``mine``: he has me on his phone; else I have her on mine. ``waits``: for the hospital."""

    id: str = ""
    mine: bool = False
    waits: bool = False
    scope: str = "all"
    name: Called = field(default="", repr=False)
    called: Names = field(default_factory=dict[str, str], repr=False)


@dataclass(frozen=True, slots=True)
class ChildView:
    """A child whose consent its guardian may take back. ``ref``: the right's id; ``orders``: how many are under way."""

    ref: str = ""
    patient: str = field(default="", repr=False)
    called: Names = field(default_factory=dict[str, str], repr=False)
    orders: int = 0
