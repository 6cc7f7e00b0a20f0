"""The board: figures of the whole service. Never per doctor, drug or person (R12); kept where a dialog waits for it."""

from __future__ import annotations

from dataclasses import dataclass

FEW = 10  # orders: of fewer no share and no spread is told, for it would be somebody's (R12)
DAYS = 30  # shown; what is measured is of orders that came in them
PROMISE = 180_000  # ms: insurance is settled in three minutes (ours)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Orders at one stage. ``since``: when the oldest of them came to it."""

    stage: str = ""
    count: int = 0
    since: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took, in ms: half of all times are at most ``half``, nine in ten at most ``most``.

    Both are 0 where ``count`` is below FEW.
    """

    count: int = 0
    half: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``all``."""

    count: int = 0
    all: int = 0

    @property
    def percent(self) -> int | None:
        """Rounded down; None where it is of fewer than FEW."""
        return 100 * self.count // self.all if self.all >= FEW else None


@dataclass(frozen=True, slots=True)
class Day:
    """An ISO day in the hospital's zone, and how many orders came on it."""

    day: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """As of ``at`` (civil ms). What is measured: of the orders that came in the last DAYS days.

    ``in_time``: handed over within ``hours``, of those whose hours are over and that were not called off. ``take``:
    from order to its doctor; ``review``: from signature to the pharmacist's pass; ``settle``: from there to the price.
    ``bare``: compounds that nobody serves.
    """

    at: int = 0
    waiting: tuple[Waiting, ...] = ()
    red: Share = Share()
    in_time: Share = Share()
    hours: int = 72
    take: Spread = Spread()
    review: Spread = Spread()
    settle: Spread = Spread()
    promised: Share = Share()  # settled within PROMISE
    days: tuple[Day, ...] = ()
    bare: Share = Share()

    @property
    def open(self) -> int:
        """How many are under way."""
        return sum(one.count for one in self.waiting)
