"""Nobody is left out 5: a visit at home by buttons alone, told at each step, and nothing of it kept when it is over."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from backend_client.models import TaskSnapshot
from bot.clock import HandClock
from bot.model import Due, Observed, Person, PlaceKind, RoleBinding, Said, SentOther, Spot, Visit
from bot.ops.registrations import end
from bot.ops.visits import ANSWERED, OVER, visits_for
from tests.cases.rows import GROUP, NEW, OPERATOR, OTHER, ROWS, put, texts
from tests.handlers.house import HELPER, RESIDENT, House, at_home

PHONE = "+8613912345678"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def asks(house: House, who: int = NEW, building: str = "3") -> Visit:
    """By the group's link, and then buttons only."""
    await house.take(house.text(who, "/start visit-comp-1"))
    await house.tap(who, *(["here", building] if building else ["here"]))
    return await newest(house)


async def newest(house: House) -> Visit:
    rows = await house.services.store.find(Visit)
    return max(rows, key=lambda row: row.since)


async def shares(house: House, who: int = NEW, phone: str = PHONE) -> None:
    await house.take(
        house.arrival(SentOther(Spot(who, who, name="王阿姨"), 10_000 + house.count, "contact", phone=phone))
    )


async def rings(house: House, after: int) -> None:
    """The clock of the visit rings."""
    house.clock.advance(after / 1000)
    timer = [one for outcome in house.outcomes for one in outcome.timers if one.step == "visit-late"][-1]
    await house.take(house.arrival(Due(replace(timer, due=house.clock.civil()))))


async def kept_of(house: House, word: str) -> list[str]:
    """Where this word stands in what the house keeps: rows and posts as they are wanted now."""
    store = house.services.store
    rows = [*await store.find(Visit), *await store.find(Person)]
    found = [type(row).__name__ for row in rows if word in json.dumps(astuple(row), default=str)]
    keys = {post.key for post in house.posts()}
    for key in keys:
        standing = await store.standing(key)
        if (
            standing is not None
            and standing.post.content is not None
            and word in str(getattr(standing.post.content, "html", ""))
        ):
            found.append(key)
    return found


async def test_a_newcomer_asks_by_three_presses_and_types_nothing(house: House) -> None:
    row = await asks(house)
    assert (row.phase, row.compound, row.sealed["building"]) == ("requested", "comp-1", "3")
    sent = house.commands("hospital.open_visit")[-1]
    assert (sent.args["compound"], sent.args["building"], sent.args["patient"]) == ("comp-1", "3", "")
    assert house.label("visit_card.requested") in texts(house, NEW)
    assert "幸福里 3 号楼" in texts(house, HELPER)
    assert not texts(house, OPERATOR), "the compound has an ambassador"


async def test_from_the_menu_the_compound_is_chosen_by_a_button(house: House) -> None:
    await house.take(house.press(NEW, "a:visit"))
    await house.tap(NEW, "comp-1", "unknown")
    assert (await newest(house)).sealed.get("building") == ""


async def test_who_came_to_order_by_the_groups_button_finds_the_way_at_each_typed_question(house: House) -> None:
    await house.take(house.text(NEW, "/start need-comp-1"))
    await house.tap(NEW, "yes")  # consent: the number is asked next
    shown = [b.data for p in house.posts() if p.chat == NEW for line in getattr(p.content, "buttons", ()) for b in line]
    assert shown.count("a:visit") == 2
    await house.take(house.press(NEW, "a:visit"))
    await house.tap(NEW, "here", "3")
    assert (await newest(house)).compound == "comp-1"


async def test_name_and_number_are_seen_by_whoever_goes_and_nobody_else(house: House) -> None:
    row = await asks(house)
    await house.take(house.press(NEW, "a:call_me"))
    await shares(house)
    for chat in (HELPER, OPERATOR, GROUP):
        assert PHONE not in texts(house, chat)
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    assert PHONE in texts(house, HELPER)
    assert house.label("visit_card.accepted", helper="陈老师") in texts(house, NEW)
    moved = house.commands("hospital.move_visit")[-1].args
    assert (moved["stage"], moved["owner"]) == ("accepted", "pr-4")
    assert all(PHONE not in str(command.args) for command in house.commands())


@pytest.mark.parametrize(("action", "stage"), [("visit_done", "done"), ("visit_nobody", "nobody-home")])
async def test_when_it_is_over_the_number_is_gone_everywhere(house: House, action: str, stage: str) -> None:
    row = await asks(house)
    await house.take(house.press(NEW, "a:call_me"))
    await shares(house)
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    assert await kept_of(house, PHONE)
    before = len(house.posts())
    await house.take(house.press(HELPER, f"a:{action}:{row.id}"))
    row = await newest(house)
    assert (row.phase, dict(row.sealed)) == (stage, {})
    assert await kept_of(house, PHONE) == []
    assert texts(house, NEW, before)
    assert house.commands("hospital.move_visit")[-1].args["stage"] == stage
    answer = await house.take(house.press(HELPER, f"a:{action}:{row.id}"))
    assert answer.toast == house.label("refused.visit-over")


async def test_call_me_alone_is_a_visit_for_the_operators(house: House) -> None:
    await house.take(house.press(NEW, "a:visit"))
    await house.tap(NEW, "call")
    assert not await house.services.store.find(Visit), "nothing is asked before the number is there"
    await shares(house)
    row = await newest(house)
    assert (row.compound, row.sealed["phone"], row.sealed["name"]) == ("", PHONE, "王阿姨")
    assert PHONE not in texts(house, OPERATOR)
    await house.take(house.press(OPERATOR, f"a:visit_go:{row.id}"))
    assert PHONE in texts(house, OPERATOR)


