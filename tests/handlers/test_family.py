"""Nobody is left out 1: people on my phone; her own yes and the hospital's, and either side ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import TaskSnapshot
from bot.clock import HandClock
from bot.dialog import Refused
from bot.model import Dialog, Due, Incident, Observed, Order, Person, Right
from bot.ops.orders import actor, may_hear
from bot.ops.registry import Act
from bot.ops.rights import patient_for, payer, rights_of, watchers
from tests.cases.rows import NEW, NO, ROWS, put, texts
from tests.handlers.house import BRIEF, LINE, RESIDENT, House, at_home, told
from tests.handlers.test_claims import asks, own

DAUGHTER = NEW
BOY = {"id": "pat-21", "name": "周乐", "birth_date": "2017-05-06"}
GIRL = {"id": "pat-22", "name": "周宁", "birth_date": "2017-05-06"}  # twins: one birthday
TEEN = {"id": "pat-23", "name": "韩林", "birth_date": "2011-04-08"}
BABY = {"id": "pat-24", "name": "小宝", "birth_date": "2023-01-01"}
AWAY = {"id": "pat-25", "name": "孙奶奶", "birth_date": "1941-01-01"}  # no phone here
NUMBERS = {one["id"]: f"8001{one['id'][-2:]}00" for one in (BOY, GIRL, TEEN, BABY, AWAY, BRIEF)}


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


async def adds(house: House, patient: dict[str, Any], relation: str = "child", who: int = DAUGHTER) -> str:
    """Relation, number and birthday; what is then read."""
    before = len(house.posts())
    await house.take(house.text(who, "/family"))
    await house.tap(who, relation)
    await house.take(house.text(who, NUMBERS[patient["id"]]))
    await house.take(house.text(who, patient["birth_date"]))
    await house.answer("hospital.find_patient", patient)
    return texts(house, who, before)


async def asked_there(house: House, task: str) -> str:
    """The hospital has the application."""
    await house.answer("hospital.ask_family", {"related": f"rel-{task}", "task": task})
    return task


async def decides(house: House, task: str, patient: str, status: str = "completed", reason: str = "") -> None:
    seen = TaskSnapshot(task, "application", f"{task}-{status}", house.clock.civil(), status,
                        about=f"RelatedPerson/rel-{task}", patient=patient, reason=reason)  # fmt: skip
    since = len(house.outcomes)
    await house.take(house.arrival(Observed(seen)))
    for timer in [one for outcome in house.outcomes[since:] for one in outcome.timers]:
        await house.take(house.arrival(Due(timer)))


async def with_child(house: House, patient: dict[str, Any] = BOY, task: str = "t-1") -> str:
    """A child is on her phone, approved."""
    await adds(house, patient)
    if await _waits_for_name(house):
        await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    await asked_there(house, task)
    await decides(house, task, patient["id"])
    return task


async def _waits_for_name(house: House) -> bool:
    return (await house.dialog(DAUGHTER)).step == "name"


async def with_mother(house: House, scope: str = "all") -> str:
    """Her mother let her, on her own phone, and the hospital approved."""
    await adds(house, BRIEF, "parent")
    await house.take(house.text(DAUGHTER, "孙静"))
    await house.tap(RESIDENT, scope)
    await asked_there(house, "t-9")
    await decides(house, "t-9", BRIEF["id"])
    return "t-9"


async def acts_for(house: House, who: int = DAUGHTER) -> list[str]:
    return [str(one.sealed["patient"]["id"]) for one in await rights_of(house.turn(), who)]


# ---------------------------------------------------------------- who is added, and what it needs


async def test_a_child_waits_for_the_hospital_and_is_hers_then(house: House) -> None:
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    sent = house.commands("hospital.ask_family")[-1].args
    assert (sent["kind"], sent["relation"], sent["name"], sent["proof"]) == ("guardian", "child", "何丽", "hospital")
    before = len(house.posts())
    await asked_there(house, "t-1")
    assert "到医院服务台" in texts(house, DAUGHTER, before)
    assert await acts_for(house) == []
    await house.take(house.press(DAUGHTER, "a:helpers"))
    assert "还在等医院同意" in texts(house, DAUGHTER, before)
    assert "周乐" not in texts(house, DAUGHTER), "nothing of the record before the hospital has agreed"
    await decides(house, "t-1", BOY["id"])
    assert await acts_for(house) == [BOY["id"]]
    assert "可以替周乐下单" in texts(house, DAUGHTER, before)
    consents = [one.args["patient"] for one in house.commands("hospital.record_consent")]
    assert consents == [BOY["id"]], "the guardian's consent to the child's health data, on its own"


async def test_under_six_is_not_on_line_here(house: House) -> None:
    """R7."""
    said = await adds(house, BABY)
    assert "6 岁以下" in said
    assert not house.commands("hospital.ask_family")


async def test_without_the_guardians_consent_nothing_is_asked(house: House) -> None:
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "no")
    assert not house.commands("hospital.ask_family")


async def test_from_fourteen_the_own_yes_is_needed(house: House) -> None:
    """R7, R13: where the child has no phone here the hospital sees the proof; the guardian consents for nobody."""
    await adds(house, TEEN)
    await house.take(house.text(DAUGHTER, "何丽"))
    sent = house.commands("hospital.ask_family")[-1].args
    assert (sent["kind"], sent["proof"]) == ("guardian", "hospital")
    await asked_there(house, "t-1")
    assert not house.commands("hospital.record_consent")


async def test_her_mother_is_asked_on_her_own_phone(house: House) -> None:
    await adds(house, BRIEF, "parent")
    before = len(house.posts())
    await house.take(house.text(DAUGHTER, "孙静"))
    assert "孙静想在自己的手机上替您下单" in texts(house, RESIDENT, before)
    assert not house.commands("hospital.ask_family"), "her yes comes first"
    await house.tap(RESIDENT, "all")
    sent = house.commands("hospital.ask_family")[-1].args
    assert (sent["kind"], sent["proof"], sent["scope"]) == ("family", "own-phone", "all")
    assert BRIEF["address"] not in texts(house, DAUGHTER)


async def test_a_phone_that_no_longer_holds_her_record_proves_nothing(house: House) -> None:
    """It is asked, her record moves to her new phone, and only then is the old one's button pressed."""
    await adds(house, BRIEF, "parent")
    await house.take(house.text(DAUGHTER, "孙静"))
    old = await house.services.store.get(Person, RESIDENT)
    assert old is not None
    await put(house, replace(old, roles=(), facts={k: v for k, v in old.facts.items() if k != "self"}))
    await house.tap(RESIDENT, "all")
    assert house.commands("hospital.ask_family")[-1].args["proof"] == "hospital", "the registrar looks"


