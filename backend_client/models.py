"""What the hospital tells us and what we ask of it: frozen dataclasses, no FHIR and no JSON.

Money is an int in fen, instants are int UTC milliseconds, days are ISO ``YYYY-MM-DD`` text.
Ids are plain logical ids (``pat-1``); only the client writes ``Patient/pat-1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from backend_client.applicants import Applicant as Applicant
from backend_client.applicants import StandIn as StandIn
from backend_client.cautions import Allergy as Allergy
from backend_client.cautions import Cautions as Cautions
from backend_client.cautions import Issue as Issue
from backend_client.lines import Line, Pricing
from backend_client.mandates import Mandate as Mandate
from backend_client.mandates import MandateDraft as MandateDraft
from backend_client.mandates import Proxy as Proxy
from backend_client.mandates import VisitDraft as VisitDraft
from backend_client.messages import Attachment as Attachment
from backend_client.messages import MessageDraft as MessageDraft
from backend_client.messages import Photo as Photo
from backend_client.openings import NOT_SAID as NOT_SAID
from backend_client.openings import Opening as Opening
from backend_client.openings import Times as Times
from backend_client.questionnaires import AnswerShape as AnswerShape
from backend_client.questionnaires import Question as Question
from backend_client.questionnaires import Questionnaire as Questionnaire
from backend_client.questionnaires import QuestionOption as QuestionOption
from backend_client.relatives import FamilyAsked as FamilyAsked
from backend_client.relatives import FamilyDraft as FamilyDraft
from backend_client.relatives import Related as Related
from backend_client.reminders import Reminder as Reminder

T = TypeVar("T")


class Listed(tuple[T, ...]):
    """A whole list of the hospital's, without what in it cannot be used: ``left_out`` has the ids, "?" without one."""

    left_out: tuple[str, ...] = ()


#: What proved at a door whose the parcel is.
DoorProof = Literal["code", "slip-qr", "two-identifiers"]
Stage = Literal[
    "submitted", "received", "in-consult", "not-suitable", "prescribed", "returned", "passed", "quoted", "paid",
    "packed", "on-the-way", "arrived", "with-ambassador", "ready-at-window", "handed-over", "confirmed", "cancelled",
    "problem", "failed",
]  # fmt: skip
Role = Literal[
    "doctor", "pharmacist", "courier", "sorter", "ambassador", "operator", "desk", "contact", "supervisor",
    "window-clerk", "registrar",
]  # fmt: skip
Cover = Literal["covered", "self-pay", "unknown"]


@dataclass(frozen=True, slots=True)
class Patient:
    """A person the hospital has proved by real name (R3)."""

    id: str
    name: str = field(repr=False)
    birth_date: str = field(repr=False)
    sex: Literal["male", "female", "unknown"] = "unknown"
    address: str = field(default="", repr=False)  # "building 5, flat 301": private chats of the entitled only
    building: str = ""
    phone_tail: str = field(default="", repr=False)  # last four digits
    active: bool = True
    deceased: bool = False
    formerly: tuple[str, ...] = ()  # records that were merged into this one, as far as the hospital names them
    compound: str = ""  # Location id of where she lives, "" = the hospital does not say
    number_tail: str = field(default="", repr=False)  # last two of the e-credential: compared at a door, never shown
    names: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)  # language tag -> in another script


@dataclass(frozen=True, slots=True)
class Drug:
    """One line of the hospital's formulary."""

    code: str
    names: Mapping[str, str]  # language tag -> name
    strength: str
    pack: int  # units in a box
    form: str
    price_fen: int
    controlled: bool = False  # R7: narcotics and psychotropics
    fridge: bool = False
    insurance_class: str = ""
    stock: int = 0  # boxes
    sig: str = ""  # how to take it, e.g. "5mg qd"
    flagged: bool = False  # its warning is for herself, the desk or her family: no helper reads it and confirms


@dataclass(frozen=True, slots=True)
class Dispensed:
    """One item of the last three months (MedicationDispense, or MedicationRequest where none is recorded)."""

    line: Line
    day: str
    condition: str = field(default="", repr=False)  # text of the diagnosed condition it treats (R1)
    hospital: str = ""


