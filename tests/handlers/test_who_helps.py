"""An ambassador is one no more, by whosever word: neighbours read who brings the medicine now, or that nobody does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.models import BatchSnapshot, ManifestLine, Staff
from bot.clock import HandClock
from bot.model import Due, Incident, Observed, Order, Person, Place, Post, RoleBinding
from bot.ops.lent import helpers_of
from tests.cases.rows import GROUP, NEW, NO, OPERATOR, ROWS, put, texts
from tests.handlers.house import HELPER, LISTS, RESIDENT, House, at_home

SECOND, LEGAL, PUBLIC = 33, "陈建国", "陈老师"
STAFF = (
    Staff("pr-4", "ambassador", LEGAL, {}, "", ("comp-1",)),
    Staff("pr-33", "ambassador", "罗春梅", {}, "", ("comp-1",), public="罗阿姨"),
)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        house.clock.set(int(datetime(2026, 11, 26, 10, 5, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp() * 1000))
        known = replace(LISTS, staff=(*LISTS.staff, *STAFF))
        house.core.services = house.services = replace(house.services, catalogue=lambda: known)
        await named(house, PUBLIC)
        yield house


async def person(house: House, who: int) -> Person:
    row = await house.services.store.get(Person, who)
    return row or Person(who)


async def named(house: House, public: str) -> None:
    """The hospital knows her by LEGAL; ``public``: what she has chosen for her neighbours, "" = nothing."""
    her = await person(house, HELPER)
    roles = tuple(replace(one, name=public or LEGAL) if one.role == "ambassador" else one for one in her.roles)
    await put(house, replace(her, roles=roles, facts={**her.facts, "public": public}))


async def a_second_one(house: House) -> None:
    binding = RoleBinding("ambassador", "pr-33", "罗阿姨", "", ("comp-1",))
    since = {"serves_since": {"comp-1": house.clock.civil()}}
    await put(house, Person(SECOND, roles=(binding, RoleBinding("serves", "comp-1", "")), facts=since))


def group(house: House, since: int = 0) -> list[Post]:
    return [post for post in house.posts()[since:] if post.chat == GROUP and post.key.startswith("leaves:")]


async def by_operator(house: House, id: str = "pr-4") -> None:
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador", id, "end")


async def by_hospital(house: House) -> None:
    await house.take(house.arrival(Observed(replace(STAFF[0], ended=True))))


async def elsewhere_by_hospital(house: House) -> None:
    await house.take(house.arrival(Observed(replace(STAFF[0], locations=("comp-2",)))))


async def by_herself(house: House) -> None:
    await house.take(house.press(HELPER, "a:pause"))
    await house.tap(HELPER, "leave", "leave")


ENDS = [by_operator, by_hospital, elsewhere_by_hospital, by_herself]


@pytest.mark.parametrize("ends", ENDS)
async def test_neighbours_read_that_nobody_helps_and_how_they_can(house: House, ends: object) -> None:
    await ends(house)  # type: ignore[operator]
    (post,) = group(house)
    said = texts(house, GROUP)
    assert f"{PUBLIC}不在幸福里做志愿者了" in said
    assert "没有人送药上门" in said
    assert LEGAL not in said
    urls = [b.url for row in getattr(post.content, "buttons", ()) for b in row]
    assert [url.rpartition("=")[2] for url in urls] == ["helpout-comp-1"]
    assert [one.about for one in await house.services.store.find(Incident, kind="uncovered", done_at=0)] == ["comp-1"]


async def rests(house: House) -> None:
    await house.take(house.press(HELPER, "a:pause"))
    await house.tap(HELPER, "tomorrow")


def privately(house: House) -> list[Post]:
    """Each state of what the patient read in private of who brings it."""
    return [post for post in house.posts() if post.chat == RESIDENT and post.key.startswith("leaves:")]


@pytest.mark.parametrize("ends", [*ENDS, rests])
async def test_who_waits_for_medicine_there_reads_it_in_private_and_what_to_do(house: House, ends: object) -> None:
    await ends(house)  # type: ignore[operator]
    (post,) = privately(house)
    said = house.label("staff.nobody_brings", compound="幸福里", phone=house.services.config.hospital_phone)
    assert getattr(post.content, "html", "") == said
    assert [one.data for row in getattr(post.content, "buttons", ()) for one in row] == ["a:where"]
    assert post.silent, "perhaps at midnight"
    await by_operator(house) if ends is rests else None
    assert len(privately(house)) == 1, "told once"


@pytest.mark.parametrize("stage", ["confirmed", "with-ambassador", "handed-over", "cancelled"])
async def test_who_waits_for_nothing_there_reads_nothing(house: House, stage: Any) -> None:
    await put(house, replace(await house.order(NO), stage=stage))
    await by_operator(house)
    assert not privately(house)


async def test_who_fetches_it_herself_reads_nothing(house: House) -> None:
    row = await house.order(NO)
    await put(house, replace(row, snapshot={**row.snapshot, "delivery": "window"}))
    await by_operator(house)
    assert not privately(house)


async def test_where_somebody_comes_again_it_is_said_where_it_stood(house: House) -> None:
    await rests(house)
    (told,) = privately(house)
    await midnight(house)
    last = privately(house)[-1]
    assert last.key == told.key
    assert getattr(last.content, "html", "") == house.label("staff.helps", compound="幸福里", now=PUBLIC)


@pytest.mark.parametrize("ends", ENDS)
async def test_neighbours_read_who_helps_now_and_she_does_too(house: House, ends: object) -> None:
    await a_second_one(house)
    await ends(house)  # type: ignore[operator]
    (post,) = group(house)
    assert "现在由罗阿姨送药" in texts(house, GROUP)
    assert "罗春梅" not in texts(house, GROUP)
    assert not getattr(post.content, "buttons", ())
    assert not await house.services.store.find(Incident, kind="uncovered", done_at=0)
    assert "从现在起由您取药、送药" in texts(house, SECOND)


@pytest.mark.parametrize("full", [True, False])
async def test_on_a_full_day_what_stands_of_today_says_what_is_so_now(house: House, full: bool) -> None:
    """Else neighbours would read until the morning that somebody comes who does not."""
    config = replace(house.services.config, group_notices_per_day=1 if full else 3)
    house.core.services = house.services = replace(house.services, config=config)
    await a_second_one(house)
    await by_operator(house)
    (first,) = group(house)
    house.clock.advance(3600)
    await house.take(house.arrival(Observed(replace(STAFF[1], ended=True))))
    last = group(house)[-1]
    assert "没有人送药上门" in str(getattr(last.content, "html", ""))
    assert (last.key == first.key, last.not_before) == (full, 0)


async def test_what_was_told_on_another_day_is_no_place_for_the_news(house: House) -> None:
    config = replace(house.services.config, group_notices_per_day=1)
    house.core.services = house.services = replace(house.services, config=config)
    await a_second_one(house)
    await by_operator(house)
    (first,) = group(house)
    house.clock.advance(26 * 3600)
    place = await house.services.store.get(Place, GROUP)
    assert place is not None
    today = house.services.today(house.clock.civil())
    await put(house, replace(place, notices={"days": {today: ["notice:b-1:1"]}, "joins": {}}))
    await house.take(house.arrival(Observed(replace(STAFF[1], ended=True))))
    last = group(house)[-1]
    assert last.key != first.key
    assert last.not_before > house.clock.civil(), "in the morning"


async def test_who_has_chosen_no_name_is_not_named(house: House) -> None:
    await named(house, "")
    await by_hospital(house)
    assert "一位志愿者不在幸福里做志愿者了" in texts(house, GROUP)
    assert LEGAL not in texts(house, GROUP)


async def test_it_is_told_once(house: House) -> None:
    await by_operator(house)
    await by_hospital(house)
    assert len(group(house)) == 1


async def test_another_phone_is_no_end(house: House) -> None:
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador", "pr-4", "replace")
    said = " ".join(str(getattr(post.content, "html", "")) for post in house.posts())
    await house.take(house.text(NEW, f"/start {re.findall(r'start=(join-[a-z0-9]+)', said)[-1]}"))
    await house.decides(OPERATOR)
    assert (await person(house, HELPER)).roles == ()
    assert [one.id for one in (await person(house, NEW)).roles if one.role == "serves"] == ["comp-1"]
    assert group(house) == []


async def test_whoever_rests_goes_on_resting_on_another_phone(house: House) -> None:
    """And comes back there: the pause is hers, not the telephone's."""
    await house.take(house.press(HELPER, "a:pause"))
    await house.tap(HELPER, "tomorrow")
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador", "pr-4", "replace")
    said = " ".join(str(getattr(post.content, "html", "")) for post in house.posts())
    await house.take(house.text(NEW, f"/start {re.findall(r'start=(join-[a-z0-9]+)', said)[-1]}"))
    await house.decides(OPERATOR)
    assert await helpers_of(house.turn(), "comp-1") == ()
    assert {row.ambassador for row in await house.services.store.find(Order, compound="comp-1")} == {0}
    await midnight(house)
    assert await helpers_of(house.turn(), "comp-1") == (NEW,)
    assert {row.ambassador for row in await house.services.store.find(Order, compound="comp-1")} == {NEW}
    assert "又归您了" in texts(house, NEW)


