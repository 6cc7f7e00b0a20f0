"""Nobody is left out 3: who paid what is told as it is, and what goes back is what the hospital still has of his."""

from __future__ import annotations

from typing import Any

from backend_client.models import Settlement
from bot.model import Observed, Returned
from tests.cases.rows import texts
from tests.handlers.house import RESIDENT, House, told
from tests.handlers.test_money import NO
from tests.handlers.test_payer_by_link import SON, checks_out, house, pays, says_pay, shares

__all__ = ["house"]
HERS = f"pay:{NO}:500"
MORE, LESS = Settlement(4500, 2500, 500, 1500, True), Settlement(3600, 2500, 500, 600, True)


async def sees(house: House, stage: str, who: int, **more: Any) -> str:
    """The hospital tells this; what he reads then."""
    before = len(house.posts())
    house.clock.advance(5)
    await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil(), **more))))
    return texts(house, who, before)


async def son_paid(house: House) -> None:
    await says_pay(house, SON, await shares(house))
    await checks_out(house, SON)
    await pays(house, SON)


async def quoted_anew(house: House, money: Settlement) -> None:
    """Paid, sent back by the pharmacy, and settled again."""
    await sees(house, "paid", SON, kept=1000)
    await sees(house, "returned", SON, kept=1000)
    await sees(house, "quoted", SON, kept=1000, settlement=money)


async def test_a_charge_that_went_back_at_once_does_not_go_back_again(house: House) -> None:
    await son_paid(house)
    await pays(house, SON, charge="ch-2")
    await sees(house, "paid", SON, kept=1000)
    said = await sees(house, "cancelled", SON, kept=1000)
    assert "¥10.00 会原路退回" in said
    assert "¥20.00" not in said


async def test_a_difference_that_went_back_does_not_go_back_again(house: House) -> None:
    await son_paid(house)
    await quoted_anew(house, LESS)
    await sees(house, "paid", SON, kept=600, settlement=LESS)
    said = await sees(house, "cancelled", SON, kept=600)
    assert "¥6.00 会原路退回" in said
    assert "¥10.00" not in said


async def test_she_paid_the_difference_and_each_reads_who_paid_what(house: House) -> None:
    await son_paid(house)
    assert "是儿子付的" in await sees(house, "paid", RESIDENT, kept=1000)
    await quoted_anew(house, MORE)
    await pays(house, RESIDENT, HERS, "ch-3")
    said = await sees(house, "paid", RESIDENT, kept=1500, settlement=MORE)
    assert "是儿子付的" not in said
    assert "儿子付了 ¥10.00" in said
    said = await sees(house, "cancelled", SON, kept=1500)
    assert "¥10.00 会原路退回" in said
    assert "¥15.00" not in said


async def test_who_paid_hears_it_also_where_she_took_the_link_back(house: House) -> None:
    await son_paid(house)
    await quoted_anew(house, MORE)
    await house.take(house.press(RESIDENT, f"a:end_family:{NO}"))
    await pays(house, RESIDENT, HERS, "ch-3")
    said = await sees(house, "paid", RESIDENT, kept=1500, settlement=MORE)
    assert "¥10.00" in said
    said = await sees(house, "cancelled", SON, kept=1500)
    assert "¥10.00 会原路退回" in said


async def test_one_that_the_hospital_sent_back_is_nobodys_payment(house: House) -> None:
    """Its answer tells that it came too late."""
    await son_paid(house)
    sent = house.commands("hospital.pay")[-1]
    answer = told(NO, "cancelled", house.clock.civil() + 1)
    before = len(house.posts())
    await house.take(house.arrival(Returned(sent.key, answer), f"{sent.key}:result"))
    said = texts(house, SON, before)
    assert said.count("¥10.00") == 1, "told once that it goes back"


async def test_what_went_back_of_it_is_not_told_as_paid(house: House) -> None:
    """Both paid, and then it cost less than either had paid before: what went back came out of the newest."""
    await son_paid(house)
    await quoted_anew(house, MORE)
    await pays(house, RESIDENT, HERS, "ch-3")
    await sees(house, "paid", SON, kept=1500, settlement=MORE)
    await sees(house, "returned", SON, kept=1500)
    await sees(house, "quoted", SON, kept=1500, settlement=LESS)
    said = await sees(house, "paid", RESIDENT, kept=600, settlement=LESS)
    assert "另外付了" not in said
    assert "¥10.00" not in said
    assert "是儿子付的" in said
