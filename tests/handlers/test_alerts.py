"""A slow service and an emergency: read once by whoever is concerned, ended once, with the hospital's own questions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import triage
from bot.clock import HandClock
from bot.model import MORE, Alert, Due, Heard, Order, Person, Place, Pressed, RoleBinding, Spot, Timer
from bot.model.rows import LET_GO
from bot.render.large import LARGE
from tests.cases.rows import put, texts
from tests.handlers.house import BRIEF, HELPER, HISTORY, RESIDENT, House, at_home
from tests.handlers.test_broadcast import (
    COMPOUNDS,
    EN,
    HAPPY,
    LAKE,
    OPERATOR,
    PINE,
    ROWS,
    SECOND,
    TEXT,
    card,
    lists,
    ring,
    stands,
    version,
    writes,
)

SAMPLE = Path(__file__).parents[2] / "sandbox" / "triage.toml"
ELSEWHERE = 77
WAITS = Order("MR-1", "submitted", 1, 1, "v1", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT,
              snapshot={"patient": BRIEF})  # fmt: skip
SLOW = "办理比平时慢"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    away = Person(ELSEWHERE, roles=(RoleBinding("patient", "pat-9", ""),),
                  facts={"self": {**BRIEF, "id": "pat-9"}, "consent": True, "compound": "comp-2"})  # fmt: skip
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, away)) as house:
        lists(house, compounds=COMPOUNDS)
        config = replace(house.services.config, hospital_phone="021-5550-0100")
        house.core.services = house.services = replace(house.services, config=config, triage=triage.read(SAMPLE))
        yield house


async def due(house: House, what: str, subject: str) -> None:
    await house.take(
        house.arrival(Due(Timer(f"due:{what}:{subject}:{house.count}", house.clock.civil(), "due", subject, what)))
    )


async def slow_begins(house: House) -> None:
    await writes(house, "/slow")
    await house.tap(OPERATOR, "now")
    for _ in range(2):
        await ring(house)


async def person(house: House, who: int) -> Person:
    row = await house.services.store.get(Person, who)
    assert row is not None
    return row


async def over(house: House, action: str, who: int = OPERATOR) -> str:
    rows = [row for post in house.posts() for row in getattr(post.content, "buttons", ())]
    data = [one.data for row in rows for one in row if one.data.startswith(f"a:{action}:")][-1]
    answer = await house.take(house.press(who, data))
    for _ in range(3):
        await ring(house)
    return answer.toast


def read(house: House, who: int, since: int = 0) -> int:
    """Messages of his that say it is slow, each once."""
    said = {post.key: post for post in house.posts()[since:] if post.chat == who}
    return sum(SLOW in str(getattr(post.content, "html", "")) for post in said.values())


async def test_who_waits_reads_that_it_is_slow_once_and_so_does_each_group(house: House) -> None:
    await put(house, WAITS)
    await slow_begins(house)
    assert read(house, RESIDENT) == 1
    assert SLOW in await stands(house, HAPPY)
    await writes(house, "/refill", who=RESIDENT)
    assert read(house, RESIDENT) == 1


async def test_who_begins_something_reads_it_on_the_question_once(house: House) -> None:
    await slow_begins(house)
    assert read(house, HELPER) == 0
    await writes(house, "/refill", who=HELPER)
    await writes(house, "/language", who=HELPER)
    assert read(house, HELPER) == 1


async def test_more_in_plain_mode_does_not_say_it_again(house: House) -> None:
    await put(house, replace(await person(house, HELPER), lang=f"zh-CN{LARGE}"))
    await slow_begins(house)
    await writes(house, "/language", who=HELPER)
    post = [one for one in house.posts() if one.chat == HELPER and SLOW in str(getattr(one.content, "html", ""))][-1]
    for n in range(3):
        standing = await house.services.store.standing(post.key)
        assert standing is not None
        assert standing.message is not None
        await house.take(house.arrival(Pressed(Spot(HELPER, HELPER), standing.message, MORE, f"more-{n}")))
    turned_on = [one for one in house.posts() if one.key == post.key]
    assert len(turned_on) == 4
    assert str(getattr(turned_on[-1].content, "html", "")).count(SLOW) == 1


async def test_of_two_menus_one_says_that_it_is_slow(house: House) -> None:
    await slow_begins(house)
    before = len(house.posts())
    for _ in range(2):
        await writes(house, "/menu", who=HELPER)
    assert texts(house, HELPER, before).count(SLOW) == 1


async def test_its_end_is_told_once_to_those_who_read_it_and_the_groups_message_says_it(house: House) -> None:
    await put(house, WAITS)
    await slow_begins(house)
    keys = {post.key for post in house.posts() if post.chat == HAPPY}
    before = len(house.posts())
    await over(house, "slow_over")
    assert texts(house, RESIDENT, before).count("恢复正常") == 1
    assert texts(house, HELPER, before) == ""
    assert "恢复正常" in await stands(house, HAPPY)
    assert {post.key for post in house.posts() if post.chat == HAPPY} == keys
    assert await house.services.store.find(Heard) == []
    assert house.label("refused.alert-over") in await over(house, "slow_over", SECOND)


async def test_by_itself_it_begins_once_and_not_again_soon_after_its_end(house: House) -> None:
    for _ in range(2):
        await due(house, "slow-seen", f"hospital/{house.clock.civil() - 300_000}")
    (alert,) = await house.services.store.find(Alert)
    assert "已经告诉大家" in texts(house, OPERATOR)
    await due(house, "slow-gone", "hospital")
    house.clock.advance(600)
    await due(house, "slow-seen", f"hospital/{house.clock.civil()}")
    assert [one.id for one in await house.services.store.find(Alert)] == [alert.id]


async def test_what_is_still_slow_when_the_rest_is_over_is_told_then(house: House) -> None:
    """Who noticed it says so once: it is kept, and forgotten where it is well again first."""
    await due(house, "slow-seen", f"hospital/{house.clock.civil()}")
    await due(house, "slow-gone", "hospital")
    house.clock.advance(600)
    since = house.clock.civil()
    await due(house, "slow-seen", f"hospital/{since}")
    await ring(house, 1500)
    assert [one.since for one in await house.services.store.find(Alert, over=0)] == [since]
    await due(house, "slow-gone", "hospital")
    await due(house, "slow-seen", f"hospital/{house.clock.civil()}")
    await due(house, "slow-gone", "hospital")
    await ring(house, 2000)
    assert await house.services.store.find(Alert, over=0) == []


async def test_by_itself_it_takes_one_of_the_few_messages_that_a_group_gets_a_day(house: House) -> None:
    """The others are for parcels that came: who orders reads it all the same, and the next day the groups do."""
    for hours, spoken in ((1, 1), (24, 1), (1, 2)):
        await due(house, "slow-seen", f"hospital/{house.clock.civil()}")
        for _ in range(2):
            await ring(house)
        await writes(house, "/menu", who=HELPER)
        assert SLOW in texts(house, HELPER)
        await due(house, "slow-gone", "hospital")
        await ring(house)
        assert len({post.key for post in house.posts() if post.chat == HAPPY}) == spoken
        house.clock.advance(hours * 3600)


async def test_what_an_operator_began_does_not_end_by_itself(house: House) -> None:
    await slow_begins(house)
    await due(house, "slow-gone", "hospital")
    assert [one.over for one in await house.services.store.find(Alert)] == [0]


# ---------------------------------------------------------------- emergency


async def emergency(house: House, *where: str) -> None:
    await writes(house, "/emergency")
    await house.tap(OPERATOR, *where)
    await writes(house, TEXT, EN)
    await house.tap(OPERATOR, "n0", "yes", "day", "ok")
    for _ in range(2):
        await ring(house)


async def test_people_of_its_compounds_read_it_on_what_they_open_and_others_do_not(house: House) -> None:
    await emergency(house, "c/comp-1", "enough")
    await writes(house, "/refill", who=RESIDENT)
    await writes(house, "/refill", who=ELSEWHERE)
    said = texts(house, RESIDENT)
    assert TEXT in said
    assert "021-5550-0100" in said
    assert TEXT not in texts(house, ELSEWHERE)
    assert TEXT in await stands(house, HAPPY)
    assert await stands(house, LAKE) == ""


async def test_the_menu_says_it_too(house: House) -> None:
    await emergency(house, "all")
    await writes(house, "/menu", who=RESIDENT)
    assert texts(house, RESIDENT).count(TEXT) == 1


async def test_the_hospitals_questions_lead_to_its_number(house: House) -> None:
    await emergency(house, "all")
    await writes(house, "/refill", who=RESIDENT)
    await house.tap(RESIDENT, "a0")
    assert "请马上打医院热线" in texts(house, RESIDENT)
    assert not house.commands("hospital.patient_file")


async def test_the_hospitals_questions_lead_to_a_doctor_who_sees_it_red(house: House) -> None:
    await emergency(house, "all")
    await writes(house, "/refill", who=RESIDENT)
    await house.tap(RESIDENT, "a1", "a0")
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7", "first", "ok")
    (command,) = house.commands("hospital.submit")
    assert command.args["draft"]["priority"] == "urgent"
    (order,) = await house.services.store.find(Order)
    assert order.urgency == "red"


async def test_a_red_flag_typed_at_the_hospitals_question_brings_the_card_at_once(house: House) -> None:
    await emergency(house, "all")
    await writes(house, "/refill", who=RESIDENT)
    before = len(house.posts())
    await writes(house, "我胸口疼，喘不上气", who=RESIDENT)
    assert "120" in texts(house, RESIDENT, before)


async def test_without_an_emergency_nobody_is_asked(house: House) -> None:
    await writes(house, "/refill", who=RESIDENT)
    assert house.commands("hospital.patient_file")


async def test_its_end_is_told_in_the_groups_and_nobody_reads_it_any_more(house: House) -> None:
    await emergency(house, "c/comp-1", "enough")
    await over(house, "emergency_over")
    assert "特殊情况结束了" in await stands(house, HAPPY)
    before = len(house.posts())
    await writes(house, "/refill", who=RESIDENT)
    assert TEXT not in texts(house, RESIDENT, before)
    assert house.label("refused.alert-over") in await over(house, "emergency_over", SECOND)


async def test_it_ends_by_itself_after_the_operators_were_asked(house: House) -> None:
    await emergency(house, "all")
    house.clock.advance(23 * 3600)
    await ring(house)
    assert "要延长一天吗" in texts(house, SECOND)
    await over(house, "longer", SECOND)
    house.clock.advance(2 * 3600)
    await ring(house)
    assert [one.over for one in await house.services.store.find(Alert)] == [0]
    house.clock.advance(23 * 3600)
    for _ in range(3):
        await ring(house)
    assert [one.over > 0 for one in await house.services.store.find(Alert)] == [True]


async def test_a_group_that_had_not_read_of_it_reads_nothing_of_it_after_its_end(house: House) -> None:
    """It began at night: what waits for the morning goes with its end."""
    night = datetime(2026, 11, 26, 22, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    house.clock.set(int(night.timestamp() * 1000))
    await emergency(house, "all")
    await slow_begins(house)
    await over(house, "emergency_over")
    await over(house, "slow_over")
    house.clock.advance(12 * 3600)
    for _ in range(3):
        await ring(house)
    assert await seen(house, HAPPY) == ""


async def seen(house: House, chat: int) -> str:
    """All that stands in this group."""
    found = [await house.services.store.standing(key) for key in {one.key for one in house.posts() if one.chat == chat}]
    return " ".join(str(getattr(one.post.content, "html", "")) for one in found if one and one.message)


async def test_two_operators_lengthen_it_by_one_day(house: House) -> None:
    await emergency(house, "all")
    house.clock.advance(23 * 3600)
    await ring(house)
    (until,) = [one.until for one in await house.services.store.find(Alert)]
    for who in (OPERATOR, SECOND, SECOND):
        await over(house, "longer", who)
    assert [one.until for one in await house.services.store.find(Alert)] == [until + 24 * 3_600_000]


async def test_two_that_overlap_are_both_read_and_end_apart(house: House) -> None:
    await emergency(house, "c/comp-1", "enough")
    await writes(house, "/emergency", who=SECOND)
    await house.tap(SECOND, "all")
    await writes(house, "水停了。", "No water.", who=SECOND)
    await house.tap(SECOND, "none", "no", "week", "ok")
    await writes(house, "/menu", who=RESIDENT)
    said = texts(house, RESIDENT)
    assert TEXT in said
    assert "水停了。" in said
    assert "水停了。" not in texts(house, ELSEWHERE)


# ---------------------------------------------------------------- who began it ends it; who read of it reads its end


def reminders(house: House, who: int, since: int = 0) -> int:
    return texts(house, who, since).count("现在好了吗")


async def test_who_told_of_a_slow_service_is_asked_whether_it_is_over_until_it_is(house: House) -> None:
    await slow_begins(house)
    await ring(house, 3.9 * 3600)
    assert reminders(house, OPERATOR) == 0
    for n in (1, 2):
        await ring(house, 4 * 3600 if n > 1 else 600)
        assert (reminders(house, OPERATOR), reminders(house, SECOND)) == (n, n)
    await over(house, "slow_over", SECOND)
    await ring(house, 9 * 3600)
    assert reminders(house, OPERATOR) == 2
    assert [bool(one.over) for one in await house.services.store.find(Alert)] == [True]


async def test_at_night_nobody_is_asked(house: House) -> None:
    evening = datetime(2026, 11, 26, 20, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    house.clock.set(int(evening.timestamp() * 1000))
    await slow_begins(house)
    await ring(house, 11 * 3600)
    assert reminders(house, OPERATOR) == 0
    await ring(house, 1800)
    assert reminders(house, OPERATOR) == 1


async def test_what_ends_by_itself_reminds_nobody(house: House) -> None:
    await due(house, "slow-seen", f"hospital/{house.clock.civil()}")
    await ring(house, 5 * 3600)
    assert reminders(house, OPERATOR) == 0


async def test_of_an_emergencys_end_read_those_who_read_that_it_began(house: House) -> None:
    """One group was let go then and is back, another one was bound later: of what they never read nothing is over."""
    lake = await house.services.store.get(Place, LAKE)
    pine = await house.services.store.get(Place, PINE)
    assert lake is not None
    assert pine is not None
    await put(house, replace(lake, ref=f"{LET_GO}{lake.ref}"), replace(pine, ref=f"{LET_GO}{pine.ref}"))
    await emergency(house, "all")
    await put(house, replace(lake, version=await version(house, LAKE)))
    await put(house, replace(pine, version=await version(house, PINE)))
    before = len(house.posts())
    await over(house, "emergency_over")
    await ring(house)
    assert {post.chat for post in house.posts()[before:] if post.chat < 0 and post.content} == {HAPPY}
    assert "特殊情况结束了" in await stands(house, HAPPY)
    assert "1 个群已收到，0 个群在等" in card(house)


async def test_the_orders_under_way_are_read_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [replace(WAITS, no=f"MR-{n:03d}", version=0) for n in range(60)]
    await put(house, *many)
    asked: list[str] = []
    find = house.services.store.find

    async def counting(kind: Any, /, **equals: Any) -> Any:
        asked.extend(["live"] if kind is Order and "stage" in equals else [])
        return await find(kind, **equals)

    monkeypatch.setattr(house.services.store, "find", counting)
    await slow_begins(house)
    for _ in range(4):
        await ring(house)
    assert asked == ["live"]
    assert read(house, RESIDENT) == 1
