"""Posts as their own commits left them, for a moment: who sends them at once need not read them from the disk."""

from __future__ import annotations

from bot.store.port import Stand, Standing

MOST = 500  # posts; what more is committed before it can be sent is read when its turn comes


class Known:
    """Only ever the newest: of what is in flight its mark has the last word, so it is read afterwards."""

    def __init__(self) -> None:
        self._posts: dict[str, Standing] = {}
        self._flying: set[str] = set()

    def heard(self, stand: Stand) -> None:
        """These were committed just now."""
        for key, standing in stand.items():
            self.forget(key)
            if standing is not None and key not in self._flying and len(self._posts) < MOST:
                self._posts[key] = standing

    def take(self, key: str) -> Standing | None:
        """As it stands; None where that is to be read."""
        return self._posts.pop(key, None)

    def forget(self, key: str) -> None:
        """Something else was written about it."""
        self._posts.pop(key, None)

    def flies(self, key: str) -> None:
        self.forget(key)
        self._flying.add(key)

    def landed(self, key: str) -> None:
        self._flying.discard(key)

    def clear(self) -> None:
        """All that waits is read now."""
        self._posts.clear()
