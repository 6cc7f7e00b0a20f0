"""What flows see of a consult and of who hears of it; kept like every view (see the package)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from backend_client.cautions import Allergy, Issue
from bot.dosing import Line
from bot.model.names import Called


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One of the hospital's questions and what was answered: words in languages, a sentence of ours, or as it came."""

    question: Mapping[str, str] = field(default_factory=dict[str, str])
    answer: Any = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PageView:
    """A page (from 1) that does not name the patient, and what became of it.

    ``why``: other (left out, it names somebody else), unnamed (left out, no name was read), said (taken, no name was
    read and the person says whose it is), typed (taken beside typed words, another name was read).
    """

    page: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the doctor's card adds to the snapshot. ``typed_by``: the helper's name, "" = the patient herself.

    ``desk``: a neighbours' desk chose it for her; its name.
    """

    age: int | str = ""  # "" = not known
    answers: tuple[AnswerView, ...] = field(default=(), repr=False)
    typed_by: str = field(default="", repr=False)
    rx_date: str = ""
    colleagues: tuple[str, ...] = ()  # who was asked in
    doubts: tuple[PageView, ...] = ()
    left_out: bool = False  # the hospital's own questions were not asked
    desk: str = ""
    recorded: bool = False  # how long it lasts was worked out from the record, and nobody was asked


@dataclass(frozen=True, slots=True)
class Invited:
    """The topic of a consult, and the doctor who asks a colleague in."""

    topic: str = ""
    doctor: str = ""


@dataclass(frozen=True, slots=True)
class ColleagueView:
    """The doctor who came in, where, and who of the patient's side hears it."""

    name: str = ""
    topic: str = ""
    readers: tuple[int, ...] = ()
    patient: Called = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CautionsView:
    """What speaks against a drug, as the hospital told it; ``allergies``: None = not known, () = none."""

    allergies: tuple[Allergy, ...] | None = None
    rx: str = ""
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class ReaderView:
    """Somebody who watches an order. ``why``: he may read the hospital's reasons; ``only``: stage and code alone.

    ``helps``: under a mandate, so no code either: he asks for it at the door.
    """

    person: int = 0
    why: bool = False
    only: bool = False
    helps: bool = False


@dataclass(frozen=True, slots=True)
class UnansweredView:
    """What she wrote after the signature.

    ``step``: who was told, 0 = the doctor alone, 1 = pharmacists, 2 = she herself, whom to call.
    ``by``: who has answered, "" = nobody yet. ``since``: of the first of her words (civil ms).
    ``over``: nobody will any more.
    """

    since: int = 0
    step: int = 0
    by: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class LateView:
    """Whom to tell that nobody has answered: accounts, and the number to call ("" = not known)."""

    readers: tuple[int, ...] = ()
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PayerView:
    """To whom the settlement is shown, and whether he may pay here. ``shown``: the card stands already.

    ``shares``: he may let somebody else pay it now; ``out``: a link for that is out. ``reads``: nothing is to be paid,
    and he reads the risk warning to her who has no phone; ``flagged``: the hospital wants more than that.
    """

    account: int = 0
    may_pay: bool = False
    shown: bool = False
    shares: bool = False
    out: bool = False
    reads: bool = False
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class StrayView:
    """A payment that fits no order: who paid, fen, and its number at the payment provider's."""

    account: int = 0
    amount: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class OverdueView:
    """Why an order waits longer than it should ("" = it does not, or that was told), and the number to call."""

    why: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class UnseenView:
    """Who is to read that no doctor can see the case yet (nobody: one can), and the number to call."""

    people: tuple[int, ...] = ()
    number: str = ""


@dataclass(frozen=True, slots=True)
class SentBackView:
    """A prescription that was sent back: what was written, the reason, and the own words of whoever did it."""

    lines: tuple[Line, ...] = ()
    reason: str = field(default="", repr=False)
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ConsultView:
    """An open consult, to choose among several: its number, the patient's name, and whose it is there, in words."""

    no: str = ""
    name: str = field(default="", repr=False)
    doctor: str = field(default="", repr=False)
