"""Nobody is left out 4, read again: a desk gives back what it still has, and reads at once what it may not do."""

from __future__ import annotations

from dataclasses import replace

from bot.dialog import Refused
from bot.model import Incident, Right
from bot.ops.desk_money import desk_reads
from bot.ops.registry import Act
from tests.cases.rows import put, texts
from tests.handlers.house import House
from tests.handlers.test_callers import DESK, FREE, entitled, house, ordered, pressed, stands, takes

__all__ = ["house"]


async def test_what_it_gave_back_already_is_not_given_back_again(house: House) -> None:
    """The hospital did not take the first receipt, and its money went back at once."""
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    await takes(house, no, "A17")
    await house.answer("hospital.pay", refusal="amount-differs")
    await takes(house, no, "A18")
    await stands(house, no, "paid")
    before = len(house.posts())
    house.clock.advance(1)
    await stands(house, no, "cancelled")
    said = texts(house, DESK, before)
    assert "A18" in said
    assert "A17" not in said
    assert "¥10.00 当面退还" in said


async def test_money_that_went_back_is_nobodys_to_try_again(house: House) -> None:
    """An operator who pressed [Try again] would pay it with money that the desk has no more."""
    entitled(house, "pr-desk")
    no = await ordered(house)
    await stands(house, no, "quoted")
    await takes(house, no, "A17")
    await house.answer("hospital.pay", refusal="amount-differs")
    assert await house.services.store.find(Incident, order=no)
    assert not [one for one in await house.services.store.find(Incident) if "command" in one.sealed]


async def test_an_old_button_reads_her_no_warning_about_what_is_confirmed(house: House) -> None:
    no = await ordered(house)
    await stands(house, no, "quoted", settlement=FREE)
    await stands(house, no, "paid")
    said = await pressed(house, f"a:desk_agrees:{no}")
    assert "用药有风险" not in said
    assert "already-paid" in (await refused(house, no))


async def refused(house: House, no: str) -> str:
    turn = house.turn()
    try:
        await desk_reads(Act(turn, DESK, DESK), no)
    except Refused as why:
        return why.code
    return ""


async def test_of_a_caller_who_ended_it_nothing_is_read(house: House) -> None:
    no = await ordered(house)
    await stands(house, no, "quoted", settlement=FREE)
    for right in [one for one in await house.services.store.find(Right) if one.by == "desk"]:
        await put(house, replace(right, approved=0))
    said = await pressed(house, f"a:desk_agrees:{no}")
    assert "用药有风险" not in said
    assert house.label("refused.caller-gone") in said
