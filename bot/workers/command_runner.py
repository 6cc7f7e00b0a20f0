"""Carries out committed commands, one at a time in each lane, and brings their results back as arrivals."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from backend_client.errors import Broken, HospitalError, Kind, RetryLater, kind_of
from bot.book import COMMANDS, Book
from bot.clock import Clock
from bot.decoding import Unreadable
from bot.model import PUT_ASIDE, Arrival, Json, Outcome, Returned
from bot.moves import OWED
from bot.store.port import Claimed, Store
from bot.workers.take import Take, backoff, loud

log = logging.getLogger(__name__)

AT_ONCE = 16  # commands in the air, each of another lane
FEW = {"photo.": 2}  # of one kind: photos wait for one reader and must not keep the hospital waiting
LONGEST_PAUSE = 300.0  # s between two tries while the hospital is away
BROKEN_PAUSE = 600.0  # s before what an operator must mend is tried again
LATE = 900.0  # s after which one that waits for the hospital is an exception, too, and still tried
LATE_CODE = "late"
LOOK = 1.0  # s between two looks when nobody wakes us

Op: TypeAlias = Callable[[Mapping[str, Json]], Awaitable[Any]]


class CommandRunner:
    """``ops`` maps a command's op to the call that does it; ``jitter`` answers 0..1 and spreads the retries.

    A call that is cut short is repeated with the same key; the row is erased by the commit that takes its result.
    """

    def __init__(
        self,
        store: Store,
        ops: Mapping[str, Op],
        clock: Clock,
        take: Take,
        *,
        look: float = LOOK,
        jitter: Callable[[], float] = random.random,
        book: Book | None = None,
    ) -> None:
        self._store, self._ops, self._clock, self._take = store, ops, clock, take
        self._look, self._jitter, self._book = look, jitter, book or Book()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._ops_of: dict[str, str] = {}  # what is running
        self._results: dict[str, Arrival] = {}  # what could not be taken yet
        self._rests: dict[str, float] = {}  # key -> monotonic, while the row itself cannot be postponed
        self._stir = asyncio.Event()

    def wake(self, outcome: Outcome | None = None) -> None:
        for key in outcome.again if outcome else ():
            self._rests.pop(key, None)
        if outcome is None or outcome.commands or outcome.done or outcome.again:
            self._stir.set()

    async def run(self) -> None:
        """Work until cancelled; calls in the air are cut short and repeated at the next start."""
        try:
            while True:
                self._stir.clear()
                await self._start()
                await self._clock.wait(self._stir, self._look)
        finally:
            await self._stop()

    async def once(self) -> int:
        """Carry out everything that is due now, lane by lane; answers how many calls were made."""
        made = 0
        while await self._start():
            made += len(self._running)
            await asyncio.wait(set(self._running.values()))
        return made

    async def _start(self) -> int:
        """Start the first due command of each lane that is not running; answers how many are in the air."""
        now = self._clock.monotonic()
        self._rests = {key: until for key, until in self._rests.items() if until > now}
        for claimed in await self._store.commands_due(self._clock.civil()):
            key = claimed.command.key
            if len(self._running) >= AT_ONCE:
                break
            if key not in self._running and key not in self._rests and self._room_for(claimed.command.op):
                self._running[key] = asyncio.create_task(self._carry_out(claimed))
                self._ops_of[key] = claimed.command.op
        return len(self._running)

    def _room_for(self, op: str) -> bool:
        kind = next((prefix for prefix in FEW if op.startswith(prefix)), None)
        return kind is None or sum(one.startswith(kind) for one in self._ops_of.values()) < FEW[kind]

    async def _carry_out(self, claimed: Claimed) -> None:
        key = claimed.command.key
        try:
            arrival = self._results.get(key) or await self._result(claimed)
            if arrival is not None:
                self._results[key] = arrival
                await self._take(arrival)
                del self._results[key]
                refused = isinstance(arrival.body, Returned) and arrival.body.refusal
                self._book.add(COMMANDS, claimed.command.op, "refused" if refused else "done")
        except Exception as error:  # the store is away: the row stays as it is
            pause = backoff(claimed.attempts + 1)
            self._rests[key] = self._clock.monotonic() + pause
            if loud(error):
                log.error("result of %s comes again in %.0f s: %s", claimed.command.op, pause, type(error).__name__)
        finally:
            del self._running[key]
            del self._ops_of[key]
            self._stir.set()

    async def _result(self, claimed: Claimed) -> Arrival | None:
        """What the call answered, or None where it is to be tried again later."""
        command = claimed.command
        op = self._ops.get(command.op)
        try:
            if op is None:
                raise Broken("no-such-op")
            returned = Returned(command.key, await op(command.args))
        except Unreadable as why:  # tried again it would be no better; who waits for it can do it again
            log.error("%s cannot be read and is put aside: %s", command.op, why)
            await self._store.dead_letter("command", command.key, f"unreadable {why}")
            returned = Returned(command.key, refusal=PUT_ASIDE)
        except Exception as error:
            code = error.code if isinstance(error, HospitalError) else f"crash-{type(error).__name__}"
            kind = kind_of(error, command.op in OWED, claimed.attempts)
            if kind in (Kind.NOT_YET, Kind.OPERATORS):
                await self._again(claimed, error, code, kind)
                return None
            returned = Returned(command.key, refusal=code)
        return Arrival("result", f"{command.key}:result", self._clock.civil(), returned)

    async def _again(self, claimed: Claimed, error: Exception, code: str, kind: Kind) -> None:
        """Also what is an operator's to mend is tried again: nobody has to remember it."""
        self._book.add(COMMANDS, claimed.command.op, "operators" if kind is Kind.OPERATORS else "again")
        if kind is Kind.OPERATORS:
            log.error("%s needs an operator: %s", claimed.command.op, code)
            await self._store.dead_letter("command", claimed.command.key, code)
        elif claimed.first_tried and self._clock.civil() - claimed.first_tried >= LATE * 1000 * self._clock.rate:
            await self._store.dead_letter("command", claimed.command.key, LATE_CODE)
        soon = isinstance(error, RetryLater)
        await self._later(claimed, code, self._pause(claimed, error.after) if soon else BROKEN_PAUSE)

    async def _later(self, claimed: Claimed, code: str, pause: float) -> None:
        """By monotonic time too: civil time may stand still."""
        key = claimed.command.key
        self._rests[key] = self._clock.monotonic() + pause
        await self._store.postpone(key, self._clock.after(pause), claimed.attempts + 1, code)

    def _pause(self, claimed: Claimed, after: float | None) -> float:
        usual = backoff(claimed.attempts + 1, LONGEST_PAUSE)
        return max(min(after or 0.0, LONGEST_PAUSE), usual * (0.5 + self._jitter() / 2))

    async def _stop(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
