"""Ways that an order goes back or aside: given back, returned after it was paid, the window, out of a problem."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from backend_client.models import Parcel, Settlement
from bot.clock import HandClock
from bot.model import Batch, Custody, Observed, Order, PaidInChat, Place, PlaceKind, Spot
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, RESIDENT, ROAD, ZHAO, House, at_home, told

NO, GROUP = "MR1123-1", -200
PLACED = Order(NO, "", 0, 0, "", 10**13, "dep-1", "comp-1", "yellow", RESIDENT, RESIDENT, HELPER,
               topic=f"consult:{NO}",
               snapshot={"patient": BRIEF, "asked": [asdict(LINE)], "answers": {}, "photos": [],
                         "rx_date": "2026-11-10"})  # fmt: skip


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    group = Place(GROUP, PlaceKind.COMPOUND, "comp-1")
    async with at_home(tmp_path / "core.sqlite", clock, (PLACED, group)) as house:
        yield house


async def see(house: House, *stages: str, **more: Any) -> None:
    for stage in stages:
        house.clock.advance(1)
        await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil(), **more))))


def words(house: House, chat: int, since: int = 0) -> list[str]:
    return [getattr(post.content, "html", "") for post in house.posts()[since:] if post.chat == chat]


def buttons(house: House, key: str) -> list[str]:
    found = [post for post in house.posts() if post.key == key][-1]
    return [button.data for row in getattr(found.content, "buttons", ()) for button in row]


# ---------------------------------------------------------------- given back


async def test_a_case_given_back_waits_for_another_doctor_and_she_is_told(house: House) -> None:
    await see(house, "submitted")
    await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    await house.answer("hospital.take", told(NO, "in-consult", house.clock.civil() + 1))
    house.clock.advance(5)
    assert (await house.order(NO)).doctor == LI
    assert f"a:give_back:{NO}" in buttons(house, f"case:{NO}")
    await house.take(house.press(LI, f"a:give_back:{NO}", FORUM))
    assert not house.commands("hospital.give_back"), "it is asked for once more"
    await house.tap(LI, "yes")
    (command,) = house.commands("hospital.give_back")
    assert command.args["doctor"]["reference"] == "PractitionerRole/pr-1"
    before = len(house.posts())
    back = told(NO, "received", house.clock.civil() + 1, doctor="", doctor_name="")
    await house.answer("hospital.give_back", back)
    house.clock.advance(5)
    row = await house.order(NO)
    assert (row.stage, row.doctor, row.pending) == ("received", 0, "")
    assert any("正在为您找别的医生" in text for text in words(house, RESIDENT, before))
    assert any("退回来了" in text for text in words(house, FORUM, before))
    assert buttons(house, f"case:{NO}") == [f"a:take:{NO}"]
    await house.take(house.press(ZHAO, f"a:take:{NO}", FORUM))
    assert house.commands("hospital.take")[-1].origin.person == ZHAO


async def test_only_the_doctor_who_has_it_gives_it_back(house: House) -> None:
    await see(house, "submitted", "in-consult")
    answer = await house.take(house.press(ZHAO, f"a:give_back:{NO}", FORUM))
    assert "李医生" in answer.toast
    await see(house, "prescribed")
    late = await house.take(house.press(LI, f"a:give_back:{NO}", FORUM))
    assert late.toast == house.label("refused.not-now.in_group")


async def test_a_desk_that_receives_it_is_no_news(house: House) -> None:
    await see(house, "submitted")
    before = len(house.posts())
    await see(house, "received")
    assert not [text for text in words(house, RESIDENT, before) if "找别的医生" in text]
    assert not [text for text in words(house, FORUM, before) if "退回来了" in text]


# ---------------------------------------------------------------- returned after the pass


async def test_returned_after_it_was_paid_she_hears_that_her_money_counts(house: House) -> None:
    await see(house, *ROAD[:6], kept=1000)
    before = len(house.posts())
    await see(house, "returned", reason="缺货", kept=1000, settlement=Settlement(4000, 2500, 500, 1000, True))
    (hears,) = [text for text in words(house, RESIDENT, before) if "多退少补" in text]
    assert "¥10.00" in hears
    assert any("缺货" in text for text in words(house, FORUM, before))
    card = [post for post in house.posts() if post.key == f"pay:{NO}"][-1]
    assert "请先不要付款" in getattr(card.content, "html", "")
    assert f"a:prescribe:{NO}" in buttons(house, f"case:{NO}")


@pytest.mark.parametrize(("share", "button", "due"), [(1800, "pay", 800), (1000, "agree", 0), (400, "agree", 0)])
async def test_of_a_new_quote_only_the_difference_is_asked_for(house: House, share: int, button: str, due: int) -> None:
    await see(house, *ROAD[:6])
    await see(house, "returned", "prescribed", "passed", kept=1000)
    await see(house, "quoted", kept=1000, settlement=Settlement(4000, 4000 - share, 0, share, True))
    card = [post for post in house.posts() if post.key == f"pay:{NO}"][-1]
    text, labels = (
        getattr(card.content, "html", ""),
        [b.label for row in getattr(card.content, "buttons", ()) for b in row],
    )
    assert "这份订单已经付过 ¥10.00" in text
    others = [house.label("settle.card.family_pays")] if due else []  # somebody else may pay what is due
    assert labels == [house.label(f"settle.card.{button}"), *others]
    await house.take(house.press(RESIDENT, f"a:pay:{NO}"))
    if due:
        bill = f"pay:{NO}:{due}"
        assert (await house.core.take(await house.checkout(RESIDENT, due, NO))).ok
        whole = await house.core.take(await house.checkout(RESIDENT, share, NO, "q2"))
        assert not whole.ok, "what was paid is not asked for again"
        await house.take(house.arrival(PaidInChat(Spot(RESIDENT, RESIDENT), 900, due, "CNY", bill, "ch-2")))
    (paid,) = house.commands("hospital.pay")
    assert paid.args["charge"]["amount"] == due
    assert ("退还 ¥6.00" in text) == (share == 400)


async def test_a_second_confirmation_is_another_charge(house: House) -> None:
    """Each is a charge of nothing with a key: the hospital would take the same key for the same payment."""
    free = Settlement(4000, 3500, 500, 0, True)
    await see(house, *ROAD[:4])
    await see(house, "quoted", settlement=free)
    await house.take(house.press(RESIDENT, f"a:pay:{NO}"))
    await see(house, "paid", "returned", "prescribed", "passed", "quoted", settlement=free)
    await house.take(house.press(RESIDENT, f"a:pay:{NO}"))
    first, second = house.commands("hospital.pay")
    assert first.args["charge"]["id"] != second.args["charge"]["id"]


# ---------------------------------------------------------------- the window


async def test_ready_at_the_window_she_has_the_code_and_no_group_hears(house: House) -> None:
    await see(house, *ROAD[:7])
    before = len(house.posts())
    await see(house, "ready-at-window", parcel=Parcel("par-1", "A-07", "4711"))
    (hears,) = [text for text in words(house, RESIDENT, before) if "取药窗口，可以来取" in text]
    assert "4711" in hears
    assert not words(house, GROUP)
    assert not words(house, HELPER, before)
    await see(house, "handed-over", "confirmed")
    lines = {row.taker: row.giver for row in await house.services.store.find(Custody, order=NO)}
    assert lines == {"sorter": "pharmacy", "window": "sorter", "resident": "window", "resident-confirmed": "resident"}


# ---------------------------------------------------------------- out of a problem


@pytest.mark.parametrize("out", ["packed", "with-ambassador", "handed-over", "cancelled", "failed"])
async def test_out_of_a_problem_it_goes_on_or_ends(house: House, out: str, caplog: pytest.LogCaptureFixture) -> None:
    await see(house, *ROAD[:10])
    await see(house, "problem", reason="药包破损")
    before = len(house.posts())
    await see(house, out)
    assert "no legal moves explain" not in caplog.text
    assert (await house.order(NO)).stage == out
    assert any(house.label(f"stage.{out}") in text for text in words(house, RESIDENT, before))
    assert any("问题解决了" in text for text in words(house, RESIDENT, before)) == (out in ("packed", "handed-over"))
    if out == "with-ambassador":
        assert any("4711" in text for text in words(house, RESIDENT, before))


async def test_a_parcel_that_comes_back_from_a_problem_is_counted_again(house: House) -> None:
    batch = Batch("b-1", "run-1", "with-ambassador", 1, "comp-1", 51, HELPER, 3, 3)
    row = await house.order(NO)
    turn = house.turn()
    turn.put(batch)
    turn.put(row.__class__(**{**asdict(row), "batch": "b-1"}))
    await house.services.store.commit(turn.outcome())
    await see(house, *ROAD[:11])
    assert (await left(house)) == 2
    await see(house, "problem")
    assert (await left(house)) == 3
    await see(house, "handed-over")
    assert (await left(house)) == 2


async def left(house: House) -> int:
    found = await house.services.store.get(Batch, "b-1")
    assert found is not None
    return found.left
