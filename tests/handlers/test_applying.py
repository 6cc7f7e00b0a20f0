"""The clock 8: a neighbour asks to be ambassador; an operator, then the hospital say yes; nothing of her leaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Compound, Staff, TaskSnapshot
from bot.clock import HandClock
from bot.model import (
    Application,
    Command,
    Due,
    Incident,
    Observed,
    Order,
    Person,
    Place,
    PlaceKind,
    Returned,
    RoleBinding,
    SentOther,
    Spot,
)
from bot.ops.applicants import LATE
from bot.ops.applying import missing_ends
from bot.ops.lent import ambassador_of
from bot.ops.registrations import end
from bot.ops.waking import key_of
from bot.quiz import read
from sandbox.processes import QUIZ as QUIZ_FILE
from tests.cases.rows import CASE, GROUP, NEW, NO, OPERATOR, OPERATORS, ROWS, put, texts
from tests.handlers.house import HELPER, LISTS, RESIDENT, House, at_home

NAME, PHONE, PUBLIC = "李小丽", "+8613912345678", "邻居小李"
SECOND, FAR = 53, "comp-2"
DAYS = 40 * 86_400_000  # ms: longer than any of its clocks
QUIZ = read('[[question]]\nask = "放门口吗？"\nanswers = ["不放", "放"]\nright = 1\nwrong = "药不离手。"\n')
PLACES = (*LISTS.compounds, Compound(FAR, {"zh-CN": "松林苑"}))
NOBODYS = replace(CASE, no="MR1123-9", compound=FAR, ambassador=0)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    people = (Person(SECOND, roles=(RoleBinding("operator", "pr-10", "郑"),)), Place(-600, PlaceKind.COMPOUND, FAR))
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, *people, NOBODYS)) as house:
        staff = (*LISTS.staff, Staff("pr-4", "ambassador", "陈老师", locations=("comp-1",)))
        lists = replace(LISTS, compounds=PLACES, staff=staff)
        house.core.services = house.services = replace(house.services, catalogue=lambda: lists)
        yield house


def with_quiz(house: House) -> None:
    config = replace(house.services.config, quiz=QUIZ)
    house.core.services = house.services = replace(house.services, config=config)


def without(house: House, compound: str) -> None:
    """The hospital has retired it."""
    known = house.services.catalogue()
    lists = replace(known, compounds=tuple(one for one in known.compounds if one.id != compound))
    house.core.services = house.services = replace(house.services, catalogue=lambda: lists)


async def shares(house: House, who: int = NEW, phone: str = PHONE) -> None:
    await house.take(house.arrival(SentOther(Spot(who, who), 10_000 + house.count, "contact", phone=phone)))


async def fills(house: House, who: int = NEW, ref: str = FAR, public: str = "as-0") -> None:
    """Up to the hours, by the group's link."""
    await house.take(house.text(who, f"/start helpout-{ref}"))
    await house.tap(who, "yes", "here")
    await house.take(house.text(who, NAME))
    await shares(house, who)
    if not public.startswith("as-"):  # typed, and not hers to have
        await house.take(house.text(who, public))
        return
    await house.tap(who, public, "+morning", "done")


async def applies(house: House, who: int = NEW, ref: str = FAR) -> Application:
    await fills(house, who, ref)
    await house.tap(who, "ok")
    return await newest(house)


async def newest(house: House) -> Application:
    return max(await house.services.store.find(Application), key=lambda row: row.since)


def task(row: Application, status: str, **more: Any) -> TaskSnapshot:
    return TaskSnapshot("t-1", "application", "1", 5, status, about="PractitionerRole/pr-new", key=row.id, **more)


async def hospital_says(house: House, row: Application, status: str, **more: Any) -> None:
    await house.take(house.arrival(Observed(task(row, status, **more)), f"task-{status}-{house.count}"))


async def begins(house: House, row: Application) -> None:
    """The registrar has approved it, and the registration is read."""
    await house.decides(OPERATOR, "applies_yes")
    await house.answer("hospital.ask_ambassador", task(row, "requested"))
    house.slow = True
    await hospital_says(house, row, "completed")
    house.slow = False
    seen = Staff("pr-new", "ambassador", NAME, locations=(row.compound,), public=PUBLIC)
    await house.answer("hospital.read_role", seen)