async def test_her_mother_says_no(house: House) -> None:
    await adds(house, BRIEF, "parent")
    await house.take(house.text(DAUGHTER, "孙静"))
    before = len(house.posts())
    await house.tap(RESIDENT, "no")
    assert "没有同意" in texts(house, DAUGHTER, before)
    assert not house.commands("hospital.ask_family")


async def test_the_hospital_says_no(house: House) -> None:
    await adds(house, AWAY, "parent")
    await house.take(house.text(DAUGHTER, "孙静"))
    await asked_there(house, "t-1")
    before = len(house.posts())
    await decides(house, "t-1", AWAY["id"], "rejected", "材料不齐")
    assert "材料不齐" in texts(house, DAUGHTER, before)
    assert await acts_for(house) == []
    assert "没有同意" not in await adds(house, AWAY, "parent"), "and may be asked again"


async def test_two_children_with_one_birthday_are_two(house: House) -> None:
    await with_child(house, BOY, "t-1")
    await with_child(house, GIRL, "t-2")
    assert sorted(await acts_for(house)) == [BOY["id"], GIRL["id"]]


async def test_a_person_added_twice(house: House) -> None:
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    await asked_there(house, "t-1")
    assert house.label("refused.asked-already") in await adds(house, BOY)
    await decides(house, "t-1", BOY["id"])
    await decides(house, "t-1", BOY["id"])
    assert house.label("refused.added-already") in await adds(house, BOY)
    assert texts(house, DAUGHTER).count("可以替周乐下单") == 1
    assert house.label("refused.own-record") in await adds(house, BRIEF, "other", RESIDENT)


async def test_an_approval_after_it_was_taken_back(house: House) -> None:
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    await asked_there(house, "t-1")
    right = next(one for outcome in reversed(house.outcomes) for one in outcome.rows if isinstance(one, Right))
    await house.take(house.press(DAUGHTER, f"a:end_person:{right.id}"))
    ended = len(house.commands("hospital.end_related"))
    await decides(house, "t-1", BOY["id"])
    assert await acts_for(house) == []
    assert len(house.commands("hospital.end_related")) == ended + 1, "the hospital hears it again"


