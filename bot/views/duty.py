"""What flows see of who is on duty; kept like every view (see the package)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Names


@dataclass(frozen=True, slots=True)
class DutyView:
    """``until``: until when the acting doctor is off, 0 = he is not. ``afternoon``: it has not begun yet today.

    ``days``: ISO days that he may come back on, after tomorrow.
    """

    until: int = 0
    afternoon: bool = False
    days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UrgentCaseView:
    """A case that cannot wait, and the doctors on duty who read so. ``number``: as its topic is titled."""

    people: tuple[int, ...] = ()
    number: str = ""
    department: Names = field(default_factory=dict[str, str])
    urgency: str = ""
    why: str = ""
