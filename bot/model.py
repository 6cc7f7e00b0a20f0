"""The words of the house: arrivals, rows, messages and outcomes as frozen dataclasses. No behaviour, no I/O.

Money is an int in fen. Instants are int UTC milliseconds of civil time. Days are ISO text.
A field marked SECRET is encrypted by the store; logs and reprs never show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

SECRET: dict[str, Any] = {"secret": True}

Json = Any  # None, bool, int, str, list, dict: what a journal can hold


class PlaceKind(StrEnum):
    PRIVATE = "private"
    COMPOUND = "compound"  # a neighbours' group; an unknown chat counts as one
    DEPARTMENT = "department"  # doctors' forum, one topic a consult
    REVIEW = "review"  # pharmacists
    OPERATORS = "operators"


class Priority(StrEnum):
    """Order in a chat's lane of the sender; the letters sort."""

    URGENT = "a"  # payment, emergency card
    DIALOG = "b"
    RELAY = "c"
    NOTICE = "d"
    BROADCAST = "e"


@dataclass(frozen=True, slots=True)
class Public:
    """A value that a neighbours' group may see: compound, gate, time window, count, the ambassador's public name."""

    value: str | int | Mapping[str, str]  # a mapping = one name in several languages


# ---------------------------------------------------------------- arrivals


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and by whom: ``thread`` is None outside forum topics (and in General)."""

    chat: int
    person: int
    thread: int | None = None
    lang: str = field(default="", compare=False)  # what the messenger says of the person's language, "" = nothing


@dataclass(frozen=True, slots=True)
class Said:
    spot: Spot
    message: int
    text: str = field(repr=False)
    reply_to: int | None = None
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Photographed:
    spot: Spot
    message: int
    file: str  # file_id
    unique: str  # file_unique_id
    size: int = 0
    width: int = 0
    height: int = 0
    album: str = ""
    caption: str = field(default="", repr=False)
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class SentOther:
    """Something no step takes: video, document, voice, sticker, location, contact ..."""

    spot: Spot
    message: int
    kind: str
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    spot: Spot
    message: int
    data: str
    query: str  # callback_query id


@dataclass(frozen=True, slots=True)
class PreCheckout:
    query: str
    person: int
    amount: int
    currency: str
    payload: str


@dataclass(frozen=True, slots=True)
class PaidInChat:
    spot: Spot
    message: int
    amount: int
    currency: str
    payload: str
    charge: str  # provider's charge id


@dataclass(frozen=True, slots=True)
class Reached:
    """my_chat_member: the person blocked (False) or unblocked (True) the bot, or the bot was put in / out of a group."""

    chat: int
    person: int
    reachable: bool


@dataclass(frozen=True, slots=True)
class Migrated:
    chat: int
    to: int


@dataclass(frozen=True, slots=True)
class Returned:
    """A command's result: ``refusal`` is "" on success, else the hospital's code."""

    command: str
    value: Any = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    timer: Timer


@dataclass(frozen=True, slots=True)
class Observed:
    """An order or batch as the hospital has it now (backend_client OrderSnapshot | BatchSnapshot)."""

    snapshot: Any


Body = Said | Photographed | SentOther | Pressed | PreCheckout | PaidInChat | Reached | Migrated | Returned | Due | Observed


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in. (source, id) is the dedupe key; ``at`` is civil."""

    source: Literal["telegram", "hospital", "result", "timer"]
    id: str
    at: int
    body: Body


# ---------------------------------------------------------------- rows (one table each; the store adds bot_id)
# ``version`` 0 = to be inserted; otherwise the version that was read: a commit holds only if it still stands.


