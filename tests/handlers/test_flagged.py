"""Nobody is left out 2: a drug that the hospital flags, of somebody without a phone: never her helper's to confirm.

It goes to whoever of her family opens the link, or to her desk; the risk warning is read by whoever confirms.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from backend_client.models import Settlement
from bot.model import Returned
from tests.cases.rows import NO, texts
from tests.handlers.house import HELPER, LISTS, House
from tests.handlers.test_proxy import DAUGHTER, house, sees

__all__ = ["house"]
MORE = Settlement(4000, 2500, 500, 1000, True)


async def flags(house: House) -> str:
    """The hospital flags what she takes, and her share is 0.00: what her helper reads."""
    drugs = tuple(replace(drug, flagged=True) for drug in LISTS.drugs)
    house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, drugs=drugs))
    return await sees(house, "quoted", rx="rx-1")


def shown(house: House, who: int, since: int = 0) -> str:
    """The buttons that he was given."""
    mine = [post.content for post in house.posts()[since:] if post.chat == who]
    return " ".join(button.label for one in mine for row in getattr(one, "buttons", ()) for button in row)


async def link_of(house: House) -> str:
    """Her helper lets her family confirm: what he passes on."""
    before = len(house.posts())
    await house.take(house.press(HELPER, f"a:family_agrees:{NO}"))
    found = re.search(r"start=(family-\w+)", texts(house, HELPER, before))
    return found[1] if found else ""


async def opens(house: House, who: int, link: str, *then: str) -> str:
    before = len(house.posts())
    await house.take(house.text(who, f"/start {link}"))
    await house.tap(who, *then)
    return texts(house, who, before)


async def test_the_family_confirms_by_the_link_what_the_helper_may_not(house: House) -> None:
    """R8, R14: whoever opened it reads the risks; no bill, no drug, and her initial only after he says he does it."""
    assert "要医院亲自说明" in await flags(house)
    assert "让家人确认" in shown(house, HELPER)
    link = await link_of(house)
    assert house.label("refused.not-yours-to-pay") in await opens(house, HELPER, link)
    await house.take(house.text(HELPER, "/cancel"))
    assert "孙" not in await opens(house, DAUGHTER, link)
    before = len(house.posts())
    await house.tap(DAUGHTER, "agree")
    said = texts(house, DAUGHTER, before)
    assert "用药有风险" in said
    assert "孙*" in said
    assert not house.commands("hospital.pay")
    await house.tap(DAUGHTER, "yes")
    (sent,) = house.commands("hospital.pay")
    assert (sent.args["charge"]["amount"], sent.args["charge"]["family"]) == (0, True)
    assert sent.args["payer"] == {"reference": "Patient/pat-9", "on_behalf_of": "", "mandate": ""}
    before = len(house.posts())
    assert "家人确认了" in await sees(house, "paid", rx="rx-1")
    assert "您确认好了" in texts(house, DAUGHTER, before)
    for secret in (NO, "孙奶奶", "二甲双胍", "请付款"):
        assert secret not in texts(house, DAUGHTER)


async def test_a_link_for_nothing_is_made_only_where_the_helper_may_not_confirm(house: House) -> None:
    await sees(house, "quoted")
    assert "让家人确认" not in shown(house, HELPER)
    assert not await link_of(house)


async def test_what_the_hospital_did_not_take_may_be_confirmed_again(house: House) -> None:
    await flags(house)
    await opens(house, DAUGHTER, await link_of(house), "agree", "yes")
    (sent,) = house.commands("hospital.pay")
    await house.take(house.arrival(Returned(sent.key, refusal="unknown"), f"{sent.key}:result"))
    await house.take(house.press(DAUGHTER, f"a:pay_for:{NO}"))
    await house.tap(DAUGHTER, "yes")
    assert len(house.commands("hospital.pay")) == 2


async def test_a_sum_that_comes_meanwhile_is_paid_not_confirmed(house: House) -> None:
    """And who pays by link reads the risks, too."""
    await flags(house)
    await opens(house, DAUGHTER, await link_of(house), "agree")
    await sees(house, "quoted", rx="rx-1", settlement=MORE)
    await house.tap(DAUGHTER, "yes")
    assert not house.commands("hospital.pay")
    await house.take(house.text(DAUGHTER, "/cancel"))
    await house.take(house.press(DAUGHTER, f"a:pay_for:{NO}"))
    bills: list[Any] = [p.content for p in house.posts() if p.chat == DAUGHTER and hasattr(p.content, "payload")]
    assert [(bill.payload, "用药有风险" in bill.description) for bill in bills] == [(f"family:{NO}:1000", True)]


async def test_a_link_for_nothing_is_taken_back_and_stopped_in_words_of_its_own(house: House) -> None:
    await flags(house)
    link = await link_of(house)
    await opens(house, DAUGHTER, link, "agree")
    before = len(house.posts())
    await house.take(house.press(HELPER, f"a:end_family:{NO}"))
    assert "付" not in texts(house, DAUGHTER, before)
    assert texts(house, DAUGHTER, before)
    await house.tap(DAUGHTER, "yes")
    assert not house.commands("hospital.pay")
    await house.take(house.text(DAUGHTER, "/cancel"))
    assert house.label("refused.pay-link-over") in await opens(house, DAUGHTER, link)
