"""What means all of them is all of them, however many there are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from backend_client.models import BatchSnapshot, ManifestLine
from bot.clock import HandClock
from bot.model import Batch, Observed, Person, Place, PlaceKind, RoleBinding
from bot.workers.timekeeper import Timekeeper
from tests.handlers.house import HELPER, House, at_home
from tests.handlers.test_observed import PLACED

OPERATOR, COURIER = 601, 41
GROUPS = tuple(Place(-5000 - n, PlaceKind.COMPOUND, f"comp-{n % 50}") for n in range(250))
PARCELS = tuple(replace(PLACED, no=f"MR-{n}", stage="arrived", batch="b1", label=f"L-{n:03}") for n in range(230))


def text_of(house: House, key: str) -> str:
    content: Any = [post for post in house.posts() if post.key == key][-1].content
    return content.html


async def test_an_announcement_reaches_each_of_250_groups(tmp_path: Path, clock: HandClock) -> None:
    operator = Person(OPERATOR, roles=(RoleBinding("operator", "o", "o"),))
    async with at_home(tmp_path / "core.sqlite", clock, (*GROUPS, operator)) as house:
        await house.take(house.text(OPERATOR, "/announce"))
        await house.tap(OPERATOR, "all", "usual", "ok")
        ring = Timekeeper(house.services.store, house.clock, house.take).once
        for _ in range(250 // 25 + 1):
            house.clock.advance(6)
            await ring()
            await house.show()
        told = {post.chat for post in house.posts() if post.key.startswith("announce:")}
        assert told == {place.chat for place in GROUPS}
        assert "250 个群已收到" in text_of(house, [p.key for p in house.posts() if p.key.startswith("announced:")][-1])


async def test_the_list_of_a_batch_shows_each_of_230_parcels(tmp_path: Path, clock: HandClock) -> None:
    batch = Batch("b1", "run-1", "on-the-way", 1, "comp-1", COURIER, HELPER, len(PARCELS), len(PARCELS))
    lines = tuple(ManifestLine(order.no, order.label) for order in PARCELS)
    async with at_home(tmp_path / "core.sqlite", clock, (batch, *PARCELS)) as house:
        seen = BatchSnapshot("b1", "run-1", "v2", 2, "arrived", "pr-9", "comp-1", lines)
        await house.take(house.arrival(Observed(seen)))
        shown = text_of(house, "list:b1")
        assert [order.label for order in PARCELS if order.label not in shown] == []
