"""How fast may we call Telegram: one chat, one group a minute, everything together. Monotonic seconds, no I/O."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from bot.model import Priority

PEOPLE = (Priority.URGENT, Priority.DIALOG, Priority.RELAY)
HEALS = 5.0  # s after which the bulk takes back one call a second, after a flood
MANY_IN_A_GROUP = 6  # calls in a minute: fewer are not what a group is refused for (Bot API: 20)
MANY = 4096  # chats remembered before the rested ones are forgotten
LATELY = 64  # calls whose shortest tells how long the way there and back takes; half of it is counted on, for it varies


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

    A call counts from its start until ``seconds`` after its end, because Telegram counts it somewhere in between; less
    the way there and back, which the next call has to go as well.
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

    def end(self, now: float, way: float = 0.0) -> None:
        """A call that was started has ended; ``way``: s that no call takes less."""
        self._flying -= 1
        self._ended.append(now - way)

    def used(self, now: float) -> int:
        self._forget(now)
        return self._flying + len(self._ended)

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
        self._bulk = Window(limits.bulk_per_second, 1.0)  # from start to start: what it may exceed, the other one holds
        self._chats: dict[int, Window] = {}
        self._bulk_from = float("-inf")  # monotonic: notices and broadcasts rest until then
        self._held, self._held_at = 0, 0.0
        self._took: deque[float] = deque(maxlen=LATELY)  # s of the last calls

    def room(self, priority: Priority, now: float) -> float:
        """Seconds until anybody at all may be called with this priority; 0 = now. The bulk leaves room for people."""
        if priority in PEOPLE:
            return self._all.wait(now)
        return max(self._bulk_from - now, self._bulk.wait(now, self._held_now(now)), self._all.wait(now))

    def wait(self, chat: int, priority: Priority, now: float) -> float:
        """Seconds until this chat may be called; 0 = now."""
        keep = 0 if priority in PEOPLE or chat > 0 else self._limits.group_per_minute // 6
        return max(self._chat(chat).wait(now, keep), self.room(priority, now))

    def calm(self, chat: int, now: float) -> bool:
        """Whether this chat was called so little that a refusal of it is about all of us."""
        return self._chat(chat).used(now) <= (MANY_IN_A_GROUP if chat < 0 else 1)

    def flooded(self, seconds: float, now: float) -> None:
        """The messenger had enough of all of us: the bulk rests for so long, and goes on slower; people go on."""
        self._bulk_from = max(self._bulk_from, now + seconds)
        self._held = min(self._limits.bulk_per_second - 1, self._held_now(now) + self._limits.bulk_per_second // 2)
        self._held_at = now

    def _held_now(self, now: float) -> int:
        """Calls a second that the bulk leaves free since then, one fewer every HEALS seconds."""
        return max(0, self._held - int((now - self._held_at) / HEALS))

    def start(self, chat: int, now: float, priority: Priority = Priority.DIALOG) -> None:
        """A call to this chat begins; end() must follow."""
        if priority not in PEOPLE:
            self._bulk.start()
            self._bulk.end(now)
        if len(self._chats) > MANY:
            self._chats = {known: rate for known, rate in self._chats.items() if not rate.rested(now)}
        self._chat(chat).start()
        self._all.start()

    def end(self, chat: int, now: float, began: float | None = None) -> None:
        """The call is over, whatever came of it; ``began``: when it was started, where that is known."""
        if began is not None:
            self._took.append(now - began)
        self._chat(chat).end(now)
        self._all.end(now, min(self._took) / 2 if len(self._took) == LATELY else 0.0)

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
