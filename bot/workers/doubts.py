"""Posts whose outcome is unknown: how often each was tried in this life, and when again.

Since when stands in the row: a restart does not make it young.
"""

from __future__ import annotations

from dataclasses import dataclass

HOLDS = 3  # tries that hold up the chat; then its lane goes on behind it
PAUSE = 8.0  # s before the next try after these; it doubles
LONGEST = 300.0  # s between two tries
LATE = 900.0  # s after which it is an exception, too, and still tried


@dataclass(slots=True)
class Doubt:
    tries: int = 0

    @property
    def holds(self) -> bool:
        """The chat waits for it by its lane's own back-off."""
        return self.tries < HOLDS

    @property
    def pause(self) -> float:
        """Seconds for which it is not tried, while its lane goes on."""
        return min(LONGEST, PAUSE * 2.0 ** min(self.tries - HOLDS, 16))


class Doubts:
    def __init__(self) -> None:
        self._of: dict[str, Doubt] = {}

    def again(self, key: str) -> Doubt:
        """One more try came to nothing that is known."""
        doubt = self._of.setdefault(key, Doubt())
        doubt.tries += 1
        return doubt

    def known(self, key: str) -> bool:
        return key in self._of

    def over(self, key: str) -> None:
        """It stands, or is given up."""
        self._of.pop(key, None)
