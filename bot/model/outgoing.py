"""What goes out: whom to tell, the messages, the commands, the timers. All of it was committed first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.model.kinds import SECRET, Json, Priority


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
    """``data`` = callback, ``url`` = opens, ``copy`` = copies, ``phone``; exactly one is set.

    ``phone``: "ask" = a button below the chat that shares the person's own number, "gone" = it is shown no more.
    """

    label: str = field(repr=False)
    data: str = ""
    url: str = ""
    copy: str = ""
    phone: Literal["", "ask", "gone"] = ""


Rows = tuple[tuple[Button, ...], ...]
MORE = "m"  # the data of the button behind which the rows below it are: they are kept, and not shown


def visible_rows(rows: Rows) -> Rows:
    """The rows of a message that stand under it: none below [More]."""
    for n, row in enumerate(rows, 1):
        if any(button.data == MORE for button in row):
            return rows[:n]
    return rows


def turned(rows: Rows) -> Rows:
    """After a press of [More]: the next button is shown, and the one that was is the last."""
    first, more, *rest = (button for row in rows for button in row)
    return tuple((button,) for button in (rest[0], more, *rest[1:], first))


@dataclass(frozen=True, slots=True)
class Text:
    html: str = field(repr=False)
    buttons: tuple[tuple[Button, ...], ...] = ()


CUT = "cut:"  # how the id of a part of a photo begins: cut:<x>,<y>,<width>,<height>,<quarters turned>:<file>
DRAWN = "drawn:"  # how the id of a picture of figures begins: drawn:<language>:<JSON>, see bot/showing.py
AS_FILE = "document:"  # how the id of a file begins that was sent as a file and is used as a photo


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo already known to Telegram by its file id, or one of the house's own as ``picture:<name>``.

    ``document:<file id>``: a picture or a PDF that was sent as a file. It is shown as its clean picture.
    ``cut:<place>:<file>``: a line of a photo. ``drawn:<language>:<figures>``: drawn as it is sent; where that cannot be
    done the words go alone.
    """

    file: str
    html: str = field(default="", repr=False)
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """A voice note or a document as it came, by its file id: nobody here opens it. ``kind``: voice or document."""

    kind: str
    file: str
    html: str = field(default="", repr=False)
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Bill:
    """A Telegram invoice; amount in the currency's smallest unit."""

    title: str = field(repr=False)
    description: str = field(repr=False)
    payload: str
    amount: int
    currency: str = "CNY"


Content = Text | Picture | Attached | Bill


@dataclass(frozen=True, slots=True)
class Post:
    """One message that shall stand in a chat: an ordinary message is a card that never changes again.

    ``key`` is permanent: committing it again changes what the message shall show. ``content`` None = delete it.
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
    holds: str = ""  # what must still be so when it is first sent, else it is not: bot/workers/stale.py; "" = always
    anew: bool = False  # asked for again: it comes as the newest message, and the one that stood before goes


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
    """Comes back as an arrival when due, once.

    A dialog's is guarded by step + epoch. One that begins a flow (kind ``due``) says in ``step`` what is due, in
    ``ref`` what about: an order's number, a batch, a task; the flow looks at the truth.
    """

    key: str
    due: int
    kind: str  # see bot/handlers/timers.py
    ref: str
    step: str = ""
    epoch: int = 0
    person: int = 0  # the account with whom its flow begins, 0 = a notice