async def anywhere(house: House, *words: str) -> list[str]:
    """Where one of these stands that is no operator's private chat and not her own."""
    return [word for word in words for chat in (GROUP, -600, OPERATORS, HELPER, RESIDENT) if word in texts(house, chat)]


async def test_she_applies_and_one_tap_later_the_hospital_is_asked(house: House) -> None:
    row = await applies(house)
    assert (row.phase, row.compound, row.person) == ("asked", FAR, NEW)
    assert not house.commands("hospital.ask_ambassador"), "nothing leaves before an operator's yes"
    assert NAME in texts(house, OPERATOR)
    assert PHONE in texts(house, OPERATOR)
    assert "有人想做志愿者" in texts(house, OPERATORS)
    await house.decides(OPERATOR, "applies_yes")
    sent = house.commands("hospital.ask_ambassador")[-1].args["draft"]
    assert (sent["name"], sent["phone"], sent["public"], sent["compound"], sent["hours"], sent["by"]) == (
        NAME, PHONE, PUBLIC, FAR, ["morning"], "")  # fmt: skip
    assert not await anywhere(house, NAME, PHONE)
    assert NAME not in await standing(house, OPERATOR), "the card forgets who she is"
    assert NAME not in await standing(house, SECOND)


async def standing(house: House, chat: int) -> str:
    """What the cards of this chat show now."""
    found = [await house.services.store.standing(post.key) for post in house.posts() if post.chat == chat and post.card]
    return "\n".join(str(getattr(one.post.content, "html", "")) for one in found if one is not None)


async def test_the_hospitals_yes_makes_her_one_and_the_group_reads_one_sentence(house: House) -> None:
    row = await applies(house)
    await begins(house, row)
    assert await ambassador_of(house.turn(), FAR) == NEW
    order = await house.services.store.get(Order, NOBODYS.no)
    assert order is not None
    assert order.ambassador == NEW, "what nobody served is hers"
    assert texts(house, -600).count(PUBLIC) == 1
    assert NAME not in texts(house, -600)
    assert PUBLIC in texts(house, NEW)
    row = await newest(house)
    assert (row.phase, row.sealed) == ("approved", {})
    incidents = await house.services.store.find(Incident, kind="applies")
    assert all(one.done_at for one in incidents)


async def test_the_hospitals_no_is_told_and_nothing_is_kept(house: House) -> None:
    row = await applies(house)
    await house.decides(OPERATOR, "applies_yes")
    await hospital_says(house, row, "rejected", reason="材料不齐")
    row = await newest(house)
    assert (row.phase, "phone" in row.sealed) == ("refused", False)
    assert "没有登记" in texts(house, NEW)
    assert "材料不齐" in texts(house, OPERATOR)


async def test_declined_she_reads_a_fixed_sentence(house: House) -> None:
    row = await applies(house)
    await house.decides(OPERATOR, "applies_no")
    assert "谢谢您愿意帮忙" in texts(house, NEW)
    row = await newest(house)
    assert (row.phase, row.sealed) == ("declined", {})
    answer = await house.decides(SECOND, "applies_yes")
    assert answer.toast == house.label("refused.applies-over")
    assert not house.commands("hospital.ask_ambassador")


async def test_of_two_operators_at_once_one_decides(house: House) -> None:
    row = await applies(house)
    yes, no = f"a:applies_yes:{row.id}", f"a:applies_no:{row.id}"
    await house.together(house.press(OPERATOR, yes), house.press(SECOND, no))
    row = await newest(house)
    asked = len(house.commands("hospital.ask_ambassador"))
    assert (row.phase, asked) in {("sent", 1), ("declined", 0)}


async def test_an_operator_whose_role_ended_decides_nothing_and_reads_nothing_more(house: House) -> None:
    row = await applies(house)
    turn = house.turn()
    await end(turn, await turn.person(SECOND), "pr-10", "hospital")
    await house.services.store.commit(turn.outcome())
    await house.show()
    gone = await house.services.store.standing(f"applies:{row.id}:{SECOND}")
    assert gone is not None
    assert gone.post.content is None
    await house.take(house.press(SECOND, f"a:applies_yes:{row.id}"))
    assert (await newest(house)).phase == "asked"
    await house.take(house.press(RESIDENT, f"a:applies_yes:{row.id}"))
    assert (await newest(house)).phase == "asked"


