"""It stands 1, 11: what is owed is never given up, and whoever paid or asked reads where it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.errors import Broken, Invalid
from bot.clock import HandClock
from bot.model import Due, Incident, Observed, PaidInChat, Place, PlaceKind, Post, Returned, Spot, Timer
from bot.workers.command_runner import BROKEN_PAUSE, CommandRunner
from bot.workers.letters import Letters
from tests.handlers.house import HISTORY, RESIDENT, House, at_home, told
from tests.handlers.test_money import NO, QUOTED

OFFICE, CHARGE = -900, "charge-12345678"


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(
        tmp_path / "core.sqlite", clock, (QUOTED, Place(OFFICE, PlaceKind.OPERATORS, lang="en"))
    ) as house:
        await Letters(house.services.store, house.clock, house.take).once()  # it begins
        yield house


async def pays(house: House, charge: str = CHARGE, payload: str = f"pay:{NO}:1000") -> None:
    await house.take(house.arrival(PaidInChat(Spot(RESIDENT, RESIDENT), 900, 1000, "CNY", payload, charge)))


async def fails(house: House, op: str, error: Exception) -> None:
    """The hospital answers so; then the letters are brought."""

    async def call(args: Any) -> Any:
        raise error

    await CommandRunner(house.services.store, {op: call}, house.clock, house.core.take).once()
    await Letters(house.services.store, house.clock, house.take).once()
    await house.show()


def said(house: House, key: str, chat: int = RESIDENT) -> list[str]:
    return [getattr(post.content, "html", "") for post in house.posts() if post.key == key and post.chat == chat]


def office(house: House) -> list[Post]:
    return [post for post in house.posts() if post.chat == OFFICE]


@pytest.mark.parametrize("error", [Invalid("rejected"), Broken("http-501"), KeyError("x")], ids=repr)
async def test_the_payer_reads_that_it_is_safe_its_number_and_who_is_at_it(house: House, error: Exception) -> None:
    await pays(house)
    for _ in range(2):
        await fails(house, "hospital.pay", error)
        house.clock.advance(BROKEN_PAUSE)
    (safe,) = set(said(house, f"safe:{CHARGE}"))
    for part in ("¥10.00", NO, "12345678"):
        assert part in safe
    (row,) = await house.services.store.find(Incident)
    assert (row.kind, row.order, row.done_at) == ("command", NO, 0)
    assert NO in getattr(office(house)[0].content, "html", "")
    command = house.commands("hospital.pay")[-1]
    after = told(NO, "paid", house.clock.civil(), payment=CHARGE)
    await house.take(house.arrival(Returned(command.key, after), f"{command.key}:result"))
    assert said(house, f"safe:{CHARGE}")[-1] == house.label(
        "settle.payment_booked", amount=1000, order=NO, number="12345678"
    )
    (row,) = await house.services.store.find(Incident)
    assert row.done_at > 0


@pytest.mark.parametrize("stage", ["cancelled", "passed"])
async def test_a_charge_that_came_too_late_is_told_to_go_back(house: House, stage: str) -> None:
    await pays(house)
    await house.answer("hospital.pay", told(NO, stage, house.clock.civil()))
    assert said(house, f"back:{CHARGE}") == [house.label("settle.payment_surplus", amount=1000)]


async def test_one_that_pays_or_is_kept_is_not_told_to_go_back(house: House) -> None:
    await pays(house)
    await house.answer("hospital.pay", told(NO, "returned", house.clock.civil(), kept=1000))
    assert said(house, f"back:{CHARGE}") == []


async def test_a_receipt_that_comes_twice_is_one_charge_and_a_second_charge_is_told_once(house: House) -> None:
    await pays(house)
    await pays(house)
    await pays(house, "charge-2")
    keys = [command.key for command in house.commands("hospital.pay")]
    assert len(keys) == 2
    assert said(house, "paid:charge-2") == [house.label("settle.payment_surplus", amount=1000)]
    for key in keys:
        seen = told(NO, "paid", house.clock.civil(), payment=CHARGE)
        await house.take(house.arrival(Returned(key, seen), f"{key}:result"))
    assert said(house, "back:charge-2") == []


async def test_a_surplus_that_does_not_get_through_is_about_its_order(house: House) -> None:
    await pays(house)
    await house.answer("hospital.pay", told(NO, "paid", house.clock.civil(), payment=CHARGE))
    await pays(house, "charge-2")
    await fails(house, "hospital.pay", Invalid("rejected"))
    assert {row.order for row in await house.services.store.find(Incident)} == {NO}
    assert len(said(house, "safe:charge-2")) == 1


async def test_whoever_asked_for_something_else_reads_that_it_is_kept_and_looked_at(house: House) -> None:
    await house.take(house.press(RESIDENT, f"a:cancel:{NO}"))
    await house.tap(RESIDENT, "yes")
    await fails(house, "hospital.cancel", Invalid("rejected"))
    key = house.commands("hospital.cancel")[-1].key
    assert said(house, f"slow:{key}") == [house.label("engine.aside")]
    assert (await house.order(NO)).pending == "cancel"
    house.clock.advance(BROKEN_PAUSE)
    assert [one.command.key for one in await house.services.store.commands_due(house.clock.civil())] == [key]


@pytest.mark.parametrize("down", [True, False])
async def test_who_read_that_her_order_is_kept_is_told_once_that_it_is_there(house: House, down: bool) -> None:
    await house.take(house.press(RESIDENT, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": HISTORY})
    await house.tap(RESIDENT, "history", "all", "3-7", "first", "ok")
    (sent,) = house.commands("hospital.submit")
    if down:
        await house.take(house.arrival(Due(Timer(f"slow:{sent.key}", 1, "slow", sent.key))))
        assert said(house, f"slow:{sent.key}") == [house.label("engine.slow_order")]
    there = [house.label("engine.slow_order_over")] if down else []
    for _ in range(2):  # its answer comes twice
        seen = told(sent.lane, "submitted", house.clock.civil())
        await house.take(house.arrival(Returned(sent.key, seen), f"{sent.key}:result"))
        assert said(house, f"there:{sent.key}") == there


async def test_a_payment_that_fits_no_order_is_an_exception_without_a_name(house: House) -> None:
    await pays(house, payload="pay:R9999-1:5000")
    (row,) = await house.services.store.find(Incident)
    assert (row.kind, row.order) == ("payment", "")
    assert CHARGE not in repr(replace(row, word=""))
    assert len(office(house)) == 1


async def test_too_late_to_cancel_names_the_way_out_the_money_and_the_number(house: House) -> None:
    config = replace(house.services.config, hospital_phone="021-5550-0100")
    house.core.services = replace(house.core.services, config=config)
    await house.take(house.arrival(Observed(told(NO, "packed", house.clock.civil()))))
    toast = (await house.take(house.press(RESIDENT, f"a:cancel:{NO}"))).toast
    assert "当面说不要，药退回医院后，付的钱原路退回；要现在停，请打医院电话 021-5550-0100" in toast
