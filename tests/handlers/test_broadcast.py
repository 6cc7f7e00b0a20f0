"""An operator's own text to many groups: checked, shown as it will be read, sent, taken back, changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.models import Area, Compound, Staff
from bot.clock import HandClock
from bot.model import Migrated, Order, Person, Place, PlaceKind, Post, Priority, RoleBinding
from bot.model.rows import LET_GO
from bot.store.port import Mark
from bot.workers.stale import stale
from bot.workers.timekeeper import Timekeeper
from tests.cases.rows import put, texts
from tests.handlers.house import BRIEF, LISTS, RESIDENT, House, at_home
from tests.waiting import posts_due

OPERATOR, SECOND, HAPPY, LAKE, PINE = 41, 42, -501, -502, -503
TEXT, EN = "明天上午九点起停电，药照常送。", "The power is off from nine tomorrow; medicine comes as usual."
COMPOUNDS = (
    *LISTS.compounds,
    Compound("comp-2", {"zh-CN": "翠湖苑", "en": "Lake Court"}, "北门", "sub-1"),
    Compound("comp-3", {"zh-CN": "松林苑", "en": "Pine Court"}, "北门", "sub-1"),
)
AREAS = (Area("sub-1", {"zh-CN": "松林街道"}, "dist-1"), Area("dist-1", {"zh-CN": "梧桐区"}, "sub-1"))  # in a circle
ROWS = (
    Person(OPERATOR, roles=(RoleBinding("operator", "op-1", "吴"),)),
    Person(SECOND, roles=(RoleBinding("operator", "op-2", "郑"),)),
    Place(HAPPY, PlaceKind.COMPOUND, "comp-1"),
    Place(LAKE, PlaceKind.COMPOUND, "comp-2", lang="en"),
    Place(PINE, PlaceKind.COMPOUND, "comp-3"),
)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        lists(house, compounds=COMPOUNDS, areas=AREAS)
        house.clock.set(int(datetime(2026, 11, 26, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000))
        yield house


def lists(house: House, **now: Any) -> None:
    known = replace(house.services.catalogue(), **now)
    house.core.services = house.services = replace(house.services, catalogue=lambda: known)


async def writes(house: House, *words: str, who: int = OPERATOR) -> None:
    for one in words:
        await house.take(house.text(who, one))


async def ring(house: House, seconds: float = 6) -> None:
    house.clock.advance(seconds)
    await Timekeeper(house.services.store, house.clock, house.take).once()
    await house.show()


async def stands(house: House, chat: int) -> str:
    """What this group reads now, of an announcement."""
    found = [post.key for post in house.posts() if post.chat == chat and post.key.startswith("announce:")]
    for key in reversed(found):
        now = await house.services.store.standing(key)
        if now is not None and now.message is not None and now.post.content is not None:
            return str(getattr(now.post.content, "html", ""))
    return ""


def button(house: House, action: str) -> str:
    rows = [row for post in house.posts() for row in getattr(post.content, "buttons", ())]
    return [one.data for row in rows for one in row if one.data.startswith(f"a:{action}:")][-1]


async def to_all(house: House, *words: str, who: int = OPERATOR) -> None:
    await writes(house, "/announce", who=who)
    await house.tap(who, "all")
    await writes(house, *(words or (TEXT, EN)), who=who)


async def sent(house: House, *words: str) -> None:
    await to_all(house, *words)
    await house.tap(OPERATOR, "ok")
    await ring(house)


def card(house: House) -> str:
    return [str(getattr(post.content, "html", "")) for post in house.posts() if post.key.startswith("announced:")][-1]


# ---------------------------------------------------------------- what, and to whom


async def test_each_group_reads_it_in_its_language_and_the_operator_saw_it_so_before(house: House) -> None:
    await to_all(house)
    before = texts(house, OPERATOR)
    assert await stands(house, HAPPY) == ""
    await house.tap(OPERATOR, "ok")
    await ring(house)
    for chat, said in ((HAPPY, TEXT), (LAKE, EN), (PINE, TEXT)):
        read = await stands(house, chat)
        assert said in read
        assert read.partition("：" if chat != LAKE else ": ")[2] in before
    assert "3 个群已收到，0 个群在等" in card(house)


async def test_a_language_may_be_left_out_and_the_preview_shows_what_its_readers_get(house: House) -> None:
    await to_all(house, TEXT)
    before = len(house.posts())
    await house.tap(OPERATOR, "leave_out")
    assert texts(house, OPERATOR, before).count(TEXT) == 2
    await house.tap(OPERATOR, "ok")
    assert TEXT in await stands(house, LAKE)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("请打 138 0013 8000 找我", "own_number"),
        ("请打 １３８-００１３-８０００", "own_number"),
        ("一三八零零一三八零零零", "own_number"),
        ("热线12333", "own_number"),
        ("看 https://drugs.example/x", "own_link"),
        ("看 drugs.example.com", "own_link"),
        ("加 t.me/somebody", "own_link"),
        ("加 @somebody_else", "own_link"),
        ("药" * 801, "own_long"),
        ("😀" * 2048, "own_long"),
    ],
)
async def test_what_is_not_the_hospitals_is_refused(house: House, words: str, code: str) -> None:
    await to_all(house, words)
    told = house.services.words.has(f"wrong.{code}") and texts(house, OPERATOR)
    mark = {"own_number": "不是医院的。", "own_link": "不是医院的网址", "own_long": "不超过 800 个字"}[code]
    assert mark in str(told)


async def test_the_hospitals_own_number_and_pages_may_be_named(house: House) -> None:
    own = replace(house.services.config, hospital_phone="021-5550-0100", own_links=frozenset({"hospital.example"}))
    house.core.services = house.services = replace(house.services, config=own)
    words = "2026-11-27 09:00 起发药，约 12000 份。电话 021 5550 0100，www.hospital.example/a"
    await sent(house, words, "Call 021-5550-0100.")
    assert words in await stands(house, HAPPY)


async def test_a_patients_name_is_warned_of_and_one_tap_goes_on(house: House) -> None:
    order = Order("MR-1", "submitted", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT,
                  snapshot={"patient": BRIEF})  # fmt: skip
    await put(house, order)
    await to_all(house, f"请{BRIEF['name']}来取药", EN)
    assert house.label("announce_words.sure") in texts(house, OPERATOR)
    await house.tap(OPERATOR, "go_on", "ok")
    assert BRIEF["name"] in await stands(house, HAPPY)


async def test_a_warned_text_is_written_anew(house: House) -> None:
    await put(house, Order("MR-1", "submitted", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT,
                           snapshot={"patient": BRIEF}))  # fmt: skip
    await to_all(house, f"请{BRIEF['name']}来取药", EN)
    await house.tap(OPERATOR, "again")
    await writes(house, TEXT, EN)
    await house.tap(OPERATOR, "ok")
    assert TEXT in await stands(house, HAPPY)


async def test_an_area_in_a_circle_and_a_part_of_a_name(house: House) -> None:
    await writes(house, "/announce", "街道")
    assert "松林街道" in texts(house, OPERATOR)
    await house.tap(OPERATOR, "enough")
    await writes(house, TEXT, EN)
    await house.tap(OPERATOR, "ok")
    assert [bool(await stands(house, chat)) for chat in (HAPPY, LAKE, PINE)] == [False, True, True]


async def test_several_compounds_one_by_one(house: House) -> None:
    await writes(house, "/announce")
    await house.tap(OPERATOR, "c/comp-1", "c/comp-3", "enough")
    await writes(house, TEXT, EN)
    await house.tap(OPERATOR, "ok")
    assert [bool(await stands(house, chat)) for chat in (HAPPY, LAKE, PINE)] == [True, False, True]


# ---------------------------------------------------------------- taken back


async def test_taken_back_within_the_minute_it_goes_everywhere(house: House) -> None:
    await sent(house)
    await house.take(house.press(OPERATOR, button(house, "unannounce")))
    await ring(house)
    assert [await stands(house, chat) for chat in (HAPPY, LAKE, PINE)] == ["", "", ""]
    assert "收回" in card(house)
    again = await house.take(house.press(OPERATOR, button(house, "unannounce")))
    assert house.label("refused.announcement-gone") in again.toast


async def test_what_has_not_left_never_does(house: House) -> None:
    await to_all(house)
    house.show = _nothing  # type: ignore[method-assign]
    await house.tap(OPERATOR, "ok")
    waiting = [one for one in await posts_due(house.services.store, house.clock.civil()) if one.post.chat == HAPPY]
    await house.take(house.press(OPERATOR, button(house, "unannounce")))
    assert await stale(waiting[0], house.services.store, house.clock.civil())
    assert not [one for one in await posts_due(house.services.store, house.clock.civil()) if one.post.chat == HAPPY]


async def test_a_group_that_was_let_go_before_it_left_reads_nothing(house: House) -> None:
    """Nor does one that became another compound's: what it says was meant for neighbours of the first."""
    await to_all(house)
    house.show = _nothing  # type: ignore[method-assign]
    await house.tap(OPERATOR, "ok")
    waiting = {one.post.chat: one for one in await posts_due(house.services.store, house.clock.civil())}
    await put(house, replace(ROWS[2], ref=f"{LET_GO}comp-1", version=await version(house, HAPPY)))
    await put(house, replace(ROWS[3], ref="comp-3", version=await version(house, LAKE)))
    stopped = {c: await stale(waiting[c], house.services.store, house.clock.civil()) for c in (HAPPY, LAKE, PINE)}
    assert stopped == {HAPPY: True, LAKE: True, PINE: False}