async def test_an_operator_whom_nobody_could_read_for_a_day_decides_nothing(house: House) -> None:
    row = await applies(house)
    house.core.services = house.services = replace(house.services, staff_read=lambda: 0)
    house.clock.advance(25 * 3600)
    house.slow = True
    for action in ("applies_yes", "applies_no"):
        answer = await house.take(house.press(OPERATOR, f"a:{action}:{row.id}"))
        assert answer.toast == house.label("refused.role-old")
    assert (await newest(house)).phase == "asked"
    assert not house.commands("hospital.ask_ambassador")


@pytest.mark.parametrize("decided", [False, True])
async def test_she_takes_it_back_and_the_hospital_hears_it(house: House, decided: bool) -> None:
    row = await applies(house)
    if decided:
        await house.decides(OPERATOR, "applies_yes")
    await house.take(house.press(NEW, f"a:applies_off:{row.id}"))
    row = await newest(house)
    assert (row.phase, row.sealed) == ("taken-back", {})
    if decided:  # the hospital has it by now
        await hospital_says(house, row, "requested")
    assert len(house.commands("hospital.end_ambassador")) == decided
    await house.take(house.press(RESIDENT, f"a:applies_off:{row.id}"))
    assert not await anywhere(house, NAME, PHONE)


async def waits_for(house: House) -> list[Command]:
    """What would still leave for the hospital about applications."""
    due = [one.command for one in await house.services.store.commands_due(house.clock.civil() + DAYS)]
    return [one for one in due if "ambassador" in one.op]


async def test_taken_back_while_the_hospital_is_down_she_never_goes_there(house: House) -> None:
    row = await applies(house)
    await house.decides(OPERATOR, "applies_yes")
    (asked,) = await waits_for(house)
    await house.services.store.postpone(asked.key, house.clock.civil(), 3, "unreachable")
    await house.services.store.dead_letter("command", asked.key, "late")
    await house.take(house.press(NEW, f"a:applies_off:{row.id}"))
    (left,) = await waits_for(house)
    assert (left.op, left.args, left.lane) == ("hospital.withdraw_ambassador", {"key": row.id}, asked.lane)
    assert not await house.services.store.find(Incident, kind="command", done_at=0)
    await house.answer("hospital.withdraw_ambassador")
    assert not await waits_for(house)


async def test_what_was_in_the_air_when_it_was_taken_back_is_ended_when_the_hospital_tells_of_it(house: House) -> None:
    row = await applies(house)
    await house.decides(OPERATOR, "applies_yes")
    (asked,) = await waits_for(house)
    await house.take(house.press(NEW, f"a:applies_off:{row.id}"))
    await house.take(house.arrival(Returned(asked.key, task(row, "requested")), f"{asked.key}:result"))
    assert not house.commands("hospital.end_ambassador"), "its row is gone, and with it its answer"
    await hospital_says(house, row, "requested")
    assert [one.args["role"] for one in house.commands("hospital.end_ambassador")] == ["pr-new"]


async def test_what_the_hospital_refused_is_kept_no_longer_than_her_application(house: House) -> None:
    row = await applies(house)
    await house.decides(OPERATOR, "applies_yes")
    await house.answer("hospital.ask_ambassador", refusal="rejected")
    (stands,) = await house.services.store.find(Incident, kind="refused", done_at=0)
    assert stands.about
    assert PHONE in str(stands.sealed), "to be tried again"
    await house.take(house.press(NEW, f"a:applies_off:{row.id}"))
    (over,) = await house.services.store.find(Incident, kind="refused")
    assert (over.done_at > 0, over.sealed) == (True, {})


async def late(house: House, days: float) -> int:
    """So long after now the clock of her application rings, wherever it is due by then; posts before it."""
    before = len(house.posts())
    house.clock.advance(days * 24 * 3600)
    for timer in await house.services.store.timers_due(house.clock.civil()):
        if timer.step == LATE:
            await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))
    return before


