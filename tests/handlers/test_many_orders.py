"""Ten years of orders of one account: what is shown is opened, not what there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.turn import placed
from bot.clock import HandClock
from bot.model import Order, Outcome, Row
from bot.ops.rights import RECENT, lately
from bot.ops.who_helps import nobody_brings
from bot.store.rows import Codec
from tests.handlers.house import HELPER, RESIDENT, House, at_home

MORNING = 1_795_393_800_000
YEARS, AT_ONCE = 3_650, 365
DAY = 86_400_000


class Opened:
    """How many orders were opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        decode = Codec.decode

        def counted(codec: Codec[Any], *of: Any) -> Any:
            self.count += codec.kind is Order
            return decode(codec, *of)

        monkeypatch.setattr(Codec, "decode", counted)

    async def by(self, doing: Callable[[], Awaitable[Any]]) -> int:
        before = self.count
        await doing()
        return self.count - before


async def lived(house: House) -> None:
    """An order each day, confirmed by now, but for the last two."""
    hers = house.turn().blind("patient", "pat-1")
    for first in range(0, YEARS, AT_ONCE):
        rows: tuple[Row, ...] = tuple(
            replace(
                placed(f"C-{n:04d}"),
                stage="confirmed" if n < YEARS - 2 else "received",
                since=MORNING - (YEARS - n) * DAY,
                deadline=MORNING - (YEARS - n - 3) * DAY,
                ambassador=HELPER,
                patient=hers,
            )
            for n in range(first, first + AT_ONCE)
        )
        await house.services.store.commit(Outcome(house.arrival(None, f"year-{first}"), rows=rows))
    house.outcomes.clear()


async def test_whoever_asks_where_it_is_opens_what_he_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3,650 orders took 35 ms on the loop, each of them opened."""
    async with at_home(tmp_path / "store.sqlite", HandClock(MORNING)) as house:
        await lived(house)
        opened = Opened(monkeypatch)
        assert await opened.by(lambda: house.take(house.text(RESIDENT, "/orders"))) < 5 * RECENT
        cards = [post.key for post in house.posts() if post.key.startswith("card:")]
        shown = [f"C-{n:04d}" for n in (YEARS - 2, YEARS - 1, YEARS - 3, YEARS - 4, YEARS - 5)]
        assert cards == [f"card:{no}:{RESIDENT}" for no in shown]
        assert await opened.by(lambda: house.take(house.text(RESIDENT, "does it help?"))) < 5 * RECENT
        assert await opened.by(lambda: house.take(house.text(HELPER, "/today"))) < 5 * RECENT


async def test_who_waits_in_a_compound_is_found_among_those_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_home(tmp_path / "store.sqlite", HandClock(MORNING)) as house:
        await lived(house)
        opened, compound = Opened(monkeypatch), placed("C-0000").compound
        turn = house.turn()
        assert await opened.by(lambda: nobody_brings(turn, compound, "left")) == 2
        assert [post.chat for post in turn.posts() if post.key.startswith("leaves:")] == [RESIDENT]


async def test_a_turn_finds_what_it_changed_itself_where_it_is_now(tmp_path: Path) -> None:
    async with at_home(tmp_path / "store.sqlite", HandClock(MORNING)) as house:
        await lived(house)
        turn = house.turn()
        under_way = await turn.get(Order, f"C-{YEARS - 1:04d}")
        assert under_way is not None
        turn.put(replace(under_way, stage="cancelled", since=MORNING))
        found = await lately(turn, placed_by=RESIDENT)
        stages = {row.no: row.stage for row in found}
        assert stages[under_way.no] == "cancelled"
        assert [row.no for row in found if row.stage == "received"] == [f"C-{YEARS - 2:04d}"]
        newest = [f"C-{YEARS - 3 - n:04d}" for n in range(RECENT)]
        assert [row.no for row in found if row.stage == "confirmed"] == newest
