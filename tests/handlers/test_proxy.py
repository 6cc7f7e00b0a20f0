"""Nobody is left out 2: read to her, confirmed for her with its own mark, denied by family or desk; a parcel's QR."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.cautions import Cautions, Issue
from backend_client.models import Parcel, Settlement
from bot.clock import HandClock
from bot.decoding import jsonable
from bot.model import Due, Incident, Link, Mandate, Observed, Order, Person, Right, RoleBinding
from bot.ops import desks
from bot.ops.proxy import to_be_called
from bot.ops.rights import brief_of
from tests.cases.rows import CASE, NO, OF, OPERATOR, ROWS, put, texts
from tests.handlers.house import BRIEF, HELPER, LISTS, PATIENT, House, at_home, told

AWAY = {**BRIEF, "id": "pat-9", "name": "孙奶奶", "number_tail": "42"}
HER = replace(PATIENT, id="pat-9", name="孙奶奶", number_tail="42")
DAUGHTER, STRANGER = 71, 72
CODE = "5E81"  # as no other number looks: found wherever it stands
PARCEL = Parcel("par-1", "A-07", CODE, outside="out-word", inside="in-word")
BY = Mandate("m-1", HELPER, "pat-9", "2027-01-01", True, {"name": "孙奶奶", "brief": AWAY})
FREE = Settlement(4000, 3500, 500, 0, True)
SNAPSHOT = {**OF, "patient": AWAY, "parcel": {"code": CODE, "label": "A-07"}}
HERS = replace(CASE, placed_by=HELPER, patient_account=0, mandate="m-1", snapshot=SNAPSHOT, doctor=0)


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = (*(HERS if row is CASE else row for row in ROWS), BY)
    async with at_home(tmp_path / "core.sqlite", clock, rows) as house:
        yield house


async def sees(house: House, stage: str, **more: Any) -> str:
    """The hospital tells this of her order; what her helper reads then."""
    before = len(house.posts())
    house.clock.advance(2)
    facts: dict[str, Any] = {"patient": HER, "parcel": PARCEL, "settlement": FREE, **more}
    await house.take(house.arrival(Observed(replace(told(NO, stage, house.clock.civil()), **facts))))
    return texts(house, HELPER, before)


async def open_kinds(house: House) -> list[str]:
    return sorted(one.kind for one in await house.services.store.find(Incident, done_at=0))


async def with_daughter(house: House, scope: str = "all") -> None:
    turn = house.turn()
    sealed = {"account": DAUGHTER, "patient": AWAY, "scope": scope, "name": "孙静", "related": "rel-1"}
    right = Right("r-1", turn.blind("account", str(DAUGHTER)), turn.blind("patient", "pat-9"), "family", 1,
                  approved=1, sealed=sealed)  # fmt: skip
    await put(house, right)


async def mandate(house: House, **now: Any) -> None:
    row = await house.services.store.get(Mandate, "m-1")
    assert row is not None
    await put(house, replace(row, **now))


async def at_the_door(house: House) -> None:
    """It is in her helper's hands, and he is asked for the code."""
    await sees(house, "with-ambassador")
    await house.take(house.press(HELPER, f"a:door:{NO}"))


async def handed(house: House, words: str = CODE) -> str:
    """By her code, and the hospital has it; what he reads then."""
    await at_the_door(house)
    await house.take(house.text(HELPER, words))
    return await sees(house, "handed-over")


# ---------------------------------------------------------------- 0.00, read to her


async def test_a_share_of_nothing_is_confirmed_by_the_helper_who_read_it_to_her(house: House) -> None:
    assert "念给本人听" in await sees(house, "quoted")
    await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    assert "用药有风险" in texts(house, HELPER)
    await house.tap(HELPER, "agrees")
    (sent,) = house.commands("hospital.pay")
    assert sent.args["charge"]["amount"] == 0
    assert sent.args["payer"] == {"reference": "PractitionerRole/pr-4", "on_behalf_of": "pat-9", "mandate": "m-1"}
    assert "由陈老师念给本人听" in await sees(house, "paid")


