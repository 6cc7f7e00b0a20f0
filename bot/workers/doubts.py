"""Posts whose outcome is unknown: how often each was tried in this life, when again, and when a person must see it."""

from __future__ import annotations

from dataclasses import dataclass

HOLDS = 3  # tries that hold up the chat; then its lane goes on behind it
PAUSE = 8.0  # s before the next try after these; it doubles
LONGEST = 300.0  # s between two tries
LATE = 900.0  # s after which it is an exception, too, and still tried
ATTENTIVE = 3600.0  # s after trouble in which it is looked at whether what waits is still true


@dataclass(slots=True)
class Doubt:
    """``since``: monotonic s. ``late``: the revision that was told to be late, 0 = none."""

    since: float
    tries: int = 0
    late: int = 0

    @property
    def holds(self) -> bool:
        """The chat waits for it by its lane's own back-off."""
        return self.tries < HOLDS

    @property
    def pause(self) -> float:
        """Seconds for which it is not tried, while its lane goes on."""
        return min(LONGEST, PAUSE * 2.0 ** min(self.tries - HOLDS, 16))


class Doubts:
    """``start``: monotonic s of now. A life begins in trouble: nobody knows how long nothing was sent."""

    def __init__(self, start: float) -> None:
        self._of: dict[str, Doubt] = {}
        self._attentive_until = start + ATTENTIVE

    def again(self, key: str, now: float) -> Doubt:
        """One more try came to nothing that is known."""
        doubt = self._of.setdefault(key, Doubt(now))
        doubt.tries += 1
        self.trouble(now)
        return doubt

    def known(self, key: str) -> bool:
        return key in self._of

    def trouble(self, now: float) -> None:
        """The messenger does not answer, or is not there."""
        self._attentive_until = now + ATTENTIVE

    def attentive(self, now: float) -> bool:
        """Whether what waits may have waited for long."""
        return now < self._attentive_until

    def over(self, key: str) -> int:
        """It stands, or is given up; answers the revision that was told to be late, 0 = none."""
        doubt = self._of.pop(key, None)
        return doubt.late if doubt else 0
