"""Nobody is left out 4: a neighbours' desk chooses for a caller what it never sees; name and stage are all it reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Changes, Settlement
from bot.clock import HandClock
from bot.dialog.buttons import short
from bot.model import (
    Dialog,
    Halt,
    Mandate,
    Observed,
    Order,
    Payment,
    Person,
    Pressed,
    Returned,
    Right,
    RoleBinding,
    Spot,
    Visit,
)
from bot.ops.orders import may_hear
from bot.ops.rights import mark, patient_for, payer, rights_of
from tests.cases.rows import CASE, NEW, OF, OTHER, ROWS, put, texts
from tests.handlers.house import BRIEF, HELPER, HISTORY, LISTS, RESIDENT, ROAD, House, at_home, told

DESK, SECOND = NEW, OTHER
JIANG = {"id": "pat-31", "name": "江淑芬", "birth_date": "1941-02-03", "sex": "female", "address": "2号楼101",
         "building": "2", "phone_tail": "4417", "compound": "comp-1"}  # fmt: skip
FAR = {**JIANG, "id": "pat-32", "name": "远方人", "compound": "comp-2"}
#: What no message to a desk may show, whatever it says (the product's table of who reads what).
NEVER = (
    "二甲双胍",
    "0.5g",
    "bid",
    "2型糖尿病",
    "糖尿病",
    "内分泌",
    "4711",
    "4417",
    "2号楼",
    "80010031",
    "MR",
    "pat-31",
)


def desk(id: int, role: str, *places: str, name: str = "谭巧云") -> Person:
    return Person(id, roles=(RoleBinding("desk", role, name, locations=places),))


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = [*ROWS, desk(DESK, "pr-desk", "comp-1"), desk(SECOND, "pr-desk-2", "comp-1", name="钱窗口")]
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house
        for account in (DESK, SECOND):
            seen = texts(house, account) + _labels(house, account)
            assert not [word for word in NEVER if word in seen], seen
            assert "¥" not in seen or house.services.config.cash_desks, "a price, and the desk takes no money"


def _labels(house: House, chat: int) -> str:
    rows = [row for post in house.posts() if post.chat == chat for row in getattr(post.content, "buttons", ())]
    return "\n".join(one.label for row in rows for one in row)


def entitled(house: House, *roles: str) -> None:
    house.services = replace(house.services, config=replace(house.services.config, cash_desks=frozenset(roles)))
    house.core = type(house.core)(house.services, house.core._route)


async def calls(house: House, who: int = DESK, whose: dict[str, Any] | None = JIANG, number: str = "80010031") -> str:
    """[Take a call], number and birthday; what is then read."""
    await house.take(house.press(who, "a:caller"))
    return await identified(house, who, whose, number)


async def identified(house: House, who: int, whose: dict[str, Any] | None, number: str) -> str:
    for words in (number, "1941-02-03"):
        await house.take(house.text(who, words))
    before, asked = len(house.posts()), house.commands("hospital.find_patient")
    if asked and await house.services.store.command(asked[-1].key):
        await house.take(house.arrival(Returned(asked[-1].key, whose, "" if whose else "no-such-patient")))
    return texts(house, who, before)


async def agrees(house: House, who: int = DESK, consent: str = "c-1", call: str = "T-9") -> None:
    await house.tap(who, "yes", "yes")
    await house.take(house.text(who, call))
    await house.answer("hospital.grant_mandate", {"id": consent, "until": "2027-05-01", "active": True})


async def recorded(house: House, who: int = DESK, history: Any = HISTORY, cover: str = "covered") -> str:
    """[Same as last]; what the hospital says of her orders and her record."""
    await house.tap(who, "same")
    before = len(house.posts())
    await house.answer("hospital.orders_of", Changes((), (), ""))
    asked = house.commands("hospital.patient_file")
    if asked and await house.services.store.command(asked[-1].key):
        await house.answer("hospital.patient_file", {"cover": cover, "history": history, "patient": JIANG})
    return texts(house, who, before)


async def ordered(house: House, who: int = DESK) -> str:
    """The whole call, to [Send]; the order's number."""
    await calls(house, who)
    await agrees(house, who)
    await recorded(house, who)
    await house.tap(who, "3-7", "ok")
    return str(house.commands("hospital.submit")[-1].args["draft"]["no"])