async def test_the_second_press_pays_nothing_again(house: House) -> None:
    await sees(house, "quoted")
    await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    await house.tap(HELPER, "agrees")
    answer = await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    assert answer.toast == house.label("refused.under-way")
    assert len(house.commands("hospital.pay")) == 1


async def test_she_does_not_agree_and_nothing_is_confirmed(house: House) -> None:
    await sees(house, "quoted")
    await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    await house.tap(HELPER, "not")
    assert not house.commands("hospital.pay")


async def test_a_sum_that_changes_from_nothing_to_more_is_never_his(house: House) -> None:
    """R14: while he reads aloud the hospital settles anew."""
    await sees(house, "quoted")
    await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    said = await sees(house, "quoted", settlement=Settlement(4000, 2500, 500, 1000, True))
    assert "到医院窗口付款" in said
    await house.tap(HELPER, "agrees")
    assert not house.commands("hospital.pay")
    assert house.label("refused.not-yours-to-pay") in texts(house, HELPER)
    await house.take(house.text(HELPER, "/cancel"))
    answer = await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    assert answer.toast == house.label("refused.not-yours-to-pay")


@pytest.mark.parametrize("how", ["listed", "unknown", "found"])
async def test_a_flagged_drug_goes_to_the_desk_or_the_family(house: House, how: str) -> None:
    drugs = tuple(replace(drug, flagged=how == "listed") for drug in LISTS.drugs if how != "unknown")
    house.core.services = replace(house.services, catalogue=lambda: replace(LISTS, drugs=drugs))
    more: dict[str, Any] = {"rx": "rx-1"}
    if how == "found":
        row = await house.order(NO)
        found = Cautions(NO, (), "rx-1", (Issue("两种药不宜同用", "high"),))
        await put(house, replace(row, snapshot={**row.snapshot, "cautions": jsonable(found)}))
    assert "要医院亲自说明" in await sees(house, "quoted", **more)
    answer = await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    assert answer.toast == house.label("refused.flagged")
    assert not house.commands("hospital.pay")


async def test_her_family_with_a_phone_confirms_it_itself(house: House) -> None:
    await with_daughter(house)
    await sees(house, "quoted")
    answer = await house.take(house.press(HELPER, f"a:read_zero:{NO}"))
    assert answer.toast == house.label("refused.her-family-confirms")
    await house.take(house.press(DAUGHTER, f"a:pay:{NO}"))
    assert house.commands("hospital.pay")


# ---------------------------------------------------------------- at the door


async def test_who_typed_her_number_when_she_was_enrolled_uses_the_code_only(house: House) -> None:
    await at_the_door(house)
    await house.tap(HELPER, "no_code")
    assert house.label("refused.enrolled-by-you") in texts(house, HELPER)
    await house.take(house.text(HELPER, CODE))
    (sent,) = house.commands("hospital.hand_over")
    assert sent.args["proof"] == "code"


async def test_who_only_typed_it_and_left_uses_the_code_only(house: House) -> None:
    """No mandate came of it: he knows them all the same."""
    await mandate(house, ambassador=99)
    await house.take(house.text(HELPER, "/neighbour"))
    for words in ("80019901", AWAY["birth_date"]):
        await house.take(house.text(HELPER, words))
    await house.answer("hospital.find_patient", AWAY)
    await house.take(house.text(HELPER, "/cancel"))
    await at_the_door(house)
    await house.tap(HELPER, "no_code")
    assert house.label("refused.enrolled-by-you") in texts(house, HELPER)


async def test_the_slips_qr_is_her_code(house: House) -> None:
    await sees(house, "with-ambassador")
    await house.take(house.text(HELPER, "/start slip-in-word"))
    assert "A-07" in texts(house, HELPER)
    await house.tap(HELPER, "yes")
    (sent,) = house.commands("hospital.hand_over")
    assert sent.args["proof"] == "slip-qr"
    await sees(house, "handed-over")
    await house.take(house.press(HELPER, f"a:for_her:{NO}"))
    assert house.commands("hospital.confirm")[0].args["proof"] == "slip-qr"