@pytest.mark.parametrize("decided", [False, True])
async def test_what_nobody_ever_answers_ends_and_she_reads_so(house: House, decided: bool) -> None:
    row = await applies(house)
    await late(house, 20)
    if decided:
        await house.decides(OPERATOR, "applies_yes")
        await late(house, 1.1)
    before = await late(house, 9.5)
    assert "一直没有答复" not in texts(house, NEW, before)
    if decided:
        assert (await newest(house)).phase == "sent", "counted anew from the operator's yes"
        before = await late(house, 20)
        assert (await newest(house)).phase == "sent", "the hospital says whether it had said yes by then"
        (asked,) = await waits_for(house)
        assert (asked.op, asked.args) == ("hospital.withdraw_ambassador", {"key": row.id, "unanswered": True})
        await house.answer("hospital.withdraw_ambassador", task(row, "cancelled"))
    else:
        before = await late(house, 0.6)
    row = await newest(house)
    assert (row.phase, row.sealed, row.ended > 0) == ("lapsed", {}, True)
    assert "一直没有答复" in texts(house, NEW, before)
    assert "还没有答复" not in texts(house, NEW, before)
    for chat in (NEW, OPERATOR, SECOND):
        assert PHONE not in await standing(house, chat)
    assert not await house.services.store.find(Incident, kind="applies", done_at=0)
    assert not await waits_for(house)
    assert not [one for one in await house.services.store.timers_due(house.clock.civil() + DAYS) if one.step == LATE]
    await house.take(house.text(NEW, f"/start helpout-{FAR}"))
    assert (await house.dialog(NEW)).step == "agree", "she may ask again"


async def sent_and_at_its_limit(house: House) -> Application:
    row = await applies(house)
    await house.decides(OPERATOR, "applies_yes")
    await house.answer("hospital.ask_ambassador", task(row, "requested"))
    await late(house, 1.1)
    await late(house, 29)
    return row


@pytest.mark.parametrize("first", ["feed", "answer"])
async def test_a_yes_of_the_last_minute_wins_over_its_end(house: House, first: str) -> None:
    """The hospital had completed it; that news came after the clock had rung."""
    row = await sent_and_at_its_limit(house)
    house.slow = True
    if first == "feed":
        await hospital_says(house, row, "completed")
    await house.answer("hospital.withdraw_ambassador", task(row, "completed"))
    assert (await newest(house)).phase == "sent"
    seen = Staff("pr-new", "ambassador", NAME, locations=(row.compound,), public=PUBLIC)
    await house.answer("hospital.read_role", seen)
    row = await newest(house)
    assert (row.phase, row.sealed) == ("approved", {})
    assert await ambassador_of(house.turn(), FAR) == NEW
    assert not house.commands("hospital.end_ambassador")


async def test_a_yes_whose_registration_is_still_read_does_not_lapse(house: House) -> None:
    row = await applies(house)
    await house.decides(OPERATOR, "applies_yes")
    await house.answer("hospital.ask_ambassador", task(row, "requested"))
    await late(house, 29.9)
    house.slow = True
    await hospital_says(house, row, "completed")
    reads = len(house.commands("hospital.read_role"))
    before = await late(house, 1.1)
    assert (await newest(house)).phase == "sent"
    assert "一直没有答复" not in texts(house, NEW, before)
    assert not house.commands("hospital.withdraw_ambassador")
    assert len(house.commands("hospital.read_role")) == reads + 1, "it is read again"
    assert [one.code for one in await house.services.store.find(Incident, kind="applies", done_at=0)] == ["hospital"]


async def test_one_that_never_came_there_lapses_by_its_answer(house: House) -> None:
    await applies(house)
    await house.decides(OPERATOR, "applies_yes")
    await late(house, 1.1)
    before = await late(house, 29)
    await house.answer("hospital.withdraw_ambassador")
    assert (await newest(house)).phase == "lapsed"
    assert "一直没有答复" in texts(house, NEW, before)


async def test_one_that_the_release_before_left_without_an_end_gets_one(house: House) -> None:
    row = await applies(house)
    turn = house.turn()
    turn.untimed(key_of(LATE, row.id))
    await house.services.store.commit(turn.outcome())
    for begun in (1, 0):
        assert await missing_ends(house.services, house.clock.civil()) == begun
    await late(house, 29)
    assert (await newest(house)).phase == "asked"
    await late(house, 1.1)
    assert (await newest(house)).phase == "lapsed"


