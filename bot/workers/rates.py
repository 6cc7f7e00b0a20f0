"""How fast may we call Telegram: one chat, one group a minute, everything together. Monotonic seconds, no I/O."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from bot.model import Priority

PEOPLE = (Priority.URGENT, Priority.DIALOG, Priority.RELAY)
MANY = 4096  # chats remembered before the rested ones are forgotten


@dataclass(frozen=True, slots=True)
class Limits:
    """Telegram allows about 30/s overall, 1/s a private chat with short bursts, 20/min a group; we stay below."""

    private_per_second: float = 1.0
    private_burst: int = 5
    group_per_minute: int = 18
    bulk_per_second: int = 25
    reserve: int = 5  # calls a second beyond the bulk that only people get


class Window:
    """At most ``most`` calls in any ``seconds``: a burst after a rest, ``most / seconds`` in the long run.

    A call counts from its start until ``seconds`` after its end, because Telegram counts it somewhere in between.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._flying = 0
        self._ended: deque[float] = deque()

    def wait(self, now: float, keep: int = 0) -> float:
        """Seconds until one may go and ``keep`` remain for others; one may always go after a rest."""
        self._forget(now)
        over = self._flying + len(self._ended) - max(1, self._most - keep)
        if over < 0:
            return 0.0
        return self._ended[over] + self._seconds - now if over < len(self._ended) else self._seconds

    def start(self) -> None:
        self._flying += 1

    def end(self, now: float) -> None:
        """A call that was started has ended."""
        self._flying -= 1
        self._ended.append(now)

    def rested(self, now: float) -> bool:
        self._forget(now)
        return not self._ended and not self._flying

    def _forget(self, now: float) -> None:
        while self._ended and self._ended[0] + self._seconds <= now:
            self._ended.popleft()


class Rates:
    """Who may go when. A group (negative id) is limited as a whole, all its topics together."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._all = Window(limits.bulk_per_second + limits.reserve, 1.0)
        self._chats: dict[int, Window] = {}

    def wait(self, chat: int, priority: Priority, now: float) -> float:
        """Seconds until this chat may be called; 0 = now. Notices and broadcasts leave room for people."""
        limits = self._limits
        people = priority in PEOPLE
        own_keep = 0 if people or chat > 0 else limits.group_per_minute // 6
        return max(self._chat(chat).wait(now, own_keep), self._all.wait(now, 0 if people else limits.reserve))

    def start(self, chat: int, now: float) -> None:
        """A call to this chat begins; end() must follow."""
        if len(self._chats) > MANY:
            self._chats = {known: rate for known, rate in self._chats.items() if not rate.rested(now)}
        self._chat(chat).start()
        self._all.start()

    def end(self, chat: int, now: float) -> None:
        """The call that began is over, whatever came of it."""
        self._chat(chat).end(now)
        self._all.end(now)

    def also(self, chat: int, now: float) -> None:
        """One more call to this chat was made on the way."""
        self.start(chat, now)
        self.end(chat, now)

    def _chat(self, chat: int) -> Window:
        if chat not in self._chats:
            limits = self._limits
            self._chats[chat] = (
                Window(limits.group_per_minute, 60.0)
                if chat < 0
                else Window(limits.private_burst, limits.private_burst / limits.private_per_second)
            )
        return self._chats[chat]