async def test_the_labels_qr_opens_the_step_and_proves_nothing(house: House) -> None:
    await sees(house, "with-ambassador")
    await house.take(house.text(HELPER, "/start parcel-out-word"))
    assert "请输入本人出示的取件码" in texts(house, HELPER)
    assert not house.commands("hospital.hand_over")
    await house.take(house.text(HELPER, "/start slip-out-word"))
    assert not house.commands("hospital.hand_over"), "the outside word is no slip"
    await house.take(house.text(HELPER, CODE))


async def test_a_slip_of_another_parcel_counts_as_a_wrong_code(house: House) -> None:
    other = replace(HERS, no="MR1123-2", label="A-08", topic="", snapshot={**SNAPSHOT, "parcel": {"code": "9F99"}})
    await put(house, other, Link(house.turn().blind("token", "other-word"), "slip", "MR1123-2", expires=10**14))
    await put(house, replace((await house.services.store.find(Order, stage=other.stage))[0], no=other.no, label="A-08",
                             version=1, stage="with-ambassador"))  # fmt: skip
    for _ in range(5):
        await at_the_door(house)
        answer = await house.take(house.text(HELPER, "/start slip-other-word"))
        assert answer.toast or "另一件药" in texts(house, HELPER)
    assert not house.commands("hospital.hand_over")
    assert (await house.order(NO)).snapshot["door_tries"][CODE] == 5
    assert await open_kinds(house) == ["door"]


@pytest.mark.parametrize("link", ["slip-in-word", "parcel-out-word", "slip-nonsense", "slip-"])
async def test_a_qr_that_was_forwarded_to_a_stranger_shows_and_does_nothing(house: House, link: str) -> None:
    await sees(house, "with-ambassador")
    await house.take(house.text(STRANGER, f"/start {link}"))
    said = texts(house, STRANGER)
    assert "不归您办" in said
    assert not any(word in said for word in ("A-07", NO, "孙奶奶", CODE, "幸福里"))
    assert not house.commands("hospital.hand_over")


# ---------------------------------------------------------------- confirmed for her


async def test_her_order_is_confirmed_for_her_and_closes(house: House) -> None:
    said = await handed(house)
    assert "请念给本人听" in said
    assert "二甲双胍" in said, "he placed it: how to take it is read aloud"
    await house.take(house.press(HELPER, f"a:for_her:{NO}"))
    (sent,) = house.commands("hospital.confirm")
    assert sent.args == {
        "order": NO,
        "receiver": {"reference": "PractitionerRole/pr-4", "on_behalf_of": "pat-9", "mandate": "m-1"},
        "proof": "code",
    }
    card = await sees(house, "confirmed")
    assert "代为确认：陈老师替本人确认收到" in card
    assert await open_kinds(house) in ([], ["call"])
    answer = await house.take(house.press(HELPER, f"a:for_her:{NO}"))
    assert answer.toast == house.label("refused.already-confirmed", at=(await house.order(NO)).since)


async def test_who_carries_it_and_did_not_order_reads_no_drugs(house: House) -> None:
    await put(house, replace(await house.order(NO), placed_by=99))
    said = await handed(house)
    assert "纸条写着怎么吃" in said
    assert "二甲双胍" not in said


async def test_her_helpers_received_is_no_word_of_hers(house: House) -> None:
    await handed(house)
    answer = await house.take(house.press(HELPER, f"a:received:{NO}"))
    assert answer.toast == house.label("refused.both-sides")


async def test_who_has_a_phone_says_it_herself(house: House) -> None:
    await put(house, replace(await house.order(NO), snapshot={**SNAPSHOT, "patient": BRIEF}))
    await put(house, replace(BY, id="m-2", patient="pat-1", facts={"name": "王秀英", "brief": BRIEF}))
    await sees(house, "handed-over", patient=PATIENT)
    answer = await house.take(house.press(HELPER, f"a:for_her:{NO}"))
    assert answer.toast == house.label("refused.her-own-phone")


