"""What a flow hands to the engine and the engine hands to the turn: frozen data, no behaviour.

What comes in from outside is in events.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Literal, TypeVar

from bot.dialog.errors import FlowError
from bot.dialog.journal import Journal
from bot.model import Json, PlaceKind, RoleBinding, To

T = TypeVar("T")


def _no_words() -> Mapping[str, Any]:
    return {}


def as_it_is(value: Any) -> Any:
    """The answer of an operation that declares no type."""
    return value


# ---------------------------------------------------------------- what a flow sees


@dataclass(frozen=True, slots=True)
class Now:
    """The instant of the turn: ``ms`` civil UTC milliseconds, ``today`` the ISO day where the hospital is."""

    ms: int
    today: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """Who talks. ``facts`` are read anew at each replay, so do not branch on what may change within a dialog."""

    id: int
    lang: str = "zh-CN"
    facts: Mapping[str, Json] = field(default_factory=_no_words, repr=False)
    roles: tuple[RoleBinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """The chat (and topic) the dialog runs in."""

    chat: int
    thread: int | None = None
    kind: PlaceKind = PlaceKind.PRIVATE


def no_blind(previous: str, digit: str) -> str:
    raise FlowError("this context has no blind(): give Context(blind=...) before a flow asks a pin")


@dataclass(frozen=True, slots=True)
class Context:
    """What a replay may look at. ``args`` count only at Begin; later the journal's copy is used."""

    dialog: str
    person: PersonView
    place: Where
    now: Now
    subject: str = ""
    args: Mapping[str, Json] = field(default_factory=_no_words, repr=False)
    blind: Callable[[str, str], str] = no_blind


# ---------------------------------------------------------------- what a flow says


@dataclass(frozen=True, slots=True)
class Option:
    """One button. ``label`` None: the locale key ``{flow}.{step}.{id}``; otherwise user data, never markup.

    ``url`` opens a page, ``action`` (``take:ORD-1``) starts an action on a card; neither answers the question.
    ``listed``: the label is a name of the hospital's lists, said in the reader's script; a patient's never is.
    """

    id: str
    label: str | None = field(default=None, repr=False)
    style: str = ""
    url: str = ""
    action: str = ""
    words: Mapping[str, Any] = field(default_factory=_no_words, repr=False)  # of its label, beside the question's own
    listed: bool = False


@dataclass(frozen=True, slots=True, init=False)
class Wrong:
    """A check's refusal: the step is asked again with ``{flow}.{step}.wrong.{code}`` or ``wrong.{code}``."""

    code: str
    words: Mapping[str, Any]

    def __init__(self, code: str, /, **words: Any) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "words", words)


