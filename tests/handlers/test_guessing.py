"""Codes that may not be guessed: counted on the parcel and on the batch, in however many dialogs (It stands 17)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.clock import HandClock
from bot.model import Batch, Incident, Observed, Order, Person, RoleBinding
from tests.cases.rows import CASE, NO, ROWS
from tests.handlers.house import HELPER, House, at_home, told

COURIER = 41
BATCH = Batch("b-1", "run-1", "arrived", 1, "comp-1", COURIER, HELPER, 1, 1, code="4711")


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (*(replace(row, stage="with-ambassador", batch="b-1") if row is CASE else row for row in ROWS), BATCH)
    courier = Person(COURIER, roles=(RoleBinding("courier", "pr-5", "赵师傅"),))
    async with at_home(tmp_path / "core.sqlite", clock, (*rows, courier)) as house:
        yield house


async def tries(house: House, who: int, action: str, *codes: str) -> None:
    """One dialog, left after these."""
    await house.take(house.press(who, action))
    for code in codes:
        await house.take(house.text(who, code))
    await house.take(house.text(who, "/cancel"))


async def test_after_five_wrong_codes_a_parcel_goes_by_two_identifiers_only(house: House) -> None:
    for codes in (("0001", "0002", "0003"), ("0004", "0005", "4711")):
        await tries(house, HELPER, f"a:door:{NO}", *codes)
    await house.take(house.arrival(Observed(told(NO, "with-ambassador", house.clock.civil()))))
    await tries(house, HELPER, f"a:door:{NO}", "4711")
    assert not house.commands("hospital.hand_over"), "the hospital's next word does not begin the count anew"
    assert [(one.kind, one.order) for one in await house.services.store.find(Incident, done_at=0)] == [("door", NO)]
    await numbered(house, "42")
    await house.take(house.press(HELPER, f"a:door:{NO}"))
    await house.tap(HELPER, "no_code")
    for words in ("1950", "42"):
        await house.take(house.text(HELPER, words))
    assert house.commands("hospital.hand_over")


async def numbered(house: House, tail: str) -> None:
    """The hospital's record has her number."""
    seen = told(NO, "with-ambassador", house.clock.civil())
    await house.take(house.arrival(Observed(replace(seen, patient=replace(seen.patient, number_tail=tail)))))


@pytest.mark.parametrize("said", [("1951", "42"), ("1950", "24")])
async def test_wrong_identifiers_are_counted_on_the_parcel_and_never_told_apart(
    house: House, said: tuple[str, str]
) -> None:
    await numbered(house, "42")
    for _ in range(5):
        await house.take(house.press(HELPER, f"a:door:{NO}"))
        await house.tap(HELPER, "no_code")
        for words in said:
            await house.take(house.text(HELPER, words))
        await house.take(house.text(HELPER, "/cancel"))
    assert [(one.kind, one.order) for one in await house.services.store.find(Incident, done_at=0)] == [("door", NO)]
    await house.take(house.press(HELPER, f"a:door:{NO}"))
    await house.tap(HELPER, "no_code")
    told_last = [getattr(post.content, "html", "") for post in house.posts() if post.chat == HELPER][-1]
    assert house.label("refused.identifiers-spent") in told_last
    await house.take(house.text(HELPER, "4711"))
    assert house.commands("hospital.hand_over"), "the code still is hers"


async def test_a_new_code_of_the_hospital_begins_the_count_anew(house: House) -> None:
    await tries(house, HELPER, f"a:door:{NO}", "0001", "0002", "0003", "0004", "0005")
    row = await house.services.store.get(Order, NO)
    assert row is not None
    seen = told(NO, "with-ambassador", house.clock.civil())
    assert seen.parcel is not None
    await house.take(house.arrival(Observed(replace(seen, parcel=replace(seen.parcel, code="8833")))))
    await tries(house, HELPER, f"a:door:{NO}", "8833")
    assert house.commands("hospital.hand_over")


async def test_the_couriers_code_is_void_after_five_wrong_ones_in_several_dialogs(house: House) -> None:
    for codes in (("0001", "0002"), ("0003", "0004"), ("0005", "4711")):
        await tries(house, COURIER, "a:collect:b-1", *codes)
    assert not house.commands("hospital.collected")
    batch = await house.services.store.get(Batch, "b-1")
    assert batch is not None
    assert batch.code == "", "she counts anew"
