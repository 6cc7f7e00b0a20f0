"""The store's file removed, replaced or found damaged while we work on it: nothing is confirmed any more, and the
process ends.
"""

from __future__ import annotations

from bot.clock import Clock
from bot.model import Outcome
from bot.store.port import Store

LOOK = 1.0  # s between two looks


class StillThere:
    """One for a bot. Commits look too; this one ends the process also while nothing is written."""

    def __init__(self, store: Store, clock: Clock, *, look: float = LOOK) -> None:
        self._store, self._clock, self._look = store, clock, look

    def wake(self, outcome: Outcome | None = None) -> None:
        """What was committed was looked at."""

    async def run(self) -> None:
        """Work until cancelled. Raises NotOpened."""
        while True:
            await self.once()
            await self._clock.sleep(self._look)

    async def once(self) -> int:
        """Raises NotOpened where the file is another one, or none, or damaged."""
        self._store.look()
        return 0
