"""Nobody is left out 7: what an operator confirmed she may take back for a day; then his list has the button."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Person
from bot.ops.halting import UNDO
from tests.cases.rows import NEW, OPERATOR, put, texts
from tests.handlers.house import HELPER, RESIDENT, House
from tests.handlers.test_halting import day_over, decides, house, open_incidents, row_of, says, why

__all__ = ["house"]


async def lists(house: House, who: int = OPERATOR) -> str:
    before = len(house.posts())
    await house.take(house.text(who, "/halts"))
    return texts(house, who, before)


async def test_what_an_operator_confirmed_she_lifts_within_the_day(house: House) -> None:
    row = await says(house, HELPER, "moved")
    await decides(house, row, "confirm")
    await house.take(house.press(RESIDENT, f"a:halt_wrong:{row.id}"))
    assert await why(house) is None
    assert house.label("halt_wrong.lifted") in texts(house, RESIDENT)


async def test_after_the_day_she_says_so_and_an_operator_lifts_it(house: House) -> None:
    row = await says(house, HELPER, "stop")
    await decides(house, row, "confirm")
    await day_over(house)
    assert (await row_of(house, row.id)).wound_up
    await house.take(house.press(RESIDENT, f"a:halt_wrong:{row.id}"))
    assert await why(house) == "stop", "until somebody has called"
    assert house.label("halt_wrong.contested") in texts(house, RESIDENT)
    assert len(await open_incidents(house, "halt")) == 1
    await decides(house, row, "lift")
    assert await why(house) is None
    assert await open_incidents(house, "halt") == []


async def test_nobody_elses_word_lifts_what_was_confirmed(house: House) -> None:
    row = await says(house, HELPER, "moved")
    await decides(house, row, "confirm")
    answer = await house.take(house.press(HELPER, f"a:halt_wrong:{row.id}"))
    assert answer.toast == house.label("refused.halt-confirmed")
    assert await why(house) == "moved"


async def test_an_operator_finds_every_hold_and_confirms_or_lifts_it_from_there(house: House) -> None:
    """No name in the list; whose home it is he reads in the dialog of the one he calls."""
    assert house.label("halts.none") in await lists(house)
    row = await says(house, HELPER, "hospital")
    assert await open_incidents(house, "halt") == [], "nobody contests it: no exception, and still to be found"
    shown = await lists(house)
    assert "住院了" in shown
    assert "王秀英" not in shown
    await decides(house, row, "confirm")
    assert "打过电话，是真的" in await lists(house)
    house.clock.advance(UNDO / 1000 + 1)
    await decides(house, row, "lift")
    assert await why(house) is None
    assert house.label("halts.none") in await lists(house)


async def test_the_list_is_an_operators(house: House) -> None:
    await says(house, HELPER, "hospital")
    assert "住院了" not in await lists(house, NEW)
    me = await house.services.store.get(Person, OPERATOR)
    assert me is not None
    await put(house, replace(me, roles=()))
    assert "住院了" not in await lists(house)
