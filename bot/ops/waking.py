"""Timers that begin a flow: set and taken back by flows, and by other rooms of ops."""

from __future__ import annotations

from bot.dialog import FLOWS
from bot.intents import waking as intents
from bot.model import Timer
from bot.ops.registry import Act, does
from bot.turn import Turn

DUE = "due"  # the kind of these timers; ``step`` says what is due


def wake(turn: Turn, what: str, subject: str, *, at: int = 0, after: int = 0, person: int = 0) -> None:
    """See bot/intents/waking.py. KeyError where no flow of this release is due for that."""
    if not any(flow.start and flow.start.due == what for flow in FLOWS.values()):
        raise KeyError(f"no flow says Start(due={what!r})")
    turn.timer(Timer(key_of(what, subject, person), at or turn.now + after, DUE, subject, what, person=person))


def unwake(turn: Turn, what: str, subject: str, *, person: int = 0) -> None:
    turn.untimed(key_of(what, subject, person))


def key_of(what: str, subject: str, person: int = 0) -> str:
    return f"{DUE}:{what}:{subject}:{person}"


@does(intents.wake)
async def _wake(act: Act, what: str, subject: str, *, at: int = 0, after: int = 0, person: int = 0) -> None:
    wake(act.turn, what, subject, at=at, after=after, person=person)


@does(intents.unwake)
async def _unwake(act: Act, what: str, subject: str, *, person: int = 0) -> None:
    unwake(act.turn, what, subject, person=person)
