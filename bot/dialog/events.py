"""What can happen to a dialog, as plain data. The turn makes these from arrivals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.dialog.plain import Photo
from bot.model import Json


@dataclass(frozen=True, slots=True)
class Begin:
    """The dialog starts; Context.args are put in its journal."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button ``d:<dialog>:<step>:<epoch>:<option>``; step and option are hashes (see buttons.short).

    ``typed``: what stands on it was typed, which counts only where the flow says so (``ask.choice(typed=True)``).
    """

    step: str
    epoch: int
    option: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """``early``: typed before the question was on the screen. ``message`` lets an edit find its answer again."""

    text: str = field(repr=False)
    early: bool = False
    message: int = 0


@dataclass(frozen=True, slots=True)
class Shared:
    """A telephone number by the messenger's button, an answer where the step takes it (``number=True``).

    ``phone`` "" = somebody else's number, which is none.
    """

    phone: str = field(repr=False)
    message: int = 0


@dataclass(frozen=True, slots=True)
class Pictured:
    photo: Photo
    album: str = ""


@dataclass(frozen=True, slots=True)
class Edited:
    """The person changed a message that had answered a step: by step key, or by message id with step ""."""

    step: str
    text: str = field(repr=False)
    message: int = 0


@dataclass(frozen=True, slots=True)
class Back:
    pass


@dataclass(frozen=True, slots=True)
class Edit:
    """Ask this step again; a key without its [id], or a sub-dialog's key, means all its answers."""

    step: str


@dataclass(frozen=True, slots=True)
class Cancel:
    pass


@dataclass(frozen=True, slots=True)
class Done:
    """The local op of Played.need was run."""

    step: str
    value: Json = field(default=None, repr=False)
    refusal: str = ""
    words: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """A call (or the submit, step "submit") came back, or the dialog with somebody else (``kind`` "other") ended.

    ``refusal`` is "" on success; of a dialog: declined, expired, stopped, unreachable, not-needed, or its own code.
    """

    step: str
    epoch: int
    value: Json = field(default=None, repr=False)
    refusal: str = ""
    words: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    kind: Literal["", "other"] = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A timer of this dialog: remind, expire, album, wake."""

    kind: str
    step: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Resume:
    """Show again where we are: after a pause, a deploy, or a look at something else."""


@dataclass(frozen=True, slots=True)
class Over:
    """A gate that the flow had passed is shut (``Played.gates``): it ends with this refusal, whatever it asks."""

    code: str
    words: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)


#: What goes on from a question that stands: gates are looked at again before it counts.
Onward = Pressed | Typed | Shared | Pictured | Edited | Back | Edit | Due | Resume
Event = Onward | Begin | Cancel | Done | Result | Over
