"""How an operation is declared: a name, typed arguments, a typed answer, and nothing that does it.

The body is ``...``; the signature is what a flow must give and gets, and what bot/ops or bot/calls must carry out.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any, Generic, ParamSpec, TypeVar, get_type_hints

from bot.decoding import arguments, decoder, jsonable
from bot.dialog import Op

P = ParamSpec("P")
T = TypeVar("T")


DECLARED: set[str] = set()  # the names of local operations


class Intent(Generic[P, T]):
    """One declared operation. Called, it gives the Op that ``ask.once`` or ``ask.call`` takes.

    What was answered by another release is read leniently: unknown fields are dropped, missing ones default.
    """

    def __init__(self, name: str, declared: Callable[P, T], lane: str = "", *, gate: bool = False) -> None:
        self.name = name
        self._gate = gate
        self._signature = signature(declared)
        self._names = tuple(self._signature.parameters)
        if gate and "order" not in self._names:
            raise TypeError(f"{name} is a gate and has no argument 'order'")
        if lane and lane not in self._names:
            raise TypeError(f"{name} has no argument {lane!r} to name its lane")
        self._lane = lane  # the argument whose value names the lane
        self.given = arguments(declared)
        self.answer: Callable[[Any], T] = decoder(get_type_hints(declared, include_extras=True)["return"])

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Op[T]:
        if kwargs or len(args) != len(self._names):
            bound = self._signature.bind(*args, **kwargs).arguments
        else:  # the usual call, which needs no thought
            bound = dict(zip(self._names, args, strict=True))
        given = {name: jsonable(value) for name, value in bound.items()}
        return Op(self.name, given, str(given.get(self._lane, "")), self.answer, self._gate)


def local(declared: Callable[P, T]) -> Intent[P, T]:
    """What the house itself knows and does, inside the commit of this turn: carried out by bot/ops/."""
    name = declared.__name__.rstrip("_")
    DECLARED.add(name)
    return Intent(f"local.{name}", declared)


def gate(declared: Callable[P, T]) -> Intent[P, T]:
    """The same, and it only looks whether a form may go on: it looks again before each of the form's answers counts.
    ``order`` is the one it is about.

    What shuts it for good ends the form with that refusal, so the form itself must not (a move of its own is its end).
    """
    name = declared.__name__
    DECLARED.add(name)
    return Intent(f"local.{name}", declared, gate=True)


def remote(room: str, lane: str = "") -> Callable[[Callable[P, T]], Intent[P, T]]:
    """What leaves with the commit (``hospital``, ``photo``): carried out by bot/calls.py.

    Commands of one lane go one after the other; ``lane`` names the argument that tells it, "" = the dialog's own.
    """
    return lambda declared: Intent(f"{room}.{declared.__name__}", declared, lane)
