"""Where lives end, and people who wait while they do."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from bot.model import Outcome
from bot.store.port import Mark
from sandbox.control import Phone
from tests.faults.distrust import Plan

PATIENCE = 180.0  # s that a person waits while the bot dies and rises: on a busy machine a rise alone took 75


class Paranoid(Plan):
    """Each arrival: its first commit is never made, its second is the last thing that life did, then it comes again.

    And, where the dice say so, a life ends between Telegram's accept and our mark. ``share``: of the arrivals, those
    that are met so, drawn by the seed.
    """

    def __init__(self, seed: int, marks: float = 0.04, share: float = 1.0) -> None:
        self.on = False
        self._dice = random.Random(seed)
        self._draw = random.Random(seed)
        self._marks, self._share = marks, share
        self._met: dict[tuple[str, str], bool] = {}
        self.tries: Counter[tuple[str, str]] = Counter()
        self.before = self.after = self.unmarked = 0

    def _meets(self, outcome: Outcome) -> bool:
        arrival = (outcome.arrival.source, outcome.arrival.id)
        if self.on and arrival not in self._met:
            self._met[arrival] = self._draw.random() < self._share
        return self.on and self._met[arrival]

    def before_commit(self, outcome: Outcome) -> bool:
        if not self._meets(outcome):
            return False
        arrival = (outcome.arrival.source, outcome.arrival.id)
        self.tries[arrival] += 1
        self.before += self.tries[arrival] == 1
        return self.tries[arrival] == 1

    def after_commit(self, outcome: Outcome) -> bool:
        met = self._meets(outcome)
        self.after += met
        return met

    def before_mark(self, mark: Mark) -> bool:
        dies = self.on and self._dice.random() < self._marks
        self.unmarked += dies
        return dies

    async def quiet(self, busy: Callable[[], bool]) -> None:
        """Mostly the sender may end what it began: deaths in the middle of a sending are those before a mark."""
        if self._dice.random() < 0.1:
            return
        for _ in range(100):
            if not busy():
                return
            await asyncio.sleep(0.005)


class Unmarked(Plan):
    """Dies once, between Telegram's accept and our mark of a post whose key holds ``doomed``."""

    def __init__(self) -> None:
        self.doomed = ""

    def before_mark(self, mark: Mark) -> bool:
        dies = bool(self.doomed) and self.doomed in mark.key
        self.doomed = "" if dies else self.doomed
        return dies


class PatientPhone(Phone):
    """Somebody who waits until a bot that is killed again and again has answered."""

    async def wait_for(self, *args: Any, **more: Any) -> dict[str, Any]:
        more["timeout"] = PATIENCE
        return await super().wait_for(*args, **more)