async def stands(house: House, no: str, stage: str, at: int = 0, **more: Any) -> None:
    """The hospital tells how it stands."""
    her = replace(told(no, stage, 1).patient, id="pat-31", name="江淑芬", compound="comp-1")
    at = at or house.clock.civil() + ROAD.index(stage) if stage in ROAD else house.clock.civil()
    await house.take(house.arrival(Observed(replace(told(no, stage, at, **more), patient=her))))


FREE = Settlement(4000, 3500, 500, 0, True)


# ---------------------------------------------------------------- who calls


async def test_a_caller_consents_by_voice_and_both_consents_name_the_call(house: House) -> None:
    said = await calls(house)
    assert "江淑芬" not in said, "her name only once she has agreed"
    await agrees(house)
    granted = house.commands("hospital.grant_mandate")[-1].args
    assert (granted["ambassador"], granted["proof"], granted["reference"]) == ("pr-desk", "by-telephone", "T9")
    health = house.commands("hospital.consent_by_desk")[-1].args
    assert (health["patient"], health["role"], health["number"]) == ("pat-31", "pr-desk", "T9")
    assert "江淑芬" in texts(house, DESK)


async def test_without_either_yes_nothing_is_recorded(house: House) -> None:
    await calls(house)
    await house.tap(DESK, "yes", "no")
    assert not house.commands("hospital.grant_mandate")
    assert "什么都没有登记" in texts(house, DESK)


async def test_wrong_unknown_and_elsewhere_read_the_same_and_a_desk_may_not_try_on(house: House) -> None:
    """Guesses are counted on the desk and on the number; nothing tells that somebody exists who lives elsewhere."""
    said: list[list[str]] = []
    for whose in (None, FAR, {**JIANG, "active": False}):
        await house.take(house.press(DESK, "a:caller"))
        said.append([await identified(house, DESK, whose, "80010032") for _ in range(3)])
        await put(house, *[replace(one, values=()) for one in await _tries(house)])
    assert said[0] == said[1] == said[2]
    assert "今天在您这里的小区里查不到" in said[0][-1]
    for number in ("80010033", "80010034"):
        await house.take(house.press(DESK, "a:caller"))
        for _ in range(3):
            await identified(house, DESK, None, number)
    asked, since = len(house.commands("hospital.find_patient")), len(house.posts())
    await house.take(house.press(DESK, "a:caller"))
    for words in ("80010031", "1941-02-03") * 3:
        await house.take(house.text(DESK, words))
    assert len(house.commands("hospital.find_patient")) == asked, "the hospital is asked no more today"
    assert house.label("who_calls.too_often", phone="") in texts(house, DESK, since)


async def _tries(house: House) -> list[Any]:
    from bot.model import Measured

    return [one for one in await house.services.store.find(Measured) if one.id.startswith("tries:")]


async def test_a_child_is_not_called_for(house: House) -> None:
    assert "14 岁以下" in await calls(house, whose={**JIANG, "birth_date": "2015-02-03"})


async def test_a_second_call_of_the_same_caller_needs_no_new_consent(house: House) -> None:
    await calls(house)
    await agrees(house)
    await house.take(house.text(DESK, "/cancel"))
    assert "江淑芬" in await calls(house)
    assert len(house.commands("hospital.grant_mandate")) == 1


# ---------------------------------------------------------------- same as last, unseen


async def test_it_chooses_same_as_last_and_never_sees_it(house: House) -> None:
    no = await ordered(house)
    draft = house.commands("hospital.submit")[-1].args["draft"]
    assert [line["code"] for line in draft["lines"]] == ["d1"]
    assert draft["actor"] == {"reference": "PractitionerRole/pr-desk", "on_behalf_of": "pat-31", "mandate": "c-1"}
    assert (draft["read_by"], draft["compound"], draft["department"]) == ("history", "comp-1", "dep-1")
    row = await house.order(no)
    assert (row.placed_by, row.mandate, row.snapshot["desk"]) == (0, "", "pr-desk")
    await house.take(house.press(DESK, "a:my_callers"))
    assert "江淑芬" in texts(house, DESK)


async def test_every_stage_reaches_it_as_name_and_stage_only(house: House) -> None:
    no = await ordered(house)
    for stage in ROAD:
        await stands(house, no, stage)
    assert "江淑芬" in texts(house, DESK)
    assert house.label("stage.confirmed") in texts(house, DESK)
    assert await may_hear(house.turn(), await house.order(no)) == []
    assert [right.by for right in await rights_of(house.turn(), DESK)] == []
    with pytest.raises(Exception, match="no-mandate"):
        await patient_for(house.turn(), DESK, "pat-31")


