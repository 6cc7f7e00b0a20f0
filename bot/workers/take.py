"""What the workers know of the core: arrivals go in, an answer comes out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from bot.model import Arrival, Outcome
from bot.store.port import Full


class Answer(Protocol):
    """``toast`` and ``alert`` answer a press, ``ok`` and ``reason`` a checkout; otherwise they say nothing."""

    @property
    def toast(self) -> str: ...
    @property
    def alert(self) -> bool: ...
    @property
    def ok(self) -> bool: ...
    @property
    def reason(self) -> str: ...


# Returns only after the arrival is committed (or was before). Raises when the store is away or full: try it again.
Take: TypeAlias = Callable[[Arrival], Awaitable[Answer]]


class Worker(Protocol):
    async def run(self) -> None:
        """Work until cancelled."""
        ...

    async def once(self) -> int:
        """One whole pass; answers how much was done. For tests and the paranoid mode."""
        ...

    def wake(self, outcome: Outcome | None = None) -> None:
        """There may be something to do: an outcome was committed, or somebody called."""
        ...


def loud(error: Exception) -> bool:
    """Whether a worker says so in the log: of a full disk the store has told, once."""
    return not isinstance(error, Full)


def backoff(failures: int, longest: float = 60.0) -> float:
    """Seconds to wait after so many failures in a row: 1, 2, 4 ... ``longest``."""
    return min(longest, 2.0 ** min(max(failures - 1, 0), 16))
