"""[Cancel] on the card of an order that is still being sent: it is noted, and asked for once the hospital has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend_client.errors import NUMBER_TAKEN
from bot.clock import HandClock
from bot.model import Command, Dialog, Due, Observed, Order, Person, Right, Timer
from bot.moves import BY_WATCHER
from tests.cases.rows import NEW, put, texts
from tests.handlers.house import HELPER, RESIDENT, House, at_home, told
from tests.handlers.test_number_again import sends, up_to_ok


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock) as house:
        yield house


def buttons(house: House, no: str) -> list[str]:
    """What can be pressed on her card of it."""
    cards = [post for post in house.posts() if post.key == f"card:{no}:{RESIDENT}"]
    return [one.data for row in getattr(cards[-1].content, "buttons", ()) for one in row]


def card(house: House, no: str) -> str:
    """What it says."""
    cards = [post for post in house.posts() if post.key == f"card:{no}:{RESIDENT}"]
    return str(getattr(cards[-1].content, "html", ""))


async def slow(house: House, op: str) -> None:
    """The hospital has not answered for a while."""
    key = house.commands(op)[-1].key
    await house.take(house.arrival(Due(Timer(f"slow:{key}", 1, "slow", key))))


async def on_its_way(house: House) -> str:
    await up_to_ok(house)
    return await sends(house)


async def cancels(house: House, no: str) -> None:
    assert f"a:cancel:{no}" in buttons(house, no)
    await house.take(house.press(RESIDENT, f"a:cancel:{no}"))
    assert house.label("cancel.sure", order=no, paid=False) in texts(house, RESIDENT)
    await house.tap(RESIDENT, "yes")


async def comes_there(house: House, no: str) -> None:
    order = await house.services.store.get(Order, no)
    assert order is not None
    await house.answer("hospital.submit", told(no, "submitted", house.clock.civil(), authored=order.since))


def asked(house: House) -> list[Command]:
    return house.commands("hospital.cancel")


async def test_it_is_noted_and_asked_for_once_it_is_there(house: House) -> None:
    no = await on_its_way(house)
    await cancels(house, no)
    assert house.label("cancel.queued", order=no) in texts(house, RESIDENT)
    assert not asked(house), "nothing is there yet that could be cancelled"
    assert buttons(house, no) == []
    assert house.label("waiting.cancel") in texts(house, RESIDENT)
    await comes_there(house, no)
    (one,) = asked(house)
    assert (one.lane, one.args["order"], one.args["reason"]) == (no, no, BY_WATCHER)
    assert one.args["who"]["reference"] == "Patient/pat-1"
    assert (await house.order(no)).pending == "cancel"


async def test_another_order_of_its_number_is_left_alone(house: House) -> None:
    no = await on_its_way(house)
    await cancels(house, no)
    await house.answer("hospital.submit", refusal=NUMBER_TAKEN)
    anew = house.commands("hospital.submit")[-1].lane
    assert anew != no
    assert not asked(house)
    await comes_there(house, anew)
    assert [(one.lane, one.args["order"]) for one in asked(house)] == [(anew, anew)]


async def test_the_feed_may_tell_of_it_first(house: House) -> None:
    no = await on_its_way(house)
    await cancels(house, no)
    seen = told(no, "submitted", house.clock.civil(), authored=(await house.order(no)).since)
    await house.take(house.arrival(Observed(seen)))
    await house.answer("hospital.submit", seen)
    assert len(asked(house)) == 1


@pytest.mark.parametrize("first", ["button", "command"])
async def test_the_command_and_the_button_are_one(house: House, first: str) -> None:
    no = await on_its_way(house)
    if first == "command":
        await house.take(house.text(RESIDENT, "/cancel"))
    else:
        await cancels(house, no)
    assert buttons(house, no) == []
    assert house.label("waiting.cancel") in card(house, no)
    assert house.label("holder.us") not in card(house, no), "and no longer that it is kept, and by when it comes"
    assert "送到" not in card(house, no)
    assert (await house.take(house.press(RESIDENT, f"a:cancel:{no}"))).toast == house.label("refused.being-cancelled")
    await house.take(house.text(RESIDENT, "/cancel"))
    await comes_there(house, no)
    assert len(asked(house)) == 1
    assert buttons(house, no) == [], "it is at the hospital now, which has not answered yet"
    assert house.label("waiting.cancel") in card(house, no)
    assert (await house.take(house.press(RESIDENT, f"a:cancel:{no}"))).toast == house.label("refused.being-cancelled")
    assert len(asked(house)) == 1


async def test_it_comes_there_while_she_reads_the_question(house: House) -> None:
    no = await on_its_way(house)
    await house.take(house.press(RESIDENT, f"a:cancel:{no}"))
    await comes_there(house, no)
    assert not asked(house)
    await house.tap(RESIDENT, "yes")
    assert len(asked(house)) == 1
    assert house.label("cancel.queued", order=no) not in texts(house, RESIDENT)


@pytest.mark.parametrize("by", ["button", "command"])
async def test_what_the_hospital_does_not_take_need_not_be_cancelled(house: House, by: str) -> None:
    no = await on_its_way(house)
    await (cancels(house, no) if by == "button" else house.take(house.text(RESIDENT, "/cancel")))
    since = len(house.posts())
    await house.answer("hospital.submit", refusal="rejected")
    assert await house.services.store.get(Order, no) is None
    assert not asked(house)
    assert not await house.services.store.find(Dialog, person=RESIDENT, state=("open", "sent", "parked"))
    assert not any(getattr(post.content, "buttons", ()) for post in house.posts()[since:]), "she is asked nothing"
    assert house.label("handlers.cancelled") in texts(house, RESIDENT, since)


async def test_kept_it_goes_on(house: House) -> None:
    no = await on_its_way(house)
    await house.take(house.press(RESIDENT, f"a:cancel:{no}"))
    await house.tap(RESIDENT, "no")
    await comes_there(house, no)
    assert not asked(house)
    assert f"a:cancel:{no}" in buttons(house, no)


async def test_what_was_stopped_meanwhile_need_not_be_cancelled(house: House) -> None:
    no = await on_its_way(house)
    await comes_there(house, no)
    await house.take(house.press(RESIDENT, f"a:cancel:{no}"))
    await house.take(house.arrival(Observed(told(no, "failed", house.clock.civil()))))
    assert f"订单 {no} 的这一步到此为止：这份订单没有办成" in texts(house, RESIDENT), "and why"
    assert not await house.services.store.find(Dialog, person=RESIDENT, state=("open", "sent", "parked"))
    assert not asked(house)


@pytest.mark.parametrize("by", ["button", "command"])
@pytest.mark.parametrize("down", ["before", "after"])
async def test_one_sentence_says_that_it_is_noted_and_one_tells_its_end(house: House, by: str, down: str) -> None:
    """Seen: "kept, and sent by itself" stood beside it, and at its end "is there now" beside "is cancelled"."""
    no = await on_its_way(house)
    if down == "before":
        await slow(house, "hospital.submit")
    since = len(house.posts())
    await (cancels(house, no) if by == "button" else house.take(house.text(RESIDENT, "/cancel")))
    if down == "after":
        await slow(house, "hospital.submit")
    await comes_there(house, no)
    await slow(house, "hospital.cancel")
    await house.answer("hospital.cancel", told(no, "cancelled", house.clock.civil()))
    news = texts(house, RESIDENT, since)
    noted = house.label("cancel.queued", order=no) if by == "button" else house.label("engine.cancel_queued")
    assert news.count(noted) == 1
    assert not [one for one in ("slow", "slow_order", "slow_order_over") if house.label(f"engine.{one}") in news]
    assert news.count(house.label("cancelled_notice.hears", order=no, reason="", refund=0)) == 1


async def test_of_one_that_is_there_the_same_is_said_once_the_hospital_is_slow(house: House) -> None:
    no = await on_its_way(house)
    await comes_there(house, no)
    await cancels(house, no)
    since = len(house.posts())
    await slow(house, "hospital.cancel")
    assert texts(house, RESIDENT, since) == house.label("cancel.queued", order=no)


@pytest.mark.parametrize("by", ["button", "command", "both"])
async def test_who_reads_that_it_is_noted_reads_where_it_cannot_be_done(house: House, by: str) -> None:
    no = await on_its_way(house)
    if by != "command":
        await cancels(house, no)
    if by != "button":
        await house.take(house.text(RESIDENT, "/cancel"))
    since = len(house.posts())
    packed = told(no, "packed", house.clock.civil())
    await house.take(house.arrival(Observed(packed)))
    await house.answer("hospital.submit", packed)
    assert not asked(house)
    assert texts(house, RESIDENT, since).count(f"订单 {no}：这件事医院已经收到，没有取消。") == 1


async def test_whose_right_ended_meanwhile_stops_nothing_and_the_order_goes_on(house: House) -> None:
    """Proved: the answer failed, and the order was "being done" for ever."""
    no = await on_its_way(house)
    await house.take(house.text(RESIDENT, "/cancel"))
    ended = [replace(right, until="2026-01-01") for right in await house.services.store.find(Right)]
    me = await house.services.store.get(Person, RESIDENT)
    assert me is not None
    await put(house, *ended, replace(me, facts={}), replace(await house.order(no), patient_account=0))
    since = len(house.posts())
    await comes_there(house, no)
    order = await house.order(no)
    assert (order.stage, order.pending) == ("submitted", "")
    assert not asked(house)
    assert texts(house, RESIDENT, since).count(f"订单 {no}：这件事医院已经收到，没有取消。") == 1


async def test_another_who_cancelled_it_reads_that_it_is_not_there(house: House) -> None:
    no = await on_its_way(house)
    row = await house.order(no)
    await put(house, replace(row, snapshot={**row.snapshot, "unwanted": {"by": HELPER, "who": {}}}))
    since = len(house.posts())
    await house.answer("hospital.submit", refusal="rejected")
    assert f"订单 {no} 已取消。" in texts(house, HELPER, since)
    assert house.label("handlers.cancelled") in texts(house, RESIDENT, since)
    assert house.label("handlers.cancelled") not in texts(house, HELPER, since)


async def test_it_is_hers_to_cancel(house: House) -> None:
    no = await on_its_way(house)
    answer = await house.take(house.press(NEW, f"a:cancel:{no}"))
    assert answer.toast == house.label("refused.not-for-you")
    await comes_there(house, no)
    assert not asked(house)