@dataclass(frozen=True, slots=True)
class Eligibility:
    cover: Cover
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """A PractitionerRole: what binds an account in the messenger to a registration (R3)."""

    id: str
    role: Role
    name: str
    names: Mapping[str, str] = field(default_factory=dict[str, str])  # language tag -> name
    department: str = ""  # Organization id
    locations: tuple[str, ...] = ()  # compounds of an ambassador, areas of a contact
    practitioner: str = ""  # Practitioner id: one person may have several roles
    ended: bool = False  # not active, or its period does not hold today
    public: str = ""  # by what neighbours know an ambassador, "" = none was chosen, and groups read none
    times: Times = NOT_SAID  # when he is on duty, as far as the hospital says


@dataclass(frozen=True, slots=True)
class Department:
    id: str
    specialty: str
    names: Mapping[str, str]
    hospital: str = ""


@dataclass(frozen=True, slots=True)
class Compound:
    id: str
    names: Mapping[str, str]
    gate: str = ""
    area: str = ""  # the area it lies in (Location.partOf), "" = the hospital does not say


@dataclass(frozen=True, slots=True)
class Area:
    """A sub-district or a district. ``within``: the area that it is a part of, "" = of none."""

    id: str
    names: Mapping[str, str]
    within: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it (PractitionerRole/x, Patient/x or RelatedPerson/x) and for whom (G9)."""

    reference: str
    on_behalf_of: str = ""  # patient id, where he acts as proxy
    mandate: str = ""  # Consent id that permits it


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """Everything the order transaction carries. ``no`` is minted once per dialog and is the idempotency key (G8)."""

    no: str
    patient: str
    actor: Actor
    department: str
    doctor: str  # PractitionerRole id, "" = first free
    compound: str
    delivery: Literal["home", "window"]
    priority: Literal["routine", "urgent", "asap", "stat"]
    expedite_reason: str
    days_left: Literal["0-2", "3-7", "more"]
    condition: str = field(repr=False)
    rx_date: str  # ISO day on the paper, "" with history instead of a photo
    rx_number: str = field(repr=False)
    rx_hospital: str = field(repr=False)
    read_by: Literal["hand", "machine", "history"]
    lines: tuple[Line, ...]
    answers: dict[str, str] = field(repr=False)  # linkId -> option code
    questionnaire: str  # url|version
    authored: int
    deadline: int
    reading: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)  # what a machine read, {} = nothing
    shapes: Mapping[str, AnswerShape] = field(default_factory=dict[str, AnswerShape])  # linkId -> how it is written


@dataclass(frozen=True, slots=True)
class Settlement:
    """Three lines that always add up: total == pooled + personal + self_pay (the client refuses otherwise)."""

    total: int
    pooled: int
    personal: int
    self_pay: int
    insured: bool
    reason: str = ""  # why the insurer refused, in its words


@dataclass(frozen=True, slots=True)
class Parcel:
    id: str
    label: str  # what a courier sees: never a name or a drug
    code: str = field(repr=False)  # pick-up code, minted at packing
    fridge: bool = False
    urgent: bool = False
    batch: str = ""  # deliver-batch Task id once assigned
    outside: str = field(default="", repr=False)  # opaque word of the label's QR: it names the parcel, proves nothing
    inside: str = field(default="", repr=False)  # of the slip's, in the sealed bag: read at the door it is her code


@dataclass(frozen=True, slots=True)
class OrderSnapshot:
    """An order as the hospital has it now: the Task with what it refers to. The only truth."""

    no: str
    task: str
    version: str
    updated: int  # meta.lastUpdated
    stage: Stage
    patient: Patient
    requester: str  # reference of who asked
    department: str
    doctor: str  # PractitionerRole id, "" until taken or chosen
    doctor_name: str
    compound: str
    delivery: str
    priority: str
    days_left: str
    condition: str = field(repr=False)
    deadline: int
    asked: tuple[Line, ...]
    prescribed: tuple[Line, ...] = ()
    settlement: Settlement | None = None
    parcel: Parcel | None = None
    reason: str = field(default="", repr=False)  # of not-suitable, returned, cancelled, failed
    words: str = field(default="", repr=False)  # own words of whoever decided, beside a reason that is a code
    rx: str = ""  # key of the current prescription: another one after each signature
    note: str = field(default="", repr=False)  # the doctor's word to the pharmacist on it
    payment: str = ""  # id of the charge that paid it first; what is no part of its price was refunded as surplus
    kept: int = 0  # fen paid for it, less differences paid back; what is due is self_pay - kept
    expedite: str = ""  # why it goes before others, as an operator decided; "" = it does not
    pricing: tuple[Pricing, ...] = ()  # one for each prescribed line that the formulary has no price for
    guidance: tuple[str, ...] = field(default=(), repr=False)  # for the patient, of each prescribed line; "" = nothing
    authored: int = 0  # when it was written, as its draft said; 0 = the hospital does not tell


@dataclass(frozen=True, slots=True)
class ManifestLine:
    order: str
    label: str
    fridge: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class BatchSnapshot:
    """One compound's parcels in one run (Task deliver-batch)."""

    id: str
    run: str
    version: str
    updated: int
    stage: Literal["packed", "on-the-way", "arrived", "with-ambassador", "cancelled"]
    courier: str  # PractitionerRole id
    compound: str
    manifest: tuple[ManifestLine, ...]


