"""Telegram's sending limits: per chat, per group, overall. Wall time; off unless switched on."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import dataclass, field

from .errors import too_many

COUNTED = ("send", "copy", "forward", "edit", "createforumtopic")
FREE = frozenset({"sendchataction", "sendmessagedraft"})


@dataclass(frozen=True)
class Limits:
    """Messages in a window of seconds. A private chat takes short bursts, a group 20 a minute, the bot 30 a second."""

    private: tuple[int, float] = (5, 5.0)
    group: tuple[int, float] = (20, 60.0)
    overall: tuple[int, float] = (30, 1.0)


@dataclass
class Flood:
    """Counts what was sent lately and refuses with retry_after what is too much."""

    on: bool = False
    limits: Limits = field(default_factory=Limits)
    _sent: dict[int, deque[float]] = field(default_factory=dict[int, deque[float]])
    _blocked: dict[int, float] = field(default_factory=dict[int, float])

    def check(self, method: str, chat: int | None) -> None:
        """Count one call, or raise 429 with the whole seconds to wait."""
        if not self.on or chat is None or method in FREE or not method.startswith(COUNTED):
            return
        now = time.monotonic()
        wait = max(
            self._blocked.get(chat, 0.0) - now,
            self._wait(chat, self.limits.private if chat > 0 else self.limits.group, now),
            self._wait(0, self.limits.overall, now),
        )
        if wait > 0:
            seconds = math.ceil(wait)
            self._blocked[chat] = now + seconds
            raise too_many(seconds)
        for key in (chat, 0):
            self._sent.setdefault(key, deque()).append(now)

    def _wait(self, key: int, limit: tuple[int, float], now: float) -> float:
        most, window = limit
        sent = self._sent.setdefault(key, deque())
        while sent and sent[0] <= now - window:
            sent.popleft()
        return sent[0] + window - now if len(sent) >= most else 0.0
