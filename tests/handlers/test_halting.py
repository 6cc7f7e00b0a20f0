"""Nobody is left out 7: stopped, moved, in hospital, died: a tap holds everything, others may object, a day to undo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HandClock
from bot.model import Due, Halt, Incident, Mandate, Observed, PaidInChat, Said, Spot
from bot.ops.halted import REF, held
from bot.ops.halting import AGAIN, UNDO
from bot.ops.orders import may_hear
from bot.ops.rights import mark
from bot.orders import refused
from tests.cases.rows import NEW, NO, OPERATOR, OTHER, REVIEW, ROWS, put, texts
from tests.handlers.house import BRIEF, FORUM, HELPER, LI, LINE, PATIENT, RESIDENT, House, at_home, told
from tests.handlers.test_family import DAUGHTER, with_mother

MANDATE = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    async with at_home(tmp_path / "core.sqlite", clock, (*ROWS, MANDATE)) as house:
        yield house


async def says(house: House, who: int, kind: str) -> Halt:
    """By the menu: whose it is alone, then one press."""
    await house.take(house.press(who, "a:changed"))
    await house.tap(who, kind)
    return await newest(house)


async def newest(house: House) -> Halt:
    rows = await house.services.store.find(Halt)
    return max(rows, key=lambda row: row.since)


async def row_of(house: House, id: str) -> Halt:
    found = await house.services.store.get(Halt, id)
    assert found is not None
    return found


async def why(house: House) -> str | None:
    return await held(house.turn(), "pat-1")


async def seen(house: House, stage: Any) -> None:
    house.clock.advance(60)
    await house.take(house.arrival(Observed(told(NO, stage, house.clock.civil(), prescribed=(LINE,)))))


async def day_over(house: House, after: int = UNDO) -> None:
    house.clock.advance(after / 1000)
    timer = [one for outcome in house.outcomes for one in outcome.timers if one.step == "halt-over"][-1]
    await house.take(house.arrival(Due(replace(timer, due=house.clock.civil()))))


async def decides(house: House, row: Halt, option: str) -> None:
    await house.take(house.press(OPERATOR, f"a:halt_look:{row.id}"))
    await house.tap(OPERATOR, option)


async def open_incidents(house: House, kind: str) -> list[str]:
    return [one.code for one in await house.services.store.find(Incident, done_at=0) if one.kind == kind]


# ---------------------------------------------------------------- said, and what it holds


@pytest.mark.parametrize("typed", ["/stop", "/changed"])
async def test_who_types_stop_is_asked_what_has_changed(house: House, typed: str) -> None:
    """And is not told that the command is unknown."""
    before = len(house.posts())
    await house.take(house.text(RESIDENT, typed))
    assert house.label("change_said.what", name="", own=True) in texts(house, RESIDENT, before)
    await house.tap(RESIDENT, "stop")
    assert await why(house) == "stop"


async def test_stop_in_a_group_is_no_word_for_the_bot(house: House) -> None:
    before = len(house.posts())
    await house.take(house.arrival(Said(Spot(FORUM, RESIDENT), 77, "/stop")))
    assert len(house.posts()) == before


async def test_one_tap_holds_her_order_and_a_doctors_words_still_go(house: House) -> None:
    await says(house, RESIDENT, "hospital")
    assert await why(house) == "hospital"
    answer = await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    assert answer.toast == house.label("refused.on-hold")
    assert not house.commands("hospital.take")
    row = await house.order(NO)
    assert RESIDENT in await may_hear(house.turn(), row)
    assert house.label("halted.clinic", order=NO) in texts(house, FORUM)
    assert house.label("halted.stands") in texts(house, RESIDENT)


async def test_she_never_says_of_herself_that_she_died(house: House) -> None:
    await house.take(house.press(RESIDENT, "a:changed"))
    with pytest.raises(IndexError):
        house.button("died")


@pytest.mark.parametrize("kind", ["stop", "moved", "hospital"])
async def test_a_helper_says_it_and_she_reads_it_and_takes_it_back(house: House, kind: str) -> None:
    before = len(house.posts())
    row = await says(house, HELPER, kind)
    assert "志愿者陈老师" in texts(house, RESIDENT, before)
    await house.take(house.press(RESIDENT, f"a:halt_wrong:{row.id}"))
    assert await why(house) is None, "she knows best"
    assert house.label("halt_wrong.said", name="王秀英") in texts(house, HELPER)
    await house.take(house.press(LI, f"a:take:{NO}", FORUM))
    assert house.commands("hospital.take")


async def test_her_own_phone_reads_nothing_of_her_death(house: House) -> None:
    await with_mother(house)
    before = len(house.posts())
    await says(house, HELPER, "died")
    fresh = [p for p in house.posts()[before:] if p.chat == RESIDENT and not p.card]
    assert fresh == []
    assert "去世" not in texts(house, RESIDENT, before)
    assert "去世" in texts(house, DAUGHTER, before)
    assert await open_incidents(house, "halt") == ["died"]


async def test_the_doctor_in_the_consult_may_say_it_another_one_not(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="in-consult"))
    answer = await house.take(house.press(OTHER, f"a:changed:{NO}"))
    assert answer.toast == house.label("refused.not-for-you")
    await house.take(house.press(LI, f"a:changed:{NO}", FORUM))
    await house.take(house.press(LI, house.button("hospital"), FORUM))
    row = await newest(house)
    assert (row.by, row.kind) == ("doctor", "hospital")
    assert "医生说您住院了" in texts(house, RESIDENT)


async def test_a_stranger_says_nothing_of_anybody(house: House) -> None:
    await house.take(house.press(NEW, "a:changed"))
    assert house.label("change_said.nobody") in texts(house, NEW)
    for ref in (NO, mark(house.turn(), "pat-1")[:REF], ""):
        await house.take(house.press(NEW, f"a:changed:{ref}"))
    assert not await house.services.store.find(Halt)


async def test_a_new_order_waits_too(house: House) -> None:
    await says(house, HELPER, "stop")
    await house.take(house.press(HELPER, "a:need"))
    await house.answer("hospital.patient_file", {"cover": "covered", "history": [], "patient": BRIEF})
    assert house.label("refill.held") in texts(house, HELPER)


async def test_said_twice_it_is_one_and_nothing_new_is_said(house: House) -> None:
    row = await says(house, HELPER, "moved")
    before = len(house.posts())
    await house.take(house.press(HELPER, "a:changed"))
    assert [one.id for one in await house.services.store.find(Halt)] == [row.id]
    assert not texts(house, RESIDENT, before)


async def test_two_at_once_are_one_row(house: House) -> None:
    await with_mother(house)
    await house.take(house.press(HELPER, "a:changed"))
    first = house.button("died")
    await house.take(house.press(DAUGHTER, "a:changed"))
    second = house.button("died")
    await house.together(house.press(HELPER, first), house.press(DAUGHTER, second))
    assert len(await house.services.store.find(Halt)) == 1


async def test_delivered_again_after_a_kill_it_is_one(house: House) -> None:
    """The commit stood, the answer was lost: another process gets the same press, and the same one by another id."""
    await house.take(house.press(HELPER, "a:changed"))
    data = house.button("stop")
    press = house.press(HELPER, data)
    await house.take(press)
    posts = len(house.posts())
    other = House(house.services, house.clock)
    await other.take(press)
    await other.take(house.press(HELPER, data))
    assert len(await house.services.store.find(Halt)) == 1
    assert not texts(house, RESIDENT, posts)
    assert (await house.order(NO)).snapshot["held"] == "stop"


# ---------------------------------------------------------------- two say two things; that is wrong


async def test_two_people_say_two_things_and_an_operator_decides(house: House) -> None:
    await with_mother(house)
    first = await says(house, HELPER, "died")
    await house.take(house.press(DAUGHTER, f"a:halt_wrong:{first.id}"))
    assert (await row_of(house, first.id)).wrong
    assert await why(house) == "died", "nothing goes out before somebody has called"
    assert house.label("halt_wrong.doubted", name="王秀英") in texts(house, HELPER)
    await house.take(house.press(DAUGHTER, "a:changed"))
    await house.tap(DAUGHTER, "hospital")
    assert len(await house.services.store.find(Halt)) == 2
    await day_over(house)
    assert not house.commands("hospital.cancel"), "what is contested is wound up by nobody"
    await decides(house, await newest(house), "confirm")
    assert await why(house) == "hospital"
    await day_over(house)
    assert house.commands("hospital.cancel")


async def test_that_is_wrong_by_a_strangers_forwarded_button(house: House) -> None:
    row = await says(house, HELPER, "died")
    answer = await house.take(house.press(NEW, f"a:halt_wrong:{row.id}"))
    assert answer.toast == house.label("refused.not-for-you")
    assert not (await row_of(house, row.id)).wrong


async def test_said_about_the_wrong_person_it_is_undone_within_the_day(house: House) -> None:
    row = await says(house, HELPER, "died")
    await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    assert await why(house) is None
    assert "held" not in (await house.order(NO)).snapshot
    assert await open_incidents(house, "halt") == []
    answer = await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    assert answer.toast == house.label("refused.halt-over")


async def test_it_can_be_said_again_when_an_older_word_was_forgotten(house: House) -> None:
    """Words that were taken back go one by one (R10); a later one never stands in the way of the next."""
    for _ in range(2):
        house.clock.advance(60)
        await house.take(house.press(HELPER, f"a:halt_wrong:{(await says(house, HELPER, 'moved')).id}"))
    row = await newest(house)
    assert await house.services.store.purge(row.since - 1) > 0
    assert [one.id for one in await house.services.store.find(Halt)] == [row.id]
    house.clock.advance(60)
    await says(house, HELPER, "died")
    assert await why(house) == "died"


async def test_the_undo_after_the_day(house: House) -> None:
    row = await says(house, HELPER, "moved")
    house.clock.advance(UNDO / 1000 + 1)
    answer = await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    assert answer.toast == house.label("refused.undo-late")
    await house.take(house.press(RESIDENT, f"a:halt_wrong:{row.id}"))
    assert await why(house) is None, "she herself may at any time"


# ---------------------------------------------------------------- an operator


async def test_only_an_operator_silences_her_chats(house: House) -> None:
    row = await says(house, HELPER, "died")
    await day_over(house)
    order = await house.order(NO)
    assert RESIDENT in await may_hear(house.turn(), order), "nobody has called"
    answer = await house.take(house.press(HELPER, f"a:halt_look:{row.id}"))
    assert answer.toast == house.label("refused.not-for-you")
    await decides(house, row, "confirm")
    assert RESIDENT not in await may_hear(house.turn(), order)
    assert await open_incidents(house, "halt") == []
    answer = await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    assert answer.toast == house.label("refused.halt-confirmed")


async def test_an_operator_who_never_confirms(house: House) -> None:
    """It is paid back after the day; her chats go on, and the exception stays open."""
    await says(house, HELPER, "died")
    await day_over(house)
    assert house.commands("hospital.cancel")[-1].args["reason"] == "held"
    assert await open_incidents(house, "halt") == ["died"]
    assert RESIDENT in await may_hear(house.turn(), await house.order(NO))


async def test_an_operator_finds_that_it_is_not_true(house: House) -> None:
    row = await says(house, HELPER, "died")
    await decides(house, row, "lift")
    assert await why(house) is None
    assert house.label("halt_look.said", name="王秀英") in texts(house, HELPER)
    assert "去世" not in texts(house, RESIDENT)


async def test_she_who_died_presses_a_button(house: House) -> None:
    row = await says(house, HELPER, "died")
    before = len(house.posts())
    await house.take(house.press(RESIDENT, "a:where"))
    assert (await row_of(house, row.id)).wrong
    assert "去世" not in texts(house, RESIDENT, before)
    assert await open_incidents(house, "halt") == ["alive"]
    await day_over(house)
    assert not house.commands("hospital.cancel"), "an operator calls first"
    await house.take(house.press(RESIDENT, "a:where"))
    assert len([p for p in house.posts() if p.key.startswith(f"halt:{row.id}:alive")]) == 1


async def test_she_writes_after_it_was_confirmed_and_nothing_of_hers_is_cancelled_before_a_second_call(
    house: House,
) -> None:
    row = await says(house, HELPER, "died")
    await decides(house, row, "confirm")
    await house.take(house.press(RESIDENT, "a:where"))
    await day_over(house)
    assert not house.commands("hospital.cancel"), "who presses is alive"
    await decides(house, row, "confirm")
    await day_over(house, 1)
    assert house.commands("hospital.cancel")


# ---------------------------------------------------------------- the end: refund before packing, return after


async def test_after_a_day_it_is_cancelled_by_the_orders_own_move(house: House) -> None:
    await says(house, RESIDENT, "stop")
    await day_over(house)
    sent = house.commands("hospital.cancel")[-1]
    assert (sent.args["who"]["reference"], sent.args["reason"]) == ("Patient/pat-1", "held")
    before = len(house.commands("hospital.cancel"))
    await day_over(house, 1)
    assert len(house.commands("hospital.cancel")) == before, "rung twice it is one"


async def test_what_is_packed_at_that_moment_comes_back(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="paid"))
    await says(house, HELPER, "moved")
    await seen(house, "packed")
    await seen(house, "with-ambassador")
    assert refused(await house.order(NO), "hand-over") == "on-hold"
    await day_over(house)
    assert not house.commands("hospital.cancel")
    assert await open_incidents(house, "return") == ["moved"]
    assert house.label("halt_over.back", label="A-07") in texts(house, HELPER)


async def test_what_is_being_paid_at_that_moment_decides_itself_first(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="quoted", pending="pay", pending_by=RESIDENT))
    await says(house, HELPER, "stop")
    await day_over(house)
    assert not house.commands("hospital.cancel")
    await seen(house, "paid")
    await day_over(house, UNDO)
    assert house.commands("hospital.cancel")


async def test_who_carries_one_parcel_reads_once_that_it_goes_back_while_another_order_decides_itself(
    house: House,
) -> None:
    row = await house.order(NO)
    paying = replace(row, no="MR1123-2", version=0, stage="quoted", pending="pay", pending_by=RESIDENT, topic="")
    await put(house, replace(row, stage="with-ambassador"), paying)
    await says(house, RESIDENT, "stop")
    before = len(house.posts())
    await day_over(house)
    await day_over(house, AGAIN)
    assert texts(house, HELPER, before).count(house.label("halt_over.back", label="A-07")) == 1
    assert not house.commands("hospital.cancel")


async def test_a_charge_that_came_through_is_booked_and_goes_back_with_the_order(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="quoted"))
    await says(house, HELPER, "stop")
    answer = await house.take(await house.checkout(RESIDENT, 1000, NO))
    assert not answer.ok
    paid = PaidInChat(Spot(RESIDENT, RESIDENT), 9, 1000, "CNY", f"pay:{NO}:1000", "ch-1")
    await house.take(house.arrival(paid))
    assert house.commands("hospital.pay")[-1].args["charge"]["id"] == "ch-1"
    assert house.label("settle.payment_surplus", amount=1000) not in texts(house, RESIDENT)


async def test_a_passed_order_is_claimed_when_it_goes_on(house: House) -> None:
    await put(house, replace(await house.order(NO), stage="prescribed"))
    row = await says(house, HELPER, "stop")
    await seen(house, "passed")
    assert not house.commands("hospital.claim")
    assert house.label("halted.clinic", order=NO) in texts(house, REVIEW)
    await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    assert house.commands("hospital.claim")


# ---------------------------------------------------------------- the hospital's own record


async def test_the_record_says_it_confirms_what_was_said(house: House) -> None:
    row = await says(house, HELPER, "died")
    dead = replace(PATIENT, deceased=True)
    await house.take(house.arrival(Observed(replace(told(NO, "submitted", house.clock.civil()), patient=dead))))
    assert (await row_of(house, row.id)).confirmed
    assert await open_incidents(house, "halt") == []
    await day_over(house)
    assert house.commands("hospital.cancel")


async def test_a_record_that_is_open_again_lets_it_go_on(house: House) -> None:
    dead = replace(PATIENT, deceased=True)
    await house.take(house.arrival(Observed(replace(told(NO, "submitted", house.clock.civil()), patient=dead))))
    assert await why(house) == "died"
    await seen(house, "submitted")
    assert await why(house) is None
    await day_over(house)
    assert not house.commands("hospital.cancel")
