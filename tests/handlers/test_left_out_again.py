"""Nobody is left out, read again: a child's consent binds whoever acts, a desk gives back only what it still has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialog import Refused
from bot.model import Mandate, Person, Right
from bot.ops.placing import place
from bot.ops.proxy import needs_consent
from bot.ops.registry import Act
from tests.cases.rows import put
from tests.handlers.house import BRIEF, HELPER, RESIDENT, House
from tests.handlers.test_child_consent import CHILD, FATHER, MOTHER, guardian, withdraws
from tests.handlers.test_claims import house
from tests.handlers.test_family import BOY, DAUGHTER, adds, asked_there, decides
from tests.handlers.test_following import LAST, asked, handed_over
from tests.handlers.test_hearing import until

__all__ = ["house"]


async def taken_back(house: House) -> None:
    await withdraws(house)
    await house.tap(MOTHER, "r-1", "yes")


async def needs(house: House, who: int) -> str:
    return await needs_consent(Act(house.turn(), who, who), "pat-21")


async def test_a_helper_orders_nothing_for_a_child_whose_consent_was_taken_back(house: House) -> None:
    """He was let act before, and the consent was read to him then: only a guardian gives it anew."""
    await guardian(house)
    turn = house.turn()
    row = Mandate("m-9", HELPER, turn.marked("pat-21"), until="2027-05-01", active=True,
                  facts={"name": "周乐", "brief": CHILD})  # fmt: skip
    me = await house.services.store.get(Person, HELPER)
    assert me is not None
    mark = turn.blind("patient", "pat-21")
    await put(house, row, replace(me, facts={**me.facts, "consents": [mark]}))
    assert await needs(house, HELPER) == ""
    await taken_back(house)
    with pytest.raises(Refused, match="consent-taken-back"):
        await needs(house, HELPER)


async def test_a_guardian_who_is_approved_later_orders_nothing_either(house: House) -> None:
    await guardian(house)
    turn = house.turn()
    sealed = {"account": FATHER, "patient": CHILD, "scope": "all", "related": "rel-r-2", "task": "t-2"}
    mine, hers = turn.blind("account", str(FATHER)), turn.blind("patient", "pat-21")
    waits = Right("r-2", mine, hers, "guardian", 1, sealed=sealed)
    await put(house, waits)
    await taken_back(house)
    known = await house.services.store.get(Right, "r-2")
    assert known is not None
    await put(house, replace(known, approved=2))
    assert await needs(house, FATHER) == "guardian"


@pytest.mark.parametrize("by", ["mandate", "family"])
async def test_who_took_it_back_on_her_own_phone_is_ordered_for_by_nobody(house: House, by: str) -> None:
    """R13: her helper and her family read so, until she gives it again there."""
    turn = house.turn()
    if by == "mandate":
        await put(house, Mandate("m-9", HELPER, turn.marked("pat-1"), until="2027-05-01", active=True,
                                 facts={"name": BRIEF["name"], "brief": BRIEF}))  # fmt: skip
    else:
        sealed = {"account": HELPER, "patient": BRIEF, "scope": "all", "related": "rel-9"}
        mine, hers = turn.blind("account", str(HELPER)), turn.blind("patient", "pat-1")
        await put(house, Right("r-9", mine, hers, "family", 1, approved=1, sealed=sealed))
    await withdraws(house, RESIDENT)
    await house.tap(RESIDENT, "yes")
    said = await house.take(house.press(HELPER, "a:need:pat-1"))
    assert said.toast == house.label("refused.consent-taken-back")


@pytest.mark.parametrize("back", [True, False])
async def test_who_took_it_back_is_neither_asked_how_she_is_nor_reminded(house: House, back: bool) -> None:
    await handed_over(house)
    if back:
        await withdraws(house, RESIDENT)
        await house.tap(RESIDENT, "yes")
    read = len(house.commands("hospital.read_reminder"))
    assert bool(asked(await until(house, LAST.replace("10:00", "10:01")))) is not back
    assert (len(house.commands("hospital.read_reminder")) > read) is not back, "what she takes is not looked at"


async def test_a_childs_consent_is_given_by_whom_the_hospital_has_approved(house: House) -> None:
    """Number and birthday may have been found somewhere: nobody's word undoes what a guardian took back before that."""
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    await asked_there(house, "t-1")
    assert not house.commands("hospital.record_consent")
    await decides(house, "t-1", BOY["id"], "rejected")
    assert not house.commands("hospital.record_consent")


async def test_what_another_guardian_took_back_while_it_waited_stays_taken_back(house: House) -> None:
    await guardian(house)
    await adds(house, BOY)
    await house.take(house.text(DAUGHTER, "何丽"))
    await house.tap(DAUGHTER, "yes")
    await asked_there(house, "t-1")
    await taken_back(house)
    await decides(house, "t-1", BOY["id"])
    assert [one.args["given"] for one in house.commands("hospital.record_consent")] == [False]
    assert await needs_consent(Act(house.turn(), DAUGHTER, DAUGHTER), BOY["id"]) == "guardian"


async def test_a_form_that_was_begun_before_it_was_taken_back_is_not_sent(house: House) -> None:
    turn = house.turn()
    await put(house, Mandate("m-9", HELPER, turn.marked("pat-1"), until="2027-05-01", active=True,
                             facts={"name": BRIEF["name"], "brief": BRIEF}))  # fmt: skip
    await withdraws(house, RESIDENT)
    await house.tap(RESIDENT, "yes")
    form = {"draft": {"patient_brief": BRIEF, "no": "MR7-1", "lines": []}, "photos": ["page"]}
    with pytest.raises(Refused, match="consent-taken-back"):
        await place(Act(house.turn(), HELPER, HELPER), form)
