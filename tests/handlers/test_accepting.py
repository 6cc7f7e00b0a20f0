"""A line that only the doctor wrote: she accepts it before she pays, or asks him; nobody else does it for her (R2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backend_client.lines import Proof
from bot.clock import HandClock
from bot.model import PUT_ASIDE, Due, Incident, Mandate, Observed, Person, Returned
from tests.cases.rows import CASE, NO, OPERATORS, REVIEW, ROWS, put, texts
from tests.handlers.house import AROUND, BRIEF, FORUM, HELPER, LINE, RESIDENT, House, at_home, told

NEW = replace(LINE, code="v1", name="缬沙坦胶囊", strength="80mg", sig="80mg qd", proof=Proof("doctor", boxes=2))
BY = Mandate("m-1", HELPER, "pat-1", "2027-01-01", True, {"name": "王秀英", "brief": BRIEF})


@pytest.fixture
async def house(tmp_path: Path, clock: HandClock) -> AsyncIterator[House]:
    rows = tuple(replace(row, stage="in-consult") if row is CASE else row for row in ROWS)
    async with at_home(tmp_path / "core.sqlite", clock, (*rows, BY)) as house:
        yield house


async def stands(house: House, stage: str, *lines: Any, rx: str = "rx-1", **more: Any) -> int:
    """The hospital says so; how many posts there were before."""
    before = len(house.posts())
    seen = replace(told(NO, stage, house.clock.civil()), prescribed=lines or (LINE, NEW), rx=rx, **more)
    await house.take(house.arrival(Observed(seen)))
    return before


async def pays(house: House) -> str:
    """What she reads when she presses [Pay]; "" where a bill came."""
    before = len(house.posts())
    answer = await house.take(house.press(RESIDENT, f"a:pay:{NO}"))
    bill = any(post.key.startswith("bill:") for post in house.posts()[before:])
    return "" if bill else answer.toast


async def checkout(house: House) -> Any:
    return await house.checkout(RESIDENT, 1000, NO)


async def test_she_reads_the_new_line_and_agrees_before_she_pays(house: House) -> None:
    before = await stands(house, "prescribed")
    hers = texts(house, RESIDENT, before)
    assert "新开了药" in hers
    assert "缬沙坦胶囊" in hers
    await stands(house, "quoted")
    assert await pays(house) == house.label("refused.not-accepted")
    assert not (await house.take(await checkout(house))).ok
    assert "同意后才能付款" in texts(house, RESIDENT)
    await house.tap(RESIDENT, "agree")
    (sent,) = house.commands("hospital.accept")
    assert sent.args["who"] == {"reference": "Patient/pat-1", "on_behalf_of": "", "mandate": ""}
    assert await pays(house) == ""
    assert (await house.take(await checkout(house))).ok


async def test_a_changed_dose_is_told_as_changed_and_never_as_one_more_medicine(house: House) -> None:
    before = await stands(house, "prescribed", replace(LINE, sig="1g bid", proof=Proof("doctor", boxes=2)))
    hers = texts(house, RESIDENT, before)
    assert "改了 王秀英 的药" in hers
    assert "改成“<b>每次 1g，每天 2 次</b>”；还是 2 盒" in hers
    assert "新" not in hers.partition("改了 王秀英")[2]
    assert "没有同意以前，不收钱，也不配药" in hers


async def test_without_a_new_line_nobody_is_asked(house: House) -> None:
    before = await stands(house, "prescribed", LINE)
    assert "新开了药" not in texts(house, RESIDENT, before)
    await stands(house, "quoted", LINE)
    assert await pays(house) == ""


async def test_she_asks_and_it_goes_back_with_her_words(house: House) -> None:
    await stands(house, "prescribed")
    await house.tap(RESIDENT, "ask")
    await house.take(house.text(RESIDENT, "我对这个药过敏吗？"))
    (sent,) = house.commands("hospital.send_back")
    assert (sent.args["reason"], sent.args["words"]) == ("asked-by-patient", "我对这个药过敏吗？")
    before = await stands(house, "returned", reason="asked-by-patient", words="我对这个药过敏吗？")
    assert "我对这个药过敏吗？" in texts(house, FORUM, before)
    assert "药师把" not in texts(house, RESIDENT, before), "nobody but she sent it back"
    assert "现在不用付款" in texts(house, RESIDENT, before)
    assert "患者对新开的药有疑问" in texts(house, REVIEW, before)


async def test_what_she_accepted_is_not_what_is_written_next(house: House) -> None:
    await stands(house, "prescribed")
    await house.tap(RESIDENT, "agree")
    await stands(house, "returned", reason="dose")
    before = await stands(house, "prescribed", LINE, replace(NEW, sig="160mg qd"), rx="rx-2")
    assert "160" in texts(house, RESIDENT, before)
    await stands(house, "quoted", LINE, replace(NEW, sig="160mg qd"), rx="rx-2")
    assert await pays(house) == house.label("refused.not-accepted")


async def test_an_old_question_accepts_nothing_new(house: House) -> None:
    await stands(house, "prescribed")
    old = house.button("agree")
    await stands(house, "returned", reason="dose")
    await stands(house, "prescribed", LINE, replace(NEW, sig="160mg qd"), rx="rx-2")
    before = len(house.posts())
    answer = await house.take(house.press(RESIDENT, old))
    assert house.label("refused.rewritten") in (answer.toast + texts(house, RESIDENT, before))
    assert not house.commands("hospital.accept")


async def test_a_helper_does_not_agree_where_she_has_a_phone(house: House) -> None:
    await put(house, replace(await house.order(NO), placed_by=HELPER, mandate="m-1"))
    before = await stands(house, "prescribed")
    assert "请看一看，同意吗" not in texts(house, HELPER, before)
    answer = await house.take(house.press(HELPER, f"a:accept:{NO}"))
    assert answer.toast == house.label("refused.not-for-you")


@pytest.mark.parametrize("stage", ["paid", "cancelled", "in-consult"])
async def test_there_is_nothing_to_agree_to_at_another_stage(house: House, stage: str) -> None:
    await stands(house, stage)
    answer = await house.take(house.press(RESIDENT, f"a:accept:{NO}"))
    assert answer.toast == house.label("refused.nothing-new")


# ---------------------------------------------------------------- asked from the row


async def without_phone(house: House, *, mandate: bool = True) -> None:
    """A helper ordered it for her, who has no account."""
    known = await house.services.store.get(Person, RESIDENT)
    assert known is not None
    await put(
        house, replace(known, roles=(), facts={}), replace(await house.order(NO), placed_by=HELPER, mandate="m-1")
    )
    if not mandate:
        row = await house.services.store.get(Mandate, "m-1")
        assert row is not None
        await put(house, replace(row, active=False))


def offered(house: House, chat: int) -> bool:
    """Whether [accept] stands there now."""
    newest = {post.key: post for post in house.posts() if post.chat == chat}
    rows = [row for post in newest.values() for row in getattr(post.content, "buttons", ())]
    return f"a:accept:{NO}" in [button.data for row in rows for button in row]


async def later(house: House, hours: float) -> None:
    """Every timer that rings until then, in its order."""
    end = house.clock.civil() + int(hours * 3_600_000)
    while rings := sorted(
        (t for t in await house.services.store.timers_due(end) if t.step not in {"cautions", *AROUND}),
        key=lambda timer: timer.due,
    ):
        house.clock.advance(max(0.0, (rings[0].due - house.clock.civil()) / 1000))
        await house.take(house.arrival(Due(rings[0])))
    house.clock.advance(max(0.0, (end - house.clock.civil()) / 1000))


async def test_a_look_that_skips_the_signature_still_asks(house: House) -> None:
    await without_phone(house)
    before = await stands(house, "quoted")
    assert "缬沙坦" in texts(house, HELPER, before)
    await house.take(house.press(HELPER, f"a:accept:{NO}"))
    await house.tap(HELPER, "agree")
    assert house.commands("hospital.accept")
    assert not offered(house, HELPER), "answered: the card says so"


async def test_one_question_is_enough_while_it_stands(house: House) -> None:
    await stands(house, "prescribed")
    await stands(house, "passed")
    assert not offered(house, RESIDENT)


@pytest.mark.parametrize("goes_on", [False, True])
async def test_after_his_question_has_run_out_the_helper_can_still_say_her_yes(house: House, goes_on: bool) -> None:
    await without_phone(house)
    await stands(house, "prescribed")
    assert not offered(house, HELPER)
    await later(house, 24 * 16)
    if goes_on:
        await stands(house, "quoted")
    assert offered(house, HELPER)


@pytest.mark.parametrize("ends", [False, True])
async def test_where_nobody_can_accept_the_operators_hear_it(house: House, ends: bool) -> None:
    await without_phone(house, mandate=ends)
    before = await stands(house, "prescribed")
    if ends:  # after he was asked
        row = await house.services.store.get(Mandate, "m-1")
        assert row is not None
        await put(house, replace(row, active=False))
        await later(house, 25)
    assert [one.kind for one in await house.services.store.find(Incident, done_at=0)] == ["unaccepted"]
    assert house.label("incident.kind.unaccepted") in texts(house, OPERATORS, before)
    await stands(house, "quoted", LINE)
    assert not await house.services.store.find(Incident, done_at=0), "not needed any more"


@pytest.mark.parametrize(("refusal", "kind"), [("no-prescription", "refused"), (PUT_ASIDE, "command")])
async def test_a_yes_that_the_hospital_refuses_is_none_and_she_is_asked_again(
    house: House, refusal: str, kind: str
) -> None:
    """True 2: also one that this release cannot read any more."""
    await stands(house, "prescribed")
    await house.tap(RESIDENT, "agree")
    await stands(house, "quoted")
    await house.answer("hospital.accept", refusal=refusal)
    assert [one.kind for one in await house.services.store.find(Incident, done_at=0)] == [kind]
    assert await pays(house) == house.label("refused.not-accepted"), "nothing is paid on a yes that stands nowhere"
    assert offered(house, RESIDENT)
    await house.take(house.press(RESIDENT, f"a:accept:{NO}"))
    await house.tap(RESIDENT, "agree")
    first, second = house.commands("hospital.accept")
    assert first.key != second.key
    assert await pays(house) == ""


async def test_an_old_refusal_takes_no_newer_yes_back(house: House) -> None:
    await stands(house, "prescribed")
    await house.tap(RESIDENT, "agree")
    await stands(house, "returned", reason="dose")
    await stands(house, "prescribed", rx="rx-2")
    await house.tap(RESIDENT, "agree")
    old = house.commands("hospital.accept")[0].key
    await house.take(house.arrival(Returned(old, None, "no-prescription"), f"{old}:result"))
    await stands(house, "quoted", rx="rx-2")
    assert await pays(house) == ""


# ---------------------------------------------------------------- far more of it is new, too (R2)


@pytest.mark.parametrize(
    ("stood", "asked", "written", "new"),
    [
        (2, 2, 24, True),
        (2, 2, 3, False),
        (2, 2, 4, True),
        (2, 24, 24, False),  # she asked for that many herself
        (0, 2, 24, False),  # how many stand there was not read
    ],
)
async def test_far_more_than_stands_there_waits_for_her_yes(
    house: House, stood: int, asked: int, written: int, new: bool
) -> None:
    line = replace(LINE, boxes=asked, proof=Proof("page", boxes=stood))
    before = await stands(house, "prescribed", replace(line, boxes=written), asked=(line,))
    assert "24" in texts(house, RESIDENT, before) or written == 4 or not new
    await stands(house, "quoted", replace(line, boxes=written), asked=(line,))
    assert await pays(house) == (house.label("refused.not-accepted") if new else "")
    if new:
        await house.tap(RESIDENT, "agree")
        assert await pays(house) == ""


async def test_the_pharmacist_reads_that_she_agrees(house: House) -> None:
    before = await stands(house, "prescribed")
    assert "要患者同意" in texts(house, REVIEW, before)
    before = len(house.posts())
    await house.tap(RESIDENT, "agree")
    assert "患者已同意" in texts(house, REVIEW, before)
