"""Charges that were put aside are taken again, until they are booked: nobody has to do it by hand."""

from __future__ import annotations

import logging

from bot.clock import Clock
from bot.model import Arrival, Outcome, PaidInChat, Payment, Spot
from bot.store.port import Store
from bot.workers.letters import OURS
from bot.workers.take import Take, backoff

log = logging.getLogger(__name__)

PAUSE = 60.0  # s between two tries of one charge at first, twice as long each time
LONGEST = 600.0  # s


class Charges:
    """One for a bot. While a charge lies aside no second one for its order is let through (handlers/payments.py)."""

    def __init__(self, store: Store, clock: Clock, take: Take) -> None:
        self._store, self._clock, self._take = store, clock, take
        self._tried: dict[str, tuple[int, float]] = {}  # times, and monotonic of the next try

    def wake(self, outcome: Outcome | None = None) -> None:
        """What was put aside a moment ago would fail again."""

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self._clock.sleep(PAUSE)
            await self.once()

    async def once(self) -> int:
        """Take again what is due; answers how many."""
        rows = {row.id: row for row in await self._store.find(Payment, aside=True)}
        self._tried = {id: tried for id, tried in self._tried.items() if id in rows}
        due = [row for row in rows.values() if self._tried.get(row.id, (0, 0.0))[1] <= self._clock.monotonic()]
        for row in due:
            times = self._tried.get(row.id, (0, 0.0))[0] + 1
            pause = PAUSE * backoff(times, LONGEST / PAUSE)
            self._tried[row.id] = times, self._clock.monotonic() + pause
            name = f"{row.id}/{self._clock.civil()}"
            try:
                await self._take(Arrival(OURS, name, self._clock.civil(), _as_it_came(row)))
            except Exception as error:
                log.error("a charge that lies aside is taken again later: %s", type(error).__name__)
        return len(due)


def _as_it_came(row: Payment) -> PaidInChat:
    """Without a number of its own it is named by its message: chat:message."""
    account, payload = int(row.sealed["account"]), str(row.sealed["payload"])
    chat, _, message = row.id.rpartition(":")
    unnamed = message.isdecimal() and chat == str(account)
    return PaidInChat(
        Spot(account, account),
        int(message) if unnamed else 0,
        row.amount,
        row.currency,
        payload,
        "" if unnamed else row.id,
    )
