"""What is kept: one dataclass a table. A kind is declared here and nowhere else; its table comes by a migration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.model.kept import Row, kept
from bot.model.kinds import GUARDED, SECRET, BatchMove, BatchStage, Json, MoveName, OrderStage, PlaceKind


@dataclass(frozen=True, slots=True)
class RoleBinding:
    role: str
    id: str  # PractitionerRole id
    name: str
    department: str = ""
    locations: tuple[str, ...] = ()


@kept("people", "id", goes="nothing left")
@dataclass(frozen=True, slots=True)
class Person(Row):
    id: int
    lang: str = "zh-CN"
    reachable: bool = True
    roles: tuple[RoleBinding, ...] = field(default=(), metadata=GUARDED)
    facts: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


LET_GO = "-"  # before the ref that a group had until an operator let it go


@kept("places", "chat", "kind ref", goes="stays")
@dataclass(frozen=True, slots=True)
class Place(Row):
    chat: int
    kind: PlaceKind
    ref: str = ""  # compound / department id
    lang: str = "zh-CN"
    title: str = ""
    version: int = 0
    notices: Mapping[str, Json] = field(default_factory=dict[str, Json])  # what neighbours were told, see bot/door.py

    @property
    def bound(self) -> bool:
        """Not one that an operator let go: what is for it waits, and nothing new is told there (bot/ops/groups.py)."""
        return not self.ref.startswith(LET_GO)


@kept("dialogs", "id", "chat person state", "person state", "subject", "prompt", "state touched",
      goes="settled", relied_on=True)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Dialog(Row):
    """One running flow with one person (or one card) in one place."""

    id: str
    flow: str
    chat: int
    person: int
    thread: int | None = None
    subject: str = ""  # what it is about: an order number, a batch, "" otherwise
    state: Literal["open", "parked", "sent", "done"] = "open"  # sent: submitted, its command not yet answered
    step: str = ""  # the step it waits at
    kind: str = ""  # what the step takes: choice multi text date photos confirm pin call
    epoch: int = 0
    prompt: str = ""  # key of the post that asks
    touched: int = 0
    asked_by: str = ""  # "<dialog>:<epoch>:<step>" of the dialog that waits for this one's end
    args: Mapping[str, Json] = field(
        default_factory=dict[str, Json], metadata=SECRET, repr=False
    )  # what it was started with
    journal: str = field(default="", metadata=SECRET, repr=False)
    version: int = 0


@kept("orders", "no", "placed_by", "placed_by stage since", "patient_account", "patient", "patient stage since",
      "ambassador", "ambassador stage", "doctor", "batch", "stage", "compound stage", "topic",
      goes="emptied with its order", relied_on=True)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Order(Row):
    """The bot's projection of a Task refill-order; orders.observe() is its only writer of stage and snapshot."""

    no: str
    stage: OrderStage
    since: int  # when this stage was first seen
    updated: int  # hospital's lastUpdated
    task_version: str
    deadline: int
    department: str
    compound: str
    urgency: str  # red / yellow / green
    placed_by: int  # account that placed it
    patient_account: int = 0  # only written, for the release before: bot/ops/rights.py says whose an order is
    ambassador: int = 0  # account that collects and hands over
    doctor: int = 0
    batch: str = ""
    label: str = ""
    mandate: str = ""  # Consent id by which placed_by acts, "" = for himself
    rx: tuple[str, ...] = ()  # keyed hashes of the prescription used (R8), given back when the order dies
    topic: str = ""
    pending: Literal[MoveName, "submit", ""] = ""  # a move that is on its way to the hospital
    pending_by: int = 0
    lease_by: int = 0  # who is paying just now
    lease_until: int = 0
    snapshot: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0
    patient: str = ""  # keyed hash of the patient, "" in an order of the release before
    taken: int = 0  # since when its doctor has it; these five are what the board measures by, 0 = not so far (ADR 44)
    written: int = 0  # when its prescription was signed
    passed: int = 0  # when the pharmacist let that pass
    quoted: int = 0  # when its price stood
    delivered: int = 0  # when it was handed over


@kept("batches", "id", "ambassador", "courier", "stage", "compound", goes="emptied", relied_on=True)
@dataclass(frozen=True, slots=True)
class Batch(Row):
    id: str
    run: str
    stage: BatchStage
    updated: int
    compound: str
    courier: int  # account
    ambassador: int  # account
    count: int  # parcels, without those whose orders were stopped
    left: int  # of them not yet handed over
    loaded: bool = False  # the courier has it on board
    code: str = field(default="", metadata=SECRET, repr=False)  # one-time code courier <- ambassador
    pending: Literal[BatchMove, ""] = ""
    manifest: tuple[Mapping[str, Json], ...] = field(default=(), metadata=SECRET, repr=False)
    version: int = 0


@kept("topics", "key", "chat thread", "order", goes="with its order", relied_on=True)
@dataclass(frozen=True, slots=True)
class Topic(Row):
    """A forum topic we own; ``thread`` is None until the sender has created it."""

    key: str
    chat: int
    order: str
    name: str
    shown: str = ""
    thread: int | None = None
    closed: bool = False
    version: int = 0
    gone: bool = False  # it shall be deleted with all that is in it; the row goes with it


