"""Price 0, or wholly covered: it is confirmed, and nowhere is it said that somebody paid."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.models import Settlement
from bot.clock import HandClock
from bot.model import Due, Observed, Person
from tests.cases.rows import NO, OPERATOR, ROWS, put, texts
from tests.handlers.house import HELPER, RESIDENT, House, at_home, told

HOUR = 3_600_000  # ms
COVERED, FREE, SHARED = Settlement(4000, 3500, 500, 0, True), Settlement(0, 0, 0, 0, True), Settlement(9, 5, 0, 4, True)
SAYS_PAID = {"zh-CN": ("付款成功", "已付款", "已经付款", "付的钱", "还没有付款"),
             "en": ("Paid", "is paid", "was paid", "not paid")}  # fmt: skip
SAYS_RECEIVED = {"zh-CN": "收到", "en": "eceipt"}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def all_that_is_said(house: House, money: Settlement, lang: str) -> str:
    """From the bill to the packing that comes late, with two presses that come too late, and the question to cancel."""
    for who in (RESIDENT, HELPER, OPERATOR):
        me = await house.services.store.get(Person, who)
        assert me is not None
        await put(house, replace(me, lang=lang))
    deadline = house.clock.civil() + 200 * HOUR
    await put(house, replace(await house.order(NO), updated=0, deadline=deadline))
    toasts: list[str] = []
    for stage in ("quoted", "paid"):
        seen = told(NO, stage, house.clock.civil(), settlement=money)
        await house.take(house.arrival(Observed(replace(seen, deadline=deadline))))
        house.clock.advance(30 * 3600)
        for timer in await house.services.store.timers_due(house.clock.civil()):
            await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))
    for action in ("pay", "cancel"):
        toasts.append((await house.take(house.press(RESIDENT, f"a:{action}:{NO}"))).toast)
    return "\n".join([*toasts, *(texts(house, who) for who in (RESIDENT, HELPER, OPERATOR))])


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("money", [COVERED, FREE])
async def test_nobody_reads_that_it_is_paid(house: House, money: Settlement, lang: str) -> None:
    """Proved: "Paid (order ...)", "Paid at 10:04 already; you need not pay again", "what was paid goes back"."""
    heard = await all_that_is_said(house, money, lang)
    others = heard.replace("nothing is to be paid", "").replace("nothing was to be paid", "")
    assert not [words for words in SAYS_PAID[lang] if words in others]
    assert SAYS_RECEIVED[lang] not in heard, "who pressed twice read that the medicine was received"
    said = house.services.words
    assert said.say(lang, "paid_notice.hears", {"order": NO, "free": True}) in heard
    assert said.say(lang, "waiting.confirmed", {}) in heard
    rung = {"at": 0, "opens": 0, "number": "", "meanwhile": "", "free": True}
    assert said.say(lang, "rung.says.unpaid", rung) in heard
    assert said.say(lang, "rung.says.unpacked", rung) in heard


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_what_was_paid_is_called_so(house: House, lang: str) -> None:
    heard = await all_that_is_said(house, SHARED, lang)
    assert len([words for words in SAYS_PAID[lang] if words in heard]) >= 4
