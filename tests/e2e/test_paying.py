"""Paying: declined, left, late, twice, another amount, another person. Nothing is lost; what is too much goes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

from sandbox.hospital.seed.people import Coverage, formulary, residents
from tests.e2e.people import Somebody, cancelled, label, more, newcomer, ordered, proved, staff
from tests.e2e.test_mandate import may_act, places
from tests.e2e.town import Town, until


async def quoted(who: Somebody) -> tuple[str, int]:
    """An order that waits to be paid: its number and the self-pay in fen."""
    no = await ordered(who)
    due = (await who.town.quoted(no)).settlement.self_pay
    await who.sees(("请付款", no, "自己付"), ("please pay", no, "You pay"))
    return no, due


async def billed(who: Somebody, no: str) -> int:
    """Press pay on the card and look at the new invoice; its message id."""
    before = {one["id"] for one in await who.all_messages() if one["kind"] == "invoice"}
    await who.tap("settle.card.pay", no)
    return await until(lambda: _newest_bill(who, before), "an invoice")


async def _newest_bill(who: Somebody, before: set[int]) -> int:
    found = [one["id"] for one in await who.all_messages() if one["kind"] == "invoice" and not one["deleted"]]
    return next((one for one in reversed(found) if one not in before), 0)


async def pay(who: Somebody, result: str = "ok", **more: object) -> dict:
    return await who.town.control.pay(who.id, result, **more)


def paid_notice(who: Somebody, no: str) -> str:
    """What is told once; the card above it says "Paid", too."""
    return who.in_her_words(f"付款成功（订单 {no}）", f"Paid (order {no})")


async def paid_once(who: Somebody, no: str, due: int) -> None:
    await who.message(paid_notice(who, no))
    assert await who.town.money(no) == [due]


async def test_declined_then_left_then_paid(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no, due = await quoted(who)
    bill = await billed(who, no)
    assert (await pay(who, "declined"))["state"] == "declined"
    assert (await pay(who, "walk-away"))["state"] == "walk-away"
    assert (await town.hospital.order(no)).stage == "quoted"
    card = await who.sees(("请付款", no), ("please pay", no))
    assert card["buttons"]
    assert (await pay(who, message_id=bill))["state"] == "paid"
    await paid_once(who, no, due)


@more
async def test_after_it_was_cancelled(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no, _ = await quoted(who)
    bill = await billed(who, no)
    await cancelled(who, no)
    told = await pay(who, message_id=bill)
    assert told["state"] == "refused"
    for part in who.in_her_words(("现在不能付款", "/orders"), ("cannot be paid now", "/orders")):
        assert part in told["reason"]
    assert await town.money(no) == []
    await who.sees(("不用付款了", no), ("Nothing to pay", no))


async def test_the_money_comes_after_the_cancellation(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no, due = await quoted(who)
    bill = await billed(who, no)
    await town.control.fault("pause", method="message", chat=who.id, seconds=60)
    assert (await pay(who, message_id=bill))["state"] == "paid"
    await cancelled(who, no)
    await town.control.clear_faults()  # which lets the news of the payment out
    await who.sees(("不用付这一笔", "原路退回", "不要再付"), ("does not need it", "goes back", "do not pay again"))
    await until(lambda: _amounts(town, no, [due, -due]), "the money is booked and goes back")


async def _amounts(town: Town, no: str, wanted: list[int]) -> bool:
    return await town.money(no) == wanted


async def test_two_charges(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no, due = await quoted(who)
    first = await billed(who, no)
    assert (await pay(who, "walk-away", message_id=first))["state"] == "walk-away"
    second = await billed(who, no)
    await town.control.fault("pause", method="message", chat=who.id, times=2, seconds=60)
    states = await asyncio.gather(pay(who, message_id=first), pay(who, message_id=second))
    assert [one["state"] for one in states] == ["paid", "paid"]
    await town.control.clear_faults()
    await who.sees(("不用付这一笔", "原路退回"), ("does not need it", "goes back"))
    await who.message(paid_notice(who, no))
    await until(lambda: _sums(town, no, due), "one charge stays, the other goes back")


async def _sums(town: Town, no: str, due: int) -> bool:
    return sorted(await town.money(no)) == [-due, due, due]


@more
async def test_a_bill_that_is_paid_already(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no, due = await quoted(who)
    first = await billed(who, no)
    assert (await pay(who, "walk-away", message_id=first))["state"] == "walk-away"
    second = await billed(who, no)
    assert (await pay(who, message_id=second))["state"] == "paid"
    await paid_once(who, no, due)
    told = await pay(who, message_id=first)
    assert told["state"] == "refused"
    assert who.in_her_words("已经付过了", "paid already") in told["reason"]
    assert await town.money(no) == [due]


@more
async def test_the_amount_changed(town: Town, lang: str) -> None:
    who = await proved(town, lang)
    no, due = await quoted(who)
    bill = await billed(who, no)
    await town.requote(no, due - 100)
    await who.sees(("请付款", no, f"{(due - 100) / 100:.2f}"), ("please pay", no, f"{(due - 100) / 100:.2f}"))
    told = await pay(who, message_id=bill)
    assert told["state"] == "refused"
    for part in who.in_her_words(("金额变了", "重新按“付款”"), ("amount has changed", "press Pay")):
        assert part in told["reason"]
    again = await billed(who, no)
    assert (await pay(who, message_id=again))["state"] == "paid"
    await paid_once(who, no, due - 100)


async def test_two_payers_at_once(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang)
    no = await places(helper, who)
    due = (await town.quoted(no)).settlement.self_pay
    card = await who.sees(("请付款", no), ("please pay", no))
    told = await town.press_there(helper.id, who.id, card["id"], f"a:pay:{no}")
    assert helper.in_her_words("不归您付款", "not yours to pay") in told
    bill = await billed(who, no)
    other = await newcomer(town, lang)
    await other.say("/start")
    await other.message(label_=label(lang, "action.need"))
    told = await town.pay_there(other.id, who.id, bill)
    assert other.in_her_words("不归您付款", "not yours to pay") in told
    states = await asyncio.gather(*(town.pay_there(person, who.id, bill) for person in (who.id, helper.id)))
    assert states[0] == ""
    assert helper.in_her_words("不归您付款", "not yours to pay") in states[1]
    assert (await pay(who, message_id=bill))["state"] == "paid"
    await paid_once(who, no, due)
    await helper.message(paid_notice(helper, no))


@more
async def test_no_phone_and_the_ambassador_never_pays(town: Town, lang: str) -> None:
    helper, who = await may_act(town, lang, phone=False)
    no = await places(helper, who)
    await town.quoted(no)
    card = await helper.sees(("医院窗口付款", "不要垫钱", no), ("hospital desk", "never pay for them", no))
    labels = [button["label"] for row in card["buttons"] for button in row]
    assert labels == [label(lang, "settle.desk.family_pays")]
    told = await town.press_there(helper.id, helper.id, card["id"], f"a:pay:{no}")
    assert helper.in_her_words("不归您付款", "not yours to pay") in told
    assert not [one for one in await helper.all_messages() if one["kind"] == "invoice"]


@more
async def test_nothing_to_pay(town: Town, lang: str) -> None:
    who = await proved(town, lang, "li-jianguo")
    no = await ordered(who)
    assert (await town.quoted(no)).settlement.self_pay == 0
    await who.sees(("自己不用付钱", no), ("You pay nothing", no))
    agree = label(lang, "settle.card.agree")
    await town.control.fault("duplicate-new-id", method="callback_query", chat=who.id)
    await who.press(agree, no)
    confirmed = who.in_her_words(
        f"已确认，不用付钱（订单 {no}）。医院正在配药",
        f"Confirmed, nothing was to be paid (order {no}). The hospital is packing",
    )
    await who.message(confirmed)
    await town.stage(no, "paid", "packed")
    assert await who.count(confirmed) == 1


@more
async def test_too_little_for_the_pay_button(town: Town, lang: str) -> None:
    like = next(one for one in residents() if one.id == "wang-guilan")
    total = sum((formulary()[code].price * boxes for code, boxes in like.drugs), Decimal(0))
    pooled = (total * 75 / 100).quantize(Decimal("0.01"))
    cover = Coverage("employee-basic", 75, total - pooled - 5)
    who = await proved(town, lang, coverage=replace(cover))
    no, due = await quoted(who)
    assert 0 < due < 800
    card = await who.message(no, label_=label(lang, "settle.card.pay"))
    told = await who.pop_up(card, label(lang, "settle.card.pay"))
    for part in who.in_her_words(("聊天里付不了", "医院窗口"), ("cannot be paid in chat", "hospital desk")):
        assert part in told


async def test_staff_do_not_see_who_pays(town: Town) -> None:
    who = await proved(town, "zh-CN")
    no, due = await quoted(who)
    doctor = await staff(town, "doctor")
    shown = await town.control.sees(doctor.id, town.scene.chats["endocrinology"])
    texts = [one.get("text") or "" for one in shown["chats"][0]["messages"]]
    assert not any(f"{due / 100:.2f}" in text for text in texts if no in text or who.name in text)
