"""How fast may we call Telegram: one chat, one group a minute, everything together. Monotonic seconds, no I/O."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from bot.model import Priority

PEOPLE = (Priority.URGENT, Priority.DIALOG, Priority.RELAY)
MANY = 4096  # chats remembered before the rested ones are forgotten


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram allows about 30/s overall, 1/s a chat with bursts, 20/min a group; we stay below."""

    private_per_second: float = 1.0
    private_burst: int = 4
    group_per_minute: int = 18
    bulk_per_second: float = 25.0
    bulk_burst: int = 1
    reserve: int = 5  # calls that notices and broadcasts leave free for people


class Bucket:
    """``rate`` a second, ``burst`` at once after a rest."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._level, self._at = burst, float("-inf")

    def wait(self, now: float, keep: float = 0) -> float:
        """Seconds until one may go and ``keep`` remain."""
        missing = 1 + min(keep, self._burst - 1) - self._now(now)
        return 0.0 if missing <= 1e-9 else missing / self._rate

    def take(self, now: float) -> None:
        self._level, self._at = self._now(now) - 1, now

    def rested(self, now: float) -> bool:
        return self._now(now) >= self._burst

    def _now(self, now: float) -> float:
        return min(self._burst, self._level + (now - self._at) * self._rate)


class Window:
    """At most ``most`` in any ``seconds``."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._taken: deque[float] = deque()

    def wait(self, now: float, keep: float = 0) -> float:
        """Seconds until one may go and ``keep`` remain in the window."""
        self._forget(now)
        most = max(1, self._most - int(keep))
        if len(self._taken) < most:
            return 0.0
        return self._taken[len(self._taken) - most] + self._seconds - now

    def take(self, now: float) -> None:
        self._taken.append(now)

    def rested(self, now: float) -> bool:
        self._forget(now)
        return not self._taken

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] + self._seconds <= now:
            self._taken.popleft()


class Rates:
    """Who may go when. A group (negative id) is limited as a whole, all its topics together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._all = Bucket(limits.bulk_per_second, limits.reserve + limits.bulk_burst)
        self._chats: dict[int, Bucket | Window] = {}

    def wait(self, chat: int, priority: Priority, now: float) -> float:
        """Seconds until this chat may be called; 0 = now."""
        people = priority in PEOPLE
        group_keep = 0 if people or chat > 0 else self._limits.group_per_minute // 6
        return max(
            self._chat(chat).wait(now, group_keep),
            self._all.wait(now, 0 if people else self._limits.reserve),
        )

    def spend(self, chat: int, now: float) -> None:
        """One call to this chat is made now."""
        if len(self._chats) > MANY:
            self._chats = {known: rate for known, rate in self._chats.items() if not rate.rested(now)}
        self._chat(chat).take(now)
        self._all.take(now)

    def _chat(self, chat: int) -> Bucket | Window:
        if chat not in self._chats:
            limits = self._limits
            self._chats[chat] = (
                Window(limits.group_per_minute, 60.0)
                if chat < 0
                else Bucket(limits.private_per_second, limits.private_burst)
            )
        return self._chats[chat]