async def test_an_order_that_is_open_is_not_placed_twice(house: House) -> None:
    await ordered(house)
    await calls(house, SECOND)
    await agrees(house, SECOND, "c-2")
    said = await recorded(house, SECOND)
    assert "有一份订单还在办" in said
    assert len(house.commands("hospital.submit")) == 1


async def test_two_desks_at_once_for_one_caller_place_one_order(house: House) -> None:
    for who, consent in ((DESK, "c-1"), (SECOND, "c-2")):
        await calls(house, who)
        await agrees(house, who, consent)
        await recorded(house, who)
        await house.tap(who, "3-7")
    sends = [house.arrival(Pressed(Spot(who, who), 1, await _sends(house, who), f"q{who}")) for who in (DESK, SECOND)]
    await house.together(*sends)
    assert len(house.commands("hospital.submit")) == 1
    assert "有一份订单还在办" in texts(house, DESK) + texts(house, SECOND)


async def test_an_order_that_is_sent_while_somebody_says_that_she_stopped_waits(house: House) -> None:
    """Neither sees the other's row; whichever is later is worked out anew."""
    await put(house, Mandate("m-9", HELPER, "pat-31", "2027-01-01", True, {"name": "江淑芬", "brief": JIANG}))
    await calls(house)
    await agrees(house)
    await recorded(house)
    await house.tap(DESK, "3-7")
    await house.take(house.press(HELPER, "a:changed"))
    stop, sends = house.button("stop"), await _sends(house, DESK)
    await house.together(house.press(DESK, sends), house.press(HELPER, stop))
    assert await house.services.store.find(Halt), "it was said"
    hers = await house.services.store.find(Order, patient=mark(house.turn(), "pat-31"))
    assert all(order.snapshot.get("held") == "stop" for order in hers)


async def _sends(house: House, who: int) -> str:
    """The data of [OK] on this desk's summary."""
    dialog = await house.dialog(who)
    rows = [row for post in house.posts() if post.chat == who for row in getattr(post.content, "buttons", ())]
    mine = [one.data for row in rows for one in row if one.data.startswith(f"d:{dialog.id}:")]
    return next(data for data in mine if data.split(":")[4] == short("ok"))


@pytest.mark.parametrize(
    "history",
    [[], None, [{**HISTORY[0], "condition": ""}], [{**HISTORY[0], "line": {**HISTORY[0]["line"], "boxes": 0}}]],
)
async def test_where_the_record_bears_nothing_it_is_not_said_why(house: House, history: Any) -> None:
    await calls(house)
    await agrees(house)
    assert "这次不能照医院的记录再开" in await recorded(house, history=history)
    assert not house.commands("hospital.submit")


async def test_a_record_that_was_used_is_not_used_again(house: House) -> None:
    """R8: what she was given once is ordered again once; what she was given after that is another record."""

    def given(dispense: str) -> Any:
        proof = {"kind": "record", "dispense": dispense, "day": "2026-10-20", "boxes": 2}
        return [{**HISTORY[0], "line": {**HISTORY[0]["line"], "proof": proof}}]

    await calls(house)
    await agrees(house)
    await recorded(house, history=given("d-9"))
    await house.tap(DESK, "3-7", "ok")
    assert house.commands("hospital.submit")[-1].args["draft"]["lines"][0]["proof"]["dispense"] == "d-9"
    await stands(house, str(house.commands("hospital.submit")[-1].args["draft"]["no"]), "confirmed")
    await calls(house)
    said = await recorded(house, history=given("d-9"))
    assert "已经再开过一次" in said
    assert "药还能吃几天" not in said
    assert len(house.commands("hospital.submit")) == 1
    await calls(house)
    assert "药还能吃几天" in await recorded(house, history=given("d-10"))


async def test_a_consent_that_ends_meanwhile_places_nothing(house: House) -> None:
    await calls(house)
    await agrees(house)
    await recorded(house)
    await house.tap(DESK, "3-7")
    (right,) = [one for one in await house.services.store.find(Right) if one.by == "desk"]
    await put(house, replace(right, approved=0))
    await house.tap(DESK, "ok")
    assert not house.commands("hospital.submit")
    assert "没有请您代办" in texts(house, DESK)


async def test_a_desk_whose_role_ended_does_nothing(house: House) -> None:
    await calls(house)
    await agrees(house)
    house.ended.add("pr-desk")
    house.clock.advance(3600)
    await pressed(house, "a:my_callers")
    assert house.label("staff.gone", role=("role.desk", {})) in texts(house, DESK)
    assert not await house.services.store.find(Dialog, person=DESK, state=("open", "parked"))
    before = len(house.posts())
    await house.take(house.press(DESK, "a:caller"))
    assert "医保电子凭证" not in texts(house, DESK, before)


