"""What the order form sees and sends: the record, a paper as read, the lists, the draft. Frozen, as views are.

A field's name is its name in the journals of released flows; each has a default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend_client.lines import Line, Proof
from backend_client.questionnaires import AnswerShape as AnswerShape
from bot.decoding import jsonable
from bot.dialog import Photo
from bot.model import Json
from bot.model.names import BASE, Names, known_as, named
from bot.views import ActsForView, PageView, PatientView


@dataclass(frozen=True, slots=True)
class GivenView:
    """One item of the hospital's record: what was given when, and the condition it treats (R1)."""

    line: Line = field(default_factory=Line)
    day: str = ""
    condition: str = field(default="", repr=False)
    hospital: str = ""


@dataclass(frozen=True, slots=True)
class FileView:
    """What the hospital knows of a patient: cover (covered, self-pay, unknown) and record; None = not to be had now.

    ``patient``: as the record stands now.
    """

    cover: str = "unknown"
    history: tuple[GivenView, ...] | None = None
    patient: PatientView | None = None


@dataclass(frozen=True, slots=True)
class DrugView:
    """A drug of the hospital's list: what it is, never how it is taken (R17)."""

    code: str = ""
    names: Names = field(default_factory=dict[str, str])
    strength: str = ""
    pack: int = 0
    controlled: bool = False
    name_zh: str = ""  # for the release before, and in its journals
    name_en: str = ""

    @property
    def known_as(self) -> Names:
        return known_as(self.names, self.code, zh=self.name_zh, en=self.name_en)

    @property
    def name(self) -> str:
        """As it stands in the hospital's own language."""
        return named(self, BASE)

    def line(self) -> Line:
        return Line(self.code, self.name, self.strength, pack=self.pack)


@dataclass(frozen=True, slots=True)
class PrintedView:
    """One drug as the photo reader read it. ``match``: exact, ask or unknown; None: not read. ``page`` from 1."""

    id: str = ""
    name: str = field(default="", repr=False)
    strength: str = field(default="", repr=False)
    pack: int | None = None
    boxes: int | None = None
    sig: str = field(default="", repr=False)
    match: str = "unknown"
    code: str = ""
    known: str = field(default="", repr=False)
    controlled: bool = False
    confidence: float = 0.0
    page: int = 0

    def is_whole(self) -> bool:
        """Whether it is a drug of the list, or a name with its strength; else it is shown, and asked what it is."""
        return bool(self.code or (self.name and self.strength))

    def line(self) -> Line:
        """As printed."""
        proof = Proof("page", self.page, self.id, boxes=self.boxes or 0)
        return Line("", self.name, self.strength, sig=self.sig, pack=self.pack or 0, proof=proof)


@dataclass(frozen=True, slots=True)
class HandView:
    """A line of a page (from 1) to be looked at, and its cut-out (bot.model: CUT): a hand wrote it, or it is printed.

    ``pen``: it is printed, and a pen wrote on it or struck a part of it out.
    """

    id: str = ""
    page: int = 0
    cut: str = ""
    pen: bool = False


@dataclass(frozen=True, slots=True)
class PieceView:
    """A photo of an order, or a ``line`` that is cut out of one (from 1): what was asked for there."""

    id: str = ""
    page: int = 0
    file: str = ""
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What was read on one prescription's pages, bounded (bot/reading.py); ``names``: the looked-for that are on it."""

    accepted: bool = False
    reason: str = ""
    missing: tuple[str, ...] = ()
    date: str = ""
    patient: str = field(default="", repr=False)
    hospital: str = field(default="", repr=False)
    department: str = ""
    diagnosis: str = field(default="", repr=False)
    doctor: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    confidence: Mapping[str, float] = field(default_factory=dict[str, float])
    names: tuple[str, ...] = field(default=(), repr=False)
    controlled: bool = False
    drugs: tuple[PrintedView, ...] = ()
    marks: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    by_hand: tuple[HandView, ...] = ()  # lines among the drugs that a hand wrote
    printed: tuple[HandView, ...] = ()  # of each drug, by its id; the hospital is not sent it
    layout: str = ""  # table, list or english
    unseen: int = 0  # pages of PDFs that nobody looked at
    #: Of each page: the looked-for who is named on it, else the name read there, else "".
    whose: tuple[str, ...] = field(default=(), repr=False)

    def shown(self, lines: Sequence[Line]) -> tuple[HandView, ...]:
        """The cut-outs of what she typed beside the paper, of what is in no list or has no strength, and of what a pen
        wrote on: doctor and pharmacist compare them."""
        unsure = [line for line in lines if line.proof.kind == "typed" or not line.code or not line.strength]
        typed = {(line.proof.page, line.proof.place) for line in unsure}
        stand = {(line.proof.page, line.proof.place) for line in lines}
        all_ = (*self.printed, *self.by_hand)
        return tuple(one for one in all_ if (one.page, one.id) in (stand if one.pen else typed))

    def told(self) -> Mapping[str, Json]:
        """What the hospital is told of it: what stands on the paper, and how sure that is."""
        return {name: jsonable(getattr(self, name)) for name in _TOLD}


_TOLD = ("date", "patient", "hospital", "department", "diagnosis", "doctor", "number", "confidence", "drugs", "layout")


