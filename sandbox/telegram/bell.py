"""Waiting for something to change, with a limit of wall time."""

from __future__ import annotations

import asyncio


class Bell:
    """Everybody who waits wakes up when it rings."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all who wait now."""
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float | None) -> bool:
        """Until the next ring (True) or for that many wall seconds (False)."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        done, _ = await asyncio.wait({future}, timeout=None if seconds is None else max(0.0, seconds))
        self._waiting.discard(future)
        if not done:
            future.cancel()
        return bool(done)
