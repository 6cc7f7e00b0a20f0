"""It stands 4: authority is read when it is used (R18); taken away it is away at once, everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Staff
from bot.clock import HandClock
from bot.model import (
    STAFF,
    Batch,
    Due,
    Incident,
    Link,
    Mandate,
    Observed,
    Person,
    Returned,
    RoleBinding,
    Said,
    Spot,
    Timer,
)
from bot.ops.places import new_link
from tests.cases.rows import NEW, NO, OPERATOR, PHARMACIST, REVIEW, ROWS, put, stage, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LISTS, RESIDENT, House, at_home

COURIER = 41
BATCH = Batch("b-1", "run-1", "packed", 1, "comp-1", COURIER, HELPER, 1, 1)
MORE = (BATCH, Person(COURIER, roles=(RoleBinding("courier", "pr-5", "孙"),)))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, *MORE)) as house:
        yield house


async def roles(house: House, who: int) -> list[tuple[str, str]]:
    person = await house.services.store.get(Person, who)
    assert person is not None
    return [(one.role, one.id) for one in person.roles]


async def open_work(house: House) -> set[tuple[str, str]]:
    return {(one.kind, one.about) for one in await house.services.store.find(Incident, done_at=0)}


async def told(house: House, member: Staff) -> None:
    await house.take(house.arrival(Observed(member)))


LI_ENDED = Staff("pr-1", "doctor", "李医生", {}, "dep-1", ended=True)
HELPER_ENDED = Staff("pr-4", "ambassador", "陈老师", {}, "", ("comp-1",), ended=True)

# ---------------------------------------------------------------- before take, sign and pass


async def test_what_was_read_a_minute_ago_counts(house: House) -> None:
    house.clock.advance(59)
    await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    assert not house.commands("hospital.read_role")
    assert house.commands("hospital.take")


async def test_an_older_reading_is_made_anew_and_then_she_is_taken(house: House) -> None:
    house.clock.advance(61)
    await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    assert [one.args["role"] for one in house.commands("hospital.read_role")] == ["pr-1"]
    assert house.commands("hospital.take")


async def test_a_hospital_that_is_slow_loses_nothing(house: House) -> None:
    house.clock.advance(61)
    house.slow = True
    await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    (asked,) = house.commands("hospital.read_role")
    await house.take(house.arrival(Due(Timer(f"slow:{asked.key}", 1, "slow", asked.key))))
    assert house.label("engine.slow") in texts(house, FORUM)
    assert not house.commands("hospital.take")
    await house.take(house.arrival(Returned(asked.key, Staff("pr-1", "doctor", "李医生", {}, "dep-1"))))
    assert house.commands("hospital.take")


async def test_a_registration_that_the_hospital_does_not_know_acts_not(house: House) -> None:
    await stage(house, "prescribed")
    house.clock.advance(61)
    house.slow = True
    await house.take(house.press(PHARMACIST, f"a:pass:{NO}", REVIEW))
    (asked,) = house.commands("hospital.read_role")
    await house.take(house.arrival(Returned(asked.key, None, "no-such-role")))
    assert not house.commands("hospital.review")
    assert house.label("refused.no-such-role") in texts(house, REVIEW)
    assert {kind for kind, _ in await open_work(house)} == {"role"}


async def test_no_flow_can_forget_to_read(house: House) -> None:
    """The move itself looks: an act that no reading precedes is refused."""
    from bot.dialog import Refused
    from bot.ops.registry import Act, execute

    house.clock.advance(61)
    act = Act(house.turn(), LI, FORUM)
    with pytest.raises(Refused, match="role-unread"):
        await execute(act, "local.move", {"order": NO, "move": "take", "args": {}})


# ---------------------------------------------------------------- on the road the last copy serves for a day


async def departs(house: House) -> str:
    return (await house.take(house.press(COURIER, "a:depart:b-1"))).toast


def copy_of(house: House, hours: float) -> None:
    at = house.clock.civil()
    house.clock.advance(hours * 3600)
    house.core.services = house.services = replace(house.services, staff_read=lambda: at)


async def test_on_the_road_a_copy_serves_and_is_read_again_afterwards(house: House) -> None:
    copy_of(house, 23)
    house.slow = True
    await departs(house)
    assert house.commands("hospital.depart")
    assert [one.args["role"] for one in house.commands("hospital.read_role")] == ["pr-5"]
    assert "on-last-copy" in [line["what"] for line in await house.services.store.audit("")]


async def test_a_copy_of_more_than_a_day_needs_an_operators_tap(house: House) -> None:
    copy_of(house, 25)
    assert await departs(house) == house.label("refused.role-old")
    assert not house.commands("hospital.depart")
    key = house.turn().blind("role", "pr-5")[:12]
    assert f"a:let_go_on:{key}" in [
        one.data for post in house.posts() for row in getattr(post.content, "buttons", ()) for one in row
    ], "no account stands in it"
    await house.take(house.press(OPERATOR, f"a:let_go_on:{key}"))
    await departs(house)
    assert house.commands("hospital.depart")


async def test_what_is_too_old_is_read_at_once_so_that_the_next_press_goes_on(house: House) -> None:
    copy_of(house, 25)
    house.slow = True
    await departs(house)
    assert [one.args["role"] for one in house.commands("hospital.read_role")] == ["pr-5"]


async def test_who_is_no_operator_lets_nobody_go_on(house: House) -> None:
    copy_of(house, 25)
    await house.take(house.press(LI, f"a:let_go_on:{house.turn().blind('role', 'pr-5')[:12]}"))
    await departs(house)
    assert not house.commands("hospital.depart")


# ---------------------------------------------------------------- it has ended


async def test_an_ended_doctor_is_doctor_no_more_and_his_case_goes_back(house: House) -> None:
    await stage(house, "in-consult")
    await house.take(house.press(LI, f"a:unfit:{NO}", FORUM))
    await told(house, LI_ENDED)
    assert ("doctor", "pr-1") not in await roles(house, LI)
    (back,) = house.commands("hospital.give_back")
    assert back.args["reason"] == "role-ended"
    assert ("role-ended", NO) in await open_work(house)
    assert house.label("staff.gone", role=("role.doctor", {})) in texts(house, LI)
    with pytest.raises(IndexError):
        await house.dialog(LI)


async def test_a_former_ambassador_has_neither_addresses_nor_parcels_nor_mandates(house: House) -> None:
    await put(house, Mandate("con-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF}))
    await stage(house, "with-ambassador")
    await put(house, replace(await batch(house), stage="with-ambassador"))
    await told(house, HELPER_ENDED)
    assert await roles(house, HELPER) == []
    assert (await house.order(NO)).ambassador == (await batch(house)).ambassador == 0
    assert {("role-ended", NO), ("role-ended", "b-1")} <= await open_work(house)
    assert [one.args["mandate"] for one in house.commands("hospital.revoke_mandate")] == ["con-1"]
    phone = house.services.config.hospital_phone
    gone = house.label("staff.helper_gone", helper="陈老师", phone=phone)
    assert texts(house, RESIDENT).count(gone) == 1, "A4: she hears it, and what she can do"
    before = len(house.posts())
    await house.take(house.press(HELPER, f"a:door:{NO}"))
    assert "王秀英" not in texts(house, HELPER, before)


async def test_who_comes_after_gets_the_parcels(house: House) -> None:
    await told(house, HELPER_ENDED)
    lists = replace(LISTS, staff=(*LISTS.staff, Staff("pr-6", "ambassador", "新来", {}, "", ("comp-1",))))
    house.core.services = house.services = replace(house.services, catalogue=lambda: lists)
    await joins(house, NEW, "pr-6")
    await house.decides(OPERATOR)
    assert ((await house.order(NO)).ambassador, (await batch(house)).ambassador) == (NEW, NEW)


async def test_a_compound_may_pass_to_another_in_two_readings(house: House) -> None:
    await stage(house, "arrived")
    await put(house, Person(NEW, roles=(RoleBinding("ambassador", "pr-8", "新来", "", ("comp-2",)),)))
    await told(house, replace(HELPER_ENDED, ended=False, locations=("comp-2",)))
    assert ((await house.order(NO)).ambassador, (await batch(house)).ambassador) == (0, 0)
    await told(house, Staff("pr-8", "ambassador", "新来", {}, "", ("comp-1", "comp-2")))
    assert ((await house.order(NO)).ambassador, (await batch(house)).ambassador) == (NEW, NEW)


async def test_who_is_not_in_the_list_any_more_is_looked_at_by_himself(house: House) -> None:
    """A part of a list ends nobody: each that is missing is read."""
    house.slow = True
    li, zhao = LISTS.staff
    for member in (li, zhao):
        await told(house, member)
    house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, staff=(zhao,)))
    await house.take(house.arrival(Due(Timer(STAFF, 1, STAFF, ""))))
    asked = {one.args["role"] for one in house.commands("hospital.read_role")}
    assert "pr-1" in asked
    assert "pr-2" not in asked
    assert ("doctor", "pr-1") in await roles(house, LI)


async def test_another_department_counts_at_once(house: House) -> None:
    await told(house, replace(LI_ENDED, department="dep-9", ended=False))
    await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    assert not house.commands("hospital.take")


# ---------------------------------------------------------------- one account a registration


async def batch(house: House) -> Batch:
    found = await house.services.store.get(Batch, "b-1")
    assert found is not None
    return found


async def joins(house: House, who: int, registration: str) -> None:
    turn = house.turn(house.text(OPERATOR, "x"))
    link = await new_link(turn, "join", registration)
    await house.services.store.commit(turn.outcome())
    await house.take(house.text(who, f"/start {link}"))


async def test_a_registration_that_a_phone_has_is_not_given_to_another(house: House) -> None:
    await joins(house, NEW, "pr-1")
    assert house.label("refused.role-taken") in texts(house, NEW)
    assert ("doctor", "pr-1") in await roles(house, LI)
    assert {kind for kind, _ in await open_work(house)} == {"role"}


async def chosen(house: House, what: str) -> None:
    await house.take(house.text(OPERATOR, "/staff"))
    await house.tap(OPERATOR, "doctor", "pr-1", what)


async def test_an_operator_ends_it(house: House) -> None:
    await chosen(house, "end")
    assert ("doctor", "pr-1") not in await roles(house, LI)
    assert house.label("staff.gone", role=("role.doctor", {})) in texts(house, LI)


async def test_an_operator_moves_it_to_a_new_phone_and_the_old_one_hears_so_first(house: House) -> None:
    await stage(house, "in-consult")
    await chosen(house, "replace")
    assert house.label("staff.moving", name="李医生", role=("role.doctor", {})) in texts(house, LI)
    assert ("doctor", "pr-1") in await roles(house, LI), "until the link is opened"
    link = texts(house, OPERATOR).rpartition("start=")[2].split('"')[0].strip()
    await house.take(house.text(NEW, f"/start {link}"))
    assert ("doctor", "pr-1") in await roles(house, LI), "until an operator knows who it is"
    await house.decides(OPERATOR)
    assert ("doctor", "pr-1") not in await roles(house, LI)
    assert ("doctor", "pr-1") in await roles(house, NEW)
    assert (await house.order(NO)).doctor == NEW
    assert house.label("staff.moved", role=("role.doctor", {})) in texts(house, LI)


NEWCOMER = Staff("pr-6", "courier", "新来", {}, "", ())


@pytest.fixture
async def asked(house: House) -> House:
    """A stranger has opened a courier's link."""
    lists = replace(LISTS, staff=(*LISTS.staff, NEWCOMER))
    house.core.services = house.services = replace(house.services, catalogue=lambda: lists)
    turn = house.turn(house.text(OPERATOR, "x"))
    link = await new_link(turn, "join", "pr-6")
    await house.services.store.commit(turn.outcome())
    spot = Spot(NEW, NEW, name="Ann Lee")
    await house.take(house.arrival(Said(spot, 900, f"/start {link}")))
    return house


