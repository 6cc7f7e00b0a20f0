"""A turn asks the store the same only once, and still sees what it changed itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.clock import HandClock
from bot.model import Order, Said, Spot
from bot.turn import Turn
from tests.cases.rows import NO, ROWS
from tests.handlers.house import RESIDENT, at_home


class Counting:
    """The store, and how often it was searched."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.finds = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def find(self, kind: Any, **equals: Any) -> Any:
        self.finds += 1
        return await self._store.find(kind, **equals)


async def test_the_same_search_is_made_once(tmp_path: Path, clock: HandClock) -> None:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        store: Any = Counting(house.services.store)
        turn = Turn(replace(house.services, store=store), house.arrival(Said(Spot(RESIDENT, RESIDENT), 1, "x")))
        (order,) = await turn.find(Order, topic=f"consult:{NO}")
        turn.put(replace(order, label="7"))
        (again,) = await turn.find(Order, topic=f"consult:{NO}")
        assert again.label == "7"
        assert store.finds == 1
        await turn.find(Order, topic="another")
        assert store.finds == 2
