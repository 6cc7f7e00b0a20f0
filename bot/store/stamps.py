"""The order in which things were written."""

from __future__ import annotations

from bot.store.sql import Tick


class Stamps:
    """Rising numbers that order what is written, also while civil time goes back: about civil ms times 1000."""

    def __init__(self, last: int) -> None:
        self._last = last

    def at(self, now: int) -> Tick:
        self._last = max(self._last, now * 1000)
        return self._next

    def reached(self, now: int) -> int:
        """The last stamp that lies behind us."""
        return max(self._last, now * 1000 + 999)

    def _next(self) -> int:
        self._last += 1
        return self._last
