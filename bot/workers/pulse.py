"""Whether the hospital and the messenger answer as they should, from the answers themselves; says when it is slow."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from backend_client.errors import RetryLater
from backend_client.models import Changes, OrderSnapshot
from bot.clock import Clock
from bot.model import Arrival, Due, Outcome, Timer
from bot.workers.command_runner import Op
from bot.workers.feed import Source
from bot.workers.take import Take, loud

log = logging.getLogger(__name__)
T = TypeVar("T")

LOOK = 5.0  # s between two looks
FEWEST = 4  # answers of which something can be said, but where all are bad
PAUSES = 400.0  # s that may lie between two calls while nothing answers: the feed's longest pause and a time-out
BAD, WELL = 0.5, 0.1  # shares of bad answers from which it is slow, and up to which it is well again
BEGINS, ENDS = "slow-seen", "slow-gone"  # what is due: see bot/flows/alerts.py


@dataclass(slots=True)
class Beat:
    """Lately's answers of one side: (monotonic, civil ms, bad)."""

    seen: deque[tuple[float, int, bool]] = field(default_factory=deque[tuple[float, int, bool]])
    slow: bool | None = None  # None: not known since the start


class Listened:
    """The feed's two calls, noted."""

    def __init__(self, source: Source, pulse: Pulse) -> None:
        self._source, self._pulse = source, pulse

    async def changes(self, cursor: str, seen: tuple[str, ...]) -> Changes:
        return await self._pulse.heard(self._source.changes(cursor, seen))

    async def order(self, no: str) -> OrderSnapshot:
        return await self._pulse.heard(self._source.order(no))


class Pulse:
    """One for a bot. ``slow``: s after which an answer counts as bad; ``window``: s that are looked at.

    It is slow when half of a full window's answers were bad, and well again when hardly any of a window's was: between
    the two it stays as it is, so it does not flap.
    """

    def __init__(self, clock: Clock, take: Take, *, slow: float, window: float, look: float = LOOK) -> None:
        self._clock, self._take, self._slow, self._window, self._look = clock, take, slow, window, look
        self._beats = {"hospital": Beat(), "messenger": Beat()}

    def wake(self, outcome: Outcome | None = None) -> None:
        """A commit tells nothing of answers."""

    def note(self, what: str, bad: bool) -> None:
        """An answer came, or none."""
        self._beats[what].seen.append((self._clock.monotonic(), self._clock.civil(), bad))

    def timed(self, op: Callable[[Mapping[str, Any]], Awaitable[T]]) -> Callable[[Mapping[str, Any]], Awaitable[T]]:
        """The same call of the hospital, noted."""
        return lambda args: self.heard(op(args))

    def all_of(self, ops: Mapping[str, Op]) -> dict[str, Op]:
        """The calls, with those of the hospital noted."""
        return {name: self.timed(op) if name.startswith("hospital.") else op for name, op in ops.items()}

    async def heard(self, answer: Awaitable[T]) -> T:
        """The hospital's answer, noted; a refusal is an answer, too."""
        began, bad = self._clock.monotonic(), False
        try:
            return await answer
        except RetryLater:
            bad = True
            raise
        finally:
            self.note("hospital", bad or self._clock.monotonic() - began > self._slow)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            await self.once()
            await self._clock.sleep(self._look)

    async def once(self) -> int:
        """Look at both sides; answers how many changed."""
        changed = 0
        for what, beat in self._beats.items():
            since = self._forget(beat)
            if (found := self._is_slow(beat)) == beat.slow:
                continue
            if found is None or await self._tell(what, found, since):
                beat.slow = found
                changed += 1
        return changed

    def _forget(self, beat: Beat) -> int:
        """Of what is older than the window one is kept, so that a full window is known; since when it is bad."""
        before = self._clock.monotonic() - self._window
        while len(beat.seen) > 1 and beat.seen[1][0] <= before:
            beat.seen.popleft()
        return next((civil for _, civil, bad in beat.seen if bad), self._clock.civil())

    def _is_slow(self, beat: Beat) -> bool | None:
        """Where nothing was called for a whole window there is nothing slow."""
        before = self._clock.monotonic() - self._window
        if not beat.seen or beat.seen[0][0] > before:
            return beat.slow
        last, _, bad = beat.seen[-1]
        if last <= before:  # who was asked to wait, or waits for an answer, knows nothing yet
            return beat.slow if bad and last > before - PAUSES else False
        if len(beat.seen) < FEWEST:
            return True if len(beat.seen) > 1 and all(bad for _, _, bad in beat.seen) else beat.slow
        share = sum(bad for _, _, bad in beat.seen) / len(beat.seen)
        return share > WELL if beat.slow else share >= BAD

    async def _tell(self, what: str, slow: bool, since: int) -> bool:
        """It is over when neither side is slow; also what began before a restart ends so."""
        if not slow and any(one.slow for other, one in self._beats.items() if other != what):
            return True
        now, due = self._clock.civil(), BEGINS if slow else ENDS
        timer = Timer(f"due:{due}:{what}", now, "due", f"{what}/{since}", due)
        try:
            await self._take(Arrival("timer", f"{timer.key}/{now}", now, Due(timer)))
        except Exception as error:  # the next look tells it
            if loud(error):
                log.error("that the %s is %s is not told yet: %s", what, due, type(error).__name__)
            return False
        return True