@kept("rights", "id", "account", "patient", "until", goes="settled", relied_on=True)
@dataclass(frozen=True, slots=True)
class Right(Row):
    """By what an account may act for a patient; read by bot/ops/rights.py only.

    ``id``, ``account`` and ``patient`` are keyed hashes; ``sealed`` has the account, the patient and the Consent.
    """

    id: str
    account: str
    patient: str
    by: Literal["self", "guardian", "family", "mandate", "desk"] = field(metadata=GUARDED)
    since: int
    until: str = field(default="", metadata=GUARDED)  # ISO day, inclusive; "" = until it is taken away
    approved: int = field(default=0, metadata=GUARDED)  # when, 0 = only asked for
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@kept("mandates", "id", "ambassador", "patient", "until", goes="settled")
@dataclass(frozen=True, slots=True)
class Mandate(Row):
    """An ambassador's right to act for a patient; the Consent at the hospital is its truth."""

    id: str  # Consent id
    ambassador: int = field(metadata=GUARDED)
    patient: str = field(metadata=GUARDED)
    until: str = field(metadata=GUARDED)  # ISO day, inclusive
    active: bool = field(metadata=GUARDED)
    facts: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@kept("links", "id", "purpose ref", "person", "expires", goes="settled")
@dataclass(frozen=True, slots=True)
class Link(Row):
    """A single-use deep link; ``id`` is the keyed hash of its token."""

    id: str
    purpose: str
    ref: str
    person: int = 0  # bound to this account, 0 = whoever opens it first
    expires: int = 0
    used_at: int = 0
    version: int = 0


@kept("used_prescriptions", "id", "order", "patient", goes="stays")
@dataclass(frozen=True, slots=True)
class UsedPrescription(Row):
    """R8: a prescription is used once. ``id`` is a keyed hash of its number, its content or its photo."""

    id: str
    order: str
    patient: str = ""  # keyed hash of whose it is, where ``picture`` is to be compared
    picture: str = ""  # keyed perceptual hash, near for near pictures (bot/photo/seal.py)
    version: int = 0


@kept("relayed", "id", "order", "post", goes="with its order")
@dataclass(frozen=True, slots=True)
class Relayed(Row):
    """Two-way map of a relayed message: a message here is the copy of a message there.

    ``sealed``: what it says and where its copies stand (bot/ops/relay.py), while it may be corrected or taken back.
    """

    id: str  # "<chat>:<message>" of the original
    order: str
    post: str  # how the keys of its copies' posts begin
    sender: int
    version: int = 0
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)


@kept("custody", "id", "order", goes="stays")
@dataclass(frozen=True, slots=True)
class Custody(Row):
    """R9: one hand-over of one parcel. ``id`` = order:nn."""

    id: str
    order: str
    at: int
    giver: str
    taker: str
    proof: str
    version: int = 0


@kept("incidents", "id", "done_at", "order", "card", goes="settled")
@dataclass(frozen=True, slots=True)
class Incident(Row):
    """An exception: put aside, refused or late, and a person must see it. ``id`` = kind:about, so it is one row.

    Nothing personal: ``about`` is an order's number, a batch, a place, a post; a person only as a keyed hash.
    """

    id: str
    kind: str
    about: str
    since: int  # when it was raised first
    last: int  # when it was raised last
    order: str = ""  # the order it concerns
    code: str = ""  # a technical word, never a value
    times: int = 1
    owner: int = 0  # the account that took it
    done_at: int = 0  # 0 = open
    word: str = field(default="", metadata=SECRET, repr=False)  # how it was settled
    version: int = 0
    card: str = ""  # the operators' card that shows it; others of the same cause share it
    taken: int = 0  # when its owner took it
    done_by: int = 0  # the account that said it is done, 0 = it ended by itself
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)  # to try again


@kept("payments", "id", "order", "aside", goes="emptied with its order")
@dataclass(frozen=True, slots=True)
class Payment(Row):
    """A charge that the messenger told of (Bot API: successful_payment), whatever became of it. ``id``: its own."""

    id: str
    order: str  # "" = it fits none
    amount: int  # in the currency's smallest unit
    currency: str
    at: int
    aside: bool = False  # nobody could handle it: a person must
    sealed: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)  # account, payload
    version: int = 0


@kept("counted", "id", goes="with its order")
@dataclass(frozen=True, slots=True)
class Counted(Row):
    """The last number of a series without gaps; ``id``: ``up:<order>`` and ``down:<order>``, a consult's words.

    ``read:<layout>:<field>``: how often people corrected that in a reading (bot/ops/mended.py); of no order: it stays.
    """

    id: str
    last: int = 0
    version: int = 0


@kept("measured", "id", goes="stays")
@dataclass(frozen=True, slots=True)
class Measured(Row):
    """What was measured lately, the newest last; ``id`` = what:where (``wait:<department>``, ms). Of nobody (R12)."""

    id: str
    values: tuple[int, ...] = ()
    version: int = 0
