"""An ambassador hands his compound on for some days: both say so, list and parcels follow, rights and boxes do not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.models import Staff
from bot.clock import HandClock
from bot.model import Batch, Due, Incident, Link, Mandate, Order, Person, RoleBinding, Timer
from bot.ops.lent import ambassador_of
from bot.ops.registrations import end
from tests.cases.rows import CASE, GROUP, NO, OPERATOR, ROWS, put, texts
from tests.handlers.house import BRIEF, HELPER, LISTS, RESIDENT, House, at_home

OTHER, THIRD, FAR = 33, 34, 78
HOLDS, GATE = replace(CASE, no="MR1123-7", stage="with-ambassador"), replace(CASE, no="MR1123-8", stage="arrived")
BATCH = Batch("b-1", "run-1", "arrived", 1, "comp-1", 41, HELPER, 2, 2, code="4711")
BY = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})


def ambassador(account: int, *places: str) -> Person:
    serves = (RoleBinding("serves", place, "") for place in places)
    return Person(account, roles=(RoleBinding("ambassador", f"pr-{account}", f"志愿者{account}", "", places), *serves))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    people = (ambassador(OTHER, "comp-2"), ambassador(THIRD, "comp-3"))
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, *people, HOLDS, GATE, BATCH, BY)) as house:
        staff = [Staff(f"pr-{id}", "ambassador", f"志愿者{id}") for id in (OTHER, THIRD)]
        staff += [Staff("pr-4", "ambassador", "陈建国", locations=("comp-1",), public="陈老师")]
        lists = replace(LISTS, staff=(*LISTS.staff, *staff))
        house.core.services = house.services = replace(house.services, catalogue=lambda: lists)
        yield house


async def asks(house: House, who: int = OTHER, until: str = "tomorrow") -> None:
    await house.take(house.press(HELPER, "a:lend"))
    await house.tap(HELPER, f"pr-{who}", until)


async def serves(house: House) -> int:
    return await ambassador_of(house.turn(), "comp-1")


async def whose(house: House) -> dict[str, int]:
    return {row.no: row.ambassador for row in await house.services.store.find(Order, compound="comp-1")}


async def midnight(house: House) -> None:
    found = [timer for outcome in house.outcomes for timer in outcome.timers if timer.step == "stand-in-over"]
    timer: Timer = found[-1]
    house.clock.set(timer.due)
    await house.take(house.arrival(Due(timer)))


async def test_nothing_moves_before_both_said_so(house: House) -> None:
    await asks(house)
    assert await serves(house) == HELPER
    await house.decides(OTHER, "stand_no")
    assert await serves(house) == HELPER
    assert "接不了" in texts(house, HELPER)


async def test_list_and_parcels_follow_and_boxes_in_hand_stay(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    assert await serves(house) == OTHER
    assert await whose(house) == {NO: OTHER, "MR1123-8": OTHER, "MR1123-7": HELPER}
    batch = await house.services.store.get(Batch, "b-1")
    assert batch is not None
    assert (batch.ambassador, batch.code) == (OTHER, "")
    assert "请您自己送到" in texts(house, HELPER)
    assert "送药" in texts(house, RESIDENT)
    mandate = await house.services.store.get(Mandate, "m-1")
    assert mandate is not None
    assert (mandate.ambassador, mandate.active) == (HELPER, True), "a right never moves silently"


async def test_when_the_day_is_over_it_is_as_before(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    await midnight(house)
    assert await serves(house) == HELPER
    assert set((await whose(house)).values()) == {HELPER}
    assert "又归您了" in texts(house, HELPER)
    before = len(house.posts())
    await midnight(house)
    assert house.posts()[before:] == [], "once"


async def test_either_takes_it_back_earlier_and_nobody_else(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    rows = [row for post in house.posts() if post.chat == HELPER for row in getattr(post.content, "buttons", ())]
    back = [one.data for row in rows for one in row if one.data.startswith("a:stand_back:")][-1]
    await house.take(house.press(THIRD, back))
    assert await serves(house) == OTHER
    await house.take(house.press(HELPER, back))
    assert await serves(house) == HELPER


async def test_a_stand_in_whose_registration_ends_stands_in_no_more(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador", f"pr-{OTHER}", "end")
    assert await serves(house) == HELPER
    assert (await whose(house))[NO] == HELPER
    assert "又归您了" in texts(house, HELPER)


async def test_who_asks_twice_or_answers_late_is_told(house: House) -> None:
    await asks(house)
    await asks(house, THIRD)
    await house.decides(OTHER, "stand_in")
    answer = await house.decides(THIRD, "stand_in")
    assert answer.toast == house.label("refused.stand-in-gone")
    assert await serves(house) == OTHER
    await house.take(house.press(HELPER, "a:lend"))
    assert house.label("lend.none") in texts(house, HELPER)


@pytest.mark.parametrize("who", [RESIDENT, OPERATOR])
async def test_it_is_for_ambassadors(house: House, who: int) -> None:
    answer = await house.take(house.press(who, "a:lend"))
    assert answer.toast == house.label("refused.not-for-you")


# ---------------------------------------------------------------- he rests, or leaves


async def rests(house: House, until: str = "tomorrow") -> None:
    await house.take(house.press(HELPER, "a:pause"))
    await house.tap(HELPER, until)


async def test_while_he_rests_nobody_serves_and_an_operator_knows(house: House) -> None:
    await rests(house)
    assert await serves(house) == 0
    assert await whose(house) == {NO: 0, "MR1123-8": 0, "MR1123-7": HELPER}, "what he holds he hands over"
    (case,) = await house.services.store.find(Incident, kind="uncovered")
    assert (case.about, case.code, case.done_at) == ("comp-1", "paused", 0)
    await midnight(house)
    assert await serves(house) == HELPER
    assert set((await whose(house)).values()) == {HELPER}
    (case,) = await house.services.store.find(Incident, kind="uncovered")
    assert case.done_at


async def test_he_comes_back_earlier_by_one_tap(house: House) -> None:
    await rests(house, "week")
    await house.decides(HELPER, "stand_back")
    assert await serves(house) == HELPER
    assert (await whose(house))[NO] == HELPER


async def test_he_leaves_at_once_and_an_operator_ends_it_at_the_hospital(house: House) -> None:
    await rests(house, "leave")
    assert await serves(house) == HELPER, "it is asked once more"
    await house.tap(HELPER, "leave")
    assert await serves(house) == 0
    assert [one.code for one in await house.services.store.find(Incident, kind="role")] == ["left"]
    mandate = await house.services.store.get(Mandate, "m-1")
    assert mandate is not None
    assert not mandate.active
    answer = await house.take(house.press(HELPER, "a:lend"))
    assert answer.toast == house.label("refused.not-for-you")


async def test_a_yes_that_comes_after_a_pause_ends_the_pause(house: House) -> None:
    await asks(house)
    await house.take(house.press(HELPER, "a:pause"))
    await house.tap(HELPER, "tomorrow")
    assert (await whose(house))[NO] == 0
    await house.decides(OTHER, "stand_in")
    assert await serves(house) == OTHER
    assert await whose(house) == {NO: OTHER, "MR1123-8": OTHER, "MR1123-7": HELPER}
    (uncovered,) = await house.services.store.find(Incident, kind="uncovered")
    assert uncovered.done_at


async def test_where_its_own_ambassador_left_meanwhile_operators_know_that_nobody_comes(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    await house.take(house.press(OPERATOR, "a:staff"))
    await house.tap(OPERATOR, "ambassador", "pr-4", "end")
    assert await serves(house) == OTHER
    await midnight(house)
    assert await serves(house) == 0
    assert [row for row in await house.services.store.find(Incident, kind="uncovered") if not row.done_at]


async def test_whoever_rested_reads_that_it_is_his_again(house: House) -> None:
    await house.take(house.press(HELPER, "a:pause"))
    await house.tap(HELPER, "tomorrow")
    rows = [row for post in house.posts() if post.chat == HELPER for row in getattr(post.content, "buttons", ())]
    back = [one.data for row in rows for one in row if one.data.startswith("a:stand_back:")][-1]
    before = len(house.posts())
    await house.take(house.press(HELPER, back))
    assert "又归您了" in texts(house, HELPER, before)
    assert await serves(house) == HELPER
    await house.take(house.press(HELPER, "a:pause"))
    await house.tap(HELPER, "tomorrow")
    before = len(house.posts())
    await midnight(house)
    assert "又归您了" in texts(house, HELPER, before)


async def test_an_old_button_says_that_it_is_over(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    rows = [row for post in house.posts() if post.chat == HELPER for row in getattr(post.content, "buttons", ())]
    back = [one.data for row in rows for one in row if one.data.startswith("a:stand_back:")][-1]
    await house.take(house.press(HELPER, back))
    before = len(house.posts())
    answer = await house.take(house.press(HELPER, back))
    assert house.label("refused.stand-in-gone") in answer.toast + texts(house, HELPER, before)


@pytest.mark.parametrize(
    "key", ["lend.request", "stand_in.hears", "stand_in.yours", "stand_no.theirs", "stand_back.hears"]
)
def test_who_has_no_public_name_leaves_no_hole(house: House, key: str) -> None:
    words = {"helper": "", "compound": "Happy Court", "until": "2026-11-28", "count": 0}
    said = house.services.words.say("en", key, words)
    assert "  " not in f" {said}"
    assert "ambassador" in said


# ---------------------------------------------------------------- what is named before he goes, and what she may let


async def test_what_is_in_his_hands_is_named_before_he_leaves_and_nothing_is_lost(house: House) -> None:
    await put(house, replace(HOLDS, label="B-09", version=(await house.order(HOLDS.no)).version))
    await rests(house, "leave")
    asked = texts(house, HELPER)
    assert "B-09" in asked
    assert "1 位请您代办" in asked
    await house.tap(HELPER, "leave")
    assert "B-09" in texts(house, HELPER).rpartition("谢谢您做过的一切")[2]
    found = await house.services.store.find(Incident, done_at=0)
    assert {(one.kind, one.code) for one in found} >= {
        ("role", "left"),
        ("uncovered", "left"),
        ("role-ended", "parcel"),
    }
    assert [one.args["role"] for one in house.commands("hospital.end_ambassador")] == ["pr-4"]
    said = texts(house, GROUP)
    assert "陈老师不在幸福里做志愿者了" in said
    assert "B-09" not in said
    urls = [b.url for p in house.posts() if p.chat == GROUP for row in getattr(p.content, "buttons", ()) for b in row]
    assert [url for url in urls if url.endswith("start=helpout-comp-1")]


async def test_he_may_hand_it_on_before_he_leaves(house: House) -> None:
    await rests(house, "leave")
    await house.tap(HELPER, "hand_on")
    assert await serves(house) == HELPER
    assert "a:lend" in [b.data for p in house.posts() for row in getattr(p.content, "buttons", ()) for b in row]


async def lets(house: House, who: int = RESIDENT) -> None:
    rows = [row for post in house.posts() if post.chat == RESIDENT for row in getattr(post.content, "buttons", ())]
    data = [one.data for row in rows for one in row if one.data.startswith("a:stand_lets:")]
    await house.take(house.press(who, data[-1]))


async def test_she_may_let_the_stand_in_too_and_it_ends_with_the_day(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    await lets(house)
    sent = house.commands("hospital.grant_mandate")[-1].args
    assert (sent["ambassador"], sent["patient"], sent["until"]) == (f"pr-{OTHER}", "pat-1", "2026-11-24")
    await house.answer("hospital.grant_mandate", {"id": "m-2", "until": "2026-11-24", "active": True})
    mandate = await house.services.store.get(Mandate, "m-2")
    assert mandate is not None
    assert (mandate.ambassador, mandate.active) == (OTHER, True)
    assert "请您在" in texts(house, OTHER)
    rows = [row for post in house.posts() if post.chat == HELPER for row in getattr(post.content, "buttons", ())]
    back = [one.data for row in rows for one in row if one.data.startswith("a:stand_back:")][-1]
    await house.take(house.press(HELPER, back))
    mandate = await house.services.store.get(Mandate, "m-2")
    assert mandate is not None
    assert not mandate.active
    assert [one.args["mandate"] for one in house.commands("hospital.revoke_mandate")] == ["m-2"]
    own = await house.services.store.get(Mandate, "m-1")
    assert own is not None
    assert own.active, "his own is as it was"


async def test_a_yes_that_comes_when_he_is_back_gives_no_right(house: House) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    await lets(house)
    await midnight(house)
    await house.answer("hospital.grant_mandate", {"id": "m-2", "until": "2026-11-24", "active": True})
    mandate = await house.services.store.get(Mandate, "m-2")
    assert mandate is not None
    assert not mandate.active
    assert [one.args["mandate"] for one in house.commands("hospital.revoke_mandate")] == ["m-2"]


@pytest.mark.parametrize("who", [OPERATOR, THIRD])
async def test_nobody_lets_him_in_her_place(house: House, who: int) -> None:
    await asks(house)
    await house.decides(OTHER, "stand_in")
    await lets(house, who)
    assert not house.commands("hospital.grant_mandate")


async def test_whoever_lives_elsewhere_is_neither_told_nor_asked(house: House) -> None:
    """He serves two compounds and lends one: of the other nothing changes."""
    her = {**BRIEF, "id": "pat-9", "name": "周大山"}
    far = Person(
        FAR, roles=(RoleBinding("patient", "pat-9", ""),), facts={"self": her, "consent": True, "compound": "comp-9"}
    )
    await put(house, far, Mandate("m-9", HELPER, "pat-9", "2027-01-01", True, {"name": "周大山", "brief": her}))
    await asks(house)
    before = len(house.posts())
    await house.decides(OTHER, "stand_in")
    assert "志愿者33" in texts(house, RESIDENT, before)
    assert texts(house, FAR, before) == ""
    await lets(house, FAR)
    assert not house.commands("hospital.grant_mandate")


# ---------------------------------------------------------------- what the hospital is told


async def test_the_hospital_knows_who_serves_it_until_when_and_that_it_is_over(house: House) -> None:
    await asks(house)
    assert not house.commands("hospital.stands_in"), "one of them has not said so yet"
    await house.decides(OTHER, "stand_in")
    (told,) = house.commands("hospital.stands_in")
    (link,) = await house.services.store.find(Link, purpose="stands-in")
    assert (told.args["compound"], told.args["giver"], told.args["helper"]) == ("comp-1", "pr-4", f"pr-{OTHER}")
    assert (told.args["until"], told.args["key"]) == (link.expires, link.id)
    await midnight(house)
    (over,) = house.commands("hospital.is_back")
    assert (over.args["key"], over.lane) == (link.id, told.lane)


async def test_it_knows_of_a_compound_that_rests_and_of_one_who_may_not_stand_in_any_more(house: House) -> None:
    await rests(house, "tomorrow")
    (told,) = house.commands("hospital.stands_in")
    assert (told.args["giver"], told.args["helper"]) == ("pr-4", "")
    await midnight(house)
    assert [one.args["key"] for one in house.commands("hospital.is_back")] == [told.args["key"]]
    await asks(house)
    await house.decides(OTHER, "stand_in")
    turn = house.turn()
    await end(turn, await turn.person(OTHER), f"pr-{OTHER}", "hospital")
    await house.services.store.commit(turn.outcome())
    assert len(house.commands("hospital.is_back")) == 2
