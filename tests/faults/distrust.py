"""What a core sees of its store: it dies where the plan says, and each turn is worked out again before its commit."""

from __future__ import annotations

import functools
import inspect
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from typing import Any

from bot.core import Core, refresh_cards
from bot.door import leave
from bot.model import Outcome
from bot.store.port import Duplicate, Mark
from bot.turn import Turn
from tests.faults.life import Dead, Life

READS = frozenset({"get", "find", "standing", "post_of", "in_flight", "there", "copies", "command", "custody_count",
                   "mint", "audit", "refs"})  # fmt: skip
LOOKS = READS - {"mint"} | {"seen", "is_ours", "asks", "marked", "waiting", "waiting_in", "due", "topics_due",
                            "commands_due", "timers_due", "cursor", "dead_letters"}  # fmt: skip
AGAIN = 2  # a turn is worked out three times altogether
Read = tuple[str, str]


class Plan:
    """Where a life ends. This one never does."""

    def before_commit(self, outcome: Outcome) -> bool:
        return False

    def after_commit(self, outcome: Outcome) -> bool:
        return False

    def before_mark(self, mark: Mark) -> bool:
        """Telegram has accepted a message, and we are about to note its id."""
        return False

    async def quiet(self, busy: Callable[[], bool]) -> None:
        """Just before a death: what the sender has begun may still end."""


@dataclass(slots=True)
class Worked:
    """What one working out of a turn read, in order for each question."""

    turn: Turn
    reads: defaultdict[Read, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    replaying: bool = False


_NOW: ContextVar[Worked | None] = ContextVar("worked", default=None)


class Distrust:
    """The store of one life. ``tell`` hears of what is wrong; ``in_air``: posts between their call and our mark."""

    def __init__(self, store: Any, life: Life, plan: Plan, tell: Callable[[str], None], in_air: set[str]) -> None:
        self._store, self._life, self._plan, self._tell, self._in_air = store, life, plan, tell, in_air
        self.core: Core | None = None
        self.turns = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not inspect.iscoroutinefunction(found):
            return found
        return functools.partial(self._ask, name, found)

    async def _ask(self, name: str, found: Callable[..., Awaitable[Any]], /, *args: Any, **more: Any) -> Any:
        self._life.check()
        worked = _NOW.get()
        question = (name, repr((args, sorted(more.items()))))
        if worked is not None and worked.replaying:
            if name in READS and worked.reads[question]:
                return worked.reads[question].popleft()
            raise AssertionError(f"the second working out asks the store something new: {name}")
        answer = await (self._life.out(found(*args, **more)) if name not in LOOKS else found(*args, **more))  # type: ignore[arg-type]
        self._life.check()
        if name == "dead_letter":
            self._tell(f"dead letter: {args}")
            _NOW.set(None)
        elif worked is not None and name in READS:
            worked.reads[question].append(answer)
        return answer

    async def mark(self, marks: list[Mark]) -> None:
        self._life.check()
        if any(mark.message is not None and self._plan.before_mark(mark) for mark in marks):
            self._life.end()
            raise Dead
        await self._life.out(self._noted(marks))

    async def _noted(self, marks: list[Mark]) -> None:
        await self._store.mark(marks)
        self._in_air.difference_update(mark.key for mark in marks if mark.state == "sent")

    async def commit(self, outcome: Outcome) -> None:
        self._life.check()
        await self._again(outcome)
        if self._plan.before_commit(outcome):
            await self._die()
        await self._life.out(self._store.commit(outcome))
        self.turns += 1
        if self._plan.after_commit(outcome):
            await self._twice(outcome)
            await self._die()

    async def _die(self) -> None:
        await self._plan.quiet(lambda: bool(self._in_air))
        self._life.end()
        raise Dead

    async def _twice(self, outcome: Outcome) -> None:
        """The very same outcome cannot be committed again."""
        try:
            await self._life.out(self._store.commit(outcome))
        except Duplicate:
            return
        self._tell(f"committed twice: {_title(outcome)}")

    async def _again(self, outcome: Outcome) -> None:
        worked, core = _NOW.get(), self.core
        if worked is None or core is None or worked.turn.arrival is not outcome.arrival:
            return
        reads = {question: tuple(answers) for question, answers in worked.reads.items()}
        for _ in range(AGAIN):
            turn = Turn(core.services, outcome.arrival, held=worked.turn.held)
            again = Worked(turn, defaultdict(deque, {q: deque(a) for q, a in reads.items()}), replaying=True)
            token = _NOW.set(again)
            try:
                await core.raw_route(turn)  # type: ignore[attr-defined]
                await refresh_cards(turn)
                for difference in differences(outcome, await leave(turn)):
                    self._tell(f"worked out again, {_title(outcome)} differs in {difference}")
            except Exception as error:
                self._tell(f"worked out again, {_title(outcome)} raises {error!r}")
            finally:
                _NOW.reset(token)


def watch(core: Core, store: Distrust) -> None:
    """From now on the core's turns are recorded and worked out again."""
    route = core._route

    async def recorded(turn: Turn) -> None:
        _NOW.set(Worked(turn))
        await route(turn)

    core.raw_route = route  # type: ignore[attr-defined]
    core._route = recorded
    store.core = core


def differences(one: Outcome, other: Outcome) -> list[str]:
    """The names of the fields that differ, each with the first two things that do."""
    found: list[str] = []
    for item in fields(Outcome):
        a, b = getattr(one, item.name), getattr(other, item.name)
        if a != b:
            odd = (
                [x for x in a if x not in b][:1] + [x for x in b if x not in a][:1] if isinstance(a, tuple) else [a, b]
            )
            found.append(f"{item.name}: {odd}")
    return found


def _title(outcome: Outcome) -> str:
    return f"{outcome.arrival.source} {type(outcome.arrival.body).__name__} {outcome.arrival.id}"