async def test_nobody_who_joins_is_anything_before_an_operator_knows_who_it_is(asked: House) -> None:
    """It stands A10: a stranger who sees the list of links never gets a working role."""
    assert await roles(asked, NEW) == []
    assert asked.label("join.waits", role=("role.courier", {})) in texts(asked, NEW)
    said = asked.services.words.label(
        "zh-CN", "join.asked", {"known": "Ann Lee", "name": "新来", "role": ("role.courier", {})}
    )
    assert said in texts(asked, OPERATOR)
    assert not [post for post in asked.posts() if post.chat < 0 and "新来" in getattr(post.content, "html", "")]
    await asked.take(asked.press(NEW, "a:depart:b-1"))
    assert not asked.commands("hospital.depart")
    for stranger in (NEW, RESIDENT):
        key = next(iter(await asked.services.store.find(Link, purpose="joins"))).id
        await asked.take(asked.press(stranger, f"a:joins_yes:{key}"))
    assert await roles(asked, NEW) == []
    await asked.decides(OPERATOR)
    assert await roles(asked, NEW) == [("courier", "pr-6")]
    assert asked.label("welcome.done", name="新来", role=("role.courier", {})) in texts(asked, NEW)


async def test_whoever_is_turned_away_has_nothing_and_the_link_is_spent(asked: House) -> None:
    await asked.decides(OPERATOR, "joins_no")
    assert await roles(asked, NEW) == []
    assert asked.label("joins_no.ended", role=("role.courier", {})) in texts(asked, NEW)
    answer = await asked.decides(OPERATOR)
    assert answer.toast == asked.label("refused.joins-decided")
    assert await roles(asked, NEW) == []


