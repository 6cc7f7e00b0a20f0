"""A right that ended, an approval that overtook, a payer who is just paying: what each of them meets."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Related, Settlement
from bot.clock import HandClock
from bot.model import Due, Mandate, Observed, Right
from bot.moves import BY_WATCHER
from bot.ops.rights import payer
from tests.cases.rows import NO, ROWS, put, texts
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House, at_home, told
from tests.handlers.test_family import (
    AWAY,
    BOY,
    DAUGHTER,
    acts_for,
    adds,
    asked_there,
    decides,
    with_child,
    with_mother,
)
from tests.handlers.test_money import QUOTED
from tests.handlers.test_payer_by_link import SON, checks_out, opens, pays, ring, says_pay, shares

KID = "MR1123-7"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        yield house


@pytest.fixture
async def bill(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    """An order that waits to be paid."""
    async with at_home(tmp_path / "core.sqlite", clock, (QUOTED,)) as house:
        yield house


def seen_of(patient: dict[str, Any], stage: str, at: int, **more: Any) -> Any:
    seen = told(KID, stage, at, **more)
    return replace(seen, patient=replace(seen.patient, **patient))


async def ordered(house: House, patient: dict[str, Any], by: int, mandate: str = "") -> None:
    """An order for somebody with no phone here."""
    row = await house.order(NO)
    mark = house.turn().blind("patient", patient["id"])
    child = replace(row, no=KID, placed_by=by, patient_account=0, topic="", mandate=mandate, patient=mark, version=0,
                    snapshot={**row.snapshot, "patient": {**BRIEF, **patient}})  # fmt: skip
    await put(house, child)


async def right_of(house: House) -> Right:
    found = await house.services.store.find(Right, account=house.turn().blind("account", str(DAUGHTER)))
    return next(one for one in found if one.by in ("guardian", "family"))


async def test_a_guardian_whose_right_ended_is_neither_payer_nor_told_the_code(house: House) -> None:
    await with_child(house)
    await ordered(house, BOY, DAUGHTER)
    await house.take(house.press(DAUGHTER, f"a:end_person:{(await right_of(house)).id}"))
    assert await acts_for(house) == []
    assert await payer(house.turn(), await house.order(KID)) == 0
    before = len(house.posts())
    house.clock.advance(60)
    await house.take(house.arrival(Observed(seen_of(BOY, "quoted", house.clock.civil()))))
    house.clock.advance(60)
    await house.take(house.arrival(Observed(seen_of(BOY, "arrived", house.clock.civil()))))
    shown = texts(house, DAUGHTER, before)
    assert "¥" not in shown
    assert "4711" not in shown


async def test_an_approval_that_overtakes_the_answer_to_its_own_application(house: House) -> None:
    """The transaction landed, its answer was lost; the registrar was quicker than the bot came back."""
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    await decides(house, "t-1", BOY["id"])
    before = len(house.posts())
    since = len(house.outcomes)
    await house.answer("hospital.ask_family", {"related": "rel-t-1", "task": "t-1", "status": "completed"})
    for timer in [one for outcome in house.outcomes[since:] for one in outcome.timers]:
        await house.take(house.arrival(Due(timer)))
    assert await acts_for(house) == [BOY["id"]]
    assert "可以替周乐下单" in texts(house, DAUGHTER, before)


async def test_a_refusal_that_overtakes_it(house: House) -> None:
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    await decides(house, "t-1", BOY["id"], "rejected", "材料不齐")
    stands = {"related": "rel-t-1", "task": "t-1", "status": "rejected", "reason": "材料不齐"}
    await house.answer("hospital.ask_family", stands)
    assert house.label("refused.asked-already") not in await adds(house, BOY)


async def test_where_the_payer_ends_her_right_whoever_ordered_can_pass_a_link_on(house: House) -> None:
    brief = {**BRIEF, **AWAY}
    await put(house, Mandate("m-1", HELPER, AWAY["id"], "2099-01-01", True, {"name": AWAY["name"], "brief": brief}))
    await adds(house, AWAY, "parent")
    await house.take(house.text(DAUGHTER, "孙静"))
    await asked_there(house, "t-1")
    await decides(house, "t-1", AWAY["id"])
    await ordered(house, AWAY, HELPER, "m-1")
    before = len(house.posts())
    house.clock.advance(60)
    await house.take(house.arrival(Observed(seen_of(AWAY, "quoted", house.clock.civil()))))
    assert "¥10.00" in texts(house, DAUGHTER, before)
    assert "¥" not in texts(house, HELPER, before)
    before = len(house.posts())
    await house.take(house.press(DAUGHTER, f"a:end_person:{(await right_of(house)).id}"))
    assert "¥10.00" in texts(house, HELPER, before), "else nobody is told that it waits to be paid"
    gone = [post for post in house.posts()[before:] if post.chat == DAUGHTER and post.key.startswith("pay:")]
    assert [post.content for post in gone][-1:] == [None]


async def test_who_sees_the_stage_only_reads_no_sum_when_it_is_cancelled(house: House) -> None:
    await with_mother(house, "stage")
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, "paid", house.clock.civil()))))
    house.clock.advance(60)
    before = len(house.posts())
    await house.take(house.arrival(Observed(told(NO, "cancelled", house.clock.civil(), kept=1000, reason=BY_WATCHER))))
    assert "¥10.00" in texts(house, RESIDENT, before)
    assert NO in texts(house, DAUGHTER, before)
    assert "¥" not in texts(house, DAUGHTER, before)


async def test_a_relative_whom_the_hospital_ended_sees_no_more(house: House) -> None:
    """R18: a right is read from the hospital while it is used."""
    await with_mother(house)
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, "in-consult", house.clock.civil()))))
    read = house.commands("hospital.read_related")
    assert [one.args for one in read] == [{"related": "rel-t-9", "patient": BRIEF["id"]}]
    await house.answer("hospital.read_related", Related("rel-t-9", BRIEF["id"], True, "2099-01-01"))
    assert await acts_for(house) == [BRIEF["id"]]
    house.clock.advance(25 * 3600)
    await house.take(house.arrival(Observed(told(NO, "prescribed", house.clock.civil()))))
    before = len(house.posts())
    await house.answer("hospital.read_related", Related("rel-t-9", BRIEF["id"]))
    assert await acts_for(house) == []
    assert house.label("refused.family-ended") in texts(house, DAUGHTER, before)
    gone = [post for post in house.posts()[before:] if post.key == f"card:{NO}:{DAUGHTER}"]
    assert [post.content for post in gone][-1:] == [None]
    before = len(house.posts())
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, "arrived", house.clock.civil()))))
    assert texts(house, DAUGHTER, before) == ""


# ---------------------------------------------------------------- a payer by link


async def test_what_is_still_due_after_a_new_price_is_paid_by_the_same_link(bill: House) -> None:
    house = bill
    await says_pay(house, SON, await shares(house))
    await checks_out(house, SON)
    await pays(house, SON)
    for stage, more in (("paid", {}), ("returned", {"kept": 1000}), ("prescribed", {"kept": 1000}),
                        ("passed", {"kept": 1000}),
                        ("quoted", {"kept": 1000, "settlement": Settlement(5000, 2500, 500, 2000, True)})):  # fmt: skip
        house.clock.advance(60)
        before = len(house.posts())
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil(), **more))))
    last = [post for post in house.posts()[before:] if post.chat == SON][-1].content
    assert "¥10.00" in last.html
    assert "告诉医院" not in last.html, "his first money is in the books long since"
    assert [one.data for row in last.buttons for one in row] == [f"a:pay_for:{NO}"]


async def test_nobody_takes_the_link_back_while_he_is_just_paying(bill: House) -> None:
    house = bill
    await says_pay(house, SON, await shares(house))
    assert await checks_out(house, SON) == ""
    before = len(house.posts())
    answer = await house.take(house.press(RESIDENT, f"a:end_family:{NO}"))
    assert house.label("refused.link-paying") in answer.toast
    assert "不用您付" not in texts(house, SON, before)
    house.clock.advance(60 * house.services.config.pay_lease_minutes + 1)
    await house.take(house.press(RESIDENT, f"a:end_family:{NO}"))
    assert "不用您付" in texts(house, SON, before)


async def test_a_stranger_who_said_he_pays_and_did_not_follows_it_no_further(bill: House) -> None:
    house = bill
    await says_pay(house, SON, await shares(house))
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, "paid", house.clock.civil()))))
    before = len(house.posts())
    for stage in ("packed", "on-the-way", "arrived", "with-ambassador", "handed-over", "confirmed"):
        house.clock.advance(60)
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil()))))
    shown = texts(house, SON, before)
    assert "现在：" not in shown
    assert "王*" in shown


async def test_his_bill_is_not_sent_when_it_is_owed_no_more(bill: House) -> None:
    house = bill
    await says_pay(house, SON, await shares(house))
    post = [post for post in house.posts() if post.chat == SON and hasattr(post.content, "payload")][-1]
    assert post.holds == f"owed:{NO}"


async def test_a_link_of_somebody_whose_right_ended_opens_nothing(house: House) -> None:
    await with_child(house)
    await ordered(house, BOY, DAUGHTER)
    house.clock.advance(60)
    await house.take(house.arrival(Observed(seen_of(BOY, "quoted", house.clock.civil()))))
    before = len(house.posts())
    await house.take(house.press(DAUGHTER, f"a:family_pays:{KID}"))
    await house.take(house.text(DAUGHTER, "他爸"))
    link = re.search(r"start=(family-\w+)", texts(house, DAUGHTER, before))
    assert link
    await house.take(house.press(DAUGHTER, f"a:end_person:{(await right_of(house)).id}"))
    assert house.label("refused.pay-link-over") in await opens(house, SON, link[1])


async def test_it_does_not_run_out_under_whoever_is_just_paying(bill: House) -> None:
    house = bill
    await says_pay(house, SON, await shares(house))
    house.clock.advance(24 * 3600 - 60)
    assert await checks_out(house, SON) == ""
    house.clock.advance(120)
    before = len(house.posts())
    await ring(house, house.clock.civil())
    assert texts(house, SON, before) == ""
    await pays(house, SON)
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, "paid", house.clock.civil()))))
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, "cancelled", house.clock.civil(), kept=1000))))
    assert "¥10.00 会原路退回" in texts(house, SON, before), "his money goes back, and he hears it"
