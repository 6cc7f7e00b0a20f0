"""Whose words in a consult's topic go to the patient: the receiving doctor's, and those of a colleague asked in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Observed, Person, Photographed, RoleBinding, Said, SentOther, Spot
from tests.cases.rows import CASE, NO, PHARMACIST, ROWS, THREAD, put, texts
from tests.handlers.house import FORUM, LI, LISTS, RESIDENT, ZHAO, House, at_home, told

KEPT = "只留给同事看"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """One consult that Dr Li has taken."""
    rows = tuple(replace(row, stage="in-consult") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def writes(house: House, who: int, words: str = "好的", **more: Any) -> str:
    """In the topic; answers what stands in the topic since, and under which message."""
    before, message = len(house.posts()), 700 + house.count
    body = more.pop("body", None) or Said(Spot(FORUM, who, THREAD), message, words)
    await house.take(house.arrival(replace(body, message=message)))
    told = [post for post in house.posts()[before:] if post.chat == FORUM]
    assert all(post.reply_to == message and post.topic == CASE.topic for post in told)
    return texts(house, FORUM, before)


async def test_who_is_not_asked_in_reads_that_it_stays(house: House) -> None:
    photo = Photographed(Spot(FORUM, ZHAO, THREAD), 1, "f", "u", 9, 9, 9, caption="看这个")
    voice = SentOther(Spot(FORUM, ZHAO, THREAD), 1, "voice")
    for body in (None, photo, voice):
        assert KEPT in await writes(house, ZHAO, body=body)
    assert KEPT in await writes(house, PHARMACIST), "somebody who is no doctor"
    assert texts(house, RESIDENT) == ""
    assert not house.commands("hospital.say")


@pytest.mark.parametrize("words", ["／／ 先别说", "  // 先别说", "/／先别说"])
async def test_a_note_stays_and_says_nothing(house: House, words: str) -> None:
    assert await writes(house, LI, words) == ""
    photo = Photographed(Spot(FORUM, LI, THREAD), 1, "f", "u", 9, 9, 9, caption=words)
    assert await writes(house, LI, body=photo) == ""
    assert texts(house, RESIDENT) == ""


async def test_a_colleague_who_is_asked_in_is_heard_until_the_consult_ends(house: House) -> None:
    await house.take(house.press(LI, f"a:ask_in:{NO}", FORUM))
    assert KEPT in await writes(house, ZHAO), "asked, but not come yet"
    await house.take(house.press(ZHAO, f"a:come_in:{NO}", FORUM))
    assert "赵医生医生也来一起看" in texts(house, RESIDENT)
    assert "一起看：赵医生" in texts(house, FORUM)
    assert await writes(house, ZHAO, "鞋合脚吗？") == ""
    assert "鞋合脚吗？" in texts(house, RESIDENT)
    said = house.commands("hospital.say")[-1].args
    assert (said["sender"], said["text"]) == ("PractitionerRole/pr-2", "鞋合脚吗？")
    for stage in ("prescribed", "passed", "returned"):
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil(), doctor="pr-1"))))
    assert KEPT in await writes(house, ZHAO), "the consult ended with the pass"


async def test_only_the_receiving_doctor_asks(house: House) -> None:
    toast = (await house.take(house.press(ZHAO, f"a:ask_in:{NO}", FORUM))).toast
    assert toast == house.label("refused.other-doctor", name="李医生")
    toast = (await house.take(house.press(ZHAO, f"a:come_in:{NO}", FORUM))).toast
    assert toast == house.label("refused.nobody-asked")


async def test_who_may_come(house: House) -> None:
    """Not whose own order it is, not a pharmacist; twice is once."""
    own = Person(RESIDENT, roles=(RoleBinding("patient", "pat-1", ""), RoleBinding("doctor", "pr-2", "赵医生")))
    known = await house.services.store.get(Person, RESIDENT)
    assert known is not None
    await put(house, replace(known, roles=own.roles))
    await house.take(house.press(LI, f"a:ask_in:{NO}", FORUM))
    for who, why in ((PHARMACIST, "not-for-you.in_group"), (RESIDENT, "own-order"), (LI, "already-in")):
        answer = await house.take(house.press(who, f"a:come_in:{NO}", FORUM))
        assert answer.toast == house.label(f"refused.{why}")
    assert (await house.order(NO)).snapshot["colleagues"]["in"] == []


async def test_the_right_is_read_when_it_is_used(house: House) -> None:
    """R18: the hospital's list has him no more: neither the receiving doctor nor the colleague is heard."""
    await house.take(house.press(LI, f"a:ask_in:{NO}", FORUM))
    await house.take(house.press(ZHAO, f"a:come_in:{NO}", FORUM))
    lists = replace(LISTS, staff=tuple(one for one in LISTS.staff if one.id == "pr-9"))
    house.services = replace(
        house.services, catalogue=lambda: replace(lists, staff=(replace(LISTS.staff[0], id="pr-3"),))
    )
    house.core.services = house.services
    before = len(house.posts())
    assert KEPT in await writes(house, LI)
    assert KEPT in await writes(house, ZHAO)
    assert texts(house, RESIDENT, before) == ""