async def test_other_words_are_not_told_to_whom_they_were_not_meant_for(house: House) -> None:
    await sent(house)
    await put(house, replace(ROWS[2], ref=f"{LET_GO}comp-1", version=await version(house, HAPPY)))
    await put(house, replace(ROWS[3], ref="comp-3", version=await version(house, LAKE)))
    await house.take(house.press(OPERATOR, button(house, "reword")))
    await writes(house, "停电改到后天。", "It is the day after.")
    await house.tap(OPERATOR, "ok")
    await ring(house)
    assert TEXT in await stands(house, HAPPY)
    assert EN in await stands(house, LAKE)
    assert "停电改到后天。" in await stands(house, PINE)


async def version(house: House, chat: int) -> int:
    place = await house.services.store.get(Place, chat)
    assert place is not None
    return place.version


async def _nothing() -> None:
    """The messenger is away."""


async def test_after_a_minute_it_stands_and_can_only_be_changed(house: House) -> None:
    await sent(house)
    old = button(house, "unannounce")
    house.clock.advance(61)
    await ring(house)
    shown = [post for post in house.posts() if post.key.startswith("announced:")][-1]
    assert [b.data.split(":")[1] for row in getattr(shown.content, "buttons", ()) for b in row] == ["reword"]
    answer = await house.take(house.press(OPERATOR, old))
    assert house.label("refused.announced-long-ago") in answer.toast
    assert TEXT in await stands(house, HAPPY)