@dataclass(frozen=True, slots=True)
class SortedView:
    """One person's pages of an album (Photo as plain data) and what was read on them."""

    pages: tuple[Mapping[str, Json], ...] = ()
    papers: tuple[ReadingView, ...] = ()


@dataclass(frozen=True, slots=True)
class TracesView:
    """What makes a prescription the same one again (R8); ``records``: the dispenses an order without paper rests on."""

    uniques: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftView:
    """An order as the form sends it (backend_client OrderDraft, without what only the house knows)."""

    no: str = ""
    patient_brief: PatientView = field(default_factory=PatientView)
    department: str = ""
    doctor: str = ""
    compound: str = ""
    delivery: str = "home"
    priority: str = "routine"
    expedite_reason: str = ""
    days_left: str = ""
    recorded: bool = False  # that was worked out from the record: for the doctor's card; the hospital is not sent it
    condition: str = field(default="", repr=False)
    rx_date: str = ""
    rx_number: str = field(default="", repr=False)
    rx_hospital: str = field(default="", repr=False)
    read_by: str = "hand"
    reading: Mapping[str, Json] = field(default_factory=dict[str, Json], repr=False)
    lines: tuple[Line, ...] = ()
    doubts: tuple[PageView, ...] = ()  # for the doctor's card; the hospital is not sent it
    cuts: tuple[HandView, ...] = ()  # lines for the doctor to compare; the hospital is not sent them
    answers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    shapes: Mapping[str, AnswerShape] = field(default_factory=dict[str, AnswerShape])
    left_out: bool = False  # the hospital's own questions were not asked: for the doctor's card
    questionnaire: str = ""
    desk: bool = False  # a neighbours' desk chose it for a caller


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """A department of the hospital's list."""

    id: str = ""
    specialty: str = ""
    names: Names = field(default_factory=dict[str, str])
    name_zh: str = ""  # for the release before, and in its journals
    name_en: str = ""

    @property
    def known_as(self) -> Names:
        return known_as(self.names, self.id, zh=self.name_zh, en=self.name_en)


@dataclass(frozen=True, slots=True)
class StaffView:
    """A member of staff of the hospital's list."""

    id: str = ""
    role: str = ""
    department: str = ""
    name: str = ""
    names: Names = field(default_factory=dict[str, str])
    name_en: str = ""  # for the release before, and in its journals

    @property
    def known_as(self) -> Names:
        return known_as(self.names, self.id, zh=self.name, en=self.name_en)


@dataclass(frozen=True, slots=True)
class OptionView:
    """One answer that a question of the hospital's offers; ``text``: language -> words."""

    code: str = ""
    text: Mapping[str, str] = field(default_factory=dict[str, str])
    system: str = ""
    display: str = ""


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question of the hospital's; without options it is answered by yes or no."""

    link_id: str = ""
    text: Mapping[str, str] = field(default_factory=dict[str, str])
    options: tuple[OptionView, ...] = ()
    required: bool = True
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionnaireView:
    """The hospital's questions before a consult."""

    url: str = ""
    version: str = ""
    questions: tuple[QuestionView, ...] = ()
    left_out: bool = False  # there are some, and this release cannot ask them as they are


# ---------------------------------------------------------------- what one dialog returns to the one it stands in


@dataclass(frozen=True, slots=True)
class PaperRead:
    """``by``: machine, hand (to be typed) or person (a doctor looks at the photo)."""

    by: str = ""
    pages: Sequence[Photo] = ()
    reading: ReadingView = field(default_factory=ReadingView)
    doubts: Sequence[PageView] = ()  # pages that do not name her


@dataclass(frozen=True, slots=True)
class PaperChecked:
    """What the person confirmed of a paper."""

    rx_date: str = ""
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """What an order rests on. ``by``: history, hand or machine; ``seen``: what the machine read."""

    by: str = "history"
    pages: Sequence[Photo] = ()
    rx_date: str = ""
    lines: Sequence[Line] = ()
    seen: ReadingView = field(default_factory=ReadingView)
    doubts: Sequence[PageView] = ()  # pages that do not name the patient


@dataclass(frozen=True, slots=True)
class EntryView:
    """One of several orders that are sent in one go: for whom, and what it rests on."""

    person: ActsForView = field(default_factory=ActsForView)
    file: FileView = field(default_factory=FileView)
    paper: Paper = field(default_factory=Paper)

    @property
    def proof(self) -> TracesView:
        """What makes it the same prescription again (R8)."""
        pages, lines, seen = self.paper.pages, self.paper.lines, self.paper.seen
        records = () if pages else tuple(sorted({line.proof.dispense for line in lines} - {""}))
        return TracesView(tuple(page.unique for page in pages), seen.marks, seen.pictures, records)


@dataclass(frozen=True, slots=True)
class DrugTyped:
    """A drug that a person typed."""

    line: Line = field(default_factory=Line)
    controlled: bool = False


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """``url`` with its version, "" where this hospital asks nothing; ``given``: link id -> option code.

    ``shapes``: how each is written. ``left_out``: the hospital has questions that could not be asked.
    """

    url: str = ""
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    shapes: Mapping[str, AnswerShape] = field(default_factory=dict[str, AnswerShape])
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class LinesWritten:
    """What the doctor wrote line by line. ``word``: to the pharmacist, "" = none."""

    lines: Sequence[Line] = ()
    word: str = field(default="", repr=False)
