"""Timers of an order, a batch, a person or a task: at that time the flow begins that says ``Start(due=what)``.

The flow looks at the truth when it begins: what has moved on meanwhile is nobody's business any more.
"""

from __future__ import annotations

from bot.intents._declare import local


@local
def wake(what: str, subject: str, *, at: int = 0, after: int = 0, person: int = 0) -> None:
    """Once, ``at`` an instant or ``after`` so many ms, about ``subject``; the same asked again sets the time anew.

    ``person`` is asked in private; with 0 the flow is a notice, which asks nobody and may tell whom it likes.
    """
    ...


@local
def unwake(what: str, subject: str, *, person: int = 0) -> None:
    """It is not needed any more; nothing happens where none was set, or where it has rung."""
    ...