@dataclass(frozen=True, slots=True)
class Either:
    """What was typed can be read as several days (ISO): the step is asked again with a button for each."""

    days: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Op(Generic[T]):
    """An operation as plain data: ``once`` runs it in the turn, ``call`` and ``submit`` leave it to the command runner.

    ``answer`` makes what the flow gets from what the journal holds; bot/intents/ declares both ends.
    ``gate``: it only looks whether the flow may go on; see ``Played.gates``.
    """

    name: str
    args: Mapping[str, Json] = field(default_factory=_no_words, repr=False)
    lane: str = ""
    answer: Callable[[Json], T] = field(default=as_it_is, repr=False, compare=False)
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture already known to Telegram: ``file`` file_id, ``unique`` file_unique_id, ``size`` bytes.

    Where the step takes a proof it may be a voice note (``kind`` voice), and ``message`` is the one it came with.
    """

    file: str
    unique: str
    size: int = 0
    width: int = 0
    height: int = 0
    kind: str = ""
    message: int = 0

    def as_json(self) -> dict[str, Json]:
        value = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: one for name, one in value.items() if one or name not in ("kind", "message")}

    @classmethod
    def of(cls, item: Mapping[str, Json]) -> Photo:
        """Lenient: fields of other releases are left out."""
        return cls(**{f.name: item[f.name] for f in fields(cls) if f.name in item})


# ---------------------------------------------------------------- what the engine returns


@dataclass(frozen=True, slots=True)
class Press:
    """A button to be rendered: ``label_key`` (with ``words``) or ``label``; exactly one of ``data`` and ``url``.

    ``option`` is the id it stands for. ``role``: "" an answer, "keep" an earlier answer offered again (the renderer
    wraps the label: "keep: X"), "on" / "off" a toggle, "link", "action", else the built-in: back done cancel ok edit
    change clear digit.
    """

    option: str
    label_key: str = ""
    label: str = field(default="", repr=False)
    words: Mapping[str, Any] = field(default_factory=_no_words, repr=False)
    data: str = ""
    url: str = ""
    role: str = ""
    style: str = ""
    listed: bool = False  # see Option


Rows = tuple[tuple[Press, ...], ...]
SayKind = Literal["prompt", "tell", "card", "answered", "checking", "already"]


@dataclass(frozen=True, slots=True)
class Say:
    """One message. The post of a prompt is ``post_key(dialog, say)``; the same key again edits it in place.

    ``answered``: that prompt now shows ``chosen`` and no buttons; with the flag "withdrawn" it was not answered.
    ``copy`` counts the prompts of one step and epoch that were sent anew (wrong answer, reminder, resumed).
    ``about``: for whom, where that is not the reader: his names, or a sentence.
    Flags: withdrawn, expired, remind, resume, secret, more (not all options have a button: part of a label may be
    typed), stop, over (after ``Over``), delete, cancel-queued, and those the flow passed on.
    """

    kind: SayKind
    step: str = ""
    epoch: int = 0
    key: str = ""
    words: Mapping[str, Any] = field(default_factory=_no_words, repr=False)
    buttons: Rows = ()
    to: To | None = None
    card_key: str = ""
    wrong: tuple[str, Mapping[str, Any]] | None = field(default=None, repr=False)
    flags: tuple[str, ...] = ()
    takes: str = ""
    chosen: tuple[Press, ...] = ()
    copy: int = 0
    about: Any = field(default="", repr=False)

    @property
    def answers(self) -> tuple[Press, ...]:
        """The buttons that answer, in order; not those that go back, end or lead elsewhere."""
        return tuple(press for row in self.buttons for press in row if press.role in ("", "keep", "on", "off"))


@dataclass(frozen=True, slots=True)
class CallIntent:
    """A remote call to commit with the turn. Idempotency key: dialog:step:epoch."""

    step: str
    epoch: int
    op: Op[Any]


@dataclass(frozen=True, slots=True)
class BeginIntent:
    """A dialog to begin with somebody else (an account). ``waits``: its end comes back as Result(kind="other")."""

    step: str
    epoch: int
    flow: str
    person: int
    subject: str = ""
    args: Mapping[str, Json] = field(default_factory=_no_words, repr=False)
    waits: bool = True


@dataclass(frozen=True, slots=True)
class TimerWish:
    """``kind`` remind, expire, album or wake; comes back as Due(kind, step, epoch) after ``after_ms``.

    A new one of its kind replaces it.
    """

    kind: str
    step: str
    epoch: int
    after_ms: int


Verdict = Literal["", "accepted", "already", "stale", "not-for-this-step", "early"]
End = Literal["", "sent", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Played:
    """What one event did. With ``error`` set the journal is the one that was given and nothing else is to be done.

    With ``need`` set the turn runs that local op now and plays again with ``Done(need_step, ...)`` over ``journal``;
    says, calls, begins, timers and verdict of both belong to one commit. At the end ``value`` is what the flow
    returned, or ``refusal`` says why nothing came of it: declined, expired, stopped, or the code of a refusal.
    ``gates``: what the flow passed on its way here and rests on. Before an answer counts the turn looks at each again;
    where one is shut, it plays ``Over`` in place of the event.
    """

    journal: Journal
    step: str = ""
    kind: str = ""
    epoch: int = 0
    says: tuple[Say, ...] = ()
    need: Op[Any] | None = None
    need_step: str = ""
    calls: tuple[CallIntent, ...] = ()
    begins: tuple[BeginIntent, ...] = ()
    submit: Op[Any] | None = None
    end: End = ""
    value: Json = None
    refusal: str = ""
    timers: tuple[TimerWish, ...] = ()
    verdict: Verdict = ""
    error: Exception | None = None
    visited: tuple[str, ...] = ()
    gates: tuple[Op[Any], ...] = ()
    cancel_queued: bool = False  # end "done", but the person cancelled meanwhile: the turn cancels the order


Check = Callable[[str, Now], "str | Either | Wrong"]
PhotoCheck = Callable[[Photo, Now], "Photo | Wrong"]
Options = Sequence["str | Option"]


def post_key(dialog: str, say: Say) -> str:
    """The permanent key of the post that shows a prompt, an answered prompt or a tell."""
    key = f"d:{dialog}:{say.step}:{say.epoch}"
    return f"{key}:{say.copy}" if say.copy else key


def number_key(chat: int) -> str:
    """The post with the messenger's button below this chat that shares a person's own number: at most one stands."""
    return f"number:{chat}"
