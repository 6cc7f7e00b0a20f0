"""The register of flows: a name, a function, and when it is reminded of and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any

from bot.decoding import arguments
from bot.dialog.errors import FlowError

if TYPE_CHECKING:
    from bot.dialog.ask import Ask

    Runs = Callable[[Ask], Coroutine[Any, Any, Any]]
    Written = Callable[..., Coroutine[Any, Any, Any]]

HOUR = 3_600_000


def hours(n: float) -> int:
    """In milliseconds."""
    return int(n * HOUR)


def days(n: float) -> int:
    """In milliseconds."""
    return int(n * 24 * HOUR)


@dataclass(frozen=True, slots=True)
class Start:
    """What begins a flow: a ``command`` /refill, an ``action`` (button a:<action>:...), a link's purpose, a notice."""

    command: str = ""
    action: str = ""
    link: str = ""
    notice: str = ""
    due: str = ""  # a timer that rings: bot/intents/waking.py


@dataclass(frozen=True, slots=True)
class Flow:
    """``remind`` and ``expire`` in ms after the last question was put; None = never."""

    name: str
    run: Runs
    start: Start | None = None
    remind: int | None = None
    expire: int | None = days(14)


FLOWS: dict[str, Flow] = {}


def flow(
    name: str,
    *,
    start: Start | None = None,
    remind: int | None = None,
    expire: int | None = days(14),
    register: dict[str, Flow] = FLOWS,
) -> Callable[[Written], Flow]:
    """Register a flow under a permanent name. FlowError if the name is taken.

    Parameters after ``ask`` are read, by their types, from what the dialog was begun with (``ask.args``).
    """

    def enter(written: Written) -> Flow:
        if name in register:
            raise FlowError(f"two flows are named {name!r}: names are permanent and single, choose another")
        register[name] = Flow(name, _typed(written), start, remind, expire)
        return register[name]

    return enter


def _typed(written: Written) -> Runs:
    if len(signature(written).parameters) == 1:
        return written
    read: Callable[[Mapping[str, Any]], dict[str, Any]] = arguments(written, given=1)

    @wraps(written)
    def run(ask: Ask) -> Coroutine[Any, Any, Any]:
        return written(ask, **read(ask.args))

    return run