async def test_an_approval_that_comes_after_the_order(house: House) -> None:
    """She ordered meanwhile: from the approval on the family phone sees where it is."""
    await adds(house, BRIEF, "parent")
    await house.take(house.text(DAUGHTER, "孙静"))
    await house.tap(RESIDENT, "stage")
    await asked_there(house, "t-9")
    assert NO not in texts(house, DAUGHTER)
    await decides(house, "t-9", BRIEF["id"])
    assert NO in texts(house, DAUGHTER)


# ---------------------------------------------------------------- what the family sees and does


async def test_a_family_that_may_see_the_stage_sees_stage_and_code(house: House) -> None:
    """The row 'family' of the table of who may see what: drugs only if she allowed it."""
    await with_mother(house, "stage")
    since = len(house.posts())
    for stage in ("in-consult", "prescribed", "passed", "quoted", "paid", "packed", "on-the-way", "arrived"):
        house.clock.advance(60)
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil()))))
    shown = texts(house, DAUGHTER, since)
    assert "4711" in shown
    for secret in (LINE.name, LINE.sig, "2型糖尿病", "¥", BRIEF["address"]):
        assert secret not in shown
    row = await house.order(NO)
    assert DAUGHTER not in await watchers(house.turn(), row)
    with pytest.raises(Refused):
        await patient_for(house.turn(), DAUGHTER, BRIEF["id"])
    buttons = [b.data for p in house.posts()[since:] if p.chat == DAUGHTER
               for line in getattr(p.content, "buttons", ()) for b in line]  # fmt: skip
    assert not [one for one in buttons if NO in one]


async def test_one_that_may_see_all_acts_as_related_person(house: House) -> None:
    await with_mother(house)
    row, turn = await house.order(NO), house.turn()
    assert DAUGHTER in await may_hear(turn, row)
    who = await actor(Act(turn, DAUGHTER, DAUGHTER), row, "watcher")
    assert who == {"reference": "RelatedPerson/rel-t-9", "on_behalf_of": BRIEF["id"], "mandate": ""}
    assert await payer(turn, row) == RESIDENT


async def childs_order(house: House) -> Order:
    await with_child(house)
    row = await house.order(NO)
    hers = {"patient": house.turn().blind("patient", BOY["id"]), "snapshot": {**row.snapshot, "patient": BOY}}
    child = replace(row, no="MR1123-7", placed_by=DAUGHTER, patient_account=0, topic="", version=0, **hers)
    await put(house, child)
    return child


@pytest.mark.parametrize("over", [False, True], ids=["under way", "over"])
async def test_an_order_that_nobody_can_go_on_with_is_an_exception(house: House, over: bool) -> None:
    """The only guardian's right ends while the child's order is under way: somebody must find out who acts now."""
    child = await childs_order(house)
    if over:
        row = await house.order(child.no)
        await put(house, replace(row, stage="confirmed"))
    (right,) = [one for one in await house.services.store.find(Right, by="guardian") if one.approved]
    await house.take(house.press(DAUGHTER, f"a:end_person:{right.id}"))
    raised = [(one.kind, one.order) for one in await house.services.store.find(Incident, done_at=0)]
    assert raised == ([] if over else [("nobody", child.no)])


async def test_a_guardian_pays_and_receives_for_a_child(house: House) -> None:
    child, turn = await childs_order(house), house.turn()
    assert await payer(turn, child) == DAUGHTER
    seen = replace(told("MR1123-7", "handed-over", house.clock.civil()), patient=replace(_patient(), id=BOY["id"]))
    before = len(house.posts())
    await house.take(house.arrival(Observed(seen)))
    assert "a:received:MR1123-7" in [b.data for p in house.posts()[before:] if p.chat == DAUGHTER
                                     for line in getattr(p.content, "buttons", ()) for b in line]  # fmt: skip


def _patient() -> Any:
    return told(NO, "submitted", 1).patient


async def test_one_received_is_enough_and_the_other_phone_reads_by_whom(house: House) -> None:
    await with_mother(house)
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, "handed-over", house.clock.civil()))))
    await house.take(house.press(DAUGHTER, f"a:received:{NO}"))
    house.clock.advance(60)
    before = len(house.posts())
    await house.take(house.arrival(Observed(told(NO, "confirmed", house.clock.civil()))))
    assert "孙静按的" in texts(house, RESIDENT, before)
    assert "孙静按的" not in texts(house, DAUGHTER, before)


