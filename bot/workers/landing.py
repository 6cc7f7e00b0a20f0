"""How one delivery ended, and what the sender shall do with its chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Landing:
    """How a delivery ended, for its lane. ``rest``: s until the chat is called again, None = by the lane's back-off."""

    rest: float | None = 0.0
    flooded: bool = False  # a 429: ``rest`` is what the messenger asks for
    again: bool = False  # not done: read it again
    stopped: bool = False  # the chat cannot be reached
    reread: bool = False  # more than this one has changed: read everything again
    failed: bool = False  # given up
    aside: float = 0.0  # s for which this one is not tried, while its lane goes on
    came: tuple[str, str] | None = None  # source and id of the letter that told of it: it stands after all


DONE = Landing()
Spend = Callable[[int], None]