async def test_a_desk_that_moved_elsewhere_has_no_callers_here(house: House) -> None:
    no = await ordered(house)
    await put(house, replace(desk(DESK, "pr-desk", "comp-2"), version=(await _person(house, DESK)).version))
    await stands(house, no, "in-consult")
    assert house.label("desk_card.over") in texts(house, DESK)


async def _person(house: House, id: int) -> Person:
    return (await house.services.store.get(Person, id)) or Person(id)


# ---------------------------------------------------------------- a home visit


async def test_it_asks_for_a_home_visit_and_reads_each_step(house: House) -> None:
    await calls(house)
    await agrees(house)
    await house.tap(DESK, "visit", "yes")
    asked = house.commands("hospital.open_visit")[-1].args
    assert (asked["compound"], asked["patient"], asked["requester"]) == ("comp-1", "pat-31", "PractitionerRole/pr-desk")
    assert "2号楼" not in texts(house, DESK)
    (visit,) = await house.services.store.find(Visit)
    await house.take(house.press(HELPER, f"a:visit_go:{visit.id}"))
    assert "有人去江淑芬家了" in texts(house, DESK)
    assert "江淑芬" in texts(house, HELPER)
    await house.take(house.press(DESK, "a:my_callers"))
    assert "等人上门" in texts(house, DESK)
    await house.take(house.press(HELPER, f"a:visit_nobody:{visit.id}"))
    assert "没有人。请给本人打电话" in texts(house, DESK)


async def test_a_visit_is_asked_for_once_and_only_with_her_word(house: House) -> None:
    await calls(house)
    await agrees(house)
    await house.tap(DESK, "visit", "no")
    assert not await house.services.store.find(Visit)
    for _ in range(2):
        await calls(house)
        await house.tap(DESK, "visit", "yes")
    assert len(await house.services.store.find(Visit)) == 1
    assert house.label("refused.caller-has-visit") in texts(house, DESK)


# ---------------------------------------------------------------- money


async def test_a_desk_that_is_not_entitled_reads_no_sum_and_takes_none(house: House) -> None:
    no = await ordered(house)
    await stands(house, no, "quoted")
    assert "等本人确认或付钱" in texts(house, DESK)
    assert house.label("refused.desk-no-money") in await pressed(house, f"a:desk_paid:{no}")
    assert await payer(house.turn(), await house.order(no)) == 0


async def test_money_is_a_payment_at_the_desk_with_its_receipt(house: House) -> None:
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    assert "¥10.00" in texts(house, DESK)
    await takes(house, no, "a 17")
    sent = house.commands("hospital.pay")[-1].args
    assert (sent["charge"]["amount"], sent["charge"]["desk"], sent["charge"]["receipt"]) == (1000, "pr-desk", "A17")
    assert sent["payer"]["reference"] == "PractitionerRole/pr-desk"
    assert house.label("refused.under-way") in await pressed(house, f"a:desk_paid:{no}")
    assert len(house.commands("hospital.pay")) == 1


async def test_a_call_to_cancel_while_the_hospital_books_the_money_is_told_to_wait(house: House) -> None:
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    await takes(house, no, "a 17")
    await calls(house)
    await house.tap(DESK, "take_back", "yes")
    assert house.label("refused.under-way") in texts(house, DESK)
    assert not house.commands("hospital.cancel")
    await stands(house, no, "paid")
    await calls(house)
    await house.tap(DESK, "take_back", "yes")
    assert len(house.commands("hospital.cancel")) == 1


async def test_money_of_an_order_that_ends_goes_back_by_hand(house: House) -> None:
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    await takes(house, no, "a 17")
    await stands(house, no, "paid")
    before = len(house.posts())
    house.clock.advance(1)
    await stands(house, no, "cancelled")
    assert "¥10.00 当面退还，收据 A17 作废" in texts(house, DESK, before)


async def pressed(house: House, data: str, who: int = DESK) -> str:
    """What the press is answered, on the button and in the chat."""
    before = len(house.posts())
    answer = await house.take(house.press(who, data))
    return f"{answer.toast}\n{texts(house, who, before)}"