async def test_who_begins_afterwards_is_named_where_it_stood_that_nobody_helps(house: House) -> None:
    """A compound passes from one to the other in two readings of the hospital."""
    binding = RoleBinding("ambassador", "pr-33", "罗阿姨", "", ("comp-2",))
    await put(house, Person(SECOND, roles=(binding, RoleBinding("serves", "comp-2", ""))))
    await by_hospital(house)
    before = len(house.posts())
    await house.take(house.arrival(Observed(replace(STAFF[1], locations=("comp-1", "comp-2")))))
    (post,) = group(house, before)
    assert post.key == group(house)[0].key
    assert texts(house, GROUP, before) == "幸福里现在由罗阿姨送药。"
    assert not await house.services.store.find(Incident, kind="uncovered", done_at=0)


async def midnight(house: House) -> None:
    timer = [one for outcome in house.outcomes for one in outcome.timers if one.step == "stand-in-over"][-1]
    house.clock.set(timer.due)
    await house.take(house.arrival(Due(timer)))


async def test_where_whoever_stands_in_for_one_who_left_is_done_neighbours_read_that_nobody_helps(house: House) -> None:
    binding = RoleBinding("ambassador", "pr-33", "罗阿姨", "", ("comp-2",))
    await put(house, Person(SECOND, roles=(binding, RoleBinding("serves", "comp-2", ""))))
    await house.take(house.press(HELPER, "a:lend"))
    await house.tap(HELPER, "pr-33", "tomorrow")
    await house.decides(SECOND, "stand_in")
    await by_operator(house)
    assert "现在由罗阿姨送药" in texts(house, GROUP)
    before = len(house.posts())
    assert not privately(house), "somebody still comes"
    await midnight(house)
    assert "没有人送药上门" in texts(house, GROUP, before)
    assert len(privately(house)) == 1


