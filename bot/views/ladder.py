"""What flows see of a rung of the ladder (bot/ladder.py) that an order has reached."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.model.names import Names

#: What waits for her is not late by anybody else: whatever the rung, she reads what she can do.
HERS = {"quoted": "unpaid", "ready-at-window": "unfetched"}


@dataclass(frozen=True, slots=True)
class RungView:
    """``name``: of the rung. ``people``: whoever reads how it stands (() = another rung tells them more).

    ``topic``: where the doctors read it, ``review``: the pharmacists' groups, ``staff``: contacts, supervisors, and
    operators in their place. ``opens``: when the hospital opens again, 0 = it is open. ``since``: the order's.
    """

    name: str = ""
    people: tuple[int, ...] = ()
    topic: str = ""
    review: tuple[int, ...] = ()
    staff: tuple[int, ...] = ()
    stage: str = ""
    compound: Names = field(default_factory=dict[str, str])
    since: int = 0
    at: int = 0  # when the rung was reached
    opens: int = 0
    number: str = ""  # of the hospital
    meanwhile: Names = field(default_factory=dict[str, str])  # the hospital's words where to ask for the days between
    of: int = 0  # since when it counted
    window: bool = False  # she fetches it at the hospital's
    free: bool = False  # settled, and nothing of it is hers to pay

    @property
    def says(self) -> str:
        """Which sentence she reads."""
        return "unready" if self.window and self.name == "unleft" else HERS.get(self.stage, self.name)
