"""What is kept of people beside their orders: visits that are asked for, what holds everything of a patient, and what
comes after a hand-over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.model.kept import Row, kept
from bot.model.kinds import GUARDED, SECRET, Json

#: ``late``: nobody went, and its time is over.
VisitPhase = Literal["requested", "accepted", "done", "nobody-home", "cancelled", "late"]
#: ``sent``: an operator approved it, and the hospital is to make her one; ``refused`` is the hospital's word.
ApplicationPhase = Literal["asked", "sent", "approved", "declined", "refused", "taken-back", "lapsed"]
#: Why nothing of a patient goes on.
HaltKind = Literal["stop", "moved", "hospital", "died"]


@kept("visits", "id", "person ended", "compound ended", "ended", goes="settled")
@dataclass(frozen=True, slots=True)
class Visit(Row):
    """A home visit; its truth is the Task home-visit with the identifier ``id``.

    ``sealed``, until it ends: name, building, phone, patient, the account of a desk that asked for a caller, and whose
    registration goes (``owner``), who went before, when the hospital said so last and how often it sent another one.
    """

    id: str
    phase: VisitPhase
    compound: str  # "" = not known: she is called
    since: int
    until: int  # civil ms: then it is over, done or not
    person: int = 0  # the account that asked, 0 = somebody who has none
    helper: int = 0  # the account that goes, 0 = nobody yet
    ended: int = 0  # civil ms, 0 = it goes on
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@kept("halts", "id", "patient", "undone", goes="settled", relied_on=True)
@dataclass(frozen=True, slots=True)
class Halt(Row):
    """Somebody said that a patient's orders, reminders and check-ins shall stop; read by bot/ops/halted.py only.

    ``sealed``: the accounts that said it and that contested it, the patient, and an order that led there.
    """

    id: str
    patient: str  # keyed hash
    kind: HaltKind
    by: Literal["self", "guardian", "family", "mandate", "desk", "doctor", "operator", "hospital"]
    since: int
    wrong: int = 0  # when somebody with a right said that it is wrong: an operator decides
    confirmed: int = 0  # by an operator after a call, or by the hospital's record
    wound_up: int = 0  # when what was under way was ended
    undone: int = 0  # 0 = it holds
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@kept("followed", "id", "patient", "done", goes="settled")
@dataclass(frozen=True, slots=True)
class Followed(Row):
    """An order that was handed over: check-ins and the reminder before it runs out (bot/ops/following.py).

    It outlives its order, so ``sealed`` has little: the order's number, the patient's id, the drugs, what the hospital
    wants said in place of our reminder.
    """

    id: str  # keyed hash of the order's number
    patient: str  # keyed hash
    since: int  # when it was handed over
    step: int = 0  # check-ins that were asked
    days: int = 0  # of supply, 0 = not known
    done: int = 0  # civil ms, 0 = something is to come
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@kept("applications", "id", "person", "phase", "ended", goes="settled")
@dataclass(frozen=True, slots=True)
class Application(Row):
    """A neighbour asks to be ambassador of a compound. From an operator's yes on its truth is the Task application with
    the identifier ``id``.

    ``sealed``, until it ends: name, phone, public name, hours, and the PractitionerRole once it is known.
    """

    id: str
    phase: ApplicationPhase = field(metadata=GUARDED)
    compound: str = field(metadata=GUARDED)
    person: int = field(metadata=GUARDED)  # the account that asks
    since: int
    by: int = 0  # the operator's account that decided, 0 = nobody yet
    ended: int = 0  # civil ms, 0 = it goes on
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0
