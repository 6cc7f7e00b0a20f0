"""It stands 11: each charge ends as booked or sent back, by itself where that can be, else by an operator's hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.core import Core
from bot.handlers import route
from bot.model import Incident, PaidInChat, Payment, Place, PlaceKind, Spot
from bot.turn import Turn
from bot.workers.charges import PAUSE, Charges
from bot.workers.letters import Letters
from tests.cases.rows import OPERATOR, OPERATORS, ROWS, put, texts
from tests.handlers.house import LI, RESIDENT, House, at_home
from tests.handlers.test_money import NO, QUOTED, said_no

CAME = PaidInChat(Spot(RESIDENT, RESIDENT), 900, 1000, "CNY", f"pay:{NO}:1000", "ch-1")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    others = [row for row in ROWS[1:] if not isinstance(row, Place) or row.kind is not PlaceKind.COMPOUND]
    async with at_home(tmp_path / "core.sqlite", clock, (QUOTED, *others)) as house:
        yield house


async def fails(turn: Turn) -> None:
    if isinstance(turn.arrival.body, PaidInChat):
        raise KeyError("x")
    await route(turn)


async def put_aside(house: House, body: PaidInChat = CAME) -> None:
    letters = Letters(house.services.store, house.clock, house.take)
    await letters.once()
    await Core(house.services, fails).take(house.arrival(body))
    await letters.once()


async def open_ones(house: House) -> list[str]:
    return [one.order for one in await house.services.store.find(Incident, done_at=0) if one.kind == "payment"]


async def row_of(house: House, id: str = "ch-1") -> Payment:
    row = await house.services.store.get(Payment, id)
    assert row is not None
    return row


@pytest.mark.parametrize("charge", ["ch-1", ""], ids=["by its number", "by its message"])
async def test_a_charge_put_aside_is_booked_by_itself(house: House, charge: str) -> None:
    await put_aside(house, replace(CAME, charge=charge))
    worker = Charges(house.services.store, house.clock, house.take)
    assert said_no(await house.take(await house.checkout(RESIDENT, 1000, NO)), house, "paid")
    assert not house.commands("hospital.pay")
    assert await worker.once() == 1
    (sent,) = house.commands("hospital.pay")
    assert (sent.args["charge"]["id"], sent.args["charge"]["amount"]) == (charge, 1000)
    row = await row_of(house, charge or f"{RESIDENT}:900")
    assert (row.aside, row.order) == (False, NO)
    assert not await open_ones(house), "nobody has to look any more"
    assert said_no(await house.take(await house.checkout(RESIDENT, 1000, NO, "q2")), house, "paid")
    house.clock.advance(3600)
    assert await worker.once() == 0
    assert len(house.commands("hospital.pay")) == 1


async def test_one_that_fails_again_is_tried_later_and_told_once(house: House) -> None:
    await put_aside(house)
    before = len(house.posts())
    broken = Core(house.services, fails)
    worker = Charges(house.services.store, house.clock, broken.take)
    assert [await worker.once() for _ in range(3)] == [1, 0, 0]
    house.clock.advance(PAUSE)
    assert await worker.once() == 1
    assert not texts(house, RESIDENT, before)
    assert await open_ones(house) == [NO]
    assert (await row_of(house)).aside


async def test_where_the_order_ended_meanwhile_the_hospital_hears_of_it_and_sends_it_back(house: House) -> None:
    await put_aside(house)
    await put(house, replace(await house.order(NO), stage="cancelled"))
    await Charges(house.services.store, house.clock, house.take).once()
    (sent,) = house.commands("hospital.pay")
    assert sent.key == "pay:ch-1", "no move of the order; the hospital reads before it pays back"


STRAY = replace(CAME, payload="pay:R9999-1:5000", amount=5000, charge="ch-9")


async def test_what_fits_no_order_an_operator_sends_back_and_the_payer_hears_it(house: House) -> None:
    await house.take(house.arrival(STRAY))
    assert house.label("settle.stray_payment", amount=5000, number="ch-9", phone="") in texts(house, RESIDENT)
    asked = [post for post in house.posts() if post.chat == OPERATOR and "ch-9" in getattr(post.content, "html", "")]
    assert "ch-9" not in texts(house, OPERATORS), "in private only"
    (press,) = [one.data for row in asked[-1].content.buttons for one in row]  # type: ignore[union-attr]
    assert "ch-9" not in press
    assert await open_ones(house) == [""]
    before = len(house.posts())
    await house.take(house.press(LI, press))
    assert await open_ones(house) == [""], "no doctor says so"
    await house.take(house.press(OPERATOR, press))
    await house.tap(OPERATOR, "yes")
    assert not await open_ones(house)
    back = house.label("money_back.payer", amount=5000, number="ch-9")
    assert texts(house, RESIDENT, before).count(back) == 1
    await house.take(house.press(OPERATOR, press))
    assert texts(house, RESIDENT, before).count(back) == 1
    assert "money-back" in [line["what"] for line in await house.services.store.audit("")]