@dataclass(frozen=True, slots=True)
class RoleBinding:
    role: str
    id: str  # PractitionerRole id
    name: str
    department: str = ""
    locations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    lang: str = "zh-CN"
    reachable: bool = True
    roles: tuple[RoleBinding, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    chat: int
    kind: PlaceKind
    ref: str = ""  # compound / department id
    lang: str = "zh-CN"
    title: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Dialog:
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
    args: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)  # what it was started with
    journal: str = field(default="", metadata=SECRET, repr=False)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """The bot's projection of a Task refill-order; orders.observe() is its only writer of stage and snapshot."""

    no: str
    stage: str
    since: int  # when this stage was first seen
    updated: int  # hospital's lastUpdated
    task_version: str
    deadline: int
    department: str
    compound: str
    urgency: str  # red / yellow / green
    placed_by: int  # account that placed it
    patient_account: int = 0  # the patient's own account, 0 = has none here
    ambassador: int = 0  # account that collects and hands over
    doctor: int = 0
    batch: str = ""
    label: str = ""
    mandate: str = ""  # Consent id by which placed_by acts, "" = for himself
    rx: tuple[str, ...] = ()  # keyed hashes of the prescription used (R8), given back when the order dies
    topic: str = ""
    pending: str = ""  # a move that is on its way to the hospital
    pending_by: int = 0
    lease_by: int = 0  # who is paying just now
    lease_until: int = 0
    snapshot: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    id: str
    run: str
    stage: str
    updated: int
    compound: str
    courier: int  # account
    ambassador: int  # account
    count: int
    left: int  # parcels not yet handed over
    loaded: bool = False  # the courier has it on board
    code: str = field(default="", metadata=SECRET, repr=False)  # one-time code courier <- ambassador
    pending: str = ""
    manifest: tuple[Mapping[str, Json], ...] = field(default=(), metadata=SECRET, repr=False)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Topic:
    """A forum topic we own; ``thread`` is None until the sender has created it."""

    key: str
    chat: int
    order: str
    name: str
    shown: str = ""
    thread: int | None = None
    closed: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Mandate:
    """An ambassador's right to act for a patient; the Consent at the hospital is its truth."""

    id: str  # Consent id
    ambassador: int
    patient: str
    until: str  # ISO day, inclusive
    active: bool
    facts: Mapping[str, Json] = field(default_factory=dict[str, Json], metadata=SECRET, repr=False)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A single-use deep link; ``id`` is the keyed hash of its token."""

    id: str
    purpose: str
    ref: str
    person: int = 0  # bound to this account, 0 = whoever opens it first
    expires: int = 0
    used_at: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class UsedPrescription:
    """R8: a prescription is used once. ``id`` is a keyed hash of its number or of its photo."""

    id: str
    order: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Relayed:
    """Two-way map of a relayed message: a message here is the copy of a message there."""

    id: str  # "<chat>:<message>" of the original
    order: str
    post: str  # key of the copy's post
    sender: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class Custody:
    """R9: one hand-over of one parcel. ``id`` = order:nn."""

    id: str
    order: str
    at: int
    giver: str
    taker: str
    proof: str
    version: int = 0


Row = Person | Place | Dialog | Order | Batch | Topic | Mandate | Link | UsedPrescription | Relayed | Custody


# ---------------------------------------------------------------- what goes out


@dataclass(frozen=True, slots=True)
class ToPerson:
    id: int  # account: the private chat has the same id


@dataclass(frozen=True, slots=True)
class ToChat:
    chat: int
    thread: int | None = None


@dataclass(frozen=True, slots=True)
class ToTopic:
    key: str


@dataclass(frozen=True, slots=True)
class Toast:
    """The pop-up that answers a press; outside a press it becomes a message here."""

    alert: bool = False


To = ToPerson | ToChat | ToTopic | Toast


@dataclass(frozen=True, slots=True)
class Button:
    """``data`` = callback, ``url`` = opens, ``copy`` = copies; exactly one is set."""

    label: str
    data: str = ""
    url: str = ""
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    html: str = field(repr=False)
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo already known to Telegram by its file id."""

    file: str
    html: str = field(default="", repr=False)
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """A Telegram invoice; amount in the currency's smallest unit."""

    title: str
    description: str = field(repr=False)
    payload: str
    amount: int
    currency: str = "CNY"


Content = Text | Picture | Bill


@dataclass(frozen=True, slots=True)
class Post:
    """One message that shall stand in a chat: an ordinary message is a card that never changes again.

    ``key`` is permanent: committing the same key again changes what the message shall show. ``content`` None = delete it.
    A post in a topic names the Topic row (``topic``) or, where the thread is known to exist, the ``thread``.
    """

    key: str
    chat: int
    content: Content | None
    priority: Priority = Priority.DIALOG
    topic: str = ""
    thread: int | None = None
    card: bool = False  # kept up to date: its content is kept; otherwise erased once sent
    protect: bool = False
    silent: bool = False
    pin: bool = False
    not_before: int = 0  # civil ms, e.g. quiet hours
    reply_to: int | None = None  # message id in the same chat


@dataclass(frozen=True, slots=True)
class Origin:
    """Who waits for a command: a dialog's step and epoch, or only a person to be told of a refusal."""

    dialog: str = ""
    step: str = ""
    epoch: int = 0
    chat: int = 0
    thread: int | None = None
    person: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """A call that was committed and is then carried out; one FIFO lane per order or dialog."""

    key: str  # idempotency key
    lane: str
    op: str  # "hospital.take", "photo.read"
    args: Mapping[str, Json] = field(repr=False, metadata=SECRET)
    origin: Origin = Origin()
    priority: Priority = Priority.DIALOG


@dataclass(frozen=True, slots=True)
class Timer:
    """Comes back as an arrival when due; guarded by step + epoch where it belongs to a dialog."""

    key: str
    due: int
    kind: str  # remind, expire, album, notice-remove, overdue ...
    ref: str
    step: str = ""
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class AuditLine:
    """R11. ``what`` and ``reason`` are codes, never values."""

    order: str
    actor: str  # "person:123" or "hospital"
    on_behalf: str
    what: str
    at: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Expect:
    """A row the outcome relied on without writing it."""

    table: type
    key: Any
    version: int  # 0 = must not exist


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one turn changes. Committed in one atomic write or not at all."""

    arrival: Arrival
    rows: tuple[Row, ...] = ()
    gone: tuple[Row, ...] = ()  # rows to delete (at the version read)
    posts: tuple[Post, ...] = ()
    commands: tuple[Command, ...] = ()
    done: tuple[str, ...] = ()  # commands whose result this is: erased with it
    timers: tuple[Timer, ...] = ()
    untimed: tuple[str, ...] = ()  # timer keys to remove
    audit: tuple[AuditLine, ...] = ()
    expects: tuple[Expect, ...] = ()
    cursor: tuple[str, str] | None = None  # (feed name, value) moved with the effects it covers
    toast: str = ""  # the pop-up that answers a press; not stored
    alert: bool = False
