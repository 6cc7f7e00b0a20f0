"""The register of flows: a name, a function, and when it is reminded of and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any

from bot.decoding import arguments
from bot.dialog.errors import FlowError

Runs = Callable[..., Coroutine[Any, Any, Any]]  # given an Ask; a type of ours would close a circle of modules

HOUR = 3_600_000


def hours(n: float) -> int:
    """In milliseconds."""
    return int(n * HOUR)


def days(n: float) -> int:
    """In milliseconds."""
    return int(n * 24 * HOUR)


@dataclass(frozen=True, slots=True)
class Start:
    """What begins a flow, and where people meet it. All that the house knows of a flow is declared here."""

    command: str = ""  # /refill
    also: str = ""  # a second word for the command, which is written nowhere
    listed: int = 0  # the command's place in the messenger's list, from 1; 0 = not there. Its words: commands.<command>
    group: bool = False  # the command may be used in a group, too
    action: str = ""  # a button a:<action>:<subject>
    stands: tuple[str, ...] = ()  # the kinds of group where that button stands: pressed in another one it is forged
    whose: bool = False  # what its button is about is a patient: kept as a mark
    menu: int = 0  # the action's place in the menu, from 1; 0 = not there. Its words: action.<action>
    role: str = ""  # only those of this role have it in their menu, above what everybody has
    acts: str = ""  # what its person must be: ends his registration, an open one goes
    link: str = ""  # a deep link's purpose: t.me/<bot>?start=<link>-<reference>
    secret: bool = False  # the link is single-use: the flow gets the whole parameter, and a new link is a new dialog
    notice: str = ""  # a change: "order", "batch", "stage:paid", "sent-again"
    holds: tuple[
        str, ...
    ] = ()  # stages while which the notice is worth sending, () = whenever; see bot/workers/stale.py
    when: str = ""  # something that the house meets and that only the person can settle
    due: str = ""  # a timer that rings: bot/intents/waking.py
    leaves: bool = False  # its command is given to leave what stands open: that is not asked anew below it
    after: tuple[str, ...] = ()  # refusals whose sentence names its button: in private that stands below
    means: str = ""  # everyday words that open it, by the name of their meaning (locales/<tag>/free-words.toml)


@dataclass(frozen=True, slots=True)
class Flow:
    """``remind`` and ``expire`` in ms after the last question was put; None = never.

    ``consent``: what is filled in stands under the consent for health data, and goes when that is withdrawn (R13).
    ``ends``: refusals after which it is not asked anew; what was asked and answered in it leaves the chat.
    ``aside``: a word aside; when it has ended, the question that stood open meanwhile is asked anew.
    """

    name: str
    run: Runs
    start: Start | None = None
    remind: int | None = None
    expire: int | None = days(14)
    consent: bool = False
    aside: bool = False
    ends: tuple[str, ...] = ()


FLOWS: dict[str, Flow] = {}


def flow(
    name: str,
    *,
    start: Start | None = None,
    remind: int | None = None,
    expire: int | None = days(14),
    consent: bool = False,
    aside: bool = False,
    ends: tuple[str, ...] = (),
    register: dict[str, Flow] = FLOWS,
) -> Callable[[Runs], Flow]:
    """Register a flow under a permanent name. FlowError if the name is taken.

    Parameters after ``ask`` are read, by their types, from what the dialog was begun with (``ask.args``).
    """

    def enter(written: Runs) -> Flow:
        if name in register:
            raise FlowError(f"two flows are named {name!r}: names are permanent and single, choose another")
        register[name] = Flow(name, _typed(written), start, remind, expire, consent, aside, ends)
        return register[name]

    return enter


def _typed(written: Runs) -> Runs:
    if len(signature(written).parameters) == 1:
        return written
    read: Callable[[Mapping[str, Any]], dict[str, Any]] = arguments(written, given=1)

    @wraps(written)
    def run(ask: Any) -> Coroutine[Any, Any, Any]:
        return written(ask, **read(ask.args))

    return run