@pytest.mark.parametrize("how", ["taken back", "run out", "by the hospital"])
async def test_a_mandate_that_ends_between_door_and_confirmation(house: House, how: str) -> None:
    await handed(house)
    if how == "by the hospital":
        await house.take(house.press(HELPER, f"a:for_her:{NO}"))
        await house.answer("hospital.confirm", refusal="mandate-ended")
        assert not (await house.order(NO)).snapshot["proxy"]["confirmed"]
    else:
        await mandate(house, active=how != "taken back", until="2026-11-01" if how == "run out" else "2027-01-01")
        before = len(house.posts())
        await house.take(house.press(HELPER, f"a:for_her:{NO}"))
        assert house.label("action.neighbour") in texts(house, HELPER, before)
        assert not house.commands("hospital.confirm")
    assert await open_kinds(house) == ["unconfirmed"]
    await sees(house, "confirmed")
    assert await open_kinds(house) == [], "the hospital confirmed it after a call"


async def test_nobody_confirms_for_a_day_and_the_operators_hear(house: House) -> None:
    await handed(house)
    (timer,) = {one.key: one for out in house.outcomes for one in out.timers if one.step == "unconfirmed"}.values()
    house.clock.advance(25 * 3600)
    await house.take(house.arrival(Due(timer)))
    assert await open_kinds(house) == ["unconfirmed"]


async def test_that_nobody_confirmed_for_her_is_one_exception(house: House) -> None:
    await handed(house)
    before = len(house.posts())
    house.clock.advance(34 * 3600)
    for _ in range(2):
        for timer in await house.services.store.timers_due(house.clock.civil()):
            await house.take(house.arrival(Due(timer), f"{timer.key}/{timer.due}"))
    assert await open_kinds(house) == ["unconfirmed"]
    assert "收到了" not in texts(house, HELPER, before), "no button of hers is on his phone"


async def test_where_nobody_may_confirm_for_her_the_operators_hear_at_once(house: House) -> None:
    await sees(house, "with-ambassador")
    await mandate(house, active=False)
    await sees(house, "handed-over")
    assert await open_kinds(house) == ["unconfirmed"]


# ---------------------------------------------------------------- denied


async def confirmed(house: House) -> None:
    await handed(house)
    await house.take(house.press(HELPER, f"a:for_her:{NO}"))
    await sees(house, "confirmed")


@pytest.mark.parametrize("scope", ["all", "stage"])
async def test_her_family_may_say_that_it_is_not_so(house: House, scope: str) -> None:
    await with_daughter(house, scope)
    await confirmed(house)
    assert "陈老师替本人确认收到了药" in texts(house, DAUGHTER)
    await house.take(house.press(DAUGHTER, f"a:not_so:{NO}"))
    await house.tap(DAUGHTER, "yes")
    assert "denied" in await open_kinds(house)
    assert "有人说不是这样" in texts(house, HELPER)
    await house.take(house.press(DAUGHTER, f"a:not_so:{NO}"))
    await house.tap(DAUGHTER, "yes")
    assert house.label("refused.denied-already") in texts(house, DAUGHTER)


async def test_after_a_day_it_cannot_be_denied_here(house: House) -> None:
    await with_daughter(house)
    await confirmed(house)
    house.clock.advance(25 * 3600)
    await house.take(house.press(DAUGHTER, f"a:not_so:{NO}"))
    await house.tap(DAUGHTER, "yes")
    assert house.label("refused.deny-late") in texts(house, DAUGHTER)
    assert "denied" not in await open_kinds(house)


