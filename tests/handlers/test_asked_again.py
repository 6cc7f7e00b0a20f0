"""Nobody is left out 6: a card that is asked for again comes back as the newest message, and the old one goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Observed
from bot.store.port import Standing
from tests.cases.rows import NO, ROWS, put
from tests.handlers.house import HELPER, RESIDENT, House, at_home, told


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def on_screen(house: House, chat: int) -> dict[str, tuple[int, str]]:
    """Key -> message and words of every card that stands in this chat."""
    keys = {post.key for post in house.posts() if post.chat == chat and post.card}
    found: dict[str, Standing | None] = {key: await house.services.store.standing(key) for key in keys}
    return {
        key: (one.message, getattr(one.post.content, "html", "")) for key, one in found.items() if one and one.message
    }


async def test_an_order_has_one_card_however_often_it_is_asked_for(house: House) -> None:
    key = f"card:{NO}:{RESIDENT}"
    await house.take(house.arrival(Observed(told(NO, "in-consult", house.clock.civil()))))
    first = (await on_screen(house, RESIDENT))[key][0]
    for words in ("/orders", "/orders"):
        await house.take(house.text(RESIDENT, words))
    asked = await on_screen(house, RESIDENT)
    assert asked[key][0] > first
    assert [one for one in asked if NO in asked[one][1]] == [key], "and no second one anywhere"
    removed = await house.services.store.standing(f"{key}^{first}")
    assert removed is not None
    assert (removed.post.chat, removed.message) == (RESIDENT, None), "the one that stood before is deleted"
    await house.take(house.arrival(Observed(told(NO, "prescribed", house.clock.civil()))))
    after = await on_screen(house, RESIDENT)
    assert after[key][0] == asked[key][0]
    assert after[key][1] != asked[key][1], "it goes on showing where the order is"


async def test_a_day_that_is_asked_for_again_takes_the_place_of_the_old_one(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="with-ambassador"))
    await house.take(house.text(HELPER, "/today"))
    first = {key: one for key, one in (await on_screen(house, HELPER)).items() if key.startswith("today:")}
    assert ["A-07" in words for _, words in first.values()] == [True]
    await house.take(house.text(HELPER, "/today"))
    again = {key: one for key, one in (await on_screen(house, HELPER)).items() if key.startswith("today:")}
    assert again.keys() == first.keys()
    assert min(message for message, _ in again.values()) > max(message for message, _ in first.values())
    await put(house, replace(await house.order(NO), stage="handed-over"))
    await house.take(house.text(HELPER, "/today"))
    left = [key for key in await on_screen(house, HELPER) if key.startswith("today:")]
    assert left == [], "what is done stands on no list"


async def test_an_old_menu_loses_its_buttons(house: House) -> None:
    """Whatever it was that brought a menu: only the newest one can be pressed."""
    shown: list[int] = []
    for words in ("/start", "/nonsense", "/cancel", "/start", "/start"):
        await house.take(house.text(RESIDENT, words))
        menus = {key: one for key, one in (await on_screen(house, RESIDENT)).items() if key.startswith("menu:")}
        assert [*menus] == [f"menu:{RESIDENT}"]
        shown.append(menus[f"menu:{RESIDENT}"][0])
    assert shown == sorted({*shown})
    for message in shown[:-1]:
        removed = await house.services.store.standing(f"menu:{RESIDENT}^{message}")
        assert removed is not None
        assert removed.message is None


@pytest.mark.parametrize("words", ["我要退款", "嗯嗯呃呃"], ids=["told what is meant", "nobody hears her"])
async def test_what_she_was_told_is_still_there_when_the_next_menu_comes(house: House, words: str) -> None:
    """Whom to call is no menu: a word of thanks does not take it away."""
    before = len(house.posts())
    await house.take(house.text(RESIDENT, words))
    (said,) = [post for post in house.posts()[before:] if post.chat == RESIDENT]
    first = await house.services.store.standing(said.key)
    assert first is not None
    for more in ("谢谢", "/nonsense", "/start"):
        await house.take(house.text(RESIDENT, more))
    still = await house.services.store.standing(said.key)
    assert still is not None
    assert still.message == first.message is not None
