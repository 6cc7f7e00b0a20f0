"""Nobody is left out 3: somebody else pays by link, sees stage and sum, and never pays what another one pays."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Dialog, Due, Observed, PaidInChat, PreCheckout, Spot, Timer
from bot.ops.paying import family_of
from tests.cases.rows import put, texts
from tests.handlers.house import BRIEF, HELPER, LINE, RESIDENT, House, as_known, at_home, told
from tests.handlers.test_money import NO, QUOTED

SON, STRANGER, HOUR = 801, 802, 3_600_000


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, (QUOTED,)) as house:
        yield house


async def shares(house: House, who: int = RESIDENT, name: str = "儿子") -> str:
    """She lets somebody pay; the start parameter that she passes on."""
    before = len(house.posts())
    await house.take(house.press(who, f"a:family_pays:{NO}"))
    await house.take(house.text(who, name))
    found = re.search(r"start=(family-\w+)", texts(house, who, before))
    return found[1] if found else ""


async def opens(house: House, who: int, link: str) -> str:
    """What he reads."""
    before = len(house.posts())
    await house.take(house.text(who, f"/start {link}"))
    return texts(house, who, before)


async def says_pay(house: House, who: int, link: str) -> str:
    await opens(house, who, link)
    before = len(house.posts())
    await house.tap(who, "pay")
    return texts(house, who, before)


def bills(house: House, who: int) -> list[Any]:
    return [p.content for p in house.posts() if p.chat == who and hasattr(p.content, "payload")]


async def checks_out(house: House, who: int, amount: int = 1000, payload: str = f"family:{NO}:1000") -> str:
    """ "" = yes, else what he reads."""
    seen = as_known(await house.order(NO))
    answer = await house.take(house.arrival(PreCheckout(f"q{house.count}", who, amount, "CNY", payload, seen)))
    return "" if answer.ok else str(answer.reason)


async def pays(house: House, who: int, payload: str = f"family:{NO}:1000", charge: str = "ch-1") -> None:
    await house.take(house.arrival(PaidInChat(Spot(who, who), 500 + house.count, 1000, "CNY", payload, charge)))


async def ring(house: House, at: int) -> None:
    await house.take(house.arrival(Due(Timer(f"due:family-over:{NO}:0", at, "due", NO, "family-over"))))


def seen_by(house: House, who: int) -> str:
    """All that ever stood on this phone: words, buttons, bills."""
    told = [texts(house, who)]
    told += [f"{bill.title} {bill.description}" for bill in bills(house, who)]
    return "\n".join(told)


async def test_a_son_without_enrolment_pays_by_the_link(house: House) -> None:
    link = await shares(house)
    asked = await opens(house, SON, link)
    assert "¥10.00" in asked
    assert "王" not in asked, "whose it is he reads only after he said that he pays"
    await house.tap(SON, "pay")
    assert "王*" in seen_by(house, SON)
    assert [bill.payload for bill in bills(house, SON)] == [f"family:{NO}:1000"]
    assert "说要替您付" in texts(house, RESIDENT)
    assert await checks_out(house, SON) == ""
    await pays(house, SON)
    before = len(house.posts())
    await house.take(house.arrival(Observed(told(NO, "paid", house.clock.civil()))))
    assert "儿子付的" in texts(house, RESIDENT, before)
    assert "您付好了" in texts(house, SON, before)
    charge = house.commands("hospital.pay")[-1].args
    assert charge["payer"]["reference"] == "Patient/pat-1"


async def test_the_payer_sees_stage_and_sum_and_nothing_else(house: House) -> None:
    """The row 'payer' of the table of who may see what."""
    await says_pay(house, SON, await shares(house))
    await checks_out(house, SON)
    await pays(house, SON)
    for stage in ("paid", "packed", "on-the-way", "arrived", "with-ambassador", "handed-over", "confirmed"):
        house.clock.advance(60)
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil()))))
    shown = seen_by(house, SON)
    for secret in (NO, BRIEF["name"], BRIEF["address"], BRIEF["phone_tail"], LINE.name, LINE.sig, "李医生", "4711",
                   "A-07", "2型糖尿病", "幸福里", "¥40.00"):  # fmt: skip
        assert secret not in shown
    assert "路上" in shown or "出发" in shown or "送" in shown, "the stage is"


async def test_a_stranger_to_whom_it_was_forwarded_learns_nothing_and_she_ends_it(house: House) -> None:
    link = await shares(house)
    await opens(house, STRANGER, link)
    await house.tap(STRANGER, "no")
    assert "王" not in seen_by(house, STRANGER)
    await says_pay(house, STRANGER, link)
    assert "不能用" not in texts(house, STRANGER)
    before = len(house.posts())
    assert house.label("refused.pay-link-used") in await opens(house, SON, link)
    await house.take(house.press(RESIDENT, f"a:end_family:{NO}"))
    assert "收回" in texts(house, RESIDENT, before)
    assert "不用您付" in texts(house, STRANGER, before)
    assert await checks_out(house, STRANGER) == house.label("settle.checkout.over")
    assert house.label("refused.pay-link-over") in await opens(house, STRANGER, link)
    assert await shares(house), "and she can send another one"


async def test_it_ends_after_a_day(house: House) -> None:
    link = await shares(house)
    until = family_of(await house.order(NO)).until
    assert until == pytest.approx(house.clock.civil() + 24 * HOUR, abs=HOUR / 10)
    house.clock.advance(24 * 3600 + 1)
    assert house.label("refused.pay-link-over") in await opens(house, SON, link)
    before = len(house.posts())
    await ring(house, until)
    assert "还没有人付" in texts(house, RESIDENT, before)
    await ring(house, until)
    assert texts(house, RESIDENT, before).count("还没有人付") == 1


async def test_its_time_ends_for_whoever_took_it(house: House) -> None:
    await says_pay(house, SON, await shares(house))
    house.clock.advance(24 * 3600 + 1)
    assert await checks_out(house, SON) == house.label("settle.checkout.over")
    before = len(house.posts())
    await ring(house, house.clock.civil())
    assert "到时间" in texts(house, SON, before)


async def test_two_payers_never_both_pay(house: House) -> None:
    await says_pay(house, SON, await shares(house))
    assert await checks_out(house, SON) == ""
    hers = f"pay:{NO}:1000"
    assert await checks_out(house, RESIDENT, payload=hers) == house.label("settle.checkout.leased")
    await pays(house, SON)
    assert await checks_out(house, RESIDENT, payload=hers) == house.label("settle.checkout.paid")
    before = len(house.posts())
    await pays(house, RESIDENT, hers, "ch-2")  # the messenger told late of one that was answered long before
    assert "原路退回" in texts(house, RESIDENT, before)
    assert [c.args["charge"]["id"] for c in house.commands("hospital.pay")] == ["ch-1", "ch-2"]


async def test_a_second_charge_of_his_goes_back(house: House) -> None:
    await says_pay(house, SON, await shares(house))
    await checks_out(house, SON)
    await pays(house, SON)
    before = len(house.posts())
    await pays(house, SON, charge="ch-2")
    assert "原路退回" in texts(house, SON, before)


async def test_he_pays_after_she_cancelled(house: House) -> None:
    await says_pay(house, SON, await shares(house))
    before = len(house.posts())
    await house.take(house.arrival(Observed(told(NO, "cancelled", house.clock.civil()))))
    assert "请不要再付" in texts(house, SON, before)
    assert await checks_out(house, SON) == house.label("settle.checkout.over")
    await pays(house, SON)
    assert "原路退回" in texts(house, SON, before)
    assert NO not in seen_by(house, SON)


async def test_what_he_paid_goes_back_when_it_is_cancelled(house: House) -> None:
    await says_pay(house, SON, await shares(house))
    await checks_out(house, SON)
    await pays(house, SON)
    await house.take(house.arrival(Observed(told(NO, "paid", house.clock.civil()))))
    before = len(house.posts())
    house.clock.advance(5)
    await house.take(house.arrival(Observed(told(NO, "cancelled", house.clock.civil(), kept=1000))))
    assert "¥10.00 会原路退回" in texts(house, SON, before)


async def test_another_sum_is_shown_and_the_old_bill_is_no_good(house: House) -> None:
    await says_pay(house, SON, await shares(house))
    row = await house.order(NO)
    money = {**row.snapshot["settlement"], "self_pay": 1500}
    await put(house, replace(row, snapshot={**row.snapshot, "settlement": money}))
    assert await checks_out(house, SON) == house.label("settle.checkout.amount")
    await house.take(house.press(SON, f"a:pay_for:{NO}"))
    assert bills(house, SON)[-1].payload == f"family:{NO}:1500"


@pytest.mark.parametrize("who", [HELPER, RESIDENT])
async def test_neither_who_carries_it_nor_she_herself_takes_the_link(house: House, who: int) -> None:
    """R14: the ambassador never pays, by a link either."""
    link = await shares(house)
    said = await opens(house, who, link)
    why = "not-yours-to-pay" if who == HELPER else "pay-link-own"
    assert house.label(f"refused.{why}") in said
    assert await checks_out(house, HELPER) != ""


@pytest.mark.parametrize("link", ["family-", "family-xx", "family-" + "a" * 24])
async def test_a_link_of_nobody(house: House, link: str) -> None:
    assert house.label("refused.pay-link-over") in await opens(house, SON, link)


async def test_who_may_send_it_and_when(house: House) -> None:
    for who in (STRANGER, HELPER):
        assert not await shares(house, who)
    assert await shares(house)
    assert not await shares(house), "one link at a time"
    await put(house, replace(await house.order(NO), stage="paid"))
    assert not await shares(house)


async def test_for_somebody_with_no_phone_her_ambassador_passes_it_on(tmp_path: Path, clock: HandClock) -> None:
    from bot.model import Mandate

    order = replace(QUOTED, placed_by=HELPER, patient_account=0, mandate="m-1",
                    snapshot={**QUOTED.snapshot, "patient": {**BRIEF, "id": "pat-9"}})  # fmt: skip
    brief = {**BRIEF, "id": "pat-9"}
    mandate = Mandate("m-1", HELPER, "pat-9", "2099-01-01", True, {"name": "王秀英", "brief": brief})
    async with at_home(tmp_path / "core.sqlite", clock, (order, mandate)) as house:
        link = await shares(house, HELPER, "她女儿")
        assert house.label("refused.not-yours-to-pay") in await opens(house, HELPER, link)
        assert await checks_out(house, HELPER) != ""
        await says_pay(house, SON, link)
        assert await checks_out(house, SON) == ""
        await pays(house, SON)
        before = len(house.posts())
        await house.take(house.arrival(Observed(told(NO, "paid", house.clock.civil()))))
        assert "她女儿付的" in texts(house, HELPER, before)


async def test_a_charge_of_his_that_nobody_could_handle_names_no_order(house: House) -> None:
    from bot.ops.charges import words_of

    key, words = words_of(PaidInChat(Spot(SON, SON), 1, 1000, "CNY", f"family:{NO}:1000", "ch-1"), "")
    assert (key, words["order"]) == ("settle.payment_safe", "")


async def test_the_card_says_that_it_is_out_and_who_pays(house: House) -> None:
    before = len(house.posts())
    link = await shares(house)
    assert "已发给儿子" in texts(house, RESIDENT, before)
    before = len(house.posts())
    await says_pay(house, SON, link)
    assert "儿子说由他付" in texts(house, RESIDENT, before)


async def test_his_bill_is_read_again_at_the_hospital_too(house: House) -> None:
    from bot.workers.standing import Standing

    known = as_known(await house.order(NO))

    class Hospital:
        async def order(self, no: str) -> Any:
            assert no == NO
            return known

        async def patient(self, patient: str) -> Any:
            return known.patient

    asked = PreCheckout("q", SON, 1000, "CNY", f"family:{NO}:1000")
    assert (await Standing(Hospital()).look(asked)).seen == known


async def test_paid_before_she_said_who_pays_ends_the_question(house: House) -> None:
    """She looked at it and paid herself: the question that stood open ends with one true sentence."""
    await house.take(house.press(RESIDENT, f"a:family_pays:{NO}"))
    await house.take(house.arrival(Observed(told(NO, "paid", house.clock.civil()))))
    before = len(house.posts())
    await house.take(house.text(RESIDENT, "儿子"))
    assert "现在不用付款" in texts(house, RESIDENT, before)
    assert not await house.services.store.find(Dialog, person=RESIDENT, state=("open", "sent"))
