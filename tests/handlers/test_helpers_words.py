"""A helper with several orders: what he writes reaches the doctor whom he means, also after the delivery (True 9)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Mandate, Said, Spot, Topic
from bot.ops.rights import mark_orders
from tests.cases.rows import CASE, NO, ROWS, THREAD, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, House, at_home

OTHER, OTHERS = "MR1123-2", {**BRIEF, "id": "pat-2", "name": "李明"}
HERE = Spot(HELPER, HELPER)
MANDATES = [Mandate(f"m-{who['id']}", HELPER, who["id"], "2027-01-01", True, {"name": who["name"], "brief": who})
            for who in (BRIEF, OTHERS)]  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """Two neighbours for whom he ordered; of the second one nothing is known yet."""
    async with at_home(tmp_path / "core.sqlite", clock, [*ROWS, *MANDATES]) as house:
        yield house


async def stand(house: House, first: str, second: str) -> None:
    case = await house.order(NO)
    by_him = {"placed_by": HELPER, "ambassador": HELPER, "since": house.clock.civil()}
    known = {**CASE.snapshot, "patient": OTHERS, "delivered": house.clock.civil()}
    mine = replace(
        case, stage=first, mandate="m-pat-1", snapshot={**case.snapshot, "delivered": house.clock.civil()}, **by_him
    )
    other = replace(CASE, no=OTHER, stage=second, mandate="m-pat-2", topic=f"consult:{OTHER}", patient="",
                    snapshot=known, **by_him)  # fmt: skip
    await put(house, mine, other, Topic(f"consult:{OTHER}", FORUM, OTHER, "1", "1", THREAD + 1))
    await mark_orders(house.services, house.clock.civil())


async def says(house: House, words: str) -> int:
    before = len(house.posts())
    await house.take(house.arrival(Said(HERE, 5000 + house.count, words)))
    return before


@pytest.mark.parametrize(
    ("first", "second"), [("in-consult", "quoted"), ("confirmed", "in-consult"), ("confirmed", "confirmed")]
)
async def test_after_his_answer_his_words_arrive(house: House, first: str, second: str) -> None:
    await stand(house, first, second)
    before = await says(house, "她头晕")
    await house.tap(HELPER, NO)
    assert "她头晕" in texts(house, FORUM, before)
    before = await says(house, "还恶心")
    assert "还恶心" in texts(house, FORUM, before)


async def test_what_was_delivered_long_ago_is_not_offered(house: House) -> None:
    await stand(house, "in-consult", "confirmed")
    house.clock.advance(8 * 86_400)
    before = await says(house, "她头晕")
    assert "她头晕" in texts(house, FORUM, before)