@dataclass(frozen=True, slots=True)
class TaskSnapshot:
    """A Task that is neither order nor batch, as the hospital has it now. References as "Kind/id", "" = none."""

    id: str
    kind: str  # see TASK_KINDS
    version: str
    updated: int
    status: str  # Task.status
    stage: str = ""  # Task.businessStatus, an open set
    about: str = ""  # focus: what it decides about
    patient: str = ""  # for
    owner: str = ""
    part_of: str = ""
    reason: str = ""  # of the status, as the hospital gave it
    key: str = ""  # ours, where we asked for it
    place: str = ""  # location: a compound


DENIED_KEY = "-denied"  # ends the key of the parcel-problem by which a confirmation for somebody is denied

#: The other Tasks of the contract. A kind that is none of these, nor a step of an order or batch, is left alone.
TASK_KINDS = frozenset({"home-visit", "parcel-problem", "price-line", "application", "exception"})


@dataclass(frozen=True, slots=True)
class Unread:
    """What broke the contract and was left out, to be shown to an operator."""

    place: str  # Task/id
    code: str
    order: str = ""  # its number, where it is an order and has one


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a cursor; ``cursor`` comes from the hospital's lastUpdated only."""

    orders: tuple[OrderSnapshot, ...]
    batches: tuple[BatchSnapshot, ...]
    cursor: str
    seen: tuple[str, ...] = ()  # Type/id/version inside the overlap, to be given back with the cursor
    unreadable: tuple[Unread, ...] = ()
    tasks: tuple[TaskSnapshot, ...] = ()  # of TASK_KINDS
    unknown: tuple[str, ...] = ()  # the kind of each Task that the contract does not know; "" = has no code of ours


@dataclass(frozen=True, slots=True)
class Prescription:
    """What the receiving doctor signs (R4). ``key`` is the rx key: order number + attempt."""

    key: str
    order: str
    doctor: str
    lines: tuple[Line, ...]
    signature: str  # JWS over the canonical lines
    signed: int
    note: str = field(default="", repr=False)  # the doctor's word to the pharmacist
    price_by: int = 0  # until when what the formulary has not is to be priced; 0 = within an hour


@dataclass(frozen=True, slots=True)
class Charge:
    """One payment that the messenger's provider or a desk reported; ``id`` is the idempotency key.

    ``desk``: the PractitionerRole that took the money, "" = the messenger's provider; ``receipt``: its number there.
    ``family``: nothing was to be paid, and somebody of hers read the risk warning at a link and confirmed.
    """

    id: str
    order: str
    amount: int
    currency: str
    paid: int
    desk: str = ""
    receipt: str = ""
    family: bool = False