async def test_two_operators_at_once_take_it_back_once(house: House) -> None:
    await sent(house)
    data = button(house, "unannounce")
    answers = await house.together(house.press(OPERATOR, data), house.press(SECOND, data))
    assert [house.label("refused.announcement-gone") in one.toast for one in answers].count(True) == 1
    assert await stands(house, HAPPY) == ""


# ---------------------------------------------------------------- changed


async def test_its_text_is_changed_in_every_copy(house: House) -> None:
    await sent(house)
    house.clock.advance(600)
    await house.take(house.press(OPERATOR, button(house, "reword")))
    await writes(house, "停电改到后天。", "It is the day after.")
    await house.tap(OPERATOR, "ok")
    await ring(house)
    assert "停电改到后天。" in await stands(house, HAPPY)
    assert "It is the day after." in await stands(house, LAKE)
    keys = {post.key for post in house.posts() if post.chat == HAPPY}
    assert len(keys) == 1


async def test_a_second_change_on_a_full_day_is_read_at_once_where_it_stands(house: House) -> None:
    """A wrong hour must not stand until the morning; changing it is no message more."""
    config = replace(house.services.config, group_notices_per_day=1)
    house.core.services = house.services = replace(house.services, config=config)
    await sent(house)
    for said in ("东门，九点开始。", "北门，九点半开始。"):
        house.clock.advance(600)
        await house.take(house.press(OPERATOR, button(house, "reword")))
        await writes(house, said, "Read the Chinese one.")
        await house.tap(OPERATOR, "ok")
        await ring(house)
        assert said in await stands(house, HAPPY)
    copies = [post for post in house.posts() if post.chat == HAPPY]
    assert len({post.key for post in copies}) == 1
    assert copies[-1].not_before == 0


# ---------------------------------------------------------------- what happens meanwhile


async def test_send_pressed_twice_sends_once(house: House) -> None:
    await to_all(house)
    data = house.button("ok")
    await house.take(house.press(OPERATOR, data))
    await house.take(house.press(OPERATOR, data))
    await ring(house)
    assert len({post.key for post in house.posts() if post.chat == HAPPY}) == 1