async def takes(house: House, no: str, receipt: str, who: int = DESK) -> str:
    await house.take(house.press(who, f"a:desk_paid:{no}"))
    await house.tap(who, "yes")
    before = len(house.posts())
    await house.take(house.text(who, receipt))
    await house.tap(who, "yes")
    return texts(house, who, before)


async def test_a_receipt_serves_once(house: House) -> None:
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    used = Payment(f"desk-{house.turn().blind('receipt', 'pr-desk', 'A17')[:24]}", "MR-0", 500, "CNY", 1)
    await put(house, used)
    assert house.label("refused.receipt-used") in await takes(house, no, "A17")
    assert not house.commands("hospital.pay")


async def test_for_another_sum_than_is_due_by_now_nothing_is_written(house: House) -> None:
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    await house.take(house.press(DESK, f"a:desk_paid:{no}"))
    await house.tap(DESK, "yes")
    await stands(house, no, "quoted", house.clock.civil() + 99, settlement=Settlement(4000, 2000, 500, 1500, True))
    await house.take(house.text(DESK, "A17"))
    await house.tap(DESK, "yes")
    assert house.label("refused.desk-sum") in texts(house, DESK)
    assert not house.commands("hospital.pay")


async def test_money_that_the_hospital_did_not_take_goes_back_by_hand(house: House) -> None:
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    await takes(house, no, "A17")
    before = len(house.posts())
    await house.answer("hospital.pay", refusal="amount-differs")
    assert "请把 ¥10.00 当面退还" in texts(house, DESK, before)
    assert "A17" in texts(house, DESK, before)


async def test_an_ambassadors_account_takes_no_money(house: House) -> None:
    """R14, also where he is a desk, too."""
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    both = await _person(house, DESK)
    await put(house, replace(both, roles=(*both.roles, RoleBinding("ambassador", "pr-77", "谭"))))
    assert house.label("refused.not-yours-to-pay") in await pressed(house, f"a:desk_paid:{no}")


async def test_a_share_of_nothing_is_confirmed_by_any_desk_that_read_her_the_warning(house: House) -> None:
    no = await ordered(house)
    await stands(house, no, "quoted", settlement=FREE)
    await house.take(house.press(DESK, f"a:desk_agrees:{no}"))
    assert "用药有风险" in texts(house, DESK)
    await house.tap(DESK, "yes")
    assert house.commands("hospital.pay")[-1].args["charge"]["amount"] == 0


async def test_before_money_is_taken_the_warning_is_read_to_her(house: House) -> None:
    """R8: before paying, also where she pays at a desk."""
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    assert "用药有风险" in await pressed(house, f"a:desk_paid:{no}")
    await house.tap(DESK, "no")
    await house.take(house.text(DESK, "A17"))
    assert not house.commands("hospital.pay")
    await takes(house, no, "A17")
    assert len(house.commands("hospital.pay")) == 1


@pytest.mark.parametrize(("money", "action"), [(FREE, "desk_agrees"), (None, "desk_paid")])
async def test_of_a_flagged_drug_a_desk_reads_more_to_her(house: House, money: Settlement | None, action: str) -> None:
    """Issue 12 point 2: to a desk or the family, with the risk warning read by whoever confirms (R8)."""
    entitled(house, "pr-desk")
    drugs = tuple(replace(drug, flagged=True) for drug in LISTS.drugs)
    house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, drugs=drugs))
    no = await ordered(house)
    more: dict[str, Any] = {"settlement": money} if money else {}
    await stands(house, no, "quoted", **more)
    assert "特别当心" in texts(house, DESK)
    before = len(house.posts())
    await pressed(house, f"a:{action}:{no}")
    assert "用药有风险" in texts(house, DESK, before)
    assert "先打医院电话" in texts(house, DESK, before)
    assert not house.commands("hospital.pay")
    await house.tap(DESK, "yes")
    if not money:
        await house.take(house.text(DESK, "A17"))
        await house.tap(DESK, "yes")
    assert house.commands("hospital.pay")


async def test_who_has_a_phone_by_now_confirms_it_herself(house: House) -> None:
    no = await ordered(house)
    await stands(house, no, "quoted", settlement=FREE)
    her = Person(88, roles=(RoleBinding("patient", "pat-31", ""),), facts={"self": JIANG, "consent": True})
    await put(house, her)
    assert house.label("refused.her-family-confirms") in await pressed(house, f"a:desk_agrees:{no}")
    assert not house.commands("hospital.pay")