async def test_who_applies_twice_or_helps_already_is_told(house: House) -> None:
    row = await applies(house)
    await house.take(house.text(NEW, f"/start helpout-{FAR}"))
    assert "还在等答复" in texts(house, NEW)
    assert len(await house.services.store.find(Application)) == 1
    await house.take(house.text(HELPER, "/help_out"))
    assert house.label("help_out.already") in texts(house, HELPER)
    await begins(house, row)
    await house.take(house.press(OPERATOR, f"a:applies_yes:{row.id}"))
    assert len(house.commands("hospital.ask_ambassador")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_compound_that_was_retired_meanwhile(house: House, when: str) -> None:
    await fills(house)
    if when == "before":
        without(house, FAR)
        await house.tap(NEW, "ok")
        assert not await house.services.store.find(Application)
        assert house.label("refused.compound-gone") in texts(house, NEW) + str(house.posts())
        return
    await house.tap(NEW, "ok")
    without(house, FAR)
    answer = await house.decides(OPERATOR, "applies_yes")
    assert answer.toast == house.label("refused.compound-gone")
    await house.decides(OPERATOR, "applies_no")
    assert (await newest(house)).phase == "declined"


async def test_a_compound_without_a_group_has_an_ambassador_all_the_same(house: House) -> None:
    place = await house.services.store.get(Place, -600)
    assert place is not None
    await put(house, replace(place, ref="-comp-2"))
    row = await applies(house)
    await begins(house, row)
    assert await ambassador_of(house.turn(), FAR) == NEW
    assert not texts(house, -600)


async def test_a_patient_there_may_help_there_and_her_own_order_goes_on(house: House) -> None:
    order = await house.order(NO)
    await put(house, replace(order, compound=FAR, ambassador=0))
    row = await applies(house, RESIDENT)
    await begins(house, row)
    assert (await house.order(NO)).ambassador == RESIDENT
    me = await house.services.store.get(Person, RESIDENT)
    assert me is not None
    assert me.facts["self"]["id"] == "pat-1"


async def test_a_name_that_is_somebody_elses_is_asked_again(house: House) -> None:
    await fills(house, public="陈 老师")
    assert "太像了" in texts(house, NEW)
    await house.tap(NEW, "as-1")
    await house.tap(NEW, "+morning", "done", "ok")
    assert (await newest(house)).sealed["public"] == "李阿姨"


async def test_two_applicants_cannot_have_one_name(house: House) -> None:
    await applies(house)
    await house.take(house.text(RESIDENT, f"/start helpout-{FAR}"))
    await house.tap(RESIDENT, "yes", "here")
    await house.take(house.text(RESIDENT, NAME))
    await shares(house, RESIDENT)
    shown = [
        b.label for p in house.posts() if p.chat == RESIDENT for row in getattr(p.content, "buttons", ()) for b in row
    ]
    assert PUBLIC not in shown
    assert "李阿姨" in shown


async def test_a_wrong_answer_is_explained_and_asked_again(house: House) -> None:
    with_quiz(house)
    await fills(house)
    await house.tap(NEW, "1")
    assert "药不离手" in texts(house, NEW)
    assert not await house.services.store.find(Application)
    await house.tap(NEW, "0", "ok")
    assert (await newest(house)).phase == "asked"


async def test_the_sandboxs_own_quiz_is_walked(house: House) -> None:
    questions = read(QUIZ_FILE.read_text("utf-8"))
    config = replace(house.services.config, quiz=questions)
    house.core.services = house.services = replace(house.services, config=config)
    await fills(house)
    for one in questions:
        await house.tap(NEW, str(one.right))
    await house.tap(NEW, "ok")
    assert (await newest(house)).phase == "asked"


async def test_a_file_that_changed_between_the_questions_changes_nothing_under_her(house: House) -> None:
    with_quiz(house)
    await fills(house)
    config = replace(house.services.config, quiz=())
    house.core.services = house.services = replace(house.services, config=config)
    await house.tap(NEW, "0", "ok")
    assert (await newest(house)).phase == "asked"


async def test_a_number_is_shared_by_the_button_or_typed_and_nobody_elses(house: House) -> None:
    await house.take(house.text(NEW, f"/start helpout-{FAR}"))
    await house.tap(NEW, "yes", "here")
    await shares(house)  # her name is asked: a number is no answer to that
    assert (await house.dialog(NEW)).step == "name"
    await house.take(house.text(NEW, NAME))
    await shares(house, phone="")
    assert (await house.dialog(NEW)).step == "phone"
    await house.take(house.text(NEW, "12345"))
    assert "7 到 15 位" in texts(house, NEW)
    await house.take(house.text(NEW, "139 1234-5678"))
    assert (await house.dialog(NEW)).step.startswith("called/")


@pytest.mark.parametrize("words", ["医生什么时候回复我", "医生什么时候回复我？", "my stomach hurts since yesterday"])
async def test_words_meant_for_a_doctor_are_no_name(house: House, words: str) -> None:
    await house.take(house.text(NEW, f"/start helpout-{FAR}"))
    await house.tap(NEW, "yes", "here")
    await house.take(house.text(NEW, words))
    if words.endswith("？"):
        assert "不要数字和问号" in texts(house, NEW)
    else:
        assert house.label("is_name.is_it", name=words) in texts(house, NEW)
        await house.tap(NEW, "no")
    assert "phone" not in (await house.dialog(NEW)).step
    await house.take(house.text(NEW, NAME))
    assert (await house.dialog(NEW)).step == "phone"


async def test_a_day_without_an_answer_is_told(house: House) -> None:
    row = await applies(house)
    timer = [one for outcome in house.outcomes for one in outcome.timers if one.step == LATE][-1]
    house.clock.set(timer.due)
    await house.take(house.arrival(Due(timer)))
    assert "还没有答复" in texts(house, NEW)
    await house.take(house.press(OPERATOR, "a:applicants"))
    assert PHONE in await standing(house, OPERATOR)
    await house.take(house.press(OPERATOR, f"a:applies_no:{row.id}"))
    assert PHONE not in await standing(house, OPERATOR)


async def test_without_her_yes_nothing_is_kept(house: House) -> None:
    await house.take(house.text(NEW, f"/start helpout-{FAR}"))
    await house.tap(NEW, "no")
    assert not await house.services.store.find(Application)
    assert house.label("help_out.not_now") in texts(house, NEW)


# ---------------------------------------------------------------- her profile


async def test_her_name_can_be_changed_and_neighbours_read_the_new_one(house: House) -> None:
    row = await applies(house)
    await begins(house, row)
    await house.take(house.press(NEW, "a:profile"))
    assert "松林苑" in texts(house, NEW)
    await house.tap(NEW, "name")
    await house.take(house.text(NEW, "阿丽"))
    me = await house.services.store.get(Person, NEW)
    assert me is not None
    assert [one.name for one in me.roles if one.role == "ambassador"] == ["阿丽"]
    assert [one.args for one in house.commands("hospital.describe_ambassador")] == [
        {"role": "pr-new", "public": "阿丽", "hours": []}
    ]
    await house.take(house.press(NEW, "a:profile"))
    await house.tap(NEW, "hours", "+evening", "done")
    assert house.commands("hospital.describe_ambassador")[-1].args == {
        "role": "pr-new", "public": "", "hours": ["morning", "evening"]}  # fmt: skip
    house.slow = True  # read again, it stays hers
    await house.take(house.press(NEW, "a:profile"))
    seen = Staff("pr-new", "ambassador", NAME, locations=(FAR,), public=PUBLIC)
    await house.take(house.arrival(Observed(seen), "seen"))
    me = await house.services.store.get(Person, NEW)
    assert me is not None
    assert [one.name for one in me.roles if one.role == "ambassador"] == ["阿丽"]


async def test_how_many_she_carried_is_a_number_and_no_name(house: House) -> None:
    order = await house.order(NO)
    await put(house, replace(order, stage="confirmed"))
    await house.take(house.press(HELPER, "a:profile"))
    said = texts(house, HELPER)
    assert "送到了 1 件" in said
    assert "王秀英" not in said
