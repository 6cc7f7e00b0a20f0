"""Nobody is left out 4, read again: a desk gives back what it still has, and reads at once what it may not do."""

from __future__ import annotations

from dataclasses import replace

from bot.dialog import Refused
from bot.model import Incident, Person, Right, RoleBinding
from bot.ops.desk_money import desk_reads
from bot.ops.registry import Act
from tests.cases.rows import put, texts
from tests.handlers.house import House
from tests.handlers.test_callers import (
    DESK,
    FREE,
    JIANG,
    _labels,
    agrees,
    calls,
    entitled,
    house,
    ordered,
    pressed,
    stands,
    takes,
)

__all__ = ["house"]
HERS = 74  # a phone of her own


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


async def test_consent_taken_back_on_her_own_phone_ends_the_desks_right_too(house: House) -> None:
    await calls(house)
    await agrees(house)
    phone = Person(HERS, roles=(RoleBinding("patient", "pat-31", ""),), facts={"self": JIANG, "consent": True})
    await put(house, phone)
    await house.take(house.text(HERS, "/withdraw"))
    before = len(house.posts())
    await house.tap(HERS, "yes")
    assert [one.args["mandate"] for one in house.commands("hospital.revoke_mandate")] == ["c-1"]
    assert "江淑芬" in texts(house, DESK, before)
    await house.take(house.text(DESK, "/cancel"))
    asked, yes = _labels(house, DESK), house.label("caller.may.yes")
    await calls(house)
    assert yes in _labels(house, DESK).removeprefix(asked), "she is asked anew"