async def test_where_the_other_one_rested_neighbours_read_that_she_is_back(house: House) -> None:
    await a_second_one(house)
    await house.take(house.press(SECOND, "a:pause"))
    await house.tap(SECOND, "tomorrow")
    await by_operator(house)
    assert "没有人送药上门" in texts(house, GROUP)
    before = len(house.posts())
    await midnight(house)
    assert texts(house, GROUP, before) == "幸福里现在由罗阿姨送药。"
    assert not await house.services.store.find(Incident, kind="uncovered", done_at=0)


@pytest.mark.parametrize(("public", "says"), [(PUBLIC, f"联系志愿者：{PUBLIC}，"), ("", "请联系小区志愿者，")])
async def test_a_notice_of_parcels_names_who_has_chosen_a_name_and_else_nobody(
    house: House, public: str, says: str
) -> None:
    await named(house, public)
    line = ManifestLine("MR1123-8", "A-01", False, False)
    seen = BatchSnapshot("b-1", "run", "v", house.clock.civil(), "arrived", "pr-3", "comp-1", (line,))
    await house.take(house.arrival(Observed(seen)))
    assert says in texts(house, GROUP)
    assert LEGAL not in texts(house, GROUP)


@pytest.mark.parametrize(("public", "says"), [(PUBLIC, f"邻居称呼您“{PUBLIC}”"), ("", "您还没有选称呼")])
async def test_her_profile_says_by_what_name_neighbours_know_her(house: House, public: str, says: str) -> None:
    await named(house, public)
    await house.take(house.press(HELPER, "a:profile"))
    assert says in texts(house, HELPER)
    assert LEGAL not in texts(house, HELPER)
