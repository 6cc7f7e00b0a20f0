"""What flows see of the queue of a department, or of the pharmacists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WaitingView:
    """One that waits. ``number``: as its topic is titled; ``why``: it goes before others, "" = it does not."""

    number: str = ""
    urgency: str = ""
    why: str = ""
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class QueueView:
    """The groups where it stands, who comes next, how many more there are."""

    chats: tuple[int, ...] = ()
    waiting: tuple[WaitingView, ...] = ()
    more: int = 0
