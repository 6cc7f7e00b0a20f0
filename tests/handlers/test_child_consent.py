"""Nobody is left out 1, R13: a guardian takes back a child's own consent; a child's record moves to no phone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Order, Person, Right, RoleBinding
from bot.ops.child_consent import taken_back
from bot.ops.rights import patient_in
from tests.cases.rows import CASE, NEW, OF, OPERATOR, put, texts
from tests.handlers.house import BRIEF, RESIDENT, House
from tests.handlers.test_claims import house, own

__all__ = ["house"]
CHILD = {**BRIEF, "id": "pat-21", "name": "周乐", "birth_date": "2017-05-06"}
MOTHER, FATHER, CHILDS_OWN = RESIDENT, 72, 73


async def guardian(house: House, account: int = MOTHER, born: str = "2017-05-06", id: str = "r-1") -> None:
    turn = house.turn()
    sealed = {"account": account, "patient": {**CHILD, "birth_date": born}, "scope": "all", "related": f"rel-{id}"}
    mine, hers = turn.blind("account", str(account)), turn.blind("patient", "pat-21")
    await put(house, Right(id, mine, hers, "guardian", 1, approved=1, sealed=sealed))


async def withdraws(house: House, who: int = MOTHER) -> str:
    before = len(house.posts())
    await house.take(house.text(who, "/withdraw"))
    return texts(house, who, before)


async def child_order(house: House) -> None:
    turn = house.turn()
    row: Order = replace(
        CASE, no="MR9", topic="", placed_by=MOTHER, patient=turn.blind("patient", "pat-21"),
        snapshot={**OF, "patient": CHILD},
    )  # fmt: skip
    await put(house, row)


async def test_a_guardian_takes_the_childs_back_in_two_taps_and_keeps_the_own(house: House) -> None:
    await guardian(house)
    await guardian(house, FATHER, id="r-2")
    await child_order(house)
    await withdraws(house)
    before = len(house.posts())
    await house.tap(MOTHER, "r-1")
    assert "1 份正在办的订单" in texts(house, MOTHER, before), "what happens with the child's open order is said"
    await house.tap(MOTHER, "yes")
    (sent,) = house.commands("hospital.record_consent")
    assert (sent.args["patient"], sent.args["given"]) == ("pat-21", False)
    me = await house.services.store.get(Person, MOTHER)
    assert me is not None
    assert me.facts["consent"] is True
    assert "周乐" in texts(house, FATHER), "the other guardian reads it"
    assert (await house.order("MR9")).stage == "submitted", "it is finished"


async def test_without_it_nothing_is_ordered_for_the_child_before_it_is_given_again(house: House) -> None:
    await guardian(house)
    await withdraws(house)
    await house.tap(MOTHER, "r-1", "yes")
    before = len(house.posts())
    await house.take(house.press(MOTHER, "a:need:pat-21"))
    asked = texts(house, MOTHER, before)
    assert "健康信息" in asked
    await house.tap(MOTHER, "yes")
    assert [one.args["given"] for one in house.commands("hospital.record_consent")] == [False, True]


async def test_from_fourteen_it_is_the_childs_own_to_take_back(house: House) -> None:
    await guardian(house, born="2012-11-23")
    await withdraws(house)
    await house.tap(MOTHER, "yes")
    assert [one.args["patient"] for one in house.commands("hospital.record_consent")] == ["pat-1"]


@pytest.mark.parametrize("born", ["2017-05-06", "2017", "2012-12"])
@pytest.mark.parametrize("what", ["new_phone", "family"])
async def test_an_operators_call_moves_no_childs_record(house: House, born: str, what: str) -> None:
    turn = house.turn()
    hers = turn.blind("patient", "pat-21")
    claim = Right("claim-1", turn.blind("account", str(NEW)), hers, "family", 1,
                  sealed={"account": NEW, "patient": {**CHILD, "birth_date": born}})  # fmt: skip
    await put(house, claim)
    await house.take(house.press(OPERATOR, "a:record_call:claim-1"))
    await house.tap(OPERATOR, what)
    assert await own(house, NEW) == ""
    assert house.label("refused.guardian") in texts(house, OPERATOR)


async def test_a_birthday_gives_nothing_back(house: House) -> None:
    """Taken back by a guardian before it: from fourteen on only the child's own yes counts."""
    await guardian(house, born="2012-11-23")
    mothers = await house.services.store.get(Right, "r-1")
    assert mothers is not None
    await put(house, replace(mothers, sealed={**mothers.sealed, "withdrawn": 1}))
    said = await house.take(house.press(MOTHER, "a:need:pat-21"))
    assert said.toast == house.label("refused.consent-taken-back")
    assert await taken_back(house.turn(), patient_in(mothers))
    turn, record = house.turn(), mothers.sealed["patient"]
    his = turn.blind("account", str(CHILDS_OWN))
    sealed = {"account": CHILDS_OWN, "patient": record}
    own_phone = Person(
        CHILDS_OWN, roles=(RoleBinding("patient", "pat-21", ""),), facts={"self": record, "consent": True}
    )
    await put(
        house, Right("r-3", his, turn.blind("patient", "pat-21"), "self", 1, approved=1, sealed=sealed), own_phone
    )
    assert not await taken_back(house.turn(), patient_in(mothers))