async def test_operator_and_desk_see_what_was_confirmed_and_may_deny_it(house: House) -> None:
    """A desk only of its own callers, by their names: it reads no number."""
    desk = RoleBinding("desk", "pr-11", "谭", locations=("comp-1",))
    other = RoleBinding("desk", "pr-12", "钱", locations=("comp-1",))
    her = brief_of({**AWAY, "compound": "comp-1"})
    right = desks.kept(house.turn(), desk, her, "c-1", "2027-01-01", "T9")
    await confirmed(house)
    await put(house, Person(81, roles=(desk,)), Person(82, roles=(other,)), right)
    for who in (OPERATOR, 81, 82):
        await house.take(house.text(who, "/confirmed"))
    assert NO in texts(house, OPERATOR)
    assert "孙奶奶" not in texts(house, OPERATOR), "a name is for whoever took the case"
    assert "孙奶奶" in texts(house, 81)
    assert NO not in texts(house, 81)
    assert not {NO, "孙奶奶"} & {word for word in (NO, "孙奶奶") if word in texts(house, 82)}
    await house.take(house.press(81, f"a:not_so:{NO}"))
    await house.tap(81, "yes")
    assert NO not in texts(house, 81), "nor where it is asked whether it is sure"
    assert "denied" in await open_kinds(house)


async def test_nobody_else_sees_or_denies_it(house: House) -> None:
    await confirmed(house)
    await house.take(house.text(STRANGER, "/confirmed"))
    await house.take(house.press(STRANGER, f"a:not_so:{NO}"))
    await house.tap(STRANGER, "yes")
    assert NO not in texts(house, STRANGER).replace(f"订单 {NO}：要告诉医院", "")
    assert "denied" not in await open_kinds(house)


async def test_one_in_ten_is_called_and_nobody_can_foresee_which(house: House) -> None:
    turn = house.turn()
    drawn = [n for n in range(1000) if to_be_called(turn, replace(HERS, no=f"MR-{n}"))]
    assert 60 < len(drawn) < 140
    assert drawn == [n for n in range(1000) if to_be_called(house.turn(), replace(HERS, no=f"MR-{n}"))]
    config = replace(house.services.config, call_one_in=1)
    house.core.services = replace(house.services, config=config)
    await confirmed(house)
    assert await open_kinds(house) == ["call"]
    await house.take(house.text(OPERATOR, "/confirmed"))
    assert "请打电话问本人" in texts(house, OPERATOR)


# ---------------------------------------------------------------- her code, and his phone


@pytest.mark.parametrize("family", [False, True], ids=["a neighbour", "also of her family"])
async def test_her_code_is_never_sent_to_the_helpers_phone(house: House, family: bool) -> None:
    """Over every message to his chat, from packing to the end, whatever he asks for."""
    await with_daughter(house)
    if family:
        turn = house.turn()
        sealed = {"account": HELPER, "patient": AWAY, "scope": "all", "name": "陈"}
        await put(house, Right("r-2", turn.blind("account", str(HELPER)), turn.blind("patient", "pat-9"), "family", 1,
                               approved=1, sealed=sealed))  # fmt: skip
        await put(house, replace(await house.order(NO), mandate=""))
    for stage in ("packed", "on-the-way", "arrived", "with-ambassador", "handed-over", "confirmed"):
        await sees(house, stage)
        for words in ("/orders", "/start parcel-out-word", "/start slip-in-word", "/helpers", "1234"):
            await house.take(house.text(HELPER, words))
        for data in (f"a:door:{NO}", f"a:for_her:{NO}", f"a:received:{NO}", "a:where"):
            answer = await house.take(house.press(HELPER, data))
            assert CODE not in answer.toast
        await house.take(house.text(HELPER, "/cancel"))
    shown = [str(post.content) + texts_of(post) for post in house.posts() if post.chat == HELPER]
    assert shown
    assert [one for one in shown if CODE in one] == []
    assert CODE in texts(house, DAUGHTER), "her family has it"


def texts_of(post: Any) -> str:
    content = post.content
    buttons = [button for row in getattr(content, "buttons", ()) for button in row]
    return " ".join([str(getattr(content, "html", "")), *(f"{one.data} {one.url} {one.copy}" for one in buttons)])