async def test_a_compound_without_ambassador_is_the_operators(house: House) -> None:
    await put(house, replace(await house.services.store.get(Person, HELPER), roles=()))  # type: ignore[type-var]
    row = await asks(house)
    assert "幸福里" in texts(house, OPERATOR)
    answer = await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    assert answer.toast == house.label("refused.not-for-you")


async def test_a_number_that_nobody_asked_for_or_of_somebody_else(house: House) -> None:
    await shares(house)
    assert not await house.services.store.find(Visit)
    assert await kept_of(house, PHONE) == []
    await house.take(house.press(NEW, "a:call_me"))
    await shares(house, phone="")
    assert house.label("wrong.not_hers") in texts(house, NEW)
    assert not await house.services.store.find(Visit)


async def test_asked_twice_it_is_one(house: House) -> None:
    row = await asks(house)
    await house.take(house.text(NEW, "/visit"))
    assert house.label("home_visit.already") in texts(house, NEW)
    assert [one.id for one in await house.services.store.find(Visit)] == [row.id]


async def test_a_press_that_comes_again_does_nothing_and_says_nothing_new(house: House) -> None:
    row = await asks(house)
    press = house.press(HELPER, f"a:visit_go:{row.id}")
    await house.take(press)
    before = len(house.posts())
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    assert len(house.commands("hospital.move_visit")) == 1
    assert not texts(house, NEW, before)


async def test_whose_role_ends_while_he_goes_keeps_no_number_and_somebody_else_reads_it(house: House) -> None:
    row = await asks(house)
    await house.take(house.press(NEW, "a:call_me"))
    await shares(house)
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    turn = house.turn()
    await end(turn, await turn.person(HELPER), "pr-4", "hospital")
    await house.services.store.commit(turn.outcome())
    await house.show()
    assert f"visit:{row.id}:{HELPER}" not in await kept_of(house, PHONE)
    row = await newest(house)
    assert (row.phase, row.helper, row.sealed["phone"]) == ("requested", 0, PHONE)
    await rings(house, ANSWERED)
    assert "幸福里" in texts(house, OPERATOR)
    await house.take(house.press(OPERATOR, f"a:visit_go:{row.id}"))
    await house.take(house.press(OPERATOR, f"a:visit_done:{row.id}"))
    assert await kept_of(house, PHONE) == []


async def test_two_who_go_at_once_are_one(house: House) -> None:
    await put(house, replace(await house.services.store.get(Person, HELPER), roles=()))  # type: ignore[type-var]
    await put(house, Person(OTHER, roles=(RoleBinding("operator", "pr-19", "钱"),)))
    row = await asks(house)
    go = f"a:visit_go:{row.id}"
    await house.together(house.press(OPERATOR, go), house.press(OTHER, go))
    assert len(house.commands("hospital.move_visit")) == 1


async def test_a_stranger_cannot_end_it(house: House) -> None:
    row = await asks(house)
    for action in ("visit_off", "visit_go", "visit_done"):
        answer = await house.take(house.press(OTHER, f"a:{action}:{row.id}"))
        assert answer.toast == house.label("refused.not-for-you")
    await house.take(house.press(NEW, f"a:visit_off:{row.id}"))
    assert (await newest(house)).phase == "cancelled"


async def test_nobody_goes_the_operators_know_and_she_reads_it(house: House) -> None:
    row = await asks(house)
    await rings(house, ANSWERED)
    assert house.label("visit_late.waits", phone=house.services.config.hospital_phone) in texts(house, NEW)
    assert "幸福里" in texts(house, OPERATOR)
    assert await visits_for(house.turn(), OPERATOR)
    await rings(house, OVER)
    row = await newest(house)
    assert (row.phase, dict(row.sealed)) == ("late", {})
    assert house.commands("hospital.move_visit")[-1].args["stage"] == "cancelled"


async def test_what_the_hospital_ended_is_over_and_an_echo_changes_nothing(house: House) -> None:
    row = await asks(house)
    for status, stage in (("requested", "requested"), ("in-progress", "requested"), ("completed", "done")):
        seen = TaskSnapshot("t1", "home-visit", status, house.clock.civil(), status, key=row.id)
        await house.take(house.arrival(Observed(seen)))
        assert (await newest(house)).phase == stage
    assert not house.commands("hospital.move_visit"), "it knows"


async def test_the_hand_that_goes_finds_the_way_to_her_enrolment(house: House) -> None:
    row = await asks(house)
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    data = [
        b.data for p in house.posts() if p.chat == HELPER for line in getattr(p.content, "buttons", ()) for b in line
    ]
    assert "a:neighbour" in data


async def test_a_patient_of_ours_is_named_to_whoever_goes(house: House) -> None:
    row = await asks(house, RESIDENT, building="")
    assert house.commands("hospital.open_visit")[-1].args["patient"] == "pat-1"
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    assert "王秀英" in texts(house, HELPER)
    assert "3号楼301" in texts(house, HELPER)


async def test_a_group_reads_nothing_of_it(house: House) -> None:
    assert await house.turn().place_kind(GROUP) is PlaceKind.COMPOUND
    row = await asks(house)
    await shares(house)
    await house.take(house.press(HELPER, f"a:visit_go:{row.id}"))
    assert texts(house, GROUP) == ""
    await house.take(house.arrival(Said(Spot(GROUP, NEW), 1, "/visit")))
    assert texts(house, GROUP) == ""
