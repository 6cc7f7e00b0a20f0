"""An order ends while those who treat have it in hand: what their groups are told names it, under its card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import case_key, review_key
from bot.clock import HandClock
from bot.model import Dialog, Post, Said, Spot
from bot.moves import BY_WATCHER
from tests.cases.rows import GROUP, IN_CONSULT, NO, PHARMACIST, REVIEW, THREAD, stands
from tests.handlers.house import FORUM, LI, LINE, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, IN_CONSULT) as house:
        yield house


def said(house: House, chat: int, since: int) -> list[Post]:
    """What was said there that is no card and no question."""
    return [p for p in house.posts()[since:] if p.chat == chat and not p.card and not p.key.startswith("d:")]


async def card(house: House, key: str) -> int | None:
    standing = await house.services.store.standing(key)
    assert standing is not None
    return standing.message


async def is_told(house: House, chat: int, since: int, key: str) -> str:
    """One word, which names the order and replies to the card."""
    (only,) = said(house, chat, since)
    at = await card(house, key)
    assert at is not None
    assert only.reply_to == at
    html = str(getattr(only.content, "html", ""))
    assert NO in html
    return html


@pytest.mark.parametrize(
    ("ended", "why", "words"),
    [
        ("cancelled", BY_WATCHER, "已取消"),
        ("cancelled", "no-stock", "已取消"),
        ("failed", "", "医院停止了订单"),
    ],
)
async def test_doctors_read_under_the_case_which_order_it_was(house: House, ended: str, why: str, words: str) -> None:
    await stands(house, "in-consult")
    since = await stands(house, ended, reason=why)
    assert words in await is_told(house, FORUM, since, case_key(NO))


@pytest.mark.parametrize("ended", ["cancelled", "failed"])
@pytest.mark.parametrize("anew", [False, True])
async def test_a_pharmacist_who_still_writes_reads_it_under_the_card(house: House, ended: str, anew: bool) -> None:
    """Written anew after a return it has a card of its own."""
    await stands(house, "prescribed", rx="rx-1", prescribed=(LINE,))
    if anew:
        await stands(house, "returned", rx="rx-1", prescribed=(LINE,), reason="dose", words="?")
        await stands(house, "prescribed", rx="rx-2", prescribed=(LINE,))
    await house.take(house.press(PHARMACIST, f"a:return:{NO}:{int(anew)}", REVIEW))
    await house.take(house.press(PHARMACIST, house.button("dose"), REVIEW))
    (dialog,) = await house.services.store.find(Dialog, person=PHARMACIST, state="open")
    asked = await card(house, dialog.prompt)
    await stands(house, ended)
    since = len(house.posts())
    await house.take(house.arrival(Said(Spot(REVIEW, PHARMACIST), 90, "剂量偏大", reply_to=asked)))
    html = await is_told(house, REVIEW, since, review_key(NO, REVIEW, int(anew)))
    at = (await house.order(NO)).since
    assert house.label(f"refused.already-{ended}", at=at) in html


async def test_what_the_hospital_refuses_afterwards_is_told_there_too(house: House) -> None:
    await stands(house, "prescribed")
    await house.take(house.press(PHARMACIST, f"a:pass:{NO}:0", REVIEW))
    since = len(house.posts())
    await house.answer("hospital.review", refusal="already-cancelled")
    html = await is_told(house, REVIEW, since, review_key(NO, REVIEW))
    assert house.label("refused.already-cancelled") in html


async def test_a_doctors_press_that_comes_too_late_for_the_hospital(house: House) -> None:
    await stands(house, "in-consult")
    spot = Spot(FORUM, LI, THREAD)
    press = house.press(LI, f"a:unfit:{NO}", FORUM)
    await house.take(replace(press, body=replace(press.body, spot=spot)))
    press = house.press(LI, house.button("acute"), FORUM)
    await house.take(replace(press, body=replace(press.body, spot=spot)))
    since = len(house.posts())
    await house.answer("hospital.not_suitable", refusal="already-cancelled")
    assert house.label("refused.already-cancelled") in await is_told(house, FORUM, since, case_key(NO))


async def test_neighbours_never_read_an_orders_number(house: House) -> None:
    for ended in ("in-consult", "cancelled"):
        await stands(house, ended)
    assert not [post for post in house.posts() if post.chat == GROUP and NO in str(post.content)]
