"""An order that nobody moves: each rung once, at its time, to the right people; it stops where the order goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backend_client.lines import Line, Pricing
from bot.clock import HandClock
from bot.model import Due, Incident, Observed, Order, Person, Place, PlaceKind, RoleBinding
from bot.model.rows import LET_GO
from bot.ops.ladder import missing_clocks
from tests.cases.rows import NO, OPERATOR, OPERATORS, PHARMACIST, RESIDENT, REVIEW, ROWS, put, texts
from tests.handlers.house import FORUM, LI, LINE, House, at_home, told

HOUR, MINUTE = 3_600_000, 60_000
CONTACT, SUPERVISOR = 71, 72
BARE = Line("", "阿齐沙坦片", "20mg", 4, "20mg qd", 28)
ZONE = ZoneInfo("Asia/Shanghai")
TEN = int(datetime(2026, 11, 26, 10, tzinfo=ZONE).timestamp() * 1000)
ABOVE = (
    Person(CONTACT, roles=(RoleBinding("contact", "pr-20", "廖", locations=("comp-1",)),)),
    Person(SUPERVISOR, roles=(RoleBinding("supervisor", "pr-21", "薛"),)),
)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    clock.set(TEN)
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        config = replace(
            house.services.config, hospital_phone="021-5550-0100", bridge_words=(("zh-CN", "区中心医院便民门诊"),)
        )
        lists = replace(house.services.catalogue(), staff=())  # none has come: what people were bound to counts
        yield House(replace(house.services, config=config, catalogue=lambda: lists), clock)


async def sees(house: House, stage: str, **more: Any) -> None:
    """The hospital tells that it stands there from now on."""
    row = await house.order(NO)
    seen = replace(told(NO, stage, house.clock.civil(), deadline=row.deadline), **more)
    await house.take(house.arrival(Observed(seen)))


async def ordered(house: House, urgency: str = "yellow") -> None:
    await put(
        house,
        replace(await house.order(NO), urgency=urgency, updated=0, stage="", deadline=house.clock.civil() + 72 * HOUR),
    )
    await sees(house, "submitted")


async def taken(house: House) -> None:
    """By Dr Li, here."""
    await put(house, replace(await house.order(NO), doctor=LI))
    await sees(house, "in-consult")


async def ring(house: House) -> None:
    for timer in await house.services.store.timers_due(house.clock.civil()):
        await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))


async def after(house: House, minutes: float) -> int:
    """So much later; how many posts there were before."""
    before = len(house.posts())
    house.clock.advance(minutes * 60)
    await ring(house)
    await ring(house)
    return before


async def open_incidents(house: House) -> list[str]:
    return sorted(row.kind for row in await house.services.store.find(Incident, order=NO) if not row.done_at)


async def test_nobody_takes_it_for_half_an_hour(house: House) -> None:
    await ordered(house)
    before = await after(house, 29)
    assert texts(house, RESIDENT, before) == ""
    before = await after(house, 2)
    hers = texts(house, RESIDENT, before)
    assert "还没有医生接诊，已经告诉医院值班的人了" in hers
    assert "021-5550-0100" in hers
    assert "从 11月26日（周四） 10:30 起晚了，医院值班的人知道了" in hers, "her card"
    assert "这里一直没有动静" in texts(house, FORUM, before)
    assert "请哪位医生按“接诊”" in texts(house, FORUM, before)
    assert "退回来" not in texts(house, FORUM, before), "nobody has it"
    assert "有订单到时间还没有医生接诊" in texts(house, OPERATORS, before)
    assert "王秀英" not in texts(house, OPERATORS)
    assert await open_incidents(house) == ["untaken"]
    before = await after(house, 120)
    assert texts(house, RESIDENT, before) == "", "each once"


async def test_taken_in_time_nothing_rings_and_taken_late_it_is_settled(house: House) -> None:
    await ordered(house)
    await after(house, 31)
    before = len(house.posts())
    await sees(house, "in-consult")
    assert await open_incidents(house) == []
    assert "起晚了" not in texts(house, RESIDENT, before)


async def test_a_case_without_a_word_is_given_back_and_the_next_doctor_may_take_it(house: House) -> None:
    await ordered(house)
    await taken(house)
    before = await after(house, 31)
    (sent,) = house.commands("hospital.give_back")
    assert sent.args["reason"] == "no-word"
    assert texts(house, RESIDENT, before).count("还没有医生") == 0
    house.clock.advance(1)
    before = len(house.posts())
    await house.answer("hospital.give_back", told(NO, "received", house.clock.civil(), doctor="", doctor_name=""))
    assert "这一例退回来了" in texts(house, FORUM, before)
    assert "正在为您找别的医生" in texts(house, RESIDENT, before)
    assert (await house.order(NO)).stage == "received"


async def test_a_doctor_who_wrote_keeps_it_and_two_hours_of_silence_are_told(house: House) -> None:
    await ordered(house)
    await taken(house)
    house.clock.advance(600)
    words = house.text(LI, "您现在血糖多少？")
    said = replace(words.body, spot=replace(words.body.spot, chat=FORUM, thread=55))
    await house.take(replace(words, body=said))
    assert "您现在血糖多少" in texts(house, RESIDENT)
    await after(house, 60)
    assert not house.commands("hospital.give_back")
    before = await after(house, 61)
    assert "看诊里有一阵没有人说话了" in texts(house, RESIDENT, before)
    assert await open_incidents(house) == ["idle"]
    await house.take(house.text(RESIDENT, "7点2"))
    assert await open_incidents(house) == []


async def test_not_reviewed(house: House) -> None:
    await ordered(house)
    await sees(house, "prescribed")
    before = await after(house, 31)
    assert f"订单 {NO} 从" in texts(house, REVIEW, before)
    assert "药师还没有审核处方" in texts(house, RESIDENT, before)
    assert await open_incidents(house) == ["unreviewed"]


async def test_day_contact_supervisor_and_the_hospitals_number(house: House) -> None:
    await put(house, *ABOVE)
    await ordered(house)
    await sees(house, "paid")
    before = await after(house, 24 * 60 + 1)
    assert "药还没有送到您手里。已经告诉医院值班的人了" in texts(house, RESIDENT, before)
    assert await open_incidents(house) == ["late", "unpacked"]
    before = await after(house, 24 * 60)
    assert f"幸福里的订单 {NO} 还没有送到" in texts(house, CONTACT, before)
    assert "已经第二次告诉负责的人了" in texts(house, RESIDENT, before)
    assert texts(house, SUPERVISOR) == ""
    before = await after(house, 21 * 60 + 30)  # at 22:00 it would be; nobody is woken
    assert f"幸福里的订单 {NO} 还没有送到" in texts(house, SUPERVISOR, before)
    for staff in (CONTACT, SUPERVISOR):
        assert "王秀英" not in texts(house, staff)
        assert "二甲双胍" not in texts(house, staff)
    before = await after(house, 2 * 60 + 30)
    assert "已经晚了，对不起。请打医院电话 021-5550-0100" in texts(house, RESIDENT, before)
    assert "最晚" not in texts(house, RESIDENT, before), "no card prints a date that has passed"
    before = await after(house, 48 * 60)
    assert texts(house, RESIDENT, before) == ""


async def test_where_nobody_is_the_contact_each_operator_reads_it(house: House) -> None:
    await ordered(house)
    await sees(house, "paid")
    await after(house, 24 * 60 + 1)
    before = await after(house, 24 * 60)
    assert f"幸福里的订单 {NO} 还没有送到" in texts(house, OPERATOR, before)


async def test_after_days_asleep_she_reads_one_sentence(house: House) -> None:
    await ordered(house)
    await sees(house, "paid")
    before = await after(house, 80 * 60)
    assert texts(house, RESIDENT, before).count(f"订单 {NO}：") == 1
    assert "已经晚了，对不起" in texts(house, RESIDENT, before)


async def test_red_while_it_is_closed_her_sentence_comes_at_once(house: House) -> None:
    house.clock.set(TEN + 13 * HOUR)
    await ordered(house, "red")
    before = await after(house, 0.1)
    hers = texts(house, RESIDENT, before)
    assert "还没有医生接诊，医院 11月27日（周五） 08:00 再上班" in hers
    assert "请到：区中心医院便民门诊，或者请打 021-5550-0100" in hers


async def test_red_every_rung_at_a_quarter(house: House) -> None:
    await ordered(house, "red")
    await after(house, 7)
    assert await open_incidents(house) == []
    await after(house, 1)
    assert await open_incidents(house) == ["untaken"]
    before = await after(house, 4 * 60)
    assert "药不够吃到送来的话" in texts(house, RESIDENT, before)


async def test_what_somebodys_word_holds_is_not_late(house: House) -> None:
    await ordered(house)
    row = await house.order(NO)
    await put(house, replace(row, snapshot={**row.snapshot, "held": "hospital"}))
    before = await after(house, 80 * 60)
    assert texts(house, RESIDENT, before) == ""
    assert await open_incidents(house) == []


async def test_what_an_earlier_release_left_open_gets_its_clock_at_the_start(house: House) -> None:
    assert await missing_clocks(house.services, house.clock.civil()) == 1, "the order of the rows"
    assert await missing_clocks(house.services, house.clock.civil()) == 0
    await put(house, replace(await house.order(NO), stage="confirmed"))
    row = await house.services.store.get(Order, NO)
    assert row is not None
    await ring(house)
    assert await open_incidents(house) == []


async def test_an_ended_order_has_no_clock(house: House) -> None:
    await ordered(house)
    await sees(house, "cancelled")
    before = await after(house, 80 * 60)
    assert texts(house, RESIDENT, before) == ""
    assert texts(house, PHARMACIST, before) == ""


async def test_a_supervisor_whose_registration_ended_hears_nothing(house: House) -> None:
    await put(house, *ABOVE)
    await ordered(house)
    await sees(house, "paid")
    person = await house.services.store.get(Person, SUPERVISOR)
    assert person is not None
    await put(house, replace(person, roles=()))
    await after(house, 50 * 60)
    before = await after(house, 20 * 60)
    assert texts(house, SUPERVISOR, before) == ""
    assert f"幸福里的订单 {NO} 还没有送到" in texts(house, OPERATOR, before)


async def test_nobody_is_woken_for_what_was_missed(house: House) -> None:
    await ordered(house)
    await sees(house, "paid")
    house.clock.set(TEN + 37 * HOUR)  # the bot was down from before the rung, at 10:00 on the 27th, until 23:00
    before = await after(house, 0)
    assert texts(house, RESIDENT, before) == texts(house, OPERATORS, before) == ""
    before = await after(house, 8 * 60 + 31)
    assert "药还没有送到您手里" in texts(house, RESIDENT, before)


async def test_a_review_group_that_was_let_go_hears_nothing(house: House) -> None:
    await ordered(house)
    await put(house, Place(REVIEW, PlaceKind.REVIEW, LET_GO, version=1))
    await sees(house, "prescribed")
    before = await after(house, 31)
    assert texts(house, REVIEW) == ""
    assert "药师还没有审核处方" in texts(house, RESIDENT, before)


async def test_what_waits_for_a_price_is_late_by_that_clock_alone(house: House) -> None:
    await ordered(house)
    await sees(house, "prescribed", prescribed=(LINE, BARE), pricing=(Pricing(2, id="t-1"),))
    await after(house, 31)
    assert await open_incidents(house) == []


async def test_what_she_fetches_herself_does_not_leave_the_hospital(house: House) -> None:
    await ordered(house)
    await after(house, 60)
    await sees(house, "packed", delivery="window")
    await after(house, 23 * 60 + 1)
    before = await after(house, 60)
    hers = texts(house, RESIDENT, before)
    assert "药配好了，还没有送到取药窗口" in hers
    await sees(house, "ready-at-window", delivery="window")
    before = await after(house, 23 * 60)
    hers = texts(house, RESIDENT, before)
    assert "药在医院窗口等您来取" in hers
    assert "第二次告诉负责的人" not in hers


async def test_while_she_has_not_paid_nobody_else_is_late(house: House) -> None:
    await ordered(house)
    await sees(house, "quoted")
    await after(house, 12 * 60 + 1)
    before = await after(house, 12 * 60)
    assert "还没有付款" in texts(house, RESIDENT, before)
    assert "还没有送到您手里" not in texts(house, RESIDENT, before)


async def test_a_price_that_came_late_leaves_the_pharmacist_his_time(house: House) -> None:
    await ordered(house)
    asked = Pricing(1, "open", until=house.clock.civil() + HOUR, id="t-1")
    await sees(house, "prescribed", prescribed=(BARE,), pricing=(asked,))
    await after(house, 180)
    await sees(house, "prescribed", prescribed=(BARE,), pricing=(replace(asked, status="priced", price=3000),))
    await after(house, 29)
    assert "unreviewed" not in await open_incidents(house)
    await after(house, 2)
    assert "unreviewed" in await open_incidents(house)
    await sees(house, "passed")
    assert "unreviewed" not in await open_incidents(house)


async def test_given_back_and_taken_between_two_looks_its_clock_begins_anew(house: House) -> None:
    await ordered(house)
    await sees(house, "in-consult")
    await after(house, 110)
    await sees(house, "in-consult", doctor="pr-2", doctor_name="赵医生")
    await after(house, 15)
    assert await open_incidents(house) == []
    await after(house, 110)
    assert await open_incidents(house) == ["idle"]


async def test_taken_anew_what_was_idle_is_idle_no_more(house: House) -> None:
    await ordered(house)
    await sees(house, "in-consult")
    before = await after(house, 121)
    assert "请接着看，或者退回来" in texts(house, FORUM, before)
    assert await open_incidents(house) == ["idle"]
    await sees(house, "in-consult", doctor="pr-2", doctor_name="赵医生")
    assert await open_incidents(house) == []


async def test_the_topic_of_a_department_that_was_let_go_hears_nothing(house: House) -> None:
    forum = await house.services.store.get(Place, FORUM)
    assert forum is not None
    await ordered(house)
    await put(house, replace(forum, ref=f"{LET_GO}dep-1"))
    before = await after(house, 31)
    assert "这里一直没有动静" not in texts(house, FORUM, before)
    assert "还没有医生接诊" in texts(house, RESIDENT, before)