async def test_whose_registration_ended_after_the_preview_sends_nothing(house: House) -> None:
    of = (Staff("op-1", "operator", "吴", {}, ""), Staff("op-2", "operator", "郑", {}, ""))
    lists(house, staff=(*LISTS.staff, *of))
    await to_all(house)
    lists(house, staff=(*LISTS.staff, of[1]))
    await house.tap(OPERATOR, "ok")
    assert await stands(house, HAPPY) == ""


async def test_a_group_let_go_after_the_preview_hears_nothing(house: House) -> None:
    await to_all(house)
    place = await house.services.store.get(Place, LAKE)
    assert place is not None
    await put(house, replace(place, ref=f"-{place.ref}"))
    await house.tap(OPERATOR, "ok")
    await ring(house)
    assert await stands(house, LAKE) == ""
    assert "2 个群已收到" in card(house)


async def test_a_group_that_became_another_chat_hears_it_once(house: House) -> None:
    await to_all(house)
    await house.take(house.arrival(Migrated(LAKE, -1_000_502)))
    await house.tap(OPERATOR, "ok")
    await ring(house)
    assert EN in await stands(house, -1_000_502)
    await house.take(house.arrival(Migrated(HAPPY, -1_000_501)))
    await ring(house)
    assert len({post.key for post in house.posts() if post.chat in (HAPPY, -1_000_501)}) == 1


async def test_at_night_it_waits_and_the_card_says_until_when(house: House) -> None:
    house.clock.set(int(datetime(2026, 11, 26, 22, 40, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000))
    await sent(house)
    assert await stands(house, HAPPY) == ""
    assert "3 个群在等（最晚 11月27日（周五） 07:30）" in card(house)


async def test_what_the_messenger_refused_is_told_with_its_reason(house: House) -> None:
    await to_all(house)
    house.show = _nothing  # type: ignore[method-assign]
    await house.tap(OPERATOR, "ok")
    keys = {post.chat: post.key for post in house.posts() if post.key.startswith("announce:")}
    await house.services.store.mark([Mark(keys[HAPPY], "failed", error="no-right"), Mark(keys[LAKE], "sent", 1, 9)])
    await house.services.store.unreachable(PINE)
    house.clock.advance(6)
    await Timekeeper(house.services.store, house.clock, house.take).once()
    told = card(house)
    assert "1 个群已收到，0 个群在等" in told
    assert "no-right" in told
    assert "已不在群里" in told


async def test_two_hundred_compounds_are_told_in_turns_and_never_before_people(
    tmp_path: Path, clock: HandClock
) -> None:
    many = tuple(Place(-5000 - n, PlaceKind.COMPOUND, f"comp-{n}") for n in range(60))
    async with at_home(tmp_path / "core.sqlite", clock, (ROWS[0], *many)) as house:
        await to_all(house)
        await house.tap(OPERATOR, "ok")
        first = {post.chat for post in house.posts() if post.key.startswith("announce:")}
        assert 0 < len(first) < 60
        for _ in range(4):
            await ring(house)
        told: list[Post] = [post for post in house.posts() if post.key.startswith("announce:")]
        assert sorted(post.chat for post in told) == sorted(place.chat for place in many)
        assert {post.priority for post in told} == {Priority.BROADCAST}
        assert "60 个群已收到" in card(house)


async def test_a_citys_lists_stay_out_of_the_dialog(tmp_path: Path, clock: HandClock) -> None:
    """Each step read and wrote 2,000 names again; now it holds those that it shows."""
    many = tuple(Place(-5000 - n, PlaceKind.COMPOUND, f"comp-{n:03d}") for n in range(300))
    async with at_home(tmp_path / "core.sqlite", clock, (ROWS[0], *many)) as house:
        lists(house, compounds=tuple(Compound(f"comp-{n:03d}", {"zh-CN": f"小区{n:03d}"}) for n in range(300)))
        await writes(house, "/announce", "小区29")
        assert len((await house.dialog(OPERATOR)).journal) < 10_000
        await house.tap(OPERATOR, "c/comp-297")
        await writes(house, "nothing like that")
        assert house.label("refused.no-such-place") in texts(house, OPERATOR)
        await writes(house, "小区００1")
        await house.tap(OPERATOR, "enough")
        await writes(house, TEXT, EN)
        assert "小区297, 小区001" in texts(house, OPERATOR)
        await house.tap(OPERATOR, "ok")
        await ring(house)
        told = {post.chat for post in house.posts() if post.key.startswith("announce:")}
        assert told == {-5000 - 297, -5000 - 1}