# ---------------------------------------------------------------- ended


@pytest.mark.parametrize("who", [DAUGHTER, RESIDENT])
async def test_either_side_ends_it_in_two_taps(house: House, who: int) -> None:
    await with_mother(house)
    before = len(house.posts())
    await house.take(house.press(who, "a:helpers"))
    ends = [b.data for p in house.posts()[before:] if p.chat == who
            for line in getattr(p.content, "buttons", ()) for b in line if "end_person" in b.data]  # fmt: skip
    assert len(ends) == 1
    await house.take(house.press(who, ends[0]))
    assert await acts_for(house) == []
    row = await house.order(NO)
    assert DAUGHTER not in await watchers(house.turn(), row)
    assert [one.args["related"] for one in house.commands("hospital.end_related")] == ["rel-t-9"]
    other = RESIDENT if who == DAUGHTER else DAUGHTER
    assert "不再" in texts(house, other, before)


async def test_a_stranger_ends_nothing(house: House) -> None:
    await with_mother(house)
    right = next(one for outcome in house.outcomes for one in outcome.rows if isinstance(one, Right) and one.approved
                 and one.by == "family")  # fmt: skip
    await house.take(house.press(999, f"a:end_person:{right.id}"))
    assert await acts_for(house) == [BRIEF["id"]]


async def test_an_order_of_a_right_that_ended_shows_nothing_more(house: House) -> None:
    await with_mother(house)
    row = await house.order(NO)
    await put(house, replace(row, placed_by=DAUGHTER))
    right = next(one for outcome in reversed(house.outcomes) for one in outcome.rows if isinstance(one, Right))
    await house.take(house.press(RESIDENT, f"a:end_person:{right.id}"))
    row = await house.order(NO)
    assert DAUGHTER not in await may_hear(house.turn(), row)
    await house.take(house.press(DAUGHTER, f"a:cancel:{NO}"))
    assert (await house.order(NO)).pending == ""


# ---------------------------------------------------------------- her mother's number on her own phone


async def test_a_daughter_who_enters_her_mothers_number_as_her_own(house: House) -> None:
    """A5 of 'It stands': her mother's phone is asked, and may let her see it."""
    await asks(house, DAUGHTER)
    assert await own(house, DAUGHTER) == ""
    await house.tap(RESIDENT, "family")
    await house.tap(RESIDENT, "stage")
    assert await own(house, RESIDENT) == BRIEF["id"], "nothing moves"
    await house.tap(DAUGHTER, "parent")
    await house.take(house.text(DAUGHTER, "孙静"))
    sent = house.commands("hospital.ask_family")[-1].args
    assert (sent["patient"], sent["scope"], sent["proof"]) == (BRIEF["id"], "stage", "own-phone")
    await asked_there(house, "t-9")
    await decides(house, "t-9", BRIEF["id"])
    assert await own(house, DAUGHTER) == ""
    assert NO in texts(house, DAUGHTER)


async def test_where_it_is_for_family_the_number_is_not_asked_as_her_own(house: House) -> None:
    await put(house, Person(801, facts={"consent": True}))
    await house.take(house.text(801, "/enrol"))
    before = len(house.posts())
    await house.tap(801, "for_family")
    assert "添加家人" in texts(house, 801, before)


async def test_her_button_carries_no_number_of_the_hospital(house: House) -> None:
    """A7: [I need medicine] for her opens her order by a mark; a chat's history holds no patient's id."""
    await with_child(house)
    data = [
        b.data for p in house.posts() if p.chat == DAUGHTER for row in getattr(p.content, "buttons", ()) for b in row
    ]
    assert not [one for one in data if BOY["id"] in one]
    (need,) = {one for one in data if one.startswith("a:need:")}
    assert len(need) <= 64  # bytes, the messenger's limit
    await house.take(house.press(DAUGHTER, need))
    assert "周乐" in texts(house, DAUGHTER), "it is about him"
    assert (await house.dialog(DAUGHTER)).flow == "refill"


async def test_who_pressed_add_a_person_by_mistake_adds_nobody(house: House) -> None:
    await house.take(house.press(DAUGHTER, "a:add_person"))
    before = len(house.posts())
    await house.tap(DAUGHTER, "stop")
    assert house.label("add_person.stopped") in texts(house, DAUGHTER, before)
    assert not await house.services.store.find(Dialog, person=DAUGHTER, state="open")
