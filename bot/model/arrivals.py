"""What comes in: an update of the messenger, a word of the hospital, a command's result, a timer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.model.outgoing import Timer


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and by whom: ``thread`` is None outside forum topics (and in General)."""

    chat: int
    person: int
    thread: int | None = None
    lang: str = field(default="", compare=False)  # what the messenger says of the person's language, "" = nothing
    name: str = field(default="", compare=False, repr=False)  # as the messenger shows the person


@dataclass(frozen=True, slots=True)
class Said:
    """A text; of a message that was ``edited`` also what it shows now: see Photographed and SentOther, "" = nothing.

    ``of``: how many messages it was, where many that came at once are read together (bot/workers/merging.py).
    """

    spot: Spot
    message: int
    text: str = field(repr=False)
    reply_to: int | None = None
    edited: bool = False
    kind: str = ""
    file: str = ""
    unique: str = ""
    size: int = 0
    forwarded: bool = False  # somebody else's words, passed on: no command
    of: int = 1


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
    """Something no step takes: video, document, voice, sticker, location, contact ...

    Of a file: its id, size in bytes (0 = not told), name and type as the sender's phone says them.
    ``phone``: of a contact, the number of the sender himself.
    """

    spot: Spot
    message: int
    kind: str
    reply_to: int | None = None
    file: str = ""
    size: int = 0
    name: str = field(default="", repr=False)
    mime: str = ""
    caption: str = field(default="", repr=False)
    album: str = ""
    phone: str = field(default="", repr=False)
    unique: str = ""  # file_unique_id


@dataclass(frozen=True, slots=True)
class Unnamed:
    """An anonymous admin wrote in his group: nobody knows who (``spot.person`` is 0)."""

    spot: Spot
    message: int
    text: str = field(repr=False)
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    spot: Spot
    message: int
    data: str
    query: str  # callback_query id


BY_LINK = "family"  # how the bill of a payer by link begins: <kind>:<order>:<amount>
BILLS = ("pay", BY_LINK)


@dataclass(frozen=True, slots=True)
class PreCheckout:
    """``seen``: the order as the hospital has it now (OrderSnapshot), None = it did not say in time."""

    query: str
    person: int
    amount: int
    currency: str
    payload: str
    seen: Any = field(default=None, repr=False)


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
    """my_chat_member: the person blocked (False) or unblocked (True) the bot, or a group let it in or put it out.

    ``lacks``: the rights of a doctors' forum that the bot does not have in that group, by their Bot API names.
    """

    chat: int
    person: int
    reachable: bool
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Migrated:
    chat: int
    to: int


LIST = "list"  # the kind of the timer that rings when a list of the hospital cannot be used, or can again
PLACES = "places"  # the kind of the timer that rings when the hospital calls compounds or their gates something else
STAFF = "staff"  # the kind of the timer that rings when the hospital's list of staff came anew
PUT_ASIDE = "put-aside"  # the refusal of a command that another release wrote and that this one cannot read


@dataclass(frozen=True, slots=True)
class Returned:
    """A command's result: ``refusal`` is "" on success, else the hospital's code."""

    command: str
    value: Any = field(default=None, repr=False)
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    timer: Timer


@dataclass(frozen=True, slots=True)
class Observed:
    """An order, batch or other Task as the hospital has it now (OrderSnapshot | BatchSnapshot | TaskSnapshot)."""

    snapshot: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class PutAside:
    """A dead letter: nobody could handle it. ``code`` is a technical word, never a value."""

    source: str
    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Several:
    """Pictures, voice notes and the like of one person that came at once, in order: bot/workers/merging.py."""

    spot: Spot
    message: int  # of the last
    of: tuple[Photographed | SentOther, ...] = field(repr=False)


Body = (
    Said
    | Several
    | Photographed
    | SentOther
    | Unnamed
    | Pressed
    | PreCheckout
    | PaidInChat
    | Reached
    | Migrated
    | Returned
    | Due
    | Observed
    | PutAside
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came in. (source, id) is the dedupe key; ``at`` is civil."""

    source: Literal["telegram", "hospital", "result", "timer", "house"]
    id: str
    at: int
    body: Body
