"""Dead letters come in as arrivals, so that nothing is put aside unseen."""

from __future__ import annotations

import logging
from typing import Any

from bot.clock import Clock
from bot.model import Arrival, Outcome, PutAside
from bot.store.port import Store
from bot.workers.take import Take, loud

log = logging.getLogger(__name__)

LOOK = 5.0  # s between two looks
READ = 500  # letters looked at first, newest first; more where all of them are new
BEGUN = "letters"  # the cursor that says from when on; what lay there before is in `medrelay failures`
OURS = "house"  # the source of these arrivals: one of them that fails tells of nothing further


class Letters:
    """One for a bot. A letter that comes again has a higher count, and is an arrival of its own."""

    def __init__(self, store: Store, clock: Clock, take: Take, *, look: float = LOOK) -> None:
        self._store, self._clock, self._take, self._look = store, clock, take, look
        self._told: set[str] = set()

    def wake(self, outcome: Outcome | None = None) -> None:
        """A dead letter is no commit."""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await self._clock.sleep(self._look)

    async def once(self) -> int:
        """Bring what is new, oldest first; answers how many."""
        begun = await self._begun()
        letters = [letter for letter in await self._newest(begun) if letter["at"] >= begun]
        names = {_name(letter): letter for letter in reversed(letters)}
        fresh = {name: letter for name, letter in names.items() if name not in self._told and letter["source"] != OURS}
        for name, letter in fresh.items():
            body = PutAside(letter["source"], letter["id"], letter["code"])
            try:
                await self._take(Arrival(OURS, name, self._clock.civil(), body))
            except Exception as error:  # the next look brings it again; the others are told now
                if loud(error):
                    log.error("a dead letter of %s is not told yet: %s", letter["source"], type(error).__name__)
                names.pop(name)
        self._told = set(names)
        return len(fresh)

    async def _newest(self, begun: int) -> list[dict[str, Any]]:
        """As many as may be new: a fault that stops a thousand things at once leaves none of them unseen."""
        limit = READ
        while True:
            letters = await self._store.dead_letters(limit)
            if len(letters) < limit or letters[-1]["at"] < begun or _name(letters[-1]) in self._told:
                return letters
            limit *= 2

    async def _begun(self) -> int:
        if not (stored := await self._store.cursor(BEGUN)):
            stored = str(self._clock.civil())
            await self._store.set_cursor(BEGUN, stored)
        return int(stored)


def _name(letter: dict[str, Any]) -> str:
    return f"{letter['source']}/{letter['id']}/{letter['times']}"
