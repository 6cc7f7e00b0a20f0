"""Nobody is left out 2: a denial of 'Confirmed for her' is the hospital's to know, its answer ends the exception."""

from __future__ import annotations

from typing import Any

import pytest

from backend_client.models import TaskSnapshot
from bot.model import Observed
from tests.cases.rows import NO, OPERATOR, OPERATORS
from tests.handlers.house import House
from tests.handlers.test_desk import press
from tests.handlers.test_proxy import DAUGHTER, confirmed, house, open_kinds, with_daughter

__all__ = ["house"]


async def denies(house: House, who: int) -> dict[str, Any]:
    """What the hospital is told."""
    await house.take(house.press(who, f"a:not_so:{NO}"))
    await house.tap(who, "yes")
    return dict(house.commands("hospital.deny_receipt")[-1].args)


@pytest.mark.parametrize(
    ("who", "by"), [(DAUGHTER, "RelatedPerson/rel-1"), (OPERATOR, "PractitionerRole/pr-9")], ids=["family", "operator"]
)
async def test_the_hospital_is_told_who_says_that_it_is_not_so(house: House, who: int, by: str) -> None:
    await with_daughter(house, "stage")
    await confirmed(house)
    told = await denies(house, who)
    assert (told["order"], told["who"]) == (NO, by)
    assert told["until"] > house.clock.civil()
    assert len(house.commands("hospital.deny_receipt")) == 1


async def test_what_the_hospital_found_out_settles_the_exception(house: House) -> None:
    await with_daughter(house)
    await confirmed(house)
    await denies(house, DAUGHTER)
    for status, still in (("requested", True), ("in-progress", True), ("completed", False)):
        at = house.clock.civil()
        seen = TaskSnapshot("t9", "parcel-problem", str(at), at, status, key=f"{NO}-denied")
        await house.take(house.arrival(Observed(seen)))
        assert ("denied" in await open_kinds(house)) is still


async def test_another_problem_of_a_parcel_settles_nothing(house: House) -> None:
    await with_daughter(house)
    await confirmed(house)
    await denies(house, DAUGHTER)
    seen = TaskSnapshot("t8", "parcel-problem", "1", house.clock.civil(), "completed", key="another")
    await house.take(house.arrival(Observed(seen)))
    assert "denied" in await open_kinds(house)


async def test_what_an_operator_found_out_ends_the_hospitals_task_and_its_own_word_does_not(house: House) -> None:
    await with_daughter(house)
    await confirmed(house)
    await denies(house, DAUGHTER)
    await press(house, OPERATOR, "i_take", OPERATORS)
    await press(house, OPERATOR, "i_done")
    await house.take(house.text(OPERATOR, "问过了，药在她家里"))
    assert "denied" not in await open_kinds(house)
    (over,) = house.commands("hospital.end_problem")
    assert (over.args["order"], over.args["key"]) == (NO, f"{NO}-denied")
    seen = TaskSnapshot("t9", "parcel-problem", "2", house.clock.civil(), "completed", key=f"{NO}-denied")
    await house.take(house.arrival(Observed(seen)))
    assert len(house.commands("hospital.end_problem")) == 1