async def test_another_desk_settles_nothing(house: House) -> None:
    entitled(house, "pr-desk", "pr-desk-2")
    no = await ordered(house)
    await stands(house, no, "quoted")
    assert house.label("refused.not-for-you") in await pressed(house, f"a:desk_paid:{no}", SECOND)
    await calls(house, SECOND)
    await agrees(house, SECOND, "c-2")
    await house.take(house.press(SECOND, f"a:desk_paid:{no}"))
    assert not house.commands("hospital.pay")


@pytest.mark.parametrize("whose", [JIANG, FAR])
async def test_who_typed_her_number_as_a_desk_proves_nothing_by_it_at_her_door(
    house: House, whose: dict[str, Any]
) -> None:
    """A desk's account may be an ambassador's, too (ADR 35); also where she lives elsewhere."""
    await calls(house, whose=whose)
    both = await _person(house, DESK)
    await put(house, replace(both, roles=(*both.roles, RoleBinding("ambassador", "pr-77", "谭"))))
    her = {**whose, "number_tail": "31"}
    at_door = replace(CASE, no="MR1123-5", ambassador=DESK, stage="with-ambassador", mandate="m-9", placed_by=HELPER,
                      patient_account=0, topic="", snapshot={**OF, "patient": her})  # fmt: skip
    await put(house, at_door)
    await house.take(house.press(DESK, "a:door:MR1123-5"))
    before = len(house.posts())
    await house.tap(DESK, "no_code")
    assert house.label("refused.enrolled-by-you") in texts(house, DESK, before)


# ---------------------------------------------------------------- she ends a right


async def test_she_ends_a_helpers_mandate_in_two_taps_and_everybody_is_told(house: House) -> None:
    await put(house, Mandate("m-1", HELPER, "pat-31", "2027-05-01", True, {"name": "江淑芬", "brief": JIANG}))
    await calls(house)
    await agrees(house)
    await house.tap(DESK, "end", "m-1", "yes")
    assert [one.args["mandate"] for one in house.commands("hospital.revoke_mandate")] == ["m-1"]
    assert "打电话收回了您的授权" in texts(house, HELPER)
    row = await house.services.store.get(Mandate, "m-1")
    assert row is not None
    assert not row.active
    assert "已经收回" in texts(house, DESK)


async def test_she_ends_the_desks_own_right_too(house: House) -> None:
    no = await ordered(house)
    await calls(house)
    await house.tap(DESK, "end", "desk", "yes")
    assert [one.args["mandate"] for one in house.commands("hospital.revoke_mandate")] == ["c-1"]
    await stands(house, no, "in-consult")
    assert house.label("desk_card.over") in texts(house, DESK)


async def test_a_mandate_that_ended_meanwhile_is_ended_once(house: House) -> None:
    mandate = Mandate("m-1", HELPER, "pat-31", "2027-05-01", True, {"name": "江淑芬", "brief": JIANG})
    await put(house, mandate)
    await calls(house)
    await agrees(house)
    await house.tap(DESK, "end", "m-1")
    known = await house.services.store.get(Mandate, "m-1")
    assert known is not None
    await put(house, replace(known, active=False))
    answer = await house.take(house.press(DESK, house.button("yes")))
    assert answer.toast == house.label("refused.already-ended")
    assert not house.commands("hospital.revoke_mandate")


async def test_on_her_own_phone_she_sees_the_desk_and_ends_it(house: House) -> None:
    her = {**BRIEF, "compound": "comp-1"}
    await calls(house, whose={**her, "birth_date": "1950-01-01"})
    await agrees(house)
    await house.take(house.press(RESIDENT, "a:helpers"))
    assert "谭巧云" in texts(house, RESIDENT)
    await house.take(house.press(RESIDENT, "a:revoke:c-1"))
    assert house.commands("hospital.revoke_mandate")[-1].args["mandate"] == "c-1"
    assert not [one for one in await house.services.store.find(Right) if one.by == "desk" and one.approved]


# ---------------------------------------------------------------- the hospital's own counter


async def test_an_order_of_the_counter_is_followed_by_the_desk_that_holds_her(house: House) -> None:
    await calls(house)
    await agrees(house)
    await stands(house, "D1123-0007", "submitted")
    row = await house.order("D1123-0007")
    assert row.placed_by == 0
    assert "江淑芬" in texts(house, DESK)
    assert not texts(house, SECOND)


async def test_of_nobody_whom_anybody_here_holds_no_order_begins(house: House) -> None:
    await stands(house, "D1123-0007", "submitted")
    assert await house.services.store.get(Order, "D1123-0007") is None
