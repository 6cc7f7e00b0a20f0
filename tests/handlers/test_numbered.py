"""Words of a consult carry their number from the first sending, so that one which is missing or comes twice is seen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.door import AGAIN
from bot.messenger import limits
from bot.model import Arrival, Priority, PutAside, Said, Spot, Text
from bot.workers.letters import OURS
from tests.cases.rows import NO, ROWS, THREAD, stage, texts
from tests.handlers.house import FORUM, LI, RESIDENT, House, at_home


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        await stage(house, "in-consult")
        yield house


async def writes(house: House, chat: int, message: int, text: str, edited: bool = False) -> str:
    """What the other side reads of it."""
    before = len(house.posts())
    spot = Spot(chat, chat) if chat > 0 else Spot(chat, LI, THREAD)
    await house.take(house.arrival(Said(spot, message, text, edited=edited)))
    return texts(house, FORUM if chat > 0 else RESIDENT, before)


async def test_each_direction_is_numbered_without_gaps(house: House) -> None:
    up = [await writes(house, RESIDENT, n, "血压 130") for n in (501, 502)]
    down = [await writes(house, FORUM, n, "每天一片") for n in (601, 602, 603)]
    assert [words.partition(" ")[0] for words in up + down] == ["1.", "2.", "1.", "2.", "3."]


async def test_a_correction_keeps_the_number(house: House) -> None:
    await writes(house, FORUM, 601, "每天一片")
    await writes(house, FORUM, 602, "饭后吃")
    corrected = await writes(house, FORUM, 601, "每天半片", edited=True)
    assert corrected.startswith("1. ")
    assert "2. " not in corrected


async def test_who_writes_at_the_same_moment_gets_another_number(house: House) -> None:
    helper = house.arrival(Said(Spot(RESIDENT, RESIDENT), 501, "一"))
    doctor = house.arrival(Said(Spot(FORUM, LI, THREAD), 601, "二"))
    again = house.arrival(Said(Spot(RESIDENT, RESIDENT), 502, "三"))
    await house.together(helper, again)
    await house.take(doctor)
    words = [str(getattr(post.content, "html", "")) for post in house.posts() if post.key.startswith("r:")]
    assert sorted(one[:2] for one in words) == ["1.", "1.", "2."]


async def test_there_is_room_for_again_above_the_longest_words(house: House) -> None:
    before = len(house.posts())
    await writes(house, FORUM, 601, "字" * 4096)
    parts = [post.content for post in house.posts()[before:] if post.priority is Priority.RELAY]
    assert len(parts) == 2
    for lang in ("zh-CN", "en"):
        again = house.services.words.label(lang, "relay.again")
        assert limits.units(again) < AGAIN
    assert all(isinstance(part, Text) and limits.visible(part.html) <= limits.TEXT - AGAIN for part in parts)


async def test_its_writer_reads_that_it_is_late_and_then_that_it_is_not(house: House) -> None:
    await writes(house, FORUM, 601, "请停药")
    key = f"r:{FORUM}:601:{RESIDENT}"
    for code, told in (("late", house.label("relay.late")), ("", "")):
        body = PutAside("post", f"{key}/1", code)
        before = len(house.posts())
        await house.take(Arrival(OURS, f"x/{code}", house.clock.civil(), body))
        hints = [post for post in house.posts()[before:] if post.key == f"lost:{FORUM}:601"]
        assert [(post.reply_to, getattr(post.content, "html", "")) for post in hints] == [(601, told)]
    assert (await house.order(NO)).stage == "in-consult"


async def test_many_words_at_once_are_one_message_of_the_consult_and_signs_are_seen(house: House) -> None:
    """It stands 14: merged, not dropped; she reads so once."""
    before = len(house.posts())
    for message in (501, 502):
        await house.take(house.arrival(Said(Spot(RESIDENT, RESIDENT), message, "在吗\n我胸痛\n在吗", of=3)))
    assert texts(house, FORUM, before).count("我胸痛") >= 2
    assert [post.key for post in house.posts()[before:] if post.key.startswith("emergency")]
    told = {
        post.key for post in house.posts()[before:] if house.label("handlers.many") in getattr(post.content, "html", "")
    }
    assert len(told) == 1
