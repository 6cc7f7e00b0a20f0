"""Work that waits: what changed in one search since the last look, each until it was thought over and done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from backend_client.rest import Rest
from backend_client.shapes import instant, own_path, updated, version
from backend_client.wire import Json

OVERLAP_MS = 10_000


@dataclass
class Inbox:
    """Looks by ``_lastUpdated``, so that a long history costs nothing; the first look sees everything."""

    rest: Rest
    kind: str
    params: dict[str, str]
    think: float  # seconds between first seeing a piece of work and doing it
    tick: Callable[[], float]  # monotonic seconds
    newest: Callable[[str], int] | None = None  # grows with every write of a kind: without one nothing is searched
    _cursor: int = 0
    _waiting: dict[str, tuple[float, Json]] = field(default_factory=dict[str, tuple[float, Json]])
    _searched: int = -1
    _done: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    async def look(self) -> list[Json]:
        """What has been thought over by now, oldest first."""
        newest = self.newest(self.kind) if self.newest else 0
        if self.newest is None or newest != self._searched:
            await self._search()
            self._searched = newest
        now = self.tick()
        return [resource for seen, resource in self._waiting.values() if now - seen >= self.think]

    async def _search(self) -> None:
        since = {"_lastUpdated": f"ge{instant(self._cursor - OVERLAP_MS)}"} if self._cursor else {}
        for resource in await self.rest.search(self.kind, {**self.params, **since, "_sort": "_lastUpdated"}):
            self._cursor = max(self._cursor, updated(resource))
            if (own_path(resource), version(resource)) not in self._done:
                seen = self._waiting.get(own_path(resource), (self.tick(), resource))[0]
                self._waiting[own_path(resource)] = (seen, resource)

    def done(self, resource: Json) -> None:
        """This version needs nothing more."""
        self._done.add((own_path(resource), version(resource)))
        self._waiting.pop(own_path(resource), None)
