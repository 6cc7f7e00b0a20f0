"""A price, an insurer's answer: what an order waits for has a clock, an owner, and a true sentence for her."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.lines import Line, Pricing, Proof
from backend_client.models import OrderSnapshot
from bot.clock import HandClock
from bot.dialog import Refused
from bot.model import Dialog, Due, Incident, Observed, PutAside, Said, Spot
from bot.ops.placing import place
from bot.ops.registry import Act
from bot.ops.waiting import missing_clocks
from tests.cases.rows import NO, OPERATORS, PHARMACIST, RESIDENT, REVIEW, ROWS, put, stage, texts
from tests.handlers.house import AROUND, BRIEF, FORUM, LI, LINE, LISTS, House, at_home, told

BARE = Line("", "阿齐沙坦片", "20mg", 4, "20mg qd", 28)
MINUTE = 60_000


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, ROWS) as house:
        await stage(house, "in-consult")
        config = replace(house.services.config, hospital_phone="021-5550-0100")
        yield House(replace(house.services, config=config, search=LISTS.search), clock)


def seen(house: House, stage: str, status: str = "open", **more: Any) -> OrderSnapshot:
    now = house.clock.civil()
    one = Pricing(2, status, until=now + 60 * MINUTE, id="t-1", **more)
    reason = {"reason": more["reason"]} if stage == "returned" else {}
    return replace(told(NO, stage, now), prescribed=(LINE, BARE), pricing=(one,), **reason)


async def hears(house: House, snapshot: OrderSnapshot) -> None:
    await house.take(house.arrival(Observed(snapshot)))


async def ring(house: House) -> None:
    """Every timer that is due by now."""
    due = await house.services.store.timers_due(house.clock.civil())
    for timer in (one for one in due if one.step not in AROUND):
        await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))


async def after(house: House, minutes: float) -> int:
    """So much later; how many posts there were before."""
    before = len(house.posts())
    house.clock.advance(minutes * 60)
    await ring(house)
    return before


async def incidents(house: House) -> list[tuple[str, bool]]:
    return sorted((row.kind, row.done_at > 0) for row in await house.services.store.find(Incident, order=NO))


def buttons(house: House, chat: int) -> list[str]:
    """Under the newest message there."""
    newest = [post for post in house.posts() if post.chat == chat][-1]
    return [button.label for row in getattr(newest.content, "buttons", ()) for button in row]


async def replies(house: House, words: str, who: int = PHARMACIST) -> None:
    await house.show()
    (asking,) = await house.services.store.find(Dialog, person=who, state="open")
    asked = await house.services.store.standing(asking.prompt)
    assert asked is not None
    await house.take(house.arrival(Said(Spot(REVIEW, who), 900 + house.count, words, reply_to=asked.message)))


# ---------------------------------------------------------------- a price


async def test_unpriced_it_cannot_be_passed_and_she_reads_which_and_until_when(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    assert "阿齐沙坦片 20mg 不在医院的药单里。药师正在查它的价格，最晚" in texts(house, RESIDENT)
    assert "药师在查一种药的价格，最晚" in texts(house, RESIDENT)
    assert "阿齐沙坦片 20mg 不在目录里：等报价" in texts(house, REVIEW)
    assert buttons(house, REVIEW) == ["报价", "退回", "问患者"]
    await house.take(house.press(PHARMACIST, f"a:pass:{NO}", REVIEW))
    assert not house.commands("hospital.review")


async def test_where_all_is_listed_one_tap_passes(house: House) -> None:
    await hears(house, told(NO, "prescribed", house.clock.civil()))
    assert buttons(house, REVIEW) == ["通过", "退回", "问患者"]
    await house.take(house.press(PHARMACIST, f"a:pass:{NO}", REVIEW))
    assert house.commands("hospital.review")


async def prices(house: House, *answers: str) -> list[Any]:
    """What the hospital is told, after these words and taps."""
    await house.take(house.press(PHARMACIST, f"a:price:{NO}", REVIEW))
    for answer in answers:
        if answer.startswith(">"):
            await house.take(house.press(PHARMACIST, house.button(answer[1:]), REVIEW))
        else:
            await replies(house, answer)
    return [command.args["answers"] for command in house.commands("hospital.price")]


@pytest.mark.parametrize("typed", ["36.5", "¥36.50", "３６．５元"])
async def test_a_price_is_read_back_with_its_sum_and_told_to_the_hospital(house: House, typed: str) -> None:
    await hears(house, seen(house, "prescribed"))
    ((said,),) = await prices(house, typed, ">not_covered")
    assert (said["line"], said["price"], said["covered"], said["code"]) == (2, 3650, False, "")
    assert "一盒 ¥36.50，4 盒共 ¥146.00" in texts(house, REVIEW)
    await house.answer("hospital.price", seen(house, "prescribed", "priced", price=3650))
    assert buttons(house, REVIEW) == ["通过", "退回", "问患者"]
    assert "的价格查到了：一盒 ¥36.50，医保不报销" in texts(house, RESIDENT)


async def test_mistyped_it_is_typed_again(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    ((said,),) = await prices(house, "365", ">mistyped", "36.5", ">covered")
    assert (said["price"], said["covered"]) == (3650, True)


async def test_what_is_no_price_is_asked_again(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    for typed in ("0", "36.555", "36,5", "一"):
        assert await prices(house, typed) == []
        assert "请只写一盒多少元" in texts(house, REVIEW)


async def test_found_in_the_list_after_all_it_is_told_by_its_code(house: House) -> None:
    same = replace(BARE, name="格华止", strength="500mg")
    await hears(house, replace(seen(house, "prescribed"), prescribed=(LINE, same)))
    ((said,),) = await prices(house, "二甲双胍", ">d1")
    assert (said["code"], said["price"], said["status"]) == ("d1", 0, "priced")


async def test_refused_all_read_why_and_she_reads_what_to_do(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    ((said,),) = await prices(house, ">refuse", "厂家停产了")
    assert (said["status"], said["reason"]) == ("refused", "阿齐沙坦片 20mg：厂家停产了")
    before = len(house.posts())
    await hears(house, seen(house, "returned", "refused", reason=said["reason"]))
    why = "医院配不到一种药：医院写道“阿齐沙坦片 20mg：厂家停产了”。医生会看其余的药要不要先开"
    assert why in texts(house, RESIDENT, before)
    assert "阿齐沙坦片 20mg：厂家停产了" in texts(house, FORUM, before)
    assert "退给" not in texts(house, RESIDENT, before), "True 4: one message, and the true one"


async def test_while_a_price_is_open_the_pharmacist_may_ask_her(house: House) -> None:
    """True 4: that it has no price keeps it from being passed, not from being asked about."""
    await hears(house, seen(house, "prescribed"))
    await house.take(house.press(PHARMACIST, f"a:query:{NO}:0", REVIEW))
    await replies(house, "还在吃华法林吗？")
    assert "还在吃华法林吗？" in texts(house, RESIDENT)


async def test_why_it_cannot_be_had_has_an_end(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    assert await prices(house, ">refuse", "厂" * 4000) == []
    await replies(house, "厂家停产了")
    assert len(house.commands("hospital.price")) == 1


@pytest.mark.parametrize("ends", ["not_covered", "refuse"])
async def test_a_price_is_for_the_line_that_was_looked_at(house: House, ends: str) -> None:
    """By the time he answers, the second line is another drug."""
    await hears(house, seen(house, "prescribed"))
    await house.take(house.press(PHARMACIST, f"a:price:{NO}", REVIEW))
    if ends == "not_covered":
        await replies(house, "36.5")
    data = house.button(ends)
    await hears(house, replace(seen(house, "prescribed"), stage="returned", reason="dose"))
    other = replace(seen(house, "prescribed"), pricing=(Pricing(2, id="t-2"),))
    await hears(house, replace(other, prescribed=(other.prescribed[0], replace(BARE, name="司美格鲁肽注射液"))))
    before = len(house.posts())
    answer = await house.take(house.press(PHARMACIST, data, REVIEW))
    if ends == "refuse":
        await replies(house, "厂家停产了")
    assert not house.commands("hospital.price")
    assert house.label("refused.rewritten") in answer.toast + texts(house, REVIEW, before)


async def test_whoever_wrote_it_does_not_price_it(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    await house.take(house.press(LI, f"a:price:{NO}", REVIEW))
    assert not house.commands("hospital.price")
    assert "一盒多少元" not in texts(house, REVIEW)


async def test_nobody_prices_it_within_the_hour(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    await after(house, 59)
    assert await incidents(house) == []
    before = await after(house, 2)
    assert await incidents(house) == [("price", False)]
    assert "有一种药到时间还没有人报价" in texts(house, OPERATORS, before)
    assert "阿齐沙坦" not in texts(house, OPERATORS)
    assert "价格到现在还没查到" in texts(house, RESIDENT, before)
    assert "现在没有收您的钱，有事请打 021-5550-0100" in texts(house, RESIDENT, before)
    assert "有一种药还没有价格，医院在催" in texts(house, RESIDENT, before)
    before = await after(house, 600)
    assert texts(house, RESIDENT, before) == ""
    await hears(house, seen(house, "prescribed", "priced", price=3650))
    assert await incidents(house) == [("price", True)]
    assert "处方开好了，药师在审核" in texts(house, RESIDENT, before)


async def test_priced_in_time_nothing_rings(house: House) -> None:
    await hears(house, seen(house, "prescribed"))
    house.clock.advance(60)
    await hears(house, seen(house, "prescribed", "priced", price=3650))
    before = await after(house, 120)
    assert (await incidents(house), texts(house, RESIDENT, before)) == ([], "")


async def test_passed_without_a_price_it_is_priced_then_and_claimed(house: House) -> None:
    """By a pharmacy of its own, or before this release: for ever 'being settled'."""
    await hears(house, told(NO, "passed", house.clock.civil()))
    assert len(house.commands("hospital.claim")) == 1
    house.clock.advance(1)
    await house.answer("hospital.claim", seen(house, "passed"))
    assert buttons(house, REVIEW) == ["报价"]
    assert "药师在查一种药的价格" in texts(house, RESIDENT)
    ((said,),) = await prices(house, "36.5", ">covered")
    house.clock.advance(1)
    await house.answer("hospital.price", seen(house, "passed", "priced", price=said["price"]))
    assert len(house.commands("hospital.claim")) == 2


@pytest.mark.parametrize(
    ("line", "photo", "fits"),
    [
        (replace(BARE, proof=Proof("typed")), False, False),
        (replace(LINE, proof=Proof("typed")), False, False),
        (BARE, False, False),
        (replace(BARE, proof=Proof("typed")), True, True),
        (replace(BARE, proof=Proof("record")), False, True),
        (LINE, False, True),  # chosen from the record by a release that did not write so yet
    ],
)
async def test_a_drug_that_stands_nowhere_is_not_sent(house: House, line: Line, photo: bool, fits: bool) -> None:
    draft = {"patient_brief": BRIEF, "lines": [asdict(line)]}
    act = Act(house.turn(), RESIDENT, RESIDENT)
    why = (KeyError, "'no'") if fits else (Refused, "no-proof")  # it goes on to the order's number, which is not here
    with pytest.raises(why[0], match=why[1]):
        await place(act, {"draft": draft, "photos": ["f"] if photo else []})


# ---------------------------------------------------------------- the insurer


async def passed(house: House) -> None:
    await hears(house, told(NO, "passed", house.clock.civil()))


async def claimed(house: House) -> None:
    await passed(house)
    await house.answer("hospital.claim", told(NO, "passed", house.clock.civil()))


async def test_an_insurer_that_never_answers(house: House) -> None:
    await claimed(house)
    assert await after(house, 9) == len(house.posts())
    before = await after(house, 2)
    assert await incidents(house) == [("settling", False)]
    assert "医保到现在还没有回音" in texts(house, RESIDENT, before)
    assert "医保还没有回音，医院在问" in texts(house, RESIDENT, before)
    await hears(house, told(NO, "quoted", house.clock.civil()))
    assert await incidents(house) == [("settling", True)]
    assert "药师审核通过了，请付款" in texts(house, RESIDENT, before)


async def test_one_that_answers_in_time_is_nobodys_trouble(house: House) -> None:
    await claimed(house)
    house.clock.advance(60)
    await hears(house, told(NO, "quoted", house.clock.civil()))
    before = await after(house, 20)
    assert (await incidents(house), texts(house, RESIDENT, before)) == ([], "")


async def test_a_hospital_that_is_away_while_it_is_claimed(house: House) -> None:
    await passed(house)
    before = await after(house, 11)
    assert "医院的电脑到现在没有回答" in texts(house, RESIDENT, before)
    assert await incidents(house) == [("settling", False)]


async def the_sum_is_off(house: House) -> None:
    await house.take(house.arrival(PutAside("feed", f"order/{NO}", "sum-differs")))


async def test_a_sum_that_is_off_and_then_put_right(house: House) -> None:
    await claimed(house)
    await the_sum_is_off(house)
    assert await incidents(house) == [], "11: an exception after 10 minutes, when she is told, too"
    before = await after(house, 11)
    assert await incidents(house) == [("sum", False)]
    assert texts(house, RESIDENT, before).count("医院算的金额对不上，已经有人在查") == 1
    assert "自己付" not in texts(house, RESIDENT, before)
    await hears(house, told(NO, "quoted", house.clock.civil()))
    assert await incidents(house) == [("sum", True)]
    assert "药师审核通过了，请付款" in texts(house, RESIDENT, before)


async def test_a_sum_that_is_put_right_in_time_is_nobodys_trouble(house: House) -> None:
    """True 11."""
    await claimed(house)
    await the_sum_is_off(house)
    await hears(house, told(NO, "passed", house.clock.civil()))
    before = await after(house, 11)
    assert await incidents(house) == [("settling", False)]
    assert "金额对不上" not in texts(house, RESIDENT, before)


@pytest.mark.parametrize(("pricing", "kind"), [((), "settling"), (({"status": "open"},), "price")])
async def test_what_waited_before_there_were_clocks_gets_one_at_the_start(
    house: House, pricing: tuple[Any, ...], kind: str
) -> None:
    """True 4, 11: an order that the release before left being settled."""
    row = await house.order(NO)
    await put(
        house, replace(row, stage="passed", since=house.clock.civil(), snapshot={**row.snapshot, "pricing": pricing})
    )
    house.clock.advance(3600)
    assert await missing_clocks(house.services, house.clock.civil()) == 1
    assert await missing_clocks(house.services, house.clock.civil()) == 0, "it has one"
    await after(house, 1)
    assert await incidents(house) == [(kind, False)]
    assert await missing_clocks(house.services, house.clock.civil()) == 0, "that was told"


async def test_a_sum_that_comes_late_and_off_is_another_truth(house: House) -> None:
    await claimed(house)
    await after(house, 11)
    before = len(house.posts())
    for _ in range(3):
        await the_sum_is_off(house)
    assert texts(house, RESIDENT, before).count("医院算的金额对不上，已经有人在查") == 1


# ---------------------------------------------------------------- a refusal is owned


async def test_a_claim_that_is_refused_is_made_again_until_it_gets_through(house: House) -> None:
    await passed(house)
    await house.answer("hospital.claim", refusal="rejected")
    assert await incidents(house) == [("refused", False)]
    before = await after(house, 11)
    assert "医保结算没有办成" in texts(house, RESIDENT, before)
    assert len(house.commands("hospital.claim")) == 2
    await house.answer("hospital.claim", refusal="rejected")
    before = await after(house, 11)
    assert "医院的人已经知道了" not in texts(house, RESIDENT, before), "she was told"
    assert len(house.commands("hospital.claim")) == 3
    await hears(house, told(NO, "quoted", house.clock.civil()))
    assert await incidents(house) == [("refused", True)]


@pytest.mark.parametrize(("code", "open_"), [("rejected", 1), ("already-cancelled", 0), ("under-way", 0)])
async def test_what_is_owed_and_refused_for_no_fault_of_his_is_the_operators(
    house: House, code: str, open_: int
) -> None:
    await hears(house, told(NO, "prescribed", house.clock.civil()))
    await house.take(house.press(PHARMACIST, f"a:pass:{NO}", REVIEW))
    await house.answer("hospital.review", refusal=code)
    assert len(await house.services.store.find(Incident, kind="refused")) == open_