async def test_of_two_who_wait_for_one_registration_the_second_can_still_be_turned_away(asked: House) -> None:
    """An operator's yes that is refused writes nothing down: else he waits for ever and the list has lost him."""
    await joins(asked, 62, "pr-6")
    first, second = sorted(await asked.services.store.find(Link, purpose="joins"), key=lambda one: one.person)
    await asked.take(asked.press(OPERATOR, f"a:joins_yes:{first.id}"))
    answer = await asked.take(asked.press(OPERATOR, f"a:joins_yes:{second.id}"))
    assert answer.toast == asked.label("refused.role-taken-meanwhile")
    assert await roles(asked, 62) == []
    await asked.take(asked.press(OPERATOR, f"a:joins_no:{second.id}"))
    assert asked.label("joins_no.ended", role=("role.courier", {})) in texts(asked, 62)


async def test_where_no_operator_looks_it_is_an_exception_that_the_yes_ends(asked: House) -> None:
    (key,) = [one.id for one in await asked.services.store.find(Link, purpose="joins")]
    asked.clock.advance(1800)
    (timer,) = [one for one in await asked.services.store.timers_due(asked.clock.civil()) if one.step == "joins"]
    await asked.take(asked.arrival(Due(timer)))
    assert {kind for kind, _ in await open_work(asked)} == {"joins"}
    await asked.take(asked.press(OPERATOR, f"a:joins_yes:{key}"))
    assert await open_work(asked) == set()


@pytest.mark.parametrize("who", [LI, RESIDENT])
async def test_only_an_operator_looks_after_staff(house: House, who: int) -> None:
    await house.take(house.text(who, "/staff"))
    assert house.label("refused.not-for-you") in texts(house, who)


# ---------------------------------------------------------------- whoever pays


async def test_the_record_is_read_before_she_pays(house: House) -> None:
    money: dict[str, Any] = {"total": 4000, "pooled": 2500, "personal": 500, "self_pay": 1000, "insured": True}
    row = await house.order(NO)
    await put(house, replace(row, stage="quoted", snapshot={**row.snapshot, "settlement": money}))
    house.slow = True
    await house.take(house.press(RESIDENT, f"a:pay:{NO}"))
    bills = [post for post in house.posts() if post.key.startswith("bill:")]
    assert not bills
    await house.answer("hospital.read_record", {**BRIEF, "deceased": True})
    assert not [post for post in house.posts() if post.key.startswith("bill:")]
